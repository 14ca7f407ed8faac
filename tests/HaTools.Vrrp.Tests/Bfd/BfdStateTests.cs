using HaTools.Vrrp.Bfd;

namespace HaTools.Vrrp.Tests.Bfd;

/// <summary>RFC 5880 sections 6.1, 6.2, 6.8.6 and 6.8.16: who is in which state.</summary>
public class BfdStateTests
{
    [Theory]
    [InlineData(BfdState.Down, BfdState.AdminDown, BfdState.Down)]
    [InlineData(BfdState.Down, BfdState.Down, BfdState.Init)]
    [InlineData(BfdState.Down, BfdState.Init, BfdState.Up)]
    [InlineData(BfdState.Down, BfdState.Up, BfdState.Down)]
    [InlineData(BfdState.Init, BfdState.AdminDown, BfdState.Down)]
    [InlineData(BfdState.Init, BfdState.Down, BfdState.Init)]
    [InlineData(BfdState.Init, BfdState.Init, BfdState.Up)]
    [InlineData(BfdState.Init, BfdState.Up, BfdState.Up)]
    [InlineData(BfdState.Up, BfdState.AdminDown, BfdState.Down)]
    [InlineData(BfdState.Up, BfdState.Down, BfdState.Down)]
    [InlineData(BfdState.Up, BfdState.Init, BfdState.Up)]
    [InlineData(BfdState.Up, BfdState.Up, BfdState.Up)]
    internal void Rfc5880_6_8_6_every_pair_of_states(BfdState ours, BfdState theirs, BfdState next)
    {
        BfdBench bench = new BfdBench().In(ours);
        bench.Hear(theirs);
        Assert.Equal(next, bench.Machine.State);
        if (ours == next)
        {
            Assert.Equal(0, bench.Actions.Count);
            return;
        }

        BfdDiagnostic why = next == BfdState.Down ? BfdDiagnostic.NeighbourSignalledSessionDown : BfdDiagnostic.None;
        Assert.Equal(why, bench.Machine.Diagnostic);
        BfdAction changed = bench.Actions[0];
        Assert.Equal((BfdActionKind.StateChanged, ours, next, why), (changed.Kind, changed.From, changed.To, changed.Diagnostic));
        Assert.Equal(theirs == BfdState.AdminDown, changed.NeighbourIsAdminDown);
        // 6.8.7: told at once.
        BfdPacket told = Assert.Single(bench.Sent());
        Assert.Equal((next, why, BfdBench.Ours, BfdBench.Theirs), (told.State, told.Diagnostic, told.MyDiscriminator, told.YourDiscriminator));
    }

    [Fact]
    public void Rfc5880_6_1_an_active_session_speaks_first_and_without_knowing_the_neighbour()
    {
        BfdPacket first = Assert.Single(new BfdBench().Sent());
        Assert.Equal((BfdState.Down, 0u, false, false), (first.State, first.YourDiscriminator, first.Poll, first.Final));
        Assert.Equal((5, 1_000_000u, 10_000u, 0u), (first.DetectMultiplier, first.DesiredMinTx, first.RequiredMinRx, first.RequiredMinEchoRx));
    }

    [Fact]
    public void Rfc5880_6_1_a_passive_session_waits_to_be_spoken_to_and_falls_silent_with_the_neighbour()
    {
        var bench = new BfdBench(BfdBench.Usual with { Passive = true });
        bench.Advance(10 * Wire.Second);
        Assert.Empty(bench.Sent());
        bench.Hear(BfdState.Down);
        Assert.Equal(BfdState.Init, Assert.Single(bench.Sent()).State);
        bench.Hear(BfdState.Up);
        bench.Advance(100 * Wire.Ms);
        Assert.NotEmpty(bench.Sent());
        bench.Advance(10 * Wire.Second);
        Assert.Equal(BfdState.Down, bench.Machine.State);
        bench.Sent();
        bench.Advance(10 * Wire.Second);
        Assert.Empty(bench.Sent());
    }

    [Fact]
    public void Rfc5880_6_8_1_a_silent_neighbour_is_forgotten()
    {
        BfdBench bench = new BfdBench().In(BfdState.Up);
        Assert.Equal(300_000, bench.Machine.DetectionTime);
        bench.Advance(300 * Wire.Ms - 1);
        Assert.Equal(BfdState.Up, bench.Machine.State);
        bench.Actions.Clear();
        bench.Advance(1);
        Assert.Equal((BfdState.Down, BfdDiagnostic.ControlDetectionTimeExpired), (bench.Machine.State, bench.Machine.Diagnostic));
        Assert.Equal(0u, bench.Machine.RemoteDiscriminator);
        BfdPacket told = bench.Sent()[^1];
        Assert.Equal(
            (BfdState.Down, BfdDiagnostic.ControlDetectionTimeExpired, 0u), (told.State, told.Diagnostic, told.YourDiscriminator));
    }

    [Fact]
    public void Rfc5880_6_8_4_a_session_that_is_init_goes_down_again_when_nothing_follows()
    {
        BfdBench bench = new BfdBench().In(BfdState.Init);
        bench.Advance(301 * Wire.Ms);
        Assert.Equal(BfdState.Down, bench.Machine.State);
    }

    [Fact]
    public void Rfc5880_6_8_6_the_time_counts_from_the_last_packet()
    {
        BfdBench bench = new BfdBench().In(BfdState.Up);
        for (int i = 0; i < 20; i++)
        {
            bench.Advance(299 * Wire.Ms);
            bench.Hear(BfdState.Up);
        }

        Assert.Equal(BfdState.Up, bench.Machine.State);
    }

    [Fact]
    public void Rfc5880_6_8_16_what_is_switched_off_says_so_for_a_detection_time_and_is_silent()
    {
        BfdBench bench = new BfdBench().In(BfdState.Up);
        bench.Machine.Disable(bench.Now, bench.Actions);
        Assert.Single(bench.Sent()); // at once
        Assert.False(bench.Machine.HasParted);
        bench.Hear(BfdState.Up);
        Assert.Equal(BfdState.AdminDown, bench.Machine.State);
        bench.Actions.Clear();

        // Once a second, less what chance takes off.
        long begin = bench.Now;
        for (int i = 0; i < 100 && !bench.Machine.HasParted; i++) bench.Advance(bench.Machine.NextDeadline - bench.Now);
        Assert.InRange(bench.Now - begin, 5 * Wire.Second, 6 * Wire.Second);
        List<BfdPacket> sent = bench.Sent();
        Assert.InRange(sent.Count, 5, 7);
        Assert.All(sent, p => Assert.Equal(
            (BfdState.AdminDown, BfdDiagnostic.AdministrativelyDown, BfdBench.Theirs, 1_000_000u), (p.State, p.Diagnostic, p.YourDiscriminator, p.DesiredMinTx)));
        bench.Hear(BfdState.Up);
        bench.Advance(60 * Wire.Second);
        Assert.Equal(0, bench.Actions.Count);

        bench.Machine.Start(bench.Now, bench.Actions);
        BfdPacket first = Assert.Single(bench.Sent());
        Assert.Equal((BfdState.Down, 0u), (first.State, first.YourDiscriminator));
        bench.In(BfdState.Up);
    }

    [Fact]
    public void Rfc5880_6_8_7_who_wants_no_packets_is_not_told_either()
    {
        BfdBench bench = new BfdBench().In(BfdState.Up);
        bench.Hear(BfdState.Up, p => p with { RequiredMinRx = 0 });
        bench.Actions.Clear();
        bench.Machine.Disable(bench.Now, bench.Actions);
        Assert.Empty(bench.Sent());
        Assert.True(bench.Machine.HasParted);
    }
}
