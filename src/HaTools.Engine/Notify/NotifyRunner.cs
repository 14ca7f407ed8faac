using HaTools.Engine.DataPlane;
using HaTools.Engine.Scripts;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Notify;

/// <summary>Hears of notify scripts. Called on the runner's thread.</summary>
internal interface INotifySink
{
    /// <summary>Something about the scripts of an object that belongs into the log.</summary>
    void OnNotifyLog(string subject, string message);

    /// <summary>A script failed, took too long, or cannot be run.</summary>
    void OnNotifyWarning(string subject, string message);
}

/// <summary>
/// Runs the notify scripts of instances, groups, services and real servers: those of one object one after another, never two at once, so that the last state is the
/// last that is told; those of different objects side by side. Everything happens on the thread.
/// </summary>
internal sealed class NotifyRunner(WorkThread thread, INotifySink sink)
{
    /// <summary>The time that a script has which is run next, <see cref="Timeout"/> unless a test is in a hurry.</summary>
    public TimeSpan Patience { get; set; } = Timeout;

    /// <summary>After this time a script is ended, and the next thing is told.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>What a script has at the node's stop; and what one that runs then has to end by itself.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many services and real servers have scripts running at once: thousands may change together, and what else the thread has to do (instances' scripts, trackers) comes between them then.
    /// </summary>
    public int MostAtOnce { get; init; } = 64;

    private readonly Dictionary<NotifyKey, Scripted> objects = [];

    /// <summary>Services and real servers whose turn has not come.</summary>
    private readonly Queue<Scripted> waiting = [];
    private int busy;
    private readonly List<NotifyNews> dropped = [];
    private TaskCompletionSource? stopped;

    /// <summary>
    /// Takes a configuration's scripts in, before its states are heard of. Objects that it does not have any more keep theirs until
    /// <see cref="Forget"/>.
    /// </summary>
    public void Prepare(HaConfiguration configuration, ScriptPolicy policy)
    {
        NotifyPlan[] plans = [.. NotifyObject.AllOf(configuration).Where(o => o.Scripts.Count > 0).Select(o => new NotifyPlan(o, policy))];
        foreach (NotifyPlan plan in plans)
        {
            if (!objects.TryGetValue(plan.Key, out Scripted? one)) objects.Add(plan.Key, one = new Scripted(plan.Key, plan));
            one.Plan = plan;
            one.IsGone = false;
            one.Queue.Reopen();
            TryAgainWhatHangs(one);
        }

        // Until it is heard of otherwise.
        foreach (VrrpInstance instance in configuration.VrrpInstances)
        {
            if (objects.TryGetValue(NotifyKey.Instance(instance.Name), out Scripted? one) && !one.IsInForce) one.Priority = instance.Priority;
        }
    }

    /// <summary>The configuration is in force: what it does not have any more is told that it is gone, and what has no scripts is forgotten.</summary>
    public void Forget(HaConfiguration configuration)
    {
        Dictionary<NotifyKey, bool> there = NotifyObject.AllOf(configuration).ToDictionary(o => o.Key, o => o.Scripts.Count > 0);
        foreach (Scripted one in objects.Values.ToArray())
        {
            bool isThere = there.TryGetValue(one.Key, out bool isScripted);
            if (isScripted)
            {
                one.IsInForce = true;
                continue;
            }

            if (!isThere && one.IsInForce && one.Plan.AtEnd(one.Priority, one.IsUp) is { } last) Post(one, last);
            (one.IsGone, one.IsUp, one.Told) = (true, false, null);
            DropIfIdle(one);
        }
    }

    /// <summary>An object's state changed.</summary>
    public void OnState(NotifyKey key, VrrpStateKind state, int priority)
    {
        NotifyKind? kind = state switch
        {
            VrrpStateKind.Master => NotifyKind.Master,
            VrrpStateKind.Backup => NotifyKind.Backup,
            VrrpStateKind.Fault => NotifyKind.Fault,
            _ => null,
        };
        if (kind is null || !objects.TryGetValue(key, out Scripted? one)) return;
        one.Priority = priority;
        one.IsInForce = true;
        Post(one, new NotifyNews(kind.Value, priority));
    }

    /// <summary>A service has its quorum or not, a real server is up or not.</summary>
    public void OnHealth(NotifyKey key, bool up, HealthNews news)
    {
        if (!objects.TryGetValue(key, out Scripted? one) || one.IsGone) return;
        (one.IsUp, one.IsInForce) = (up, true);
        if (one.Told == up || !one.Plan.Tells(up, news)) return;
        one.Told = up;
        Post(one, new NotifyNews(up ? NotifyKind.Up : NotifyKind.Down, 0));
    }

    /// <summary>An instance goes on under another name: its scripts are not told that it is gone, and nothing else, since its state is what it was.</summary>
    /// <param name="former">The name that nobody has any more; null: another instance has it now.</param>
    /// <param name="name">The name that it has now.</param>
    /// <param name="priority">Its effective priority.</param>
    public void OnRenamed(string? former, string name, int priority)
    {
        if (former is not null && objects.TryGetValue(NotifyKey.Instance(former), out Scripted? gone)) gone.IsInForce = false;
        if (objects.TryGetValue(NotifyKey.Instance(name), out Scripted? one)) (one.Priority, one.IsInForce) = (priority, true);
    }

    /// <summary>An instance's effective priority changed.</summary>
    public void OnPriority(string instance, int priority)
    {
        if (objects.TryGetValue(NotifyKey.Instance(instance), out Scripted? one)) one.Priority = priority;
    }

    /// <summary>An instance, as master, has heard an advert of lower priority.</summary>
    public void OnLowerPriority(string instance)
    {
        if (objects.TryGetValue(NotifyKey.Instance(instance), out Scripted? one) && one.Plan.Runs(new NotifyNews(NotifyKind.LowerPriority, 0)).Any())
            Post(one, new NotifyNews(NotifyKind.LowerPriority, one.Priority));
    }

    /// <summary>
    /// The node stops: every instance and group is told STOP, services and real servers what <c>omega</c> has them told, after what is being told. Ends when that is done; no
    /// script has more than <see cref="StopTimeout"/> for it.
    /// </summary>
    public Task StopAsync()
    {
        stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (Scripted one in objects.Values.ToArray())
        {
            if (one.Run is { } running)
            {
                one.Runs.Clear();
                NotifyNews? told = one.Queue.Running;
                thread.At(MonotonicClock.Now + Nanoseconds(StopTimeout), () =>
                {
                    if (one.Run != running) return;
                    ScriptOutcome late = running.Late;
                    running.End();
                    running.Kill();
                    Ended(one, one.Current!, told, late);
                });
            }

            if ((one.IsInForce || !one.Key.IsOfHealth) && one.Plan.AtStop(one.Priority, one.IsUp) is { } last) Post(one, last);
            one.Queue.Close();

            // The stop does not wait for a file server that was told of long ago.
            if (one.Run is { IsOver: true, IsStarting: true } hung) hung.WaitNoLonger();
        }

        // The thread has nothing else to do any more.
        while (waiting.TryDequeue(out Scripted? one)) BeginNow(one, one.Queue.Running!.Value);
        CompleteStop();
        return stopped.Task;
    }

    /// <summary>What is told to an object's scripts now, and how the last one ended; null: it has none.</summary>
    public HaNotifyState? StateOf(NotifyKey key) => !objects.TryGetValue(key, out Scripted? one) || one.IsGone ? null : new HaNotifyState
    {
        Running = one.Run is null ? null : $"{one.Current!.Keyword} ({one.Queue.Running!.Value.Word})",
        LastScript = one.LastScript,
        LastState = one.LastState,
        LastResult = one.LastResult,
        LastTime = one.LastTime,
        Failures = one.Failures,
        Skipped = one.Skipped,
    };

    /// <summary>Services with what is told to their scripts and those of their servers.</summary>
    public IReadOnlyList<IpvsServiceState> WithStates(IReadOnlyList<IpvsServiceState> services)
    {
        if (!objects.Keys.Any(k => k.IsOfHealth)) return services;
        return
        [
            .. services.Select(s => s with
            {
                Notify = StateOf(NotifyKey.Service(s.Id)),
                RealServers = [.. s.RealServers.Select(r => StateOf(NotifyKey.RealServer(s.Id, r.Id)) is { } state ? r with { Notify = state } : r)],
            }),
        ];
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    private void Post(Scripted one, NotifyNews news)
    {
        dropped.Clear();
        NotifyNews? now = one.Queue.Post(news, dropped);
        foreach (NotifyNews skipped in dropped)
        {
            one.Skipped++;
            sink.OnNotifyLog(
                one.Key.Name, $"{one.Key} {skipped.Word} is not told to the notify scripts: they are still at {one.Queue.Running!.Value.Word}, and it is {news.Word} now");
        }

        if (now is { } first) Begin(one, first);
    }

    private void Begin(Scripted one, NotifyNews news)
    {
        if (one.Key.IsOfHealth && stopped is null && busy >= MostAtOnce) waiting.Enqueue(one);
        else BeginNow(one, news);
    }

    private void BeginNow(Scripted one, NotifyNews news)
    {
        if (one.Key.IsOfHealth) (one.IsBusy, busy) = (true, busy + 1);
        one.Runs = new Queue<NotifyRun>(one.Plan.Runs(news));
        Next(one, news);
    }

    private void Next(Scripted one, NotifyNews news)
    {
        if (one.Runs.TryDequeue(out NotifyRun? run))
        {
            one.Current = run;
            one.Run = ScriptRun.Begin(
                thread, run.Command, run.More, stopped is null ? Patience : StopTimeout, outcome => Ended(one, run, news, outcome),
                why => sink.OnNotifyWarning(one.Key.Name, $"{one.Key} {run.Keyword} cannot be ended: {why}"));
            return;
        }

        one.Run = null;
        GiveTurn(one);
        if (one.Queue.Ended() is { } next) Begin(one, next);
        else DropIfIdle(one);
        CompleteStop();
    }

    // One that takes too long, or hangs, has had its turn: nobody waits for it but its own object.
    private void GiveTurn(Scripted one)
    {
        if (!one.IsBusy) return;
        (one.IsBusy, busy) = (false, busy - 1);
        if (waiting.Count > 0) thread.Post(TakeTurns);
    }

    private void TakeTurns()
    {
        while (busy < MostAtOnce && waiting.TryDequeue(out Scripted? one)) BeginNow(one, one.Queue.Running!.Value);
    }

    // The script that waits for its start may be another one now: the state is told by what the new plan has in its place.
    private static void TryAgainWhatHangs(Scripted one)
    {
        if (one.Run is not { IsOver: true, IsStarting: true } hung) return;
        one.Runs = new Queue<NotifyRun>(one.Plan.Runs(one.Queue.Running!.Value).Where(r => one.Current!.Keyword != "notify" || r.Keyword == "notify"));
        hung.WaitNoLonger();
    }

    private void Ended(Scripted one, NotifyRun what, NotifyNews? news, in ScriptOutcome outcome)
    {
        // Nothing of ours outlives the node but what has just been asked to end.
        ScriptRun run = one.Run!;
        if (stopped is not null && !run.HasEnded) run.Kill();
        Note(one, what, news!.Value, outcome);
        GiveTurn(one);

        // One that took too long still has a second to obey. What it writes then must not come after what the next one writes.
        // One that hangs before it runs keeps the others waiting, so that the last state is told when the file server is back; but it keeps no node from stopping.
        run.WhenGone(() => Next(one, news.Value), waitForStart: stopped is null);
    }

    private void Note(Scripted one, NotifyRun run, NotifyNews news, in ScriptOutcome outcome)
    {
        (one.LastScript, one.LastState, one.LastResult, one.LastTime) = (run.Keyword, news.Word, outcome.Result, DateTimeOffset.Now);
        if (outcome.Good) return;
        one.Failures++;
        string said = outcome.Said is { } line ? $"; it said: {line}" : "", remark = run.Command.DefaultUserRemark is { } why ? $"; {why}" : "";
        sink.OnNotifyWarning(one.Key.Name, $"{one.Key} {run.Keyword} ({news.Word}): {outcome.Result}{said}{remark}");
    }

    private void DropIfIdle(Scripted one)
    {
        if (one.IsGone && one.Queue.Running is null && objects.GetValueOrDefault(one.Key) == one) _ = objects.Remove(one.Key);
    }

    private void CompleteStop()
    {
        if (stopped is not null && objects.Values.All(o => o.Queue.Running is null)) _ = stopped.TrySetResult();
    }

    private sealed class Scripted(NotifyKey key, NotifyPlan plan)
    {
        public NotifyKey Key => key;

        public NotifyPlan Plan { get; set; } = plan;

        public NotifyQueue Queue { get; } = new();

        /// <summary>What is still to be run for what is being told.</summary>
        public Queue<NotifyRun> Runs { get; set; } = [];

        public ScriptRun? Run { get; set; }

        /// <summary>Whether it counts among the services and real servers whose scripts run.</summary>
        public bool IsBusy { get; set; }

        /// <summary>What runs, or ran last.</summary>
        public NotifyRun? Current { get; set; }

        public int Priority { get; set; }

        /// <summary>Of a service or a real server, as far as it was heard of.</summary>
        public bool IsUp { get; set; }

        /// <summary>What was said of that last; null: nothing yet.</summary>
        public bool? Told { get; set; }

        /// <summary>Whether it is more than a configuration that may yet fail.</summary>
        public bool IsInForce { get; set; }

        /// <summary>Whether the configuration does not have it, or has no scripts for it, any more.</summary>
        public bool IsGone { get; set; }

        public string? LastScript { get; set; }

        public string? LastState { get; set; }

        public string? LastResult { get; set; }

        public DateTimeOffset? LastTime { get; set; }

        public long Failures { get; set; }

        public long Skipped { get; set; }
    }
}
