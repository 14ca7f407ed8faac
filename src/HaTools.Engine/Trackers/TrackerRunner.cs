using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Trackers;

/// <summary>Hears what becomes of trackers. Called on the runner's thread.</summary>
internal interface ITrackerSink
{
    /// <summary>What instances go by: told at the first result and at every change, and again after a configuration.</summary>
    void OnVerdict(string tracker, bool up);

    /// <summary>The tracker's state changed, in keepalived's words.</summary>
    void OnTracker(string tracker, HaTrackerStateKind state, string message);

    /// <summary>Something that a person should see to.</summary>
    void OnTrackerWarning(string tracker, string message);
}

/// <summary>Runs the scripts of a node: one run of each at a time, each in a session of its own.</summary>
/// <param name="thread">The thread that all of it happens on.</param>
/// <param name="sink">Hears of it, on that thread.</param>
/// <param name="kill">How a run is ended; null: by SIGKILL to its process group.</param>
internal sealed class TrackerRunner(WorkThread thread, ITrackerSink sink, Action<ChildProcess>? kill = null)
{
    private readonly Action<ChildProcess> kill = kill ?? (child => child.KillGroup(Libc.SIGKILL));
    private readonly Dictionary<string, Tracker> trackers = [];
    private IReadOnlyList<string> order = [];

    /// <summary>Whether a configuration's scripts can be run here.</summary>
    /// <exception cref="HaEngineException">They cannot: a user that does not exist, a command line that cannot be read.</exception>
    public static void Validate(IReadOnlyList<ScriptTracker> scripts)
    {
        foreach (ScriptTracker script in scripts) _ = new Plan(script);
    }

    /// <summary>
    /// Goes over to another set. Trackers whose script did not change keep their rhythm; one that changed keeps its state and is run at
    /// once.
    /// </summary>
    public Task ConfigureAsync(IReadOnlyList<ScriptTracker> scripts) => thread.RunAsync(() =>
    {
        Plan[] plans = [.. scripts.Select(s => new Plan(s))];
        HashSet<string> gone = [.. trackers.Keys];
        order = [.. scripts.Select(s => s.Name)];
        foreach (Plan plan in plans)
        {
            _ = gone.Remove(plan.Script.Name);
            if (!trackers.TryGetValue(plan.Script.Name, out Tracker? tracker))
            {
                tracker = new Tracker(plan, DateTimeOffset.Now);
                trackers.Add(plan.Script.Name, tracker);
                Schedule(tracker, TrackerRun.Check, MonotonicClock.Now);
                if (tracker.State.Verdict is { } first) sink.OnVerdict(plan.Script.Name, first);
                continue;
            }

            // The weight is the router's business.
            bool same = tracker.Plan.Script with { Weight = plan.Script.Weight } == plan.Script;
            tracker.Plan = plan;
            bool armed = plan.Timing.CanRecover && (tracker.State.RecoveryArmed || tracker.State.Kind == HaTrackerStateKind.Up);
            tracker.State = tracker.State with { RecoveryArmed = armed };
            if (!same && tracker.Running is null) Schedule(tracker, TrackerRun.Check, MonotonicClock.Now);
            if (tracker.State.Verdict is { } verdict) sink.OnVerdict(plan.Script.Name, verdict);
        }

        foreach (string name in gone)
        {
            _ = trackers.Remove(name, out Tracker? tracker);
            Retire(tracker!);
        }
    });

    /// <summary>The states, in the configuration's order.</summary>
    public Task<IReadOnlyList<HaTrackerState>> GetStatesAsync() => thread.RunAsync<IReadOnlyList<HaTrackerState>>(() =>
        [.. order.Select(name => trackers[name]).Select(t => new HaTrackerState
        {
            Name = t.Plan.Script.Name, State = t.State.Kind, Since = t.Since, LastResult = t.LastResult, Recoveries = t.Recoveries,
        })]);

    private void Schedule(Tracker tracker, TrackerRun run, long due)
    {
        int epoch = ++tracker.Epoch;
        tracker.Due = due;
        thread.At(due, () =>
        {
            if (tracker.Epoch == epoch) Begin(tracker, run);
        });
    }

    private void Begin(Tracker tracker, TrackerRun run)
    {
        Plan plan = tracker.Plan;
        bool check = run == TrackerRun.Check;
        if (check && tracker.Hung is not null)
        {
            // Another of the kind would hang as well, and nobody could end that one either.
            End(tracker, run, ScriptOutcome.TimedOut);
            return;
        }

        ChildProcess child;
        try
        {
            child = check ? ScriptStart.Start(plan.Command, plan.User) : ScriptStart.Start(plan.Recovery!, null);
        }
        catch (IOException e)
        {
            End(tracker, run, ScriptOutcome.CannotRun(e.Message));
            return;
        }

        int epoch = ++tracker.Epoch;
        tracker.Running = child;
        tracker.RunningCheck = check;
        TimeSpan timeout = check ? plan.Script.Timeout ?? plan.Script.Interval : plan.Script.Recover!.Timeout;
        Task<ChildExit> ending = child.WaitAsync();
        thread.At(MonotonicClock.Now + TrackerTiming.Nanoseconds(timeout), () =>
        {
            // One that has ended in time is not late because we are.
            if (tracker.Epoch != epoch || tracker.Running != child || ending.IsCompleted) return;
            Kill(tracker, child);

            // Its end is not waited for: one that hangs in the kernel (a dead disk, a server of NFS that is gone) does not die of any signal,
            // and is just what the script is there to find out.
            tracker.Running = null;
            if (check) tracker.Hung = child;
            End(tracker, run, ScriptOutcome.TimedOut);
        });
        _ = ending.ContinueWith(
            exit => thread.Post(() =>
            {
                child.Dispose();
                if (tracker.Hung == child) tracker.Hung = null;
                if (tracker.Running != child) return;
                tracker.Running = null;
                ScriptOutcome outcome = exit.IsFaulted
                    ? ScriptOutcome.CannotRun(exit.Exception.GetBaseException().Message)
                    : ScriptOutcome.Of(exit.Result);
                End(tracker, run, outcome);
            }),
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void End(Tracker tracker, TrackerRun run, in ScriptOutcome outcome)
    {
        TrackerState before = tracker.State;
        long now = MonotonicClock.Now;
        string name = tracker.Plan.Script.Name;
        TrackerStep step;
        if (run == TrackerRun.Recovery)
        {
            tracker.Recoveries++;
            if (!outcome.Good) sink.OnTrackerWarning(name, $"VRRP_Script({name}) recovery command: {outcome.Result}");
            step = TrackerLogic.OnRecovery(before, now, tracker.Plan.Timing);
        }
        else
        {
            if (outcome.Result.StartsWith("cannot run", StringComparison.Ordinal) && tracker.LastResult != outcome.Result)
                sink.OnTrackerWarning(name, $"VRRP_Script({name}) {outcome.Result}");
            tracker.LastResult = outcome.Result;
            step = TrackerLogic.OnCheck(before, outcome.Good, tracker.Due, now, tracker.Plan.Timing);
        }

        tracker.State = step.State;
        Schedule(tracker, step.Run, step.At);
        if (step.State.Kind != before.Kind)
        {
            tracker.Since = DateTimeOffset.Now;
            sink.OnTracker(name, step.State.Kind, Words(tracker.Plan.Script, before, step.State, outcome));
        }

        if (step.State.Verdict is { } verdict && verdict != before.Verdict) sink.OnVerdict(name, verdict);
    }

    private static string Words(ScriptTracker script, in TrackerState before, in TrackerState after, in ScriptOutcome outcome) =>
        after.Kind switch
        {
            HaTrackerStateKind.Recovering => $"VRRP_Script({script.Name}) recovering ({outcome.Result}): running {script.Recover!.Command}",
            HaTrackerStateKind.Up when before.Kind == HaTrackerStateKind.Recovering => $"VRRP_Script({script.Name}) succeeded (recovered)",
            _ => $"VRRP_Script({script.Name}) {outcome.Words}",
        };

    // A check that nobody waits for any more is ended; a recovery goes on, since it may be half-way through starting a service.
    private void Retire(Tracker tracker)
    {
        tracker.Epoch++;
        if (tracker is { Running: { } child, RunningCheck: true }) Kill(tracker, child);
        tracker.Running = null;
    }

    private void Kill(Tracker tracker, ChildProcess child)
    {
        try
        {
            kill(child);
        }
        catch (LinuxException e)
        {
            // The script has become another user, whom this node may not signal (EPERM).
            sink.OnTrackerWarning(tracker.Plan.Script.Name, $"VRRP_Script({tracker.Plan.Script.Name}) cannot be ended: {e.Message}");
        }
    }

    /// <summary>A script, made ready to run.</summary>
    private sealed class Plan
    {
        public Plan(ScriptTracker script)
        {
            Script = script;
            Timing = TrackerTiming.Of(script);
            User = ScriptUser.Resolve(script.User, script.Name);
            Command = Split(script.Command);
            Recovery = script.Recover is { } recover ? Split(recover.Command) : null;
        }

        public ScriptTracker Script { get; }

        public TrackerTiming Timing { get; }

        public ChildUser? User { get; }

        public IReadOnlyList<string> Command { get; }

        public IReadOnlyList<string>? Recovery { get; }

        private IReadOnlyList<string> Split(string command)
        {
            try
            {
                return CommandLine.Split(command);
            }
            catch (FormatException e)
            {
                throw new HaEngineException($"vrrp_script {Script.Name}: {e.Message}", e);
            }
        }
    }

    private sealed class Tracker(Plan plan, DateTimeOffset since)
    {
        public Plan Plan { get; set; } = plan;

        public TrackerState State { get; set; } = TrackerState.Initial(plan.Timing);

        public DateTimeOffset Since { get; set; } = since;

        /// <summary>When the run in progress, or the next one, is due.</summary>
        public long Due { get; set; }

        /// <summary>Goes up with every run and schedule: a timer of an earlier one is void.</summary>
        public int Epoch { get; set; }

        public ChildProcess? Running { get; set; }

        public bool RunningCheck { get; set; }

        /// <summary>A run that took too long and has not ended although it was killed.</summary>
        public ChildProcess? Hung { get; set; }

        public string? LastResult { get; set; }

        public long Recoveries { get; set; }
    }
}
