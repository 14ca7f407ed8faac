namespace HaTools.Engine.DataPlane;

/// <summary>Finds the shortest list of changes from the table that is to the table that should be. Pure.</summary>
internal static class Convergence
{
    /// <summary>
    /// Additions go before removals, so that a service that changes its servers is never without any; what differs in any property is changed in place, so that
    /// no connection is lost. Services of ours are brought to what is desired whole, also where others have changed what the configuration does not speak of;
    /// services that are not <paramref name="ours"/> are never in the list.
    /// </summary>
    /// <param name="desired">What should be, in the order to add it.</param>
    /// <param name="actual">What is, foreign services included.</param>
    /// <param name="ours">The keys that this node may touch.</param>
    public static List<PlaneChange> Plan(
        IReadOnlyList<PlaneService> desired, IReadOnlyList<PlaneService> actual, IReadOnlySet<ServiceKey> ours)
    {
        List<PlaneChange> changes = [];
        List<PlaneChange> removals = [];
        OrderedDictionary<ServiceKey, PlaneService> present = PlaneTable.ByKey(actual);
        HashSet<ServiceKey> wanted = [];
        foreach (PlaneService service in desired)
        {
            _ = wanted.Add(service.Key);
            if (!present.TryGetValue(service.Key, out PlaneService? before))
            {
                changes.Add(new PlaneChange(PlaneChangeKind.AddService, service));
                foreach (PlaneDestination server in service.Destinations)
                    changes.Add(new PlaneChange(PlaneChangeKind.AddDestination, service, server));
                continue;
            }

            if (!service.SameService(before)) changes.Add(new PlaneChange(PlaneChangeKind.SetService, service));
            PlanServers(service, before, changes, removals);
        }

        changes.AddRange(removals);
        foreach (PlaneService service in present.Values)
        {
            if (ours.Contains(service.Key) && !wanted.Contains(service.Key))
                changes.Add(new PlaneChange(PlaneChangeKind.RemoveService, service));
        }

        return changes;
    }

    private static void PlanServers(PlaneService service, PlaneService before, List<PlaneChange> changes, List<PlaneChange> removals)
    {
        OrderedDictionary<DestinationKey, PlaneDestination> present = PlaneTable.ByKey(before.Destinations);
        HashSet<DestinationKey> wanted = [];
        foreach (PlaneDestination server in service.Destinations)
        {
            _ = wanted.Add(server.Key);
            if (!present.TryGetValue(server.Key, out PlaneDestination? found))
                changes.Add(new PlaneChange(PlaneChangeKind.AddDestination, service, server));
            else if (!server.SameDestination(found)) changes.Add(new PlaneChange(PlaneChangeKind.SetDestination, service, server));
        }

        foreach (PlaneDestination server in present.Values)
        {
            if (!wanted.Contains(server.Key)) removals.Add(new PlaneChange(PlaneChangeKind.RemoveDestination, service, server));
        }
    }
}
