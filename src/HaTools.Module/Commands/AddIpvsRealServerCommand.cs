using System.Management.Automation;
using System.Net;
using HaTools.Engine.Control;
using HaTools.Module.Completers;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Adds a real server to an IPVS service: of a configuration from the pipeline, or else of a running node.</summary>
[Cmdlet(VerbsCommon.Add, "IpvsRealServer", SupportsShouldProcess = true, DefaultParameterSetName = NodeSet)]
[OutputType(typeof(HaConfiguration), ParameterSetName = [ConfigurationSet])]
[OutputType(typeof(VirtualServer), ParameterSetName = [NodeSet, ServiceSet])]
public sealed class AddIpvsRealServerCommand : NodeChangeCmdlet
{
    private const string NodeSet = "Node", ServiceSet = "Service", ConfigurationSet = "Configuration";

    /// <summary>The servers' addresses, with ports where they differ from the service's.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [Alias("RealServer")]
    public string[] Address { get; set; } = [];

    /// <summary>A name whose addresses are the servers, in the place of -Address.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HostName { get; set; }

    /// <summary>Which records of -HostName are asked for: addresses, or SRV with ports and weights.</summary>
    [Parameter]
    public ServerRecords Records { get; set; }

    /// <summary>The family of -HostName's addresses, 4 or 6, where it is not the service's.</summary>
    [Parameter]
    [ValidateSet("4", "6")]
    public int? Family { get; set; }

    /// <summary>How many servers -HostName is at most, 1 to 1024.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int MostAddresses { get; set; } = 64;

    /// <summary>
    /// The service as 192.0.2.1:80 or udp 192.0.2.1:53. Where there is one service only, that; in a configuration: the last.
    /// </summary>
    [Parameter(Position = 1, ParameterSetName = NodeSet)]
    [Parameter(Position = 1, ParameterSetName = ConfigurationSet)]
    [ArgumentCompleter(typeof(ServiceIdCompleter))]
    public string? Service { get; set; }

    /// <summary>The service, as Add-IpvsService -PassThru wrote it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ServiceSet)]
    public VirtualServer? InputObject { get; set; }

    /// <summary>The configuration that holds the service; the new one is written.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ConfigurationSet)]
    public HaConfiguration? Configuration { get; set; }

    /// <summary>The port, where -Address has none.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int? Port { get; set; }

    /// <summary>The weight, 0 to 65535.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int Weight { get; set; } = 1;

    /// <summary>How packets reach the server, where it differs from the service's way.</summary>
    [Parameter]
    public ForwardingMethod? ForwardingMethod { get; set; }

    /// <summary>The tunnel to the server, where it differs from the service's: ipip, or a hashtable of Type, Port, Checksum.</summary>
    [Parameter]
    [ModelValue(typeof(IpvsTunnel))]
    public IpvsTunnel? Tunnel { get; set; }

    /// <summary>New connections stop at this many; 0: no limit.</summary>
    [Parameter]
    public uint UpperThreshold { get; set; }

    /// <summary>They begin again below this many; 0: below three quarters of -UpperThreshold.</summary>
    [Parameter]
    public uint LowerThreshold { get; set; }

    /// <summary>Keeps the server in the service with weight 0 while it is down.</summary>
    [Parameter]
    public SwitchParameter InhibitOnFailure { get; set; }

    /// <summary>The checks that decide whether the server is in the service: all of them must succeed.</summary>
    [Parameter]
    [ValidateNotNull]
    [Alias("Check", "Checks")]
    public HealthCheck[] HealthCheck { get; set; } = [];

    /// <summary>What is run when the checks find the server up: a command line, or a hashtable of Command and User.</summary>
    [Parameter]
    [ModelValue(typeof(NotifyScript))]
    public NotifyScript? NotifyUp { get; set; }

    /// <summary>What is run when the checks find the server down, or it leaves the configuration: a command line, or a hashtable of Command and User.</summary>
    [Parameter]
    [ModelValue(typeof(NotifyScript))]
    public NotifyScript? NotifyDown { get; set; }

    /// <summary>Whether there are mails of what its checks find (keepalived: <c>smtp_alert</c>); without it: as -SmtpAlerts of the configuration has it, which is yes unless it says otherwise.</summary>
    [Parameter]
    public bool? SmtpAlert { get; set; }

    /// <summary>The running node that holds the service.</summary>
    [Parameter(ParameterSetName = NodeSet)]
    [Parameter(ParameterSetName = ServiceSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string? Node { get; set; }

    /// <summary>Writes the service with its real servers.</summary>
    [Parameter(ParameterSetName = NodeSet)]
    [Parameter(ParameterSetName = ServiceSet)]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        if (Configuration is not null)
        {
            HaConfiguration changed = Add(Configuration, lastIsMeant: true, out _);
            WriteWarnings(ConfigurationSource.Validate(changed));
            WriteObject(changed);
            return;
        }
        string node = NodeDirectory.Resolve(Node);
        VirtualServer? service = null;
        if (ChangeNode(node, c => Add(c, lastIsMeant: false, out service)) && PassThru) WriteObject(OfNode.Mark(service!, node));
    });

    private HaConfiguration Add(HaConfiguration configuration, bool lastIsMeant, out VirtualServer changed)
    {
        int index = Find(configuration, lastIsMeant);
        VirtualServer service = configuration.VirtualServers[index];
        if (Address.Length > 0 == HostName is not null) throw new HaErrorException(HaErrors.AddressOrHostName());
        foreach (RealServer server in HostName is null ? Address.Select(text => At(text, service)) : [Named(service)])
        {
            if (service.RealServers.Any(s => s.Id == server.Id))
                throw new HaErrorException(HaErrors.RealServerExists(server.Id, service.Id));
            service = service with { RealServers = [.. service.RealServers, server] };
        }
        VirtualServer result = changed = service;
        return configuration with { VirtualServers = configuration.VirtualServers.Select((s, i) => i == index ? result : s).ToValueList() };
    }

    private RealServer At(string text, VirtualServer service)
    {
        IPEndPoint endPoint = AddressText.ParseEndPoint(text, Port ?? service.Port);
        return WithProperties(new RealServer { Address = endPoint.Address, Port = endPoint.Port });
    }

    private RealServer Named(VirtualServer service) =>
        WithProperties(new RealServer { HostName = HostName, Port = Port ?? (Records == ServerRecords.Srv ? 0 : service.Port) });

    private RealServer WithProperties(RealServer server) => server with
    {
        Records = Records,
        Family = Family,
        MostAddresses = MostAddresses,
        Weight = Weight,
        Forwarding = ForwardingMethod,
        Tunnel = Tunnel,
        UpperThreshold = UpperThreshold,
        LowerThreshold = LowerThreshold,
        InhibitOnFailure = InhibitOnFailure,
        Checks = [.. HealthCheck],
        NotifyUp = NotifyUp,
        NotifyDown = NotifyDown,
        SmtpAlert = SmtpAlert,
    };

    private int Find(HaConfiguration configuration, bool lastIsMeant)
    {
        ValueList<VirtualServer> services = configuration.VirtualServers;
        string? id = InputObject?.Id ?? Service;
        if (id is null)
        {
            if (services.Count == 1 || (lastIsMeant && services.Count > 0)) return services.Count - 1;
            throw new HaErrorException(HaErrors.ServiceNotFound(null, services.Select(s => s.Id)));
        }
        string full = SpokenNames.Service(id);
        for (int i = 0; i < services.Count; i++)
            if (services[i].Id == full) return i;
        throw new HaErrorException(HaErrors.ServiceNotFound(full, services.Select(s => s.Id)));
    }
}
