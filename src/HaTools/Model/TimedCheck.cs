namespace HaTools;

/// <summary>What is common to all checks that are tried again and again.</summary>
public abstract record TimedCheck : HealthCheck
{
    /// <summary>
    /// Tries after a failed one before the server is called down (keepalived: <c>retry</c>, in TCP_CHECK also <c>nb_get_retry</c>), from 0.
    /// </summary>
    public int Retry { get; init; } = 1;

    /// <summary>The time between a failed try and the next (keepalived: <c>delay_before_retry</c>); null, of DNS checks only: as long as between checks.</summary>
    public TimeSpan? DelayBeforeRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The time from the start of one check to the start of the next (keepalived: <c>delay_loop</c>); null: the service's.</summary>
    public TimeSpan? DelayLoop { get; init; }

    /// <summary>
    /// Within which time, by chance, the first check begins (keepalived: <c>warmup</c>); null: a second, or so that there are a thousand a second, but within
    /// <see cref="DelayLoop"/>.
    /// </summary>
    public TimeSpan? Warmup { get; init; }

    /// <summary>Whether each failed try of a server that is up is told, and not only that it is down (keepalived: <c>log_all_failures</c>).</summary>
    public bool LogAllFailures { get; init; }
}
