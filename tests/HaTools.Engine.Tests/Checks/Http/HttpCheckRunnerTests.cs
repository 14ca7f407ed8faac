using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.Checks.Http;

/// <summary>HTTP checks on the thread of checks, with servers that are good and that are not.</summary>
public sealed class HttpCheckRunnerTests : ProbeRunnerTests
{
    private const string Good = "HTTP/1.0 200 OK\r\n\r\nhello";

    private static readonly HttpCheck Check = new() { Urls = [new() { Path = "/", Digest = "5D41402ABC4B2A76B9719D911017C592", Regex = "^hel+o$" }] };

    // At the time-out it is looked once more what has come: what nobody hears of must not be found by that.
    private static readonly CheckTiming Endless = Patient with { Timeout = 3_600_000 * Millisecond };

    private Action beside = () => { };

    private protected override void BesideFailure() => beside();

    [Fact]
    public async Task A_server_that_answers_as_it_should_is_up()
    {
        using var server = TestServer.Answering(Good);
        Assert.Null(await VerdictAsync(server.EndPoint, Check, Patient));
        Assert.Equal($"GET / HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: {server.EndPoint}\r\n\r\n", Assert.Single(server.Requests));
    }

    [Theory]
    [InlineData("HTTP/1.0 500 No\r\n\r\nhello", "it answers with status 500")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhullo", "the digest of its body is ")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello", "it closed the connection before its response was whole")]
    [InlineData("", "it closed the connection without a response")]
    [InlineData("+OK POP3\r\n", "it does not answer in HTTP")]
    public async Task One_that_answers_otherwise_is_down(string response, string why)
    {
        using var server = TestServer.Answering(response);
        Assert.StartsWith($"{server.EndPoint}: {why}", await VerdictAsync(server.EndPoint, Check, Patient), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_refuses_is_down()
    {
        var server = TestServer.Answering(Good);
        IPEndPoint nobody = server.EndPoint;
        server.Dispose();
        Assert.StartsWith("ECONNREFUSED (connection refused) connecting to ", await VerdictAsync(nobody, Check, Patient), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_hangs_is_down()
    {
        using var server = new TestServer(_ => Task.CompletedTask);
        string? reason = await VerdictAsync(server.EndPoint, Check, Once);
        Assert.StartsWith("ETIMEDOUT (", reason, StringComparison.Ordinal);
        Assert.EndsWith($"reading from {server.EndPoint} (GET /)", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_resets_half_way_is_down()
    {
        using var server = new TestServer(async call =>
        {
            _ = await TestServer.RequestAsync(call);
            await call.SendAsync("HTTP/1.0 200 OK\r\n\r\nhel"u8.ToArray());
            call.LingerState = new LingerOption(true, 0);
            call.Dispose();
        });
        Assert.StartsWith("ECONNRESET (", await VerdictAsync(server.EndPoint, Check, Patient), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_answers_byte_by_byte_beyond_the_time_out_is_down()
    {
        using var server = new TestServer(async call =>
        {
            await call.SendAsync("HTTP/1.0 200 OK\r\n\r\n"u8.ToArray());
            while (true)
            {
                await call.SendAsync("x"u8.ToArray());
                await Task.Delay(20);
            }
        });
        Assert.StartsWith("ETIMEDOUT (", await VerdictAsync(server.EndPoint, Check, Once), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_whose_head_has_no_end_is_down()
    {
        using var server = new TestServer(call => EndlessAsync(call, "HTTP/1.0 200 OK\r\n", "X-Header: and another one\r\n"));
        Assert.StartsWith($"{server.EndPoint}: its head has no end", await VerdictAsync(server.EndPoint, Check, Patient), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_whose_body_has_no_end_is_down_and_takes_no_memory()
    {
        using var server = new TestServer(call => EndlessAsync(call, "HTTP/1.0 200 OK\r\n\r\n", "and another line\n"));
        Assert.StartsWith("ETIMEDOUT (", await VerdictAsync(server.EndPoint, Check, Once), StringComparison.Ordinal);
        Assert.InRange(Runner.AllocatedBytes, 0, 4_000_000);
    }

    [Fact]
    public async Task Others_are_checked_while_one_sends_without_end()
    {
        using var endless = new TestServer(call => EndlessAsync(call, "HTTP/1.0 200 OK\r\n\r\n", "and another line\n"));
        using var good = TestServer.Answering(Good);
        SocketTarget fast = Target(2, good.EndPoint, Check, Patient with { DelayLoop = 20 * Millisecond });
        Runner.Configure([Target(1, endless.EndPoint, Check, Patient), fast]);
        await Eventually.True(() => good.Requests.Count > 20);
        Assert.Equal([fast.Key], Last.Keys);
    }

    [Fact]
    public async Task A_body_that_was_sent_whole_is_read_whole_although_nothing_more_comes()
    {
        const int length = 300_000;
        using var server = new TestServer(async call =>
        {
            _ = await TestServer.RequestAsync(call);
            await call.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{new string('x', length)}"));
        });
        Assert.Null(await VerdictAsync(server.EndPoint, new HttpCheck { Urls = [new() { Path = "/" }] }, Endless));
    }

    // Connection and answer are one event of the kernel's then. Which of the two checks begins first is the runner's business, so that both orders are tried.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_came_before_the_question_is_heard(bool isFirst)
    {
        using var hasty = new TestServer(async call => await call.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"u8.ToArray()));
        beside = () => Thread.Sleep(200);
        SocketTarget heard = Target(1, hasty.EndPoint, Check, Endless), refused = Target(2, new IPEndPoint(IPAddress.Broadcast, 80), Check, Endless);
        Runner.Configure(isFirst ? [heard, refused] : [refused, heard]);
        await Eventually.True(() => Last.Count == 2);
        Assert.StartsWith("E", Last[refused.Key], StringComparison.Ordinal);
        Assert.Null(Last[heard.Key]);
    }

    [Fact]
    public async Task While_nothing_is_news_nothing_is_allocated()
    {
        using var server = TestServer.Answering(Good);
        Runner.Configure([.. Enumerable.Range(1, 20).Select(i => Target(i, server.EndPoint, Check, Patient with { DelayLoop = 20 * Millisecond }))]);

        // One quiet stretch is enough: the regular expression learns, code is compiled anew.
        long before, after;
        do
        {
            int from = server.Requests.Count;
            before = Runner.AllocatedBytes;
            await Eventually.True(() => server.Requests.Count > from + 300);
            after = Runner.AllocatedBytes;
        }
        while (after != before && server.Requests.Count < 6000);
        Assert.Equal(before, after);
        Assert.Equal(20, Verdicts);
    }

    [Fact]
    public async Task All_urls_are_asked_before_a_server_is_up_and_one_that_fails_takes_it_down()
    {
        using var server = new TestServer(async call =>
        {
            string request = await TestServer.RequestAsync(call);
            await call.SendAsync(Encoding.ASCII.GetBytes(request.StartsWith("GET /b ", StringComparison.Ordinal) ? "HTTP/1.1 503 No\r\n\r\n" : "HTTP/1.1 200 OK\r\n\r\n"));
            call.Dispose();
        });
        HttpCheck both = new() { Urls = [new() { Path = "/a" }, new() { Path = "/b" }] };
        Assert.Equal($"{server.EndPoint}: it answers with status 503 (GET /b)", await VerdictAsync(server.EndPoint, both, Patient));
    }

    [NginxFact]
    public async Task Nginx_is_understood()
    {
        using var node = new TestNode("nginx");
        node.Ip("link set lo up");
        DirectoryInfo place = Directory.CreateTempSubdirectory("hatools-nginx");
        await File.WriteAllTextAsync(Path.Combine(place.FullName, "page"), "hello");
        await File.WriteAllTextAsync(Path.Combine(place.FullName, "long"), new string('x', 200_000));
        await File.WriteAllTextAsync(Path.Combine(place.FullName, "nginx.conf"), $$"""
            daemon off; master_process off; pid {{place.FullName}}/pid; error_log stderr;
            events { }
            http {
              access_log {{place.FullName}}/access;
              client_body_temp_path {{place.FullName}}/a; proxy_temp_path {{place.FullName}}/b; fastcgi_temp_path {{place.FullName}}/c; uwsgi_temp_path {{place.FullName}}/d; scgi_temp_path {{place.FullName}}/e;
              server { listen 127.0.0.1:80; server_name a; root {{place.FullName}}; ssi on; ssi_types *; }
              server { listen 127.0.0.1:80 default_server; return 418; }
            }
            """);
        using Process nginx = node.Namespace.Run(() => Process.Start(new ProcessStartInfo(NginxFactAttribute.Program, ["-p", place.FullName, "-c", Path.Combine(place.FullName, "nginx.conf")]) { RedirectStandardError = true })!);
        try
        {
            var server = IPEndPoint.Parse("127.0.0.1:80");
            await Eventually.True(() => node.Namespace.Run(() => Listens(server)));
            using CheckRunner inside = node.Namespace.Run(() => new CheckRunner(this));
            HttpUrl page = Check.Urls[0] with { Path = "/page", VirtualHost = "a" };
            HttpCheck[] good =
            [
                new() { Urls = [page] },
                new() { Urls = [page], Version = HttpVersion.Http10Close },

                // Over HTTP/1.1 nginx sends what it puts together itself in chunks.
                new() { Urls = [page, page with { Path = "/long", Digest = "4b98146705d4b0b98b758a78ff6fb73f", Regex = "^xx" }], Version = HttpVersion.Http11 },
                new() { Urls = [new() { Path = "/page", StatusCodes = [new(418, 418)] }] },
                new() { Urls = [new() { Path = "/absent", StatusCodes = [new(404, 404)], VirtualHost = "a" }] },
            ];
            inside.Configure([.. good.Select((c, i) => Target(i, server, c, Patient)), Target(9, server, new() { Urls = [page with { VirtualHost = "b" }] }, Patient)]);
            await Eventually.True(() => Last.Count == good.Length + 1);
            Assert.Equal(["127.0.0.1:80: it answers with status 418 (GET /page of b)"], Last.Values.OfType<string>());
        }
        finally
        {
            nginx.Kill();
            await nginx.WaitForExitAsync();
            place.Delete(recursive: true);
        }
    }

    private Task<string?> VerdictAsync(IPEndPoint server, HttpCheck check, CheckTiming timing) => VerdictAsync(Target(1, server, check, timing));

    private static async Task EndlessAsync(Socket call, string first, string again)
    {
        await call.SendAsync(Encoding.ASCII.GetBytes(first));
        byte[] more = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(again, 500)));
        while (true) await call.SendAsync(more);
    }

    private static SocketTarget Target(int number, IPEndPoint server, HttpCheck check, CheckTiming timing)
    {
        var service = new ServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80);
        return new SocketTarget(new CheckKey(service, new DestinationKey(server.Address, server.Port), CheckId.Of([check])[0] with { Number = number }), server, timing with { Parts = check.Urls.Count }) { Check = check };
    }
}
