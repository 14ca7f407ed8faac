using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>Notify scripts of a sync group.</summary>
internal static partial class SyncGroupGrammar
{
    private static Keyword<SyncGroupDraft>[] Notifications => NotifyGrammar.Keywords<SyncGroupDraft>(d => d.Notify);

    private static VrrpSyncGroup WithNotifications(
        ConfReading reading, SyncGroupDraft draft, ModelPositions positions, ModelPath path, VrrpSyncGroup group) =>
        group with { Notify = draft.Notify.Scripts, NotifyPriorityChanges = draft.Notify.PriorityChanges, SmtpAlert = draft.Notify.SmtpAlert };
}

/// <summary>Notify scripts of a sync group.</summary>
internal sealed partial class SyncGroupDraft
{
    public NotifyDraft Notify { get; } = new();
}
