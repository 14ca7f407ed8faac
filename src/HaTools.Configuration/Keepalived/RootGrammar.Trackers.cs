namespace HaTools.Configuration.Keepalived;

/// <summary>Scripts, files, processes, BFD sessions.</summary>
internal static partial class RootGrammar
{
    private static Keyword<RootDraft>[] Trackers =>
    [
        Tracker("vrrp_script", d => d.Scripts),
        Tracker("track_file", d => d.Files),
        Tracker("vrrp_track_file", d => d.Files),
        Tracker("vrrp_track_process", d => d.Processes),
        Tracker("bfd_instance", d => d.BfdSessions),
    ];

    private static Keyword<RootDraft> Tracker(string keyword, Func<RootDraft, List<ConfStatement>> list) => new()
    {
        Name = keyword,
        Required = 1,
        Allowed = 1,
        HasBlock = true,
        Repeatable = true,
        Read = (_, s, draft) => list(draft).Add(s),
    };
}

/// <summary>Scripts, files, processes, BFD sessions.</summary>
internal sealed partial class RootDraft
{
    public List<ConfStatement> Scripts { get; } = [];

    public List<ConfStatement> Files { get; } = [];

    public List<ConfStatement> Processes { get; } = [];

    public List<ConfStatement> BfdSessions { get; } = [];
}
