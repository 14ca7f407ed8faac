using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>
/// Late timers: a process that was stopped, a machine that was paused. Who slept past what the others wait for steps down before it speaks.
/// </summary>
public class SleepTests
{
    private const string Other = "10.70.0.3";

    [Theory]
    [InlineData(3, 0.1, 300_781_250, 160_937_500)]
    [InlineData(3, 1, 3_007_812_500, 1_609_375_000)]
    [InlineData(2, 1, 3_007_812_500, 1_609_375_000)]
    public void A_master_that_slept_as_long_as_priority_254_waits_steps_down_and_listens_for_an_interval(
        int version, double seconds, long patience, long listens)
    {
        Scenario s = Scenario.Master(Instance(100, version, seconds));
        s.Advance((long)(seconds * Second)); // its last advert
        s.Take();
        s.Stall(patience - 1);
        Assert.Contains("advert 100", s.Take());

        s = Scenario.Master(Instance(100, version, seconds));
        s.Advance((long)(seconds * Second));
        s.Take();
        s.Stall(patience);
        Assert.Equal(["remove", "Master->Backup TimerLate"], s.Take());
        s.Advance(listens - 1);
        Assert.Empty(s.Take());
        s.Advance(1);
        Assert.Equal(["advert 100", "add", "garp 5", "Backup->Master MasterDownTimer"], s.Take());
    }

    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    public void What_waits_in_the_socket_is_heard_as_a_backup(int priority)
    {
        Scenario s = Scenario.Master(Instance(100));
        s.Advance(Second);
        s.Take();
        s.SleepWithoutTimers(10 * Second);
        s.Hear(Instance(priority), Other);
        Assert.Equal(["remove", "Master->Backup TimerLate"], s.Take());
        s.Stall(0);
        Assert.Empty(s.Take());
        Assert.Equal(Address(Other), s.View.MasterAddress);
    }

    [Fact]
    public void A_lower_master_that_took_over_meanwhile_is_preempted_after_the_time_of_listening()
    {
        Scenario s = Scenario.Master(Instance(100));
        s.SleepWithoutTimers(10 * Second);
        s.Hear(Instance(50), Other);
        s.Advance(Second);
        s.Hear(Instance(50), Other);
        s.Advance(609_375_000 - 1);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        s.Advance(1);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void With_nopreempt_a_lower_master_that_took_over_meanwhile_stays()
    {
        Scenario s = Scenario.Master(Instance(100) with { NoPreempt = true });
        s.SleepWithoutTimers(10 * Second);
        for (int i = 0; i < 10; i++)
        {
            s.Hear(Instance(50), Other);
            s.Advance(Second);
        }

        Assert.Equal(VrrpStateKind.Backup, s.View.State);
    }

    [Fact]
    public void Timer_expired_backup_says_how_good_the_others_are_at_most()
    {
        Scenario s = Scenario.Master(Instance(100) with { TimerExpiredBackup = 50 });
        s.Advance(Second);
        s.Take();
        s.Stall(3 * Second + 206 * Second / 256 - 1);
        Assert.Contains("advert 100", s.Take());
        s.Stall(5 * Second);
        Assert.Contains("Master->Backup TimerLate", s.Take());
    }

    [Fact]
    public void Down_timer_adverts_of_1_does_not_make_every_small_lateness_a_sleep()
    {
        Scenario s = Scenario.Master(Instance(100, seconds: 0.1) with { DownTimerAdverts = 1 });
        s.Advance(100 * Ms);
        s.Take();
        s.Stall(199 * Ms);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        s.Stall(201 * Ms);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
    }

    [Fact]
    public void A_backup_whose_timer_ran_out_much_too_late_may_have_been_deaf_and_listens_for_an_interval_once()
    {
        Scenario s = Scenario.Running(Instance(100));
        s.Hear(Instance(200), Other);
        s.Stall(s.View.MasterDownInterval + Second);
        Assert.Empty(s.Take());
        Assert.Equal(s.Now + 1_609_375_000, s.Router.NextDeadline);
        s.Stall(60 * Second);
        Assert.Contains("Backup->Master MasterDownTimer", s.Take());
    }

    [Fact]
    public void And_goes_on_following_the_master_that_it_hears_then()
    {
        Scenario s = Scenario.Running(Instance(100));
        s.Hear(Instance(200), Other);
        s.Stall(60 * Second);
        s.Advance(Second);
        s.Hear(Instance(200), Other);
        Assert.Empty(s.Take());
        Assert.Equal(s.Now + s.View.MasterDownInterval, s.Router.NextDeadline);
    }

    [Fact]
    public void A_shorter_interval_by_a_reload_is_no_sleep()
    {
        Scenario s = Scenario.Master(Instance(100, seconds: 10));
        s.Advance(9 * Second);
        s.Take();
        s.Reconfigure([Instance(100, seconds: 0.1)], [], [0], []);
        s.Advance(0);
        Assert.Equal(["advert 100"], s.Take());
    }

    [Fact]
    public void A_whole_sync_group_steps_down()
    {
        VrrpInstance second = Instance() with { Name = "VI_2", VirtualRouterId = 52 };
        var s = new Scenario(Configuration([Instance(), second]) with
        {
            SyncGroups = [new VrrpSyncGroup { Name = "G", Members = ["VI_1", "VI_2"] }],
        });
        s.Start(Scenario.Own);
        s.Advance(5 * Second);
        s.Take();
        s.Stall(10 * Second);
        string[] actions = s.Take();
        Assert.DoesNotContain(actions, a => a.Contains("advert", StringComparison.Ordinal));
        Assert.Equal(["0: remove", "1: remove"], actions[..2]);
        Assert.Equal((VrrpStateKind.Backup, VrrpStateKind.Backup), (s.Router[0].State, s.Router[1].State));
        Assert.Equal("group 0: Master->Backup", actions[^1]);
    }
}
