namespace HaTools;

/// <summary>How a virtual address stands on this host, which is a real server of it.</summary>
public sealed record HaRealServerAddressState
{
    /// <summary>The virtual address.</summary>
    public required string Address { get; init; }

    /// <summary>How directors send what is for it: <c>directRouting</c>, <c>ipip</c>, <c>gre</c>, <c>gue 6080</c>.</summary>
    public required string Forwarding { get; init; }

    /// <summary>Whether packets for it are taken and no neighbour is told of it.</summary>
    public required bool Ready { get; init; }

    /// <summary>What keeps it from that, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
