namespace HaTools;

/// <summary>
/// The desired state of one node: what every front-end (keepalived.conf, YAML, cmdlets, DSC) is read into, and what reload, -WhatIf and DSC compare.
/// Immutable, compared by value. It says nothing of the file that it came from.
/// </summary>
public sealed record HaConfiguration
{
    /// <summary>A configuration that asks for nothing.</summary>
    public static HaConfiguration Empty { get; } = new();

    /// <summary>The name that the node gives itself in status and messages (keepalived: <c>router_id</c>); null: the host name.</summary>
    public string? RouterId { get; init; }

    /// <summary>What happens to the node's virtual addresses when its engine is killed or hangs; an instance may say otherwise.</summary>
    public SelfFencing SelfFencing { get; init; } = SelfFencing.Automatic;

    /// <summary>Scripts whose outcome instances follow (keepalived: <c>vrrp_script</c>). Names are unique.</summary>
    public ValueList<ScriptTracker> Scripts { get; init; } = [];

    /// <summary>Files whose number instances follow (keepalived: <c>track_file</c>). Names are unique.</summary>
    public ValueList<FileTracker> Files { get; init; } = [];

    /// <summary>Processes that instances follow (keepalived: <c>vrrp_track_process</c>). Names are unique.</summary>
    public ValueList<ProcessTracker> Processes { get; init; } = [];

    /// <summary>BFD sessions (keepalived: <c>bfd_instance</c>). Names are unique.</summary>
    public ValueList<BfdSession> BfdSessions { get; init; } = [];

    /// <summary>
    /// The user (and after a colon the group) of scripts that name none (keepalived: <c>script_user</c>); several with <c>|</c> between them: the first that the host has.
    /// null: <c>keepalived_script|nobody</c>; from a keepalived.conf with such scripts that names none: keepalived's own <c>keepalived_script|root</c>. Of several, an engine
    /// that is not root takes none, but runs the scripts as itself.
    /// </summary>
    public string? ScriptUser { get; init; }

    /// <summary>Whether scripts that others than root could change are refused when root would run them (keepalived: <c>enable_script_security</c>). On unless turned off: a
    /// front-end may turn it off only by saying so.</summary>
    public bool ScriptSecurity { get; init; } = true;

    /// <summary>
    /// Whether <see cref="RealServer.NotifyUp"/> is run for servers too that are up when they come into the configuration, at the node's start above all (keepalived: <c>rs_init_notifies</c>).
    /// </summary>
    public bool NotifyUpAtStart { get; init; }

    /// <summary>Where everything is told: instances, groups, services and real servers (keepalived: <c>notify_fifo</c>); null: nowhere. The three FIFOs have three paths.</summary>
    public NotifyFifo? NotifyFifo { get; init; }

    /// <summary>Where instances and groups are told of (keepalived: <c>vrrp_notify_fifo</c>); null: nowhere.</summary>
    public NotifyFifo? VrrpNotifyFifo { get; init; }

    /// <summary>Where services and real servers are told of (keepalived: <c>lvs_notify_fifo</c>); null: nowhere.</summary>
    public NotifyFifo? IpvsNotifyFifo { get; init; }

    /// <summary>
    /// Whether FIFOs are told of changes of instances' effective priorities, too (keepalived: <c>vrrp_notify_priority_changes</c>), where neither the instance nor its group says
    /// otherwise: <c>INSTANCE "VI_1" MASTER_PRIORITY 90</c>.
    /// </summary>
    public bool NotifyPriorityChanges { get; init; }

    /// <summary>Whether the states of instances and groups are written to the FIFOs again at a reload that leaves them as they are (keepalived: <c>fifo_write_vrrp_states_on_reload</c>).</summary>
    public bool NotifyStatesOnReload { get; init; }

    /// <summary>Mails that tell of changes; null: there are none.</summary>
    public SmtpAlerts? SmtpAlerts { get; init; }

    /// <summary>Who is told of changes by HTTP. Names are unique.</summary>
    public ValueList<Webhook> Webhooks { get; init; } = [];

    /// <summary>How long instances wait at start before they take part (keepalived: <c>vrrp_startup_delay</c>), 0 s to 4294 s.</summary>
    public TimeSpan StartupDelay { get; init; }

    /// <summary>The instances wait until the host has been up this long (keepalived: <c>vrrp_delay_after_boot</c>), 0 s to 4294 s.</summary>
    public TimeSpan DelayAfterBoot { get; init; }

    /// <summary>
    /// Whether adverts of virtual routers that are not configured are logged, once for each (keepalived: <c>log_unknown_vrids</c>).
    /// </summary>
    public bool LogUnknownVirtualRouters { get; init; }

    /// <summary>Whether interfaces may be missing at start and change their nature later (keepalived: <c>dynamic_interfaces</c>).</summary>
    public bool DynamicInterfaces { get; init; }

    /// <summary>Delays of interfaces' changes of state.</summary>
    public ValueList<InterfaceDelay> InterfaceDelays { get; init; } = [];

    /// <summary>The least time between two gratuitous ARPs on an interface in no group; zero: none (keepalived: <c>vrrp_garp_interval</c>).</summary>
    public TimeSpan GarpInterval { get; init; }

    /// <summary>
    /// The least time between two unsolicited neighbour advertisements on an interface in no group (keepalived: <c>vrrp_gna_interval</c>).
    /// </summary>
    public TimeSpan NeighborAdvertisementInterval { get; init; }

    /// <summary>Interfaces whose announcements are paced together.</summary>
    public ValueList<GarpGroup> GarpGroups { get; init; } = [];

    /// <summary>The firewall table that the node makes where it needs one.</summary>
    public FirewallSettings Firewall { get; init; } = new();

    /// <summary>What the generated names of virtual interfaces begin with (keepalived: <c>vmac_prefix</c>).</summary>
    public string VirtualMacPrefix { get; init; } = "vrrp";

    /// <summary>
    /// The same for those of addresses that are not on their instance's interface (keepalived: <c>vmac_addr_prefix</c>); null:
    /// <see cref="VirtualMacPrefix"/>.
    /// </summary>
    public string? VirtualMacAddressPrefix { get; init; }

    /// <summary>
    /// Whether the host reports no membership of 224.0.0.0/24 at all while the node has virtual MAC addresses (keepalived:
    /// <c>disable_local_igmp</c>), instead of reporting it by the interfaces below them.
    /// </summary>
    public bool DisableLocalIgmp { get; init; }

    /// <summary>Addresses that the host has while the node runs (keepalived: <c>static_ipaddress</c>).</summary>
    public ValueList<VirtualAddress> StaticAddresses { get; init; } = [];

    /// <summary>Routes that the host has while the node runs (keepalived: <c>static_routes</c>).</summary>
    public ValueList<RouteEntry> StaticRoutes { get; init; } = [];

    /// <summary>Rules that the host has while the node runs (keepalived: <c>static_rules</c>).</summary>
    public ValueList<RuleEntry> StaticRules { get; init; } = [];

    /// <summary>Who suffers from the loss of static addresses, routes and rules.</summary>
    public ValueList<StaticTrackGroup> TrackGroups { get; init; } = [];

    /// <summary>Instances that change state together. Names are unique.</summary>
    public ValueList<VrrpSyncGroup> SyncGroups { get; init; } = [];

    /// <summary>The VRRP instances. Names are unique; so are interface + virtual router id.</summary>
    public ValueList<VrrpInstance> VrrpInstances { get; init; } = [];

    /// <summary>The IPVS services and their real servers (keepalived: <c>virtual_server</c>). Protocol + address + port are unique.</summary>
    public ValueList<VirtualServer> VirtualServers { get; init; } = [];

    /// <summary>Groups of addresses and firewall marks that services serve alike (keepalived: <c>virtual_server_group</c>). Names are unique.</summary>
    public ValueList<VirtualServerGroup> VirtualServerGroups { get; init; } = [];

    /// <summary>How names of real servers are resolved.</summary>
    public ResolverSettings Resolver { get; init; } = ResolverSettings.Usual;

    /// <summary>What HTTPS checks show and trust (keepalived: <c>SSL</c>).</summary>
    public SslSettings Ssl { get; init; } = SslSettings.None;

    /// <summary>What holds for IPVS as a whole.</summary>
    public IpvsSettings Ipvs { get; init; } = IpvsSettings.None;

    /// <summary>The synchronization of IPVS connections between directors (keepalived: <c>lvs_sync_daemon</c>); null: HaTools leaves it alone.</summary>
    public IpvsSyncDaemon? SyncDaemon { get; init; }

    /// <summary>
    /// Virtual addresses that this host accepts as a real server of direct routing: they stand on <c>lo</c> with ARP off (arp_ignore 1, arp_announce 2),
    /// and are undone when the node stops.
    /// </summary>
    public ValueList<DirectRoutingAddress> DirectRoutingAddresses { get; init; } = [];

    /// <summary>
    /// Virtual addresses that this host accepts as a real server of tunnels: on <c>lo</c> in the same manner, and what directors send is unpacked; undone when the
    /// node stops.
    /// </summary>
    public ValueList<TunnelAddress> TunnelAddresses { get; init; } = [];
}
