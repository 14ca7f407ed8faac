using HaTools.Netlink.Ipvs.Save;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// Brings a saved table into a plane. Unlike <c>ipvsadm -R</c>, which adds, fails where something is there and says so of the last line
/// alone, it changes what differs, so that it can be done again; what is refused does not keep the rest from being done.
/// </summary>
internal static class IpvsImport
{
    /// <summary>
    /// What is to be done, in order. Services of the saved table become what they are there, with all their servers; those of schedulers to which it matters
    /// (<see cref="ServerOrder.Matters"/>) also in the order of the saved table, which is not always the one that this engine would enter them in.
    /// </summary>
    /// <param name="saved">The saved table.</param>
    /// <param name="plane">The plane; only the services that are named are read of it, where the rest is to stay.</param>
    /// <param name="replace">Whether services that the saved table has not are removed.</param>
    public static IReadOnlyList<PlaneChange> Plan(IpvsSavedTable saved, IDataPlane plane, bool replace)
    {
        PlaneService[] desired = [.. saved.Services.Select(s => IpvsTranslation.Service(s.Service, s.Destinations))];
        IReadOnlyList<PlaneService> present = plane.Read(replace ? null : desired.Select(s => s.Key).ToHashSet());
        return Convergence.Plan(desired, present, replace ? present.Select(s => s.Key).ToHashSet() : [], order: s => s.Destinations);
    }

    /// <summary>A change as all plans show it.</summary>
    public static HaChange Describe(PlaneChange change) => new()
    {
        Action = change.Kind switch
        {
            PlaneChangeKind.AddService or PlaneChangeKind.AddDestination => HaChangeAction.Add,
            PlaneChangeKind.SetService or PlaneChangeKind.SetDestination => HaChangeAction.Set,
            _ => HaChangeAction.Remove,
        },
        Kind = change.Destination is null ? "VirtualServer" : "RealServer",
        Id = change.Destination is null ? change.Service.Key.ToString() : $"{change.Service.Key} {change.Destination.Key}",
    };
}
