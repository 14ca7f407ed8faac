using System.Net;

namespace HaTools;

/// <summary>
/// A server behind an IPVS service (keepalived: <c>real_server</c>, <c>sorry_server</c>; ipvsadm: destination), or all those whose addresses a name has.
/// </summary>
public sealed record RealServer
{
    /// <summary>The server's address, of the service's family; by tunnel of either. null: it has a <see cref="HostName"/>, and each address of that is a real server with these properties.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>
    /// The name in the domain name system that says which addresses there are, asked as it is written: no search domain is put behind it. null: it has an <see cref="Address"/>. A sorry
    /// server has none.
    /// </summary>
    public string? HostName { get; init; }

    /// <summary>Which records of <see cref="HostName"/> are asked for.</summary>
    public ServerRecords Records { get; init; }

    /// <summary>Of which family <see cref="HostName"/>'s addresses are, 4 or 6; null: of the service's.</summary>
    public int? Family { get; init; }

    /// <summary>How many real servers <see cref="HostName"/> is at most, 1 to 1024; of more it is the first by address and port, on every director the same.</summary>
    public int MostAddresses { get; init; } = 64;

    /// <summary>
    /// The server's port, 1 to 65535; with direct routing and tunnels the service's own. 0, where the service has no port of its own either: the one that the client asks for; and with
    /// <see cref="ServerRecords.Srv"/>, whose records say it.
    /// </summary>
    public required int Port { get; init; }

    /// <summary>0 to 65535; 0 takes no new connections. With <see cref="ServerRecords.Srv"/> 1: the records say it.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>How packets reach this server (keepalived: <c>lvs_method</c>); null: as the service says.</summary>
    public ForwardingMethod? Forwarding { get; init; }

    /// <summary>The tunnel to this server; null: the service's where <see cref="Forwarding"/> is too, else IP in IP.</summary>
    public IpvsTunnel? Tunnel { get; init; }

    /// <summary>New connections stop at this many (keepalived: <c>uthreshold</c>); 0: no limit.</summary>
    public uint UpperThreshold { get; init; }

    /// <summary>
    /// They begin again below this many (keepalived: <c>lthreshold</c>), at most <see cref="UpperThreshold"/>; 0: below three quarters of it.
    /// </summary>
    public uint LowerThreshold { get; init; }

    /// <summary>
    /// Whether the server stays in the service with weight 0 while it is down, which keeps its connections (keepalived: <c>inhibit_on_failure</c>). Of a sorry server: while it
    /// is not needed (<c>sorry_server_inhibit</c>).
    /// </summary>
    public bool InhibitOnFailure { get; init; }

    /// <summary>The checks that decide whether the server is in the service, which all must succeed; none: it always is. A sorry server has none.</summary>
    public ValueList<HealthCheck> Checks { get; init; } = [];

    /// <summary>
    /// What is run when the checks find the server up (keepalived: <c>notify_up</c>), at the start only with <see cref="HaConfiguration.NotifyUpAtStart"/>; null: nothing. A sorry server has none.
    /// </summary>
    public NotifyScript? NotifyUp { get; init; }

    /// <summary>
    /// What is run when the checks find the server down, and when it leaves the configuration while it is up (keepalived: <c>notify_down</c>); null: nothing. A sorry server has none.
    /// </summary>
    public NotifyScript? NotifyDown { get; init; }

    /// <summary>Whether there are mails of what its checks find (keepalived: <c>smtp_alert</c>); null: as <see cref="SmtpAlerts"/> has it for real servers.</summary>
    public bool? SmtpAlert { get; init; }

    /// <summary>The server as <c>192.0.2.11:80</c>; those of a name as <c>app.example.com:80</c> or <c>srv _http._tcp.example.com</c>, with <c>ipv4</c> or <c>ipv6</c> behind it where it says which.</summary>
    public string Id => Address is { } address ? new IPEndPoint(address, Port).ToString()
        : HostName is null ? "without an address" : $"{(Records == ServerRecords.Srv ? $"srv {HostName}" : $"{HostName}:{Port}")}{(Family is { } family ? $" ipv{family}" : "")}";
}

/// <summary>The records that real servers come from.</summary>
public enum ServerRecords
{
    /// <summary>A (RFC 1035) or AAAA (RFC 3596): addresses.</summary>
    Address,

    /// <summary>SRV (RFC 2782): names with ports and weights, those of the lowest priority alone, and the addresses of the names.</summary>
    Srv,
}
