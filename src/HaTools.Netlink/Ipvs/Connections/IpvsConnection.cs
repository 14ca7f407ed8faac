using System.Net;

namespace HaTools.Netlink.Ipvs;

/// <summary>An entry of IPVS's connection table: a connection, or a persistence template. Compared by value.</summary>
public sealed record IpvsConnection
{
    /// <summary>The transport protocol; None for a template of a firewall mark. Others than the named ones are IANA numbers.</summary>
    public required IpvsProtocol Protocol { get; init; }

    /// <summary>The client. Port 0: a template, or an FTP data connection whose port is not known yet.</summary>
    public required IPEndPoint Client { get; init; }

    /// <summary>The virtual address and port; null for a template of a firewall mark.</summary>
    public required IPEndPoint? Virtual { get; init; }

    /// <summary>The firewall mark of a template; else 0: connections do not tell the mark that they came by.</summary>
    public uint FirewallMark { get; init; }

    /// <summary>The real server. Its family may differ from the client's where packets are tunnelled. Port 0: a template of all ports.</summary>
    public required IPEndPoint Destination { get; init; }

    /// <summary>The state.</summary>
    public IpvsConnectionState State { get; init; }

    /// <summary>Whether it is a persistence template.</summary>
    public bool IsTemplate { get; init; }

    /// <summary>Seconds until it expires if nothing comes; 0: it expires now.</summary>
    public uint Expires { get; init; }

    /// <summary>Where it comes from; Unknown where ip_vs_conn was read.</summary>
    public IpvsConnectionOrigin Origin { get; init; }

    /// <summary>The persistence engine (<c>sip</c>); null: none, or ip_vs_conn_sync was read.</summary>
    public string? PersistenceEngine { get; init; }

    /// <summary>What the engine goes by (SIP's Call-ID; Latin-1, one character a byte); null: no engine.</summary>
    public string? PersistenceData { get; init; }

    /// <summary>As <c>tcp 198.51.100.1:40000 -> 192.0.2.1:80 -> 192.0.2.11:80 Established</c>.</summary>
    public override string ToString() =>
        $"{Protocol.ToString().ToLowerInvariant()} {Client} -> {(Virtual is null ? $"fwmark {FirewallMark}" : Virtual)} -> {Destination} {State}";
}
