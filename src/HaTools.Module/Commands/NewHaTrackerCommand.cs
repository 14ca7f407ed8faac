using System.Management.Automation;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Makes a tracker: a command whose outcome VRRP instances follow.</summary>
[Cmdlet(VerbsCommon.New, "HaTracker")]
[OutputType(typeof(ScriptTracker))]
public sealed class NewHaTrackerCommand : HaCmdlet
{
    /// <summary>The name, unique among trackers.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The kind of tracker.</summary>
    [Parameter]
    [ValidateSet("Script")]
    public string Type { get; set; } = "Script";

    /// <summary>The command line: a program and its arguments. No shell.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Command { get; set; } = "";

    /// <summary>The time from one start to the next.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>After this time the command is killed and the run counts as failed; by default the interval.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Added to the priority; 0: a failure puts the instance into Fault.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(-253, 253)]
    public int Weight { get; set; }

    /// <summary>Good runs in a row before the tracker is called good.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, int.MaxValue)]
    public int Rise { get; set; } = 1;

    /// <summary>Failed runs in a row before the tracker is called failed.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, int.MaxValue)]
    public int Fall { get; set; } = 1;

    /// <summary>The user (and after a colon the group) to run as.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? User { get; set; }

    /// <summary>Counts as failed until the first good runs.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter InitFail { get; set; }

    /// <summary>A command line that is tried once before the tracker is called failed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RecoverCommand { get; set; }

    /// <summary>How long to wait after the recovery command before the check is repeated.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? RecoverDelay { get; set; }

    /// <summary>After this time the recovery command is killed.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? RecoverTimeout { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        if (RecoverCommand is null && (RecoverDelay ?? RecoverTimeout) is not null)
            throw new HaErrorException(new HaError("RecoverCommandMissing", ErrorCategory.InvalidArgument,
                "-RecoverDelay and -RecoverTimeout say how a recovery command is run, and there is none.",
                "Give one with -RecoverCommand."));

        RecoveryAction? recover = null;
        if (RecoverCommand is not null)
        {
            recover = new RecoveryAction { Command = RecoverCommand };
            if (RecoverDelay is { } delay) recover = recover with { Delay = delay };
            if (RecoverTimeout is { } timeout) recover = recover with { Timeout = timeout };
        }
        var tracker = new ScriptTracker
        {
            Name = Name,
            Command = Command,
            Interval = Interval,
            Timeout = Timeout,
            Weight = Weight,
            Rise = Rise,
            Fall = Fall,
            User = User,
            InitFail = InitFail,
            Recover = recover,
        };
        WriteWarnings(ConfigurationSource.Validate(new HaConfiguration { Scripts = [tracker] }));
        WriteObject(tracker);
    });
}
