namespace HaTools;

/// <summary>The state of one of the services that a service with a group is.</summary>
public sealed record IpvsServiceMemberState
{
    /// <summary>The service as <c>tcp 192.0.2.1:80</c> or <c>fwmark 7</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Whether it is in the kernel now.</summary>
    public required bool Loaded { get; init; }

    /// <summary>The members of the group that it serves by a mark of the node's own (<see cref="GroupMarkSettings"/>), as <c>192.0.2.1-192.0.2.9:80</c>; empty: it is not such a one.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];
}
