using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>What keepalived lets users turn in the election.</summary>
public class KnobTests
{
    private const string Lower = "10.70.0.1";
    private const string Higher = "10.70.0.3";

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 3)]
    [InlineData(10, 3)]
    [InlineData(100, 2)]
    public void Down_timer_adverts_so_many_intervals_of_silence_make_a_master_dead(int adverts, int version)
    {
        Scenario s = Scenario.Running(Instance(100, version) with { DownTimerAdverts = adverts });
        long expected = adverts * Second + 156 * Second / 256;
        Assert.Equal(expected, s.View.MasterDownInterval);
        s.Advance(expected - 1);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        s.Advance(1);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void Preempt_delay_from_the_first_advert_of_a_lower_master_on_it_is_followed_for_that_time()
    {
        Scenario s = Scenario.Running(Instance(150) with { PreemptDelay = TimeSpan.FromSeconds(10) });
        s.Advance(Second);
        long first = s.Now;
        s.Hear(Instance(100), Higher);
        Assert.Equal(first + 10 * Second, s.View.PreemptAt);
        for (int i = 0; i < 9; i++)
        {
            s.Advance(Second);
            s.Hear(Instance(100), Higher);
            Assert.Equal(s.Now + s.View.MasterDownInterval, s.Router.NextDeadline);
        }

        // From here on it is not heeded; what runs is the timer of the advert of second 9.
        long due = s.Router.NextDeadline;
        for (int i = 0; i < 3; i++)
        {
            s.Advance(Second);
            s.Hear(Instance(100), Higher);
        }

        Assert.Equal(due, s.Router.NextDeadline);
        s.Advance(due - s.Now);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void Preempt_delay_does_not_delay_the_takeover_from_a_dead_master()
    {
        Scenario s = Scenario.Running(Instance(150) with { PreemptDelay = TimeSpan.FromSeconds(1000) });
        s.Advance(Second);
        s.Hear(Instance(100), Higher);
        s.Advance(s.View.MasterDownInterval);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void Preempt_delay_does_not_delay_the_takeover_from_one_that_stops()
    {
        Scenario s = Scenario.Running(Instance(150) with { PreemptDelay = TimeSpan.FromSeconds(1000) });
        s.Hear(Instance(100), Higher);
        s.Hear(Instance(100), Higher, priority: 0);
        s.Advance(106 * Second / 256);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void Preempt_delay_begins_anew_when_a_better_master_was_there_meanwhile()
    {
        Scenario s = Scenario.Running(Instance(150) with { PreemptDelay = TimeSpan.FromSeconds(10) });
        s.Hear(Instance(100), Higher);
        s.Advance(Second);
        s.Hear(Instance(200), Lower);
        Assert.Equal(0, s.View.PreemptAt);
        s.Advance(Second);
        s.Hear(Instance(100), Higher);
        Assert.Equal(s.Now + 10 * Second, s.View.PreemptAt);
    }

    [Fact]
    public void Preempt_delay_that_a_reload_takes_away_is_not_waited_for_any_longer()
    {
        Scenario s = Scenario.Running(Instance(150) with { PreemptDelay = TimeSpan.FromSeconds(1000) });
        s.Hear(Instance(100), Higher);
        s.Advance(Second);
        s.Hear(Instance(100), Higher);
        long due = s.Router.NextDeadline;

        s.Reconfigure([Instance(150)], [], [0], []);
        s.Advance(Second);
        s.Hear(Instance(100), Higher);

        Assert.Equal(due, s.Router.NextDeadline);
        s.Advance(due - s.Now);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void Preempt_delay_begins_anew_after_a_fault()
    {
        Scenario s = Scenario.Running(Instance(150) with { PreemptDelay = TimeSpan.FromSeconds(10) });
        s.Hear(Instance(100), Higher);
        s.Advance(Second);
        s.Interface(false, Scenario.Own);
        s.Advance(20 * Second);
        s.Interface(true, Scenario.Own);
        Assert.Equal(0, s.View.PreemptAt);
        s.Hear(Instance(100), Higher);
        Assert.Equal(s.Now + 10 * Second, s.View.PreemptAt);
    }

    [Fact]
    public void Startup_delay_the_down_timer_runs_from_its_end_whatever_is_heard_before()
    {
        var s = new Scenario(Configuration([Instance()]) with { StartupDelay = TimeSpan.FromSeconds(20) });
        s.Start(Scenario.Own);
        Assert.Equal(["remove", "Initialize->Backup Startup"], s.Take());
        long end = s.Now + 20 * Second;
        Assert.Equal(end + s.View.MasterDownInterval, s.Router.NextDeadline);
        s.Advance(5 * Second);
        s.Hear(Instance(200), Higher, priority: 0);
        Assert.Equal(end + s.View.MasterDownInterval - 3 * Second, s.Router.NextDeadline);
        s.Advance(10 * Second);
        s.Hear(Instance(200), Higher);
        Assert.Equal(end + s.View.MasterDownInterval, s.Router.NextDeadline);
        s.Advance(10 * Second);
        s.Hear(Instance(200), Higher);
        Assert.Equal(s.Now + s.View.MasterDownInterval, s.Router.NextDeadline);
    }

    [Fact]
    public void Startup_delay_holds_the_owner_back_too_which_then_does_not_wait()
    {
        var owner = Instance(255) with { InitialState = VrrpInitialState.Master };
        var s = new Scenario(Configuration([owner]) with { StartupDelay = TimeSpan.FromSeconds(20) });
        s.Start(Scenario.Own);
        Assert.Equal(["remove", "Initialize->Backup Startup"], s.Take());
        s.Advance(20 * Second - 1);
        Assert.Empty(s.Take());
        s.Advance(1);
        Assert.Equal(["advert 255", "add", "garp 5", "Backup->Master MasterDownTimer"], s.Take());
    }

    [Theory]
    [InlineData(0, 30, 12, 18)]
    [InlineData(5, 30, 12, 18)]
    [InlineData(25, 30, 12, 25)]
    [InlineData(0, 30, 30, 0)]
    [InlineData(0, 30, 86400, 0)]
    public void The_longer_of_startup_delay_and_delay_after_boot_counts(int startup, int afterBoot, int up, int expected)
    {
        var s = new Scenario(Configuration([Instance()]) with
        {
            StartupDelay = TimeSpan.FromSeconds(startup),
            DelayAfterBoot = TimeSpan.FromSeconds(afterBoot),
        });
        s.Interface(true, Scenario.Own);
        s.Begin(up * Second);
        Assert.Equal(s.Now + expected * Second + s.View.MasterDownInterval, s.Router.NextDeadline);
    }

    [Fact]
    public void A_reload_does_not_delay_again()
    {
        HaConfiguration configuration = Configuration([Instance()]) with { StartupDelay = TimeSpan.FromSeconds(20) };
        var s = new Scenario(configuration);
        s.Start(Scenario.Own);
        s.Advance(60 * Second);
        s.Take();
        HaConfiguration next = configuration with { VrrpInstances = [Instance(), Instance() with { Name = "VI_2", VirtualRouterId = 52 }] };
        s.Reconfigure(configuration, next);
        s.Interface(true, Scenario.Own, 1);
        s.Advance(s.View.MasterDownInterval);
        Assert.Equal(VrrpStateKind.Master, s.Router[1].State);
    }

    [Fact]
    public void Lower_prio_no_advert_a_lower_master_is_not_answered_but_the_clients_are_told()
    {
        Scenario s = Scenario.Master(Instance() with { LowerPriorityNoAdvert = true });
        s.Hear(Instance(50), Higher);
        Assert.Equal(["lower 50", "garp 5", "NotifyLowerPriority"], s.Take());
    }

    [Fact]
    public void Higher_prio_send_advert_who_yields_says_so_with_an_advert_first()
    {
        VrrpInstance instance = Instance() with { HigherPrioritySendAdvert = true };
        Scenario s = Scenario.Running(instance);
        s.Hear(Instance(50), Lower); // so that it preempts, and does not take over in silence
        s.Advance(s.View.MasterDownInterval);
        s.Take();
        s.Hear(Instance(150), Higher);
        Assert.Equal(["advert 100", "higher 150", "remove", "Master->Backup HigherPriorityAdvert"], s.Take());
    }

    [Fact]
    public void Higher_prio_send_advert_is_no_word_of_a_shorter_interval_than_the_better_masters()
    {
        // Backups would learn 1 s from it, and take over before the better master speaks again.
        Scenario s = Scenario.Master(Instance() with { HigherPrioritySendAdvert = true });
        s.Hear(Instance(150) with { AdvertisementInterval = TimeSpan.FromSeconds(5) }, Higher);
        Assert.Equal(["IntervalDiffers", "higher 150", "remove", "Master->Backup HigherPriorityAdvert"], s.Take());
    }

    [Fact]
    public void Without_it_who_has_preempted_yields_silently()
    {
        Scenario s = Scenario.Running(Instance());
        s.Hear(Instance(50), Lower);
        s.Advance(s.View.MasterDownInterval);
        s.Take();
        s.Hear(Instance(150), Higher);
        Assert.Equal(["higher 150", "remove", "Master->Backup HigherPriorityAdvert"], s.Take());
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Owner_ignore_adverts_and_strict_mode_make_the_owner_deaf(bool ignores, bool strict)
    {
        Scenario s = Scenario.Master(Instance(255) with { OwnerIgnoreAdverts = ignores, Strict = strict });
        s.Hear(Instance(255), Higher);
        Assert.Equal(["rejected Owner"], s.Take());
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        Assert.Equal(0, s.View.Counters.AdvertsReceived);
    }

    [Fact]
    public void Owner_ignore_adverts_is_for_the_owner_alone()
    {
        Scenario s = Scenario.Running(Instance(100) with { OwnerIgnoreAdverts = true });
        s.Hear(Instance(200), Higher);
        Assert.Equal(1, s.View.Counters.AdvertsReceived);
    }

    [Fact]
    public void Rfc9568_7_1_another_interval_is_told_once_a_peer_and_learned()
    {
        Scenario s = Scenario.Running(Instance());
        s.Hear(Instance(200, seconds: 2), Higher);
        s.Hear(Instance(200, seconds: 2), Higher);
        RouterAction told = Assert.Single(s.TakeActions());
        Assert.Equal((RouterActionKind.IntervalDiffers, 200), (told.Kind, told.Value));
        Assert.Equal(2 * Second, s.View.AdvertInterval);
        s.Hear(Instance(200), Higher);
        s.Hear(Instance(200, seconds: 0.5), Higher);
        Assert.Equal(50, Assert.Single(s.TakeActions()).Value);
    }
}
