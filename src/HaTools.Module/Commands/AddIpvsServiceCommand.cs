using System.Management.Automation;
using System.Net;
using HaTools.Module.Completers;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Adds an IPVS service: to a configuration from the pipeline, or else to a running node.</summary>
[Cmdlet(VerbsCommon.Add, "IpvsService", SupportsShouldProcess = true, DefaultParameterSetName = NodeSet)]
[OutputType(typeof(HaConfiguration), ParameterSetName = [ConfigurationSet])]
[OutputType(typeof(VirtualServer), ParameterSetName = [NodeSet])]
public sealed class AddIpvsServiceCommand : NodeChangeCmdlet
{
    private const string NodeSet = "Node", ConfigurationSet = "Configuration";

    /// <summary>The service's address and port: 192.0.2.1:80.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string VirtualAddress { get; set; } = "";

    /// <summary>The transport protocol.</summary>
    [Parameter]
    public TransportProtocol Protocol { get; set; } = TransportProtocol.Tcp;

    /// <summary>The kernel's name of the scheduler.</summary>
    [Parameter]
    [ValidateLength(1, 15)]
    [ArgumentCompleter(typeof(SchedulerNameCompleter))]
    public string Scheduler { get; set; } = "wlc";

    /// <summary>How packets reach the real servers.</summary>
    [Parameter]
    public ForwardingMethod ForwardingMethod { get; set; } = ForwardingMethod.Nat;

    /// <summary>How long a client stays with its real server.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Persistence { get; set; }

    /// <summary>The time from one check of a real server to the next.</summary>
    [Parameter]
    [Duration]
    public TimeSpan DelayLoop { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The configuration that the service is added to; the new one is written.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ConfigurationSet)]
    public HaConfiguration? Configuration { get; set; }

    /// <summary>The running node that the service is added to.</summary>
    [Parameter(ParameterSetName = NodeSet)]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string? Node { get; set; }

    /// <summary>Writes the service, for Add-IpvsRealServer.</summary>
    [Parameter(ParameterSetName = NodeSet)]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        IPEndPoint endPoint = AddressText.ParseEndPoint(VirtualAddress, null);
        var service = new VirtualServer
        {
            Address = endPoint.Address,
            Port = endPoint.Port,
            Protocol = Protocol,
            Scheduler = Scheduler,
            Forwarding = ForwardingMethod,
            Persistence = Persistence,
            DelayLoop = DelayLoop,
        };
        if (Configuration is not null)
        {
            HaConfiguration changed = Add(Configuration, service);
            WriteWarnings(ConfigurationSource.Validate(changed));
            WriteObject(changed);
            return;
        }
        string node = NodeDirectory.Resolve(Node);
        if (ChangeNode(node, c => Add(c, service)) && PassThru) WriteObject(OfNode.Mark(service, node));
    });

    private static HaConfiguration Add(HaConfiguration configuration, VirtualServer service) =>
        configuration.VirtualServers.Any(s => s.Id == service.Id)
            ? throw new HaErrorException(HaErrors.ServiceExists(service.Id))
            : configuration with { VirtualServers = [.. configuration.VirtualServers, service] };
}
