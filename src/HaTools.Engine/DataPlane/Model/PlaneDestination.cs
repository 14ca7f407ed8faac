namespace HaTools.Engine.DataPlane;

/// <summary>A real server as it is, or should be, in a plane.</summary>
internal sealed record PlaneDestination
{
    public required DestinationKey Key { get; init; }

    public required ForwardingMethod Forwarding { get; init; }

    public required int Weight { get; init; }

    /// <summary>Only when read.</summary>
    public long ActiveConnections { get; init; }

    /// <summary>Only when read.</summary>
    public long InactiveConnections { get; init; }

    /// <summary>Whether the properties that are set (not what is counted) are the same.</summary>
    public bool SameDestination(PlaneDestination other) => Key == other.Key && Forwarding == other.Forwarding && Weight == other.Weight;
}
