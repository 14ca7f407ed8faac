using System.Management.Automation;
using System.Net;
using HaTools.Configuration;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

// What each kind of tracker has.
public sealed partial class NewHaTrackerCommand
{
    /// <summary>The command line: a program and its arguments, separated by blanks, quoted with ' or ". No shell.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ScriptSet)]
    [ValidateNotNullOrEmpty]
    public string Command { get; set; } = "";

    /// <summary>The time from one start to the next.</summary>
    [Parameter(ParameterSetName = ScriptSet)]
    [Duration]
    public TimeSpan? Interval { get; set; }

    /// <summary>
    /// After this time the command's whole process group is killed and the run counts as failed; without it: the interval.
    /// </summary>
    [Parameter(ParameterSetName = ScriptSet)]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Good runs in a row before the tracker is called good, from 1.</summary>
    [Parameter(ParameterSetName = ScriptSet)]
    [InRange(ModelRanges.LeastRuns, ModelRanges.MostRuns)]
    public int? Rise { get; set; }

    /// <summary>Failed runs in a row before the tracker is called failed, from 1.</summary>
    [Parameter(ParameterSetName = ScriptSet)]
    [InRange(ModelRanges.LeastRuns, ModelRanges.MostRuns)]
    public int? Fall { get; set; }

    /// <summary>
    /// The user (and after a colon the group) to run as, or several with | between them: the first that the host has; without it:
    /// New-HaConfiguration's -ScriptUser.
    /// </summary>
    [Parameter(ParameterSetName = ScriptSet)]
    public string? User { get; set; }

    /// <summary>Whether the tracker counts as failed until the first good runs.</summary>
    [Parameter(ParameterSetName = ScriptSet)]
    public SwitchParameter InitFail { get; set; }

    /// <summary>A command that is tried once before the tracker is called failed: a command line, or a hashtable of Command, Timeout, Delay.</summary>
    [Parameter(ParameterSetName = ScriptSet)]
    [ModelValue(typeof(RecoveryAction))]
    [Alias("RecoverCommand")]
    public RecoveryAction? Recover { get; set; }

    /// <summary>How long to wait after the recovery command before the check is repeated.</summary>
    [Parameter(ParameterSetName = ScriptSet)]
    [Duration]
    public TimeSpan? RecoverDelay { get; set; }

    /// <summary>After this time the recovery command is killed.</summary>
    [Parameter(ParameterSetName = ScriptSet)]
    [Duration]
    public TimeSpan? RecoverTimeout { get; set; }

    /// <summary>The file, absolute.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>What is written into the file at start (keepalived: <c>init_file</c>); without it: it is left as it is.</summary>
    [Parameter(ParameterSetName = FileSet)]
    public int? InitialValue { get; set; }

    /// <summary>Whether -InitialValue is written over what is there; else only into a file that does not exist.</summary>
    [Parameter(ParameterSetName = FileSet)]
    public SwitchParameter Overwrite { get; set; }

    /// <summary>
    /// The program, and the arguments that are to match (keepalived: <c>process</c>). Alone it is the process's name; with arguments, -ParameterMatch or -FullCommand
    /// it is what the process was started as.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = ProcessSet)]
    [ValidateNotNullOrEmpty]
    public string[] Process { get; set; } = [];

    /// <summary>
    /// How the arguments are compared (keepalived: <c>param_match</c>): Exact, Partial, Initial. Without it: exactly where there are any,
    /// else not.
    /// </summary>
    [Parameter(ParameterSetName = ProcessSet)]
    [Alias("Parameters")]
    public ParameterMatch? ParameterMatch { get; set; }

    /// <summary>Whether the full command line decides instead of the process's short name (keepalived: <c>full_command</c>).</summary>
    [Parameter(ParameterSetName = ProcessSet)]
    public SwitchParameter FullCommand { get; set; }

    /// <summary>The fewest processes that count as up, from 1 (keepalived: <c>quorum</c>).</summary>
    [Parameter(ParameterSetName = ProcessSet)]
    [InRange(ModelRanges.LeastQuorum, ModelRanges.MostQuorum)]
    public int? Quorum { get; set; }

    /// <summary>The most; 0: it must not run at all; without it: no limit (keepalived: <c>quorum_max</c>).</summary>
    [Parameter(ParameterSetName = ProcessSet)]
    [InRange(ModelRanges.LeastQuorumMax, ModelRanges.MostQuorumMax)]
    public int? QuorumMax { get; set; }

    /// <summary>How long what a new process has changed must last before it counts (keepalived: <c>fork_delay</c>, <c>delay</c>).</summary>
    [Parameter(ParameterSetName = ProcessSet)]
    [Duration]
    public TimeSpan? ForkDelay { get; set; }

    /// <summary>
    /// How long what a process's end has changed must last before it counts (keepalived: <c>terminate_delay</c>, <c>delay</c>).
    /// </summary>
    [Parameter(ParameterSetName = ProcessSet)]
    [Duration]
    public TimeSpan? TerminateDelay { get; set; }

    /// <summary>The neighbour.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BfdSet)]
    [ModelValue(typeof(IPAddress))]
    public IPAddress Neighbour { get; set; } = null!;

    /// <summary>Our address; without it: the route's.</summary>
    [Parameter(ParameterSetName = BfdSet)]
    [ModelValue(typeof(IPAddress))]
    public IPAddress? Source { get; set; }

    /// <summary>Required minimum receive interval, 1 ms to 1000 s.</summary>
    [Parameter(ParameterSetName = BfdSet)]
    [Duration]
    public TimeSpan? MinimumReceive { get; set; }

    /// <summary>Desired minimum transmit interval while up, 1 ms to 1000 s.</summary>
    [Parameter(ParameterSetName = BfdSet)]
    [Duration]
    public TimeSpan? MinimumTransmit { get; set; }

    /// <summary>Desired minimum transmit interval while not up, at least 1 s (RFC 5880 section 6.8.3).</summary>
    [Parameter(ParameterSetName = BfdSet)]
    [Duration]
    public TimeSpan? IdleTransmit { get; set; }

    /// <summary>Detection multiplier, 1 to 255.</summary>
    [Parameter(ParameterSetName = BfdSet)]
    [InRange(ModelRanges.LeastMultiplier, ModelRanges.MostMultiplier)]
    public int? Multiplier { get; set; }

    /// <summary>Whether it waits for the neighbour to speak first (RFC 5880 section 6.1).</summary>
    [Parameter(ParameterSetName = BfdSet)]
    public SwitchParameter Passive { get; set; }

    /// <summary>TTL or hop limit of what we send, 1 to 255; without it: 255 (RFC 5881 section 5).</summary>
    [Parameter(ParameterSetName = BfdSet)]
    [InRange(ModelRanges.LeastTtl, ModelRanges.MostTtl)]
    public int? Ttl { get; set; }

    /// <summary>How many hops a received packet may have taken, 0 to 255, 0: none; without it: none, with -Multihop any.</summary>
    [Parameter(ParameterSetName = BfdSet)]
    [InRange(ModelRanges.LeastByte, ModelRanges.MostByte)]
    public int? MaximumHops { get; set; }

    /// <summary>Port 4784 of RFC 5883 instead of 3784.</summary>
    [Parameter(ParameterSetName = BfdSet)]
    public SwitchParameter Multihop { get; set; }

    /// <summary>Whether VRRP instances may follow it (keepalived: <c>vrrp</c>, or neither word). True unless said otherwise.</summary>
    [Parameter(ParameterSetName = BfdSet)]
    public bool? ForVrrp { get; set; }

    /// <summary>Whether checks may follow it (keepalived: <c>checker</c>, or neither word). True unless said otherwise.</summary>
    [Parameter(ParameterSetName = BfdSet)]
    public bool? ForChecks { get; set; }
}
