namespace HaTools.Engine.DataPlane;

/// <summary>A real server as configured, and what its check says of it.</summary>
internal sealed class ManagedServer(RealServer configured, DateTimeOffset since)
{
    public RealServer Configured { get; } = configured;

    public bool Up { get; private set; } = true;

    private DateTimeOffset Since { get; set; } = since;

    private string? Reason { get; set; }

    /// <summary>The same server with other properties: it keeps its health.</summary>
    public ManagedServer With(RealServer other) => new(other, Since) { Up = Up, Reason = Reason };

    public void SetHealth(bool up, string? reason) => (Up, Reason, Since) = (up, reason, DateTimeOffset.Now);

    public IpvsRealServerState State(ForwardingMethod forwarding, PlaneDestination? present) => new()
    {
        Id = Configured.Id,
        Weight = present?.Weight ?? Configured.Weight,
        Up = Up,
        Since = Since,
        Forwarding = forwarding,
        Reason = Reason,
        ActiveConnections = present?.ActiveConnections ?? 0,
        InactiveConnections = present?.InactiveConnections ?? 0,
    };
}
