namespace HaTools.Configuration;

/// <summary>Differences of one sync group: it leans on its members.</summary>
internal static class SyncGroupDiff
{
    private const string Kind = "VrrpSyncGroup";

    public static void Add(List<HaChange> changes, VrrpSyncGroup group) =>
        ConfigurationDiff.Add(changes, Kind, group.Name, group.Members.ToString());

    public static void Remove(List<HaChange> changes, VrrpSyncGroup group) =>
        ConfigurationDiff.Remove(changes, Kind, group.Name, group.Members.ToString());

    public static void Compare(List<HaChange> changes, VrrpSyncGroup before, VrrpSyncGroup after)
    {
        if (before == after) return;
        var group = new PropertyDiff(changes, Kind, after.Name);
        group.Compare(nameof(VrrpSyncGroup.Members), before.Members, after.Members);
        group.Compare(nameof(VrrpSyncGroup.TrackInterfaces), before.TrackInterfaces, after.TrackInterfaces);
        group.Compare(nameof(VrrpSyncGroup.TrackScripts), before.TrackScripts, after.TrackScripts);
        group.Compare(nameof(VrrpSyncGroup.TrackFiles), before.TrackFiles, after.TrackFiles);
        group.Compare(nameof(VrrpSyncGroup.TrackProcesses), before.TrackProcesses, after.TrackProcesses);
        group.Compare(nameof(VrrpSyncGroup.TrackBfd), before.TrackBfd, after.TrackBfd);
        group.Compare(nameof(VrrpSyncGroup.TrackingWeight), before.TrackingWeight, after.TrackingWeight);
        NotifyDiff.Compare(group, before.Notify, after.Notify);
        group.Compare(nameof(VrrpSyncGroup.NotifyPriorityChanges), before.NotifyPriorityChanges, after.NotifyPriorityChanges);
        group.Compare(nameof(VrrpSyncGroup.SmtpAlert), before.SmtpAlert, after.SmtpAlert);
    }
}
