using HaTools.Engine.Checks;
using HaTools.Engine.Threading;
using HaTools.Engine.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine.DataPlane;

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

    private readonly List<ManagedService> services = [];
    private readonly Dictionary<ServiceKey, ManagedService> byKey = [];

    /// <summary>Every service that this run's configurations have named: what may be touched.</summary>
    private readonly HashSet<ServiceKey> ours = [];
    private readonly HashSet<ServiceKey> dirty = [];
    private readonly ServiceWriter writer = new(sink);
    private volatile Dictionary<string, ServiceGate> gates = [];
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
        Dictionary<string, ServiceGate> before = gates;
        gates = gated.Values.Distinct().ToDictionary(i => i, i => before.GetValueOrDefault(i) ?? new ServiceGate());
        foreach ((string instance, ServiceGate gate) in gates)
        {
            // Published first, asked then, and asked again: whoever takes or gives up the addresses meanwhile is seen here, or sees the gate.
            if (before.ContainsKey(instance)) continue;
            do gate.Wanted = holds(instance);
            while (gate.Wanted != holds(instance));
        }

        List<ManagedService> next =
            [.. servers.Select(s => new ManagedService(s, gated.GetValueOrDefault(ServiceKey.Of(s)), byKey.GetValueOrDefault(ServiceKey.Of(s))))];
        HashSet<ServiceKey> named = [.. next.Select(s => s.Key)];
        if (keepRemoved) next.AddRange(services.Where(s => !named.Contains(s.Key)));
        foreach (ManagedService service in services) _ = dirty.Add(service.Key);
        services.Clear();
        services.AddRange(next);
        byKey.Clear();
        foreach (ManagedService service in next)
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
        if (byKey.TryGetValue(key.Service, out ManagedService? service) && service.SetHealth(key.Server, up, reason, sink)) Touch(key.Service);
    });

    /// <summary>Called on the VRRP thread: see <see cref="IMastershipGate"/>.</summary>
    public bool Prepare(string instance)
    {
        if (!gates.TryGetValue(instance, out ServiceGate? gate)) return true;
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
        if (!gates.TryGetValue(instance, out ServiceGate? gate) || gate.Wanted) return;
        gate.Wanted = true;
        thread.Post(Converge);
    }

    /// <summary>This node has given the addresses of an instance up: what it alone loads goes. From any thread.</summary>
    public void Release(string instance)
    {
        if (!gates.TryGetValue(instance, out ServiceGate? gate)) return;
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

        OrderedDictionary<ServiceKey, PlaneService> present = PlaneTable.ByKey(reading);
        return [.. services.Select(s => s.State(present.GetValueOrDefault(s.Key)))];
    });

    /// <summary>What could not be written so far, one sentence each.</summary>
    public Task<IReadOnlyList<string>> GetComplaintsAsync() => thread.RunAsync(() => writer.Complaints);

    /// <summary>Takes everything of ours away.</summary>
    public Task RemoveAllAsync() => ConfigureAsync([], new Dictionary<ServiceKey, string>(), _ => false);

    public void Dispose() => plane?.Dispose();

    private void TouchGate(string instance)
    {
        foreach (ManagedService service in services)
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
        Dictionary<string, ServiceGate> now = gates;
        HashSet<string> held = [];
        foreach ((string instance, ServiceGate gate) in now)
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
        HashSet<ServiceKey> failed = writer.Write(plane!, desired, scope, touchable);
        dirty.Clear();
        dirty.UnionWith(failed);
        if (failed.Count > 0) RetryLater();
        else retryDelay = Second;
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
}
