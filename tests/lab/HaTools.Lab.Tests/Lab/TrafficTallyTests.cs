using HaTools.Lab.Clients;

namespace HaTools.Lab.Tests.Lab;

/// <summary>Answers are counted right.</summary>
public sealed class TrafficTallyTests
{
    private static readonly TrafficTally tally =
        new([("10.0.0.1", "rs1"), ("10.0.0.2", "rs2"), ("10.0.0.1", "rs2"), ("10.0.0.2", null), ("10.0.0.2", "rs2")]);

    [Fact]
    public void By_server_with_those_that_nobody_answered_last()
    {
        Assert.Equal("1 rs1, 3 rs2, 1 unanswered", tally.ToString());
        Assert.Equal((1, 3, 0, 1), (tally["rs1"], tally["rs2"], tally["rs3"], tally.Unanswered));
        Assert.Equal(["rs1", "rs2", "rs2", null, "rs2"], tally.Servers);
    }

    [Fact]
    public void A_client_whom_two_answered_is_a_wanderer_and_one_that_had_no_answer_is_not() =>
        Assert.Equal(["10.0.0.1"], tally.Wanderers);
}
