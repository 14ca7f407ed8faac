using HaTools.Configuration;

namespace HaTools.Engine.DataPlane;

/// <summary>A service that the controller has named, with the drains of its servers.</summary>
internal sealed class DrainedService(ServiceKey key)
{
    public ServiceKey Key { get; } = key;

    /// <summary>As it is configured now.</summary>
    public VirtualServer? Configured { get; private set; }

    /// <summary>The virtual server that it is, or is one of, as that is configured now.</summary>
    public VirtualServer? Owner { get; private set; }

    /// <summary>What should be there but for drains; the last one where it is not loaded.</summary>
    public PlaneService? Desired { get; set; }

    /// <summary>As it was read last.</summary>
    public PlaneService? Present { get; set; }

    public bool IsLoaded { get; set; }

    /// <summary>Whether what a predecessor remembered of it was taken up.</summary>
    public bool IsRecalled { get; set; }

    public Dictionary<DestinationKey, DrainState> Drains { get; } = [];

    /// <summary>Servers that the configuration names no more, as they were in the plane.</summary>
    public Dictionary<DestinationKey, PlaneDestination> Leaving { get; } = [];

    /// <summary>Takes what the configuration says of it.</summary>
    public void Configure(ManagedService configured) => (Configured, Owner) = (configured.Configured, configured.Health.Configured);

    /// <summary>Whether a server should be in the service but for drains: one of the configuration that is up or inhibited, or the sorry server.</summary>
    public bool StandsIn(DestinationKey server) => Desired!.Destinations.Any(d => d.Key == server);

    /// <summary>Whether the sorry server will stand in while no real server takes clients.</summary>
    public bool HasStandIn => Configured?.SorryServer is { Weight: > 0 } sorry && !Drains.ContainsKey(DestinationKey.Of(sorry)) && Configured.RealServers.Any(s => s.Weight > 0);

    /// <summary>The weight that a server has when it takes clients again; null: the configuration names it no more.</summary>
    public int? WeightOf(string server) => Configured?.RealServers.FirstOrDefault(s => s.Id == server) is not { } named ? null
        : DynamicWeights.AreGivenTo(named) && Desired?.Destinations.FirstOrDefault(d => d.Key == DestinationKey.Of(named)) is { } said ? said.Weight : named.Weight;

    /// <summary>As it should be with its drains.</summary>
    public PlaneService Shaped => Shape(Desired ?? new PlaneService { Key = Key, Scheduler = Configured?.Scheduler ?? "" });

    /// <summary>Puts the drains into what should be there.</summary>
    public PlaneService Shape(PlaneService desired)
    {
        if (Drains.Count == 0) return desired;
        List<PlaneDestination> servers = [];
        HashSet<DestinationKey> named = [];
        foreach (PlaneDestination server in desired.Destinations)
        {
            _ = named.Add(server.Key);
            if (!Drains.TryGetValue(server.Key, out DrainState? drain)) servers.Add(server);
            else if (drain.Phase != IpvsDrainPhase.Removed) servers.Add(server with { Weight = 0, EnteredWeight = EnteredWeight(server) });
        }

        foreach ((DestinationKey server, PlaneDestination left) in Leaving)
        {
            if (!named.Contains(server) && Drains.GetValueOrDefault(server) is { Cause: IpvsDrainCause.Left })
                servers.Add(left with { Weight = 0, EnteredWeight = left.Weight > 0 ? left.Weight : null, ActiveConnections = 0, InactiveConnections = 0, PersistentConnections = 0 });
        }

        return desired with { Destinations = servers };
    }

    // To give a server other places, its weight is in force for a moment: not that which a check says of one that is to take nobody.
    private int? EnteredWeight(PlaneDestination server) =>
        Configured?.RealServers.FirstOrDefault(s => DestinationKey.Of(s) == server.Key) is { } named && DynamicWeights.AreGivenTo(named) ? null
        : server.Weight > 0 ? server.Weight : server.EnteredWeight;
}
