namespace HaTools.Engine.DataPlane;

/// <summary>One change. <see cref="Destination"/> is null for the service kinds.</summary>
internal sealed record PlaneChange(PlaneChangeKind Kind, PlaneService Service, PlaneDestination? Destination = null)
{
    public override string ToString() => Destination is null ? $"{Kind} {Service.Key}" : $"{Kind} {Service.Key} {Destination.Key}";
}

/// <summary>What a change to a plane does.</summary>
internal enum PlaneChangeKind
{
    AddService,
    SetService,
    RemoveService,
    AddDestination,
    SetDestination,
    RemoveDestination,
}

/// <summary>A change that the plane refused, and why.</summary>
internal sealed record PlaneFailure(PlaneChange Change, string Reason);
