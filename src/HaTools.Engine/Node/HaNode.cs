using System.Collections.Concurrent;
using HaTools.Configuration;
using HaTools.Engine.Bfd;
using HaTools.Engine.Checks;
using HaTools.Engine.Control;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Events;
using HaTools.Engine.HostState;
using HaTools.Engine.Network;
using HaTools.Engine.Notify;
using HaTools.Engine.Readiness;
using HaTools.Engine.RealServerHost;
using HaTools.Engine.Scripts;
using HaTools.Engine.Threading;
using HaTools.Engine.Topology;
using HaTools.Engine.Trackers;
using HaTools.Engine.Vrrp;
using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Engine;

/// <summary>
/// One running node: the engine as a library. Its control socket is open while it runs. It works in the network namespace of the thread
/// that calls
/// <see cref="StartAsync"/>, whatever threads it is called on later.
/// </summary>
/// <remarks>
/// Threads: VRRP has its own (see <see cref="VrrpHost"/>), and nothing that waits ever runs there. "kernel" carries out what may block in
/// the kernel: IPVS and
/// interfaces; "network" keeps addresses, routes and rules, "real" what a real server needs. "engine" runs the trackers and turns what the others report into
/// events. Checks have a thread, names of servers have one, the log has one.
/// </remarks>
internal sealed partial class HaNode : IAsyncDisposable
{
    private readonly HaNodeOptions options;
    private readonly DateTimeOffset startTime = DateTimeOffset.Now;
    private readonly EventLog events;
    private readonly WorkThread kernel = new("hatools-kernel");
    private readonly WorkThread engine = new("hatools-engine");
    private readonly TrackerRunner trackers;
    private readonly MiscRunner programs;
    private readonly FollowingChecks following;
    private readonly CheckSuspension suspension;
    private readonly NotifyRunner notify;
    private readonly Drainer drainer;
    private readonly ServiceController services;
    private readonly DriftDuty drift;
    private readonly SecondaryPromotion promotion;
    private readonly SemaphoreSlim changing = new(1, 1);
    private readonly Lock stopping = new();
    private readonly TaskCompletionSource<List<string>> released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Watched> watched = [];

    /// <summary>Instances whose addresses this node has.</summary>
    private readonly ConcurrentDictionary<string, bool> held = new();
    private readonly ConcurrentQueue<VrrpHostEvent> vrrpEvents = new();
    private readonly Action drainVrrpEvents;

    private ControlServer? control;
    private volatile VrrpHost? vrrp;
    private volatile CheckRunner? checks;

    /// <summary>What it checks; on the engine's thread.</summary>
    private SocketTarget[] sockets = [];
    private HostTrackers? hostTrackers;
    private BfdHost? bfd;
    private volatile HaConfiguration configuration = HaConfiguration.Empty;

    /// <summary>The same, with what the files of keys held; it is not to be shown.</summary>
    private volatile HaConfiguration secrets = HaConfiguration.Empty;
    private volatile HostTopology topology = HostTopology.Plain;
    private volatile ScriptPolicy scripts = ScriptPolicy.None;
    private volatile string? configurationPath;
    private volatile int generation;
    private volatile bool ready;
    private volatile bool withdrawn;
    private Exception? fault;
    private Task? stop;

    private HaNode(HaNodeOptions options)
    {
        this.options = options;
        configurationPath = options.ConfigurationPath;
        events = new EventLog(options.Name, options.Log);
        drainer = new Drainer(Path.Combine(options.RunDirectory, options.Name + ".drains.json"), this);
        trackers = new TrackerRunner(engine, this);
        programs = new MiscRunner(engine, this);
        following = new FollowingChecks(engine, this);
        suspension = new CheckSuspension(engine, this, RouteClient.Open);
        Action<string> warn = message => engine.Post(() => events.Add("Warning", options.Name, message));
        var memory = new ServiceMemory(options.RunDirectory, options.Name, warn);
        drift = new DriftDuty(options.OpenDataPlane ?? IpvsDataPlane.Open, this, Watch);
        services = new ServiceController(kernel, options.OpenDataPlane ?? IpvsDataPlane.Open, this, memory, drainer, drift, new MovedShare(this));
        promotion = new SecondaryPromotion(Path.Combine(options.RunDirectory, options.Name + ".sysctls.json"), warn);
        network = new NetworkKeeper(this, RouteClient.Open, promotion);
        notify = new NotifyRunner(engine, this);
        realServer = new RealServerKeeper(Path.Combine(options.RunDirectory, options.Name + ".state.json"), this);
        timeouts = new TimeoutKeeper(kernel, options.OpenDataPlane ?? IpvsDataPlane.Open, Path.Combine(options.RunDirectory, options.Name + ".timeouts.json"), this);
        parameters = new ParameterKeeper(kernel, options.OpenDataPlane ?? IpvsDataPlane.Open, Path.Combine(options.RunDirectory, options.Name + ParameterKeeper.Suffix), this);
        sloppiness = new SloppyGuard(kernel, options.OpenDataPlane ?? IpvsDataPlane.Open, memory, this);
        readiness = new ReadinessKeeper(engine, masters.ContainsKey, ReadFacts, this);
        lookAtReadiness = readiness.Look;
        drainVrrpEvents = DrainVrrpEvents;
        Watch(kernel.Completion);
        Watch(engine.Completion);
    }

    /// <summary>The node's name.</summary>
    public string Name => options.Name;

    /// <summary>The desired state in force.</summary>
    public HaConfiguration Configuration => configuration;

    /// <summary>What runs VRRP; null: nothing does.</summary>
    internal VrrpHost? Vrrp => vrrp;

    /// <summary>Ends when the node has stopped, for whatever reason; faulted when it could not go on.</summary>
    public Task Completion => completion.Task;

    /// <summary>Starts a node. On an exception nothing is left behind.</summary>
    /// <exception cref="HaEngineException">The configuration cannot run here (no IPVS, no such interface, the name is taken …).</exception>
    /// <exception cref="IOException">The kernel refused something.</exception>
    public static async Task<HaNode> StartAsync(HaNodeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var node = new HaNode(options);
        try
        {
            _ = OpenFiles.Raise(SocketBudget.Need(0));
            await node.BeginAsync(cancellationToken).ConfigureAwait(false);
            return node;
        }
        catch
        {
            await node.AbandonAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What the node is doing now.</summary>
    public async Task<HaNodeStatus> GetStatusAsync()
    {
        ObjectDisposedException.ThrowIf(withdrawn, this);
        HaConfiguration current = configuration;
        (IReadOnlyList<VrrpState> instances, IReadOnlyList<VrrpGroupState> groups) = vrrp is { } host ? await host.GetAllStatesAsync().ConfigureAwait(false) : ([], []);
        return new HaNodeStatus
        {
            Name = Name,
            RouterId = current.RouterId ?? Environment.MachineName,
            ProcessId = Environment.ProcessId,
            Host = options.Host,
            Version = ControlDescription.Version,
            StartTime = startTime,
            ConfigurationPath = configurationPath,
            Generation = generation,
            LastEvent = events.Last,
            Notes =
            [
                .. topology.Notes, .. vrrp?.Notes ?? [], .. virtualNetwork?.Notes ?? [], .. hostTrackers is { } noted ? await noted.GetNotesAsync().ConfigureAwait(false) : [],
                .. await services.GetComplaintsAsync().ConfigureAwait(false),
                .. await kernel.RunAsync<IReadOnlyList<string>>(() => [.. timeouts.Complaints, .. parameters.Complaints, .. sloppiness.Complaints]).ConfigureAwait(false),
                .. syncDaemons is { } synchronizing ? await synchronizing.GetComplaintsAsync().ConfigureAwait(false) : [],
                .. await realServer.GetComplaintsAsync().ConfigureAwait(false),
            ],
            Instances = instances.Count > 0 ? WithReadiness(await WithNotifyAsync(instances).ConfigureAwait(false)) : [],
            SyncGroups = groups.Count > 0 ? await WithNotifyAsync(groups).ConfigureAwait(false) : [],
            Trackers =
            [
                .. await trackers.GetStatesAsync().ConfigureAwait(false),
                .. hostTrackers is { } watching ? await watching.GetStatesAsync().ConfigureAwait(false) : [],
                .. bfd is { } sessions ? await sessions.GetStatesAsync().ConfigureAwait(false) : [],
            ],
            Services = await WithEngineAsync(await services.GetStatesAsync().ConfigureAwait(false)).ConfigureAwait(false),
            Names = names is { } keeper ? await keeper.GetStatesAsync().ConfigureAwait(false) : [],
            NotifyFifos = await engine.RunAsync(() => notify.FifoStates).ConfigureAwait(false),
            SmtpAlerts = await engine.RunAsync(() => notify.MailState).ConfigureAwait(false),
            Webhooks = await engine.RunAsync(() => notify.WebhookStates).ConfigureAwait(false),
            Ipvs = await kernel.RunAsync(timeouts.GetState).ConfigureAwait(false),
            IpvsParameters = await kernel.RunAsync(parameters.GetStates).ConfigureAwait(false),
            SyncDaemons = syncDaemons is { } daemons ? await daemons.GetStatesAsync().ConfigureAwait(false) : [],
            DirectRoutingAddresses = [.. current.DirectRoutingAddresses.Select(a => a.ToString())],
            RealServerAddresses = await realServer.GetStatesAsync().ConfigureAwait(false),
            Network = await network.GetStatesAsync().ConfigureAwait(false),
        };
    }

    /// <summary>Announces the addresses that the node holds once more; the result names the instances that are master.</summary>
    /// <param name="instance">Those of that instance; null: all.</param>
    /// <exception cref="HaEngineException">There is no such instance.</exception>
    public Task<IReadOnlyList<string>> AnnounceAsync(string? instance)
    {
        ObjectDisposedException.ThrowIf(withdrawn, this);
        if (instance is not null && !configuration.VrrpInstances.Any(i => i.Name == instance))
        {
            string all = string.Join(", ", configuration.VrrpInstances.Select(i => i.Name));
            throw new HaEngineException($"there is no VRRP instance '{instance}'; the node has {(all.Length == 0 ? "none" : all)}");
        }

        return vrrp is { } host ? host.AnnounceAsync(instance) : Task.FromResult<IReadOnlyList<string>>([]);
    }

    /// <summary>
    /// The events after the one numbered <paramref name="since"/> (0: all that are kept), then new ones as they come, until the node
    /// stops.
    /// </summary>
    public IAsyncEnumerable<HaEvent> Events(long since, CancellationToken cancellationToken = default) =>
        events.ReadAsync(since, cancellationToken);

    /// <summary>
    /// Gives up mastership (priority 0), then takes away services, then what a real server needed. Does nothing the second time.
    /// </summary>
    /// <param name="why">Why, for the log; null: it goes without saying.</param>
    /// <exception cref="HaEngineException">Something could not be taken away; the message says what.</exception>
    public Task StopAsync(string? why = null)
    {
        lock (stopping) return stop ??= StopOnceAsync(why);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        changing.Dispose();
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        // A stop that comes meanwhile (the control socket is open soon, and a part may fail) waits: it would not see what is still to be started.
        await changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(withdrawn, this);
            await BeginAllAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _ = changing.Release();
        }
    }

    private async Task BeginAllAsync(CancellationToken cancellationToken)
    {
        HaConfiguration wanted = options.Configuration;
        CheckValid(wanted);
        (HaConfiguration withSecrets, IReadOnlyList<string> concerns) = await ReadSecretsAsync(wanted).ConfigureAwait(false);
        control = ControlServer.Start(Name, options.RunDirectory, this, line => options.Log?.Write(DateTimeOffset.Now, line));
        (ScriptPolicy policy, IReadOnlyList<string> ofScripts) = await LookAtScriptsAsync(wanted).ConfigureAwait(false);
        foreach (string concern in concerns.Concat(ofScripts)) events.Add("Warning", Name, concern);
        await CarryOutNamesAsync(wanted).ConfigureAwait(false);
        await AssignGroupMarksAsync(wanted).ConfigureAwait(false);
        HostTopology place = await AnalyzeAsync(Serve(wanted).Served).ConfigureAwait(false);
        await services.RequireAsync([.. ServicePlaces.Of(Marked(wanted))]).ConfigureAwait(false);
        await RequireIpvsAsync(wanted).ConfigureAwait(false);
        await RequireSyncDaemonsAsync(wanted).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        events.Add("Log", Name, $"HaTools {ControlDescription.Version}: starting node {Name}");
        foreach (string note in place.Notes) events.Add("Log", Name, note);
        await CarryOutAsync(wanted, withSecrets, place, policy).ConfigureAwait(false);
        (configuration, secrets, topology, scripts) = (wanted, withSecrets, place, policy);
        foreach (string note in vrrp?.Notes ?? []) events.Add("Warning", Name, note);
        ready = true;
    }

    private async Task AbandonAsync()
    {
        try
        {
            await StopAsync("it could not be started").ConfigureAwait(false);
        }
        catch (HaEngineException e)
        {
            // The exception that the start failed with is the one to tell; what is left behind is at least in the log.
            options.Log?.Write(DateTimeOffset.Now, e.Message);
        }
    }

    private async Task StopOnceAsync(string? why)
    {
        // Off the caller: it may be one of our own threads.
        await Task.Yield();
        List<string> failures = await WithdrawAsync(why).ConfigureAwait(false);
        released.SetResult([.. failures]);
        await CloseControlAsync(failures).ConfigureAwait(false);
        kernel.Dispose();
        engine.Dispose();
        network.Dispose();
        realServer.Dispose();
        virtualNetwork?.Dispose();
        groupMarks?.Dispose();
        drift.Dispose();
        services.Dispose();
        timeouts.Dispose();
        parameters.Dispose();
        sloppiness.Dispose();
        syncDaemons?.Dispose();

        // Whoever waits for the end may close the log then: all that is to be written comes before it.
        await HearEndedPartsAsync().ConfigureAwait(false);
        if (fault is not null && failures.Count > 0) options.Log?.Write(DateTimeOffset.Now, Incomplete(failures).Message);
        if (fault is not null) completion.TrySetException(fault);
        else completion.TrySetResult();
        if (failures.Count > 0) throw Incomplete(failures);
    }

    private async Task CloseControlAsync(List<string> failures)
    {
        if (control is null) return;
        try
        {
            await control.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failures.Add($"removing the control socket: {e.Message}");
        }
    }

    private HaEngineException Incomplete(List<string> failures) => new($"node {Name} has stopped, but: {string.Join("; ", failures)}");

    /// <summary>The order of a stop: first the addresses go (to the other node), then what served them.</summary>
    private async Task<List<string>> WithdrawAsync(string? why)
    {
        List<string> failures = [];
        await changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (withdrawn) return failures;
            withdrawn = true;
            readiness.Stop();
            names?.Dispose();
            syncDaemons?.Leave();
            events.Add("Log", Name, why is null ? $"Stopping node {Name}" : $"Stopping node {Name}: {why}");
            bool forwards = !masters.IsEmpty;
            if (vrrp is { } host) await TryAsync("giving up the virtual addresses", () => host.StopAsync()).ConfigureAwait(false);
            await TryAsync("running the notify scripts of the stop", StopNotifyAsync).ConfigureAwait(false);
            long forwardedUntil = MonotonicClock.Now;
            await TryAsync("removing addresses, routes and rules", async () => failures.AddRange(await network.RemoveAllAsync().ConfigureAwait(false)))
                .ConfigureAwait(false);
            await TryAsync("giving back promote_secondaries", () => kernel.RunAsync(promotion.RestoreAll)).ConfigureAwait(false);
            if (virtualNetwork is { } links) await TryAsync("removing virtual interfaces and the firewall table", links.RemoveAsync).ConfigureAwait(false);
            await TryAsync("ending the scripts", () => trackers.ConfigureAsync([], ScriptPolicy.None)).ConfigureAwait(false);
            await TryAsync("ending the programs that are checks", () => programs.ConfigureAsync([], ScriptPolicy.None)).ConfigureAwait(false);
            await TryAsync("following addresses", () => engine.RunAsync(suspension.Stop)).ConfigureAwait(false);
            hostTrackers?.Dispose();
            bfd?.Dispose();
            checks?.Dispose();
            if (groupMarks is { } marks) await TryAsync("removing the table that marks packets to groups", () => marks.ApplyAsync(HaConfiguration.Empty)).ConfigureAwait(false);
            await TryAsync("removing the virtual servers", services.RemoveAllAsync).ConfigureAwait(false);
            failures.AddRange(await services.GetComplaintsAsync().ConfigureAwait(false));
            if (groupMarks is { } settled) await TryAsync("forgetting the marks of groups", () => settled.SettleAsync(HaConfiguration.Empty)).ConfigureAwait(false);
            await TryAsync("giving back the timeouts and parameters of IPVS", () => CarryOutIpvsAsync(HaConfiguration.Empty)).ConfigureAwait(false);
            if (syncDaemons is { } daemons) await TryAsync("stopping the IPVS sync daemons", () => daemons.RemoveAsync(forwards ? forwardedUntil : null)).ConfigureAwait(false);
            await TryAsync("undoing what a real server needs", () => CarryOutRealServerAsync(RealServerPlan.None)).ConfigureAwait(false);
            await engine.RunAsync(DrainVrrpEvents).ConfigureAwait(false);
            await HearEndedPartsAsync().ConfigureAwait(false);
            events.Add("Log", Name, $"Stopped node {Name}");
            return failures;
        }
        catch (ObjectDisposedException e)
        {
            // A thread of ours has died (see fault): its part could not be undone.
            failures.Add(e.Message);
            return failures;
        }
        finally
        {
            await HearEndedPartsAsync().ConfigureAwait(false);
            events.Complete();
            _ = changing.Release();
        }

        async Task TryAsync(string what, Func<Task> step)
        {
            try
            {
                await step().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Whatever it was, the rest must be given up too; it is told to whoever stops the node.
                failures.Add($"{what}: {e.Message}");
                events.Add("Warning", Name, failures[^1]);
            }
        }
    }

    private static void CheckValid(HaConfiguration wanted)
    {
        HaConfigurationDiagnostic[] errors =
            [.. ConfigurationValidator.Validate(wanted).Where(d => d.Severity == HaDiagnosticSeverity.Error)];
        if (errors.Length > 0)
            throw new HaEngineException($"the configuration is not valid: {string.Join("; ", errors.Select(e => e.Message))}");
    }

    private Task<IReadOnlyList<VrrpState>> WithNotifyAsync(IReadOnlyList<VrrpState> states) => engine.RunAsync<IReadOnlyList<VrrpState>>(
        () => [.. states.Select(s => s with { Notify = notify.StateOf(NotifyKey.Instance(s.Name)) })]);

    private Task<IReadOnlyList<VrrpGroupState>> WithNotifyAsync(IReadOnlyList<VrrpGroupState> states) =>
        engine.RunAsync<IReadOnlyList<VrrpGroupState>>(
            () => [.. states.Select(s => s with { Notify = notify.StateOf(NotifyKey.Group(s.Name)) })]);

    private Task<IReadOnlyList<IpvsServiceState>> WithEngineAsync(IReadOnlyList<IpvsServiceState> states) => engine.RunAsync(() =>
    {
        IReadOnlySet<ServiceKey> suspended = suspension.Suspended;
        if (suspended.Count == 0) return notify.WithStates(states);
        HashSet<string> names = [.. suspended.Select(s => $"{s}")];
        return notify.WithStates([.. states.Select(s => names.Contains(s.Id) ? s with { ChecksSuspended = true } : s)]);
    });

    private Task StopNotifyAsync() => engine.RunAsync(() =>
    {
        DrainVrrpEvents();
        return notify.StopAsync();
    });

    private Task<HostTopology> AnalyzeAsync(HaConfiguration wanted) => kernel.RunAsync(() =>
    {
        if (wanted.VirtualServers.Count == 0) return HostTopology.Plain;
        using RouteClient route = RouteClient.Open();
        return TopologyAnalysis.Analyze(wanted, route.GetAddresses().Select(a => a.Address));
    });

    /// <summary>A part that cannot go on takes the node with it: a peer can do better than half a node.</summary>
    private void Watch(Task part)
    {
        Task told = part.ContinueWith(
            failed =>
            {
                fault ??= failed.Exception!.GetBaseException();
                events.Add("Warning", Name, $"Node {Name} cannot go on: {fault.Message}");
                Observe(StopAsync("it cannot go on"));
            },
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        lock (watched) watched.Add(new Watched(part, told));
    }

    /// <summary>What there was to say of the parts that have ended is said.</summary>
    private async Task HearEndedPartsAsync()
    {
        Watched[] all;
        lock (watched) all = [.. watched];
        foreach (Watched one in all)
        {
            if (one.Part.IsCompleted) await one.Told.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What it throws is told by others.</summary>
    private static void Observe(Task task) => _ = task.ContinueWith(
        static done => done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private sealed record Watched(Task Part, Task Told);
}
