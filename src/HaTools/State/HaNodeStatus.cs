namespace HaTools;

/// <summary>The whole state of a node, as one answer of its control socket.</summary>
public sealed record HaNodeStatus
{
    /// <summary>The node's name (<c>--name</c>).</summary>
    public required string Name { get; init; }

    /// <summary>keepalived's <c>router_id</c>, or the host name.</summary>
    public required string RouterId { get; init; }

    /// <summary>The process that hosts the engine.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The kind of host: <c>hanode</c> or <c>pwsh</c>.</summary>
    public required string Host { get; init; }

    /// <summary>HaTools' version.</summary>
    public required string Version { get; init; }

    /// <summary>When the engine started.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>The configuration's file; null when it did not come from one.</summary>
    public string? ConfigurationPath { get; init; }

    /// <summary>How often a changed configuration was applied since the start.</summary>
    public int Generation { get; init; }

    /// <summary>The number of the newest event (<see cref="HaEvent.Sequence"/>), so that a listener knows what it has yet to read; 0: none so far.</summary>
    public long LastEvent { get; init; }

    /// <summary>What the engine found itself unable to do or deduced about its place (<c>VIP on lo while backup</c> …), one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The VRRP instances.</summary>
    public IReadOnlyList<VrrpState> Instances { get; init; } = [];

    /// <summary>The sync groups.</summary>
    public IReadOnlyList<VrrpGroupState> SyncGroups { get; init; } = [];

    /// <summary>The trackers.</summary>
    public IReadOnlyList<HaTrackerState> Trackers { get; init; } = [];

    /// <summary>The IPVS services.</summary>
    public IReadOnlyList<IpvsServiceState> Services { get; init; } = [];

    /// <summary>The names that real servers come from.</summary>
    public IReadOnlyList<HaNameState> Names { get; init; } = [];

    /// <summary>The notify FIFOs.</summary>
    public IReadOnlyList<HaNotifyFifoState> NotifyFifos { get; init; } = [];

    /// <summary>What the mails that tell of changes are doing; null: there are none.</summary>
    public HaDeliveryState? SmtpAlerts { get; init; }

    /// <summary>What the webhooks are doing.</summary>
    public IReadOnlyList<HaDeliveryState> Webhooks { get; init; } = [];

    /// <summary>What holds for IPVS as a whole; null: nothing of it is configured.</summary>
    public IpvsState? Ipvs { get; init; }

    /// <summary>The parameters of IPVS that the configuration sets.</summary>
    public IReadOnlyList<IpvsParameterState> IpvsParameters { get; init; } = [];

    /// <summary>The kernel's daemons that synchronize IPVS connections; none: they are not configured.</summary>
    public IReadOnlyList<IpvsSyncDaemonState> SyncDaemons { get; init; } = [];

    /// <summary>Addresses held as a real server of direct routing.</summary>
    public IReadOnlyList<string> DirectRoutingAddresses { get; init; } = [];

    /// <summary>How each virtual address stands that this host is a real server of, by direct routing or by tunnel.</summary>
    public IReadOnlyList<HaRealServerAddressState> RealServerAddresses { get; init; } = [];

    /// <summary>The static addresses, and the static and virtual routes and rules.</summary>
    public IReadOnlyList<HaNetworkObjectState> Network { get; init; } = [];
}

/// <summary>The state of a tracker.</summary>
public sealed record HaTrackerState
{
    /// <summary>The tracker's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it watches.</summary>
    public HaTrackerType Type { get; init; }

    /// <summary>The state.</summary>
    public required HaTrackerStateKind State { get; init; }

    /// <summary>When that state was entered.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>
    /// In words: a script's last run (<c>exit 0</c>, <c>exit 1</c>, <c>signal 15</c>, <c>timed out</c>, <c>cannot run: …</c>; null before the first), a
    /// file's number, how many processes there are, why an interface is down.
    /// </summary>
    public string? LastResult { get; init; }

    /// <summary>The first line that the last run printed; null: none.</summary>
    public string? LastOutput { get; init; }

    /// <summary>How often the recovery command was tried.</summary>
    public long Recoveries { get; init; }
}

/// <summary>What a tracker watches.</summary>
public enum HaTrackerType
{
    /// <summary>The exit code of a command.</summary>
    Script,

    /// <summary>An interface.</summary>
    Interface,

    /// <summary>The number in a file.</summary>
    File,

    /// <summary>How many processes run.</summary>
    Process,

    /// <summary>A BFD session.</summary>
    Bfd,

    /// <summary>Static addresses, routes and rules.</summary>
    StaticGroup,
}

/// <summary>What a tracker is.</summary>
public enum HaTrackerStateKind
{
    /// <summary>No result yet.</summary>
    Unknown,

    /// <summary>Good.</summary>
    Up,

    /// <summary>Failing, and its recovery command is being tried.</summary>
    Recovering,

    /// <summary>Failed.</summary>
    Down,
}

/// <summary>The state of an IPVS service.</summary>
public sealed record IpvsServiceState
{
    /// <summary>The service as <c>tcp 192.0.2.1:80</c>, <c>fwmark 7</c> or <c>tcp group web</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The group that it serves; null: it serves one address or mark.</summary>
    public string? Group { get; init; }

    /// <summary>The services in the kernel that one with a group is; the connections of its servers are those of all of them.</summary>
    public IReadOnlyList<IpvsServiceMemberState> Members { get; init; } = [];

    /// <summary>The scheduler's name.</summary>
    public required string Scheduler { get; init; }

    /// <summary>Whether a director that takes over goes on with its connections without having heard of any.</summary>
    public bool Stateless { get; init; }

    /// <summary>The forwarding method.</summary>
    public required ForwardingMethod Forwarding { get; init; }

    /// <summary>What the scheduler does differently, in the native language's words: <c>fallback</c>, <c>port</c>, <c>flag3</c>.</summary>
    public IReadOnlyList<string> SchedulerFlags { get; init; } = [];

    /// <summary>Whether each packet is scheduled by itself (keepalived: <c>ops</c>).</summary>
    public bool OnePacket { get; init; }

    /// <summary>Persistence in seconds; null: none.</summary>
    public double? Persistence { get; init; }

    /// <summary>Which bits of a client's address persistence looks at (keepalived: <c>persistence_granularity</c>); null: all.</summary>
    public string? PersistenceNetmask { get; init; }

    /// <summary>What persistence looks at beside the address: <c>sip</c>; null: nothing.</summary>
    public string? PersistenceEngine { get; init; }

    /// <summary>Whether its servers are checked only while its address is on this host (keepalived: <c>ha_suspend</c>).</summary>
    public bool HaSuspend { get; init; }

    /// <summary>Whether the service is in the kernel now, with a group all that it is; a service that is only loaded by the master is not on a backup.</summary>
    public required bool Loaded { get; init; }

    /// <summary>Whether its servers are not checked, since its address is not on this host (<see cref="VirtualServer.HaSuspend"/>).</summary>
    public bool ChecksSuspended { get; init; }

    /// <summary>The weight of servers that are up which carries the service.</summary>
    public long Quorum { get; init; }

    /// <summary>How far the weight must fall below the quorum for it to be lost, and rise above it for it to be gained again, from 0, less than the quorum.</summary>
    public long Hysteresis { get; init; }

    /// <summary>What the servers weigh that are up and not drained.</summary>
    public long AliveWeight { get; init; }

    /// <summary>Whether the servers carry the service; else the sorry server stands in, where there is one.</summary>
    public bool QuorumUp { get; init; }

    /// <summary>What others have changed and is not put right at once; null: nothing.</summary>
    public IpvsDriftState? Drift { get; init; }

    /// <summary>The server that stands in, which is up while it does; null: none.</summary>
    public IpvsRealServerState? SorryServer { get; init; }

    /// <summary>What the scripts are doing that are told of the quorum; null: there are none.</summary>
    public HaNotifyState? Notify { get; init; }

    /// <summary>The real servers.</summary>
    public IReadOnlyList<IpvsRealServerState> RealServers { get; init; } = [];
}

/// <summary>The state of a real server.</summary>
public sealed record IpvsRealServerState
{
    /// <summary>The server as <c>192.0.2.11:80</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The name that its address comes from; null: it is configured with its address.</summary>
    public string? HostName { get; init; }

    /// <summary>The weight in force, 0 to 65535.</summary>
    public required int Weight { get; init; }

    /// <summary>Whether its check lets it serve.</summary>
    public required bool Up { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How packets reach it.</summary>
    public ForwardingMethod Forwarding { get; init; }

    /// <summary>New connections stop at this many (keepalived: <c>uthreshold</c>); 0: no limit.</summary>
    public long UpperThreshold { get; init; }

    /// <summary>They begin again below this many (keepalived: <c>lthreshold</c>); 0: below three quarters of the upper one.</summary>
    public long LowerThreshold { get; init; }

    /// <summary>Whether it stays in the service with weight 0 while it is down, or as a sorry server while it is not needed (keepalived: <c>inhibit_on_failure</c>, <c>sorry_server_inhibit</c>).</summary>
    public bool InhibitOnFailure { get; init; }

    /// <summary>Why it is down, in words; null when it is up.</summary>
    public string? Reason { get; init; }

    /// <summary>Active connections in the kernel; 0 when not loaded.</summary>
    public long ActiveConnections { get; init; }

    /// <summary>Inactive connections in the kernel; 0 when not loaded.</summary>
    public long InactiveConnections { get; init; }

    /// <summary>Its drain; null: it is not drained. A server that has left the configuration is in the list as long as it is.</summary>
    public IpvsDrainState? Drain { get; init; }

    /// <summary>What the server's notify scripts are doing; null: it has none.</summary>
    public HaNotifyState? Notify { get; init; }

    /// <summary>What each of its checks asks, and says of it, in the configuration's order.</summary>
    public IReadOnlyList<IpvsCheckState> Checks { get; init; } = [];
}
