using System.Net;
using HaTools.Engine.Checks.Datagrams;
using HaTools.Engine.Checks.Dns;
using HaTools.Engine.Checks.Http;
using HaTools.Engine.Checks.Smtp;
using HaTools.Engine.Checks.Tls;

namespace HaTools.Engine.Checks;

/// <summary>A check that connects.</summary>
/// <param name="Key">Whose check it is.</param>
/// <param name="EndPoint">What is connected to; with port 0 where there is none.</param>
/// <param name="Timing">When.</param>
internal sealed record SocketTarget(CheckKey Key, IPEndPoint EndPoint, CheckTiming Timing) : TimedTarget(Key, Timing)
{
    /// <summary>From where; null: as the kernel chooses.</summary>
    public CheckOrigin? Origin { get; init; }

    /// <summary>What is asked.</summary>
    public NetworkCheck Check { get; init; } = Plain;

    /// <summary>What is connected to, in words.</summary>
    public string Place => PlaceOf(EndPoint);

    /// <summary>A place in words; with port 0 it is an address.</summary>
    public static string PlaceOf(IPEndPoint place) => place.Port == 0 ? $"{place.Address}" : $"{place}";

    /// <summary>What a check connects to; with port 0 where there is none.</summary>
    /// <param name="address">The server's address.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="check">The check.</param>
    public static IPEndPoint EndPointOf(IPAddress address, int port, NetworkCheck check) =>
        new(check.ConnectAddress ?? address, check is ConnectingCheck connecting ? connecting.ConnectPort ?? port : 0);

    private static TcpCheck Plain { get; } = new();

    /// <summary>What is shown and trusted over TLS.</summary>
    public TlsCredentials Credentials { get; init; } = TlsCredentials.None;

    public static SocketTarget Of(VirtualServer service, RealServer server, NetworkCheck check, CheckKey key, TlsCredentials credentials)
    {
        var timing = CheckTiming.Of(service, check, check.ConnectTimeout);
        if (check is HttpCheck http) timing = timing with { Parts = http.Urls.Count, FastRecovery = http.FastRecovery };
        return new(key, EndPointOf(key.Server.Address, server.Port, check), timing)
        {
            Origin = CheckOrigin.Of(check),
            Alpha = check.Alpha,
            LogAllFailures = check.LogAllFailures,
            Check = check,
            Credentials = check is HttpsCheck ? credentials : TlsCredentials.None,
        };
    }

    /// <summary>What kind of socket it takes.</summary>
    public SocketKind Socket => Check switch
    {
        UdpCheck or DnsCheck { Transport: DnsTransport.Udp } => SocketKind.Udp,
        PingCheck => SocketKind.Ping(SocketAddress.FamilyOf(EndPoint.Address)),
        _ => SocketKind.Tcp,
    };

    /// <summary>What is said once it is connected; null: that it is connected is all.</summary>
    public Probe? MakeProbe() => Check switch
    {
        TcpCheck => null,
        HttpsCheck https => new TlsProbe(https, new HttpProbe(https, EndPoint), EndPoint, Credentials),
        HttpCheck http => new HttpProbe(http, EndPoint),
        DnsCheck dns => new DnsProbe(dns),
        SmtpCheck smtp => new SmtpProbe(smtp),
        PingCheck => new PingProbe(SocketAddress.FamilyOf(EndPoint.Address)),
        UdpCheck udp => new UdpProbe(udp),
        _ => throw new NotSupportedException($"No check of type {Check.Kind} can be run."),
    };

    public override string Words(bool up, string server) => Check switch
    {
        HttpCheck when up => $"Remote Web server {server} succeed on service.",
        HttpCheck => $"{(Check is HttpsCheck ? "SSL" : "HTTP")}_CHECK on service {server} failed{AfterRetries}.",
        DnsCheck => up ? $"DNS_CHECK on service {server} success." : $"DNS_CHECK on service {server} failed{AfterRetries}.",
        SmtpCheck => up ? $"Remote SMTP server {server} succeed on service." : $"SMTP_CHECK on service {server} failed{AfterRetries}.",
        PingCheck => up ? $"ICMP connection to {server} success." : $"ICMP CHECK on service {server} failed{AfterRetries}.",
        UdpCheck => up ? $"UDP connection to {server} success." : $"UDP_CHECK on service {server} failed{AfterRetries}.",
        _ => up ? $"TCP connection to {server} success." : $"TCP_CHECK on service {server} failed{AfterRetries}.",
    };

    private string AfterRetries => Timing.Retry > 0 ? $" after {Timing.Retry} retries" : "";
}
