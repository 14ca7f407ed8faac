using System.Net;
using System.Text;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of routes: what the kernel would refuse whatever the host is like, and what would mean nothing.</summary>
internal static class RouteRules
{
    private static readonly HashSet<string> Lockable = new(
        [
            "mtu", "window", "rtt", "rttvar", "ssthresh", "cwnd", "advmss", "reordering", "hoplimit", "initcwnd", "features", "rto_min", "initrwnd",
            "quickack", "congctl", "fastopen_no_cookie",
        ],
        StringComparer.Ordinal);

    public static void Check(RuleFindings findings, ModelPath path, RouteEntry route)
    {
        if (route.Family is not (4 or 6))
        {
            findings.Error("ValueOutOfRange", path.Key("family"), $"{route.Family}", $"{route.Family} is no family: 4 or 6.");
            return;
        }

        CheckFamilies(findings, path, route);
        CheckNumbers(findings, path, route);
        CheckWays(findings, path, route);
        CheckMetrics(findings, path.Key("metrics"), route.Metrics);
    }

    /// <summary>Whether an object that is watched carries another protocol than the one it is known by.</summary>
    public static void CheckProtocol(RuleFindings findings, ModelPath path, int? protocol, bool noTrack, string what)
    {
        if (protocol is not { } given) return;
        CommonRules.Range(findings, path.Key("protocol"), given, ModelRanges.LeastByte, ModelRanges.MostByte, "protocol of a route or rule");
        if (given != 18 && !noTrack)
            findings.Error("Contradiction", path.Key("protocol"), $"{given}",
                $"A {what} that is watched has protocol 18 (keepalived), by which it is known; with noTrack it may have another.");
    }

    private static void CheckFamilies(RuleFindings findings, ModelPath path, RouteEntry route)
    {
        bool six = route.Family == 6;
        Same("destination", route.Destination?.BaseAddress);
        Same("from", route.From?.BaseAddress);
        Same("preferredSource", route.PreferredSource);
        if (six) Same("gateway", route.Gateway);
        Only(six, "from", route.From is not null, 6);
        Only(six, "preference", route.Preference is not null, 6);
        Only(six, "expires", route.Expires is not null, 6);
        Only(!six, "realms", route.Realms is not null || route.NextHops.Any(h => h.Realms is not null), 4);
        if (six && route.Tos != 0)
            findings.Warning("Ignored", path.Key("tos"), $"{route.Tos}", "IPv6 routes go by no type of service: kernels before 5.18 ignore it, later ones refuse the route.");

        void Same(string key, IPAddress? address)
        {
            if (address is not null && Networks.FamilyOf(address) != route.Family)
                findings.Error("MixedFamilies", path.Key(key), $"{address}", $"`{address}` is not of IPv{route.Family}, as the route is.");
        }

        void Only(bool holds, string key, bool given, int family)
        {
            if (given && !holds) findings.Error("MixedFamilies", path.Key(key), null, $"`{key}` is of IPv{family} routes.");
        }
    }

    private static void CheckNumbers(RuleFindings findings, ModelPath path, RouteEntry route)
    {
        CommonRules.Range(findings, path.Key("tos"), route.Tos, ModelRanges.LeastByte, ModelRanges.MostByte, "type of service");
        if (route.Scope is { } scope) CommonRules.Range(findings, path.Key("scope"), scope, ModelRanges.LeastByte, ModelRanges.MostByte, "scope");
        if (route.Table == 0) findings.Error("ValueOutOfRange", path.Key("table"), "0", "There is no table 0.");
        if (route.Vrf is { } vrf)
        {
            CommonRules.Interface(findings, path.Key("vrf"), vrf);
            if (route.Table is not null) findings.Error("Contradiction", path.Key("table"), $"{route.Table}", "A route goes into a table or into that of a VRF.");
        }

        if (route.Device is { } device) CommonRules.Interface(findings, path.Key("device"), device);
        if (route.Expires is { } expires && (expires < TimeSpan.FromSeconds(1) || expires.TotalSeconds > int.MaxValue
            || expires.Ticks % TimeSpan.TicksPerSecond != 0))
            findings.Error("ValueOutOfRange", path.Key("expires"), Durations.Format(expires), "A route lasts whole seconds, from 1.");
        CheckProtocol(findings, path, route.Protocol, route.NoTrack, "route");
    }

    private static void CheckWays(RuleFindings findings, ModelPath path, RouteEntry route)
    {
        if (route.NextHops.Count > 0 && (route.Gateway is not null || route.Device is not null || route.Encapsulation is not null))
            findings.Error("Contradiction", path.Key("nextHops"), null, "A route with next hops has no gateway, device and encapsulation of its own.");
        if (route.NextHops.Count > 256) findings.Error("TooMany", path.Key("nextHops"), $"{route.NextHops.Count}", "A route has up to 256 next hops.");
        bool takesPackets = route.Kind is RouteKind.Unicast or RouteKind.Multicast or RouteKind.Nat;
        if (takesPackets && route.Gateway is null && route.Device is null && route.NextHops.Count == 0)
            findings.Error("MissingValue", path, $"{route}", "A route needs a gateway, a device or next hops.");
        CheckTunnel(findings, path.Key("encapsulation"), route.Encapsulation);
        for (int i = 0; i < route.NextHops.Count; i++)
        {
            RouteNextHop hop = route.NextHops[i];
            ModelPath place = path.Key($"nextHops[{i}]");
            CommonRules.Range(findings, place.Key("weight"), hop.Weight, 1, 256, "weight of a next hop");
            if (hop.Device is { } device) CommonRules.Interface(findings, place.Key("device"), device);
            if (hop.Gateway is null && hop.Device is null) findings.Error("MissingValue", place, null, "A next hop needs a gateway or a device.");
            if (route.Family == 6 && hop.Gateway is { } gateway && Networks.FamilyOf(gateway) != 6)
                findings.Error("MixedFamilies", place.Key("gateway"), $"{gateway}", "An IPv6 route has no IPv4 gateway.");
            CheckTunnel(findings, place.Key("encapsulation"), hop.Encapsulation);
        }
    }

    private static void CheckTunnel(RuleFindings findings, ModelPath path, RouteEncapsulation? tunnel)
    {
        if (tunnel is null) return;
        if (tunnel.Family is not (4 or 6)) findings.Error("ValueOutOfRange", path.Key("family"), $"{tunnel.Family}", $"{tunnel.Family} is no family: 4 or 6.");
        if (tunnel.Id is null && tunnel.Destination is null) findings.Error("MissingValue", path, null, "An encapsulation needs an id or a destination.");
        if (tunnel.Ttl is { } ttl) CommonRules.Range(findings, path.Key("ttl"), ttl, ModelRanges.LeastByte, ModelRanges.MostByte, "TTL");
        if (tunnel.Tos is { } tos) CommonRules.Range(findings, path.Key("tos"), tos, ModelRanges.LeastByte, ModelRanges.MostByte, "type of service");
        if (tunnel.Flags is { } flags) CommonRules.Range(findings, path.Key("flags"), flags, 0, ushort.MaxValue, "set of flags");
        foreach ((string key, IPAddress? address) in new[] { ("source", tunnel.Source), ("destination", tunnel.Destination) })
        {
            if (address is not null && Networks.FamilyOf(address) != tunnel.Family)
                findings.Error("MixedFamilies", path.Key(key), $"{address}", $"`{address}` is not of IPv{tunnel.Family}, in which packets are wrapped.");
        }
    }

    private static void CheckMetrics(RuleFindings findings, ModelPath path, RouteMetrics metrics)
    {
        if (metrics.CongestionControl is { } name && Encoding.UTF8.GetByteCount(name) is 0 or > 15)
            findings.Error("ValueOutOfRange", path.Key("congestionControl"), name, $"`{name}` is no congestion control: a name of 1 to 15 bytes.");
        for (int i = 0; i < metrics.Locked.Count; i++)
        {
            if (!Lockable.Contains(metrics.Locked[i]))
                findings.Error("UnknownValue", path.Element("locked", i), metrics.Locked[i],
                    $"`{metrics.Locked[i]}` is no metric; known: {string.Join(", ", Lockable)}.{Suggestion.Sentence(metrics.Locked[i], Lockable)}");
        }
    }
}
