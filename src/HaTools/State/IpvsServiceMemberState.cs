namespace HaTools;

/// <summary>The state of one of the services that a service with a group is.</summary>
public sealed record IpvsServiceMemberState
{
    /// <summary>The service as <c>tcp 192.0.2.1:80</c> or <c>fwmark 7</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Whether it is in the kernel now.</summary>
    public required bool Loaded { get; init; }
}
