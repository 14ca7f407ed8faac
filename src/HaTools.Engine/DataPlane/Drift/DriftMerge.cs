using System.Net;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// What is to be written of a service that others have changed and whose changes are left: only what this node wants otherwise than before. A server whose check
/// fails goes, and what others have made of the servers beside it stays. Pure.
/// </summary>
internal static class DriftMerge
{
    /// <param name="before">What this node wanted when it wrote the service last.</param>
    /// <param name="desired">What it wants now.</param>
    /// <param name="present">What there is; null: others have removed the service.</param>
    /// <returns>What should be there; null: nothing, since others have removed the service.</returns>
    public static PlaneService? Of(PlaneService before, PlaneService desired, PlaneService? present)
    {
        if (present is null) return null;
        return desired with
        {
            Scheduler = Choose(before.Scheduler, desired.Scheduler, present.Scheduler),
            Persistence = Choose<uint?>(before.Persistence, desired.Persistence, present.Persistence),
            Netmask = Choose<IPAddress?>(before.Netmask, desired.Netmask, present.Netmask),
            PersistenceEngine = Choose<string?>(before.PersistenceEngine, desired.PersistenceEngine, present.PersistenceEngine),
            Flags = Choose<IpvsServiceFlags>(before.Flags, desired.Flags, present.Flags),
            Destinations = Servers(before, desired, present),
        };
    }

    private static List<PlaneDestination> Servers(PlaneService before, PlaneService desired, PlaneService present)
    {
        OrderedDictionary<DestinationKey, PlaneDestination> former = PlaneTable.ByKey(before.Destinations);
        OrderedDictionary<DestinationKey, PlaneDestination> wanted = PlaneTable.ByKey(desired.Destinations);
        OrderedDictionary<DestinationKey, PlaneDestination> there = PlaneTable.ByKey(present.Destinations);
        List<PlaneDestination> servers = [];
        foreach ((DestinationKey key, PlaneDestination server) in wanted)
        {
            if (Choose<PlaneDestination?>(former.GetValueOrDefault(key), server, there.GetValueOrDefault(key)) is { } chosen) servers.Add(chosen);
        }

        // What this node does not name and did not name before is others'.
        servers.AddRange(there.Values.Where(s => !wanted.ContainsKey(s.Key) && !former.ContainsKey(s.Key)));
        return servers;
    }

    private static T Choose<T>(T before, T desired, T present) => EqualityComparer<T>.Default.Equals(before, desired) ? present : desired;
}
