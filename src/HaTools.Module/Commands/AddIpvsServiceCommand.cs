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

    /// <summary>The service's address and port: 192.0.2.1:80; port 0, with persistence: every port that has no service of its own. Or see -FirewallMark and -Group.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? VirtualAddress { get; set; }

    /// <summary>The mark that a firewall has put on the service's packets, instead of an address.</summary>
    [Parameter]
    [ValidateRange(1u, uint.MaxValue)]
    public uint? FirewallMark { get; set; }

    /// <summary>The name of the group of addresses and marks that is served, instead of an address: see New-IpvsServiceGroup.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Group { get; set; }

    /// <summary>Whether the mark is on packets of IPv4 (4) or of IPv6 (6), or what all of the group is of.</summary>
    [Parameter]
    [ValidateSet("4", "6")]
    public int? Family { get; set; }

    /// <summary>The transport protocol.</summary>
    [Parameter]
    public TransportProtocol Protocol { get; set; } = TransportProtocol.Tcp;

    /// <summary>The kernel's name of the scheduler; wlc, and with -Stateless mh.</summary>
    [Parameter]
    [ValidateLength(1, 15)]
    [ArgumentCompleter(typeof(SchedulerNameCompleter))]
    public string? Scheduler { get; set; }

    /// <summary>What the scheduler does differently: of sh and mh.</summary>
    [Parameter]
    [Alias("SchedulerFlags")]
    public SchedulerFlags SchedulerFlag { get; set; }

    /// <summary>Schedules each packet by itself: of UDP, and with -FirewallMark.</summary>
    [Parameter]
    public SwitchParameter OnePacket { get; set; }

    /// <summary>Lets a director that takes over go on with the former one's connections without having heard of any; with -ForwardingMethod DirectRouting or Tunnel.</summary>
    [Parameter]
    public SwitchParameter Stateless { get; set; }

    /// <summary>How packets reach the real servers.</summary>
    [Parameter]
    public ForwardingMethod ForwardingMethod { get; set; } = ForwardingMethod.Nat;

    /// <summary>The tunnels to the real servers: ipip, or a hashtable of Type, Port, Checksum.</summary>
    [Parameter]
    [ModelValue(typeof(IpvsTunnel))]
    public IpvsTunnel? Tunnel { get; set; }

    /// <summary>How long a client stays with its real server.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Persistence { get; set; }

    /// <summary>Which bits of a client's address persistence looks at: a mask.</summary>
    [Parameter]
    [Alias("Netmask")]
    public IPAddress? PersistenceNetmask { get; set; }

    /// <summary>What persistence looks at beside the address: sip.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PersistenceEngine { get; set; }

    /// <summary>The least weight of servers that are up that carries the service; more than all of them weigh is taken as that.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Quorum { get; set; } = 1;

    /// <summary>How far the weight must fall below the quorum for it to be lost, and rise above it for it to be gained again.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Hysteresis { get; set; }

    /// <summary>What is run when the service gains its quorum, at the start too: a command line, or a hashtable of Command and User.</summary>
    [Parameter]
    [ModelValue(typeof(NotifyScript))]
    public NotifyScript? QuorumUp { get; set; }

    /// <summary>What is run when the service loses its quorum, or leaves the configuration with it: a command line, or a hashtable of Command and User.</summary>
    [Parameter]
    [ModelValue(typeof(NotifyScript))]
    public NotifyScript? QuorumDown { get; set; }

    /// <summary>Has the stop of the node run -QuorumDown, and -NotifyDown of the real servers that are up.</summary>
    [Parameter]
    public SwitchParameter Omega { get; set; }

    /// <summary>Whether there are mails of its quorum (keepalived: <c>smtp_alert</c>); without it: as -SmtpAlerts of the configuration has it.</summary>
    [Parameter]
    public bool? SmtpAlert { get; set; }

    /// <summary>Has the real servers checked only while the service's address is on this host.</summary>
    [Parameter]
    public SwitchParameter HaSuspend { get; set; }

    /// <summary>The server that stands in while the quorum is lost, which is while no real server is up unless -Quorum says otherwise: its address, or a hashtable of a real server's properties.</summary>
    [Parameter]
    [ModelValue(typeof(RealServer))]
    public RealServer? SorryServer { get; set; }

    /// <summary>The time from one check of a real server to the next.</summary>
    [Parameter]
    [Duration]
    public TimeSpan DelayLoop { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a real server that leaves may go on with the connections that it has; 0: it is removed at once.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Drain { get; set; } = TimeSpan.FromMinutes(5);

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
        if (new object?[] { VirtualAddress, FirewallMark, Group }.Count(k => k is not null) != 1) throw new HaErrorException(HaErrors.ServiceNeedsOneKey());
        IPEndPoint? endPoint = VirtualAddress is null ? null : AddressText.ParseServiceEndPoint(VirtualAddress);
        int port = endPoint?.Port ?? 0;
        var usual = new VirtualServer();
        var service = new VirtualServer
        {
            Address = endPoint?.Address,
            Port = port,
            FirewallMark = FirewallMark,
            Group = Group,
            Family = Family,
            Protocol = Protocol,
            Scheduler = Scheduler ?? (Stateless ? "mh" : usual.Scheduler),
            SchedulerFlags = SchedulerFlag,
            OnePacket = OnePacket,
            Stateless = Stateless,
            Forwarding = ForwardingMethod,
            Tunnel = Tunnel,
            Persistence = Persistence,
            PersistenceNetmask = PersistenceNetmask,
            PersistenceEngine = PersistenceEngine,
            DelayLoop = DelayLoop,
            Drain = Drain == TimeSpan.Zero ? null : Drain,
            Quorum = Quorum,
            Hysteresis = Hysteresis,
            QuorumUp = QuorumUp,
            QuorumDown = QuorumDown,
            Omega = Omega,
            SmtpAlert = SmtpAlert,
            HaSuspend = HaSuspend,
            SorryServer = SorryServer is { Port: 0 } standIn ? standIn with { Port = port } : SorryServer,
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
