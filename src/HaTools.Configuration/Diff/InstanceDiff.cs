using System.Net;

namespace HaTools.Configuration;

/// <summary>Differences of one VRRP instance and its addresses.</summary>
internal static class InstanceDiff
{
    private const string Kind = "VrrpInstance";
    private const string AddressKind = "VirtualAddress";

    public static void Add(List<HaChange> changes, VrrpInstance instance)
    {
        ConfigurationDiff.Add(changes, Kind, instance.Name,
            $"{instance.Interface} VRID {instance.VirtualRouterId} priority {instance.Priority}");
        foreach (VirtualAddress address in instance.VirtualAddresses)
        {
            ConfigurationDiff.Add(changes, AddressKind, Id(instance, address), address.ToString());
        }
    }

    public static void Remove(List<HaChange> changes, VrrpInstance instance)
    {
        foreach (VirtualAddress address in instance.VirtualAddresses)
        {
            ConfigurationDiff.Remove(changes, AddressKind, Id(instance, address), address.ToString());
        }
        ConfigurationDiff.Remove(changes, Kind, instance.Name,
            $"{instance.Interface} VRID {instance.VirtualRouterId} priority {instance.Priority}");
    }

    /// <summary>The addresses that leave an instance which stays.</summary>
    public static void RemoveAddresses(List<HaChange> changes, VrrpInstance before, VrrpInstance after)
    {
        if (before.VirtualAddresses.Equals(after.VirtualAddresses)) return;
        foreach (VirtualAddress address in Match(before, after).Removed)
            ConfigurationDiff.Remove(changes, AddressKind, Id(before, address), address.ToString());
    }

    /// <summary>Everything else of an instance which stays.</summary>
    public static void Compare(List<HaChange> changes, VrrpInstance before, VrrpInstance after)
    {
        if (before == after) return;
        var instance = new PropertyDiff(changes, Kind, after.Name);
        instance.Compare(nameof(VrrpInstance.Interface), before.Interface, after.Interface);
        instance.Compare(nameof(VrrpInstance.VirtualRouterId), before.VirtualRouterId, after.VirtualRouterId);
        instance.Compare(nameof(VrrpInstance.Priority), before.Priority, after.Priority);
        instance.Compare(nameof(VrrpInstance.AdvertisementInterval), before.AdvertisementInterval, after.AdvertisementInterval);
        instance.Compare(nameof(VrrpInstance.Version), before.Version, after.Version);
        instance.Compare(nameof(VrrpInstance.InitialState), before.InitialState, after.InitialState);
        instance.Compare(nameof(VrrpInstance.NoPreempt), before.NoPreempt, after.NoPreempt);
        instance.Compare("Authentication.Type", before.Authentication?.Type, after.Authentication?.Type);
        instance.CompareSecret("Authentication.Password", before.Authentication?.Password, after.Authentication?.Password);
        instance.Compare(nameof(VrrpInstance.ChecksumForm), before.ChecksumForm, after.ChecksumForm);
        instance.Compare(nameof(VrrpInstance.TrackScripts), before.TrackScripts, after.TrackScripts);
        instance.Compare(nameof(VrrpInstance.GarpRepeat), before.GarpRepeat, after.GarpRepeat);
        instance.Compare(nameof(VrrpInstance.GarpDelay), before.GarpDelay, after.GarpDelay);
        instance.Compare(nameof(VrrpInstance.SelfFencing), before.SelfFencing, after.SelfFencing);
        CompareAddresses(changes, instance, before, after);
    }

    private static void CompareAddresses(List<HaChange> changes, PropertyDiff instance, VrrpInstance before, VrrpInstance after)
    {
        if (before.VirtualAddresses.Equals(after.VirtualAddresses)) return;
        Matched<IPAddress, VirtualAddress> addresses = Match(before, after);
        foreach ((VirtualAddress old, VirtualAddress now) in addresses.Kept)
        {
            var address = new PropertyDiff(changes, AddressKind, Id(after, now));
            address.Compare(nameof(VirtualAddress.PrefixLength), old.PrefixLength, now.PrefixLength);
            address.Compare(nameof(VirtualAddress.Device), old.Device, now.Device);
            address.Compare(nameof(VirtualAddress.Label), old.Label, now.Label);
            address.Compare(nameof(VirtualAddress.Scope), old.Scope, now.Scope);
            address.Compare(nameof(VirtualAddress.Broadcast), old.Broadcast, now.Broadcast);
        }
        foreach (VirtualAddress address in addresses.Added)
        {
            ConfigurationDiff.Add(changes, AddressKind, Id(after, address), address.ToString());
        }
        // The advert lists the addresses in order.
        if (!IsOrderKept(before, after, addresses))
            instance.Set(nameof(VrrpInstance.VirtualAddresses), before.VirtualAddresses.ToString(), after.VirtualAddresses.ToString());
    }

    // Whether removing and appending alone give the new order.
    private static bool IsOrderKept(VrrpInstance before, VrrpInstance after, Matched<IPAddress, VirtualAddress> addresses)
    {
        var kept = addresses.Kept.Select(k => k.After.Address).ToHashSet();
        IEnumerable<IPAddress> stay = before.VirtualAddresses.Select(a => a.Address).Where(kept.Contains);
        return stay.Concat(addresses.Added.Select(a => a.Address)).SequenceEqual(after.VirtualAddresses.Select(a => a.Address));
    }

    private static Matched<IPAddress, VirtualAddress> Match(VrrpInstance before, VrrpInstance after) =>
        Matched<IPAddress, VirtualAddress>.Match(before.VirtualAddresses, after.VirtualAddresses, a => a.Address);

    private static string Id(VrrpInstance instance, VirtualAddress address) => $"{instance.Name} {address.Address}";
}
