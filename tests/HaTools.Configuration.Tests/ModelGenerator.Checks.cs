using System.Net;

namespace HaTools.Configuration.Tests;

// One of each kind of check.
internal sealed partial class ModelGenerator
{
    private HealthCheck Check(bool six, bool needsPort) => random.Next(10) switch
    {
        0 => Misc(),
        3 when trackers.Files.Length > 0 => new FileCheck
        {
            TrackFile = One(trackers.Files),
            Weight = Coin() ? null : random.Next(-int.MaxValue, int.MaxValue),
            Reverse = Coin() ? null : Coin(),
            Alpha = Coin(),
        },
        4 when trackers.CheckBfd.Length > 0 => new BfdCheck { Session = One(trackers.CheckBfd), Alpha = Coin() },
        1 => Connecting(Http(new HttpCheck()), six, needsPort),
        2 => Dns(six, needsPort),
        5 => Connecting(new SmtpCheck { HeloName = One("check.example.com", "[192.0.2.1]") }, six, needsPort),
        6 => Connecting(Https(), six, needsPort),
        8 => Networked(new PingCheck(), six),
        9 => Connecting(Udp(), six, needsPort),
        _ => Connecting(new TcpCheck(), six, needsPort),
    };

    private MiscCheck Misc() => Timed(new MiscCheck { Command = One("/usr/local/bin/check", "/bin/check 'a b' --c") }) with
    {
        Timeout = Coin() ? null : Time(),
        DynamicWeight = Coin(),
        User = Maybe(() => "nobody:nogroup"),
    };

    private DnsCheck Dns(bool six, bool needsPort)
    {
        DnsCheck check = Connecting(new DnsCheck(), six, needsPort) with
        {
            RecordType = One(DnsRecordType.A, DnsRecordType.Soa, DnsRecordType.Dnskey),
            Name = One(".", "example.com", "_dns.example.com."),
            Transport = (DnsTransport)random.Next(2),
        };
        return Coin() ? check : check with { DelayBeforeRetry = null };
    }

    private static HealthCheck WithoutWeight(HealthCheck check) => check switch
    {
        MiscCheck misc => misc with { DynamicWeight = false },
        FileCheck file => file with { Weight = 0 },
        _ => check,
    };

    private HttpsCheck Https() => Http(new HttpsCheck()) with
    {
        EnableSni = Coin(),
        SniName = Maybe(() => "tls.example.com"),
        TlsCompliant = Coin(),
        RequireCloseNotify = Coin(),
        VerifyCertificate = Coin(),
        VerifyHost = Coin(),
        ExpiryWarningDays = Coin() ? null : random.Next(1, 3651),
    };

    private SslSettings Ssl() => new()
    {
        Ca = Maybe(() => "/etc/ssl/ca.pem"),
        Certificate = Maybe(() => "/etc/ssl/check.pem"),
        Key = Maybe(() => "/etc/ssl/check.key"),
        Password = Maybe(() => "a b: \"#'"),
    };

    private T Http<T>(T check) where T : HttpCheck => check with
    {
        Urls = [Url(0), .. Unique(2, Url)],
        VirtualHost = Maybe(() => "www.example.com"),
        Version = (HttpVersion)random.Next(3),
        FastRecovery = Coin(),
    };

    private HttpUrl Url(int n)
    {
        var url = new HttpUrl
        {
            Path = $"/{n}?q=%20",
            Digest = Maybe(() => $"{random.NextInt64():x16}{random.NextInt64():x16}"),
            StatusCodes = Coin() ? [] : [new(100, (uint)random.Next(100, 1000)), new(204, 204)],
            VirtualHost = Maybe(() => "a.example.com"),
            TlsCompliant = Coin(),
        };
        return Coin() ? url : url with
        {
            Regex = One("^ok", "a b: \"#'", "[a-z]{2,}$"),
            RegexNoMatch = Coin(),
            RegexOptions = (HttpRegexOptions)random.Next(32),
            RegexMinimumOffset = random.Next(10),
            RegexMaximumOffset = Coin() ? null : random.Next(10, 100),
        };
    }

    private UdpCheck Udp()
    {
        var check = new UdpCheck { Payload = Maybe(() => One("00", "0 1 2", "0102E3", "1e10")), RequireReply = Coin(), Reply = Maybe(() => One("xx01", "0X 1", "12", "x", "0x12")) };
        return check.RequireReply || check.Reply is not null ? check with { MinimumReplyLength = random.Next(100), MaximumReplyLength = Coin() ? null : random.Next(100, 65536) } : check;
    }

    private T Connecting<T>(T check, bool six, bool needsPort) where T : ConnectingCheck => Networked(check, six) with
    {
        ConnectPort = needsPort || Coin() ? random.Next(1, 65536) : null,
        BindPort = Coin() ? random.Next(1, 65536) : null,
    };

    private T Networked<T>(T check, bool six) where T : NetworkCheck
    {
        IPAddress? other = Maybe(() => Address(9));
        bool fromSix = six && other is null;
        return Timed(check) with
        {
            ConnectTimeout = Time(),
            ConnectAddress = other,
            BindAddress = Maybe(() => fromSix ? IPAddress.Parse("2001:db8:1::9") : Address(8)),
            BindInterface = Maybe(() => "eth3"),
            FirewallMark = Coin() ? 0 : (uint)random.NextInt64(uint.MaxValue),
        };
    }

    private T Timed<T>(T check) where T : TimedCheck => check with
    {
        Retry = random.Next(5),
        DelayBeforeRetry = Coin() ? TimeSpan.Zero : Time(),
        DelayLoop = Coin() ? null : Time(),
        Warmup = Coin() ? null : Coin() ? TimeSpan.Zero : Time(),
        Alpha = Coin(),
        LogAllFailures = Coin(),
    };
}
