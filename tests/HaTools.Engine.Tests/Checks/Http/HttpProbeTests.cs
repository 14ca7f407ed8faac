using System.Net;
using System.Text;
using HaTools.Engine.Checks;
using HaTools.Engine.Checks.Http;

namespace HaTools.Engine.Tests.Checks.Http;

/// <summary>What an HTTP check asks, and how it judges the response: without a socket.</summary>
public sealed class HttpProbeTests
{
    private static readonly HttpUrl Root = new() { Path = "/" };

    [Fact]
    public void It_asks_as_keepalived_does()
    {
        var four = IPEndPoint.Parse("192.0.2.1:8080");
        Assert.Equal("GET /a?b HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: 192.0.2.1:8080\r\n\r\n", Request(new() { Urls = [new() { Path = "/a?b" }] }, four));
        Assert.Equal("GET / HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\nHost: [2001:db8::1]:80\r\n\r\n",
            Request(new() { Urls = [Root], Version = HttpVersion.Http10Close }, IPEndPoint.Parse("[2001:db8::1]:80")));
        Assert.Equal("GET / HTTP/1.1\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\nHost: check\r\n\r\n", Request(new() { Urls = [Root], Version = HttpVersion.Http11, VirtualHost = "check" }, four));
        Assert.Equal("GET / HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: url\r\n\r\n", Request(new() { Urls = [Root with { VirtualHost = "url" }], VirtualHost = "check" }, four));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(299, true)]
    [InlineData(301, false)]
    [InlineData(300, false)]
    public void Without_codes_200_to_299_are_good(int status, bool good) => Assert.Equal(good ? null : $"it answers with status {status} (GET /)", Judge(Root, $"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n"));

    [Fact]
    public void Codes_and_ranges_of_them_are_good()
    {
        HttpUrl url = Root with { StatusCodes = [new(200, 200), new(301, 308)] };
        Assert.All([200, 301, 308], s => Assert.Null(Judge(url, $"HTTP/1.0 {s} X\r\n\r\n")));
        Assert.All([201, 300, 309], s => Assert.NotNull(Judge(url, $"HTTP/1.0 {s} X\r\n\r\n")));
    }

    [Fact]
    public void The_body_s_digest_must_be_the_one_that_is_said_also_of_the_second_try()
    {
        string digest = "5D41402ABC4B2A76B9719D911017C592";
        var probe = new HttpProbe(new() { Urls = [Root with { Digest = digest }] }, IPEndPoint.Parse("192.0.2.1:80"));
        Assert.Equal(ProbeStep.Bad, Run(probe, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhell"));
        Assert.Equal(ProbeStep.Good, Run(probe, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"));
        Assert.Equal(ProbeStep.Good, Run(probe, "HTTP/1.0 200 OK\r\n\r\nhello"));
        Assert.Equal(ProbeStep.Bad, Run(probe, "HTTP/1.0 200 OK\r\n\r\nhello!"));
        Assert.Equal($"the digest of its body is 5a8dd3ad0756a93ded72b823b19dd877 and not {digest.ToLowerInvariant()} (GET /)", probe.Reason);
    }

    [Theory]
    [InlineData("^ok$", HttpRegexOptions.None, 0, null, "ok", true)]
    [InlineData("^ok$", HttpRegexOptions.None, 0, null, "not ok", false)]
    [InlineData("OK", HttpRegexOptions.Caseless, 0, null, "ok", true)]
    [InlineData("a.b", HttpRegexOptions.None, 0, null, "a\nb", false)]
    [InlineData("a.b", HttpRegexOptions.Dotall, 0, null, "a\nb", true)]
    [InlineData("^b$", HttpRegexOptions.Multiline, 0, null, "a\nb\n", true)]
    [InlineData("a b # c", HttpRegexOptions.Extended, 0, null, "ab", true)]
    [InlineData("^.$", HttpRegexOptions.Utf, 0, null, "ü", true)]
    [InlineData("^..$", HttpRegexOptions.None, 0, null, "ü", true)]
    [InlineData("x", HttpRegexOptions.None, 1, null, "x", false)]
    [InlineData("x", HttpRegexOptions.None, 1, null, "xx", true)]
    [InlineData("x", HttpRegexOptions.None, 9, null, "xx", false)]
    [InlineData("x", HttpRegexOptions.None, 0, 1, "abx", false)]
    [InlineData("x", HttpRegexOptions.None, 0, 2, "abx", true)]
    [InlineData("x", HttpRegexOptions.Utf, 2, 2, "üx", true)]
    public void The_body_must_match(string pattern, HttpRegexOptions options, int first, int? last, string body, bool matches)
    {
        HttpUrl url = Root with { Regex = pattern, RegexOptions = options, RegexMinimumOffset = first, RegexMaximumOffset = last };
        string response = $"HTTP/1.0 200 OK\r\n\r\n{body}";
        Assert.Equal(matches ? null : $"its body does not match {pattern} (GET /)", Judge(url, response));
        Assert.Equal(matches ? $"its body matches {pattern} (GET /)" : null, Judge(url with { RegexNoMatch = true }, response));
    }

    [Fact]
    public void The_rest_of_a_long_body_is_not_searched_and_nobody_knows_what_it_says()
    {
        HttpUrl url = Root with { Regex = "ok" };
        string early = "HTTP/1.0 200 OK\r\n\r\nok" + new string('x', 70_000), late = "HTTP/1.0 200 OK\r\n\r\n" + new string('x', 70_000) + "ok";
        Assert.Null(Judge(url, early));
        Assert.StartsWith("its body is longer than the 65536 bytes", Judge(url, late), StringComparison.Ordinal);
        Assert.StartsWith("its body is longer than the 65536 bytes", Judge(url with { RegexNoMatch = true }, late), StringComparison.Ordinal);
        Assert.Null(Judge(url, "HTTP/1.0 200 OK\r\n\r\n" + new string('x', 65_534) + "ok"));
    }

    [Fact]
    public void Each_part_is_a_URL()
    {
        var probe = new HttpProbe(new() { Urls = [Root, new() { Path = "/second", StatusCodes = [new(404, 404)] }], VirtualHost = "h" }, IPEndPoint.Parse("192.0.2.1:80"));
        Assert.Equal(ProbeStep.Bad, Run(probe, "HTTP/1.0 404 X\r\n\r\n"));
        Assert.Equal("it answers with status 404 (GET / of h)", probe.Reason);
        Assert.Equal(ProbeStep.Good, Run(probe, "HTTP/1.0 404 X\r\n\r\n", 1));
        Assert.StartsWith("GET /second ", Encoding.ASCII.GetString(probe.Output), StringComparison.Ordinal);
    }

    [Fact]
    public void A_try_that_is_no_news_allocates_nothing()
    {
        var check = new HttpCheck { Urls = [Root with { Digest = "5D41402ABC4B2A76B9719D911017C592", Regex = "^hel+o$" }] };
        var probe = new HttpProbe(check, IPEndPoint.Parse("192.0.2.1:80"));
        byte[] response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"u8.ToArray();
        Allocations.None(() =>
        {
            _ = probe.Begin(0);
            bool isGood = probe.Received(response) == ProbeStep.Good;
            probe.End();
            Assert.True(isGood);
        });
    }

    [Fact]
    public void An_endless_body_takes_no_more_memory()
    {
        var probe = new HttpProbe(new() { Urls = [Root with { Regex = "ok", Digest = new string('0', 32) }] }, IPEndPoint.Parse("192.0.2.1:80"));
        byte[] part = new byte[16384];
        bool goesOn = true;
        _ = probe.Begin(0);
        _ = probe.Received("HTTP/1.0 200 OK\r\n\r\n"u8);
        for (int i = 0; i < 10; i++) _ = probe.Received(part);
        Allocations.None(() =>
        {
            for (int i = 0; i < 1000; i++) goesOn &= probe.Received(part) == ProbeStep.Read;
        });
        Assert.True(goesOn);
        probe.End();
    }

    private static string Request(HttpCheck check, IPEndPoint server)
    {
        var probe = new HttpProbe(check, server);
        Assert.Equal(ProbeStep.Write, probe.Begin(0));
        return Encoding.ASCII.GetString(probe.Output);
    }

    private static string? Judge(HttpUrl url, string response)
    {
        var probe = new HttpProbe(new() { Urls = [url] }, IPEndPoint.Parse("192.0.2.1:80"));
        return Run(probe, response) == ProbeStep.Good ? null : probe.Reason;
    }

    private static ProbeStep Run(HttpProbe probe, string response, int part = 0)
    {
        Assert.Equal(ProbeStep.Write, probe.Begin(part));
        ProbeStep step = probe.Received(Encoding.UTF8.GetBytes(response));
        if (step == ProbeStep.Read) step = probe.Closed();
        probe.End();
        return step;
    }
}
