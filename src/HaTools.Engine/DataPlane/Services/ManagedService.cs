using HaTools.Configuration;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>A service of IPVS, which a virtual server is, or one of those that it is: what should be in the plane.</summary>
internal sealed class ManagedService
{
    // Without Port all connections of a client move with one; without Fallback the clients of a server that has failed or is drained are refused.
    private const SchedulerFlags StatelessFlags = SchedulerFlags.Port | SchedulerFlags.Fallback;

    private readonly VirtualServer configured;

    // A weight that checks say must not end connections, which it would where a quorum that it loses had the servers removed.
    private readonly bool isWeighed;

    /// <param name="configured">The service (<see cref="ServicePlaces"/>).</param>
    /// <param name="gate">The instance whose master alone loads it; null: it is always loaded.</param>
    /// <param name="health">The health of its servers, which are those of the virtual server in the same order.</param>
    public ManagedService(VirtualServer configured, string? gate, ServiceHealth health)
    {
        (this.configured, Gate, Health) = (configured, gate, health);
        Key = ServiceKey.Of(configured);
        isWeighed = DynamicWeights.AreGivenIn(configured);
        health.Places.Add(Key);
    }

    public ServiceKey Key { get; }

    public VirtualServer Configured => configured;

    public string? Gate { get; }

    public ServiceHealth Health { get; }

    /// <summary>A virtual server that is one service.</summary>
    /// <param name="configured">The service.</param>
    /// <param name="before">The same one until now.</param>
    public static ManagedService Of(VirtualServer configured, ManagedService? before = null) =>
        new(configured, null, new ServiceHealth(configured, ServiceName.Of(ServiceKey.Of(configured)), before?.Health));

    /// <summary>Takes the drains' word on which servers get no new clients: these carry the virtual server as little as those that are down.</summary>
    /// <returns>False: it says nothing new.</returns>
    public bool SetDrained(IEnumerable<DestinationKey> keys, IServiceSink sink)
    {
        HashSet<DestinationKey> here = [.. keys];
        return Health.SetDrained(Enumerable.Range(0, configured.RealServers.Count).Where(i => here.Contains(DestinationKey.Of(configured.RealServers[i]))).Select(IdentityOf), sink);
    }

    /// <summary>The n-th real server as the virtual server names it: direct routing and tunnels have it at the port of the place.</summary>
    public DestinationKey IdentityOf(int number) => DestinationKey.Of(Health.Configured.RealServers[number]);

    /// <summary>What should be in the plane while the service is loaded: all of it, what the configuration does not speak of too.</summary>
    public PlaneService Desired() => new()
    {
        Key = Key,
        Scheduler = configured.Scheduler,

        // The numbers of these enumerations and the others are the kernel's.
        Flags = (IpvsServiceFlags)(configured.SchedulerFlags | (configured.Stateless ? StatelessFlags : SchedulerFlags.None)) | (configured.OnePacket ? IpvsServiceFlags.OnePacket : IpvsServiceFlags.None),
        Persistence = configured.Persistence is { } time ? (uint)time.TotalSeconds : null,
        Netmask = configured.PersistenceNetmask,
        PersistenceEngine = configured.PersistenceEngine,
        Destinations = [.. Destinations()],
    };

    /// <param name="present">The service in the plane; null: it is not there.</param>
    public IpvsServiceState State(PlaneService? present)
    {
        OrderedDictionary<DestinationKey, PlaneDestination> counted = PlaneTable.ByKey(present?.Destinations ?? []);
        return Health.Describe(new IpvsServiceState
        {
            Id = configured.Id,
            Scheduler = present?.Scheduler ?? configured.Scheduler,
            Stateless = configured.Stateless,
            Forwarding = configured.Forwarding,
            SorryServer = configured.SorryServer is { } sorry ? Health.SorryState(sorry, counted.GetValueOrDefault(DestinationKey.Of(sorry))) : null,
            Persistence = present is null ? configured.Persistence?.TotalSeconds : present.Persistence,
            PersistenceNetmask = configured.PersistenceNetmask?.ToString(),
            PersistenceEngine = configured.PersistenceEngine,
            SchedulerFlags = [.. Enum.GetValues<SchedulerFlags>().Where(f => f != SchedulerFlags.None && configured.SchedulerFlags.HasFlag(f)).Select(f => f.ToString().ToLowerInvariant())],
            OnePacket = configured.OnePacket,
            HaSuspend = configured.HaSuspend,
            Loaded = present is not null,
            RealServers = [.. configured.RealServers.Select((s, i) => Health.InOrder[i].State(configured.ForwardingTo(s), counted.GetValueOrDefault(DestinationKey.Of(s))) with { Id = s.Id })],
        });
    }

    private IEnumerable<PlaneDestination> Destinations()
    {
        DestinationKey? sorry = configured.SorryServer is { } standIn ? DestinationKey.Of(standIn) : null;
        bool isNeeded = Health.SorryServerStands;
        bool stands = false;
        for (int i = 0; i < configured.RealServers.Count; i++)
        {
            (RealServer here, ManagedServer server) = (configured.RealServers[i], Health.InOrder[i]);

            // One that is the sorry server as well stands there as that, while that is needed.
            var key = DestinationKey.Of(here);
            if (key == sorry && isNeeded) continue;

            // Those that are up and are not enough leave the clients to the sorry server, as in keepalived; who takes no new ones anyway keeps those that it has.
            bool serves = server.Up && (!isNeeded || server.Weight == 0 || Health.IsDrained(server));
            if (!serves && !Health.StaysOnFailure(here) && !(server.Up && isWeighed)) continue;
            stands |= key == sorry;
            yield return Destination(here, serves ? server.Weight : 0, EnteredWeight(here));
        }

        if (configured.SorryServer is { } spare && !stands && (isNeeded || spare.InhibitOnFailure)) yield return Destination(spare, isNeeded ? spare.Weight : 0, null);
    }

    // What the kernel remembers of a server before it had weight 0 cannot be taken from it; so that all directors have the same, one that is configured with 0 has 1.
    // Weights that checks say differ between directors, and would have to be in force for a moment for it.
    private int? EnteredWeight(RealServer server) => DynamicWeights.AreGivenTo(server) ? null : server.Weight > 0 ? server.Weight : configured.Stateless ? 1 : null;

    private PlaneDestination Destination(RealServer server, int weight, int? entered)
    {
        ForwardingMethod method = configured.ForwardingTo(server);
        IpvsTunnel tunnel = configured.TunnelTo(server);
        return new PlaneDestination
        {
            Key = DestinationKey.Of(server),
            Forwarding = (IpvsForwardingMethod)method,
            Weight = weight,
            EnteredWeight = weight == 0 ? entered : null,
            UpperThreshold = server.UpperThreshold,
            LowerThreshold = server.LowerThreshold,
            Tunnel = method == ForwardingMethod.Tunnel
                ? new PlaneTunnel((IpvsTunnelType)tunnel.Type, tunnel.Port, (IpvsTunnelFlags)tunnel.Checksum)
                : default,
        };
    }
}
