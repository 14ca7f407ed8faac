using System.Net;

namespace HaTools;

/// <summary>
/// The kernel's synchronization of IPVS connections between directors (keepalived: <c>lvs_sync_daemon</c>): who forwards sends its connections by multicast,
/// who may have to take over listens, so that a takeover breaks no connection. The kernel has one daemon of each role in a network namespace.
/// </summary>
public sealed record IpvsSyncDaemon
{
    /// <summary>The interface that connections are sent and heard on.</summary>
    public required string Interface { get; init; }

    /// <summary>
    /// The VRRP instance whose state decides the role: as its master the daemon that sends runs, else the one that listens. null: both run all the time.
    /// </summary>
    public string? Instance { get; init; }

    /// <summary>What directors that belong together have in common, 0 to 255; null: the virtual router id of <see cref="Instance"/>, without one 0.</summary>
    public int? SyncId { get; init; }

    /// <summary>The longest message in bytes, 1 to 65507; null: as the interface's MTU allows.</summary>
    public int? MaximumLength { get; init; }

    /// <summary>The multicast group, of either family; null: 224.0.0.81.</summary>
    public IPAddress? Group { get; init; }

    /// <summary>The UDP port, 1 to 65535; null: 8848.</summary>
    public int? Port { get; init; }

    /// <summary>The TTL (hop limit) of messages, 1 to 255; null: 1.</summary>
    public int? Ttl { get; init; }

    /// <summary>
    /// How often a connection with packets is announced, beginning with its first packet once it is established: whole seconds, 1 s to 5 minutes. While the daemon is
    /// configured <c>net.ipv4.vs.sync_threshold</c> is 0 0 and <c>sync_refresh_period</c> this (Documentation/networking/ipvs-sysctl.rst), unless
    /// <see cref="IpvsSettings.Parameters"/> name one of them. null: the kernel's own stay, by which every 50th packet announces.
    /// </summary>
    public TimeSpan? RefreshPeriod { get; init; } = TimeSpan.FromSeconds(3);
}
