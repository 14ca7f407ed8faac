using System.Net;

namespace HaTools.Configuration;

/// <summary>
/// Finds what has to be done to get from one configuration to another. Objects are matched by identity (names; services and real servers
/// by their Id; addresses, routes and rules by what they are within their owner), never by their place in a list.
/// </summary>
internal static class ConfigurationDiff
{
    /// <summary>
    /// The changes, in an order that can be applied from top to bottom: what others lean on comes first and goes last, an address leaves
    /// its old instance before its new one takes it, and a service stands before the address that brings its clients.
    /// Equal models give none.
    /// </summary>
    public static IReadOnlyList<HaChange> Compare(HaConfiguration before, HaConfiguration after)
    {
        var changes = new List<HaChange>();
        NodeDiff.Compare(changes, before, after);
        WebhookDiff.Compare(changes, before, after);

        var services = Matched<string, VirtualServer>.Match(before.VirtualServers, after.VirtualServers, s => s.Id);
        var instances = Matched<string, VrrpInstance>.Match(before.VrrpInstances, after.VrrpInstances, i => i.Name);
        var groups = Matched<string, VrrpSyncGroup>.Match(before.SyncGroups, after.SyncGroups, g => g.Name);
        var direct = Matched<IPAddress, DirectRoutingAddress>.Match(
            before.DirectRoutingAddresses, after.DirectRoutingAddresses, a => a.Address);

        var tunnels = Matched<IPAddress, TunnelAddress>.Match(before.TunnelAddresses, after.TunnelAddresses, a => a.Address);

        TrackerDiff.AddAndCompare(changes, before, after);
        GroupDiff.AddAndCompare(changes, before, after);
        NetworkDiff.Compare(changes, before, after);

        VirtualServerGroupDiff.AddAndCompare(changes, before, after);
        foreach (VirtualServer service in services.Added) VirtualServerDiff.Add(changes, service);
        foreach ((VirtualServer old, VirtualServer now) in services.Kept) VirtualServerDiff.Compare(changes, old, now);

        foreach (VrrpSyncGroup group in groups.Removed) SyncGroupDiff.Remove(changes, group);
        foreach ((VrrpInstance old, VrrpInstance now) in instances.Kept) InstanceNetworkDiff.RemoveGone(changes, old, now);
        foreach (VrrpInstance instance in instances.Removed) InstanceDiff.Remove(changes, instance);
        foreach (DirectRoutingAddress address in direct.Removed) Remove(changes, "DirectRoutingAddress", address.ToString(), null);
        foreach (DirectRoutingAddress address in direct.Added) Add(changes, "DirectRoutingAddress", address.ToString(), null);
        TunnelAddressDiff.Compare(changes, tunnels);
        foreach ((VrrpInstance old, VrrpInstance now) in instances.Kept) InstanceDiff.Compare(changes, old, now);
        foreach (VrrpInstance instance in instances.Added) InstanceDiff.Add(changes, instance);
        foreach ((VrrpSyncGroup old, VrrpSyncGroup now) in groups.Kept) SyncGroupDiff.Compare(changes, old, now);
        foreach (VrrpSyncGroup group in groups.Added) SyncGroupDiff.Add(changes, group);

        foreach (VirtualServer service in services.Removed) VirtualServerDiff.Remove(changes, service);
        VirtualServerGroupDiff.Remove(changes, before, after);
        GroupDiff.Remove(changes, before, after);
        TrackerDiff.Remove(changes, before, after);
        return changes;
    }

    public static void Add(List<HaChange> changes, string kind, string id, string? after) =>
        changes.Add(new HaChange { Action = HaChangeAction.Add, Kind = kind, Id = id, After = after });

    public static void Remove(List<HaChange> changes, string kind, string id, string? before) =>
        changes.Add(new HaChange { Action = HaChangeAction.Remove, Kind = kind, Id = id, Before = before });
}
