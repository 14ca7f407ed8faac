namespace HaTools.Configuration;

/// <summary>Differences of the notify scripts of an instance or a sync group.</summary>
internal static class NotifyDiff
{
    public static void Compare(PropertyDiff owner, NotifyScripts before, NotifyScripts after)
    {
        owner.Compare("Notify.Master", before.Master, after.Master);
        owner.Compare("Notify.Backup", before.Backup, after.Backup);
        owner.Compare("Notify.Fault", before.Fault, after.Fault);
        owner.Compare("Notify.Stop", before.Stop, after.Stop);
        owner.Compare("Notify.Deleted", before.Deleted, after.Deleted);
        owner.Compare("Notify.SaysDeleted", before.SaysDeleted, after.SaysDeleted);
        owner.Compare("Notify.Any", before.Any, after.Any);
        owner.Compare("Notify.MasterReceivedLowerPriority", before.MasterReceivedLowerPriority, after.MasterReceivedLowerPriority);
    }
}
