namespace HaTools.Netlink.Ipvs;

/// <summary>
/// Counters since the last zeroing and rates over the kernel's estimation time (linux/ip_vs.h, IPVS_STATS_ATTR_*). Where the kernel gives
/// its 64-bit counters (4.1 and later) they are those; otherwise connections, packets and rates wrap at 2^32. The kernel brings them up
/// every two seconds.
/// </summary>
public readonly record struct IpvsStatistics
{
    /// <summary>Connections scheduled.</summary>
    public ulong Connections { get; init; }

    /// <summary>Packets from clients.</summary>
    public ulong IncomingPackets { get; init; }

    /// <summary>Packets to clients, as far as they pass here (masquerading).</summary>
    public ulong OutgoingPackets { get; init; }

    /// <summary>Bytes from clients.</summary>
    public ulong IncomingBytes { get; init; }

    /// <summary>Bytes to clients, as far as they pass here.</summary>
    public ulong OutgoingBytes { get; init; }

    /// <summary>Connections a second.</summary>
    public ulong ConnectionRate { get; init; }

    /// <summary>Packets from clients a second.</summary>
    public ulong IncomingPacketRate { get; init; }

    /// <summary>Packets to clients a second.</summary>
    public ulong OutgoingPacketRate { get; init; }

    /// <summary>Bytes from clients a second.</summary>
    public ulong IncomingByteRate { get; init; }

    /// <summary>Bytes to clients a second.</summary>
    public ulong OutgoingByteRate { get; init; }
}
