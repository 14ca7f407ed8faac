namespace HaTools;

/// <summary>A command run at an interval, whose exit code (0: good) instances follow (keepalived: <c>vrrp_script</c>).</summary>
public sealed record ScriptTracker
{
    /// <summary>The name, unique among scripts.</summary>
    public required string Name { get; init; }

    /// <summary>The command line: a program and its arguments, separated by blanks, quoted with ' or ". No shell.</summary>
    public required string Command { get; init; }

    /// <summary>The time from one start to the next.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After this time the command's whole process group is killed and the run counts as failed; null: the interval.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// -253 to 253, not 0: added to the priority (positive: while good; negative: while failed). 0: a failure puts the instance into FAULT.
    /// </summary>
    public int Weight { get; init; }

    /// <summary>Turns the meaning of the weight round (with weight 0: success is the fault).</summary>
    public bool Reverse { get; init; }

    /// <summary>Good runs in a row before the tracker is called good, from 1.</summary>
    public int Rise { get; init; } = 1;

    /// <summary>Failed runs in a row before the tracker is called failed, from 1.</summary>
    public int Fall { get; init; } = 1;

    /// <summary>
    /// The user (and after a colon the group) to run as, or several, as <see cref="HaConfiguration.ScriptUser"/> has them; null: that one.
    /// </summary>
    public string? User { get; init; }

    /// <summary>Whether the tracker counts as failed until the first good runs.</summary>
    public bool InitFail { get; init; }

    /// <summary>What to try before the tracker is called failed; null: nothing.</summary>
    public RecoveryAction? Recover { get; init; }
}

/// <summary>
/// A command that is tried once before a tracker is called failed: it runs, the check is repeated after the delay, and only if that fails too is the tracker failed.
/// It is tried again only after the tracker has been good in between.
/// </summary>
public sealed record RecoveryAction
{
    /// <summary>
    /// The command line, as <see cref="ScriptTracker.Command"/>; it runs as the engine's user, since it must be able to start services.
    /// </summary>
    public required string Command { get; init; }

    /// <summary>After this time the command's process group is killed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait after the command before the check is repeated.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);
}
