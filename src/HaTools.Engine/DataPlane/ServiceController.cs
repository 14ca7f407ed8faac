using System.Globalization;
using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.Threading;
using HaTools.Engine.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine.DataPlane;

/// <summary>Hears what becomes of services. Called on the controller's thread.</summary>
internal interface IServiceSink
{
    /// <summary>An event of the kinds HealthChanged, ServiceChanged, Warning.</summary>
    void OnService(string kind, string subject, string message, string? state);

    /// <summary>The services of a gated instance are loaded: its addresses may come.</summary>
    void OnPrepared(string instance);
}

/// <summary>
/// Keeps the data plane as it should be: the configuration's services with the servers whose checks let them serve, those of a gated
/// instance only while this
/// node is its master. Everything but <see cref="Prepare"/>, <see cref="Hold"/> and <see cref="Release"/> happens on one thread; what comes while it is busy
/// is done together.
/// </summary>
internal sealed class ServiceController(WorkThread thread, Func<IDataPlane> open, IServiceSink sink) : IMastershipGate, IDisposable
{
    private const long Second = 1_000_000_000;
    private const long LongestRetry = 30 * Second;
    private const long ReadingIsFresh = Second;

    private readonly List<Service> services = [];
    private readonly Dictionary<ServiceKey, Service> byKey = [];

    /// <summary>Every service that this run's configurations have named: what may be touched.</summary>
    private readonly HashSet<ServiceKey> ours = [];
    private readonly HashSet<ServiceKey> dirty = [];
    private readonly HashSet<string> complaints = [];
    private volatile Dictionary<string, Gate> gates = [];
    private IDataPlane? plane;
    private IReadOnlyList<PlaneService> reading = [];
    private long readAt = long.MinValue;
    private long retryDelay = Second;
    private bool retryPending;
    private bool convergePending;

    /// <summary>Makes sure that there is a data plane for these services, before anything is changed.</summary>
    /// <exception cref="HaEngineException">There is none, or it cannot do what they ask for.</exception>
    public Task RequireAsync(IReadOnlyList<VirtualServer> servers) => servers.Count == 0 ? Task.CompletedTask : thread.RunAsync(() =>
    {
        try
        {
            plane ??= open();
        }
        catch (HaEngineException e)
        {
            throw new HaEngineException($"virtual_server {servers[0].Id}: {e.Message}", e);
        }

        DataPlaneCapabilities can = plane.Capabilities;
        foreach (VirtualServer server in servers)
        {
            string? lacks = server.Forwarding == ForwardingMethod.DirectRouting && !can.DirectRouting ? "direct routing"
                : server.Forwarding == ForwardingMethod.Nat && !can.Nat ? "address translation"
                : server.Persistence is not null && !can.Persistence ? "persistence"
                : null;
            if (lacks is not null)
                throw new HaEngineException(
                    $"virtual_server {server.Id}: {can.Name} has no {lacks}; choose another data plane or leave it out");
        }
    });

    /// <summary>Goes over to other services. Servers that stay keep their health.</summary>
    /// <param name="servers">The services.</param>
    /// <param name="gated">Which of them are loaded only while this node is master of an instance.</param>
    /// <param name="holds">Whether this node has the addresses of an instance now.</param>
    /// <param name="keepRemoved">Leave services in the plane that are no longer named, until a call without this.</param>
    public Task ConfigureAsync(
        IReadOnlyList<VirtualServer> servers,
        IReadOnlyDictionary<ServiceKey, string> gated,
        Func<string, bool> holds,
        bool keepRemoved = false) => thread.RunAsync(() =>
    {
        Dictionary<string, Gate> before = gates;
        gates = gated.Values.Distinct().ToDictionary(i => i, i => before.GetValueOrDefault(i) ?? new Gate());
        foreach ((string instance, Gate gate) in gates)
        {
            // Published first, asked then, and asked again: whoever takes or gives up the addresses meanwhile is seen here, or sees the gate.
            if (before.ContainsKey(instance)) continue;
            do gate.Wanted = holds(instance);
            while (gate.Wanted != holds(instance));
        }

        List<Service> next =
            [.. servers.Select(s => new Service(s, Find(gated, ServiceKey.Of(s)), byKey.GetValueOrDefault(ServiceKey.Of(s))))];
        HashSet<ServiceKey> named = [.. next.Select(s => s.Key)];
        if (keepRemoved) next.AddRange(services.Where(s => !named.Contains(s.Key)));
        foreach (Service service in services) _ = dirty.Add(service.Key);
        services.Clear();
        services.AddRange(next);
        byKey.Clear();
        foreach (Service service in next)
        {
            byKey.Add(service.Key, service);
            _ = ours.Add(service.Key);
            _ = dirty.Add(service.Key);
        }

        Converge();
    });

    /// <summary>A check has spoken; from any thread.</summary>
    public void SetHealth(CheckKey key, bool up, string? reason) => thread.Post(() =>
    {
        if (!byKey.TryGetValue(key.Service, out Service? service) || service.Find(key.Server) is not { } server || server.Up == up) return;
        int aliveBefore = service.AliveWeight;
        (server.Up, server.Reason, server.Since) = (up, reason, DateTimeOffset.Now);
        string vs = KeepalivedName.Of(key.Service);
        string rs = KeepalivedName.Of(key.Server.Address, key.Service.Protocol, key.Server.Port);
        string change = up ? $"Adding service {rs} to VS {vs}" : $"Removing service {rs} from VS {vs}";
        sink.OnService("HealthChanged", $"{key.Service} {key.Server}", change, up ? "UP" : "DOWN");
        TellQuorum(service, aliveBefore);
        Touch(key.Service);
    });

    // keepalived's words, for its default quorum of 1 without hysteresis.
    private void TellQuorum(Service service, int before)
    {
        int alive = service.AliveWeight;
        if (before >= 1 == alive >= 1) return;
        string vs = KeepalivedName.Of(service.Key);
        string message = alive < 1
            ? string.Create(CultureInfo.InvariantCulture, $"Lost quorum 1-0=1 > {alive} for VS {vs}")
            : string.Create(CultureInfo.InvariantCulture, $"Gained quorum 1+0=1 <= {alive} for VS {vs}");
        sink.OnService("ServiceChanged", service.Key.ToString(), message, alive < 1 ? "DOWN" : "UP");
    }

    /// <summary>Called on the VRRP thread: see <see cref="IMastershipGate"/>.</summary>
    public bool Prepare(string instance)
    {
        if (!gates.TryGetValue(instance, out Gate? gate)) return true;
        gate.Wanted = true;

        // The other side clears Loaded before it reads Wanted: one of us sees the other's word.
        Interlocked.MemoryBarrier();
        if (gate.Loaded) return true;
        thread.PostUrgent(() =>
        {
            Converge();
            sink.OnPrepared(instance);
        });
        return false;
    }

    /// <summary>
    /// This node has the addresses of an instance. From any thread. Only one that was master before it came to be gated was not announced by
    /// <see cref="Prepare"/>; for all others this does nothing.
    /// </summary>
    public void Hold(string instance)
    {
        if (!gates.TryGetValue(instance, out Gate? gate) || gate.Wanted) return;
        gate.Wanted = true;
        thread.Post(Converge);
    }

    /// <summary>This node has given the addresses of an instance up: what it alone loads goes. From any thread.</summary>
    public void Release(string instance)
    {
        if (!gates.TryGetValue(instance, out Gate? gate)) return;
        gate.Wanted = false;
        thread.Post(Converge);
    }

    /// <summary>The states of all services, in the configuration's order, with the plane's own counts.</summary>
    public Task<IReadOnlyList<IpvsServiceState>> GetStatesAsync() => thread.RunAsync<IReadOnlyList<IpvsServiceState>>(() =>
    {
        if (services.Count == 0) return [];
        long now = MonotonicClock.Now;
        if (readAt == long.MinValue || now - readAt > ReadingIsFresh)
        {
            reading = plane!.Read(byKey.Keys.ToHashSet());
            readAt = now;
        }

        Dictionary<ServiceKey, PlaneService> present = reading.ToDictionary(s => s.Key);
        return [.. services.Select(s => s.State(present.GetValueOrDefault(s.Key)))];
    });

    /// <summary>What could not be written so far, one sentence each.</summary>
    public Task<IReadOnlyList<string>> GetComplaintsAsync() => thread.RunAsync<IReadOnlyList<string>>(() => [.. complaints]);

    /// <summary>Takes everything of ours away.</summary>
    public Task RemoveAllAsync() => ConfigureAsync([], new Dictionary<ServiceKey, string>(), _ => false);

    public void Dispose() => plane?.Dispose();

    private static string? Find(IReadOnlyDictionary<ServiceKey, string> gated, ServiceKey key) => gated.GetValueOrDefault(key);

    private void TouchGate(string instance)
    {
        foreach (Service service in services)
        {
            if (service.Gate == instance) _ = dirty.Add(service.Key);
        }
    }

    // Results that come together are written together: the job stands behind those that wait already.
    private void Touch(ServiceKey key)
    {
        _ = dirty.Add(key);
        if (convergePending) return;
        convergePending = true;
        thread.Post(() =>
        {
            convergePending = false;
            Converge();
        });
    }

    private void Converge()
    {
        if (plane is null) return;
        Dictionary<string, Gate> now = gates;
        HashSet<string> held = [];
        foreach ((string instance, Gate gate) in now)
        {
            gate.Loaded = false;
            Interlocked.MemoryBarrier();
            bool wanted = gate.Wanted;
            if (wanted) _ = held.Add(instance);
            if (wanted != gate.Done) TouchGate(instance);
            gate.Done = wanted;
        }

        if (dirty.Count > 0) ConvergeDirty(held);
        foreach (string instance in held) now[instance].Loaded = true;
    }

    private void ConvergeDirty(HashSet<string> held)
    {
        readAt = long.MinValue;
        HashSet<ServiceKey> scope = [.. dirty];
        HashSet<ServiceKey> touchable = [.. scope.Where(ours.Contains)];
        PlaneService[] desired =
            [.. services.Where(s => scope.Contains(s.Key) && (s.Gate is null || held.Contains(s.Gate))).Select(s => s.Desired())];
        HashSet<ServiceKey> failed;
        try
        {
            failed = Write(desired, scope, touchable);
        }
        catch (IOException e)
        {
            // The kernel did not even answer: everything is as open as before, and is tried again.
            failed = scope;
            Complain(scope.First(), e.Message);
        }

        dirty.Clear();
        dirty.UnionWith(failed);
        if (failed.Count > 0) RetryLater();
        else (retryDelay, _) = (Second, complaints.RemoveWhere(_ => true));
    }

    /// <summary>Writes, reads back and compares; returns the services that are not as they should be.</summary>
    private HashSet<ServiceKey> Write(PlaneService[] desired, HashSet<ServiceKey> scope, HashSet<ServiceKey> touchable)
    {
        List<PlaneChange> changes = Convergence.Plan(desired, plane!.Read(scope), touchable);
        if (changes.Count == 0) return [];
        IReadOnlyList<PlaneFailure> failures = plane.Apply(changes);
        HashSet<ServiceKey> failed = [];
        foreach (PlaneFailure failure in failures)
        {
            _ = failed.Add(failure.Change.Service.Key);
            Complain(failure.Change.Service.Key, $"{failure.Change}: {failure.Reason}");
        }

        foreach (PlaneChange change in changes)
        {
            if (change.Destination is not null || failed.Contains(change.Service.Key)) continue;
            string vs = KeepalivedName.Of(change.Service.Key);
            if (change.Kind == PlaneChangeKind.AddService)
                sink.OnService("ServiceChanged", change.Service.Key.ToString(), $"VS {vs} loaded ({change.Service.Scheduler})", "LOADED");
            else if (change.Kind == PlaneChangeKind.RemoveService)
                sink.OnService("ServiceChanged", change.Service.Key.ToString(), $"VS {vs} removed", "REMOVED");
        }

        foreach (PlaneChange left in Convergence.Plan(desired, plane.Read(scope), touchable))
        {
            if (failed.Add(left.Service.Key))
                Complain(left.Service.Key, $"{left} was written and is not in the table: somebody else is changing it too");
        }

        return failed;
    }

    private void Complain(ServiceKey key, string text)
    {
        if (complaints.Add(text)) sink.OnService("Warning", key.ToString(), text, null);
    }

    private void RetryLater()
    {
        if (retryPending) return;
        retryPending = true;
        thread.At(MonotonicClock.Now + retryDelay, () =>
        {
            retryPending = false;
            retryDelay = Math.Min(retryDelay * 2, LongestRetry);
            Converge();
        });
    }

    private sealed class Gate
    {
        private volatile bool wanted;
        private volatile bool loaded;

        /// <summary>What the table was made to follow last; only on the controller's thread.</summary>
        public bool Done { get; set; }

        /// <summary>Whether this node has, or is about to have, the instance's addresses.</summary>
        public bool Wanted
        {
            get => wanted;
            set => wanted = value;
        }

        /// <summary>Whether the addresses may come at once.</summary>
        public bool Loaded
        {
            get => loaded;
            set => loaded = value;
        }
    }

    private sealed class Service
    {
        private readonly VirtualServer configured;
        private readonly Dictionary<DestinationKey, Server> servers = [];

        public Service(VirtualServer configured, string? gate, Service? before)
        {
            this.configured = configured;
            Key = ServiceKey.Of(configured);
            Gate = gate;
            foreach (RealServer server in configured.RealServers)
            {
                // Without a check nothing would ever bring a server back.
                Server? old = server.Check is null ? null : before?.Find(DestinationKey.Of(server));
                servers.Add(DestinationKey.Of(server), old is null ? new Server(server, DateTimeOffset.Now) : old.With(server));
            }
        }

        public ServiceKey Key { get; }

        public string? Gate { get; }

        public int AliveWeight => servers.Values.Where(s => s.Up).Sum(s => s.Configured.Weight);

        public Server? Find(DestinationKey key) => servers.GetValueOrDefault(key);

        public PlaneService Desired() => new()
        {
            Key = Key,
            Scheduler = configured.Scheduler,
            Persistence = configured.Persistence is { } time ? (int)time.TotalSeconds : null,
            Destinations = [.. configured.RealServers.Where(s => servers[DestinationKey.Of(s)].Up).Select(s => new PlaneDestination
            {
                Key = DestinationKey.Of(s), Forwarding = configured.Forwarding, Weight = s.Weight,
            })],
        };

        public IpvsServiceState State(PlaneService? present)
        {
            Dictionary<DestinationKey, PlaneDestination> counted = present?.Destinations.ToDictionary(d => d.Key) ?? [];
            return new IpvsServiceState
            {
                Id = configured.Id,
                Scheduler = present?.Scheduler ?? configured.Scheduler,
                Forwarding = configured.Forwarding,
                Persistence = present is null ? configured.Persistence?.TotalSeconds : present.Persistence,
                Loaded = present is not null,
                RealServers = [.. configured.RealServers.Select(s =>
                    servers[DestinationKey.Of(s)].State(counted.GetValueOrDefault(DestinationKey.Of(s))))],
            };
        }
    }

    private sealed class Server(RealServer configured, DateTimeOffset since)
    {
        public RealServer Configured { get; } = configured;

        public bool Up { get; set; } = true;

        public DateTimeOffset Since { get; set; } = since;

        public string? Reason { get; set; }

        public Server With(RealServer other) => new(other, Since) { Up = Up, Reason = Reason };

        public IpvsRealServerState State(PlaneDestination? present) => new()
        {
            Id = Configured.Id,
            Weight = present?.Weight ?? Configured.Weight,
            Up = Up,
            Since = Since,
            Reason = Reason,
            ActiveConnections = present?.ActiveConnections ?? 0,
            InactiveConnections = present?.InactiveConnections ?? 0,
        };
    }
}

/// <summary>How keepalived's log writes services: <c>[192.0.2.1]:tcp:80</c>.</summary>
internal static class KeepalivedName
{
    public static string Of(ServiceKey key) => Of(key.Address, key.Protocol, key.Port);

    public static string Of(IPAddress address, TransportProtocol protocol, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"[{address}]:{protocol.ToString().ToLowerInvariant()}:{port}");
}
