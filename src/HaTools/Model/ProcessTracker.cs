namespace HaTools;

/// <summary>Counts the running processes of a name and arguments (keepalived: <c>vrrp_track_process</c>), by the kernel's process events.</summary>
public sealed record ProcessTracker
{
    /// <summary>The name, unique among process trackers.</summary>
    public required string Name { get; init; }

    /// <summary>The command and, where they are to match too, its arguments.</summary>
    public required ValueList<string> Command { get; init; }

    /// <summary>How the arguments are compared; null: the command's name alone is.</summary>
    public ParameterMatch? Parameters { get; init; }

    /// <summary>Whether the full command line decides instead of the process's short name (keepalived: <c>full_command</c>).</summary>
    public bool FullCommand { get; init; }

    /// <summary>-254 to 254; 0: too few (or too many) processes put the instance into FAULT.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Turns the meaning round.</summary>
    public bool Reverse { get; init; }

    /// <summary>The fewest processes that count as up, from 1 (keepalived: <c>quorum</c>).</summary>
    public int Quorum { get; init; } = 1;

    /// <summary>The most; null: no limit (keepalived: <c>quorum_max</c>).</summary>
    public int? QuorumMax { get; init; }

    /// <summary>How long the number must be right before the tracker is up (keepalived: <c>fork_delay</c>, <c>delay</c>).</summary>
    public TimeSpan ForkDelay { get; init; }

    /// <summary>How long the number must be wrong before the tracker is down (keepalived: <c>terminate_delay</c>, <c>delay</c>).</summary>
    public TimeSpan TerminateDelay { get; init; }
}

/// <summary>How arguments of a process are compared (keepalived: <c>param_match</c>).</summary>
public enum ParameterMatch
{
    /// <summary>All, in order, and no more.</summary>
    Exact,

    /// <summary>The given ones come first; the last of them may be the beginning of the process's.</summary>
    Partial,

    /// <summary>The given ones come first; more may follow.</summary>
    Initial,
}
