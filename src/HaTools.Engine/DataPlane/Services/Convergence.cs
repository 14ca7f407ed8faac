namespace HaTools.Engine.DataPlane;

/// <summary>Finds the shortest list of changes from the table that is to the table that should be. Pure.</summary>
internal static class Convergence
{
    /// <summary>
    /// Additions go before removals, so that a service that changes its servers is never without any; what differs in any property is changed in place, so that
    /// no connection is lost; where the order of servers matters (<see cref="ServerOrder"/>), those that stand wrong are removed and added again at once. Services
    /// of ours are brought to what is desired whole, also where others have changed what the configuration does not speak of; services that are not
    /// <paramref name="ours"/> are never in the list.
    /// </summary>
    /// <param name="desired">What should be, in the order to add it.</param>
    /// <param name="actual">What is, foreign services included.</param>
    /// <param name="ours">The keys that this node may touch.</param>
    /// <param name="reenter">Whether servers may be removed and added again for their order; where that ends their connections, they must not.</param>
    /// <param name="order">The order to enter a service's servers in; null: that of all directors (<see cref="ServerOrder.Of"/>).</param>
    /// <param name="weights">By which weights servers have their places, where that is known of those that have weight 0 now; null: of none.</param>
    public static List<PlaneChange> Plan(
        IReadOnlyList<PlaneService> desired,
        IReadOnlyList<PlaneService> actual,
        IReadOnlySet<ServiceKey> ours,
        bool reenter = true,
        Func<PlaneService, IReadOnlyList<PlaneDestination>>? order = null,
        PlaceWeights? weights = null)
    {
        order ??= ServerOrder.Of;
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
                foreach (PlaneDestination server in order(service)) Enter(service, server, changes);
                continue;
            }

            if (!service.SameService(before)) changes.Add(new PlaneChange(PlaneChangeKind.SetService, service));
            PlanServers(service, order(service), before, changes, removals, reenter, weights);
        }

        changes.AddRange(removals);
        foreach (PlaneService service in present.Values)
        {
            if (ours.Contains(service.Key) && !wanted.Contains(service.Key))
                changes.Add(new PlaneChange(PlaneChangeKind.RemoveService, service));
        }

        return changes;
    }

    private static void PlanServers(
        PlaneService service,
        IReadOnlyList<PlaneDestination> servers,
        PlaneService before,
        List<PlaneChange> changes,
        List<PlaneChange> removals,
        bool reenter,
        PlaceWeights? weights)
    {
        OrderedDictionary<DestinationKey, PlaneDestination> present = PlaneTable.ByKey(before.Destinations);
        int inPlace = reenter && ServerOrder.Matters(service.Scheduler) ? ServerOrder.CountInPlace(servers, [.. present.Keys]) : servers.Count;
        HashSet<DestinationKey> wanted = [];
        for (int i = 0; i < servers.Count; i++)
        {
            PlaneDestination server = servers[i];
            _ = wanted.Add(server.Key);
            if (!present.TryGetValue(server.Key, out PlaneDestination? found))
            {
                Enter(service, server, changes);
            }
            else if (i >= inPlace)
            {
                changes.Add(new PlaneChange(PlaneChangeKind.RemoveDestination, service, found));
                Enter(service, server, changes);
            }
            else if (HasWrongPlaces(service, server, found, weights))
            {
                changes.Add(new PlaneChange(PlaneChangeKind.SetDestination, service, server with { Weight = server.EnteredWeight!.Value }));
                changes.Add(new PlaneChange(PlaneChangeKind.SetDestination, service, server));
            }
            else if (!server.SameDestination(found))
            {
                changes.Add(new PlaneChange(PlaneChangeKind.SetDestination, service, server));
            }
        }

        foreach (PlaneDestination server in present.Values)
        {
            if (!wanted.Contains(server.Key)) removals.Add(new PlaneChange(PlaneChangeKind.RemoveDestination, service, server));
        }
    }

    /// <summary>
    /// Whether a server that should have weight 0 had another one before than that by which it should have its places. Where nobody knows, it is taken for one that has.
    /// </summary>
    private static bool HasWrongPlaces(PlaneService service, PlaneDestination server, PlaneDestination found, PlaceWeights? weights)
    {
        if (server.Weight != 0 || server.EnteredWeight is not > 0 || !ServerOrder.RemembersWeight(service.Scheduler)) return false;
        if (found.Weight > 0) return found.Weight != server.EnteredWeight;
        return weights is not null && weights.Of(service.Key, server.Key) != server.EnteredWeight;
    }

    private static void Enter(PlaneService service, PlaneDestination server, List<PlaneChange> changes)
    {
        bool twice = server.Weight == 0 && server.EnteredWeight > 0 && ServerOrder.RemembersWeight(service.Scheduler);
        changes.Add(new PlaneChange(PlaneChangeKind.AddDestination, service, twice ? server with { Weight = server.EnteredWeight!.Value } : server));
        if (twice) changes.Add(new PlaneChange(PlaneChangeKind.SetDestination, service, server));
    }
}
