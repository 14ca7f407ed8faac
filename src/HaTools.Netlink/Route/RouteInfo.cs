using System.Net;
using System.Net.Sockets;

namespace HaTools.Netlink.Route;

/// <summary>A route as the kernel has it (RTM_NEWROUTE). It is a request, too: it can be taken away or added again as it was read.</summary>
public sealed record RouteInfo : RouteRequest
{
    private const uint DefaultIpv6Metric = 1024;

    /// <summary>The id of the nexthop object that it refers to (RTA_NH_ID, <c>ip nexthop</c>); null: none.</summary>
    public uint? NextHopId { get; init; }

    /// <summary>The kernel's flags (RTNH_F_*, RTM_F_*).</summary>
    public RouteFlags Flags { get; init; }

    /// <summary>
    /// Whether this is the route that the kernel made of a request: equal in everything that the request says, as the kernel keeps it. What the
    /// request leaves to the kernel (the interface, with a gateway) may be anything.
    /// </summary>
    /// <param name="wanted">The request.</param>
    public bool Satisfies(RouteRequest wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return IsAt(wanted) && Protocol == wanted.Protocol && SatisfiesTarget(wanted) && SatisfiesMetrics(wanted);
    }

    /// <summary>Whether this has the place of another: family, table, destination, source, type of service and metric.</summary>
    /// <param name="other">The other route.</param>
    public bool IsAt(RouteRequest other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Family == other.Family && Table == other.Table && Equals(Normal(Destination), Normal(other.Destination))
            && Equals(Normal(Source), Normal(other.Source)) && Tos == other.Tos && EffectiveMetric(this) == EffectiveMetric(other);
    }

    private static uint EffectiveMetric(RouteRequest route) =>
        route.Metric is null or 0 ? route.Family == AddressFamily.InterNetworkV6 ? DefaultIpv6Metric : 0 : route.Metric.Value;

    // 0.0.0.0/0 and ::/0 are the default route.
    private static IPNetwork? Normal(IPNetwork? network) => network is { PrefixLength: 0 } ? null : network;

    private bool SatisfiesTarget(RouteRequest wanted)
    {
        bool six = Family == AddressFamily.InterNetworkV6;
        if (Type != wanted.Type || !Equals(PreferredSource, wanted.PreferredSource)) return false;
        if (!six && Scope != RouteMessage.EffectiveScope(wanted)) return false;
        uint? realms = wanted.NextHops.Count == 1 ? wanted.NextHops[0].Realms ?? wanted.Realms : wanted.Realms;
        if (wanted.NextHops.Count <= 1 && (Realms ?? 0) != (realms ?? 0)) return false;
        if (six && ((Preference ?? 0) != (wanted.Preference ?? 0) || Expires is null != wanted.Expires is null)) return false;
        if (wanted.NextHops.Count <= 1) return SatisfiesSingle(wanted);
        return NextHops.Count == wanted.NextHops.Count && SameHops(wanted.NextHops);
    }

    // One way in a list is the same as a way of the route's own, and the kernel tells it so.
    private bool SatisfiesSingle(RouteRequest wanted)
    {
        var own = new NextHop
        {
            Gateway = Gateway,
            Interface = Interface,
            OnLink = OnLink,
            Encapsulation = Encapsulation,
        };
        NextHop only = wanted.NextHops.Count == 1 ? wanted.NextHops[0] with { Weight = 1, Realms = null } : new NextHop
        {
            Gateway = wanted.Gateway,
            Interface = wanted.Interface,
            OnLink = wanted.OnLink,
            Encapsulation = wanted.Encapsulation,
        };

        // Of IPv6 routes with gateways, one place and several ways the kernel makes one route: the way is in its place among the others.
        if (NextHops.Count > 0) return Family == AddressFamily.InterNetworkV6 && NextHops.Any(h => h.Satisfies(only));
        return own.Satisfies(only);
    }

    // IPv6 sorts its ways.
    private bool SameHops(IReadOnlyList<NextHop> wanted)
    {
        List<NextHop> left = [.. NextHops];
        foreach (NextHop one in wanted)
        {
            int found = left.FindIndex(h => h.Satisfies(one));
            if (found < 0) return false;
            left.RemoveAt(found);
        }

        return true;
    }

    private bool SatisfiesMetrics(RouteRequest wanted)
    {
        if (CongestionControl != wanted.CongestionControl || !LockedMetrics.SetEquals(wanted.LockedMetrics)) return false;
        int said = 0;
        foreach ((RouteMetric metric, uint value) in wanted.Metrics)
        {
            uint kept = RouteMessage.Kept(metric, value);
            if (kept == 0) continue;
            said++;
            if (Metrics.GetValueOrDefault(metric) != kept) return false;
        }

        return Metrics.Count == said;
    }
}

/// <summary>Flags of a route (linux/rtnetlink.h, RTNH_F_* and RTM_F_*).</summary>
[Flags]
public enum RouteFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>Its interface is down: it is not used.</summary>
    Dead = 1,

    /// <summary>Its gateway is found by other routes.</summary>
    Pervasive = 2,

    /// <summary>Its gateway counts as on the link.</summary>
    OnLink = 4,

    /// <summary>Hardware carries it out.</summary>
    Offload = 8,

    /// <summary>Its interface has no carrier.</summary>
    LinkDown = 16,

    /// <summary>Its source is not known yet (multicast).</summary>
    Unresolved = 32,

    /// <summary>Hardware hands its packets to the kernel.</summary>
    Trap = 64,

    /// <summary>It is an entry of the cache.</summary>
    Cloned = 0x200,
}
