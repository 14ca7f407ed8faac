using HaTools.Lab.Clients;

namespace HaTools.Lab.Tests.Lab;

/// <summary>How the hole in a client's answers is measured.</summary>
public sealed class GapTests
{
    private static RequestResult Answer(int n, double start, double end) => new(n, start, end, RequestOutcome.Answered, "web", null, null);

    private static RequestResult Loss(int n, double start) => new(n, start, start + 0.5, RequestOutcome.TimedOut, null, null, null);

    [Fact]
    public void It_goes_from_the_last_answer_before_to_the_first_after_and_counts_what_was_lost_between()
    {
        Gap gap = HttpLoad.GapOf(
            [Answer(0, 0, 0.1), Answer(1, 1, 1.1), Loss(2, 2), Loss(3, 3), Answer(4, 4, 4.1), Answer(5, 5, 5.1)], 1.5, 5.2);
        Assert.Equal(new Gap(1.1, 4.1, 2), gap);
    }

    [Fact]
    public void It_is_still_open_when_no_answer_has_come_since()
    {
        Gap gap = HttpLoad.GapOf([Answer(0, 0, 0.1), Loss(1, 1), Loss(2, 2)], 0.5, 9);
        Assert.Equal(new Gap(0.1, 9, 2), gap);
    }

    [Fact]
    public void Holes_that_were_over_before_the_time_asked_for_do_not_count()
    {
        Gap gap = HttpLoad.GapOf([Answer(0, 0, 0.1), Loss(1, 1), Answer(2, 5, 5.1), Answer(3, 5.2, 5.3)], 5.15, 5.4);
        Assert.Equal(0, gap.Lost);
        Assert.Equal(5.1, gap.From);
    }
}
