namespace HaTools.Configuration.Keepalived;

/// <summary>What an instance follows.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] Trackers =>
    [
        .. TrackGrammar.Keywords<InstanceDraft>(d => d.Track),
        new() { Name = "dont_track_primary", Read = (_, _, d) => d.DontTrackPrimary = true },
    ];

    private static VrrpInstance WithTrackers(InstanceBuild build, VrrpInstance instance)
    {
        TrackDraft track = build.Draft.Track;
        return instance with
        {
            TrackInterfaces = TrackGrammar.List(track.Interfaces, build.Positions, build.Path, "trackInterfaces"),
            TrackScripts = TrackGrammar.List(track.Scripts, build.Positions, build.Path, "trackScripts"),
            TrackFiles = TrackGrammar.List(track.Files, build.Positions, build.Path, "trackFiles"),
            TrackProcesses = TrackGrammar.List(track.Processes, build.Positions, build.Path, "trackProcesses"),
            DontTrackPrimary = build.Draft.DontTrackPrimary,
            TrackBfd = TrackGrammar.List(track.Bfd, build.Positions, build.Path, "trackBfd"),
        };
    }
}

/// <summary>What an instance follows.</summary>
internal sealed partial class InstanceDraft
{
    public TrackDraft Track { get; } = new();

    public bool DontTrackPrimary { get; set; }
}
