using System.Collections.Concurrent;
using HaTools.Engine.HostState;
using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Network;

/// <summary>
/// Keeps the static addresses, routes and rules of a configuration, and the routes and rules that follow mastership: desired state against the
/// kernel's. What others remove is put back; what cannot be put there is told, and tried again when something changes. It works on a thread of its
/// own, because the kernel's routing lock may be held for long, and in the network namespace of the thread that configures it first.
/// </summary>
/// <param name="sink">Hears what happens.</param>
/// <param name="openRoutes">Opens the kernel's routing tables in the network namespace of the calling thread.</param>
/// <param name="promotion">What keeps the host's addresses where others go.</param>
/// <remarks>
/// A removal is not always told by the kernel: IPv4 routes go without a word with their link or preferred source. So whatever happens to links,
/// addresses, routes and rules only says that it is time to look; what counts is what the tables say.
/// </remarks>
internal sealed partial class NetworkKeeper(INetworkSink sink, Func<RouteClient> openRoutes, SecondaryPromotion promotion) : IDisposable
{
    private readonly ConcurrentDictionary<string, bool> masters = new();

    /// <summary>By what they are; in the configuration's order: addresses, routes, rules.</summary>
    private Dictionary<object, KeptObject> objects = [];

    /// <summary>What the configuration does not have any more and could not be taken away yet.</summary>
    private readonly Dictionary<object, KeptObject> owed = [];
    private Dictionary<string, bool?> groups = [];
    private volatile WorkThread? thread;
    private RouteClient? client;
    private RouteMonitor? monitor;
    private KernelTables tables = KernelTables.Empty;

    /// <summary>Ends when its thread ends; faulted when it could not go on. Null: there is no thread yet.</summary>
    public Task? Completion => thread?.Completion;

    /// <summary>
    /// Goes over to a configuration: what it does not name any more is taken away, what is new is put there, the rest is not touched. What cannot be
    /// put there is told, and no error.
    /// </summary>
    /// <param name="wanted">The configuration.</param>
    /// <param name="ofMasters">
    /// Where the routes and rules of instances come from that are master now: while VRRP has not gone over to the new configuration, the old one.
    /// </param>
    /// <exception cref="Netlink.NetlinkException">The kernel gave no socket.</exception>
    public Task ConfigureAsync(HaConfiguration wanted, HaConfiguration ofMasters)
    {
        if (thread is null)
        {
            if (!HasObjects(wanted) && !HasObjects(ofMasters)) return Task.CompletedTask;
            thread = new WorkThread("hatools-network");
        }

        return thread.RunAsync(() => Configure(wanted, ofMasters));
    }

    /// <summary>The instance's addresses stand: its routes and rules may follow. From any thread; does not block.</summary>
    public void Hold(string instance)
    {
        if (masters.TryAdd(instance, true)) thread?.PostUrgent(() => OnMastership(instance));
    }

    /// <summary>The instance is not master any more. From any thread; does not block.</summary>
    public void Release(string instance)
    {
        if (masters.TryRemove(instance, out _)) thread?.PostUrgent(() => OnMastership(instance));
    }

    /// <summary>The states of all objects, in the configuration's order.</summary>
    public async Task<IReadOnlyList<HaNetworkObjectState>> GetStatesAsync() =>
        thread is { } running ? await running.RunAsync(() => objects.Values.Select(State).ToList()).ConfigureAwait(false) : [];

    /// <summary>Takes away all that it has put there: rules, routes, addresses.</summary>
    /// <returns>What could not be taken away, in words.</returns>
    public async Task<IReadOnlyList<string>> RemoveAllAsync() =>
        thread is { } running ? await running.RunAsync(RemoveAll).ConfigureAwait(false) : [];

    public void Dispose() => thread?.Dispose();

    private static bool HasObjects(HaConfiguration c) =>
        c.StaticAddresses.Count > 0 || c.StaticRoutes.Count > 0 || c.StaticRules.Count > 0 || c.TrackGroups.Count > 0
        || c.VrrpInstances.Any(i => i.VirtualRoutes.Count > 0 || i.VirtualRules.Count > 0);

    private static HaNetworkObjectState State(KeptObject o) => new()
    {
        Kind = o.Kind,
        Text = o.Text,
        Instances = [.. o.Claims.Select(c => c.Instance).OfType<string>().Distinct()],
        State = o.State,
        Reason = o.Reason,
        TrackGroups = [.. o.Claims.Select(c => c.TrackGroup).OfType<string>().Distinct()],
    };

    private void Configure(HaConfiguration wanted, HaConfiguration ofMasters)
    {
        Dictionary<object, KeptObject> next = [];
        foreach (KeptObject o in objects.Values) o.Claims.Clear();
        foreach ((object key, KeptClaim claim) in Claims(wanted, ofMasters))
        {
            if (!next.TryGetValue(key, out KeptObject? o)) next[key] = o = objects.GetValueOrDefault(key) ?? Redeem(key) ?? Make(key);
            o.Claims.Add(claim);
        }

        List<KeyValuePair<object, KeptObject>> gone = [.. objects.Where(o => !next.ContainsKey(o.Key))];
        objects = next;
        groups = wanted.TrackGroups.ToDictionary(g => g.Name, g => groups.GetValueOrDefault(g.Name));
        if (objects.Count > 0 || owed.Count > 0) Open();
        _ = Remove([.. gone.Select(o => o.Value).Where(o => o.IsOurs)]);
        foreach ((object key, KeptObject o) in gone)
        {
            if (o.IsOurs) owed[key] = o;
        }

        foreach (KeptObject o in objects.Values) Judge(o);
        Reconcile();
        ReportGroups();
        if (objects.Count == 0 && owed.Count == 0) Close();
    }

    /// <summary>What was to go, and is wanted again.</summary>
    private KeptObject? Redeem(object key)
    {
        if (owed.Remove(key, out KeptObject? o)) o.IsWanted = false;
        return o;
    }

    /// <summary>Everything that the configuration names, in the order in which it goes into the kernel.</summary>
    private IEnumerable<(object Key, KeptClaim Claim)> Claims(HaConfiguration wanted, HaConfiguration ofMasters)
    {
        HashSet<string> names = [.. wanted.VrrpInstances.Select(i => i.Name)];
        Dictionary<string, VrrpInstance> former = ofMasters.VrrpInstances.Where(i => masters.ContainsKey(i.Name)).ToDictionary(i => i.Name);
        VrrpInstance[] instances =
        [
            .. wanted.VrrpInstances.Select(i => former.GetValueOrDefault(i.Name) ?? i), .. former.Values.Where(i => !names.Contains(i.Name)),
        ];
        foreach (VirtualAddress a in wanted.StaticAddresses) yield return (Key(a), new KeptClaim(null, a.NoTrack, a.TrackGroup));
        foreach (RouteEntry r in wanted.StaticRoutes) yield return (Key(r), new KeptClaim(null, r.NoTrack, r.TrackGroup));
        foreach (VrrpInstance i in instances)
            foreach (RouteEntry r in i.VirtualRoutes) yield return (Key(r), new KeptClaim(i.Name, r.NoTrack, null));
        foreach (RuleEntry r in wanted.StaticRules) yield return (Key(r), new KeptClaim(null, r.NoTrack, r.TrackGroup));
        foreach (VrrpInstance i in instances)
            foreach (RuleEntry r in i.VirtualRules) yield return (Key(r), new KeptClaim(i.Name, r.NoTrack, null));
    }

    // Who tracks it does not make it another object.
    private static VirtualAddress Key(VirtualAddress address) => address with { NoTrack = false, TrackGroup = null };

    private static RouteEntry Key(RouteEntry route) => route with { NoTrack = false, TrackGroup = null };

    private static RuleEntry Key(RuleEntry rule) => rule with { NoTrack = false, TrackGroup = null };

    private static KeptObject Make(object key) => key switch
    {
        VirtualAddress address => new KeptAddress(address),
        RouteEntry route => new KeptRoute(route),
        _ => new KeptRule((RuleEntry)key),
    };

    /// <summary>Sees anew whether an object is wanted.</summary>
    private void Judge(KeptObject o)
    {
        bool was = o.IsWanted;
        KeptClaim[] now = [.. o.Claims.Where(c => c.Instance is null || masters.ContainsKey(c.Instance))];
        o.IsWanted = now.Length > 0;
        o.IsUntracked = now.Length > 0 && now.All(c => c.NoTrack);
        if (was == o.IsWanted && (o.State != HaNetworkObjectStateKind.Missing || o.IsUntracked || o.Ends is not null)) return;
        (o.State, o.Reason, o.Told) = (HaNetworkObjectStateKind.Absent, null, null);
        (o.Failures, o.NextTry, o.LostAt, o.IsKeptByRefusal, o.IsObjectedTo, o.IsOnTrial) = (0, 0, null, false, false, false);
        o.OnForgotten();
    }

    /// <summary>What follows an instance comes or goes, without reading the tables first: others wait for it.</summary>
    private void OnMastership(string instance)
    {
        if (client is null) return;
        Hear();
        KeptObject[] changed = [.. objects.Values.Where(o => o.Claims.Any(c => c.Instance == instance))];
        foreach (KeptObject o in changed) Judge(o);
        if (!Try(() => tables = linksChanged ? KernelTables.Read(client, false, [], false) : tables)) return;
        linksChanged = false;
        _ = Remove([.. changed.Where(o => !o.IsWanted && o.IsOurs)]);
        long now = MonotonicClock.Now;
        List<KeptObject> wanted = [];
        foreach (KeptObject o in changed.Where(o => o.IsWanted && o.State == HaNetworkObjectStateKind.Absent))
        {
            if (o.Resolve(tables, out string? missing)) wanted.Add(o);
            else Wait(o, missing!);
        }

        Install(wanted, now);
        TellNews();
    }

    private List<string> RemoveAll()
    {
        foreach (KeptObject o in objects.Values) o.IsWanted = false;
        List<string> left = Remove([.. objects.Values.Concat(owed.Values).Where(o => o.IsOurs)]);
        objects.Clear();
        owed.Clear();
        Close();
        return left;
    }

    private void Open()
    {
        client ??= openRoutes();
        if (monitor is not null) return;
        const RouteMonitorSubjects all =
            RouteMonitorSubjects.Links | RouteMonitorSubjects.Addresses | RouteMonitorSubjects.Routes | RouteMonitorSubjects.Rules;
        monitor = RouteMonitor.Open(all);
        monitor.RouteProtocol = Translation.Protocol;
        thread!.Watch(monitor.Handle, Hear);
    }

    private void Close()
    {
        if (monitor is not null) thread!.Unwatch(monitor.Handle);
        monitor?.Dispose();
        client?.Dispose();
        (monitor, client, tables) = (null, null, KernelTables.Empty);
        addresses.Clear();
        links.Clear();
        linksChanged = true;
    }
}
