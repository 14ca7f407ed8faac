namespace HaTools.Engine.DataPlane;

/// <summary>What is told of a virtual server that is several services: its servers with the connections of all of them. Pure.</summary>
internal static class GroupState
{
    /// <param name="health">The virtual server.</param>
    /// <param name="places">Its services.</param>
    /// <param name="marked">The addresses of each that is one by a mark of the node's own.</param>
    public static IpvsServiceState Of(ServiceHealth health, IReadOnlyList<IpvsServiceState> places, IReadOnlyList<IReadOnlyList<string>> marked)
    {
        VirtualServer configured = health.Configured;
        IpvsServiceState first = places[0];
        if (configured.Group is not { } group) return first;
        int count = configured.RealServers.Count;
        IpvsServiceState? changed = places.FirstOrDefault(p => p.Drift is not null);
        return first with
        {
            Id = configured.Id,
            Group = group,
            Loaded = places.All(p => p.Loaded),
            Members = [.. places.Select((p, i) => new IpvsServiceMemberState { Id = p.Id, Loaded = p.Loaded, Addresses = marked[i] })],
            Drift = changed?.Drift is { } drift ? drift with { Change = $"{changed.Id}: {drift.Change}" } : null,
            SorryServer = configured.SorryServer is { } sorry ? Sum(sorry.Id, places.Select(p => p.SorryServer!)) : null,
            RealServers =
            [
                .. configured.RealServers.Select((server, i) => Sum(server.Id, places.Select(p => p.RealServers[i]))),

                // Behind them are those that have left.
                .. places.SelectMany(p => p.RealServers.Skip(count)).GroupBy(s => s.Id).Select(g => Sum(g.Key, g)),
            ],
        };
    }

    private static IpvsRealServerState Sum(string id, IEnumerable<IpvsRealServerState> places)
    {
        IpvsRealServerState[] all = [.. places];
        IpvsRealServerState[] drained = [.. all.Where(s => s.Drain is not null)];

        // Where one still waits for connections, all of them do.
        IpvsDrainState? drain = (drained.FirstOrDefault(s => s.Drain!.Phase == IpvsDrainPhase.Draining) ?? drained.FirstOrDefault())?.Drain;
        return all[0] with
        {
            Id = id,
            Weight = all.Max(s => s.Weight),
            ActiveConnections = all.Sum(s => s.ActiveConnections),
            InactiveConnections = all.Sum(s => s.InactiveConnections),
            Drain = drain is null ? null : drain with { PersistentClients = drained.Sum(s => s.Drain!.PersistentClients) },
        };
    }
}
