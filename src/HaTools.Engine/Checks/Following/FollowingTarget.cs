using HaTools.Vrrp;

namespace HaTools.Engine.Checks;

/// <summary>A check that goes by a tracker of this node, and has no times of its own.</summary>
/// <param name="Key">Whose check it is.</param>
/// <param name="Tracker">The tracker.</param>
internal abstract record FollowingTarget(CheckKey Key, TrackerKey Tracker) : CheckTarget(Key)
{
    /// <summary>From a reading to the word on a server, through two threads.</summary>
    protected const long Slack = 2_000_000_000;

    /// <summary>The trackers that checks may go by.</summary>
    public static IReadOnlySet<TrackerKey> TrackersOf(HaConfiguration configuration) => new HashSet<TrackerKey>(
    [
        .. configuration.Files.Select(f => new TrackerKey(TrackerKind.File, f.Name)),
        .. configuration.BfdSessions.Select(s => new TrackerKey(TrackerKind.Bfd, s.Name)),
    ]);

    /// <summary>What a reading says of the server; null: nothing.</summary>
    public abstract FollowedWord? Of(in TrackerReading reading);

    /// <summary>Why the server may not serve, in words.</summary>
    public abstract string Reason { get; }
}
