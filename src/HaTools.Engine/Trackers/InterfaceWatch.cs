using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Trackers;

/// <summary>
/// Follows interfaces by name: up means that it exists, is set up and can carry packets. What changes counts after the interface's delays. It
/// sees a renamed interface as gone under its former name. Everything happens on the thread.
/// </summary>
/// <param name="thread">The thread that all of it happens on.</param>
/// <param name="sink">Hears of it, on that thread.</param>
/// <param name="openRoutes">Opens the kernel's links in the network namespace of the calling thread.</param>
internal sealed class InterfaceWatch(WorkThread thread, ITrackerSink sink, Func<RouteClient> openRoutes) : IDisposable
{
    // A dump that others' changes keep interrupting (EINTR), a lost answer: it passes.
    private const long Patience = 1_000_000_000;

    private readonly Dictionary<string, Watched> interfaces = [];
    private IReadOnlyList<string> order = [];
    private RouteMonitor? monitor;
    private RouteClient? client;
    private string? trouble;

    /// <summary>Goes over to other interfaces and delays.</summary>
    public void Configure(IReadOnlyList<string> names, IReadOnlyList<InterfaceDelay> delays)
    {
        foreach (string gone in interfaces.Keys.Except(names).ToArray()) _ = interfaces.Remove(gone);
        order = names;
        Dictionary<string, InterfaceDelay> byName = [];
        foreach (InterfaceDelay delay in delays) byName[delay.Interface] = delay;
        foreach (string name in names)
        {
            InterfaceDelay? delay = byName.GetValueOrDefault(name);
            long up = TrackerTiming.Nanoseconds(delay?.Up ?? TimeSpan.Zero), down = TrackerTiming.Nanoseconds(delay?.Down ?? TimeSpan.Zero);
            if (interfaces.TryGetValue(name, out Watched? known)) known.SetDelays(up, down);
            else interfaces.Add(name, new Watched(name, up, down));
        }

        if (names.Count == 0)
        {
            Close();
            return;
        }

        Open();
        LookAgain();
        foreach (Watched one in interfaces.Values) sink.OnReading(one.Key, TrackerReading.Of(one.State.Settled!.Value));
    }

    /// <summary>The states, in the configuration's order.</summary>
    public IEnumerable<HaTrackerState> States() => order.Select(name => interfaces[name]).Select(i => new HaTrackerState
    {
        Name = i.Name,
        Type = HaTrackerType.Interface,
        State = i.State.Settled switch { true => HaTrackerStateKind.Up, false => HaTrackerStateKind.Down, null => HaTrackerStateKind.Unknown },
        Since = i.Since,
        LastResult = i.Index == 0 ? "there is none" : i.State.Due is null ? null : i.Raw ? "up, waits for its delay" : "down, waits for its delay",
    });

    public void Dispose() => Close();

    private void Open()
    {
        if (monitor is not null) return;
        monitor = RouteMonitor.Open();
        client = openRoutes();
        thread.Watch(monitor.Handle, ReadMonitor);
    }

    private void Close()
    {
        if (monitor is null) return;
        thread.Unwatch(monitor.Handle);
        monitor.Dispose();
        client!.Dispose();
        (monitor, client) = (null, null);
    }

    /// <summary>Talks to the kernel. What fails is told once, and everything is looked at again a second later.</summary>
    private void Try(Action talk)
    {
        if (monitor is null) return;
        try
        {
            talk();
            trouble = null;
        }
        catch (NetlinkException e)
        {
            if (trouble != e.Message && order.Count > 0)
                sink.OnTrackerWarning(interfaces[order[0]].Key, $"The interfaces cannot be followed: {e.Message}; they are looked at every second until they can");
            trouble = e.Message;
            thread.At(MonotonicClock.Now + Patience, () => Try(LookAgain));
        }
    }

    private void ReadMonitor() => Try(ReadNews);

    private void ReadNews()
    {
        bool overrun = false;
        while (monitor!.TryRead(out RouteNotification news))
        {
            switch (news.Kind)
            {
                case RouteNotificationKind.Overrun:
                    overrun = true;
                    break;
                case RouteNotificationKind.LinkChanged:
                    OnLink(news.Link!);
                    break;
                case RouteNotificationKind.LinkRemoved:
                    // A bridge says this of a port that it lets go; the interface is still there then.
                    if (client!.FindLink(news.Index) is { } still) OnLink(still);
                    else OnGone(news.Index, exceptName: null);
                    break;
            }
        }

        if (overrun) LookAgain();
    }

    private void LookAgain()
    {
        HashSet<string> found = [];
        foreach (LinkInfo link in client!.GetLinks())
        {
            found.Add(link.Name);
            OnLink(link);
        }

        foreach (Watched one in interfaces.Values)
        {
            if (found.Contains(one.Name)) continue;
            one.Index = 0;
            Hear(one, false);
        }
    }

    private void OnLink(LinkInfo link)
    {
        OnGone(link.Index, exceptName: link.Name);
        if (!interfaces.TryGetValue(link.Name, out Watched? one)) return;
        one.Index = link.Index;
        Hear(one, link.IsUp && link.IsRunning);
    }

    private void OnGone(int index, string? exceptName)
    {
        foreach (Watched one in interfaces.Values)
        {
            if (one.Index != index || one.Name == exceptName) continue;
            one.Index = 0;
            Hear(one, false);
        }
    }

    private void Hear(Watched one, bool up)
    {
        one.Raw = up;
        long now = MonotonicClock.Now;
        bool first = one.State.Settled is null;
        if (one.Hear(up, now)) Tell(one, first);
        else if (one.State.Due is { } due) thread.At(due, () => Tick(one));
    }

    // A timer that came too early, because the wait that it was for has ended, finds nothing due.
    private void Tick(Watched one)
    {
        if (interfaces.GetValueOrDefault(one.Name) == one && one.Tick(MonotonicClock.Now)) Tell(one, first: false);
    }

    private void Tell(Watched one, bool first)
    {
        bool up = one.State.Settled!.Value;
        one.Since = DateTimeOffset.Now;
        if (!first)
        {
            sink.OnTracker(
                one.Key, up ? HaTrackerStateKind.Up : HaTrackerStateKind.Down, $"Tracked interface {one.Name} is {(up ? "up" : "down")}");
        }
        else if (!up)
        {
            sink.OnTrackerLog(one.Key, $"Tracked interface {one.Name} {(one.Index == 0 ? "does not exist" : "is down")}");
        }

        // The first one is told by who configures.
        if (!first) sink.OnReading(one.Key, TrackerReading.Of(up));
    }

    private sealed class Watched(string name, long up, long down)
    {
        private Debounce state = new(up, down);

        public string Name => name;

        public TrackerKey Key { get; } = new(TrackerKind.Interface, name);

        public Debounce State => state;

        public DateTimeOffset Since { get; set; } = DateTimeOffset.Now;

        public int Index { get; set; }

        public bool Raw { get; set; }

        public bool Hear(bool isUp, long now) => state.Hear(isUp, now);

        public bool Tick(long now) => state.Tick(now);

        public void SetDelays(long upDelay, long downDelay) => state.SetDelays(upDelay, downDelay);
    }
}
