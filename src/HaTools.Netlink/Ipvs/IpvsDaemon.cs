using System.Net;

namespace HaTools.Netlink.Ipvs;

/// <summary>
/// A daemon of the kernel that synchronizes IPVS connections between directors (ipvsadm --start-daemon). There is one of each role in a network namespace.
/// </summary>
public sealed record IpvsDaemon
{
    /// <summary>Whether it sends or listens.</summary>
    public required IpvsDaemonRole Role { get; init; }

    /// <summary>The interface that it sends or listens on, up to 15 bytes.</summary>
    public required string Interface { get; init; }

    /// <summary>What directors that belong together have in common, 0 to 255. A listener of 0 hears all.</summary>
    public int SyncId { get; init; }

    /// <summary>The longest message in bytes; 0: as the MTU allows. Read: what the kernel made of it; 0 before Linux 4.3.</summary>
    public int MaximumLength { get; init; }

    /// <summary>The multicast group; null: the kernel's, 224.0.0.81. Read: null before Linux 4.3.</summary>
    public IPAddress? Group { get; init; }

    /// <summary>The UDP port; 0: the kernel's, 8848. Read: 0 before Linux 4.3.</summary>
    public int Port { get; init; }

    /// <summary>The TTL (hop limit); 0: the kernel's, 1. Read: 0 before Linux 4.3.</summary>
    public int Ttl { get; init; }

    /// <summary>As <c>Master eth0 51</c>.</summary>
    public override string ToString() => $"{Role} {Interface} {SyncId}";
}

/// <summary>The role of an <see cref="IpvsDaemon"/> (IP_VS_STATE_MASTER, IP_VS_STATE_BACKUP).</summary>
public enum IpvsDaemonRole
{
    /// <summary>It sends connections.</summary>
    Master = 1,

    /// <summary>It listens to them.</summary>
    Backup = 2,
}
