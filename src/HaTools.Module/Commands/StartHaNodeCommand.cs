using System.Management.Automation;
using HaTools.Configuration;
using HaTools.Engine;
using HaTools.Engine.Control;
using HaTools.Module.Errors;
using HaTools.Module.Jobs;
using HaTools.Module.Nodes;

namespace HaTools.Module.Commands;

/// <summary>Starts a node: as a job of this session, in the foreground (-Wait), or as a program of its own (-Detached).</summary>
[Cmdlet(VerbsLifecycle.Start, "HaNode", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(HaNodeJob), typeof(HaEvent), typeof(HaNodeStatus))]
public sealed class StartHaNodeCommand : HaCmdlet
{
    private const string PathSet = "Path", ModelSet = "Configuration";

    // A garbage collection that somebody's script causes in this process may take as long as several of these.
    private static readonly TimeSpan ShortInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>The configuration's file: keepalived.conf, YAML or JSON.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The language of -Path; by default by its name or the look of the text.</summary>
    [Parameter(ParameterSetName = PathSet)]
    public HaConfigurationFormat Format { get; set; }

    /// <summary>The configuration.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ModelSet)]
    public HaConfiguration? Configuration { get; set; }

    /// <summary>The node's name: its control socket is called after it.</summary>
    [Parameter]
    [ValidatePattern(@"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,63}$")]
    public string Name { get; set; } = HaNodeOptions.DefaultName;

    /// <summary>Counts warnings as errors.</summary>
    [Parameter]
    public SwitchParameter Strict { get; set; }

    /// <summary>Runs the node in the foreground and writes its events, until it is stopped; for systemd.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Runs the node as the program hanode, which outlives this session.</summary>
    [Parameter(ParameterSetName = PathSet)]
    public SwitchParameter Detached { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Terminating(() =>
    {
        if (Wait && Detached)
            throw new HaErrorException(new HaError("WaitOrDetached", ErrorCategory.InvalidArgument,
                "-Wait and -Detached exclude each other."));
        HaConfiguration configuration = Read();
        string from = Path is null ? "" : $" from '{FullPath(Path)}'";
        if (!ShouldProcess($"node '{Name}'{from} ({Summary(configuration)})", "Start")) return;
        if (NodeClient.ListNodes().Contains(Name))
            throw new HaErrorException(HaErrors.NodeBusy(Name, $"A node named '{Name}' runs on this machine already."));

        if (Detached)
        {
            WriteObject(Await(HanodeProgram.StartDetachedAsync(FullPath(Path!), Name, Strict, StopToken), Name));
            return;
        }
        WarnOfShortIntervals(configuration);
        HaNode node = Start(configuration);
        if (Wait) RunToEnd(node);
        else WriteJob(node);
    });

    private HaConfiguration Read()
    {
        IReadOnlyList<HaConfigurationDiagnostic> diagnostics;
        HaConfiguration configuration;
        if (Path is not null)
        {
            ConfigurationReadResult result = ConfigurationSource.ReadFile(FullPath(Path), Format, Strict);
            (configuration, diagnostics) = (ConfigurationSource.Require(result), result.Diagnostics);
        }
        else
        {
            (configuration, diagnostics) = (Configuration!, ConfigurationSource.Validate(Configuration!));
            if (Strict && diagnostics.Count > 0)
                throw new HaErrorException(HaErrors.ConfigurationInvalid(ConfigurationSource.AsErrors(diagnostics)));
        }
        WriteWarnings(diagnostics);
        return configuration;
    }

    private void WarnOfShortIntervals(HaConfiguration configuration)
    {
        foreach (VrrpInstance instance in configuration.VrrpInstances)
            if (instance.AdvertisementInterval < ShortInterval)
            {
                WriteWarning(
                    $"Instance '{instance.Name}' sends every {instance.AdvertisementInterval.TotalMilliseconds:0.###} ms: "
                    + "in a pwsh process, a garbage collection can hold that up for longer than its peers wait. "
                    + "Run this node as a program: Start-HaNode -Detached, or hanode.");
            }
    }

    private HaNode Start(HaConfiguration configuration)
    {
        var options = new HaNodeOptions
        {
            Name = Name,
            Configuration = configuration,
            ConfigurationPath = Path is null ? null : FullPath(Path),
            ConfigurationFormat = ConfigurationSource.Native(Format),
            Strict = Strict,
            Host = "pwsh",
        };
        HaNode node = Await(HaNode.StartAsync(options, StopToken), Name);
        ModuleLifetime.Add(node);
        return node;
    }

    private void WriteJob(HaNode node)
    {
        var definition = new JobDefinition(typeof(HaNodeJobSourceAdapter), MyInvocation.MyCommand.Name, Name);
        var job = new HaNodeJob(MyInvocation.Line.Trim(), node);
        var parameters = new Dictionary<string, object> { [HaNodeJobSourceAdapter.JobParameter] = job };
        WriteObject(JobManager.NewJob(new JobInvocationInfo(definition, parameters)));
    }

    private void RunToEnd(HaNode node)
    {
        try
        {
            IAsyncEnumerator<HaEvent> events = node.Events(0, StopToken).GetAsyncEnumerator(StopToken);
            try
            {
                while (Await(events.MoveNextAsync().AsTask(), Name)) WriteObject(events.Current);
            }
            finally
            {
                Await(events.DisposeAsync().AsTask(), Name);
            }
            Await(node.Completion, Name);
        }
        finally
        {
            // Not Await: the pipeline may be stopping, and the addresses must go all the same.
            node.StopAsync().GetAwaiter().GetResult();
        }
    }

    private static string Summary(HaConfiguration c) =>
        $"{c.VrrpInstances.Count} VRRP instances, {c.VirtualServers.Count} IPVS services, {c.Scripts.Count} trackers";
}
