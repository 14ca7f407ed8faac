namespace HaTools.Lab.Tests.Services;

/// <summary>The oracle says what the schedulers' authors say of them.</summary>
public sealed class SchedulerOracleTests
{
    /// <summary>The example of the LVS project's page on weighted round robin.</summary>
    [Fact]
    public void Weights_of_4_3_2_give_AABABCABC() =>
        Assert.Equal("AABABCABCA", string.Concat(SchedulerOracle.WeightedRoundRobin([new("A", 4), new("B", 3), new("C", 2)]).Take(10)));

    [Fact]
    public void Weights_with_a_common_divisor_give_what_the_smallest_of_that_ratio_give() =>
        Assert.Equal("AABAAB", string.Concat(SchedulerOracle.WeightedRoundRobin([new("A", 4), new("B", 2), new("C", 0)]).Take(6)));

    [Fact]
    public void Among_equals_the_first_of_the_list_is_taken_and_never_one_of_weight_0()
    {
        Candidate[] list = [new("A", 0), new("B", 2, 2), new("C", 1, 1), new("D", 3, 3)];
        Assert.Equal("C", SchedulerOracle.LeastConnection(list));
        Assert.Equal("B", SchedulerOracle.WeightedLeastConnection(list));
        Assert.Equal("D", SchedulerOracle.ShortestExpectedDelay(list)); // 3/2, 2/1, 4/3
        Assert.Equal("D", SchedulerOracle.NeverQueue(list));
        Assert.Equal("E", SchedulerOracle.NeverQueue([.. list, new("E", 1)]));
    }

    /// <summary>Of the numbers 0, 1, 2 | 3 the first server has three, of 16 pairs the loaded one gets those in which it is drawn twice.</summary>
    [Fact]
    public void Of_two_choices_the_lesser_load_is_taken_and_a_weight_of_0_never()
    {
        Assert.Equal([("A", 15 / 16.0), ("B", 1 / 16.0), ("C", 0)], SchedulerOracle.TwoChoices([new("A", 2), new("B", 1, 1), new("C", 0)]));
        Assert.Equal([("A", 9 / 16.0), ("B", 7 / 16.0)], SchedulerOracle.TwoChoices([new("A", 2, 3), new("B", 1, 1)]));
        Assert.Equal([("A", 12 / 16.0), ("B", 4 / 16.0)], SchedulerOracle.TwoChoices([new("A", 2, 2), new("B", 1, 1)]));
    }
}
