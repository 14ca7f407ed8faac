using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>Notify scripts of a sync group.</summary>
internal static partial class SyncGroupGrammar
{
    private static Keyword<SyncGroupDraft>[] Notifications => [];

    private static VrrpSyncGroup WithNotifications(
        ConfReading reading, SyncGroupDraft draft, ModelPositions positions, ModelPath path, VrrpSyncGroup group) => group;
}
