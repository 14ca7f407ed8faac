namespace HaTools.Configuration;

/// <summary>Differences of one list of routes.</summary>
internal static class RouteDiff
{
    /// <summary>What a route is called, and what makes it the same one: what <c>ip route</c> would tell it by.</summary>
    public static string Id(RouteEntry route) => (route.Family == 4 ? "" : $"inet{route.Family} ") + route + (route.From is { } from ? $" from {from}" : "");

    public static Matched<string, RouteEntry> Match(ValueList<RouteEntry> before, ValueList<RouteEntry> after) =>
        Matched<string, RouteEntry>.Match(before, after, Id);

    public static void Compare(PropertyDiff route, RouteEntry before, RouteEntry after)
    {
        if (before == after) return;
        route.Compare(nameof(RouteEntry.PreferredSource), before.PreferredSource, after.PreferredSource);
        route.Compare(nameof(RouteEntry.OnLink), before.OnLink, after.OnLink);
        route.Compare(nameof(RouteEntry.NextHops), before.NextHops, after.NextHops);
        route.Compare(nameof(RouteEntry.Encapsulation), before.Encapsulation, after.Encapsulation);
        route.Compare(nameof(RouteEntry.Vrf), before.Vrf, after.Vrf);
        route.Compare(nameof(RouteEntry.Protocol), before.Protocol, after.Protocol);
        route.Compare(nameof(RouteEntry.Scope), before.Scope, after.Scope);
        route.Compare(nameof(RouteEntry.Preference), before.Preference, after.Preference);
        route.Compare(nameof(RouteEntry.Expires), before.Expires, after.Expires);
        route.Compare(nameof(RouteEntry.Realms), before.Realms, after.Realms);
        route.Compare(nameof(RouteEntry.TtlPropagate), before.TtlPropagate, after.TtlPropagate);
        route.Compare(nameof(RouteEntry.Insertion), before.Insertion, after.Insertion);
        route.Compare(nameof(RouteEntry.NoTrack), before.NoTrack, after.NoTrack);
        route.Compare(nameof(RouteEntry.TrackGroup), before.TrackGroup, after.TrackGroup);
        CompareMetrics(route, before.Metrics, after.Metrics);
    }

    private static void CompareMetrics(PropertyDiff route, RouteMetrics before, RouteMetrics after)
    {
        if (before == after) return;
        route.Compare("Metrics.Mtu", before.Mtu, after.Mtu);
        route.Compare("Metrics.LockMtu", before.LockMtu, after.LockMtu);
        route.Compare("Metrics.HopLimit", before.HopLimit, after.HopLimit);
        route.Compare("Metrics.AdvertisedMss", before.AdvertisedMss, after.AdvertisedMss);
        route.Compare("Metrics.Rtt", before.Rtt, after.Rtt);
        route.Compare("Metrics.RttVariance", before.RttVariance, after.RttVariance);
        route.Compare("Metrics.Reordering", before.Reordering, after.Reordering);
        route.Compare("Metrics.Window", before.Window, after.Window);
        route.Compare("Metrics.CongestionWindow", before.CongestionWindow, after.CongestionWindow);
        route.Compare("Metrics.SlowStartThreshold", before.SlowStartThreshold, after.SlowStartThreshold);
        route.Compare("Metrics.MinimumRto", before.MinimumRto, after.MinimumRto);
        route.Compare("Metrics.InitialCongestionWindow", before.InitialCongestionWindow, after.InitialCongestionWindow);
        route.Compare("Metrics.InitialReceiveWindow", before.InitialReceiveWindow, after.InitialReceiveWindow);
        route.Compare("Metrics.Features", before.Features, after.Features);
        route.Compare("Metrics.QuickAck", before.QuickAck, after.QuickAck);
        route.Compare("Metrics.CongestionControl", before.CongestionControl, after.CongestionControl);
        route.Compare("Metrics.FastOpenNoCookie", before.FastOpenNoCookie, after.FastOpenNoCookie);
        route.Compare("Metrics.Locked", before.Locked, after.Locked);
    }
}
