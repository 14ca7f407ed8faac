using System.Management.Automation;
using System.Net;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Joins instances, trackers and services into a configuration for Start-HaNode and Update-HaNode.</summary>
[Cmdlet(VerbsCommon.New, "HaConfiguration")]
[OutputType(typeof(HaConfiguration))]
public sealed class NewHaConfigurationCommand : HaCmdlet
{
    private readonly List<VrrpInstance> instances = [];
    private readonly List<ScriptTracker> trackers = [];
    private readonly List<VirtualServer> services = [];

    /// <summary>VRRP instances, trackers and IPVS services, in any order.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>VRRP instances.</summary>
    [Parameter(Position = 0)]
    public VrrpInstance[] VrrpInstance { get; set; } = [];

    /// <summary>Trackers.</summary>
    [Parameter]
    public ScriptTracker[] Tracker { get; set; } = [];

    /// <summary>IPVS services.</summary>
    [Parameter]
    public VirtualServer[] VirtualServer { get; set; } = [];

    /// <summary>Addresses that this host accepts as a real server of direct routing.</summary>
    [Parameter]
    public string[] DirectRoutingAddress { get; set; } = [];

    /// <summary>The name that the node gives itself.</summary>
    [Parameter]
    public string? RouterId { get; set; }

    /// <summary>auto, off, or a lifetime in seconds.</summary>
    [Parameter]
    [SelfFencing]
    public SelfFencing SelfFencing { get; set; } = SelfFencing.Automatic;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (PSObject item in InputObject)
        {
            switch (item.BaseObject)
            {
                case VrrpInstance instance: instances.Add(instance); break;
                case ScriptTracker tracker: trackers.Add(tracker); break;
                case VirtualServer service: services.Add(service); break;
                default:
                    WriteHaError(new HaError("NotPartOfConfiguration", ErrorCategory.InvalidType,
                        $"A {item.BaseObject.GetType().Name} is not part of a configuration.",
                        "Give what New-VrrpInstance, New-HaTracker and Add-IpvsService write.", item));
                    break;
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Terminating(() =>
    {
        var configuration = new HaConfiguration
        {
            RouterId = RouterId,
            SelfFencing = SelfFencing,
            Scripts = [.. Tracker, .. trackers],
            VrrpInstances = [.. VrrpInstance, .. instances],
            VirtualServers = [.. VirtualServer, .. services],
            DirectRoutingAddresses = DirectRoutingAddress.Select(Address).ToValueList(),
        };
        WriteWarnings(ConfigurationSource.Validate(configuration));
        WriteObject(configuration);
    });

    private static DirectRoutingAddress Address(string text) => AddressText.TryParseAddress(text, out IPAddress? address)
        ? new DirectRoutingAddress(address)
        : throw new HaErrorException(HaErrors.InvalidAddress(text, "an address"));
}
