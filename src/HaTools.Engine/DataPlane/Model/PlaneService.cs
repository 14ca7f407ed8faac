namespace HaTools.Engine.DataPlane;

/// <summary>A service as it is, or should be, in a plane.</summary>
internal sealed record PlaneService
{
    public required ServiceKey Key { get; init; }

    public required string Scheduler { get; init; }

    /// <summary>Whole seconds; null: no persistence.</summary>
    public int? Persistence { get; init; }

    public IReadOnlyList<PlaneDestination> Destinations { get; init; } = [];

    /// <summary>Whether the properties of the service itself (not its servers) are the same.</summary>
    public bool SameService(PlaneService other) =>
        Key == other.Key && string.Equals(Scheduler, other.Scheduler, StringComparison.Ordinal) && Persistence == other.Persistence;
}
