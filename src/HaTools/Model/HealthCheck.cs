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

    /// <summary>How long a connection may take (keepalived: <c>connect_timeout</c>).</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The address to check; null: the real server's.</summary>
    public IPAddress? ConnectAddress { get; init; }

    /// <summary>The port to check; null: the real server's.</summary>
    public int? ConnectPort { get; init; }
}

/// <summary>A check that a TCP connection can be made (keepalived: <c>TCP_CHECK</c>).</summary>
public sealed record TcpCheck : HealthCheck;
