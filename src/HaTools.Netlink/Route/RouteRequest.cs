using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HaTools.Netlink.Route;

/// <summary>
/// A route to add or to take away (RTM_NEWROUTE, RTM_DELROUTE; linux/rtnetlink.h). Lists and dictionaries in it are compared by reference:
/// to compare a route with what the kernel has ask <see cref="RouteInfo.Satisfies"/>.
/// </summary>
public record RouteRequest
{
    /// <summary>RT_TABLE_MAIN.</summary>
    public const uint MainTable = 254;

    /// <summary>RTPROT_STATIC: a route of the administrator's.</summary>
    public const byte StaticProtocol = 4;

    private static readonly IReadOnlyDictionary<RouteMetric, uint> NoMetrics = new Dictionary<RouteMetric, uint>();
    private static readonly IReadOnlySet<RouteMetric> NoLocks = new HashSet<RouteMetric>();

    /// <summary>IPv4 (InterNetwork) or IPv6 (InterNetworkV6).</summary>
    public required AddressFamily Family { get; init; }

    /// <summary>The type.</summary>
    public RouteType Type { get; init; } = RouteType.Unicast;

    /// <summary>The destination; null: all (the default route).</summary>
    public IPNetwork? Destination { get; init; }

    /// <summary>IPv6: the sources that it is for (RTA_SRC); null: all.</summary>
    public IPNetwork? Source { get; init; }

    /// <summary>The source address that this host's own packets take (RTA_PREFSRC); it must stand on the host. Null: the kernel chooses.</summary>
    public IPAddress? PreferredSource { get; init; }

    /// <summary>The gateway; for an IPv4 route an IPv6 one, too (RTA_VIA); null: none.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>The index of the outgoing interface; 0: the kernel finds it by the gateway.</summary>
    public int Interface { get; init; }

    /// <summary>Whether the gateway counts as on the link though no address says so (RTNH_F_ONLINK).</summary>
    public bool OnLink { get; init; }

    /// <summary>The ways of a route that has several; then it has no gateway and interface of its own.</summary>
    public IReadOnlyList<NextHop> NextHops { get; init; } = [];

    /// <summary>The tunnel that packets go into; null: none.</summary>
    public TunnelEncapsulation? Encapsulation { get; init; }

    /// <summary>The table, from 1.</summary>
    public uint Table { get; init; } = MainTable;

    /// <summary>IPv4: the type of service that it is for, 0 to 255. Kernels from 5.18 refuse it for IPv6.</summary>
    public byte Tos { get; init; }

    /// <summary>Who made it (RTPROT_*, /etc/iproute2/rt_protos).</summary>
    public byte Protocol { get; init; } = StaticProtocol;

    /// <summary>
    /// IPv4: how far it reaches; null: as <c>ip route</c> chooses: host for local routes, link for broadcast and for unicast ones without a gateway,
    /// else global. The kernel ignores it for IPv6.
    /// </summary>
    public RouteScope? Scope { get; init; }

    /// <summary>The metric, lowest first (RTA_PRIORITY); null: 0, for IPv6 1024.</summary>
    public uint? Metric { get; init; }

    /// <summary>IPv6: the preference; null: medium.</summary>
    public RouterPreference? Preference { get; init; }

    /// <summary>IPv6: seconds until the kernel takes it away; null: it stays.</summary>
    public uint? Expires { get; init; }

    /// <summary>IPv4: the destination realm in the low 16 bits, the source realm in the high (RTA_FLOW); null: none.</summary>
    public uint? Realms { get; init; }

    /// <summary>Whether the TTL goes into MPLS labels and back (RTA_TTL_PROPAGATE); null: not said. The kernel does not tell it back for IP.</summary>
    public bool? TtlPropagate { get; init; }

    /// <summary>The metrics for connections, as numbers.</summary>
    public IReadOnlyDictionary<RouteMetric, uint> Metrics { get; init; } = NoMetrics;

    /// <summary>The metrics that the kernel must not learn anew (RTAX_LOCK).</summary>
    public IReadOnlySet<RouteMetric> LockedMetrics { get; init; } = NoLocks;

    /// <summary>The congestion control's name (RTAX_CC_ALGO), up to 15 bytes; null: the host's.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>How it is added; of no matter for a removal.</summary>
    public RouteAddMode Mode { get; init; } = RouteAddMode.Exclusive;

    /// <summary>As <c>blackhole 198.51.100.0/24 table 100</c>, in the words of <c>ip route</c>.</summary>
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        if (Type != RouteType.Unicast) text.Append(Type.ToString().ToLowerInvariant()).Append(' ');
        text.Append(Destination is { } to ? $"{to}" : Family == AddressFamily.InterNetworkV6 ? "inet6 default" : "default");
        if (Source is { } from) text.Append($" from {from}");
        if (Gateway is not null) text.Append($" via {Gateway}");
        if (Interface != 0) text.Append($" on interface {Interface}");
        foreach (NextHop hop in NextHops)
            text.Append(" nexthop").Append(hop.Gateway is null ? "" : $" via {hop.Gateway}").Append(hop.Interface == 0 ? "" : $" on interface {hop.Interface}");
        if (Table != MainTable) text.Append($" table {Table}");
        if (Metric is { } metric) text.Append($" metric {metric}");
        return text.ToString();
    }
}
