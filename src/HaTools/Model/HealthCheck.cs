using System.Net;

namespace HaTools;

/// <summary>What is common to all health checks.</summary>
public abstract record HealthCheck
{
    /// <summary>
    /// Tries after a failed one before the server is called down (keepalived: <c>retry</c>, in TCP_CHECK also <c>nb_get_retry</c>), from 0.
    /// </summary>
    public int Retry { get; init; } = 1;

    /// <summary>The time between a failed try and the next (keepalived: <c>delay_before_retry</c>).</summary>
    public TimeSpan DelayBeforeRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The time from the start of one check to the start of the next (keepalived: <c>delay_loop</c>); null: the service's.</summary>
    public TimeSpan? DelayLoop { get; init; }

    /// <summary>
    /// Within which time, by chance, the first check begins (keepalived: <c>warmup</c>); null: a second, or so that there are a thousand a second, but within
    /// <see cref="DelayLoop"/>.
    /// </summary>
    public TimeSpan? Warmup { get; init; }

    /// <summary>Whether the server is down until this check has succeeded for the first time (keepalived: <c>alpha</c>).</summary>
    public bool Alpha { get; init; }

    /// <summary>Whether each failed try of a server that is up is told, and not only that it is down (keepalived: <c>log_all_failures</c>).</summary>
    public bool LogAllFailures { get; init; }

    /// <summary>How long a connection may take (keepalived: <c>connect_timeout</c>).</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The address to check (keepalived: <c>connect_ip</c>); null: the real server's.</summary>
    public IPAddress? ConnectAddress { get; init; }

    /// <summary>The port to check, 1 to 65535 (keepalived: <c>connect_port</c>); null: the real server's.</summary>
    public int? ConnectPort { get; init; }

    /// <summary>The address of this host to check from, of the checked address's family (keepalived: <c>bindto</c>); null: as the kernel chooses.</summary>
    public IPAddress? BindAddress { get; init; }

    /// <summary>The port of this host to check from, 1 to 65535 (keepalived: <c>bind_port</c>); null: as the kernel chooses.</summary>
    public int? BindPort { get; init; }

    /// <summary>The interface of this host to check by (keepalived: <c>bind_if</c>; SO_BINDTODEVICE, socket(7)); null: as the routes say.</summary>
    public string? BindInterface { get; init; }

    /// <summary>The firewall mark of the check's packets (keepalived: <c>fwmark</c>; SO_MARK, socket(7)); 0: none.</summary>
    public uint FirewallMark { get; init; }
}

/// <summary>A check that a TCP connection can be made (keepalived: <c>TCP_CHECK</c>).</summary>
public sealed record TcpCheck : HealthCheck;
