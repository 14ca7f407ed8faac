using HaTools.Linux;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// Drains real servers: those that leave the configuration, where their service says so, and those that somebody asks for. It keeps them in the service with
/// weight 0, looks at their connections every second, and has them removed, or restored, as <see cref="DrainLogic"/> says. On the controller's thread.
/// </summary>
/// <param name="file">Remembers the drains for a successor.</param>
/// <param name="sink">Hears how they go.</param>
internal sealed partial class Drainer(string file, IServiceSink sink) : IServiceDuty
{
    private const long Second = 1_000_000_000;
    private const string Remembering = "remembering";
    private const string Counting = "counting";

    private readonly IServiceSink sink = sink;
    private readonly Complaints complaints = new(sink, "drain");
    private readonly Dictionary<ServiceKey, DrainedService> services = [];
    private IServiceHost host = null!;
    private DrainMemory? memory;

    /// <summary>What a predecessor remembered of services that have not been named yet.</summary>
    private Dictionary<string, RememberedDrain[]> inherited = [];
    private bool looks;
    private bool isUnsaved;
    private bool savesAgain;

    /// <inheritdoc/>
    public IReadOnlyList<string> Complaints => complaints.All;

    /// <inheritdoc/>
    public void Begin(IServiceHost controller) => host = controller;

    /// <inheritdoc/>
    public PlaneService? Shape(ServiceKey key, ManagedService? configured, PlaneService? desired, PlaneService? present)
    {
        DrainedService? service = services.GetValueOrDefault(key);
        if (service is null)
        {
            if (configured is null) return desired;
            services.Add(key, service = new DrainedService(key));
        }

        service.Present = present;
        service.IsLoaded = desired is not null;
        if (configured is null)
        {
            StepAll(service, new DrainEvent.ServiceGone());
            Forget(key);
            return desired;
        }

        VirtualServer? before = service.Configured;
        if (service.Owner is { } owner && ServiceKey.Of(owner) != configured.Health.Key) LeaveOwner(service);
        service.Configure(configured);
        OrderedDictionary<DestinationKey, PlaneDestination> there = PlaneTable.ByKey(present?.Destinations ?? []);

        // Also where the service is its instance's master's: what people want of its servers is shown, changed and remembered here too.
        Recall(service, there);
        if (desired is null)
        {
            StepAll(service, new DrainEvent.Unloaded());
            return desired;
        }

        service.Desired = desired;
        FollowGroup(service, configured);

        // Servers that are drained by hand carry the service no more: the sorry server may be needed in their place, or not any longer.
        if (configured.SetDrained(service.Drains.Where(d => d.Value.Cause == IpvsDrainCause.ByHand).Select(d => d.Key), sink))
        {
            service.Desired = configured.Desired();
            TouchOthers(configured);
        }

        FollowConfiguration(service, before, there);
        return service.Shaped;
    }

    /// <inheritdoc/>
    public void OnSettled(ServiceKey key, PlaneService? desired, bool isReached)
    {
        // Once for all: a group may be thousands of services, which are planned in portions, and each writes the drains of all.
        if (!host.HasMoreToCome) SaveNow();
        if (!isReached || desired is null || !services.TryGetValue(key, out DrainedService? service)) return;
        foreach (PlaneDestination server in desired.Destinations)
        {
            if (server.Weight == 0 && service.Drains.GetValueOrDefault(server.Key) is { InForce: false }) Step(service, server.Key, new DrainEvent.InForce());
        }
    }

    private void Forget(ServiceKey key)
    {
        ForgetInGroup(services[key]);
        _ = services.Remove(key);
        if (services.Count > 0 || inherited.Count == 0) return;

        // What a predecessor remembered of services that nobody has named since.
        inherited.Clear();
        Save();
    }

    private void FollowConfiguration(DrainedService service, VirtualServer? before, OrderedDictionary<DestinationKey, PlaneDestination> there)
    {
        HashSet<DestinationKey> named = [.. service.Configured!.RealServers.Select(DestinationKey.Of)];
        foreach (DestinationKey server in service.Drains.Keys.ToArray())
        {
            if (!named.Contains(server) && service.StandsIn(server)) Step(service, server, new DrainEvent.StandsIn());
            else if (!named.Contains(server))
            {
                if (there.TryGetValue(server, out PlaneDestination? leaving)) _ = service.Leaving.TryAdd(server, leaving);
                Step(service, server, new DrainEvent.Left(service.Configured.Drain));
            }
            else if (service.Drains[server].Cause == IpvsDrainCause.Left) Step(service, server, new DrainEvent.Returned());
            else if (!service.StandsIn(server)) Step(service, server, new DrainEvent.Failed());
        }

        if (service.Configured.Drain is not { } limit || before is null) return;
        foreach (RealServer former in before.RealServers)
        {
            // One whose check had failed is not there, and has nothing to wait for.
            DestinationKey server = DestinationKey.Of(former);
            if (named.Contains(server) || service.StandsIn(server) || service.Drains.ContainsKey(server) || !there.TryGetValue(server, out PlaneDestination? left)) continue;
            service.Leaving[server] = left;
            Step(service, server, new DrainEvent.Begun(IpvsDrainCause.Left, limit, Remove: true, DrainCounts.Of(left)));
        }
    }

    /// <summary>Takes up what a predecessor was about, once for each service.</summary>
    private void Recall(DrainedService service, OrderedDictionary<DestinationKey, PlaneDestination> there)
    {
        if (memory is null)
        {
            memory = DrainMemory.Load(file, text => sink.OnService("Warning", "drain", text, null));
            inherited = memory.Drains.GroupBy(d => d.Service).ToDictionary(g => g.Key, g => g.ToArray());
        }

        if (service.IsRecalled) return;
        service.IsRecalled = true;
        if (!inherited.Remove(service.Key.ToString(), out RememberedDrain[]? own)) return;
        foreach (RememberedDrain remembered in own)
        {
            DestinationKey? server = there.Keys.Concat(service.Configured!.RealServers.Select(DestinationKey.Of))
                .Cast<DestinationKey?>().FirstOrDefault(k => k.ToString() == remembered.Server);
            if (server is not { } key) continue;
            service.Drains[key] = remembered.ToState();
            if (there.TryGetValue(key, out PlaneDestination? left)) service.Leaving[key] = left;
        }

        if (service.Drains.Count > 0) LookSoon();
        Save();
    }

    private void StepAll(DrainedService service, DrainEvent happened)
    {
        foreach (DestinationKey server in service.Drains.Keys.ToArray()) Step(service, server, happened);
    }

    private void Step(DrainedService service, DestinationKey server, DrainEvent happened)
    {
        long now = MonotonicClock.Now;
        DrainState? before = service.Drains.GetValueOrDefault(server);
        DrainStep step = DrainLogic.Step(before, happened, now);
        if (step.Next is { } next) service.Drains[server] = next;
        else
        {
            _ = service.Drains.Remove(server);
            _ = service.Leaving.Remove(server);
        }

        if (step.Word is not (DrainWord.None or DrainWord.Progress)) Save();
        if (step.Word != DrainWord.None) Tell(service, server, step.Word, step.Next ?? WithCounts(before!, happened), now);
        if (step.Write) host.Touch(service.Key);
        if (service.Drains.Count > 0) LookSoon();
    }

    private static DrainState WithCounts(DrainState before, DrainEvent happened) => happened is DrainEvent.Counted counted ? before with { Counts = counted.Counts } : before;

    private void Tell(DrainedService service, DestinationKey server, DrainWord word, DrainState drain, long now)
    {
        string name = $"{KeepalivedName.Of(server.Address, service.Key.Protocol, server.Port)} of VS {KeepalivedName.Of(service.Key)}";
        IReadOnlyList<string> meaning = word switch
        {
            DrainWord.Begun or DrainWord.Renewed => MeaningOf(service, drain),
            DrainWord.CutOff => DrainMeaning.OfRemoval(service.Shaped, Parameters()),
            _ => [],
        };
        sink.OnService("DrainChanged", $"{service.Key} {server}", DrainWords.Line(word, name, drain, now, meaning), DrainWords.StateOf(word));
    }

    private List<string> MeaningOf(DrainedService service, DrainState drain)
    {
        DrainParameters parameters = Parameters();
        PlaneService shaped = service.Shaped;
        List<string> words = [.. DrainMeaning.OfWeightZero(shaped, parameters)];
        if (drain.Remove) words.AddRange(DrainMeaning.OfRemoval(shaped, parameters));

        // What the scheduler would say is of no matter then.
        if (service.IsLoaded && !shaped.Destinations.Any(d => d.Weight > 0))
        {
            words[0] = service.HasStandIn
                ? "New clients go to the sorry server: no other server of the service takes any."
                : "New clients are refused: no other server of the service takes any.";
        }

        return words;
    }

    private DrainParameters Parameters() => DrainParameters.Of(host.ReadParameter);

    private void LookSoon()
    {
        if (looks) return;
        looks = true;
        host.At(MonotonicClock.Now + Second, () =>
        {
            looks = false;
            Look();
            if (services.Values.Any(s => s.Drains.Count > 0)) LookSoon();
        });
    }

    private void Look()
    {
        DrainedService[] draining = [.. services.Values.Where(s => s.IsLoaded && s.Drains.Count > 0)];
        if (draining.Length == 0) return;
        Count(draining);
        SaveNow();
    }

    private void Count(DrainedService[] draining)
    {
        OrderedDictionary<ServiceKey, PlaneService> table;
        try
        {
            table = PlaneTable.ByKey(host.Read([.. draining.Select(s => s.Key)]));
        }
        catch (IOException e)
        {
            complaints.Set(Counting, $"the connections of servers that are drained cannot be counted: {e.Message}");
            return;
        }

        complaints.Clear(Counting);

        DrainParameters parameters = Parameters();
        foreach (DrainedService service in draining)
        {
            if (table.TryGetValue(service.Key, out PlaneService? present)) service.Present = present;
            bool waits = DrainMeaning.WaitsForClients(service.Shaped, parameters);
            OrderedDictionary<DestinationKey, PlaneDestination> servers = PlaneTable.ByKey(present?.Destinations ?? []);
            foreach ((DestinationKey server, DrainState drain) in service.Drains.ToArray())
            {
                // One that somebody has taken out comes back with its connections; until then only the time counts.
                bool isThere = servers.TryGetValue(server, out PlaneDestination? one);

                // Though the service be never as it should be, for another server that the kernel refuses.
                if (isThere && one!.Weight == 0 && !drain.InForce) Step(service, server, new DrainEvent.InForce());
                if (isThere) Step(service, server, new DrainEvent.Counted(DrainCounts.Of(one!), waits));
                else if (drain.Phase == IpvsDrainPhase.Draining) Step(service, server, new DrainEvent.Counted(drain.Counts with { Active = Math.Max(1, drain.Counts.Active) }, waits));
            }
        }
    }

    /// <summary>Has the drains remembered at the end of what is being done: one that is for many services writes them once.</summary>
    private void Save() => isUnsaved = true;

    // That the server is drained counts for more than that it is remembered.
    private void SaveNow()
    {
        if (memory is null || !isUnsaved) return;
        isUnsaved = false;
        memory.Drains.Clear();
        memory.Drains.AddRange(inherited.Values.SelectMany(d => d));
        foreach (DrainedService service in services.Values)
            memory.Drains.AddRange(service.Drains.Select(d => RememberedDrain.Of(service.Key, d.Key, d.Value)));
        try
        {
            memory.Save(file);
            complaints.Clear(Remembering);
        }
        catch (HaEngineException e)
        {
            complaints.Set(Remembering, $"the drains of real servers: {e.Message}");
            isUnsaved = true;
            SaveAgain();
        }
    }

    private void SaveAgain()
    {
        if (savesAgain) return;
        savesAgain = true;
        host.At(MonotonicClock.Now + Second, () =>
        {
            savesAgain = false;
            SaveNow();
        });
    }
}
