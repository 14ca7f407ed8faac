using System.Management.Automation;
using HaTools.Module.Completers;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Makes a VRRP instance; with -Node it also joins the configuration of that running node.</summary>
[Cmdlet(VerbsCommon.New, "VrrpInstance", SupportsShouldProcess = true)]
[OutputType(typeof(VrrpInstance))]
public sealed class NewVrrpInstanceCommand : NodeChangeCmdlet
{
    /// <summary>The name, unique in a node.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The interface that adverts are sent and heard on.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InterfaceNameCompleter))]
    public string Interface { get; set; } = "";

    /// <summary>The virtual router id, 1 to 255.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 255)]
    [Alias("VRID")]
    public int VirtualRouterId { get; set; }

    /// <summary>The addresses that the master holds.</summary>
    [Parameter(Mandatory = true, Position = 3, ValueFromPipelineByPropertyName = true)]
    [VirtualAddress]
    [Alias("VirtualAddresses")]
    public VirtualAddress[] VirtualAddress { get; set; } = [];

    /// <summary>The base priority, 1 to 255.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 255)]
    public int Priority { get; set; } = 100;

    /// <summary>The protocol version, 2 or 3.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateSet("2", "3")]
    public int Version { get; set; } = 3;

    /// <summary>The time between adverts.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan AdvertisementInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>keepalived's state; it decides nothing but with priority 255.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public VrrpInitialState InitialState { get; set; }

    /// <summary>Leaves a working master of lower priority in place.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter NoPreempt { get; set; }

    /// <summary>Version 2's password (PASS).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Authentication]
    public VrrpAuthentication? Authentication { get; set; }

    /// <summary>What version 3's checksum covers.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public VrrpChecksumForm ChecksumForm { get; set; }

    /// <summary>Trackers that the instance follows.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [TrackedScript]
    [Alias("TrackScripts")]
    public Tracked[] Tracker { get; set; } = [];

    /// <summary>auto, off, or a lifetime in seconds.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SelfFencing]
    public SelfFencing? SelfFencing { get; set; }

    /// <summary>A running node that the instance is added to.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string? Node { get; set; }

    /// <summary>With -Node: also writes the instance.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        var instance = new VrrpInstance
        {
            Name = Name,
            Interface = Interface,
            VirtualRouterId = VirtualRouterId,
            VirtualAddresses = [.. VirtualAddress],
            Priority = Priority,
            Version = Version,
            AdvertisementInterval = AdvertisementInterval,
            InitialState = InitialState,
            NoPreempt = NoPreempt,
            Authentication = Authentication,
            ChecksumForm = ChecksumForm,
            TrackScripts = [.. Tracker],
            SelfFencing = SelfFencing,
        };
        if (Node is null)
        {
            // Whether its trackers exist is a question to the configuration that it will be part of.
            WriteWarnings(ConfigurationSource.Validate(new HaConfiguration { VrrpInstances = [instance with { TrackScripts = [] }] }));
            WriteObject(instance);
            return;
        }
        bool done = ChangeNode(Node, c => c.VrrpInstances.Any(i => i.Name == Name)
            ? throw new HaErrorException(HaErrors.InstanceExists(Name))
            : c with { VrrpInstances = [.. c.VrrpInstances, instance] });
        if (done && PassThru) WriteObject(instance);
    });
}
