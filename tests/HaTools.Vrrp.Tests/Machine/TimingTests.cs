using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>When things happen: RFC 3768 section 6.1, RFC 9568 section 6.1, and the discipline of the deadlines.</summary>
public class TimingTests
{
    [Theory]
    [InlineData(1, 996_093_750)]
    [InlineData(100, 609_375_000)]
    [InlineData(150, 414_062_500)]
    [InlineData(254, 7_812_500)]
    [InlineData(255, 3_906_250)]
    public void Rfc3768_6_1_skew_is_256ths_of_a_second_whatever_the_interval(int priority, long nanoseconds)
    {
        Assert.Equal(nanoseconds, VrrpTiming.Skew(2, priority, Second));
        Assert.Equal(nanoseconds, VrrpTiming.Skew(2, priority, 255 * Second));
    }

    [Theory]
    [InlineData(100, 1_000, 609_375_000)]
    [InlineData(100, 100, 60_937_500)]
    [InlineData(100, 10, 6_093_750)]
    [InlineData(254, 10, 78_125)]
    [InlineData(255, 10, 39_062)]
    [InlineData(1, 40_950, 40_790_039_062)]
    public void Rfc9568_6_1_skew_is_256ths_of_the_masters_interval(int priority, long intervalMs, long nanoseconds) =>
        Assert.Equal(nanoseconds, VrrpTiming.Skew(3, priority, intervalMs * Ms));

    [Theory]
    [InlineData(2, 100, 1.0, 3_609_375_000)]
    [InlineData(2, 150, 2.0, 6_414_062_500)]
    [InlineData(3, 100, 1.0, 3_609_375_000)]
    [InlineData(3, 100, 0.1, 360_937_500)]
    [InlineData(3, 100, 0.01, 36_093_750)]
    public void Rfc9568_6_4_2_a_backup_takes_over_after_exactly_the_down_interval(
        int version, int priority, double seconds, long nanoseconds)
    {
        Scenario s = Scenario.Running(Instance(priority, version, seconds));
        Assert.Equal(nanoseconds, s.View.MasterDownInterval);
        s.Advance(nanoseconds - 1);
        Assert.Empty(s.Take());
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        s.Advance(1);
        Assert.Equal([$"advert {priority}", "add", "garp 5", "Backup->Master MasterDownTimer"], s.Take());
        Assert.Equal(s.Now, s.View.StateSince);
        Assert.Equal(Scenario.Own, s.View.MasterAddress);
    }

    [Fact]
    public void Rfc9568_6_4_2_each_advert_of_the_master_starts_the_down_interval_anew()
    {
        Scenario s = Scenario.Running(Instance(100));
        for (int i = 0; i < 5; i++)
        {
            s.Advance(3 * Second);
            s.Hear(Instance(150), "10.70.0.1");
        }

        Assert.Empty(s.Take());
        Assert.Equal(s.Now + 3_609_375_000, s.Router.NextDeadline);
        Assert.Equal(Address("10.70.0.1"), s.View.MasterAddress);
        Assert.Equal(s.Now, s.View.LastAdvert);
    }

    [Fact]
    public void Rfc9568_6_4_2_version_3_learns_the_masters_interval()
    {
        Scenario s = Scenario.Running(Instance(100, seconds: 0.1));
        Assert.Equal(100 * Ms, s.View.AdvertInterval);
        s.Hear(Instance(150, seconds: 2), "10.70.0.1");
        Assert.Equal(2 * Second, s.View.AdvertInterval);
        Assert.Equal(3 * 2 * Second + 156 * 2 * Second / 256, s.View.MasterDownInterval);
        Assert.Equal(s.Now + s.View.MasterDownInterval, s.Router.NextDeadline);

        s.Advance(s.View.MasterDownInterval);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        Assert.Equal(100 * Ms, s.View.AdvertInterval);
        Assert.Equal(s.Now + 100 * Ms, s.Router.NextDeadline);
    }

    [Fact]
    public void Rfc3768_7_1_version_2_refuses_another_interval()
    {
        Scenario s = Scenario.Running(Instance(100, version: 2));
        s.Advance(1 * Second);
        s.Hear(Instance(150, version: 2, seconds: 2), "10.70.0.1");
        Assert.Equal(["rejected Interval"], s.Take());
        Assert.Equal(1, s.View.Counters.Rejected.Of(AdvertRejection.Interval));
        Assert.Equal(2_609_375_000, s.Router.NextDeadline - s.Now);
    }

    [Theory]
    [InlineData(2, 1.0, 609_375_000)]
    [InlineData(3, 0.1, 60_937_500)]
    [InlineData(3, 0.01, 6_093_750)]
    public void Rfc9568_6_4_2_after_priority_0_only_the_skew_is_waited_for(int version, double seconds, long skew)
    {
        Scenario s = Scenario.Running(Instance(100, version, seconds));
        s.Hear(Instance(150, version, seconds), "10.70.0.1");
        s.Advance(5 * Ms);
        s.Hear(Instance(150, version, seconds), "10.70.0.1", priority: 0);
        Assert.Equal(["MasterStopping"], s.Take());
        s.Advance(skew - 1);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        s.Advance(1);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        Assert.Equal(1, s.View.Counters.PriorityZeroReceived);
    }

    [Fact]
    public void A_master_sends_from_deadline_to_deadline_without_drift()
    {
        Scenario s = Scenario.Master(Instance(100, seconds: 0.01) with { GarpDelay = TimeSpan.Zero });
        long first = s.Router.NextDeadline;
        for (int i = 0; i < 1000; i++)
        {
            long deadline = s.Router.NextDeadline;
            Assert.Equal(first + i * 10 * Ms, deadline);
            s.Stall(deadline - s.Now + i % 10 * Ms); // up to 9 ms late each time
            Assert.Equal(["advert 100"], s.Take());
        }

        Assert.Equal(9 * Ms, s.View.Counters.MaxTimerLateness);
    }

    [Fact]
    public void After_a_stall_missed_adverts_are_left_out_and_the_phase_is_kept()
    {
        Scenario s = Scenario.Master(Instance(100, seconds: 0.1));
        long deadline = s.Router.NextDeadline;
        s.Stall(deadline - s.Now + 150 * Ms);
        RouterAction action = Assert.Single(s.TakeActions());
        Assert.Equal(RouterActionKind.SendAdvert, action.Kind);
        Assert.Equal(150 * Ms, action.Lateness);
        Assert.Equal(deadline + 200 * Ms, s.Router.NextDeadline);
        s.Stall(0);
        Assert.Empty(s.Take());
    }

    [Fact]
    public void A_late_takeover_says_how_late()
    {
        Scenario s = Scenario.Running(Instance(100, seconds: 0.1));
        s.Stall(s.View.MasterDownInterval + 7 * Ms);
        RouterAction[] actions = s.TakeActions();
        Assert.Equal(7 * Ms, actions[0].Lateness);
        Assert.Equal(7 * Ms, actions[^1].Lateness);
        Assert.Equal(s.Now + 100 * Ms, s.Router.NextDeadline);
        Assert.Equal(7 * Ms, s.View.Counters.MaxTimerLateness);
    }

    [Fact]
    public void A_timer_that_is_not_due_does_nothing()
    {
        Scenario s = Scenario.Running(Instance(100));
        s.Router.OnTimer(s.Router.NextDeadline - 1, s.Actions);
        Assert.Empty(s.Take());
    }

    [Fact]
    public void What_is_due_together_is_sent_together_adverts_first()
    {
        var s = new Scenario([.. Enumerable.Range(1, 3).Select(i => Instance(100) with { Name = $"VI_{i}", VirtualRouterId = i })]);
        s.Start(Scenario.Own);
        s.Take();
        s.Advance(s.View.MasterDownInterval);
        Assert.Equal(
            [
                "0: advert 100", "1: advert 100", "2: advert 100", "0: add", "1: add", "2: add", "0: garp 5", "1: garp 5", "2: garp 5",
                "0: Backup->Master MasterDownTimer", "1: Backup->Master MasterDownTimer", "2: Backup->Master MasterDownTimer",
            ],
            s.Take());
    }

    [Fact]
    public void Without_anything_to_wait_for_there_is_no_deadline()
    {
        var s = new Scenario([Instance()]);
        Assert.Equal(long.MaxValue, s.Router.NextDeadline);
        s.Start(source: 0);
        Assert.Equal(long.MaxValue, s.Router.NextDeadline);
        Assert.Equal(long.MaxValue, new Scenario([]).Router.NextDeadline);
    }
    [Fact]
    public async Task What_waits_for_nothing_is_not_due_at_any_time()
    {
        var s = new Scenario([Instance()]);
        s.Start(source: 0);
        s.Take();
        await Task.Run(() => s.Router.OnTimer(long.MaxValue, s.Actions)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(s.Take());
    }
}
