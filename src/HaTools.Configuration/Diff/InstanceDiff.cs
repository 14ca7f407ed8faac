namespace HaTools.Configuration;

/// <summary>Differences of one VRRP instance.</summary>
internal static class InstanceDiff
{
    private const string Kind = "VrrpInstance";

    public static void Add(List<HaChange> changes, VrrpInstance instance)
    {
        ConfigurationDiff.Add(changes, Kind, instance.Name, Describe(instance));
        InstanceNetworkDiff.Add(changes, instance);
    }

    public static void Remove(List<HaChange> changes, VrrpInstance instance)
    {
        InstanceNetworkDiff.Remove(changes, instance);
        ConfigurationDiff.Remove(changes, Kind, instance.Name, Describe(instance));
    }

    /// <summary>An instance which stays, but for what leaves it (<see cref="InstanceNetworkDiff.RemoveGone"/>).</summary>
    public static void Compare(List<HaChange> changes, VrrpInstance before, VrrpInstance after)
    {
        if (before == after) return;
        var instance = new PropertyDiff(changes, Kind, after.Name);
        instance.Compare(nameof(VrrpInstance.Interface), before.Interface, after.Interface);
        instance.Compare(nameof(VrrpInstance.Vrf), before.Vrf, after.Vrf);
        CompareVirtualInterface(instance, before.VirtualInterface, after.VirtualInterface);
        instance.Compare(nameof(VrrpInstance.VirtualMacForAddresses), before.VirtualMacForAddresses, after.VirtualMacForAddresses);
        instance.Compare(nameof(VrrpInstance.VirtualRouterId), before.VirtualRouterId, after.VirtualRouterId);
        ComparePriorities(instance, before, after);
        CompareTransport(instance, before, after);
        CompareAnnouncements(instance, before, after);
        instance.Compare(nameof(VrrpInstance.TrackInterfaces), before.TrackInterfaces, after.TrackInterfaces);
        instance.Compare(nameof(VrrpInstance.TrackScripts), before.TrackScripts, after.TrackScripts);
        instance.Compare(nameof(VrrpInstance.TrackFiles), before.TrackFiles, after.TrackFiles);
        instance.Compare(nameof(VrrpInstance.TrackProcesses), before.TrackProcesses, after.TrackProcesses);
        instance.Compare(nameof(VrrpInstance.TrackBfd), before.TrackBfd, after.TrackBfd);
        instance.Compare(nameof(VrrpInstance.DontTrackPrimary), before.DontTrackPrimary, after.DontTrackPrimary);
        instance.Compare(nameof(VrrpInstance.SelfFencing), before.SelfFencing, after.SelfFencing);
        instance.Compare(nameof(VrrpInstance.NoVirtualAddress), before.NoVirtualAddress, after.NoVirtualAddress);
        instance.Compare(nameof(VrrpInstance.PromoteSecondaries), before.PromoteSecondaries, after.PromoteSecondaries);
        instance.Compare(nameof(VrrpInstance.Accept), before.Accept, after.Accept);
        NotifyDiff.Compare(instance, before.Notify, after.Notify);
        instance.Compare(nameof(VrrpInstance.NotifyPriorityChanges), before.NotifyPriorityChanges, after.NotifyPriorityChanges);
        instance.Compare(nameof(VrrpInstance.SmtpAlert), before.SmtpAlert, after.SmtpAlert);
        InstanceNetworkDiff.Compare(changes, instance, before, after);
    }

    private static void ComparePriorities(PropertyDiff instance, VrrpInstance before, VrrpInstance after)
    {
        instance.Compare(nameof(VrrpInstance.Priority), before.Priority, after.Priority);
        instance.Compare(nameof(VrrpInstance.AdvertisementInterval), before.AdvertisementInterval, after.AdvertisementInterval);
        instance.Compare(nameof(VrrpInstance.DownTimerAdverts), before.DownTimerAdverts, after.DownTimerAdverts);
        instance.Compare(nameof(VrrpInstance.InitialState), before.InitialState, after.InitialState);
        instance.Compare(nameof(VrrpInstance.NoPreempt), before.NoPreempt, after.NoPreempt);
        instance.Compare(nameof(VrrpInstance.PreemptDelay), before.PreemptDelay, after.PreemptDelay);
        instance.Compare(nameof(VrrpInstance.TimerExpiredBackup), before.TimerExpiredBackup, after.TimerExpiredBackup);
        instance.Compare(nameof(VrrpInstance.Strict), before.Strict, after.Strict);
        instance.Compare(nameof(VrrpInstance.LowerPriorityNoAdvert), before.LowerPriorityNoAdvert, after.LowerPriorityNoAdvert);
        instance.Compare(nameof(VrrpInstance.HigherPrioritySendAdvert), before.HigherPrioritySendAdvert, after.HigherPrioritySendAdvert);
        instance.Compare(nameof(VrrpInstance.OwnerIgnoreAdverts), before.OwnerIgnoreAdverts, after.OwnerIgnoreAdverts);
    }

    private static void CompareTransport(PropertyDiff instance, VrrpInstance before, VrrpInstance after)
    {
        instance.Compare(nameof(VrrpInstance.Version), before.Version, after.Version);
        instance.Compare(nameof(VrrpInstance.AlsoVersion2), before.AlsoVersion2, after.AlsoVersion2);
        instance.Compare(nameof(VrrpInstance.ChecksumForm), before.ChecksumForm, after.ChecksumForm);
        instance.Compare("Authentication.Type", before.Authentication?.Type, after.Authentication?.Type);
        instance.CompareSecret("Authentication.Password", before.Authentication?.Password, after.Authentication?.Password);
        // The text of a key is its id: the secret is not shown, and a change of it alone is seen.
        instance.Compare("Hmac.Keys", before.Hmac?.Keys, after.Hmac?.Keys);
        instance.Compare("Hmac.ActiveKey", before.Hmac?.ActiveKey, after.Hmac?.ActiveKey);
        instance.Compare("Hmac.AntiReplay", before.Hmac?.AntiReplay, after.Hmac?.AntiReplay);
        instance.Compare("Hmac.TimeWindow", before.Hmac?.TimeWindow, after.Hmac?.TimeWindow);
        instance.Compare("Hmac.Mode", before.Hmac?.Mode, after.Hmac?.Mode);
        instance.Compare(nameof(VrrpInstance.SourceAddress), before.SourceAddress, after.SourceAddress);
        instance.Compare(nameof(VrrpInstance.TrackSourceAddress), before.TrackSourceAddress, after.TrackSourceAddress);
        instance.Compare(nameof(VrrpInstance.MulticastGroup), before.MulticastGroup, after.MulticastGroup);
        instance.Compare(nameof(VrrpInstance.UnicastPeers), before.UnicastPeers, after.UnicastPeers);
        instance.Compare(nameof(VrrpInstance.UnicastTtl), before.UnicastTtl, after.UnicastTtl);
        instance.Compare(nameof(VrrpInstance.CheckUnicastSource), before.CheckUnicastSource, after.CheckUnicastSource);
        instance.Compare(nameof(VrrpInstance.UnicastFaultNoPeer), before.UnicastFaultNoPeer, after.UnicastFaultNoPeer);
    }

    private static void CompareAnnouncements(PropertyDiff instance, VrrpInstance before, VrrpInstance after)
    {
        instance.Compare(nameof(VrrpInstance.GarpRepeat), before.GarpRepeat, after.GarpRepeat);
        instance.Compare(nameof(VrrpInstance.GarpDelay), before.GarpDelay, after.GarpDelay);
        instance.Compare(nameof(VrrpInstance.GarpRefresh), before.GarpRefresh, after.GarpRefresh);
        instance.Compare(nameof(VrrpInstance.GarpRefreshRepeat), before.GarpRefreshRepeat, after.GarpRefreshRepeat);
        instance.Compare(nameof(VrrpInstance.GarpLowerPriorityDelay), before.GarpLowerPriorityDelay, after.GarpLowerPriorityDelay);
        instance.Compare(nameof(VrrpInstance.GarpLowerPriorityRepeat), before.GarpLowerPriorityRepeat, after.GarpLowerPriorityRepeat);
        instance.Compare(nameof(VrrpInstance.GarpExtraInterval), before.GarpExtraInterval, after.GarpExtraInterval);
        instance.Compare(nameof(VrrpInstance.GarpExtraAll), before.GarpExtraAll, after.GarpExtraAll);
    }

    private static void CompareVirtualInterface(PropertyDiff instance, VirtualInterface? before, VirtualInterface? after)
    {
        instance.Compare("VirtualInterface.Kind", before?.Kind, after?.Kind);
        instance.Compare("VirtualInterface.Name", before?.Name, after?.Name);
        instance.Compare("VirtualInterface.MacAddress", before?.MacAddress, after?.MacAddress);
        instance.Compare("VirtualInterface.Address", before?.Address, after?.Address);
        instance.Compare("VirtualInterface.PrefixLength", before?.PrefixLength, after?.PrefixLength);
        instance.Compare("VirtualInterface.Mode", before?.Mode, after?.Mode);
        instance.Compare("VirtualInterface.TransmitOnBase", before?.TransmitOnBase, after?.TransmitOnBase);
        instance.Compare("VirtualInterface.Group", before?.Group, after?.Group);
    }

    private static string Describe(VrrpInstance instance) =>
        $"{instance.Interface} VRID {instance.VirtualRouterId} priority {instance.Priority}";
}
