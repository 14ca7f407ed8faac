using HaTools.Engine.Scripts;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Notify;

/// <summary>
/// Runs the notify scripts of instances, groups, services and real servers: those of one object one after another, never two at once, so that the last state is the
/// last that is told; those of different objects side by side. Everything happens on the thread.
/// </summary>
internal sealed class NotifyScriptRunner(WorkThread thread, INotifySink sink)
{
    /// <summary>The time that a script has which is run next.</summary>
    public TimeSpan Patience { get; set; } = NotifyRunner.Timeout;

    /// <summary>
    /// How many services and real servers have scripts running at once: thousands may change together, and what else the thread has to do (instances' scripts, trackers) comes between them then.
    /// </summary>
    public int MostAtOnce { get; set; } = 64;

    private readonly Dictionary<NotifyKey, Scripted> objects = [];

    /// <summary>Services and real servers whose turn has not come.</summary>
    private readonly Queue<Scripted> waiting = [];
    private int busy;
    private readonly List<NotifyNews> dropped = [];
    private TaskCompletionSource? stopped;

    /// <summary>Whether services or real servers have scripts.</summary>
    public bool HasHealth => objects.Keys.Any(k => k.IsOfHealth);

    /// <summary>Takes a configuration's scripts in. Objects that it does not have any more keep theirs until <see cref="Drop"/>.</summary>
    public void Prepare(IEnumerable<NotifyPlan> plans)
    {
        foreach (NotifyPlan plan in plans)
        {
            if (!objects.TryGetValue(plan.Key, out Scripted? one)) objects.Add(plan.Key, one = new Scripted(plan.Key, plan));
            one.Plan = plan;
            one.IsGone = false;
            one.Queue.Reopen();
            TryAgainWhatHangs(one);
        }
    }

    /// <summary>Tells an object's scripts something; an object without any is passed over.</summary>
    public void Post(NotifyKey key, in NotifyNews news)
    {
        if (!objects.TryGetValue(key, out Scripted? one)) return;
        if (news.Kind == NotifyKind.LowerPriority && !one.Plan.Runs(news).Any()) return;
        Post(one, news);
    }

    /// <summary>The object has no scripts any more; what is being told is told to its end.</summary>
    public void Drop(NotifyKey key)
    {
        if (!objects.TryGetValue(key, out Scripted? one)) return;
        one.IsGone = true;
        DropIfIdle(one);
    }

    /// <summary>The node stops: every object is told its last, after what is being told. Ends when that is done; no script has more than <see cref="NotifyRunner.StopTimeout"/> for it.</summary>
    /// <param name="last">What an object is told; null: nothing.</param>
    public Task StopAsync(Func<NotifyKey, NotifyNews?> last)
    {
        stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (Scripted one in objects.Values.ToArray())
        {
            if (one.Run is { } running)
            {
                one.Runs.Clear();
                NotifyNews? now = one.Queue.Running;
                thread.At(MonotonicClock.Now + Nanoseconds(NotifyRunner.StopTimeout), () =>
                {
                    if (one.Run != running) return;
                    ScriptOutcome late = running.Late;
                    running.End();
                    running.Kill();
                    Ended(one, one.Current!, now, late);
                });
            }

            if (last(one.Key) is { } told) Post(one, told);
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
                thread, run.Command, run.More, stopped is null ? Patience : NotifyRunner.StopTimeout, outcome => Ended(one, run, news, outcome),
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
