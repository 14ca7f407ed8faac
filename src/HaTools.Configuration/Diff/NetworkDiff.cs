namespace HaTools.Configuration;

/// <summary>Differences of static addresses, routes and rules: a route goes before the address that it leans on, and comes after it.</summary>
internal static class NetworkDiff
{
    private const string Address = "StaticAddress";
    private const string Route = "StaticRoute";
    private const string Rule = "StaticRule";

    public static void Compare(List<HaChange> changes, HaConfiguration before, HaConfiguration after)
    {
        // The host may have one address on two interfaces.
        var addresses = Matched<string, VirtualAddress>.Match(before.StaticAddresses, after.StaticAddresses, Id);
        Matched<string, RouteEntry> routes = RouteDiff.Match(before.StaticRoutes, after.StaticRoutes);
        Matched<string, RuleEntry> rules = RuleDiff.Match(before.StaticRules, after.StaticRules);

        foreach (RuleEntry rule in rules.Removed) ConfigurationDiff.Remove(changes, Rule, RuleDiff.Id(rule), null);
        foreach (RouteEntry route in routes.Removed) ConfigurationDiff.Remove(changes, Route, RouteDiff.Id(route), null);
        foreach (VirtualAddress address in addresses.Removed)
            ConfigurationDiff.Remove(changes, Address, Id(address), address.ToString());

        foreach ((VirtualAddress old, VirtualAddress now) in addresses.Kept)
            AddressDiff.Compare(new PropertyDiff(changes, Address, Id(now)), old, now);
        foreach (VirtualAddress address in addresses.Added)
            ConfigurationDiff.Add(changes, Address, Id(address), address.ToString());
        foreach ((RouteEntry old, RouteEntry now) in routes.Kept)
            RouteDiff.Compare(new PropertyDiff(changes, Route, RouteDiff.Id(now)), old, now);
        foreach (RouteEntry route in routes.Added) ConfigurationDiff.Add(changes, Route, RouteDiff.Id(route), null);
        foreach ((RuleEntry old, RuleEntry now) in rules.Kept) RuleDiff.Compare(new PropertyDiff(changes, Rule, RuleDiff.Id(now)), old, now);
        foreach (RuleEntry rule in rules.Added) ConfigurationDiff.Add(changes, Rule, RuleDiff.Id(rule), null);
    }

    private static string Id(VirtualAddress address) => address.Device is { } device ? $"{address.Address} dev {device}" : address.Address.ToString();
}
