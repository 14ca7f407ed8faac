using System.Collections.Immutable;
using HaTools.Configuration;
using HaTools.Engine.Checks;
using HaTools.Engine.Threading;
using HaTools.Engine.Vrrp;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// Keeps the data plane as it should be: the configuration's services with the servers whose checks let them serve, those of a gated
/// instance only while this
/// node is its master, and what its duties (<see cref="IServiceDuty"/>) say. Everything but <see cref="Prepare"/>, <see cref="Hold"/> and <see cref="Release"/>
/// happens on one thread; what comes while it is busy is done together, some services at a time, so that a gate never waits for all others.
/// </summary>
internal sealed class ServiceController : IMastershipGate, IServiceHost, IDisposable
{
    private const long Second = 1_000_000_000;
    private const long ReadingIsFresh = Second;
    private const long MemoryRetry = 10 * Second;
    private const int AtOnce = 128;

    private readonly WorkThread thread;
    private readonly Func<IDataPlane> open;
    private readonly IServiceSink sink;
    private readonly ServiceMemory memory;
    private readonly ForeignServices foreign;
    private readonly IReadOnlyList<IServiceDuty> duties;

    /// <summary>In the order to add them.</summary>
    private readonly OrderedDictionary<ServiceKey, ManagedService> services = [];

    /// <summary>What checks speak of: several of <see cref="services"/> may be one of these.</summary>
    private readonly Dictionary<ServiceKey, ServiceHealth> virtualServers = [];

    /// <summary>
    /// The same with the checks that run, while the services are gone over to that another configuration has, which may yet be refused: what those checks find meanwhile must be known should
    /// the servers come back with them, since no check says a thing twice. Empty: the checks are those of <see cref="virtualServers"/>.
    /// </summary>
    private Dictionary<ServiceKey, ServiceHealth> checkedAs = [];

    /// <summary>What is to be looked at now.</summary>
    private readonly ServiceAgenda dirty = new();

    /// <summary>What may have come to be among <see cref="Unwritten"/>, or not to be any more, since these were told.</summary>
    private readonly HashSet<ServiceKey> moved = [];

    /// <summary>What could not be brought to what it should be, and is tried again later.</summary>
    private readonly HashSet<ServiceKey> failed = [];

    /// <summary>What the configuration does not name and the table has no more.</summary>
    private readonly List<ServiceKey> gone = [];

    /// <summary>Nobody's, and about to be removed. Where that fails, whose they are is asked anew before the next time.</summary>
    private readonly HashSet<ServiceKey> purging = [];
    private readonly ServiceWriter writer;
    private volatile Dictionary<string, ServiceGate> gates = [];
    private IDataPlane? plane;
    private IReadOnlyList<PlaneService> reading = [];
    private long readAt = long.MinValue;
    private int retries;
    private volatile bool hasLeftovers;
    private volatile ImmutableHashSet<ServiceKey> unwritten = [];
    private bool memoryPending;
    private bool retryPending;
    private bool convergePending;

    /// <summary>What is not, or not yet, in the plane as it should be; from any thread.</summary>
    public IReadOnlySet<ServiceKey> Unwritten => unwritten;

    /// <param name="thread">Where everything happens.</param>
    /// <param name="open">Opens the plane, on that thread.</param>
    /// <param name="sink">Hears what becomes of services.</param>
    /// <param name="memory">Which services are ours.</param>
    /// <param name="duties">What has a say beside the configuration and the checks, in the order to ask.</param>
    public ServiceController(WorkThread thread, Func<IDataPlane> open, IServiceSink sink, ServiceMemory memory, params IReadOnlyList<IServiceDuty> duties)
    {
        (this.thread, this.open, this.sink, this.memory, this.duties) = (thread, open, sink, memory, duties);
        writer = new ServiceWriter(sink);
        foreign = new ForeignServices(memory, text => sink.OnService("Warning", "virtual_server", text, null));
        foreach (IServiceDuty duty in duties) duty.Begin(this);
    }

    /// <summary>
    /// Whether services of ours are in the plane, or may be, that the configuration does not name: left by a run that was killed, or by a call that kept them.
    /// A call of <see cref="ConfigureAsync"/> that keeps nothing removes them.
    /// </summary>
    public bool HasLeftovers => hasLeftovers;

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
            if (can.LackFor(server) is { } lacks)
                throw new HaEngineException(
                    $"virtual_server {server.Id}: {can.Name} has no {lacks}; choose another data plane or leave it out");
        }
    });

    /// <summary>Goes over to other services. Servers that stay keep their health, and what stays the same is not even read.</summary>
    /// <param name="servers">The services.</param>
    /// <param name="gated">Which of them are loaded only while this node is master of an instance.</param>
    /// <param name="holds">Whether this node has the addresses of an instance now.</param>
    /// <param name="keepRemoved">Leave services in the plane that are no longer named, until a call without this.</param>
    /// <param name="groups">The groups that services name.</param>
    /// <param name="asksAnew">Instances have other names than before: what is known of one by its name is another one's.</param>
    public async Task ConfigureAsync(
        IReadOnlyList<VirtualServer> servers,
        IReadOnlyDictionary<ServiceKey, string> gated,
        Func<string, bool> holds,
        bool keepRemoved = false,
        IReadOnlyList<VirtualServerGroup>? groups = null,
        bool asksAnew = false)
    {
        await thread.RunAsync(() => GoOver(servers, groups ?? [], gated, holds, keepRemoved, asksAnew)).ConfigureAwait(false);
        await ConvergeAllAsync().ConfigureAwait(false);
    }

    /// <summary>The services that neither this node, as it is or with other services, nor another one of the network namespace names.</summary>
    /// <exception cref="IOException">The kernel does not answer.</exception>
    public Task<IReadOnlyList<ServiceKey>> FindForeignAsync(IReadOnlyList<VirtualServer> wanted) => thread.RunAsync(() => FindForeign(wanted));

    /// <summary>The firewall marks of services that are not this node's: of those in the plane, and of those that other nodes of the network namespace name.</summary>
    /// <exception cref="HaEngineException">There is no plane, or what others have cannot be read.</exception>
    /// <exception cref="IOException">The kernel does not answer.</exception>
    public Task<IReadOnlySet<uint>> GetMarksOfOthersAsync() => thread.RunAsync<IReadOnlySet<uint>>(() =>
    {
        plane ??= open();
        return plane.Read(null).Select(s => s.Key).Where(k => !memory.Ours.Contains(k)).Concat(memory.OfOthers().Keys).Select(k => k.FirewallMark).Where(m => m != 0).ToHashSet();
    });

    /// <summary>Removes the services that nobody names.</summary>
    /// <exception cref="IOException">The kernel does not answer.</exception>
    public async Task PurgeAsync()
    {
        await thread.RunAsync(() =>
        {
            foreach (ServiceKey key in FindForeign([])) Purge(key);
        }).ConfigureAwait(false);
        await ConvergeAllAsync().ConfigureAwait(false);
    }

    /// <summary>The checks that run are those of the services now: what others have said is forgotten.</summary>
    public Task SetCheckedAsync() => thread.RunAsync(checkedAs.Clear);

    /// <summary>A check has spoken; from any thread.</summary>
    public void SetHealth(CheckKey key, bool up, string? reason) => thread.Post(() =>
    {
        if (Elsewhere(key) is { } server) _ = server.SetHealth(server.PlaceOf(key.Check), up, reason);
        if (virtualServers.TryGetValue(key.Service, out ServiceHealth? health) && health.SetHealth(key.Server, health.PlaceOf(key), up, reason, sink)) TouchAll(health);
    });

    /// <summary>A check has said what a person should know of its server; null: nothing. From any thread.</summary>
    public void SetWarning(CheckKey key, string? warning) => thread.Post(() =>
    {
        if (Elsewhere(key) is { } server) server.SetWarning(server.PlaceOf(key.Check), warning);
        if (virtualServers.TryGetValue(key.Service, out ServiceHealth? health)) health.SetWarning(key.Server, health.PlaceOf(key), warning);
    });

    /// <summary>A check has said what its server weighs; null: what is configured. From any thread.</summary>
    public void SetWeight(CheckKey key, CheckWeight? weight) => thread.Post(() =>
    {
        if (Elsewhere(key) is { } server) _ = server.SetWeight(server.PlaceOf(key.Check), weight);
        if (virtualServers.TryGetValue(key.Service, out ServiceHealth? health) && health.SetWeight(key.Server, health.PlaceOf(key), weight, sink)) TouchAll(health);
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
            Converge(instance);
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
        thread.Post(() => Converge());
    }

    /// <summary>This node has given the addresses of an instance up: what it alone loads goes. From any thread.</summary>
    public void Release(string instance)
    {
        if (!gates.TryGetValue(instance, out ServiceGate? gate)) return;
        gate.Wanted = false;
        thread.Post(() => Converge());
    }

    /// <summary>The states of all services, in the configuration's order, with the plane's own counts.</summary>
    public Task<IReadOnlyList<IpvsServiceState>> GetStatesAsync() => thread.RunAsync<IReadOnlyList<IpvsServiceState>>(() =>
    {
        if (services.Count == 0) return [];
        long now = MonotonicClock.Now;
        if (readAt == long.MinValue || now - readAt > ReadingIsFresh)
        {
            reading = Read(services.Keys);
            readAt = now;
        }

        OrderedDictionary<ServiceKey, PlaneService> present = PlaneTable.ByKey(reading);
        return [.. services.Values.GroupBy(s => s.Health).Select(g => GroupState.Of(g.Key, [.. g.Select(Described)], [.. g.Select(s => s.Configured.Marked)]))];

        IpvsServiceState Described(ManagedService service) => duties.Aggregate(service.State(present.GetValueOrDefault(service.Key)), (state, duty) => duty.Describe(service.Key, state));
    });

    /// <summary>What could not be written so far, one sentence each.</summary>
    public Task<IReadOnlyList<string>> GetComplaintsAsync() =>
        thread.RunAsync<IReadOnlyList<string>>(() => [.. new[] { memory.Complaint, foreign.Complaint }.OfType<string>(), .. writer.Complaints, .. duties.SelectMany(d => d.Complaints)]);

    /// <summary>Takes everything of ours away.</summary>
    public Task RemoveAllAsync() => ConfigureAsync([], new Dictionary<ServiceKey, string>(), _ => false);

    public void Dispose() => plane?.Dispose();

    // Results that come together are written together: the job stands behind those that wait already.
    public void Touch(ServiceKey key)
    {
        LookAt(key);
        ConvergeSoon();
    }

    private void TouchAll(ServiceHealth health)
    {
        foreach (ServiceKey place in health.Places) LookAt(place);
        ConvergeSoon();
    }

    /// <summary>A service is to be looked at: in the configuration's order, and those that it does not name behind it, since what is new comes before what is no longer named goes.</summary>
    private void LookAt(ServiceKey key)
    {
        dirty.Add(key, services.IndexOf(key), services.GetValueOrDefault(key)?.Gate);
        _ = moved.Add(key);
    }

    public bool HasMoreToCome => dirty.Count > 0;

    public bool IsPending(ServiceKey key) => dirty.Contains(key) || failed.Contains(key);

    void IServiceHost.At(long due, Action work) => thread.At(due, work);

    void IServiceHost.Post(Action work) => thread.Post(work);

    ForeignServices.Owners IServiceHost.SortForeign(IReadOnlyCollection<ServiceKey> found) => foreign.Sort(found.Where(k => !services.ContainsKey(k)));

    public void Purge(ServiceKey key)
    {
        sink.OnService("Log", key.ToString(), $"VS {KeepalivedName.Of(key)} is removed: neither this node nor another one here names it (ipvs: foreign: purge)", null);
        _ = purging.Add(key);
        Touch(key);
    }

    bool IServiceHost.MayReenter => plane?.ReenteringKeepsConnections ?? true;

    string? IServiceHost.ReadParameter(IpvsParameter parameter) => plane?.ReadParameter(parameter);

    public IReadOnlyList<PlaneService> Read(IReadOnlyCollection<ServiceKey> keys) => keys.Count == 0 ? [] : plane!.Read(keys);

    // One job for each part: what is urgent goes between.
    private async Task ConvergeAllAsync()
    {
        while (await thread.RunAsync(() =>
        {
            Converge();
            return plane is not null && dirty.Count > 0;
        }).ConfigureAwait(false))
        {
        }
    }

    private IReadOnlyList<ServiceKey> FindForeign(IReadOnlyList<VirtualServer> wanted)
    {
        if (!TryOpen("whether there are foreign services to remove cannot be seen")) return [];
        HashSet<ServiceKey> named = [.. wanted.Select(ServiceKey.Of), .. services.Keys];
        return foreign.Sort(plane!.Read(null).Select(s => s.Key).Where(k => !named.Contains(k))).Nobodys;
    }

    private void GoOver(
        IReadOnlyList<VirtualServer> servers, IReadOnlyList<VirtualServerGroup> groups, IReadOnlyDictionary<ServiceKey, string> gated, Func<string, bool> holds, bool keepRemoved, bool asksAnew)
    {
        Dictionary<string, ServiceGate> before = asksAnew ? [] : gates;
        gates = gated.Values.Distinct().ToDictionary(i => i, i => before.GetValueOrDefault(i) ?? new ServiceGate());
        foreach ((string instance, ServiceGate gate) in gates)
        {
            // Published first, asked then, and asked again: whoever takes or gives up the addresses meanwhile is seen here, or sees the gate.
            if (before.ContainsKey(instance)) continue;
            do gate.Wanted = holds(instance);
            while (gate.Wanted != holds(instance));
        }

        // Their places are others now.
        List<ServiceKey> open = dirty.TakeAll();
        OrderedDictionary<ServiceKey, ManagedService> old = new(services);
        services.Clear();
        IReadOnlyDictionary<ServiceKey, ServiceName> names = ServiceName.AllOf(servers, groups);
        Dictionary<ServiceKey, ServiceHealth> former = new(virtualServers);
        if (checkedAs.Count == 0) checkedAs = former;
        virtualServers.Clear();
        foreach (VirtualServer server in servers)
        {
            ServiceKey identity = ServiceKey.Of(server);
            var health = new ServiceHealth(server, names[identity], former.GetValueOrDefault(identity), checkedAs.GetValueOrDefault(identity));
            virtualServers.Add(identity, health);
            foreach (VirtualServer place in ServicePlaces.Of(server, groups))
            {
                ServiceKey key = ServiceKey.Of(place);
                services.Add(key, new ManagedService(place, gated.GetValueOrDefault(key), health));
            }

            health.Begin(sink);
        }

        int named = services.Count;
        foreach ((ServiceKey key, ManagedService service) in old)
        {
            if (services.TryGetValue(key, out ManagedService? next))
            {
                if (next.Gate != service.Gate || next.Health.Key != service.Health.Key || next.Configured != service.Configured || !next.Desired().SameWhole(service.Desired())) LookAt(key);
            }
            else if (keepRemoved)
            {
                Keep(service);
            }
        }

        foreach (ServiceKey key in services.Keys.Where(k => !old.ContainsKey(k)).Concat(open)) LookAt(key);
        memory.Add(services.Keys);
        KeepRemembering();
        if (!keepRemoved) GiveUpUnnamed();
        hasLeftovers = memory.Ours.Count > named;
        TryFailedAgain();
    }

    /// <summary>Has a service stay that is no longer named: with what the checks say of its servers, as long as these are named.</summary>
    private void Keep(ManagedService service)
    {
        if (!virtualServers.TryGetValue(service.Health.Key, out ServiceHealth? health)) virtualServers.Add(service.Health.Key, service.Health);
        bool follows = health is not null && health != service.Health && health.Configured.RealServers == service.Health.Configured.RealServers;
        services.Add(service.Key, follows ? new ManagedService(service.Configured, service.Gate, health!) : service);
    }

    /// <summary>The server of a check among <see cref="checkedAs"/> alone; null: it is not there.</summary>
    private ManagedServer? Elsewhere(CheckKey key) =>
        checkedAs.TryGetValue(key.Service, out ServiceHealth? health) && health != virtualServers.GetValueOrDefault(key.Service) ? health.ServerOf(key) : null;

    private void GiveUpUnnamed()
    {
        List<ServiceKey> unnamed = [.. memory.Ours.Where(k => !services.ContainsKey(k))];
        if (unnamed.Count == 0 || !TryOpen("what a former run has left cannot be looked at")) return;
        Dictionary<ServiceKey, string> theirs;
        try
        {
            theirs = memory.OfOthers();
        }
        catch (HaEngineException e)
        {
            // Our own file says that they are ours.
            sink.OnService("Warning", unnamed[0].ToString(), $"Whether another node has services that are removed here is not known: {e.Message}", null);
            theirs = [];
        }

        foreach (ServiceKey key in unnamed)
        {
            if (theirs.TryGetValue(key, out string? other))
                sink.OnService("Log", key.ToString(), $"VS {KeepalivedName.Of(key)} is left to node {other}, which has it too", null);
            else LookAt(key);
        }

        List<ServiceKey> left = [.. unnamed.Where(theirs.ContainsKey)];
        memory.Remove(left);
        failed.ExceptWith(left);
        foreach (ServiceKey key in left) writer.Forget(key);
        moved.UnionWith(left);
    }

    /// <summary>What others have left needs a plane also where the configuration needs none.</summary>
    private bool TryOpen(string otherwise)
    {
        try
        {
            plane ??= open();
            return true;
        }
        catch (HaEngineException e)
        {
            sink.OnService("Warning", "virtual_server", $"{otherwise}: {e.Message}", null);
            return false;
        }
    }

    private void KeepRemembering()
    {
        if (memory.Complaint is null || memoryPending) return;
        memoryPending = true;
        thread.At(MonotonicClock.Now + MemoryRetry, () =>
        {
            memoryPending = false;
            memory.TryAgain();
            KeepRemembering();
        });
    }

    private void TryFailedAgain()
    {
        foreach (ServiceKey key in failed) LookAt(key);
        failed.Clear();
    }

    private void ConvergeSoon()
    {
        if (convergePending) return;
        convergePending = true;
        thread.Post(() =>
        {
            convergePending = false;
            Converge();
        });
    }

    /// <summary>Brings some of what is dirty to what it should be, and has the rest done later.</summary>
    /// <param name="instance">Whose services go before all others, all of them; null: nobody's.</param>
    private void Converge(string? instance = null)
    {
        if (plane is null) return;
        Dictionary<string, ServiceGate> now = gates;
        HashSet<string> held = [];
        foreach ((string name, ServiceGate gate) in now)
        {
            gate.Loaded = false;
            Interlocked.MemoryBarrier();
            bool wanted = gate.Wanted;
            if (wanted) _ = held.Add(name);
            if (wanted != gate.Done)
            {
                foreach (ManagedService service in services.Values.Where(s => s.Gate == name)) LookAt(service.Key);
            }

            gate.Done = wanted;
        }

        if (dirty.Count > 0) Converge(dirty.Take(instance, AtOnce), held);
        foreach (string name in held)
        {
            if (!dirty.HasAnyOf(name)) now[name].Loaded = true;
        }

        TellUnwritten();
        if (dirty.Count > 0) ConvergeSoon();
    }

    /// <summary>By what has changed since: all of them would be looked at once for each part of a long work.</summary>
    private void TellUnwritten()
    {
        ImmutableHashSet<ServiceKey>.Builder next = unwritten.ToBuilder();
        foreach (ServiceKey key in moved) _ = IsPending(key) ? next.Add(key) : next.Remove(key);
        moved.Clear();
        unwritten = next.ToImmutable();
    }

    private void Converge(List<ServiceKey> keys, HashSet<string> held)
    {
        readAt = long.MinValue;
        failed.ExceptWith(keys);
        failed.UnionWith(writer.Write(plane!, keys, (key, present) => Desire(key, present, held), Settled));
        moved.UnionWith(keys);
        memory.Remove(gone, moreToCome: HasMoreToCome);
        gone.Clear();
        foreach (ServiceKey key in keys)
        {
            if (purging.Remove(key) && failed.Remove(key)) writer.Forget(key);
        }

        if (failed.Count > 0) RetryLater();
        else retries = 0;
    }

    private PlaneService? Desire(ServiceKey key, PlaneService? present, HashSet<string> held)
    {
        ManagedService? configured = services.GetValueOrDefault(key);
        PlaneService? desired = configured is { } service && (service.Gate is null || held.Contains(service.Gate)) ? service.Desired() : null;
        foreach (IServiceDuty duty in duties) desired = duty.Shape(key, configured, desired, present);
        return desired;
    }

    private void Settled(ServiceKey key, PlaneService? desired, bool isReached)
    {
        if (desired is null && isReached && !services.ContainsKey(key)) gone.Add(key);
        foreach (IServiceDuty duty in duties) duty.OnSettled(key, desired, isReached);
    }

    private void RetryLater()
    {
        if (retryPending) return;
        retryPending = true;
        thread.At(MonotonicClock.Now + Backoff.Usual(++retries), () =>
        {
            retryPending = false;
            TryFailedAgain();
            Converge();
        });
    }
}
