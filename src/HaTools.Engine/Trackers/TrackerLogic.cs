namespace HaTools.Engine.Trackers;

/// <summary>When and how often, in nanoseconds.</summary>
internal readonly record struct TrackerTiming(long Interval, int Rise, int Fall, bool InitFail, bool CanRecover, long RecoveryDelay)
{
    public static TrackerTiming Of(ScriptTracker script) => new(
        Nanoseconds(script.Interval),
        script.Rise,
        script.Fall,
        script.InitFail,
        script.Recover is not null,
        Nanoseconds(script.Recover?.Delay ?? TimeSpan.Zero));

    public static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}

/// <summary>What a tracker knows.</summary>
/// <param name="Kind">What status shows.</param>
/// <param name="Verdict">What instances were told last; null: nothing yet.</param>
/// <param name="Good">Good runs in a row.</param>
/// <param name="Bad">Failed runs in a row.</param>
/// <param name="RecoveryArmed">Whether the recovery may be tried; it is spent by a try, and armed again once the tracker is good.</param>
internal readonly record struct ScriptState(HaTrackerStateKind Kind, bool? Verdict, int Good, int Bad, bool RecoveryArmed)
{
    public static ScriptState Initial(in TrackerTiming timing) =>
        timing.InitFail
            ? new(HaTrackerStateKind.Down, false, 0, 0, timing.CanRecover)
            : new(HaTrackerStateKind.Unknown, null, 0, 0, timing.CanRecover);
}

/// <summary>What is run next.</summary>
internal enum TrackerRun
{
    /// <summary>The check.</summary>
    Check,

    /// <summary>The recovery command.</summary>
    Recovery,
}

/// <summary>The outcome of a step.</summary>
/// <param name="State">The new state; the verdict is news when it differs from the state before.</param>
/// <param name="Run">What is run next.</param>
/// <param name="At">When.</param>
internal readonly record struct TrackerStep(ScriptState State, TrackerRun Run, long At);

/// <summary>
/// keepalived's rules for vrrp_script, pure: the first result counts at once (with init_fail: good runs are needed first), then it takes
/// <c>fall</c> failures in
/// a row to fail and <c>rise</c> good ones to return. Ours: with a recovery, the step from good to failed goes through one try of it.
/// </summary>
internal static class TrackerLogic
{
    /// <summary>Takes the result of a check in.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="good">Whether it exited with 0 in time.</param>
    /// <param name="started">When it was due to start: the starts keep this rhythm.</param>
    /// <param name="now">When the result came.</param>
    /// <param name="timing">The tracker's timing.</param>
    public static TrackerStep OnCheck(in ScriptState state, bool good, long started, long now, in TrackerTiming timing)
    {
        ScriptState next = good ? OnGood(state, timing) : OnBad(state, timing);
        return next.Kind == HaTrackerStateKind.Recovering
            ? new TrackerStep(next, TrackerRun.Recovery, now)
            : new TrackerStep(next, TrackerRun.Check, NextStart(started, now, timing.Interval));
    }

    /// <summary>The recovery command has ended (however): the check is repeated after the delay.</summary>
    public static TrackerStep OnRecovery(in ScriptState state, long now, in TrackerTiming timing) =>
        new(state, TrackerRun.Check, now + timing.RecoveryDelay);

    private static ScriptState OnGood(in ScriptState state, in TrackerTiming timing)
    {
        int good = Math.Min(state.Good + 1, timing.Rise);

        // A tracker that instances hold for good, or know nothing of, needs no series.
        bool up = state.Verdict != false || good >= timing.Rise;
        return up
            ? new ScriptState(HaTrackerStateKind.Up, true, good, 0, timing.CanRecover)
            : new ScriptState(HaTrackerStateKind.Down, false, good, 0, state.RecoveryArmed);
    }

    private static ScriptState OnBad(in ScriptState state, in TrackerTiming timing)
    {
        if (state.Kind == HaTrackerStateKind.Recovering) return new ScriptState(HaTrackerStateKind.Down, false, 0, timing.Fall, false);
        int bad = Math.Min(state.Bad + 1, timing.Fall);
        bool fallen = state.Verdict is null || bad >= timing.Fall;
        if (!fallen) return state with { Good = 0, Bad = bad };
        return state.RecoveryArmed
            ? new ScriptState(HaTrackerStateKind.Recovering, state.Verdict, 0, bad, false)
            : new ScriptState(HaTrackerStateKind.Down, false, 0, bad, false);
    }

    /// <summary>
    /// The next start in the rhythm that is not past: runs that could not take place are left out, not made up for. One that is late by less than
    /// a quarter of the interval takes place, or a run that ends by a time-out of one interval would cost the next one its turn.
    /// </summary>
    private static long NextStart(long started, long now, long interval)
    {
        long next = started + interval;
        return next + (interval / 4) >= now ? next : started + (((now - started + interval - 1) / interval) * interval);
    }
}
