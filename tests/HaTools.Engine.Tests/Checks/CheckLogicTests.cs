using HaTools.Engine.Checks;

namespace HaTools.Engine.Tests.Checks;

public sealed class CheckLogicTests
{
    private const long Second = 1_000_000_000;
    private static readonly CheckTiming Timing =
        new(DelayLoop: 6 * Second, DelayBeforeRetry: 3 * Second, Timeout: 10 * Second, Retry: 3);

    [Fact]
    public void A_server_is_up_before_its_first_check_which_comes_within_a_second_or_when_a_thousand_others_have_had_theirs_but_within_a_delay_loop()
    {
        Assert.True(CheckState.Initial(false).Up);
        Assert.Equal(100, CheckLogic.First(100, 0, 1, Timing));
        Assert.Equal(100 + (Second / 2), CheckLogic.First(100, 0.5, 1000, Timing));
        Assert.Equal(100 + (2 * Second), CheckLogic.First(100, 0.5, 4000, Timing));
        Assert.Equal(100 + (3 * Second), CheckLogic.First(100, 0.5, 100_000, Timing));
    }

    [Fact]
    public void One_that_never_answers_has_been_called_down_by_the_time_that_is_waited_for_it()
    {
        long now = CheckLogic.First(0, 0.999, 1, Timing);
        CheckState state = CheckState.Initial(false);
        while (true)
        {
            long answer = now + Timing.Timeout;
            CheckStep step = CheckLogic.Step(state, false, now, answer, Timing);
            (state, now) = (step.State, step.Next);
            if (step.Verdict != CheckVerdict.Failed) continue;
            Assert.InRange(CheckLogic.FirstWordBy(0, 1, Timing), answer, answer + (3 * Second));
            return;
        }
    }

    [Fact]
    public void The_first_success_is_said_once_and_the_next_check_is_a_delay_loop_after_the_start_of_this()
    {
        CheckStep first = CheckLogic.Step(CheckState.Initial(false), true, 10 * Second, 11 * Second, Timing);
        CheckStep second = CheckLogic.Step(first.State, true, 16 * Second, 16 * Second, Timing);

        Assert.Equal((CheckVerdict.Succeeded, 16 * Second), (first.Verdict, first.Next));
        Assert.Equal((CheckVerdict.None, 22 * Second), (second.Verdict, second.Next));
    }

    [Fact]
    public void A_server_is_down_only_after_its_retries_which_are_delay_before_retry_apart()
    {
        CheckState state = new(true, true, 0);
        for (int i = 1; i <= 3; i++)
        {
            CheckStep step = CheckLogic.Step(state, false, 0, 5 * Second, Timing);
            Assert.Equal((CheckVerdict.None, 8 * Second, true), (step.Verdict, step.Next, step.State.Up));
            Assert.Equal(i, step.State.Retries);
            state = step.State;
        }

        CheckStep last = CheckLogic.Step(state, false, 5 * Second, 6 * Second, Timing);
        Assert.Equal((CheckVerdict.Failed, false, 11 * Second), (last.Verdict, last.State.Up, last.Next));
    }

    [Fact]
    public void A_success_between_failures_makes_the_retries_begin_anew()
    {
        CheckState state = CheckLogic.Step(new(true, true, 2), true, 0, 0, Timing).State;

        Assert.Equal(new CheckState(true, true, 0), state);
    }

    [Fact]
    public void Without_retries_the_first_failure_counts()
    {
        CheckStep step = CheckLogic.Step(CheckState.Initial(false), false, 0, 0, Timing with { Retry = 0 });

        Assert.Equal((CheckVerdict.Failed, false), (step.Verdict, step.State.Up));
    }

    [Fact]
    public void A_server_that_is_down_says_nothing_more_and_is_back_with_one_success()
    {
        CheckState down = new(false, true, 0);
        CheckStep still = CheckLogic.Step(down, false, 0, 1, Timing);
        CheckStep back = CheckLogic.Step(still.State, true, 6 * Second, 6 * Second, Timing);

        Assert.Equal((CheckVerdict.None, down, 6 * Second), (still.Verdict, still.State, still.Next));
        Assert.Equal((CheckVerdict.Succeeded, true), (back.Verdict, back.State.Up));
    }

    [Fact]
    public void A_try_that_took_longer_than_the_delay_loop_is_followed_at_once_and_never_in_the_past()
    {
        CheckStep step = CheckLogic.Step(new(false, false, 0), false, 0, 10 * Second, Timing);

        Assert.Equal(10 * Second, step.Next);
    }

    [Fact]
    public void With_alpha_a_server_is_down_until_its_first_success_and_its_first_failure_is_told_at_once()
    {
        CheckState start = CheckState.Initial(alpha: true);
        Assert.False(start.Up);
        CheckStep failed = CheckLogic.Step(start, false, 0, 0, Timing);
        Assert.Equal((CheckVerdict.Failed, false, 6 * Second), (failed.Verdict, failed.State.Up, failed.Next));
        Assert.Equal(CheckVerdict.None, CheckLogic.Step(failed.State, false, 0, 0, Timing).Verdict);
        Assert.Equal((CheckVerdict.Succeeded, true), (CheckLogic.Step(failed.State, true, 0, 0, Timing).Verdict, CheckLogic.Step(start, true, 0, 0, Timing).State.Up));
    }

    [Fact]
    public void A_warm_up_says_within_which_time_the_first_check_begins_however_many_there_are()
    {
        CheckTiming slow = Timing with { Warmup = 100 * Second }, now = Timing with { Warmup = 0 };
        Assert.Equal(50 * Second, CheckLogic.First(0, 0.5, 1, slow));
        Assert.Equal(7, CheckLogic.First(7, 0.99, 100_000, now));
        Assert.Equal(99 * Second, CheckLogic.FirstWordBy(0, 1, slow) - CheckLogic.FirstWordBy(0, 1, Timing));

        // Never, in nanoseconds.
        Assert.Equal(long.MaxValue, CheckLogic.FirstWordBy(0, 1, Timing with { Retry = int.MaxValue }));
    }

    [Fact]
    public void The_parts_of_a_check_are_tried_at_once_the_first_time_and_then_one_in_each_delay_loop()
    {
        CheckTiming parts = Timing with { Parts = 3 };
        CheckState state = CheckState.Initial(false);
        List<(int Part, CheckVerdict Verdict, long Next)> tries = [];
        for (int i = 0; i < 7; i++)
        {
            int part = state.Part;
            CheckStep step = CheckLogic.Step(state, true, 10 * Second, 11 * Second, parts);
            tries.Add((part, step.Verdict, step.Next / Second));
            state = step.State;
        }

        Assert.Equal(
            [
                (0, CheckVerdict.None, 11), (1, CheckVerdict.None, 11), (2, CheckVerdict.Succeeded, 16),
                (0, CheckVerdict.None, 16), (1, CheckVerdict.None, 16), (2, CheckVerdict.None, 16), (0, CheckVerdict.None, 16),
            ],
            tries);
    }

    [Theory]
    [InlineData(false, 6)]
    [InlineData(true, 1)]
    public void The_part_that_failed_is_tried_until_it_is_good_and_then_all_before_the_server_is_up(bool fast, long wait)
    {
        CheckTiming parts = Timing with { Parts = 2, Retry = 1, FastRecovery = fast };
        CheckState state = new(true, true, 0) { Part = 1 };

        CheckStep first = CheckLogic.Step(state, false, 0, Second, parts);
        Assert.Equal((CheckVerdict.None, 1, 4), (first.Verdict, first.State.Part, first.Next / Second));
        CheckStep down = CheckLogic.Step(first.State, false, 0, Second, parts);
        Assert.Equal((CheckVerdict.Failed, 1, 6), (down.Verdict, down.State.Part, down.Next / Second));
        CheckStep still = CheckLogic.Step(down.State, false, 0, Second, parts);
        Assert.Equal((CheckVerdict.None, 1, 6), (still.Verdict, still.State.Part, still.Next / Second));

        CheckStep good = CheckLogic.Step(still.State, true, 0, Second, parts);
        Assert.Equal((CheckVerdict.None, 0, wait), (good.Verdict, good.State.Part, good.Next / Second));
        CheckStep next = CheckLogic.Step(good.State, true, 0, Second, parts);
        Assert.Equal((CheckVerdict.None, 1, wait), (next.Verdict, next.State.Part, next.Next / Second));
        Assert.Equal(CheckVerdict.Succeeded, CheckLogic.Step(next.State, true, 0, Second, parts).Verdict);

        CheckStep other = CheckLogic.Step(good.State, false, 0, Second, parts);
        Assert.Equal((CheckVerdict.None, 0, 6), (other.Verdict, other.State.Part, other.Next / Second));
    }

    [Fact]
    public void A_check_that_does_not_say_when_it_is_tried_again_is_after_the_time_between_checks()
    {
        var service = new VirtualServer { DelayLoop = TimeSpan.FromSeconds(7) };
        Assert.Equal(7 * Second, CheckTiming.Of(service, new DnsCheck(), TimeSpan.FromSeconds(1)).DelayBeforeRetry);
        Assert.Equal(5 * Second, CheckTiming.Of(service, new DnsCheck { DelayLoop = TimeSpan.FromSeconds(5) }, TimeSpan.FromSeconds(1)).DelayBeforeRetry);
        Assert.Equal(2 * Second, CheckTiming.Of(service, new DnsCheck { DelayBeforeRetry = TimeSpan.FromSeconds(2) }, TimeSpan.FromSeconds(1)).DelayBeforeRetry);
    }

    [Fact]
    public void The_first_word_of_a_check_with_parts_is_awaited_as_long_as_all_may_take() =>
        Assert.Equal(2 * ((4 * 10) + (3 * 3)), (CheckLogic.FirstWordBy(0, 1, Timing with { Parts = 3 }) - CheckLogic.FirstWordBy(0, 1, Timing)) / Second);
}
