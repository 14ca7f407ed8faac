using System.Management.Automation;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

// What holds for the whole node, and the parts by name.
public sealed partial class NewHaConfigurationCommand
{
    /// <summary>
    /// The name that the node gives itself in status and messages (keepalived: <c>router_id</c>); without it: the host name.
    /// </summary>
    [Parameter]
    public string? RouterId { get; set; }

    /// <summary>
    /// What happens to virtual addresses when the engine is killed or hangs: auto, off, or a lifetime in seconds; an instance may say
    /// otherwise.
    /// </summary>
    [Parameter]
    [SelfFencing]
    public SelfFencing? SelfFencing { get; set; }

    /// <summary>
    /// The user (and after a colon the group) of scripts that name none (keepalived: <c>script_user</c>), or several with | between them: the first
    /// that the host has; without it: keepalived_script|nobody.
    /// </summary>
    [Parameter]
    public string? ScriptUser { get; set; }

    /// <summary>
    /// Whether scripts that others than root could change are refused when root would run them (keepalived:
    /// <c>enable_script_security</c>). On unless turned off: a front-end may turn it off only by saying so.
    /// </summary>
    [Parameter]
    public bool? ScriptSecurity { get; set; }

    /// <summary>
    /// Whether the scripts of real servers that tell of one that is up run for servers too that are up when they come into the configuration, at the start above all (keepalived: <c>rs_init_notifies</c>).
    /// </summary>
    [Parameter]
    public SwitchParameter NotifyUpAtStart { get; set; }

    /// <summary>
    /// The FIFO that is told of instances, groups, services and real servers (keepalived: <c>notify_fifo</c>): a path, or a hashtable of Path, User and Script (what reads it: a
    /// command line, or a hashtable of Command and User).
    /// </summary>
    [Parameter]
    [ModelValue(typeof(NotifyFifo))]
    public NotifyFifo? NotifyFifo { get; set; }

    /// <summary>The same for instances and groups alone (keepalived: <c>vrrp_notify_fifo</c>).</summary>
    [Parameter]
    [ModelValue(typeof(NotifyFifo))]
    public NotifyFifo? VrrpNotifyFifo { get; set; }

    /// <summary>The same for services and real servers alone (keepalived: <c>lvs_notify_fifo</c>).</summary>
    [Parameter]
    [ModelValue(typeof(NotifyFifo))]
    public NotifyFifo? IpvsNotifyFifo { get; set; }

    /// <summary>
    /// Whether FIFOs are told of changes of instances' effective priorities, too, where neither the instance nor its group says otherwise (keepalived:
    /// <c>vrrp_notify_priority_changes</c>).
    /// </summary>
    [Parameter]
    public SwitchParameter NotifyPriorityChanges { get; set; }

    /// <summary>
    /// Whether the states of instances and groups are written to the FIFOs again at a reload that leaves them as they are (keepalived: <c>fifo_write_vrrp_states_on_reload</c>).
    /// </summary>
    [Parameter]
    public SwitchParameter NotifyStatesOnReload { get; set; }

    /// <summary>
    /// Mails that tell of changes: a hashtable of Server, Port, From, To, HeloName and Timeout; All, Vrrp and Checks, whether there are mails of what does not say itself (keepalived:
    /// <c>smtp_alert</c>, <c>smtp_alert_vrrp</c>, <c>smtp_alert_checker</c>); NoFaults and ServersOnly, which there are none of (<c>no_email_faults</c>, <c>no_checker_emails</c>).
    /// </summary>
    [Parameter]
    [ModelValue(typeof(SmtpAlerts))]
    public SmtpAlerts? SmtpAlerts { get; set; }

    /// <summary>
    /// Who is told of changes by HTTP: hashtables of Name, Url, Events (Instances, Groups, Services, RealServers, Priorities), Headers (a hashtable; a value may be a SecureString), Timeout, Ca and
    /// VerifyCertificate.
    /// </summary>
    [Parameter]
    [ModelValue(typeof(Webhook), Many = true)]
    [Alias("Webhooks")]
    public Webhook[] Webhook { get; set; } = [];

    /// <summary>How long instances wait at start before they take part (keepalived: <c>vrrp_startup_delay</c>), 0 s to 4294 s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? StartupDelay { get; set; }

    /// <summary>
    /// The instances wait until the host has been up this long (keepalived: <c>vrrp_delay_after_boot</c>), 0 s to 4294 s.
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan? DelayAfterBoot { get; set; }

    /// <summary>
    /// Whether adverts of virtual routers that are not configured are logged, once for each (keepalived: <c>log_unknown_vrids</c>).
    /// </summary>
    [Parameter]
    public SwitchParameter LogUnknownVirtualRouters { get; set; }

    /// <summary>Whether interfaces may be missing at start and change their nature later (keepalived: <c>dynamic_interfaces</c>).</summary>
    [Parameter]
    public SwitchParameter DynamicInterfaces { get; set; }

    /// <summary>
    /// Delays of interfaces' changes of state (keepalived: <c>interface_up_down_delays</c>): hashtables of Interface, Down, Up.
    /// </summary>
    [Parameter]
    [ModelValue(typeof(InterfaceDelay), Many = true)]
    [Alias("InterfaceDelays")]
    public InterfaceDelay[] InterfaceDelay { get; set; } = [];

    /// <summary>
    /// The least time between two gratuitous ARPs on an interface in no group; zero: none (keepalived: <c>vrrp_garp_interval</c>).
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan? GarpInterval { get; set; }

    /// <summary>
    /// The least time between two unsolicited neighbour advertisements on an interface in no group (keepalived:
    /// <c>vrrp_gna_interval</c>).
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan? NeighborAdvertisementInterval { get; set; }

    /// <summary>
    /// Interfaces whose announcements are paced together (keepalived: <c>garp_group</c>): hashtables of Interfaces, GarpInterval,
    /// NeighborAdvertisementInterval.
    /// </summary>
    [Parameter]
    [ModelValue(typeof(GarpGroup), Many = true)]
    [Alias("GarpGroups")]
    public GarpGroup[] GarpGroup { get; set; } = [];

    /// <summary>
    /// The firewall table that the node makes where it needs one: a hashtable of Table, Priority, Counters (keepalived: <c>nftables</c>,
    /// <c>nftables_priority</c>, <c>nftables_counters</c>).
    /// </summary>
    [Parameter]
    [ModelValue(typeof(FirewallSettings))]
    public FirewallSettings? Firewall { get; set; }

    /// <summary>What the generated names of virtual interfaces begin with (keepalived: <c>vmac_prefix</c>).</summary>
    [Parameter]
    public string? VirtualMacPrefix { get; set; }

    /// <summary>
    /// The same for those of addresses that are not on their instance's interface (keepalived: <c>vmac_addr_prefix</c>); without it:
    /// -VirtualMacPrefix.
    /// </summary>
    [Parameter]
    public string? VirtualMacAddressPrefix { get; set; }

    /// <summary>
    /// Whether the host reports no membership of 224.0.0.0/24 at all while the node has virtual MAC addresses (keepalived:
    /// <c>disable_local_igmp</c>), instead of reporting it by the interfaces below them.
    /// </summary>
    [Parameter]
    public SwitchParameter DisableLocalIgmp { get; set; }

    /// <summary>
    /// Addresses that the host has while the node runs (keepalived: <c>static_ipaddress</c>): a line of keepalived, or what New-
    /// VrrpAddress made.
    /// </summary>
    [Parameter]
    [ModelValue(typeof(VirtualAddress), Many = true, Static = true)]
    [Alias("StaticAddresses")]
    public VirtualAddress[] StaticAddress { get; set; } = [];

    /// <summary>
    /// Routes that the host has while the node runs (keepalived: <c>static_routes</c>): in the words of ip route, or what New-VrrpRoute
    /// made.
    /// </summary>
    [Parameter]
    [ModelValue(typeof(RouteEntry), Many = true, Static = true)]
    [Alias("StaticRoutes")]
    public RouteEntry[] StaticRoute { get; set; } = [];

    /// <summary>
    /// Rules that the host has while the node runs (keepalived: <c>static_rules</c>): in the words of ip rule, or what New-VrrpRule made.
    /// </summary>
    [Parameter]
    [ModelValue(typeof(RuleEntry), Many = true, Static = true)]
    [Alias("StaticRules")]
    public RuleEntry[] StaticRule { get; set; } = [];

    /// <summary>
    /// Instances that go to FAULT when a static address, route or rule that names the group is gone (keepalived: <c>track_group</c>):
    /// hashtables of Name, Instances.
    /// </summary>
    [Parameter]
    [ModelValue(typeof(StaticTrackGroup), Many = true)]
    [Alias("TrackGroups")]
    public StaticTrackGroup[] TrackGroup { get; set; } = [];

    /// <summary>Instances that change state together: what New-VrrpSyncGroup made.</summary>
    [Parameter]
    [ModelValue(typeof(VrrpSyncGroup), Many = true)]
    [Alias("SyncGroups")]
    public VrrpSyncGroup[] SyncGroup { get; set; } = [];

    /// <summary>VRRP instances.</summary>
    [Parameter(Position = 0)]
    [ModelValue(typeof(VrrpInstance), Many = true)]
    [Alias("VrrpInstances")]
    public VrrpInstance[] VrrpInstance { get; set; } = [];

    /// <summary>IPVS services.</summary>
    [Parameter]
    [ModelValue(typeof(VirtualServer), Many = true)]
    [Alias("VirtualServers")]
    public VirtualServer[] VirtualServer { get; set; } = [];

    /// <summary>Groups of addresses and firewall marks that services serve alike: what New-IpvsServiceGroup made.</summary>
    [Parameter]
    [ModelValue(typeof(VirtualServerGroup), Many = true)]
    [Alias("VirtualServerGroups")]
    public VirtualServerGroup[] VirtualServerGroup { get; set; } = [];

    /// <summary>Addresses that this host accepts as a real server of direct routing: on lo, with ARP off.</summary>
    [Parameter]
    [ModelValue(typeof(DirectRoutingAddress), Many = true)]
    [Alias("DirectRoutingAddresses")]
    public DirectRoutingAddress[] DirectRoutingAddress { get; set; } = [];

    /// <summary>
    /// Addresses that this host accepts as a real server of tunnels: each an address (IP in IP) or a hashtable of Address, Type (Ipip, Gre, Gue), Port (of GUE), OuterFamily (4, 6).
    /// </summary>
    [Parameter]
    [ModelValue(typeof(TunnelAddress), Many = true)]
    [Alias("TunnelAddresses")]
    public TunnelAddress[] TunnelAddress { get; set; } = [];

    /// <summary>
    /// What HTTPS checks show and trust (keepalived: <c>SSL</c>): a hashtable of Ca, Certificate, Key, the paths of PEM files, and Password, a SecureString, of the key.
    /// </summary>
    [Parameter]
    [ModelValue(typeof(SslSettings))]
    public SslSettings? Ssl { get; set; }

    /// <summary>
    /// What holds for IPVS as a whole: a hashtable of TcpTimeout, TcpFinTimeout, UdpTimeout (keepalived: <c>lvs_timeouts</c>) and Parameters,
    /// a hashtable of net.ipv4.vs.*; what is left out stays as the kernel has it. Foreign (Keep, Purge) and Drift (Repair, Report) say what becomes of services that no node names, and of what others change.
    /// GroupMarks, a hashtable of Table, Priority, Start (keepalived: <c>nftables_ipvs</c>), makes the addresses of a group one service by a mark.
    /// </summary>
    [Parameter]
    [ModelValue(typeof(IpvsSettings))]
    public IpvsSettings? Ipvs { get; set; }

    private static readonly HaConfiguration Usual = HaConfiguration.Empty;

    /// <summary>
    /// The synchronization of IPVS connections between directors: a hashtable of Interface, Instance, SyncId, MaximumLength, Group, Port, Ttl, RefreshPeriod (3 s;
    /// $null: as the kernel's parameters have it; keepalived: <c>lvs_sync_daemon</c>).
    /// </summary>
    [Parameter]
    [ModelValue(typeof(IpvsSyncDaemon))]
    public IpvsSyncDaemon? SyncDaemon { get; set; }

    private HaConfiguration Make() => new()
    {
        RouterId = RouterId,
        SelfFencing = SelfFencing ?? Usual.SelfFencing,
        ScriptUser = ScriptUser,
        ScriptSecurity = ScriptSecurity ?? Usual.ScriptSecurity,
        NotifyUpAtStart = NotifyUpAtStart,
        NotifyFifo = NotifyFifo,
        VrrpNotifyFifo = VrrpNotifyFifo,
        IpvsNotifyFifo = IpvsNotifyFifo,
        NotifyPriorityChanges = NotifyPriorityChanges,
        NotifyStatesOnReload = NotifyStatesOnReload,
        SmtpAlerts = SmtpAlerts,
        Webhooks = [.. Webhook],
        StartupDelay = StartupDelay ?? Usual.StartupDelay,
        DelayAfterBoot = DelayAfterBoot ?? Usual.DelayAfterBoot,
        LogUnknownVirtualRouters = LogUnknownVirtualRouters,
        DynamicInterfaces = DynamicInterfaces,
        InterfaceDelays = [.. InterfaceDelay],
        GarpInterval = GarpInterval ?? Usual.GarpInterval,
        NeighborAdvertisementInterval = NeighborAdvertisementInterval ?? Usual.NeighborAdvertisementInterval,
        GarpGroups = [.. GarpGroup],
        Firewall = Firewall ?? Usual.Firewall,
        VirtualMacPrefix = VirtualMacPrefix ?? Usual.VirtualMacPrefix,
        VirtualMacAddressPrefix = VirtualMacAddressPrefix,
        DisableLocalIgmp = DisableLocalIgmp,
        StaticAddresses = [.. StaticAddress, .. Piped<VirtualAddress>()],
        StaticRoutes = [.. StaticRoute, .. Piped<RouteEntry>()],
        StaticRules = [.. StaticRule, .. Piped<RuleEntry>()],
        TrackGroups = [.. TrackGroup],
        SyncGroups = [.. SyncGroup, .. Piped<VrrpSyncGroup>()],
        VrrpInstances = [.. VrrpInstance, .. Piped<VrrpInstance>()],
        VirtualServers = [.. VirtualServer, .. Piped<VirtualServer>()],
        VirtualServerGroups = [.. VirtualServerGroup, .. Piped<VirtualServerGroup>()],
        Resolver = Resolver ?? Usual.Resolver,
        Ssl = Ssl ?? Usual.Ssl,
        Ipvs = Ipvs ?? Usual.Ipvs,
        SyncDaemon = SyncDaemon,
        DirectRoutingAddresses = [.. DirectRoutingAddress],
        TunnelAddresses = [.. TunnelAddress],
        Scripts = [.. Trackers<ScriptTracker>()],
        Files = [.. Trackers<FileTracker>()],
        Processes = [.. Trackers<ProcessTracker>()],
        BfdSessions = [.. Trackers<BfdSession>()],
    };
}
