namespace HaTools;

/// <summary>Counts the running processes of a name and arguments (keepalived: <c>vrrp_track_process</c>), by the kernel's process events.</summary>
public sealed record ProcessTracker
{
    /// <summary>The name, unique among process trackers.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The program, and the arguments that are to match. Alone it is the process's name (of which the kernel keeps 15 bytes); with arguments, or with
    /// <see cref="Parameters"/> or <see cref="FullCommand"/>, it is what the process was started as (/proc/PID/cmdline).
    /// </summary>
    public required ValueList<string> Command { get; init; }

    /// <summary>How the arguments are compared; null: exactly where there are any, else not.</summary>
    public ParameterMatch? Parameters { get; init; }

    /// <summary>Whether the full command line decides instead of the process's short name (keepalived: <c>full_command</c>).</summary>
    public bool FullCommand { get; init; }

    /// <summary>-254 to 254; 0: too few (or too many) processes put the instance into FAULT.</summary>
    public int Weight { get; init; }

    /// <summary>Turns the meaning round.</summary>
    public bool Reverse { get; init; }

    /// <summary>The fewest processes that count as up, from 1 (keepalived: <c>quorum</c>).</summary>
    public int Quorum { get; init; } = 1;

    /// <summary>The most; 0: it must not run at all; null: no limit (keepalived: <c>quorum_max</c>).</summary>
    public int? QuorumMax { get; init; }

    /// <summary>How long what a new process has changed must last before it counts (keepalived: <c>fork_delay</c>, <c>delay</c>).</summary>
    public TimeSpan ForkDelay { get; init; }

    /// <summary>How long what a process's end has changed must last before it counts (keepalived: <c>terminate_delay</c>, <c>delay</c>).</summary>
    public TimeSpan TerminateDelay { get; init; }
}

/// <summary>How arguments of a process are compared (keepalived: <c>param_match</c>).</summary>
public enum ParameterMatch
{
    /// <summary>All, in order, and no more.</summary>
    Exact,

    /// <summary>The given ones come first; more may follow.</summary>
    Partial,

    /// <summary>As <see cref="Partial"/>, and the last of the given ones may be the beginning of the process's.</summary>
    Initial,
}
