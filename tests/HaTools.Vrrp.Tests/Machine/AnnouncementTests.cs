using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>
/// When the addresses are announced, and how often: keepalived's <c>garp_…</c> words, and the end of a split brain. Pacing is the host's.
/// </summary>
public class AnnouncementTests
{
    private const string Lower = "10.70.0.1";

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>The announcements of a time, in milliseconds since its begin.</summary>
    private static List<(long At, GarpBurst Burst, int Repeat)> Watch(Scenario s, long duration)
    {
        List<(long, GarpBurst, int)> seen = [];
        long begin = s.Now;
        while (s.Now < begin + duration)
        {
            s.Advance(Math.Min(10 * Ms, begin + duration - s.Now));
            foreach (RouterAction a in s.TakeActions())
            {
                if (a.Kind == RouterActionKind.SendGratuitousArp) seen.Add(((s.Now - begin) / Ms, a.Burst, a.Value));
            }
        }

        return seen;
    }

    private static Scenario Backup(VrrpInstance instance)
    {
        Scenario s = Scenario.Running(instance);
        s.Advance(s.View.MasterDownInterval - 10 * Ms);
        return s;
    }

    [Fact]
    public void Garp_master_repeat_and_delay()
    {
        Scenario s = Backup(Instance() with { GarpRepeat = 3, GarpDelay = Seconds(2) });
        Assert.Equal([(10, GarpBurst.Takeover, 3), (2010, GarpBurst.Second, 3)], Watch(s, 60 * Second));
    }

    [Fact]
    public void Vrrp_min_garp_one_and_no_more()
    {
        Scenario s = Backup(Instance() with { GarpRepeat = 1, GarpDelay = TimeSpan.Zero });
        Assert.Equal([(10, GarpBurst.Takeover, 1)], Watch(s, 60 * Second));
    }

    [Fact]
    public void Garp_master_refresh_from_burst_to_burst_as_long_as_it_is_master()
    {
        Scenario s = Backup(Instance() with { GarpDelay = Seconds(1), GarpRefresh = Seconds(10), GarpRefreshRepeat = 2 });
        Assert.Equal(
            [
                (10, GarpBurst.Takeover, 5), (1010, GarpBurst.Second, 5),
                (11010, GarpBurst.Refresh, 2), (21010, GarpBurst.Refresh, 2), (31010, GarpBurst.Refresh, 2),
            ],
            Watch(s, 40 * Second));
        s.Hear(Instance(200), "10.70.0.3");
        Assert.Empty(Watch(s, 3 * Second));
    }

    [Fact]
    public void Garp_extra_if_one_each_time_on_the_other_interfaces()
    {
        Scenario s = Backup(Instance() with { GarpDelay = TimeSpan.Zero, GarpExtraInterval = Seconds(7) });
        Assert.Equal(
            [(10, GarpBurst.Takeover, 5), (7010, GarpBurst.ExtraInterfaces, 1), (14010, GarpBurst.ExtraInterfaces, 1)], Watch(s, 20 * Second));
    }

    [Fact]
    public void After_a_lower_master_the_defaults_are_those_of_a_takeover()
    {
        Scenario s = Scenario.Master(Instance() with { GarpRepeat = 4, GarpDelay = Seconds(3) });
        s.Advance(10 * Second);
        s.Take();
        s.Hear(Instance(50), Lower);
        Assert.Equal(["lower 50", "advert 100", "garp 4", "NotifyLowerPriority"], s.Take());
        Assert.Equal([(50, GarpBurst.LowerPriority, 4), (3050, GarpBurst.LowerPriority, 4)], Watch(s, 60 * Second));
    }

    [Fact]
    public void Garp_lower_prio_repeat_and_delay()
    {
        Scenario s = Scenario.Master(Instance() with { GarpLowerPriorityRepeat = 2, GarpLowerPriorityDelay = Seconds(1) });
        s.Advance(10 * Second);
        s.Take();
        s.Hear(Instance(50), Lower);
        Assert.Equal(["lower 50", "advert 100", "garp 2", "NotifyLowerPriority"], s.Take());
        Assert.Equal([(50, GarpBurst.LowerPriority, 2), (1050, GarpBurst.LowerPriority, 2)], Watch(s, 60 * Second));
    }

    [Fact]
    public void Garp_lower_prio_delay_0_means_no_later_burst()
    {
        Scenario s = Scenario.Master(Instance() with { GarpDelay = TimeSpan.Zero, GarpLowerPriorityDelay = TimeSpan.Zero });
        s.Hear(Instance(50), Lower);
        s.Take();
        Assert.Equal([(50, GarpBurst.LowerPriority, 5)], Watch(s, 60 * Second));
    }

    [Fact]
    public void Garp_lower_prio_repeat_0_means_none_and_the_second_burst_of_a_takeover_comes_all_the_same()
    {
        Scenario s = Scenario.Master(Instance() with { GarpLowerPriorityRepeat = 0 });
        s.Advance(Second);
        s.Take();
        s.Hear(Instance(50), Lower);
        Assert.Equal(["lower 50", "advert 100", "NotifyLowerPriority"], s.Take());
        Assert.Equal([(4000, GarpBurst.Second, 5)], Watch(s, 60 * Second));
    }

    [Fact]
    public void Notify_master_rx_lower_pri_is_asked_for_once_a_second_at_most()
    {
        Scenario s = Scenario.Master(Instance());
        for (int i = 0; i < 300; i++)
        {
            s.Hear(Instance(50), Lower);
            s.Advance(10 * Ms);
        }

        Assert.Equal(3, s.Take().Count(a => a == "NotifyLowerPriority"));
    }

    [Fact]
    public void A_split_brain_ends_the_winner_hears_the_loser_and_announces_the_addresses_anew()
    {
        Scenario winner = Scenario.Master(Instance(150)), loser = Scenario.Master(Instance(100));
        winner.Advance(60 * Second);
        winner.Take();
        winner.Hear(Instance(100), "10.70.0.3");
        Assert.Contains("garp 5", winner.Take());
        loser.Hear(Instance(150), "10.70.0.3");
        Assert.Equal(VrrpStateKind.Backup, loser.View.State);
    }

    [Fact]
    public void A_split_brain_ends_the_loser_hears_first_and_says_so_once_for_the_winner_to_announce_them()
    {
        Scenario winner = Scenario.Master(Instance(150)), loser = Scenario.Master(Instance(100));
        winner.Advance(60 * Second);
        winner.Take();
        loser.Hear(Instance(150), "10.70.0.3");
        Assert.Equal("advert 100", loser.Take()[0]);
        winner.Hear(Instance(100), "10.70.0.3");
        Assert.Contains("garp 5", winner.Take());
    }

    [Fact]
    public void Strict_mode_has_nothing_said_by_who_yields()
    {
        Scenario loser = Scenario.Master(Instance(100) with { Strict = true });
        loser.Hear(Instance(150), "10.70.0.3");
        Assert.Equal(["higher 150", "remove", "Master->Backup HigherPriorityAdvert"], loser.Take());
    }

    [Fact]
    public void On_demand_a_master_announces_and_others_do_not()
    {
        Scenario s = Backup(Instance() with { GarpRepeat = 3 });
        s.Router.Announce(0, s.Actions);
        Assert.Empty(s.Take());
        s.Advance(10 * Ms);
        s.Take();
        s.Router.Announce(0, s.Actions);
        RouterAction announced = Assert.Single(s.TakeActions());
        Assert.Equal((GarpBurst.OnDemand, 3), (announced.Burst, announced.Value));
    }

    [Fact]
    public void A_reload_turns_the_refresh_on_and_off()
    {
        Scenario s = Scenario.Master(Instance() with { GarpDelay = TimeSpan.Zero });
        s.Reconfigure([Instance() with { GarpDelay = TimeSpan.Zero, GarpRefresh = Seconds(4) }], [], [0], []);
        Assert.Empty(s.Take());
        Assert.Equal([(4000, GarpBurst.Refresh, 1), (8000, GarpBurst.Refresh, 1)], Watch(s, 10 * Second));
        s.Reconfigure([Instance() with { GarpDelay = TimeSpan.Zero }], [], [0], []);
        Assert.Empty(Watch(s, 10 * Second));
    }
}
