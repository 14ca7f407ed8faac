using System.Globalization;
using HaTools.Configuration;
using HaTools.Engine.Checks;
using HaTools.Engine.Notify;

namespace HaTools.Engine.DataPlane;

/// <summary>A virtual server with the health of its servers, which it has once, however many services of IPVS it is, and what is told of it.</summary>
internal sealed class ServiceHealth
{
    private readonly Dictionary<DestinationKey, ManagedServer> servers = [];
    private readonly HashSet<DestinationKey> drained = [];
    private readonly Quorum quorum;
    private readonly bool isNew;
    private DateTimeOffset sorrySince = DateTimeOffset.Now;

    /// <param name="configured">The virtual server.</param>
    /// <param name="name">Its name in what is told.</param>
    /// <param name="before">The same one until now: servers that stay keep their health.</param>
    /// <param name="checkedAs">The same one with the checks that run; null: those of <paramref name="before"/>.</param>
    public ServiceHealth(VirtualServer configured, ServiceName name, ServiceHealth? before, ServiceHealth? checkedAs = null)
    {
        (Configured, Name) = (configured, name);
        Key = ServiceKey.Of(configured);
        if (before is not null) drained.UnionWith(before.drained);
        foreach (RealServer server in configured.RealServers)
        {
            // What a check has said that is no longer there is forgotten: nothing would ever bring a server back.
            var key = DestinationKey.Of(server);
            ManagedServer? running = checkedAs?.servers.GetValueOrDefault(key), old = before?.servers.GetValueOrDefault(key) ?? running;
            servers.Add(key, old is null ? new ManagedServer(configured, server, DateTimeOffset.Now) : old.With(configured, server, running));
        }

        InOrder = [.. Configured.RealServers.Select(s => servers[DestinationKey.Of(s)])];
        quorum = Quorum.Of(configured);
        HasQuorum = before?.HasQuorum ?? quorum.Holds(false, AliveWeight);
        isNew = before is null;
        if (before is not null) sorrySince = before.sorrySince;
    }

    /// <summary>The virtual server's identity, by which checks know it.</summary>
    public ServiceKey Key { get; }

    public ServiceName Name { get; }

    public VirtualServer Configured { get; }

    /// <summary>The services that it is in the plane, by its controller.</summary>
    public List<ServiceKey> Places { get; } = [];

    /// <summary>The real servers, in the configuration's order.</summary>
    public IReadOnlyList<ManagedServer> InOrder { get; }

    public bool HasQuorum { get; private set; }

    public bool SorryServerStands => !HasQuorum && Configured.SorryServer is not null;

    private long AliveWeight => servers.Values.Where(s => s.Up && !IsDrained(s)).Sum(s => (long)s.Weight);

    /// <summary>Whether a server gets no new clients, though it is up.</summary>
    public bool IsDrained(ManagedServer server) => drained.Contains(DestinationKey.Of(server.Configured));

    /// <summary>In the table of a stateless service it keeps its places, which others would get on this director alone.</summary>
    public bool StaysOnFailure(RealServer server) => server.InhibitOnFailure || Configured.Stateless;

    /// <summary>Tells what the configuration has made of the servers and the quorum; once, when the service has been made.</summary>
    public void Begin(IServiceSink sink)
    {
        foreach (ManagedServer server in servers.Values)
        {
            if (server.WasUp is { } was && was != server.Up) Tell(server, sink);
            else TellHealth(server, server.WasUp is null ? HealthNews.Begins : HealthNews.Stays, sink);
        }

        TellHealth(isNew ? HealthNews.Begins : HealthNews.Stays, sink);
        if (isNew && !HasQuorum) sink.OnService("ServiceChanged", Key.ToString(), Lost("Starting with quorum down"), "DOWN");
        else Weigh(sink);
    }

    /// <summary>The place of a check in its server's list, from 0; -1: a reload has taken it away, or its server.</summary>
    public int PlaceOf(CheckKey check) => servers.GetValueOrDefault(check.Server)?.PlaceOf(check.Check) ?? -1;

    /// <summary>Takes a check's word on a server.</summary>
    /// <param name="key">The server.</param>
    /// <param name="check">Which of its checks, from 0; negative: none that it still has.</param>
    /// <param name="up">Whether that has succeeded.</param>
    /// <param name="reason">Why not, in words.</param>
    /// <param name="sink">Hears what becomes of it.</param>
    /// <returns>False: the server is up or down as before.</returns>
    public bool SetHealth(DestinationKey key, int check, bool up, string? reason, IServiceSink sink)
    {
        if (!servers.TryGetValue(key, out ManagedServer? server)) return false;
        bool wasFound = server.IsFound;
        bool saysNew = server.Has(check) && server.Fails(check) == up;
        bool changed = server.SetHealth(check, up, reason);
        if (changed)
        {
            Tell(server, sink);
            Weigh(sink);
        }
        else if (!wasFound && server.IsFound)
        {
            // As in keepalived: one that was down since nobody had looked is known to be so now.
            TellHealth(server, HealthNews.Changed, sink);
        }

        if (saysNew) sink.OnCheckHealth(Key, key, new CheckNews(check, up, reason, server.Up, changed));
        return changed;
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
        string kind = server.Up ? "active" : "inactive", rs = Name.Of(key);
        sink.OnService(
            "WeightChanged", $"{Key} {key}",
            string.Create(CultureInfo.InvariantCulture, $"Changing weight from {was} to {server.Weight} for {kind} service {rs} of VS {Name}"),
            server.Weight.ToString(CultureInfo.InvariantCulture));
        Weigh(sink);
        return true;
    }

    /// <summary>The server whose check it is; null: it has no such server or check.</summary>
    public ManagedServer? ServerOf(CheckKey check) => servers.GetValueOrDefault(check.Server) is { } server && server.PlaceOf(check.Check) >= 0 ? server : null;

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

    /// <summary>What is told of it beside its places: the quorum, and its servers with what is read of them.</summary>
    /// <param name="state">What there is to tell of it in the plane.</param>
    public IpvsServiceState Describe(IpvsServiceState state) => state with
    {
        Quorum = quorum.Needed,
        Hysteresis = quorum.Hysteresis,
        AliveWeight = AliveWeight,
        QuorumUp = HasQuorum,
    };

    /// <summary>What is told of the sorry server.</summary>
    /// <param name="sorry">As its place has it.</param>
    /// <param name="present">As it was read; null: it is not there.</param>
    public IpvsRealServerState SorryState(RealServer sorry, PlaneDestination? present) => new()
    {
        Id = sorry.Id,
        Weight = SorryServerStands ? sorry.Weight : 0,
        Up = SorryServerStands,
        Since = sorrySince,
        Forwarding = Configured.ForwardingTo(sorry),
        UpperThreshold = sorry.UpperThreshold,
        LowerThreshold = sorry.LowerThreshold,
        InhibitOnFailure = sorry.InhibitOnFailure,
        ActiveConnections = present?.ActiveConnections ?? 0,
        InactiveConnections = present?.InactiveConnections ?? 0,
    };

    private void Tell(ManagedServer server, IServiceSink sink)
    {
        var key = DestinationKey.Of(server.Configured);
        string vs = Name.Text;
        string rs = Name.Of(key);
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

    private void TellHealth(ManagedServer server, HealthNews news, IServiceSink sink) => sink.OnHealth(Key, DestinationKey.Of(server.Configured), server.Up, news, server.Weight);

    private void TellHealth(HealthNews news, IServiceSink sink) => sink.OnHealth(Key, null, HasQuorum, news, AliveWeight);

    private string Lost(string how = "Lost quorum") => string.Create(
        CultureInfo.InvariantCulture, $"{how} {quorum.Needed}-{quorum.Hysteresis}={quorum.LostBelow} > {AliveWeight} for VS {Name}");

    private void Weigh(IServiceSink sink)
    {
        long alive = AliveWeight;
        bool holds = quorum.Holds(HasQuorum, alive);
        if (holds == HasQuorum) return;
        HasQuorum = holds;
        string vs = Name.Text;
        string message = holds
            ? string.Create(CultureInfo.InvariantCulture, $"Gained quorum {quorum.Needed}+{quorum.Hysteresis}={quorum.GainedAt} <= {alive} for VS {vs}")
            : Lost();
        sink.OnService("ServiceChanged", Key.ToString(), message, holds ? "UP" : "DOWN");
        TellHealth(HealthNews.Changed, sink);
        if (Configured.SorryServer is not { } sorry) return;
        sorrySince = DateTimeOffset.Now;
        string rs = Name.Of(DestinationKey.Of(sorry));
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
