using HaTools.Vrrp.Bfd;

namespace HaTools.Vrrp.Tests.Bfd;

/// <summary>RFC 5880 sections 6.5, 6.6 and 6.8.2 to 6.8.7: intervals, and how two sides agree on them.</summary>
public class BfdTimerTests
{
    [Fact]
    public void Rfc5880_6_8_2_the_interval_is_the_longer_of_what_we_want_and_the_neighbour_can_take()
    {
        BfdBench bench = new BfdBench().In(BfdState.Up);
        bench.Hear(BfdState.Up, p => p with { Final = true });
        Assert.Equal(50_000u, bench.Machine.TransmitInterval);
        bench.Hear(BfdState.Up, p => p with { RequiredMinRx = 1 });
        Assert.Equal(10_000u, bench.Machine.TransmitInterval);
    }

    [Theory]
    [InlineData(100_000, 3, 300_000)] // theirs is slower than we can hear
    [InlineData(5_000, 3, 30_000)] // ours is the slower
    [InlineData(5_000, 1, 10_000)]
    public void Rfc5880_6_8_4_the_detection_time_is_their_multiplier_times_the_longer_interval(uint minTx, byte multiplier, long expected)
    {
        BfdBench bench = new BfdBench().In(BfdState.Up);
        bench.Hear(BfdState.Up, p => p with { DesiredMinTx = minTx, DetectMultiplier = multiplier });
        Assert.Equal(expected, bench.Machine.DetectionTime);
    }

    [Fact]
    public void Rfc5880_6_8_3_a_session_that_is_not_up_sends_once_a_second_at_most()
    {
        var bench = new BfdBench(BfdBench.Usual with { IdleTx = 1_000_000 });
        bench.Sent();
        bench.Advance(60 * Wire.Second);
        Assert.InRange(bench.Sent().Count, 60, 80);
        Assert.Equal(1_000_000u, BfdTimers.Of(Session() with { IdleTransmit = TimeSpan.FromMilliseconds(10) }).IdleTx);
    }

    [Fact]
    public void Rfc5880_6_8_3_going_up_asks_by_poll_until_the_neighbour_has_answered()
    {
        BfdBench bench = new BfdBench().In(BfdState.Init);
        bench.Hear(BfdState.Up);
        BfdPacket poll = Assert.Single(bench.Sent());
        Assert.Equal((true, false, 10_000u), (poll.Poll, poll.Final, poll.DesiredMinTx));
        bench.Hear(BfdState.Up);
        bench.Advance(60 * Wire.Ms);
        Assert.All(bench.Sent(), p => Assert.True(p.Poll));
        bench.Hear(BfdState.Up, p => p with { Final = true });
        bench.Advance(200 * Wire.Ms);
        List<BfdPacket> after = bench.Sent();
        Assert.NotEmpty(after);
        Assert.All(after, p => Assert.False(p.Poll));
    }

    [Fact]
    public void Rfc5880_6_5_a_poll_is_answered_at_once_and_the_answer_asks_nothing()
    {
        BfdBench bench = new BfdBench().In(BfdState.Up); // which polls itself
        bench.Hear(BfdState.Up, p => p with { Poll = true });
        BfdPacket answer = bench.Sent()[0];
        Assert.Equal((false, true, BfdState.Up), (answer.Poll, answer.Final, answer.State));
        bench.Hear(BfdState.Up);
        Assert.DoesNotContain(bench.Sent(), p => p.Final);
    }

    [Theory]
    [InlineData(BfdState.Down, BfdState.Up, BfdState.Down)]
    [InlineData(BfdState.Down, BfdState.Down, BfdState.Init)]
    [InlineData(BfdState.Init, BfdState.Down, BfdState.Init)]
    [InlineData(BfdState.Up, BfdState.Down, BfdState.Down)]
    internal void Rfc5880_6_8_7_a_poll_is_answered_in_every_state(BfdState ours, BfdState theirs, BfdState next)
    {
        BfdBench bench = new BfdBench().In(ours);
        bench.Sent();
        bench.Hear(theirs, p => p with { Poll = true });
        Assert.Single(bench.Sent(), p => p.Final && !p.Poll && p.State == next);
    }

    [Fact]
    public void Rfc5880_6_8_3_a_longer_interval_is_used_only_when_the_neighbour_has_agreed()
    {
        BfdBench bench = Settled();
        bench.Machine.Reconfigure(BfdBench.Usual with { DesiredMinTx = 400_000 }, bench.Now, bench.Actions);
        BfdPacket poll = Assert.Single(bench.Sent());
        Assert.Equal((true, 400_000u), (poll.Poll, poll.DesiredMinTx));
        Assert.Equal(50_000u, bench.Machine.TransmitInterval);
        bench.Hear(BfdState.Up, p => p with { Final = true });
        Assert.Equal(400_000u, bench.Machine.TransmitInterval);
    }

    [Fact]
    public void Rfc5880_6_8_3_a_shorter_interval_is_used_at_once()
    {
        BfdBench bench = Settled(BfdBench.Usual with { DesiredMinTx = 400_000 });
        Assert.Equal(400_000u, bench.Machine.TransmitInterval);
        bench.Machine.Reconfigure(BfdBench.Usual, bench.Now, bench.Actions);
        Assert.Equal(50_000u, bench.Machine.TransmitInterval);
        Assert.True(bench.Sent()[0].Poll);
    }

    [Fact]
    public void Rfc5880_6_8_3_faster_hearing_is_counted_on_only_when_the_neighbour_has_agreed()
    {
        BfdBench bench = Settled(BfdBench.Usual with { RequiredMinRx = 500_000 });
        Assert.Equal(1_500_000, bench.Machine.DetectionTime);
        bench.Machine.Reconfigure(BfdBench.Usual, bench.Now, bench.Actions);
        Assert.Equal(10_000u, bench.Sent()[0].RequiredMinRx);
        Assert.Equal(1_500_000, bench.Machine.DetectionTime);
        bench.Hear(BfdState.Up, p => p with { Final = true });
        Assert.Equal(300_000, bench.Machine.DetectionTime);
    }

    [Fact]
    public void Rfc5880_6_8_3_the_answer_to_one_poll_is_not_taken_for_the_answer_to_the_next()
    {
        BfdBench bench = Settled();
        bench.Machine.Reconfigure(BfdBench.Usual with { DesiredMinTx = 60_000 }, bench.Now, bench.Actions);
        bench.Machine.Reconfigure(BfdBench.Usual with { DesiredMinTx = 400_000 }, bench.Now, bench.Actions);
        bench.Advance(200 * Wire.Ms); // the first is repeated
        Assert.All(bench.Sent(), p => Assert.Equal((true, 60_000u), (p.Poll, p.DesiredMinTx)));
        bench.Hear(BfdState.Up, p => p with { Final = true, DetectMultiplier = 255 });
        Assert.Equal(60_000u, bench.Machine.TransmitInterval);
        // One more answer to the first poll, which was sent more than once.
        bench.Hear(BfdState.Up, p => p with { Final = true, DetectMultiplier = 255 });
        bench.Advance(Wire.Second);
        Assert.All(bench.Sent(), p => Assert.Equal((false, 60_000u), (p.Poll, p.DesiredMinTx)));
        bench.Hear(BfdState.Up);
        BfdPacket poll = Assert.Single(bench.Sent());
        Assert.Equal((true, 400_000u), (poll.Poll, poll.DesiredMinTx));
        Assert.Equal(60_000u, bench.Machine.TransmitInterval);
        bench.Hear(BfdState.Up, p => p with { Final = true });
        Assert.Equal(400_000u, bench.Machine.TransmitInterval);
    }

    [Fact]
    public void Rfc5880_6_8_3_just_after_a_poll_another_waits_for_a_packet_that_answers_none()
    {
        BfdBench bench = new BfdBench().In(BfdState.Up);
        bench.Hear(BfdState.Up, p => p with { Final = true });
        bench.Sent();
        bench.Machine.Reconfigure(BfdBench.Usual with { RequiredMinRx = 1_000 }, bench.Now, bench.Actions);
        Assert.Empty(bench.Sent());
        bench.Hear(BfdState.Up);
        Assert.Equal((true, 1_000u), (bench.Sent()[0].Poll, bench.Machine.DetectionTime is 300_000 ? 1_000u : 0u));
    }

    [Fact]
    public void What_was_to_be_asked_for_and_is_taken_back_is_not_asked_for()
    {
        BfdBench bench = Settled();
        BfdTimers first = BfdBench.Usual with { DesiredMinTx = 60_000 };
        bench.Machine.Reconfigure(first, bench.Now, bench.Actions);
        bench.Machine.Reconfigure(BfdBench.Usual with { DesiredMinTx = 400_000 }, bench.Now, bench.Actions);
        bench.Machine.Reconfigure(first, bench.Now, bench.Actions);
        bench.Hear(BfdState.Up, p => p with { Final = true });
        bench.Sent();
        bench.Hear(BfdState.Up);
        bench.Advance(250 * Wire.Ms);
        Assert.All(bench.Sent(), p => Assert.Equal((false, 60_000u), (p.Poll, p.DesiredMinTx)));
    }

    [Fact]
    public void What_was_to_be_asked_for_holds_when_the_session_comes_down_meanwhile()
    {
        BfdBench bench = Settled();
        bench.Machine.Reconfigure(BfdBench.Usual with { DesiredMinTx = 60_000 }, bench.Now, bench.Actions);
        bench.Machine.Reconfigure(BfdBench.Usual with { DesiredMinTx = 400_000 }, bench.Now, bench.Actions);
        bench.Hear(BfdState.Down);
        bench.Hear(BfdState.Down);
        bench.Sent();
        bench.Hear(BfdState.Up);
        Assert.Equal((true, 400_000u), (bench.Sent()[0].Poll, bench.Machine.TransmitInterval));
    }

    [Fact]
    public void Rfc5880_6_8_12_another_multiplier_is_told_at_once_and_needs_no_poll()
    {
        BfdBench bench = Settled();
        bench.Machine.Reconfigure(BfdBench.Usual with { DetectMultiplier = 9 }, bench.Now, bench.Actions);
        BfdPacket told = Assert.Single(bench.Sent());
        Assert.Equal((false, (byte)9), (told.Poll, told.DetectMultiplier));
    }

    [Fact]
    public void A_reload_with_other_timers_keeps_the_session_up()
    {
        BfdBench bench = Settled();
        bench.Machine.Reconfigure(new BfdTimers(20_000, 30_000, 2_000_000, 3, Passive: true), bench.Now, bench.Actions);
        for (int i = 0; i < 100; i++)
        {
            bench.Hear(BfdState.Up, p => p with { Final = true });
            bench.Advance(100 * Wire.Ms);
        }

        Assert.Equal(BfdState.Up, bench.Machine.State);
        Assert.All(bench.Sent(), p => Assert.Equal(BfdState.Up, p.State));
    }

    [Theory]
    [InlineData(5, 0.75, 1.0)]
    [InlineData(1, 0.75, 0.9)]
    public void Rfc5880_6_8_7_each_interval_is_cut_by_a_random_part_of_a_quarter(byte multiplier, double least, double most)
    {
        BfdBench bench = Settled(BfdBench.Usual with { DetectMultiplier = multiplier });
        double shortest = 1, longest = 0;
        for (int i = 0; i < 5000; i++)
        {
            long before = bench.Now;
            bench.Hear(BfdState.Up);
            bench.Advance(bench.Machine.NextDeadline - before);
            double part = (bench.Now - before) / (50_000.0 * 1000);
            shortest = Math.Min(shortest, part);
            longest = Math.Max(longest, part);
        }

        Assert.InRange(shortest, least, least + 0.005);
        Assert.InRange(longest, most - 0.005, most);
    }

    [Fact]
    public void Rfc5880_6_8_7_nothing_is_sent_to_one_who_wants_nothing_but_a_poll_is_answered()
    {
        BfdBench bench = Settled();
        bench.Hear(BfdState.Up, p => p with { RequiredMinRx = 0 });
        bench.Advance(200 * Wire.Ms);
        Assert.Empty(bench.Sent());
        bench.Hear(BfdState.Up, p => p with { RequiredMinRx = 0, Poll = true });
        Assert.True(Assert.Single(bench.Sent()).Final);
        bench.Hear(BfdState.Up);
        bench.Advance(200 * Wire.Ms);
        Assert.NotEmpty(bench.Sent());
    }

    [Fact]
    public void Rfc5880_6_6_to_a_neighbour_in_demand_mode_nothing_is_sent_while_both_are_up()
    {
        BfdBench bench = Settled();
        bench.Hear(BfdState.Up, p => p with { Demand = true });
        bench.Advance(200 * Wire.Ms);
        Assert.Empty(bench.Sent());
        bench.Hear(BfdState.Up);
        bench.Advance(200 * Wire.Ms);
        Assert.NotEmpty(bench.Sent());
    }

    /// <summary>Demand mode is active only while both are up.</summary>
    [Theory]
    [InlineData(BfdState.Up, BfdState.Init, 50_000)]
    [InlineData(BfdState.Init, BfdState.Down, 1_000_000)]
    [InlineData(BfdState.Down, BfdState.Up, 1_000_000)]
    internal void Rfc5880_6_8_6_to_a_neighbour_that_asks_for_demand_mode_too_early_packets_go_on(BfdState ours, BfdState theirs, uint interval)
    {
        BfdBench bench = ours == BfdState.Up ? Settled() : new BfdBench().In(ours);
        bench.Hear(theirs, p => p with { Demand = true, DetectMultiplier = 255 });
        bench.Sent();
        bench.Advance(10L * interval * 1000);
        Assert.InRange(bench.Sent().Count, 10, 14);
    }

    /// <summary>The contents of the next packet are others, and there would be no next packet.</summary>
    [Fact]
    public void Rfc5880_6_6_a_neighbour_in_demand_mode_is_told_of_another_multiplier_by_a_poll()
    {
        BfdBench bench = Settled();
        bench.Hear(BfdState.Up, p => p with { Demand = true });
        bench.Sent();
        bench.Machine.Reconfigure(BfdBench.Usual with { DetectMultiplier = 9 }, bench.Now, bench.Actions);
        bench.Advance(60 * Wire.Ms);
        List<BfdPacket> polls = bench.Sent();
        Assert.True(polls.Count > 1); // until it answers
        Assert.All(polls, p => Assert.Equal((true, (byte)9), (p.Poll, p.DetectMultiplier)));
        bench.Hear(BfdState.Up, p => p with { Demand = true, Final = true });
        bench.Advance(200 * Wire.Ms);
        Assert.Empty(bench.Sent());
    }

    [Fact]
    public void Rfc5880_6_8_7_a_neighbour_that_asks_for_fewer_packets_gets_no_more_at_the_old_pace()
    {
        BfdBench bench = Settled();
        bench.Hear(BfdState.Up, p => p with { RequiredMinRx = 10_000_000, DetectMultiplier = 255 });
        bench.Advance(7400 * Wire.Ms);
        Assert.Empty(bench.Sent());
        bench.Advance(2600 * Wire.Ms);
        Assert.Single(bench.Sent());
    }

    [Fact]
    public void Rfc5880_6_8_18_what_a_neighbour_wanted_that_is_heard_no_more_is_forgotten()
    {
        var bench = new BfdBench();
        bench.Hear(BfdState.AdminDown, p => p with { RequiredMinRx = 0 });
        bench.Sent();
        bench.Advance(299 * Wire.Ms);
        Assert.Empty(bench.Sent());
        bench.Advance(10 * Wire.Second);
        Assert.InRange(bench.Sent().Count, 10, 14);
        Assert.Equal(BfdState.Down, bench.Machine.State);
    }

    [Fact]
    public void An_interval_that_becomes_shorter_does_not_wait_for_the_end_of_the_long_one()
    {
        BfdBench bench = Settled();
        bench.Hear(BfdState.Up, p => p with { RequiredMinRx = 10_000_000, DetectMultiplier = 255 });
        bench.Advance(Wire.Second);
        bench.Sent();
        bench.Hear(BfdState.Up, p => p with { DetectMultiplier = 255 });
        bench.Advance(60 * Wire.Ms);
        Assert.NotEmpty(bench.Sent());
    }

    private static BfdSession Session() => new() { Name = "n", Neighbour = System.Net.IPAddress.Loopback };

    /// <summary>Up, and the poll is over.</summary>
    private static BfdBench Settled(BfdTimers? timers = null)
    {
        BfdBench bench = new BfdBench(timers).In(BfdState.Up);
        bench.Hear(BfdState.Up, p => p with { Final = true });
        bench.Hear(BfdState.Up);
        bench.Actions.Clear();
        return bench;
    }
}
