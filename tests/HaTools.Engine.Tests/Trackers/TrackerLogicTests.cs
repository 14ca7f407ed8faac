using HaTools.Engine.Trackers;

namespace HaTools.Engine.Tests.Trackers;

public sealed class TrackerLogicTests
{
    private const long Second = 1_000_000_000;
    private static readonly TrackerTiming Plain =
        new(Interval: 2 * Second, Rise: 2, Fall: 3, InitFail: false, CanRecover: false, RecoveryDelay: Second);
    private static readonly TrackerTiming Recovering = Plain with { CanRecover = true };

    [Theory]
    [InlineData(true, HaTrackerStateKind.Up)]
    [InlineData(false, HaTrackerStateKind.Down)]
    public void The_first_result_counts_at_once(bool good, HaTrackerStateKind expected)
    {
        ScriptState state = Run(ScriptState.Initial(Plain), Plain, good);

        Assert.Equal((expected, (bool?)good), (state.Kind, state.Verdict));
    }

    [Fact]
    public void It_takes_fall_failures_in_a_row_to_fail()
    {
        ScriptState up = Run(ScriptState.Initial(Plain), Plain, true);

        Assert.True(Run(up, Plain, false, false).Verdict);
        Assert.True(Run(up, Plain, false, false, true, false, false).Verdict);
        Assert.False(Run(up, Plain, false, false, false).Verdict);
    }

    [Fact]
    public void It_takes_rise_good_runs_in_a_row_to_return()
    {
        ScriptState down = Run(ScriptState.Initial(Plain), Plain, false);

        Assert.False(Run(down, Plain, true).Verdict);
        Assert.False(Run(down, Plain, true, false, true).Verdict);
        Assert.True(Run(down, Plain, true, true).Verdict);
    }

    [Fact]
    public void With_init_fail_it_is_down_until_rise_good_runs()
    {
        TrackerTiming timing = Plain with { InitFail = true };
        ScriptState first = ScriptState.Initial(timing);

        Assert.Equal((HaTrackerStateKind.Down, (bool?)false), (first.Kind, first.Verdict));
        Assert.False(Run(first, timing, true).Verdict);
        Assert.True(Run(first, timing, true, true).Verdict);
    }

    [Fact]
    public void Starts_keep_their_rhythm()
    {
        TrackerStep step = TrackerLogic.OnCheck(ScriptState.Initial(Plain), true, 10 * Second, 11 * Second, Plain);

        Assert.Equal((TrackerRun.Check, 12 * Second), (step.Run, step.At));
    }

    [Fact]
    public void Runs_that_could_not_take_place_are_left_out()
    {
        TrackerStep step = TrackerLogic.OnCheck(ScriptState.Initial(Plain), true, 10 * Second, 17 * Second, Plain);

        Assert.Equal(18 * Second, step.At);
    }

    [Fact]
    public void A_run_that_ends_by_a_timeout_of_one_interval_does_not_cost_the_next_one_its_turn()
    {
        TrackerStep step = TrackerLogic.OnCheck(ScriptState.Initial(Plain), false, 10 * Second, (12 * Second) + 1, Plain);

        Assert.Equal(12 * Second, step.At);
    }

    [Fact]
    public void A_tracker_that_is_about_to_fail_is_recovered_first_and_instances_hear_nothing_of_it()
    {
        ScriptState state = Run(ScriptState.Initial(Recovering), Recovering, true, false, false);
        TrackerStep third = TrackerLogic.OnCheck(state, false, 0, 5 * Second, Recovering);

        Assert.Equal((HaTrackerStateKind.Recovering, true, TrackerRun.Recovery, 5 * Second),
            (third.State.Kind, third.State.Verdict, third.Run, third.At));

        TrackerStep done = TrackerLogic.OnRecovery(third.State, 7 * Second, Recovering);
        Assert.Equal((TrackerRun.Check, 8 * Second), (done.Run, done.At));

        ScriptState recovered = Run(done.State, Recovering, true);
        Assert.Equal((HaTrackerStateKind.Up, (bool?)true), (recovered.Kind, recovered.Verdict));
    }

    [Fact]
    public void When_the_check_fails_after_the_recovery_too_the_tracker_has_failed_and_the_recovery_is_spent()
    {
        ScriptState recovering = Run(ScriptState.Initial(Recovering), Recovering, true, false, false, false);
        Assert.Equal(HaTrackerStateKind.Recovering, recovering.Kind);

        ScriptState down = Run(recovering, Recovering, false);
        Assert.Equal((HaTrackerStateKind.Down, (bool?)false), (down.Kind, down.Verdict));

        ScriptState still = Run(down, Recovering, false, false, false, true, false, false, false);
        Assert.Equal(HaTrackerStateKind.Down, still.Kind);
    }

    [Fact]
    public void The_recovery_is_armed_again_by_the_tracker_being_good()
    {
        ScriptState down = Run(ScriptState.Initial(Recovering), Recovering, true, false, false, false, false);
        Assert.Equal(HaTrackerStateKind.Down, down.Kind);

        ScriptState again = Run(down, Recovering, true, true, false, false, false);

        Assert.Equal((HaTrackerStateKind.Recovering, (bool?)true), (again.Kind, again.Verdict));
    }

    [Fact]
    public void A_service_that_does_not_run_at_the_start_is_recovered_before_anything_is_said()
    {
        ScriptState state = Run(ScriptState.Initial(Recovering), Recovering, false);

        Assert.Equal((HaTrackerStateKind.Recovering, (bool?)null), (state.Kind, state.Verdict));
    }

    private static ScriptState Run(ScriptState state, TrackerTiming timing, params bool[] results)
    {
        foreach (bool good in results) state = TrackerLogic.OnCheck(state, good, 0, 0, timing).State;
        return state;
    }
}
