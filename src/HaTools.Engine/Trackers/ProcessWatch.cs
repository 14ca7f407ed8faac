using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Connector;
using HaTools.Vrrp;

namespace HaTools.Engine.Trackers;

/// <summary>
/// Counts processes by the kernel's news of them, where it gives any to this node, and else by a look at /proc once a second. Everything happens on
/// the thread.
/// </summary>
/// <param name="thread">The thread.</param>
/// <param name="sink">Hears of it.</param>
/// <param name="open">Gets the kernel's news; null: <see cref="ProcessNews.Open"/>.</param>
/// <param name="list">Lists the processes; null: <see cref="ProcessFiles.All"/>.</param>
internal sealed class ProcessWatch(
    WorkThread thread, ITrackerSink sink, Func<(ProcessMonitor? Monitor, string? WhyNot)>? open = null, Func<IEnumerable<int>>? list = null) : IDisposable
{
    private const long LookInterval = 1_000_000_000;

    private readonly byte[] buffer = ProcessFiles.NewBuffer();
    private List<Watched> trackers = [];
    private ProcessTable table = new([]);
    private ProcessMonitor? monitor;
    private bool isOpen;
    private bool configuring;
    private bool waiting;
    private int epoch;

    // What keeps the table from being true; it is not judged until it has been filled again.
    private string? trouble;

    /// <summary>Why processes are only looked at once a second; null: the kernel tells of them.</summary>
    public string? Note { get; private set; }

    /// <summary>Goes over to other trackers.</summary>
    public void Configure(IReadOnlyList<ProcessTracker> wanted)
    {
        Dictionary<string, Watched> before = trackers.ToDictionary(t => t.Tracker.Name);
        trackers = [.. wanted.Select(t => before.GetValueOrDefault(t.Name) is { } same && IsSame(same.Tracker, t) ? same : new Watched(t))];
        for (int i = 0; i < wanted.Count; i++) trackers[i].Tracker = wanted[i];
        table = new ProcessTable([.. wanted.Select(t => new ProcessMatch(t))]);
        if (wanted.Count == 0)
        {
            Close();
            return;
        }

        Open();
        configuring = true;
        Try(LookAtAll);
        configuring = false;
        foreach (Watched one in trackers)
        {
            // One that could not be looked at yet is told when it can.
            if (one.Settled is { } up) sink.OnReading(one.Key, TrackerReading.Of(up));
        }
    }

    /// <summary>The states, in the configuration's order.</summary>
    public IEnumerable<HaTrackerState> States() => trackers.Select((t, i) => new HaTrackerState
    {
        Name = t.Tracker.Name,
        Type = HaTrackerType.Process,
        State = t.Settled switch { true => HaTrackerStateKind.Up, false => HaTrackerStateKind.Down, null => HaTrackerStateKind.Unknown },
        Since = t.Since,
        LastResult = trouble ?? Processes(table.Count(i)) + (t.Due is null ? "" : ", waits for its delay"),
    });

    public void Dispose() => Close();

    // Weights are the router's business.
    private static bool IsSame(ProcessTracker a, ProcessTracker b) => a with { Weight = b.Weight, Reverse = b.Reverse } == b;

    private static string Processes(int count) => count == 1 ? "1 process" : FormattableString.Invariant($"{count} processes");

    private void Open()
    {
        if (isOpen) return;
        isOpen = true;
        (monitor, Note) = (open ?? ProcessNews.Open)();
        if (monitor is not null) thread.Watch(monitor.Handle, ReadMonitor);
        else LookLater();
    }

    private void Close()
    {
        isOpen = false;
        epoch++;
        Note = null;
        (trouble, waiting) = (null, false);
        CloseMonitor();
    }

    private void CloseMonitor()
    {
        if (monitor is null) return;
        thread.Unwatch(monitor.Handle);
        monitor.Dispose();
        monitor = null;
    }

    private void LookLater()
    {
        int current = epoch;
        thread.At(MonotonicClock.Now + LookInterval, () =>
        {
            if (current != epoch) return;

            // After a failure there is a look under way already.
            if (!waiting) Try(LookAtAll);
            LookLater();
        });
    }

    /// <summary>Looks or listens. What fails is told once, and everything is looked at again a second later.</summary>
    private void Try(Action look)
    {
        try
        {
            look();
        }
        catch (IOException e)
        {
            if (trouble is null)
                sink.OnTrackerWarning(trackers[0].Key, $"Processes cannot be followed: {e.Message}; they are looked at every second until they can");
            trouble = e.Message;

            // A socket that fails may stay readable for ever: another one is got.
            if (e is NetlinkException) CloseMonitor();
            if (waiting) return;
            waiting = true;
            int current = epoch;
            thread.At(MonotonicClock.Now + LookInterval, () =>
            {
                if (current == epoch) Recover();
            });
        }
    }

    private void Recover()
    {
        waiting = false;
        if (monitor is null && Note is null)
        {
            isOpen = false;
            Open();
        }

        Try(LookAtAll);
    }

    private void ReadMonitor() => Try(ReadNews);

    private void ReadNews()
    {
        // The table is filled anew soon; until then the news only have to be out of the way.
        if (trouble is not null)
        {
            while (monitor!.TryRead(out _)) continue;
            return;
        }

        bool overrun = false, any = false;
        while (monitor!.TryRead(out ProcessNotification news))
        {
            any = true;
            switch (news.Kind)
            {
                case ProcessNotificationKind.Overrun:
                    overrun = true;
                    break;
                case ProcessNotificationKind.Forked:
                    table.Fork(news.ParentId, news.ProcessId);
                    Settle();
                    break;
                case ProcessNotificationKind.Executed:
                    LookAt(news.ProcessId);
                    Settle();
                    break;
                case ProcessNotificationKind.Renamed:
                    table.Rename(news.ProcessId, news.Name!);
                    Settle();
                    break;
                case ProcessNotificationKind.Exited:
                    table.Exit(news.ProcessId);
                    Settle();
                    break;
            }
        }

        if (overrun) LookAtAll();
        else if (any) Settle();
    }

    private void LookAtAll()
    {
        table.Clear();
        foreach (int process in (list ?? ProcessFiles.All)()) LookAt(process);
        bool late = trouble is not null;
        trouble = null;
        Settle();
        if (!late) return;

        // Delays that ended meanwhile.
        foreach (Watched one in trackers) Tick(one);
    }

    private void LookAt(int process)
    {
        if (ProcessFiles.TryRead(process, table.NeedsCommandLines, buffer, out string name, out IReadOnlyList<string> commandLine))
            table.Set(process, name, commandLine);
        else table.Exit(process);
    }

    private void Settle()
    {
        long now = MonotonicClock.Now;
        for (int i = 0; i < trackers.Count; i++)
        {
            Watched one = trackers[i];
            bool first = one.Settled is null;
            long? before = one.Due;
            if (one.Hear(table.Count(i), now)) Tell(one, i, first);
            else if (one.Due is { } due && due != before) thread.At(due, () => Tick(one));
        }
    }

    // A timer whose wait has ended early finds nothing due.
    private void Tick(Watched one)
    {
        if (trouble is not null) return;
        int index = trackers.IndexOf(one);
        if (index >= 0 && one.Tick(MonotonicClock.Now)) Tell(one, index, first: false);
    }

    private void Tell(Watched one, int index, bool first)
    {
        bool up = one.Settled!.Value;
        one.Since = DateTimeOffset.Now;
        string name = one.Tracker.Name;
        if (!first)
        {
            sink.OnTracker(
                one.Key, up ? HaTrackerStateKind.Up : HaTrackerStateKind.Down,
                $"Quorum {(up ? "gained" : "lost")} for tracked process {name} ({Processes(table.Count(index))})");
        }
        else if (!up)
        {
            sink.OnTrackerLog(one.Key, $"No quorum for tracked process {name} ({Processes(table.Count(index))})");
        }

        // While it is configured, the first one is told by who configures.
        if (!first || !configuring) sink.OnReading(one.Key, TrackerReading.Of(up));
    }

    private sealed class Watched(ProcessTracker tracker)
    {
        private ProcessQuorum quorum = ProcessQuorum.Of(tracker);

        public ProcessTracker Tracker { get; set; } = tracker;

        public TrackerKey Key { get; } = new(TrackerKind.Process, tracker.Name);

        public bool? Settled => quorum.Settled;

        public long? Due => quorum.Due;

        public DateTimeOffset Since { get; set; } = DateTimeOffset.Now;

        public bool Hear(int count, long now) => quorum.Hear(count, now);

        public bool Tick(long now) => quorum.Tick(now);
    }
}
