namespace HaTools.Engine.DataPlane;

/// <summary>
/// By which weights servers have their places in a scheduler's table (<see cref="ServerOrder.RemembersWeight"/>): the last that each had but 0. The kernel keeps that
/// (<c>last_weight</c>), and shows it as long as it is the weight; afterwards only who has seen it knows. A server of which it is not known is entered anew, which
/// gives it what it should have.
/// </summary>
internal sealed class PlaceWeights
{
    private readonly Dictionary<ServiceKey, Dictionary<DestinationKey, int>> known = [];

    /// <summary>The weight; null: it is not known.</summary>
    public int? Of(ServiceKey service, DestinationKey server) =>
        known.TryGetValue(service, out Dictionary<DestinationKey, int>? servers) && servers.TryGetValue(server, out int weight) ? weight : null;

    /// <summary>A service was read.</summary>
    public void See(PlaneService present)
    {
        if (!ServerOrder.RemembersWeight(present.Scheduler))
        {
            _ = known.Remove(present.Key);
            return;
        }

        foreach (PlaneDestination server in present.Destinations) Note(present.Key, server);
    }

    /// <summary>A change was carried out.</summary>
    public void Done(PlaneChange change)
    {
        ServiceKey service = change.Service.Key;
        switch (change.Kind)
        {
            case PlaneChangeKind.RemoveService:
                _ = known.Remove(service);
                break;
            case PlaneChangeKind.RemoveDestination when known.TryGetValue(service, out Dictionary<DestinationKey, int>? servers):
                _ = servers.Remove(change.Destination!.Key);
                break;
            case PlaneChangeKind.AddDestination or PlaneChangeKind.SetDestination when ServerOrder.RemembersWeight(change.Service.Scheduler):
                Note(service, change.Destination!);
                break;
        }
    }

    private void Note(ServiceKey service, PlaneDestination server)
    {
        if (server.Weight == 0) return;
        if (!known.TryGetValue(service, out Dictionary<DestinationKey, int>? servers)) known.Add(service, servers = []);
        servers[server.Key] = server.Weight;
    }
}
