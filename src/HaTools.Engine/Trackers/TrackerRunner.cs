using HaTools.Engine.Scripts;
using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Trackers;

/// <summary>Runs the scripts of a node: one run of each at a time, each in a session of its own.</summary>
/// <param name="thread">The thread that all of it happens on.</param>
/// <param name="sink">Hears of it, on that thread.</param>
/// <param name="signal">How a run's group is signalled; null: by the kernel.</param>
internal sealed class TrackerRunner(WorkThread thread, ITrackerSink sink, Action<ChildProcess, int>? signal = null)
{
    // Hundreds of scripts that all begin at once would be slow together, and time out together.
    private const long Spacing = 5_000_000;

    // What is asked to end, or killed, has gone after a moment, as a rule.
    private const long EndPatience = 50_000_000;

    private readonly Dictionary<string, Tracker> trackers = [];
    private IReadOnlyList<string> order = [];

    /// <summary>The commands of a script: its own, and the one that is to mend what it found.</summary>
    /// <exception cref="HaEngineException">A user that does not exist, a command line that cannot be read.</exception>
    public static IReadOnlyList<ScriptCommand> CommandsOf(ScriptTracker script, ScriptPolicy policy)
    {
        var plan = new Plan(script, policy);
        return plan.Recovery is { } recovery ? [plan.Command, recovery] : [plan.Command];
    }

    /// <summary>
    /// Goes over to another set. Trackers whose script did not change keep their rhythm; one that changed keeps its state and is run at
    /// once.
    /// </summary>
    public Task ConfigureAsync(IReadOnlyList<ScriptTracker> scripts, ScriptPolicy policy) => thread.RunAsync(() =>
    {
        Plan[] plans = [.. scripts.Select(s => new Plan(s, policy))];
        long spread = 0;
        HashSet<string> gone = [.. trackers.Keys];
        order = [.. scripts.Select(s => s.Name)];
        foreach (Plan plan in plans)
        {
            _ = gone.Remove(plan.Script.Name);
            if (!trackers.TryGetValue(plan.Script.Name, out Tracker? tracker))
            {
                tracker = new Tracker(plan, DateTimeOffset.Now);
                trackers.Add(plan.Script.Name, tracker);
                long wait = Math.Min(spread, plan.Timing.Interval);
                spread += Spacing;
                Schedule(tracker, TrackerRun.Check, MonotonicClock.Now + wait);
                if (tracker.State.Verdict is { } first) sink.OnReading(tracker.Key, TrackerReading.Of(first));
                continue;
            }

            // The weight is the router's business.
            bool same = tracker.Plan.Script with { Weight = plan.Script.Weight, Reverse = plan.Script.Reverse } == plan.Script
                && tracker.Plan.Command.RunsAs(plan.Command);
            tracker.Plan = plan;
            bool armed = plan.Timing.CanRecover && (tracker.State.RecoveryArmed || tracker.State.Kind == HaTrackerStateKind.Up);
            tracker.State = tracker.State with { RecoveryArmed = armed };
            if (!same) LetGoOfWhatHangs(tracker);
            if (!same && tracker.Running is null) Schedule(tracker, TrackerRun.Check, MonotonicClock.Now);
            else if (!same) tracker.RunsFormer = true;
            if (tracker.State.Verdict is { } verdict) sink.OnReading(tracker.Key, TrackerReading.Of(verdict));
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
            Name = t.Plan.Script.Name, State = t.State.Kind, Since = t.Since, LastResult = t.LastResult,
            LastOutput = t.LastOutput, Recoveries = t.Recoveries,
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

    private void Begin(Tracker tracker, TrackerRun run, int patience = 2)
    {
        Plan plan = tracker.Plan;
        bool check = run == TrackerRun.Check;
        if (check && tracker.Hung is { HasEnded: false } hung)
        {
            // The end of the run before, which took too long, is not to cost this one its turn: it has a moment to obey, and one to die.
            if (patience > 0)
            {
                if (patience == 1) hung.Kill();
                int waiting = ++tracker.Epoch;
                thread.At(MonotonicClock.Now + EndPatience, () =>
                {
                    if (tracker.Epoch == waiting) Begin(tracker, run, patience - 1);
                });
                return;
            }

            // Another of the kind would hang as well, and nobody could end that one either.
            End(tracker, run, hung.Late);
            return;
        }

        if (!check && tracker.HungRecovery is { IsStarting: true })
        {
            End(tracker, run, ScriptOutcome.StartHangs);
            return;
        }

        if (check) tracker.Hung = null;
        tracker.RunsFormer = false;
        int epoch = ++tracker.Epoch;
        TimeSpan timeout = check ? plan.Script.Timeout ?? plan.Script.Interval : plan.Script.Recover!.Timeout;
        tracker.RunningCheck = check;
        tracker.Running = ScriptRun.Begin(
            thread, check ? plan.Command : plan.Recovery!, [], timeout, outcome => Ended(tracker, run, epoch, outcome),
            why => sink.OnTrackerWarning(tracker.Key, $"VRRP_Script({plan.Script.Name}) cannot be ended: {why}"), signal);
    }

    private void Ended(Tracker tracker, TrackerRun run, int epoch, in ScriptOutcome outcome)
    {
        if (tracker.Epoch != epoch) return;
        if (tracker.Running is { HasEnded: false } late)
        {
            if (run == TrackerRun.Check) tracker.Hung = late;
            else tracker.HungRecovery = late;
        }

        tracker.Running = null;
        End(tracker, run, outcome);
    }

    private void End(Tracker tracker, TrackerRun run, in ScriptOutcome outcome)
    {
        ScriptState before = tracker.State;
        long now = MonotonicClock.Now;
        string name = tracker.Plan.Script.Name;
        TrackerStep step;
        if (run == TrackerRun.Recovery)
        {
            tracker.Recoveries++;
            if (!outcome.Good) sink.OnTrackerWarning(tracker.Key, $"VRRP_Script({name}) recovery command: {outcome.Result}");
            step = TrackerLogic.OnRecovery(before, now, tracker.Plan.Timing);
        }
        else
        {
            Tell(tracker, outcome);
            tracker.LastResult = outcome.Result;
            tracker.LastOutput = outcome.Said;
            tracker.LastGood = outcome.Good;
            step = TrackerLogic.OnCheck(before, outcome.Good, tracker.Due, now, tracker.Plan.Timing);
        }

        tracker.State = step.State;

        // What ended was the script of before a reload: that of now has not run at all, and its interval may be a long one.
        Schedule(tracker, step.Run, tracker.RunsFormer && step.Run == TrackerRun.Check ? now : step.At);
        if (step.State.Kind != before.Kind)
        {
            tracker.Since = DateTimeOffset.Now;
            sink.OnTracker(tracker.Key, step.State.Kind, Words(tracker.Plan.Script, before, step.State, outcome));
        }

        if (step.State.Verdict is { } verdict && verdict != before.Verdict) sink.OnReading(tracker.Key, TrackerReading.Of(verdict));
    }

    private static string Words(ScriptTracker script, in ScriptState before, in ScriptState after, in ScriptOutcome outcome) =>
        after.Kind switch
        {
            HaTrackerStateKind.Recovering => $"VRRP_Script({script.Name}) recovering ({outcome.Result}): running {script.Recover!.Command}",
            HaTrackerStateKind.Up when before.Kind == HaTrackerStateKind.Recovering => $"VRRP_Script({script.Name}) succeeded (recovered)",
            _ => $"VRRP_Script({script.Name}) {outcome.Words}",
        };

    // What keeps it from running is told when it is news; what a failing script prints, once for each time that it begins to fail.
    private void Tell(Tracker tracker, in ScriptOutcome outcome)
    {
        string name = tracker.Plan.Script.Name;
        if (outcome.CouldNotRun)
        {
            if (tracker.LastResult != outcome.Result) sink.OnTrackerWarning(tracker.Key, $"VRRP_Script({name}) {outcome.Result}");
        }
        else if (!outcome.Good && tracker.LastGood)
        {
            if (outcome.Said is { } said) sink.OnTrackerLog(tracker.Key, $"VRRP_Script({name}) said: {said}");
            if (tracker.Plan.Command.DefaultUserRemark is { } remark) sink.OnTrackerLog(tracker.Key, $"VRRP_Script({name}): {remark}");
        }
    }

    // The script is another one now: the former's file server is not to keep it from being run.
    private static void LetGoOfWhatHangs(Tracker tracker)
    {
        tracker.Hung?.Kill();
        (tracker.Hung, tracker.HungRecovery) = (null, null);
        if (!tracker.RunningCheck || tracker.Running is not { IsStarting: true } starting) return;
        starting.End();
        tracker.Running = null;
    }

    // A check that nobody waits for any more is ended; a recovery goes on, since it may be half-way through starting a service.
    private static void Retire(Tracker tracker)
    {
        tracker.Epoch++;
        tracker.Hung?.Kill();
        if (tracker.RunningCheck) tracker.Running?.End();
        else tracker.Running?.Abandon();
        tracker.Running = null;
    }

    /// <summary>A script, made ready to run.</summary>
    private sealed class Plan
    {
        public Plan(ScriptTracker script, ScriptPolicy policy)
        {
            string what = $"vrrp_script {script.Name}";
            Script = script;
            Timing = TrackerTiming.Of(script);
            Command = new ScriptCommand(what, script.Command, policy.Users.Of(script.User, what), policy);

            // It must be able to start services.
            if (script.Recover is { } recover) Recovery = new ScriptCommand($"recover of {what}", recover.Command, ScriptUser.OfEngine, policy);
        }

        public ScriptTracker Script { get; }

        public TrackerTiming Timing { get; }

        public ScriptCommand Command { get; }

        public ScriptCommand? Recovery { get; }
    }

    private sealed class Tracker(Plan plan, DateTimeOffset since)
    {
        public Plan Plan { get; set; } = plan;

        public TrackerKey Key { get; } = new(TrackerKind.Script, plan.Script.Name);

        public ScriptState State { get; set; } = ScriptState.Initial(plan.Timing);

        public DateTimeOffset Since { get; set; } = since;

        /// <summary>When the run in progress, or the next one, is due.</summary>
        public long Due { get; set; }

        /// <summary>Goes up with every run and schedule: a timer of an earlier one is void.</summary>
        public int Epoch { get; set; }

        public ScriptRun? Running { get; set; }

        public bool RunningCheck { get; set; }

        /// <summary>What runs was begun before the script became another one.</summary>
        public bool RunsFormer { get; set; }

        /// <summary>A run that took too long; it may not have ended although it was killed.</summary>
        public ScriptRun? Hung { get; set; }

        /// <summary>A recovery that took too long; it may not even have been started yet.</summary>
        public ScriptRun? HungRecovery { get; set; }

        public string? LastResult { get; set; }

        public string? LastOutput { get; set; }

        public bool LastGood { get; set; } = true;

        public long Recoveries { get; set; }
    }
}
