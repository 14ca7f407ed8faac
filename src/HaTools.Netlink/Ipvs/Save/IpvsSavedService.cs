namespace HaTools.Netlink.Ipvs.Save;

/// <summary>A service of a saved table with its real servers.</summary>
public sealed class IpvsSavedService
{
    /// <summary>The service; a reader leaves its counters 0, and no writer writes them.</summary>
    public required IpvsService Service { get; init; }

    /// <summary>
    /// Its real servers in the order in which they are entered. That is the opposite of the kernel's list, which has the newest first
    /// (net/netfilter/ipvs/ip_vs_ctl.c, <c>ip_vs_add_dest</c>); schedulers such as mh look at it.
    /// </summary>
    public IReadOnlyList<IpvsDestination> Destinations { get; init; } = [];

    /// <summary>As <c>tcp 192.0.2.1:80 wrr, 2 real servers</c>.</summary>
    public override string ToString() => $"{Service}, {Destinations.Count} real servers";
}
