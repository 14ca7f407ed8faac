namespace HaTools.Configuration.Keepalived;

/// <summary>Scripts, files, processes, BFD sessions.</summary>
internal static partial class RootGrammar
{
    private static Keyword<RootDraft>[] Trackers =>
    [
        new()
        {
            Name = "vrrp_script", Required = 1, Allowed = 1, HasBlock = true, Repeatable = true,
            Read = (_, s, draft) => draft.Scripts.Add(s),
        },
        new()
        {
            Name = "bfd_instance", Required = 1, Allowed = 1, HasBlock = true, Repeatable = true,
            Read = (_, s, draft) => draft.BfdSessions.Add(s),
        },
    ];
}

/// <summary>Scripts, files, processes, BFD sessions.</summary>
internal sealed partial class RootDraft
{
    public List<ConfStatement> Scripts { get; } = [];

    public List<ConfStatement> BfdSessions { get; } = [];
}
