using HaTools.Engine.Control;
using HaTools.Linux;

namespace HaTools.Engine.DataPlane;

// What people ask for, and what is told them. On the controller's thread, as all of it.
internal sealed partial class Drainer
{
    private const double Nanoseconds = 1e9;

    /// <summary>Drains a server of the configuration, or gives a drain another limit.</summary>
    /// <param name="serviceId">The service as <c>tcp 192.0.2.1:80</c> or <c>fwmark 7</c>; <c>192.0.2.1:80</c> is a TCP one.</param>
    /// <param name="serverId">The server as <c>192.0.2.11:80</c>, or its address where that is clear.</param>
    /// <param name="limit">The longest time; null: none.</param>
    /// <param name="remove">Whether it is taken out of the service at the end, until it is restored.</param>
    /// <returns>What it means for the server's connections, a sentence each.</returns>
    /// <exception cref="HaEngineException">There is no such server.</exception>
    public IReadOnlyList<string> Drain(string serviceId, string serverId, TimeSpan? limit, bool remove)
    {
        (DrainedService service, DestinationKey server) = Find(serviceId, serverId);
        if (limit is { } time && (time <= TimeSpan.Zero || time > LongestLimit))
            throw new HaEngineException($"a drain has a limit above 0 s and up to {LongestLimit.TotalDays:0} days, not {time.TotalSeconds:0.###} s");
        PlaneDestination? present = service.Present?.Destinations.FirstOrDefault(d => d.Key == server);
        Step(service, server, new DrainEvent.Begun(IpvsDrainCause.ByHand, limit, remove, present is null ? default : DrainCounts.Of(present)));
        return MeaningOf(service, service.Drains[server]);
    }

    /// <summary>Gives a server its weight again.</summary>
    /// <exception cref="HaEngineException">There is no such server, it is not drained, or it has left the configuration.</exception>
    public void Restore(string serviceId, string serverId)
    {
        (DrainedService service, DestinationKey server) = Find(serviceId, serverId);
        if (!service.Drains.TryGetValue(server, out DrainState? drain)) throw new HaEngineException($"{server} of {service.Key} is not drained");
        if (drain.Cause == IpvsDrainCause.Left)
            throw new HaEngineException($"{server} of {service.Key} has left the configuration: add it there again, and it is restored");
        Step(service, server, new DrainEvent.Restored());
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
            servers.Add(new IpvsRealServerState
            {
                Id = server.ToString(),
                Weight = 0,
                Up = true,
                Since = TimeOf(drain.Began),
                Forwarding = service.Leaving.TryGetValue(server, out PlaneDestination? left) ? (ForwardingMethod)left.Forwarding : state.Forwarding,
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

    private (DrainedService Service, DestinationKey Server) Find(string serviceId, string serverId)
    {
        string id = SpokenNames.Service(serviceId);
        DrainedService service = services.Values.FirstOrDefault(s => s.Configured?.Id == id)
            ?? throw new HaEngineException($"there is no service {id}; {Known(services.Values.Select(s => s.Configured?.Id ?? s.Key.ToString()))}");
        DestinationKey[] all = [.. service.Configured!.RealServers.Select(DestinationKey.Of).Union(service.Drains.Keys)];
        DestinationKey[] meant = SpokenNames.RealServers(all, k => k.ToString(), serverId);
        return meant.Length == 1
            ? (service, meant[0])
            : throw new HaEngineException(
                $"{(meant.Length == 0 ? $"{id} has no real server {serverId}" : $"{id} has several real servers {serverId}")}; {Known(all.Select(k => k.ToString()))}");
    }

    private static string Known(IEnumerable<string> names)
    {
        string all = string.Join(", ", names);
        return all.Length == 0 ? "there is none" : $"there is {all}";
    }
}
