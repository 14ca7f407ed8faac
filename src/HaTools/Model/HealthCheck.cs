namespace HaTools;

/// <summary>What is common to all health checks.</summary>
public abstract record HealthCheck
{
    /// <summary>The kind of check, as the native language names it: <c>tcp</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Whether the server is down until this check has succeeded for the first time (keepalived: <c>alpha</c>).</summary>
    public bool Alpha { get; init; }
}
