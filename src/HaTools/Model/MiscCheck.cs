namespace HaTools;

/// <summary>
/// A program that says by its exit status whether the server may serve: 0, it may; anything else, or an end by a signal, it may not (keepalived: <c>MISC_CHECK</c>). It has no
/// retries unless it says so, as in keepalived.
/// </summary>
public sealed record MiscCheck : TimedCheck
{
    /// <summary>Makes a check without retries.</summary>
    public MiscCheck() => Retry = 0;

    /// <inheritdoc/>
    public override string Kind => "misc";

    /// <summary>The command line: the program and its arguments (keepalived: <c>misc_path</c>).</summary>
    public required string Command { get; init; }

    /// <summary>How long a run may take before it is ended and has failed (keepalived: <c>misc_timeout</c>); null: the service's time between checks.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// Whether the exit status says the server's weight as well (keepalived: <c>misc_dynamic</c>): 0, as configured; 1, the server is down; 2 to 255, the weight is two less.
    /// </summary>
    public bool DynamicWeight { get; init; }

    /// <summary>Who runs it: <c>USER</c> or <c>USER:GROUP</c>; null: whom the configuration names for its scripts (keepalived: <c>user</c>, <c>script_user</c>).</summary>
    public string? User { get; init; }
}
