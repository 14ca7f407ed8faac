using System.Net;
using System.Net.Sockets;

namespace HaTools;

/// <summary>
/// An IPVS service and the real servers behind it (keepalived: <c>virtual_server</c>). It is found by protocol, address and port, by a firewall mark on its packets, or by any of those of a group.
/// </summary>
public sealed record VirtualServer
{
    /// <summary>The service's address; null: it has a <see cref="FirewallMark"/> or a <see cref="Group"/>.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The service's port, 1 to 65535; 0: every port that has no service of its own, with <see cref="Persistence"/>, and with a <see cref="FirewallMark"/> always.</summary>
    public int Port { get; init; }

    /// <summary>The mark that a firewall has put on the service's packets, from 1 (keepalived: <c>virtual_server fwmark</c>); null: it has none.</summary>
    public uint? FirewallMark { get; init; }

    /// <summary>
    /// The name of the group of addresses and marks that it serves (keepalived: <c>virtual_server group</c>), see <see cref="VirtualServerGroup"/>; null: it serves one. A real server by address
    /// translation has its own port, or with 0 that of the client; one that direct routing or a tunnel leads to has that of the group's member, and its own port is what its checks ask.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>The mark of the node's own by which the addresses of the <see cref="Group"/> are one service (<see cref="GroupMarkSettings"/>); null: each is a service. Only the node says it.</summary>
    internal uint? GroupMark { get; init; }

    /// <summary>The members of a group that this service of a <see cref="GroupMark"/> serves, as <see cref="VirtualServerGroupMember.ToString"/> writes them.</summary>
    internal ValueList<string> Marked { get; init; } = [];

    /// <summary>Whether the mark is on packets of IPv4 (4) or of IPv6 (6), or what the whole group is of (keepalived: <c>ip_family</c>); null: addresses say it, and marks alone are IPv4's.</summary>
    public int? Family { get; init; }

    /// <summary>The transport protocol; a service with a <see cref="FirewallMark"/> takes all.</summary>
    public TransportProtocol Protocol { get; init; } = TransportProtocol.Tcp;

    /// <summary>The kernel's name of the scheduler (rr, wrr, lc, wlc …), up to 15 characters.</summary>
    public string Scheduler { get; init; } = "wlc";

    /// <summary>What the scheduler does differently.</summary>
    public SchedulerFlags SchedulerFlags { get; init; }

    /// <summary>Whether each packet is scheduled by itself, without a connection (keepalived: <c>ops</c>); of UDP, and of a <see cref="FirewallMark"/>.</summary>
    public bool OnePacket { get; init; }

    /// <summary>
    /// Whether a director that takes the service over goes on with the former one's connections without having heard of any: by direct routing and tunnels alone. The
    /// scheduler is mh with its flags <see cref="SchedulerFlags.Port"/> and <see cref="SchedulerFlags.Fallback"/>, by which every director sends a packet to the same
    /// server; servers that fail keep their places, with weight 0; and the kernel takes packets of connections that it does not know (<c>net.ipv4.vs.sloppy_tcp</c>,
    /// <c>sloppy_sctp</c>), which holds for all services of the network namespace. Connections that began while a server was down, or before the servers or their
    /// weights changed, may end at the next takeover; the sync daemon covers them.
    /// </summary>
    public bool Stateless { get; init; }

    /// <summary>How packets reach the real servers (keepalived: <c>lb_kind</c>).</summary>
    public ForwardingMethod Forwarding { get; init; } = ForwardingMethod.Nat;

    /// <summary>The tunnels to the real servers; null: IP in IP.</summary>
    public IpvsTunnel? Tunnel { get; init; }

    /// <summary>How long a client stays with its real server, whole seconds, 1 s to 31 days; null: no persistence.</summary>
    public TimeSpan? Persistence { get; init; }

    /// <summary>
    /// Which bits of a client's address persistence looks at (keepalived: <c>persistence_granularity</c>), a mask of the service's family, over IPv6 of a prefix; null: all of them.
    /// </summary>
    public IPAddress? PersistenceNetmask { get; init; }

    /// <summary>What persistence looks at beside the address (keepalived: <c>persistence_engine</c>): <c>sip</c>, the call's identity; null: nothing.</summary>
    public string? PersistenceEngine { get; init; }

    /// <summary>The time from one check of a real server to the next (keepalived: <c>delay_loop</c>).</summary>
    public TimeSpan DelayLoop { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether the real servers are checked only while the service's <see cref="Address"/> is on this host (keepalived: <c>ha_suspend</c>); meanwhile they stay as their checks have left
    /// them. Checks that go by a tracked file or a BFD session go on.
    /// </summary>
    public bool HaSuspend { get; init; }

    /// <summary>
    /// How long a real server that leaves the configuration may go on with the connections that it has: it gets weight 0, and is removed when they have ended, after this time in any
    /// case. null: it is removed at once, as keepalived does; so it is in a service from a keepalived.conf.
    /// </summary>
    public TimeSpan? Drain { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The least weight of servers that are up that carries the service (keepalived: <c>quorum</c>), from 1; more than all of them weigh is taken as that.
    /// </summary>
    public int Quorum { get; init; } = 1;

    /// <summary>
    /// How far the weight must fall below the quorum for it to be lost, and rise above it for it to be gained again (keepalived: <c>hysteresis</c>), from 0; less than <see cref="Quorum"/>.
    /// </summary>
    public int Hysteresis { get; init; }

    /// <summary>What is run when the service gains its quorum, at the start too (keepalived: <c>quorum_up</c>); null: nothing.</summary>
    public NotifyScript? QuorumUp { get; init; }

    /// <summary>
    /// What is run when the service loses its quorum, or leaves the configuration with it, and at a start without a quorum where there is a sorry server (keepalived: <c>quorum_down</c>); null: nothing.
    /// </summary>
    public NotifyScript? QuorumDown { get; init; }

    /// <summary>
    /// Whether the stop of the node runs <see cref="QuorumDown"/>, and <see cref="RealServer.NotifyDown"/> of the servers that are up (keepalived: <c>omega</c>).
    /// </summary>
    public bool Omega { get; init; }

    /// <summary>Whether there are mails of its quorum (keepalived: <c>smtp_alert</c>); null: as <see cref="SmtpAlerts"/> has it for services.</summary>
    public bool? SmtpAlert { get; init; }

    /// <summary>The server that stands in while the quorum is lost, which is while no real server is up unless <see cref="Quorum"/> says otherwise (keepalived: <c>sorry_server</c>); null: none.</summary>
    public RealServer? SorryServer { get; init; }

    /// <summary>The real servers; address + port are unique in the service, and so are names.</summary>
    public ValueList<RealServer> RealServers { get; init; } = [];

    /// <summary>The service as <c>tcp 192.0.2.1:80</c>, <c>fwmark 7</c> or <c>tcp group web</c>: its identity in changes, status and messages.</summary>
    public string Id => Group is { } group ? $"{Protocol.ToString().ToLowerInvariant()} group {group}{(Family == 6 ? " ipv6" : "")}"
        : FirewallMark is { } mark ? $"fwmark {mark}{(IsIPv6 ? " ipv6" : "")}"
        : Address is null ? "without an address" : $"{Protocol.ToString().ToLowerInvariant()} {new IPEndPoint(Address, Port)}";

    /// <summary>Whether its packets are IPv6's.</summary>
    public bool IsIPv6 => Address is { } address ? address.AddressFamily == AddressFamily.InterNetworkV6 : Family == 6;

    /// <summary>The family of one of its servers' addresses, 4 or 6.</summary>
    public int FamilyOf(RealServer server) => server.Address is { } address ? address.AddressFamily == AddressFamily.InterNetworkV6 ? 6 : 4 : server.Family ?? (IsIPv6 ? 6 : 4);

    /// <summary>How packets reach one of its servers.</summary>
    public ForwardingMethod ForwardingTo(RealServer server) => server.Forwarding ?? Forwarding;

    /// <summary>The tunnel to one of its servers that is reached by one.</summary>
    public IpvsTunnel TunnelTo(RealServer server) => server.Tunnel ?? (server.Forwarding is null ? Tunnel : null) ?? new IpvsTunnel();
}

/// <summary>Transport protocols; the numbers are IP's.</summary>
public enum TransportProtocol
{
    /// <summary>TCP.</summary>
    Tcp = 6,

    /// <summary>UDP.</summary>
    Udp = 17,

    /// <summary>SCTP.</summary>
    Sctp = 132,
}

/// <summary>IPVS's forwarding methods; the numbers are the kernel's (linux/ip_vs.h, IP_VS_CONN_F_*).</summary>
public enum ForwardingMethod
{
    /// <summary>Network address translation (keepalived: NAT; ipvsadm: masquerading).</summary>
    Nat = 0,

    /// <summary>A tunnel (keepalived: TUN; ipvsadm: ipip).</summary>
    Tunnel = 2,

    /// <summary>Direct routing (keepalived: DR; ipvsadm: gatewaying).</summary>
    DirectRouting = 3,
}

/// <summary>What schedulers may do differently; the numbers are the kernel's (linux/ip_vs.h, IP_VS_SVC_F_SCHED*).</summary>
[Flags]
public enum SchedulerFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>sh and mh: a client whose server is down or full goes to another one (keepalived: <c>sh-fallback</c>, <c>mh-fallback</c>, <c>flag-1</c>).</summary>
    Fallback = 0x8,

    /// <summary>sh and mh: a client's port counts too (keepalived: <c>sh-port</c>, <c>mh-port</c>, <c>flag-2</c>).</summary>
    Port = 0x10,

    /// <summary>No scheduler of Linux's asks for it (keepalived: <c>flag-3</c>).</summary>
    Flag3 = 0x20,
}
