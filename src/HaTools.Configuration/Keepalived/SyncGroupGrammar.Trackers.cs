using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>What every member of a sync group follows.</summary>
internal static partial class SyncGroupGrammar
{
    private static Keyword<SyncGroupDraft>[] Trackers => [];

    private static VrrpSyncGroup WithTrackers(
        ConfReading reading, SyncGroupDraft draft, ModelPositions positions, ModelPath path, VrrpSyncGroup group) => group;
}
