namespace HaTools.Netlink.Ipvs.Listing;

/// <summary>Which properties and counts a list shows (man ipvsadm(8) 1.31, <c>-L</c>).</summary>
public enum IpvsListView
{
    /// <summary>Schedulers and flags; forwarding methods, weights, connections (<c>ipvsadm -Ln</c>).</summary>
    Usual,

    /// <summary>What was counted since the last zeroing (<c>--stats</c>).</summary>
    Statistics,

    /// <summary>What was counted a second (<c>--rate</c>).</summary>
    Rates,

    /// <summary>The limits of connections (<c>--thresholds</c>).</summary>
    Thresholds,

    /// <summary>Persistence templates (<c>--persistent-conn</c>).</summary>
    Persistence,

    /// <summary>Kinds, ports and checksums of tunnels (<c>--tun-info</c>).</summary>
    Tunnels,
}
