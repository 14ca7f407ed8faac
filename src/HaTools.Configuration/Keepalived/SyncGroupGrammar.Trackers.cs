using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>What every member of a sync group follows.</summary>
internal static partial class SyncGroupGrammar
{
    private static Keyword<SyncGroupDraft>[] Trackers =>
    [
        new() { Name = "track_bfd", HasBlock = true, Repeatable = true, Read = (r, s, d) => TrackedLines.Read(r, s, d.TrackedBfd) },
    ];

    private static VrrpSyncGroup WithTrackers(
        ConfReading reading, SyncGroupDraft draft, ModelPositions positions, ModelPath path, VrrpSyncGroup group)
    {
        for (int i = 0; i < draft.TrackedBfd.Count; i++) positions.Note(path.Element("trackBfd", i), draft.TrackedBfd[i].Word.Position);
        return group with { TrackBfd = draft.TrackedBfd.Select(t => t.Tracked).ToValueList() };
    }
}

/// <summary>What every member of a sync group follows.</summary>
internal sealed partial class SyncGroupDraft
{
    public List<(Tracked Tracked, ConfWord Word)> TrackedBfd { get; } = [];
}
