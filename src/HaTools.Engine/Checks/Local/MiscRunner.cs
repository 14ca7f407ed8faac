using HaTools.Engine.DataPlane;
using HaTools.Engine.Scripts;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Checks;

/// <summary>
/// Runs the programs that are checks. Two runs of one never go side by side: one that took too long, and does not end although it was killed, is waited for, and counts as
/// failed each time that the next would have been due.
/// </summary>
/// <param name="thread">Where everything happens.</param>
/// <param name="sink">Hears of the results, on the thread.</param>
/// <param name="signal">Sends SIGTERM, SIGKILL to a run's group; null: the kernel does.</param>
internal sealed class MiscRunner(WorkThread thread, ICheckSink sink, Action<ChildProcess, int>? signal = null)
{
    private readonly Dictionary<CheckKey, Slot> slots = [];
    private IReadOnlySet<ServiceKey> suspended = new HashSet<ServiceKey>();

    /// <summary>The command of a check.</summary>
    /// <exception cref="HaEngineException">A user that does not exist, a command line that cannot be read.</exception>
    public static ScriptCommand CommandOf(string commandLine, string? user, ScriptPolicy policy)
    {
        string what = $"MISC_CHECK {commandLine}";
        return new ScriptCommand(what, commandLine, policy.Users.Of(user, what), policy);
    }

    /// <summary>
    /// Goes over to another set of checks. Those that stay keep their state, and say their weights again; one whose program, user or timing changed is run anew.
    /// </summary>
    /// <exception cref="HaEngineException">As <see cref="CommandOf"/>; everything is as before then.</exception>
    public Task ConfigureAsync(IReadOnlyList<MiscTarget> targets, ScriptPolicy policy) => thread.RunAsync(() =>
    {
        ScriptCommand[] commands = [.. targets.Select(t => CommandOf(t.Command, t.User, policy))];
        long now = MonotonicClock.Now;
        HashSet<CheckKey> gone = [.. slots.Keys];
        for (int i = 0; i < targets.Count; i++)
        {
            MiscTarget target = targets[i];
            _ = gone.Remove(target.Key);
            long first = CheckLogic.First(now, Random.Shared.NextDouble(), targets.Count, target.Timing);
            if (!slots.TryGetValue(target.Key, out Slot? slot))
            {
                slots.Add(target.Key, slot = new Slot(target, commands[i]));
                Schedule(slot, first);
                continue;
            }

            bool same = slot.Target == target && slot.Command.RunsAs(commands[i]);
            (slot.Target, slot.Command) = (target, commands[i]);
            if (!target.SaysWeight) slot.Weight = null;
            else if (slot.Weight is not null) sink.OnWeight(target.Key, slot.Weight);
            if (!same) BeginAnew(slot, first);
        }

        foreach (CheckKey key in gone)
        {
            _ = slots.Remove(key, out Slot? slot);
            slot!.Epoch++;
            slot.Hung?.Kill();
            slot.Running?.End();
        }
    });

    /// <summary>Does not run the checks of these services until it is told others, and ends what runs of them; on the thread.</summary>
    public void Suspend(IReadOnlySet<ServiceKey> services)
    {
        IReadOnlySet<ServiceKey> before = suspended;
        suspended = services;
        long now = MonotonicClock.Now;
        foreach (Slot slot in slots.Values)
        {
            ServiceKey service = slot.Target.Key.Service;
            if (before.Contains(service) != services.Contains(service)) BeginAnew(slot, CheckLogic.First(now, Random.Shared.NextDouble(), slots.Count, slot.Target.Timing));
        }
    }

    // What still runs is the former program, which has a moment to go.
    private void BeginAnew(Slot slot, long first)
    {
        slot.State = slot.State with { Retries = 0 };
        slot.Hung?.Kill();
        slot.Running?.End();
        (slot.Hung, slot.HungIsFormer, slot.Running) = (slot.Running ?? slot.Hung, true, null);
        ScheduleWhenGone(slot, first);
    }

    private void Schedule(Slot slot, long due)
    {
        int epoch = ++slot.Epoch;
        if (suspended.Contains(slot.Target.Key.Service)) return;
        thread.At(due, () =>
        {
            if (slot.Epoch == epoch) Begin(slot);
        });
    }

    /// <summary>Has the next run begin when the last has ended, or should have died of being killed.</summary>
    private void ScheduleWhenGone(Slot slot, long due)
    {
        if (slot.Hung is not { } hung)
        {
            Schedule(slot, due);
            return;
        }

        int epoch = ++slot.Epoch;
        hung.WhenGone(
            () =>
            {
                if (slot.Epoch == epoch) Schedule(slot, due);
            },
            waitForStart: false);
    }

    private void Begin(Slot slot)
    {
        long started = MonotonicClock.Now;

        // One of the former program's whose start waits for a file server that is gone is not to keep this one from being run.
        if (slot.Hung is { HasEnded: false } hung && !(slot.HungIsFormer && hung.IsStarting))
        {
            hung.Kill();
            Conclude(slot, hung.Late, started);
            return;
        }

        slot.Hung = null;
        int epoch = ++slot.Epoch;
        slot.Running = ScriptRun.Begin(
            thread, slot.Command, [], TimeSpan.FromTicks(slot.Target.Timing.Timeout / TimeSpan.NanosecondsPerTick), outcome => Ended(slot, epoch, started, outcome),
            why => sink.OnTrouble($"{slot.Command.What} cannot be ended: {why}"), signal);
    }

    private void Ended(Slot slot, int epoch, long started, in ScriptOutcome outcome)
    {
        if (slot.Epoch != epoch) return;
        (slot.Hung, slot.HungIsFormer, slot.Running) = (slot.Running is { HasEnded: false } late ? late : null, false, null);
        Conclude(slot, outcome, started);
    }

    private void Conclude(Slot slot, in ScriptOutcome outcome, long started)
    {
        MiscTarget target = slot.Target;
        var result = MiscResult.Of(outcome, target.SaysWeight);
        bool wasUp = slot.State.Up;
        CheckStep step = CheckLogic.Step(slot.State, result.Success, started, MonotonicClock.Now, target.Timing);
        slot.State = step.State;
        ScheduleWhenGone(slot, step.Next);
        string? reason = result.Success ? null : ReasonOf(slot.Command, outcome);

        // Before it is said that the server is up, so that it comes with its weight.
        if (result.Success && result.Weight != slot.Weight) sink.OnWeight(target.Key, slot.Weight = result.Weight);
        if (reason is not null && wasUp && target.LogAllFailures) sink.OnFailure(target.Key, reason);
        if (step.Verdict != CheckVerdict.None) sink.OnCheck(target, step.Verdict, reason);
    }

    private static string ReasonOf(ScriptCommand command, in ScriptOutcome outcome)
    {
        string said = outcome is { CouldNotRun: false, Said: { } line } ? $": {line}" : "", remark = command.DefaultUserRemark is { } text ? $" ({text})" : "";
        return $"{outcome.Result}{said}{remark}";
    }

    private sealed class Slot(MiscTarget target, ScriptCommand command)
    {
        public MiscTarget Target { get; set; } = target;

        public ScriptCommand Command { get; set; } = command;

        public CheckState State { get; set; } = CheckState.Initial(target.Alpha);

        /// <summary>What was said of the server's weight.</summary>
        public CheckWeight? Weight { get; set; }

        /// <summary>Goes up with every run and schedule: a timer of an earlier one is void.</summary>
        public int Epoch { get; set; }

        public ScriptRun? Running { get; set; }

        /// <summary>A run that is over for us and may not have ended.</summary>
        public ScriptRun? Hung { get; set; }

        /// <summary>Whether that is a run of what the check was before a reload.</summary>
        public bool HungIsFormer { get; set; }
    }
}
