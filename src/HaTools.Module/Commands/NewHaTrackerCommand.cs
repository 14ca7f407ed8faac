using System.Management.Automation;
using System.Net;
using HaTools.Configuration;
using HaTools.Module.Completers;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Makes a tracker, whose outcome VRRP instances and sync groups follow: a script, a file, a process, a BFD session, or the use of an interface.</summary>
[Cmdlet(VerbsCommon.New, "HaTracker", DefaultParameterSetName = ScriptSet)]
[OutputType(typeof(ScriptTracker), ParameterSetName = [ScriptSet])]
[OutputType(typeof(FileTracker), ParameterSetName = [FileSet])]
[OutputType(typeof(ProcessTracker), ParameterSetName = [ProcessSet])]
[OutputType(typeof(BfdSession), ParameterSetName = [BfdSet])]
[OutputType(typeof(Tracked), ParameterSetName = [InterfaceSet])]
public sealed partial class NewHaTrackerCommand : HaCmdlet
{
    private const string ScriptSet = "Script", FileSet = "File", ProcessSet = "Process", BfdSet = "Bfd", InterfaceSet = "Interface";
    private static readonly ScriptTracker UsualScriptTracker = new() { Name = "", Command = "" };
    private static readonly FileTracker UsualFileTracker = new() { Name = "", Path = "" };
    private static readonly ProcessTracker UsualProcessTracker = new() { Name = "", Command = [] };
    private static readonly BfdSession UsualBfdSession = new() { Name = "", Neighbour = IPAddress.None };

    /// <summary>The name, unique among trackers of its kind.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ScriptSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FileSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ProcessSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = BfdSet)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The interface to follow, for -TrackInterface.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InterfaceSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InterfaceNameCompleter))]
    public string Interface { get; set; } = "";

    /// <summary>
    /// -253 to 253 (files and processes: -254 to 254): positive, added to the priority while the tracker is good; negative, while it has failed. 0: a failure
    /// is a FAULT. For a file: what its number is multiplied by, 1 unless given.
    /// </summary>
    [Parameter]
    [InRange(-ModelRanges.MostCountedWeight, ModelRanges.MostCountedWeight)]
    public int? Weight { get; set; }

    /// <summary>Turns the meaning of the weight round (with weight 0: success is the fault).</summary>
    [Parameter]
    public SwitchParameter Reverse { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        (object tracker, HaConfiguration alone) = ParameterSetName switch
        {
            FileSet => With(FileTracker(), (c, t) => c with { Files = [t] }),
            ProcessSet => With(ProcessTracker(), (c, t) => c with { Processes = [t] }),
            BfdSet => With(BfdSession(), (c, t) => c with { BfdSessions = [t] }),
            InterfaceSet => (new Tracked(Interface, Weight, Given(nameof(Reverse)) ? Reverse : null), HaConfiguration.Empty),
            _ => With(ScriptTracker(), (c, t) => c with { Scripts = [t] }),
        };
        WriteWarnings(ConfigurationSource.Validate(alone));
        WriteObject(tracker);
    });

    private static (object, HaConfiguration) With<T>(T tracker, Func<HaConfiguration, T, HaConfiguration> join) where T : notnull =>
        (tracker, join(HaConfiguration.Empty, tracker));

    private ScriptTracker ScriptTracker()
    {
        if (Recover is null && (RecoverDelay ?? RecoverTimeout) is not null)
            throw new HaErrorException(new HaError("RecoverCommandMissing", ErrorCategory.InvalidArgument,
                "-RecoverDelay and -RecoverTimeout say how a recovery command is run, and there is none.",
                "Give one with -Recover."));
        return new ScriptTracker
        {
            Name = Name,
            Command = Command,
            Interval = Interval ?? UsualScriptTracker.Interval,
            Timeout = Timeout,
            Weight = Weight ?? UsualScriptTracker.Weight,
            Reverse = Reverse,
            Rise = Rise ?? UsualScriptTracker.Rise,
            Fall = Fall ?? UsualScriptTracker.Fall,
            User = User,
            InitFail = InitFail,
            Recover = Recover is null ? null : Recover with { Delay = RecoverDelay ?? Recover.Delay, Timeout = RecoverTimeout ?? Recover.Timeout },
        };
    }

    private FileTracker FileTracker() => new()
    {
        Name = Name,
        Path = Path,
        Weight = Weight ?? UsualFileTracker.Weight,
        Reverse = Reverse,
        InitialValue = InitialValue,
        Overwrite = Overwrite,
    };

    private ProcessTracker ProcessTracker() => new()
    {
        Name = Name,
        Command = [.. Process],
        Parameters = ParameterMatch,
        FullCommand = FullCommand,
        Weight = Weight ?? UsualProcessTracker.Weight,
        Reverse = Reverse,
        Quorum = Quorum ?? UsualProcessTracker.Quorum,
        QuorumMax = QuorumMax,
        ForkDelay = ForkDelay ?? UsualProcessTracker.ForkDelay,
        TerminateDelay = TerminateDelay ?? UsualProcessTracker.TerminateDelay,
    };

    private BfdSession BfdSession() => new()
    {
        Name = Name,
        Neighbour = Neighbour,
        Source = Source,
        MinimumReceive = MinimumReceive ?? UsualBfdSession.MinimumReceive,
        MinimumTransmit = MinimumTransmit ?? UsualBfdSession.MinimumTransmit,
        IdleTransmit = IdleTransmit ?? UsualBfdSession.IdleTransmit,
        Multiplier = Multiplier ?? UsualBfdSession.Multiplier,
        Passive = Passive,
        Ttl = Ttl,
        MaximumHops = MaximumHops,
        Multihop = Multihop,
        Weight = Weight ?? UsualBfdSession.Weight,
        Reverse = Reverse,
        ForVrrp = ForVrrp ?? UsualBfdSession.ForVrrp,
        ForChecks = ForChecks ?? UsualBfdSession.ForChecks,
    };
}
