namespace HaTools.Netlink.Route;

/// <summary>A metric of the connections that take a route (linux/rtnetlink.h, RTAX_*).</summary>
public enum RouteMetric : ushort
{
    /// <summary>The path MTU in bytes; the kernel takes at most 65520.</summary>
    Mtu = 2,

    /// <summary>The largest window to advertise, in bytes.</summary>
    Window = 3,

    /// <summary>The round-trip time in eighths of a millisecond.</summary>
    Rtt = 4,

    /// <summary>The round-trip time's variance in quarters of a millisecond.</summary>
    RttVariance = 5,

    /// <summary>The slow start threshold, in segments.</summary>
    SlowStartThreshold = 6,

    /// <summary>The largest congestion window, in segments; it counts only when locked.</summary>
    CongestionWindow = 7,

    /// <summary>The MSS to advertise, in bytes; the kernel takes at most 65495.</summary>
    AdvertisedMss = 8,

    /// <summary>How far segments may be out of order before one counts as lost.</summary>
    Reordering = 9,

    /// <summary>The TTL or hop limit; the kernel takes at most 255.</summary>
    HopLimit = 10,

    /// <summary>The initial congestion window, in segments.</summary>
    InitialCongestionWindow = 11,

    /// <summary>RTAX_FEATURE_* bits; 1: explicit congestion notification.</summary>
    Features = 12,

    /// <summary>The least retransmission timeout in milliseconds.</summary>
    MinimumRto = 13,

    /// <summary>The initial receive window, in segments.</summary>
    InitialReceiveWindow = 14,

    /// <summary>1: every segment is acknowledged at once.</summary>
    QuickAck = 15,

    /// <summary>The congestion control: only to say that it is locked; its name is <see cref="RouteRequest.CongestionControl"/>.</summary>
    CongestionControl = 16,

    /// <summary>1: TCP Fast Open needs no cookie.</summary>
    FastOpenNoCookie = 17,
}
