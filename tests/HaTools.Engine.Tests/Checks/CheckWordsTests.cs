using System.Net;
using HaTools.Engine.Checks;

namespace HaTools.Engine.Tests.Checks;

public sealed class CheckWordsTests
{
    private static readonly RealServer Server = new() { Address = IPAddress.Parse("192.0.2.11"), Port = 80 };
    private static readonly VirtualServer Web = new() { Address = IPAddress.Parse("192.0.2.1"), Port = 80, DelayLoop = TimeSpan.FromSeconds(7), RealServers = [Server] };

    public static TheoryData<HealthCheck, string?, string[]> All => new()
    {
        { new TcpCheck(), "192.0.2.11:80", [] },
        { new TcpCheck { ConnectAddress = IPAddress.Parse("2001:db8::1"), ConnectPort = 81 }, "[2001:db8::1]:81", [] },
        {
            new HttpCheck
            {
                VirtualHost = "a.example",
                Version = HttpVersion.Http11,
                Urls = [new() { Path = "/", StatusCodes = [new(200, 204), new(301, 301)] }, new() { Path = "/b", VirtualHost = "b.example", Digest = "00ff", Regex = "^ok", RegexNoMatch = true }],
            },
            "192.0.2.11:80",
            ["GET / of a.example by HTTP/1.1: status 200-204 301", "GET /b of b.example by HTTP/1.1: digest 00ff, nothing that matches ^ok"]
        },
        {
            new HttpsCheck { SniName = "s.example", VerifyCertificate = true, VerifyHost = true, ExpiryWarningDays = 14, Urls = [new() { Path = "/", Regex = "ok" }] },
            "192.0.2.11:80",
            ["GET /: what matches ok", "TLS, for s.example, certificate verified, name verified, warning 14 days before it expires"]
        },
        { new DnsCheck { Name = "example.com", RecordType = DnsRecordType.Aaaa, Transport = DnsTransport.Tcp, ConnectPort = 53 }, "192.0.2.11:53", ["AAAA of example.com by TCP"] },
        { new SmtpCheck { HeloName = "lb.example" }, "192.0.2.11:80", ["HELO lb.example"] },
        { new PingCheck(), "192.0.2.11", ["echo request"] },
        { new UdpCheck { Payload = "0a", Reply = "00 x1", MinimumReplyLength = 2, MaximumReplyLength = 9 }, "192.0.2.11:80", ["datagram 0a: reply 00 x1 of 2 to 9 octets"] },
        { new UdpCheck(), "192.0.2.11:80", ["datagram without payload"] },
        { new MiscCheck { Command = "/bin/true a", User = "nobody", DynamicWeight = true }, null, ["/bin/true a as nobody, whose exit status is a weight"] },
        { new FileCheck { TrackFile = "load", Weight = 3, Reverse = true }, null, ["weight 3 reverse"] },
        { new BfdCheck { Session = "rs1" }, null, [] },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Each_check_tells_whom_it_asks_and_what_must_come(HealthCheck check, string? target, string[] asks)
    {
        var words = new CheckWords(Web, Server, check);
        Assert.Equal(target, words.Target);
        Assert.Equal(asks, words.Asks);
        Assert.Equal(check is TimedCheck, words.Timing is not null);
        Assert.Null(words.Origin);
    }

    [Fact]
    public void It_tells_from_where_and_when_and_cuts_what_is_long()
    {
        var check = new HttpCheck
        {
            BindAddress = IPAddress.Parse("192.0.2.2"),
            BindPort = 5000,
            BindInterface = "eth0",
            FirewallMark = 7,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            Retry = 4,
            Urls = [new() { Path = "/", Regex = new string('x', 1000) }],
        };
        var words = new CheckWords(Web, Server, check);
        Assert.Equal("192.0.2.2:5000 interface eth0 mark 7", words.Origin);
        Assert.Equal((7_000_000_000, 2_000_000_000, 4), (words.Timing!.Value.DelayLoop, words.Timing.Value.Timeout, words.Timing.Value.Retry));
        Assert.Equal(201, Assert.Single(words.Asks).Length);
        Assert.EndsWith("x…", words.Asks[0], StringComparison.Ordinal);
        Assert.Equal(7_000_000_000, new CheckWords(Web, Server, new MiscCheck { Command = "/bin/true" }).Timing!.Value.Timeout);
    }
}
