using System.Net;

namespace HaTools;

/// <summary>An IPVS service and the real servers behind it (keepalived: <c>virtual_server</c>).</summary>
public sealed record VirtualServer
{
    /// <summary>The service's address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The service's port, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>The transport protocol.</summary>
    public TransportProtocol Protocol { get; init; } = TransportProtocol.Tcp;

    /// <summary>The kernel's name of the scheduler (rr, wrr, lc, wlc …), up to 15 characters.</summary>
    public string Scheduler { get; init; } = "wlc";

    /// <summary>How packets reach the real servers (keepalived: <c>lb_kind</c>).</summary>
    public ForwardingMethod Forwarding { get; init; } = ForwardingMethod.Nat;

    /// <summary>How long a client stays with its real server, whole seconds; null: no persistence.</summary>
    public TimeSpan? Persistence { get; init; }

    /// <summary>The time from one check of a real server to the next (keepalived: <c>delay_loop</c>).</summary>
    public TimeSpan DelayLoop { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The real servers; address + port are unique in the service.</summary>
    public ValueList<RealServer> RealServers { get; init; } = [];

    /// <summary>The service as <c>tcp 192.0.2.1:80</c>: its identity in changes, status and messages.</summary>
    public string Id => $"{Protocol.ToString().ToLowerInvariant()} {new IPEndPoint(Address, Port)}";
}

/// <summary>A server behind an IPVS service (keepalived: <c>real_server</c>; ipvsadm: destination).</summary>
public sealed record RealServer
{
    /// <summary>The server's address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The server's port, 1 to 65535; with direct routing the service's own.</summary>
    public required int Port { get; init; }

    /// <summary>0 to 65535; 0 takes no new connections.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>The check that decides whether the server is in the service; null: it always is.</summary>
    public HealthCheck? Check { get; init; }

    /// <summary>The server as <c>192.0.2.11:80</c>.</summary>
    public string Id => new IPEndPoint(Address, Port).ToString();
}

/// <summary>What is common to all health checks.</summary>
public abstract record HealthCheck
{
    /// <summary>
    /// Tries after a failed one before the server is called down (keepalived: <c>retry</c>, in TCP_CHECK also <c>nb_get_retry</c>), from 0.
    /// </summary>
    public int Retry { get; init; } = 1;

    /// <summary>The time between a failed try and the next (keepalived: <c>delay_before_retry</c>).</summary>
    public TimeSpan DelayBeforeRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a connection may take (keepalived: <c>connect_timeout</c>).</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The address to check; null: the real server's.</summary>
    public IPAddress? ConnectAddress { get; init; }

    /// <summary>The port to check; null: the real server's.</summary>
    public int? ConnectPort { get; init; }
}

/// <summary>A check that a TCP connection can be made (keepalived: <c>TCP_CHECK</c>).</summary>
public sealed record TcpCheck : HealthCheck;

/// <summary>Transport protocols; the numbers are IP's.</summary>
public enum TransportProtocol
{
    /// <summary>TCP.</summary>
    Tcp = 6,

    /// <summary>UDP.</summary>
    Udp = 17,
}

/// <summary>IPVS's forwarding methods; the numbers are the kernel's (linux/ip_vs.h, IP_VS_CONN_F_*).</summary>
public enum ForwardingMethod
{
    /// <summary>Network address translation (keepalived: NAT; ipvsadm: masquerading).</summary>
    Nat = 0,

    /// <summary>Direct routing (keepalived: DR; ipvsadm: gatewaying).</summary>
    DirectRouting = 3,
}
