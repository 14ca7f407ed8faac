using System.Net;

namespace HaTools.Configuration;

/// <summary>Differences of the addresses, routes and rules of one VRRP instance.</summary>
internal static class InstanceNetworkDiff
{
    private const string Address = "VirtualAddress";
    private const string Excluded = "ExcludedAddress";
    private const string Route = "VirtualRoute";
    private const string Rule = "VirtualRule";

    private static readonly VrrpInstance Nothing = new() { Name = "", Interface = "", VirtualRouterId = 1 };

    /// <summary>All that a new instance brings.</summary>
    public static void Add(List<HaChange> changes, VrrpInstance instance) => AddNew(changes, Nothing, instance);

    /// <summary>All that an instance which goes takes away.</summary>
    public static void Remove(List<HaChange> changes, VrrpInstance instance) => RemoveGone(changes, instance, Nothing);

    /// <summary>What leaves an instance which stays.</summary>
    public static void RemoveGone(List<HaChange> changes, VrrpInstance before, VrrpInstance after)
    {
        foreach (RuleEntry rule in RuleDiff.Match(before.VirtualRules, after.VirtualRules).Removed)
            ConfigurationDiff.Remove(changes, Rule, Id(before, rule), null);
        foreach (RouteEntry route in RouteDiff.Match(before.VirtualRoutes, after.VirtualRoutes).Removed)
            ConfigurationDiff.Remove(changes, Route, Id(before, route), null);
        foreach (VirtualAddress address in AddressDiff.Match(before.ExcludedAddresses, after.ExcludedAddresses).Removed)
            ConfigurationDiff.Remove(changes, Excluded, Id(before, address), address.ToString());
        foreach (VirtualAddress address in AddressDiff.Match(before.VirtualAddresses, after.VirtualAddresses).Removed)
            ConfigurationDiff.Remove(changes, Address, Id(before, address), address.ToString());
    }

    /// <summary>What changes in an instance which stays, and what comes to it.</summary>
    public static void Compare(List<HaChange> changes, PropertyDiff instance, VrrpInstance before, VrrpInstance after)
    {
        Matched<IPAddress, VirtualAddress> addresses = AddressDiff.Match(before.VirtualAddresses, after.VirtualAddresses);
        foreach ((VirtualAddress old, VirtualAddress now) in addresses.Kept)
            AddressDiff.Compare(new PropertyDiff(changes, Address, Id(after, now)), old, now);
        foreach ((VirtualAddress old, VirtualAddress now) in AddressDiff.Match(before.ExcludedAddresses, after.ExcludedAddresses).Kept)
            AddressDiff.Compare(new PropertyDiff(changes, Excluded, Id(after, now)), old, now);
        foreach ((RouteEntry old, RouteEntry now) in RouteDiff.Match(before.VirtualRoutes, after.VirtualRoutes).Kept)
            RouteDiff.Compare(new PropertyDiff(changes, Route, Id(after, now)), old, now);
        foreach ((RuleEntry old, RuleEntry now) in RuleDiff.Match(before.VirtualRules, after.VirtualRules).Kept)
            RuleDiff.Compare(new PropertyDiff(changes, Rule, Id(after, now)), old, now);
        AddNew(changes, before, after);
        // The advert lists the addresses in order.
        if (!IsOrderKept(before, after, addresses))
            instance.Set(nameof(VrrpInstance.VirtualAddresses), before.VirtualAddresses.ToString(), after.VirtualAddresses.ToString());
    }

    private static void AddNew(List<HaChange> changes, VrrpInstance before, VrrpInstance after)
    {
        foreach (VirtualAddress address in AddressDiff.Match(before.VirtualAddresses, after.VirtualAddresses).Added)
            ConfigurationDiff.Add(changes, Address, Id(after, address), address.ToString());
        foreach (VirtualAddress address in AddressDiff.Match(before.ExcludedAddresses, after.ExcludedAddresses).Added)
            ConfigurationDiff.Add(changes, Excluded, Id(after, address), address.ToString());
        foreach (RouteEntry route in RouteDiff.Match(before.VirtualRoutes, after.VirtualRoutes).Added)
            ConfigurationDiff.Add(changes, Route, Id(after, route), null);
        foreach (RuleEntry rule in RuleDiff.Match(before.VirtualRules, after.VirtualRules).Added)
            ConfigurationDiff.Add(changes, Rule, Id(after, rule), null);
    }

    // Whether removing and appending alone give the new order.
    private static bool IsOrderKept(VrrpInstance before, VrrpInstance after, Matched<IPAddress, VirtualAddress> addresses)
    {
        var kept = addresses.Kept.Select(k => k.After.Address).ToHashSet();
        IEnumerable<IPAddress> stay = before.VirtualAddresses.Select(a => a.Address).Where(kept.Contains);
        return stay.Concat(addresses.Added.Select(a => a.Address)).SequenceEqual(after.VirtualAddresses.Select(a => a.Address));
    }

    private static string Id(VrrpInstance instance, VirtualAddress address) => $"{instance.Name} {address.Address}";

    private static string Id(VrrpInstance instance, RouteEntry route) => $"{instance.Name} {RouteDiff.Id(route)}";

    private static string Id(VrrpInstance instance, RuleEntry rule) => $"{instance.Name} {RuleDiff.Id(rule)}";
}
