using HaTools.Engine.Control;
using HaTools.Linux;

namespace HaTools.Engine.DataPlane;

// What people ask for, and what is told them. On the controller's thread, as all of it.
internal sealed partial class Drainer
{
    private const double Nanoseconds = 1e9;

    /// <summary>Drains a server of the configuration, or gives a drain another limit.</summary>
    /// <param name="serviceId">The service as <c>tcp 192.0.2.1:80</c>, <c>fwmark 7</c> or <c>tcp group web</c>; <c>192.0.2.1:80</c> is a TCP one.</param>
    /// <param name="serverId">The server as <c>192.0.2.11:80</c>, or its address where that is clear.</param>
    /// <param name="limit">The longest time; null: none.</param>
    /// <param name="remove">Whether it is taken out of the service at the end, until it is restored.</param>
    /// <returns>What it means for the server's connections, a sentence each.</returns>
    /// <exception cref="HaEngineException">There is no such server.</exception>
    public IReadOnlyList<string> Drain(string serviceId, string serverId, TimeSpan? limit, bool remove)
    {
        List<(DrainedService Service, DestinationKey Server)> places = Find(serviceId, serverId, out DestinationKey name);
        if (limit is { } time && (time <= TimeSpan.Zero || time > LongestLimit))
            throw new HaEngineException($"a drain has a limit above 0 s and up to {LongestLimit.TotalDays:0} days, not {time.TotalSeconds:0.###} s");
        foreach ((DrainedService service, DestinationKey server) in places)
        {
            PlaneDestination? present = service.Present?.Destinations.FirstOrDefault(d => d.Key == server);
            Step(service, server, new DrainEvent.Begun(IpvsDrainCause.ByHand, limit, remove, present is null ? default : DrainCounts.Of(present)));
            if (service.Owner!.Group is not null && IsByHand(service.Drains[server])) RememberInGroup(ServiceKey.Of(service.Owner), name, service.Drains[server]);
        }

        SaveNow();
        return MeaningOf(places[0].Service, places[0].Service.Drains[places[0].Server]);
    }

    /// <summary>Gives a server its weight again.</summary>
    /// <exception cref="HaEngineException">There is no such server, it is not drained, or it has left the configuration.</exception>
    public void Restore(string serviceId, string serverId)
    {
        List<(DrainedService Service, DestinationKey Server)> places = Find(serviceId, serverId, out DestinationKey name);
        VirtualServer owner = places[0].Service.Owner!;
        DrainState[] drains = [.. places.Select(p => p.Service.Drains.GetValueOrDefault(p.Server)).OfType<DrainState>()];
        if (drains.Length == 0) throw new HaEngineException($"{name} of {owner.Id} is not drained");
        if (!drains.Any(IsByHand))
            throw new HaEngineException($"{name} of {owner.Id} has left the configuration: add it there again, and it is restored");
        _ = byHand.GetValueOrDefault(ServiceKey.Of(owner))?.Remove(name);
        foreach ((DrainedService service, DestinationKey server) in places) Step(service, server, new DrainEvent.Restored());
        SaveNow();
    }

    /// <summary>A service's state with its drains.</summary>
    public IpvsServiceState Describe(ServiceKey key, IpvsServiceState state)
    {
        if (!services.TryGetValue(key, out DrainedService? service) || service.Drains.Count == 0) return state;
        List<IpvsRealServerState> servers = [];
        foreach (IpvsRealServerState server in state.RealServers)
        {
            DrainState? drain = service.Drains.FirstOrDefault(d => d.Key.ToString() == server.Id).Value;
            servers.Add(drain is null ? server : server with { Weight = 0, Drain = Describe(service, server.Id, drain) });
        }

        HashSet<string> named = [.. state.RealServers.Select(s => s.Id)];
        foreach ((DestinationKey server, DrainState drain) in service.Drains)
        {
            if (named.Contains(server.ToString())) continue;
            PlaneDestination? left = service.Leaving.GetValueOrDefault(server);
            servers.Add(new IpvsRealServerState
            {
                Id = server.ToString(),
                Weight = 0,
                Up = true,
                Since = TimeOf(drain.Began),
                Forwarding = left is not null ? (ForwardingMethod)left.Forwarding : state.Forwarding,
                UpperThreshold = left?.UpperThreshold ?? 0,
                LowerThreshold = left?.LowerThreshold ?? 0,
                ActiveConnections = drain.Counts.Active,
                InactiveConnections = drain.Counts.Inactive,
                Drain = Describe(service, server.ToString(), drain),
            });
        }

        // One that is the sorry server as well takes no clients as that, either.
        DrainState? spare = service.Drains.FirstOrDefault(d => d.Key.ToString() == state.SorryServer?.Id && d.Value.Cause == IpvsDrainCause.ByHand).Value;
        return state with { RealServers = servers, SorryServer = spare is null ? state.SorryServer : state.SorryServer! with { Weight = 0 } };
    }

    private static TimeSpan LongestLimit { get; } = TimeSpan.FromDays(31);

    private IpvsDrainState Describe(DrainedService service, string server, DrainState drain) => new()
    {
        Phase = drain.Phase,
        Cause = drain.Cause,
        Since = TimeOf(drain.Began),
        EndsIn = drain is { Phase: IpvsDrainPhase.Draining, Deadline: { } deadline } ? Math.Max(0, (deadline - MonotonicClock.Now) / Nanoseconds) : null,
        Remove = drain.Remove,
        Weight = service.WeightOf(server),
        PersistentClients = drain.Counts.Persistent,
        Meaning = MeaningOf(service, drain),
    };

    private static DateTimeOffset TimeOf(long monotonic) => DateTimeOffset.Now - TimeSpan.FromTicks((MonotonicClock.Now - monotonic) / 100);

    /// <summary>The services that are meant, each with its destination for the server.</summary>
    /// <param name="serviceId">The virtual server, as it was said.</param>
    /// <param name="serverId">The server, as it was said.</param>
    /// <param name="name">The server as the virtual server names it.</param>
    private List<(DrainedService Service, DestinationKey Server)> Find(string serviceId, string serverId, out DestinationKey name)
    {
        string id = SpokenNames.Service(serviceId);
        DrainedService[] own = [.. services.Values.Where(s => s.Owner?.Id == id)];
        if (own.Length == 0)
        {
            throw new HaEngineException(services.Values.FirstOrDefault(s => s.Configured?.Id == id)?.Owner is { } owner
                ? $"{id} is one of the services that {owner.Id} is: servers are drained in all of these"
                : $"there is no service {id}; {Known(services.Values.Select(s => s.Owner?.Id ?? s.Key.ToString()).Distinct())}");
        }

        DestinationKey[] configured = [.. own[0].Owner!.RealServers.Select(DestinationKey.Of)];
        DestinationKey[] all = [.. configured.Union(own.SelectMany(s => s.Drains.Where(d => !IsConfigured(s, d.Key)).Select(d => d.Key)))];
        DestinationKey[] meant = SpokenNames.RealServers(all, k => k.ToString(), serverId);
        if (meant.Length != 1)
        {
            throw new HaEngineException(
                $"{(meant.Length == 0 ? $"{id} has no real server {serverId}" : $"{id} has several real servers {serverId}")}; {Known(all.Select(k => k.ToString()))}");
        }

        DestinationKey server = name = meant[0];
        int number = Array.IndexOf(configured, server);
        return number < 0 ? [.. own.Where(s => s.Drains.ContainsKey(server)).Select(s => (s, server))] : [.. own.Select(s => (s, DestinationKey.Of(s.Configured!.RealServers[number])))];

        static bool IsConfigured(DrainedService service, DestinationKey server) => service.Configured!.RealServers.Any(r => DestinationKey.Of(r) == server);
    }

    private static string Known(IEnumerable<string> names)
    {
        string all = string.Join(", ", names);
        return all.Length == 0 ? "there is none" : $"there is {all}";
    }
}
