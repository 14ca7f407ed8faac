namespace HaTools.Configuration.Keepalived;

/// <summary>Who becomes master, and when.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] Elections =>
    [
        new() { Name = "preempt", Read = (_, _, d) => d.NoPreempt = null },
        new() { Name = "nopreempt", Read = (_, s, d) => d.NoPreempt = s.Keyword },
    ];

    private static VrrpInstance WithElections(InstanceBuild build, VrrpInstance instance) => instance with
    {
        NoPreempt = NoPreempt(build.Reading, build.Draft),
    };

    private static bool NoPreempt(ConfReading reading, InstanceDraft draft)
    {
        if (draft.NoPreempt is not { } word) return false;
        if (draft.InitialState != VrrpInitialState.Master) return true;
        reading.Warning("NoPreemptWithMaster", word,
            "`nopreempt` does not work with `state MASTER`: keepalived clears it, and so do we. Write `state BACKUP` on both nodes.");
        return false;
    }
}

/// <summary>Who becomes master, and when.</summary>
internal sealed partial class InstanceDraft
{
    public ConfWord? NoPreempt { get; set; }
}
