using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Rfc;

/// <summary>RFC 9568 section 6: parameters, timers and the states. RFC 3768 section 6 is the same where version 2 is named here.</summary>
/// <remarks>
/// <para>
/// Further cells of the table, by the section's number, are in Machine/ElectionTests and Machine/TimingTests; all pairs of state and event, in
/// every order, are in Simulation/ExhaustiveSearchTests.
/// </para>
/// <para>
/// 6.4.1 has an owner (255) become Active at its start; as with keepalived that is so with the initial state MASTER, and an owner that begins as BACKUP waits for the
/// down interval once (ElectionTests: Keepalived_anyone_else_waits_as_a_backup_and_clears_what_a_predecessor_left).
/// </para>
/// <para>
/// The host's part. 6.4.1, 6.4.2 and 6.4.3 gratuitous ARPs and unsolicited neighbour advertisements for each address, after the advert:
/// AdvertGoesFirstThenFiveGratuitousArpsForEachAddressAndFiveMoreLater, Ipv6Tests. 6.4.2 a backup MUST NOT respond to ARP or neighbour
/// solicitations for the addresses, nor accept packets to them, and 6.4.3 an Active router MUST: the addresses stand on the host while it is master
/// and no longer (HigherPriorityHoldsTheAddressAndStoppingItHandsItOver). 6.4.3 Accept_Mode false: the firewall table's tests. 6.4.2 and 6.4.3 router
/// advertisements: not sent (docs/standards.md).
/// </para>
/// </remarks>
public class Rfc9568Section6Tests
{
    private const string Lower = "10.70.0.1";
    private const string Higher = "10.70.0.3";

    [Fact]
    public void S6_1_Preempt_Mode_is_true_by_default() =>
        Assert.False(new VrrpInstance { Name = "VI_1", Interface = "eth0", VirtualRouterId = 1 }.NoPreempt);

    [Fact]
    public void S6_1_Active_Adver_Interval_is_initialized_to_the_own_interval()
    {
        Scenario s = Scenario.Running(Instance(100, seconds: 0.5));
        Assert.Equal(500 * Ms, s.View.AdvertInterval);
        Assert.Equal(1500 * Ms + 156 * 500 * Ms / 256, s.View.MasterDownInterval);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void S6_2_the_Adver_Timer_fires_each_interval(int version)
    {
        Scenario s = Scenario.Master(Instance(100, version) with { GarpDelay = TimeSpan.Zero });
        for (int i = 0; i < 5; i++)
        {
            s.Advance(Second - 1);
            Assert.Empty(s.Take());
            s.Advance(1);
            Assert.Equal(["advert 100"], s.Take());
        }
    }

    [Fact]
    public void S6_4_1_who_is_not_the_owner_sets_the_Active_Down_Timer_and_is_Backup()
    {
        var s = new Scenario([Instance(100)]);
        s.Start(Scenario.Own);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        Assert.Equal(s.Now + s.View.MasterDownInterval, s.Router.NextDeadline);
    }

    [Fact]
    public void S6_4_1_a_Startup_forgets_the_interval_that_was_learned()
    {
        Scenario s = Scenario.Running(Instance(100));
        s.Hear(Instance(200, seconds: 4), Higher);
        Assert.Equal(4 * Second, s.View.AdvertInterval);
        s.Router.Stop(s.Now, s.Actions);
        s.Begin();
        Assert.Equal((VrrpStateKind.Backup, Second), (s.View.State, s.View.AdvertInterval));
        Assert.Equal(s.Now + 3 * Second + 156 * Second / 256, s.Router.NextDeadline);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void S6_4_2_a_Backup_says_nothing_whatever_it_hears(int version)
    {
        Scenario s = Scenario.Running(Instance(100, version));
        foreach (int priority in new[] { 0, 1, 99, 100, 101, 254, 255, 0 })
        {
            s.Hear(Instance(100, version), Higher, priority);
            Assert.DoesNotContain(s.Take(), a => a.StartsWith("advert", StringComparison.Ordinal) || a == "add");
            Assert.Equal(VrrpStateKind.Backup, s.View.State);
        }
    }

    [Fact]
    public void S6_4_2_a_Shutdown_cancels_the_timer()
    {
        Scenario s = Scenario.Running(Instance(100));
        s.Router.Stop(s.Now, s.Actions);
        Assert.Equal((VrrpStateKind.Initialize, long.MaxValue), (s.View.State, s.Router.NextDeadline));
    }

    [Fact]
    public void S6_4_2_when_the_timer_fires_the_advert_comes_first_and_then_the_addresses_and_their_announcements()
    {
        Scenario s = Scenario.Running(Instance(100));
        s.Advance(s.View.MasterDownInterval);
        Assert.Equal(["advert 100", "add", "garp 5", "Backup->Master MasterDownTimer"], s.Take());
        Assert.Equal(s.Now + Second, s.Router.NextDeadline);
    }

    [Theory]
    [InlineData(true, 99, true)]
    [InlineData(true, 100, true)]
    [InlineData(false, 100, true)]
    [InlineData(false, 101, true)]
    [InlineData(false, 99, false)]
    public void S6_4_2_an_advert_restarts_the_timer_if_Preempt_Mode_is_false_or_its_priority_is_not_below_ours(
        bool noPreempt, int priority, bool restarts)
    {
        Scenario s = Scenario.Running(Instance(100) with { NoPreempt = noPreempt });
        long due = s.Router.NextDeadline;
        s.Advance(Second);
        s.Hear(Instance(priority), Lower);
        Assert.Equal(restarts ? s.Now + s.View.MasterDownInterval : due, s.Router.NextDeadline);
    }

    [Fact]
    public void S6_4_2_the_interval_of_an_advert_that_is_discarded_is_not_learned()
    {
        Scenario s = Scenario.Running(Instance(100));
        s.Hear(Instance(99, seconds: 5), Lower);
        Assert.Equal(Second, s.View.AdvertInterval);
    }

    [Fact]
    public void S6_4_2_the_skew_after_priority_0_is_of_the_interval_that_was_learned()
    {
        Scenario s = Scenario.Running(Instance(100));
        s.Hear(Instance(200, seconds: 4), Lower);
        s.Hear(Instance(200, seconds: 4), Lower, priority: 0);
        Assert.Equal(s.Now + 156 * 4 * Second / 256, s.Router.NextDeadline);
    }

    [Fact]
    public void S6_4_3_a_Shutdown_cancels_the_timer_and_says_priority_0()
    {
        Scenario s = Scenario.Master(Instance(100));
        s.Router.Stop(s.Now, s.Actions);
        Assert.Equal("advert 0", s.Take()[0]);
        Assert.Equal((VrrpStateKind.Initialize, long.MaxValue), (s.View.State, s.Router.NextDeadline));
    }

    [Fact]
    public void S6_4_3_who_becomes_Backup_goes_by_the_interval_in_the_better_advert()
    {
        Scenario s = Scenario.Master(Instance(100));
        s.Hear(Instance(150, seconds: 2), Higher);
        Assert.Equal(2 * Second, s.View.AdvertInterval);
        Assert.Equal(s.Now + 6 * Second + 156 * 2 * Second / 256, s.Router.NextDeadline);
    }

    [Fact]
    public void S6_4_3_an_advert_of_lower_priority_is_discarded_and_answered_immediately()
    {
        Scenario s = Scenario.Master(Instance(100));
        long due = s.Router.NextDeadline;
        s.Advance(Second / 3);
        s.Take();
        s.Hear(Instance(99), Higher);
        Assert.Contains("advert 100", s.Take());
        Assert.Equal((VrrpStateKind.Master, Scenario.Own), (s.View.State, s.View.MasterAddress));
        s.Advance(due - s.Now);
        Assert.Contains("advert 100", s.Take()); // its own rhythm goes on
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void S6_4_3_an_advert_with_priority_0_is_answered_and_the_Adver_Timer_reset(int version)
    {
        Scenario s = Scenario.Master(Instance(100, version));
        s.Advance(Second / 3);
        s.Take();
        s.Hear(Instance(200, version), Lower, priority: 0);
        Assert.Equal(["advert 100"], s.Take());
        Assert.Equal(s.Now + Second, s.Router.NextDeadline);
    }
}
