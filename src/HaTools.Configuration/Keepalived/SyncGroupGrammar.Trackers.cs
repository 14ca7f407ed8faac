using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>What every member of a sync group follows.</summary>
internal static partial class SyncGroupGrammar
{
    private static Keyword<SyncGroupDraft>[] Trackers => TrackGrammar.Keywords<SyncGroupDraft>(d => d.Track);

    private static VrrpSyncGroup WithTrackers(
        ConfReading reading, SyncGroupDraft draft, ModelPositions positions, ModelPath path, VrrpSyncGroup group) => group with
        {
            TrackInterfaces = TrackGrammar.List(draft.Track.Interfaces, positions, path, "trackInterfaces"),
            TrackScripts = TrackGrammar.List(draft.Track.Scripts, positions, path, "trackScripts"),
            TrackFiles = TrackGrammar.List(draft.Track.Files, positions, path, "trackFiles"),
            TrackProcesses = TrackGrammar.List(draft.Track.Processes, positions, path, "trackProcesses"),
            TrackBfd = TrackGrammar.List(draft.Track.Bfd, positions, path, "trackBfd"),
        };
}

/// <summary>What every member of a sync group follows.</summary>
internal sealed partial class SyncGroupDraft
{
    public TrackDraft Track { get; } = new();
}
