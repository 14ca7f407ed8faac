using System.Globalization;
using HaTools.Configuration;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>A service as configured, with the health of its servers: what should be in the plane, and what is told of it.</summary>
internal sealed class ManagedService
{
    // Without Port all connections of a client move with one; without Fallback the clients of a server that has failed or is drained are refused.
    private const SchedulerFlags StatelessFlags = SchedulerFlags.Port | SchedulerFlags.Fallback;

    private readonly VirtualServer configured;
    private readonly Dictionary<DestinationKey, ManagedServer> servers = [];
    private readonly HashSet<DestinationKey> drained = [];
    private readonly Quorum quorum;
    private readonly bool isNew;

    // A weight that checks say must not end connections, which it would where a quorum that it loses had the servers removed.
    private readonly bool isWeighed;
    private bool hasQuorum;
    private DateTimeOffset sorrySince = DateTimeOffset.Now;

    /// <param name="configured">The service.</param>
    /// <param name="gate">The instance whose master alone loads it; null: it is always loaded.</param>
    /// <param name="before">The same service until now: servers that stay keep their health.</param>
    public ManagedService(VirtualServer configured, string? gate, ManagedService? before)
    {
        this.configured = configured;
        Key = ServiceKey.Of(configured);
        Gate = gate;
        if (before is not null) drained.UnionWith(before.drained);
        foreach (RealServer server in configured.RealServers)
        {
            // What a check has said that is no longer there is forgotten: nothing would ever bring a server back.
            ManagedServer? old = before?.servers.GetValueOrDefault(DestinationKey.Of(server));
            servers.Add(DestinationKey.Of(server), old is null ? new ManagedServer(server, DateTimeOffset.Now) : old.With(server));
        }

        quorum = Quorum.Of(configured);
        isWeighed = DynamicWeights.AreGivenIn(configured);
        hasQuorum = before?.hasQuorum ?? quorum.Holds(false, AliveWeight);
        isNew = before is null;
        if (before is not null) sorrySince = before.sorrySince;
    }

    public ServiceKey Key { get; }

    public VirtualServer Configured => configured;

    public string? Gate { get; }

    private bool SorryServerStands => !hasQuorum && configured.SorryServer is not null;

    private long AliveWeight => servers.Values.Where(s => s.Up && !drained.Contains(DestinationKey.Of(s.Configured))).Sum(s => (long)s.Weight);

    /// <summary>Tells what the configuration has made of the servers and the quorum; once, when the service has been made.</summary>
    public void Begin(IServiceSink sink)
    {
        foreach (ManagedServer server in servers.Values)
        {
            if (server.WasUp is { } was && was != server.Up) Tell(server, sink);
            else TellHealth(server, server.WasUp is null ? HealthNews.Begins : HealthNews.Stays, sink);
        }

        TellHealth(isNew ? HealthNews.Begins : HealthNews.Stays, sink);
        if (isNew && !hasQuorum) sink.OnService("ServiceChanged", Key.ToString(), Lost("Starting with quorum down"), "DOWN");
        else Weigh(sink);
    }

    /// <summary>Takes a check's word on a server.</summary>
    /// <param name="key">The server.</param>
    /// <param name="check">Which of its checks, from 0.</param>
    /// <param name="up">Whether that has succeeded.</param>
    /// <param name="reason">Why not, in words.</param>
    /// <param name="sink">Hears what becomes of it.</param>
    /// <returns>False: the server is up or down as before.</returns>
    public bool SetHealth(DestinationKey key, int check, bool up, string? reason, IServiceSink sink)
    {
        if (!servers.TryGetValue(key, out ManagedServer? server)) return false;
        bool wasFound = server.IsFound;
        if (!server.SetHealth(check, up, reason))
        {
            // As in keepalived: one that was down since nobody had looked is known to be so now.
            if (!wasFound && server.IsFound) TellHealth(server, HealthNews.Changed, sink);
            return false;
        }

        Tell(server, sink);
        Weigh(sink);
        return true;
    }

    /// <summary>Takes a check's word on what a server weighs.</summary>
    /// <param name="key">The server.</param>
    /// <param name="check">Which of its checks, from 0.</param>
    /// <param name="weight">What it says; null: the weight is as configured.</param>
    /// <param name="sink">Hears what becomes of it.</param>
    /// <returns>False: it weighs what it did.</returns>
    public bool SetWeight(DestinationKey key, int check, CheckWeight? weight, IServiceSink sink)
    {
        if (!servers.TryGetValue(key, out ManagedServer? server)) return false;
        int was = server.Weight;
        if (!server.SetWeight(check, weight)) return false;
        string kind = server.Up ? "active" : "inactive", rs = KeepalivedName.Of(key.Address, Key.Protocol, key.Port);
        sink.OnService(
            "WeightChanged", $"{Key} {key}",
            string.Create(CultureInfo.InvariantCulture, $"Changing weight from {was} to {server.Weight} for {kind} service {rs} of VS {KeepalivedName.Of(Key)}"),
            server.Weight.ToString(CultureInfo.InvariantCulture));
        Weigh(sink);
        return true;
    }

    /// <summary>Takes a check's word on what a person should know of a server that is up; null: nothing.</summary>
    public void SetWarning(DestinationKey key, int check, string? warning) => servers.GetValueOrDefault(key)?.SetWarning(check, warning);

    /// <summary>Takes the drains' word on which servers get no new clients: these carry the service as little as those that are down.</summary>
    /// <returns>False: it says nothing new.</returns>
    public bool SetDrained(IEnumerable<DestinationKey> keys, IServiceSink sink)
    {
        HashSet<DestinationKey> now = [.. keys];
        if (drained.SetEquals(now)) return false;
        drained.Clear();
        drained.UnionWith(now);
        Weigh(sink);
        return true;
    }

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
        return new IpvsServiceState
        {
            Id = configured.Id,
            Scheduler = present?.Scheduler ?? configured.Scheduler,
            Stateless = configured.Stateless,
            Forwarding = configured.Forwarding,
            SorryServer = configured.SorryServer is { } sorry ? SorryState(sorry, counted.GetValueOrDefault(DestinationKey.Of(sorry))) : null,
            Persistence = present is null ? configured.Persistence?.TotalSeconds : present.Persistence,
            Loaded = present is not null,
            Quorum = quorum.Needed,
            AliveWeight = AliveWeight,
            QuorumUp = hasQuorum,
            RealServers = [.. configured.RealServers.Select(s =>
                servers[DestinationKey.Of(s)].State(configured.ForwardingTo(s), counted.GetValueOrDefault(DestinationKey.Of(s))))],
        };
    }

    private IEnumerable<PlaneDestination> Destinations()
    {
        DestinationKey? sorry = configured.SorryServer is { } standIn ? DestinationKey.Of(standIn) : null;
        bool isNeeded = SorryServerStands;
        bool stands = false;
        foreach (ManagedServer server in configured.RealServers.Select(s => servers[DestinationKey.Of(s)]))
        {
            // One that is the sorry server as well stands there as that, while that is needed.
            var key = DestinationKey.Of(server.Configured);
            if (key == sorry && isNeeded) continue;

            // Those that are up and are not enough leave the clients to the sorry server, as in keepalived; who takes no new ones anyway keeps those that it has.
            bool serves = server.Up && (!isNeeded || server.Weight == 0 || drained.Contains(key));
            if (!serves && !StaysOnFailure(server.Configured) && !(server.Up && isWeighed)) continue;
            stands |= key == sorry;
            yield return Destination(server.Configured, serves ? server.Weight : 0, EnteredWeight(server.Configured));
        }

        if (configured.SorryServer is { } spare && !stands && (isNeeded || spare.InhibitOnFailure)) yield return Destination(spare, isNeeded ? spare.Weight : 0, null);
    }

    // In the table of a stateless service it keeps its places, which others would get on this director alone.
    private bool StaysOnFailure(RealServer server) => server.InhibitOnFailure || configured.Stateless;

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

    private IpvsRealServerState SorryState(RealServer sorry, PlaneDestination? present) => new()
    {
        Id = sorry.Id,
        Weight = SorryServerStands ? sorry.Weight : 0,
        Up = SorryServerStands,
        Since = sorrySince,
        Forwarding = configured.ForwardingTo(sorry),
        ActiveConnections = present?.ActiveConnections ?? 0,
        InactiveConnections = present?.InactiveConnections ?? 0,
    };

    private void Tell(ManagedServer server, IServiceSink sink)
    {
        var key = DestinationKey.Of(server.Configured);
        string vs = KeepalivedName.Of(Key);
        string rs = KeepalivedName.Of(key.Address, Key.Protocol, key.Port);
        string change = (server.Up, StaysOnFailure(server.Configured)) switch
        {
            (true, false) => $"Adding service {rs} to VS {vs}",
            (false, false) => $"Removing service {rs} from VS {vs}",
            (true, true) => $"Enabling service {rs} of VS {vs}",
            _ => $"Disabling service {rs} of VS {vs}",
        };
        sink.OnService("HealthChanged", $"{Key} {key}", change, server.Up ? "UP" : "DOWN");
        TellHealth(server, HealthNews.Changed, sink);
    }

    private void TellHealth(ManagedServer server, HealthNews news, IServiceSink sink) => sink.OnHealth(Key, DestinationKey.Of(server.Configured), server.Up, news);

    private void TellHealth(HealthNews news, IServiceSink sink) => sink.OnHealth(Key, null, hasQuorum, news);

    private string Lost(string how = "Lost quorum") => string.Create(
        CultureInfo.InvariantCulture, $"{how} {quorum.Needed}-{quorum.Hysteresis}={quorum.LostBelow} > {AliveWeight} for VS {KeepalivedName.Of(Key)}");

    private void Weigh(IServiceSink sink)
    {
        long alive = AliveWeight;
        bool holds = quorum.Holds(hasQuorum, alive);
        if (holds == hasQuorum) return;
        hasQuorum = holds;
        string vs = KeepalivedName.Of(Key);
        string message = holds
            ? string.Create(CultureInfo.InvariantCulture, $"Gained quorum {quorum.Needed}+{quorum.Hysteresis}={quorum.GainedAt} <= {alive} for VS {vs}")
            : Lost();
        sink.OnService("ServiceChanged", Key.ToString(), message, holds ? "UP" : "DOWN");
        TellHealth(HealthNews.Changed, sink);
        if (configured.SorryServer is not { } sorry) return;
        sorrySince = DateTimeOffset.Now;
        string rs = KeepalivedName.Of(sorry.Address, Key.Protocol, sorry.Port);
        string change = (!holds, sorry.InhibitOnFailure) switch
        {
            (true, false) => $"Adding sorry server {rs} to VS {vs}",
            (false, false) => $"Removing sorry server {rs} from VS {vs}",
            (true, true) => $"Enabling sorry server {rs} to VS {vs}",
            _ => $"Disabling sorry server {rs} from VS {vs}",
        };
        sink.OnService("Log", Key.ToString(), change, null);
    }
}
