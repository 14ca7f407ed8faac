using System.Net;

namespace HaTools;

/// <summary>
/// A route, as <c>ip route</c> has it: one that follows mastership (keepalived: <c>virtual_routes</c>) or stays (<c>static_routes</c>). Names of
/// tables, protocols, realms and scopes are numbers here; the configuration languages read iproute2's names.
/// </summary>
public sealed record RouteEntry
{
    /// <summary>The type; the numbers are rtnetlink's.</summary>
    public RouteKind Kind { get; init; } = RouteKind.Unicast;

    /// <summary>The destination; null: the default route (of <see cref="Family"/>).</summary>
    public IPNetwork? Destination { get; init; }

    /// <summary>4 or 6: the family of the destination and of the addresses in it, but that an IPv4 route may have IPv6 gateways.</summary>
    public int Family { get; init; } = 4;

    /// <summary>IPv6: the source prefix that it is for (<c>from</c>); null: any.</summary>
    public IPNetwork? From { get; init; }

    /// <summary>The preferred source address (<c>src</c>).</summary>
    public IPAddress? PreferredSource { get; init; }

    /// <summary>The gateway (<c>via</c>, <c>gw</c>), of either family.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>The interface (<c>dev</c>, <c>oif</c>).</summary>
    public string? Device { get; init; }

    /// <summary>Whether the gateway is taken for reachable on the link whatever the routes say.</summary>
    public bool OnLink { get; init; }

    /// <summary>More than one way (<c>nexthop</c>); then neither gateway nor device stand above.</summary>
    public ValueList<RouteNextHop> NextHops { get; init; } = [];

    /// <summary>The encapsulation; null: none.</summary>
    public RouteEncapsulation? Encapsulation { get; init; }

    /// <summary>The table, from 1; null: main (254), with a VRF its own.</summary>
    public uint? Table { get; init; }

    /// <summary>The VRF whose table it goes into.</summary>
    public string? Vrf { get; init; }

    /// <summary>Type of service, 0 to 255.</summary>
    public int Tos { get; init; }

    /// <summary>Who made it, 0 to 255; null: 18 (keepalived, in iproute2's table), as is every route that is watched.</summary>
    public int? Protocol { get; init; }

    /// <summary>The scope, 0 to 255; null: global (0), as for keepalived; iproute2 would take link for a route without a gateway.</summary>
    public int? Scope { get; init; }

    /// <summary>The metric (<c>metric</c>, <c>priority</c>, <c>preference</c>).</summary>
    public uint? Metric { get; init; }

    /// <summary>IPv6: the preference; null: medium.</summary>
    public RoutePreference? Preference { get; init; }

    /// <summary>IPv6: how long it lasts.</summary>
    public TimeSpan? Expires { get; init; }

    /// <summary>The metrics of the connections that take it.</summary>
    public RouteMetrics Metrics { get; init; } = RouteMetrics.None;

    /// <summary>Realms: the destination's in the low 16 bits, the source's in the high.</summary>
    public uint? Realms { get; init; }

    /// <summary>Whether the TTL goes into an encapsulation (<c>ttl-propagate</c>); null: the kernel's choice.</summary>
    public bool? TtlPropagate { get; init; }

    /// <summary>How it stands to routes that are there already.</summary>
    public RouteInsertion Insertion { get; init; } = RouteInsertion.Prepend;

    /// <summary>Whether its loss is neither repaired nor a reason for FAULT (keepalived: <c>no_track</c>).</summary>
    public bool NoTrack { get; init; }

    /// <summary>Static routes: the <see cref="StaticTrackGroup"/> that its loss puts into FAULT.</summary>
    public string? TrackGroup { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        (Kind == RouteKind.Unicast ? "" : $"{Kind.ToString().ToLowerInvariant()} ") + (Destination?.ToString() ?? "default")
        + (Gateway is null ? "" : $" via {Gateway}") + (Device is null ? "" : $" dev {Device}") + (Table is { } t ? $" table {t}" : "")
        + (Metric is { } m ? $" metric {m}" : "") + (Tos == 0 ? "" : $" tos 0x{Tos:x2}");
}

/// <summary>One way of a route with several.</summary>
public sealed record RouteNextHop
{
    /// <summary>The gateway.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>The interface.</summary>
    public string? Device { get; init; }

    /// <summary>1 to 256.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>As <see cref="RouteEntry.OnLink"/>.</summary>
    public bool OnLink { get; init; }

    /// <summary>As <see cref="RouteEntry.Realms"/>.</summary>
    public uint? Realms { get; init; }

    /// <summary>As <see cref="RouteEntry.Encapsulation"/>.</summary>
    public RouteEncapsulation? Encapsulation { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        "nexthop" + (Encapsulation is null ? "" : $" {Encapsulation}") + (Gateway is null ? "" : $" via {Gateway}")
        + (Device is null ? "" : $" dev {Device}") + $" weight {Weight}" + (OnLink ? " onlink" : "")
        + (Realms is { } r ? $" realms {r >> 16}/{r & 0xffff}" : "");
}

/// <summary>Encapsulation in IP (<c>encap ip</c>, <c>encap ip6</c>).</summary>
public sealed record RouteEncapsulation
{
    /// <summary>4 or 6.</summary>
    public required int Family { get; init; }

    /// <summary>The tunnel's id.</summary>
    public ulong? Id { get; init; }

    /// <summary>The outer source.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>The outer destination.</summary>
    public IPAddress? Destination { get; init; }

    /// <summary>TTL or hop limit.</summary>
    public int? Ttl { get; init; }

    /// <summary>TOS or traffic class.</summary>
    public int? Tos { get; init; }

    /// <summary>The tunnel's flags.</summary>
    public int? Flags { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"encap {(Family == 6 ? "ip6" : "ip")}" + (Id is { } id ? $" id {id}" : "") + (Source is null ? "" : $" src {Source}")
        + (Destination is null ? "" : $" dst {Destination}") + (Ttl is { } ttl ? $" ttl {ttl}" : "") + (Tos is { } tos ? $" tos {tos}" : "")
        + (Flags is { } flags ? $" flags 0x{flags:x}" : "");
}

/// <summary>The metrics of a route (linux/rtnetlink.h, RTAX_*); a lock keeps the kernel from learning another value.</summary>
public sealed record RouteMetrics
{
    /// <summary>None.</summary>
    public static RouteMetrics None { get; } = new();

    /// <summary>The path MTU in bytes.</summary>
    public uint? Mtu { get; init; }

    /// <summary>Whether <see cref="Mtu"/> is locked.</summary>
    public bool LockMtu { get; init; }

    /// <summary>The hop limit.</summary>
    public uint? HopLimit { get; init; }

    /// <summary>The MSS that is advertised, in bytes.</summary>
    public uint? AdvertisedMss { get; init; }

    /// <summary>The round trip time (in eighths of a millisecond).</summary>
    public uint? Rtt { get; init; }

    /// <summary>Its variance (in quarters of a millisecond).</summary>
    public uint? RttVariance { get; init; }

    /// <summary>The reordering that is expected.</summary>
    public uint? Reordering { get; init; }

    /// <summary>The largest window in bytes.</summary>
    public uint? Window { get; init; }

    /// <summary>The largest congestion window, in segments.</summary>
    public uint? CongestionWindow { get; init; }

    /// <summary>The slow start threshold.</summary>
    public uint? SlowStartThreshold { get; init; }

    /// <summary>The shortest retransmission time in milliseconds.</summary>
    public uint? MinimumRto { get; init; }

    /// <summary>The first congestion window, in segments.</summary>
    public uint? InitialCongestionWindow { get; init; }

    /// <summary>The first receive window, in segments.</summary>
    public uint? InitialReceiveWindow { get; init; }

    /// <summary>RTAX_FEATURE_* bits; 1: ecn.</summary>
    public uint? Features { get; init; }

    /// <summary>Whether every segment is acknowledged at once.</summary>
    public bool? QuickAck { get; init; }

    /// <summary>The congestion control's name.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>Whether TCP fast open needs no cookie.</summary>
    public bool? FastOpenNoCookie { get; init; }

    /// <summary>The names of further locked metrics, in iproute2's words.</summary>
    public ValueList<string> Locked { get; init; } = [];
}

/// <summary>Route types; the numbers are rtnetlink's (RTN_*).</summary>
public enum RouteKind
{
    /// <summary>To a gateway or a link.</summary>
    Unicast = 1,

    /// <summary>To this host.</summary>
    Local = 2,

    /// <summary>Broadcast.</summary>
    Broadcast = 3,

    /// <summary>Taken in as to this host, sent as unicast.</summary>
    Anycast = 4,

    /// <summary>Multicast.</summary>
    Multicast = 5,

    /// <summary>Thrown away.</summary>
    Blackhole = 6,

    /// <summary>Answered: unreachable.</summary>
    Unreachable = 7,

    /// <summary>Answered: prohibited.</summary>
    Prohibit = 8,

    /// <summary>Not in this table.</summary>
    Throw = 9,

    /// <summary>Translated.</summary>
    Nat = 10,
}

/// <summary>Preferences of IPv6 routes (RFC 4191); the numbers are ICMPv6's.</summary>
public enum RoutePreference
{
    /// <summary>Medium.</summary>
    Medium = 0,

    /// <summary>High.</summary>
    High = 1,

    /// <summary>Low.</summary>
    Low = 3,
}

/// <summary>How a new route stands to one of the same destination, TOS and metric.</summary>
public enum RouteInsertion
{
    /// <summary>Before it (keepalived's default).</summary>
    Prepend,

    /// <summary>It must not be there.</summary>
    Add,

    /// <summary>After it.</summary>
    Append,
}
