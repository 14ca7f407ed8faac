using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>keepalived's <c>vrrp_sync_group</c>: the members are master together, or none is.</summary>
public class SyncGroupTests
{
    private const string Other = "10.70.0.3";

    private static readonly ScriptTracker Script = new() { Name = "chk", Command = "x" };

    private static VrrpInstance Member(int number, int priority = 100) =>
        Instance(priority) with { Name = $"VI_{number}", VirtualRouterId = 50 + number, Interface = $"eth{number}" };

    private static HaConfiguration Grouped(params VrrpInstance[] members) => Configuration([.. members]) with
    {
        SyncGroups = [new VrrpSyncGroup { Name = "G", Members = [.. members.Select(m => m.Name)] }],
    };

    private static HaConfiguration Two(int priority = 100) => Grouped(Member(1, priority), Member(2, priority));

    private static Scenario Running(HaConfiguration configuration)
    {
        var s = new Scenario(configuration);
        s.Start(Scenario.Own);
        s.Take();
        return s;
    }

    private static Scenario Master(HaConfiguration configuration)
    {
        Scenario s = Running(configuration);
        s.Advance(s.View.MasterDownInterval);
        Agree(s, VrrpStateKind.Master);
        s.Take();
        return s;
    }

    private static void Agree(Scenario s, VrrpStateKind state)
    {
        for (int i = 0; i < s.Router.InstanceCount; i++) Assert.Equal(state, s.Router[i].State);
        Assert.Equal(state, s.Router.Group(0).State);
    }

    private static void Hear(Scenario s, int member, int priority, string source = Other, int? says = null)
    {
        var peer = new Advertiser(Member(member + 1, priority), source);
        peer.Priority = says ?? priority;
        s.Hear(peer, member);
    }

    [Fact]
    public void At_the_start_all_wait_until_all_are_ready()
    {
        var s = new Scenario(Two());
        s.Begin();
        Assert.Equal(["0: remove", "1: remove"], s.Take());
        s.Interface(true, Scenario.Own, 0);
        Assert.Empty(s.Take());
        s.Interface(true, Scenario.Own, 1);
        Assert.Equal(["0: Initialize->Backup Startup", "1: Initialize->Backup Startup", "group 0: Initialize->Backup"], s.Take());
    }

    [Fact]
    public void All_become_master_in_one_step_and_each_speaks_and_announces()
    {
        Scenario s = Running(Two());
        s.Advance(s.View.MasterDownInterval);
        Assert.Equal(
            [
                "0: advert 100", "1: advert 100", "0: add", "1: add", "0: garp 5", "1: garp 5",
                "0: Backup->Master SyncGroup", "1: Backup->Master MasterDownTimer", "group 0: Backup->Master",
            ],
            s.Take());
        Assert.Equal(s.Now, s.Router.Group(0).StateSince);
    }

    [Fact]
    public void In_silence_the_last_to_run_out_decides()
    {
        Scenario s = Running(Grouped(Member(1, 200), Member(2, 100)));
        s.Advance(s.Router[0].MasterDownInterval);
        Assert.Empty(s.Take());
        Agree(s, VrrpStateKind.Backup);
        s.Advance(s.Router[1].MasterDownInterval - s.Router[0].MasterDownInterval - 1);
        Agree(s, VrrpStateKind.Backup);
        s.Advance(1);
        Agree(s, VrrpStateKind.Master);
    }

    [Fact]
    public void While_one_member_hears_a_better_master_the_others_wait_and_do_not_flap()
    {
        Scenario s = Running(Two());
        for (int i = 0; i < 30; i++)
        {
            Hear(s, 1, 150);
            s.Advance(Second);
        }

        Assert.Empty(s.Take());
        Agree(s, VrrpStateKind.Backup);
        s.Advance(s.Router[1].MasterDownInterval);
        Agree(s, VrrpStateKind.Master);
    }

    [Fact]
    public void The_word_of_a_master_that_stops_on_one_member_is_enough_for_all()
    {
        // Its interface of the other member may be down, so that it cannot say it there.
        Scenario s = Running(Two());
        Hear(s, 0, 150);
        Hear(s, 1, 150);
        s.Advance(Second / 2);
        Hear(s, 0, 150, says: 0);
        s.Advance(156 * Second / 256);
        Agree(s, VrrpStateKind.Master);
    }

    [Fact]
    public void Preemption_takes_all_at_once()
    {
        Scenario s = Running(Two(150));
        for (int i = 0; i < 4; i++)
        {
            Hear(s, 0, 100);
            Hear(s, 1, 100);
            s.Advance(Second);
        }

        Agree(s, VrrpStateKind.Master);
    }

    [Fact]
    public void A_better_master_of_one_member_moves_all_to_backup_and_only_that_one_follows_it()
    {
        Scenario s = Master(Two());
        Hear(s, 1, 150);
        Assert.Equal(
            [
                "0: advert 100", "1: advert 100", "1: higher 150", "0: remove", "1: remove",
                "0: Master->Backup SyncGroup", "1: Master->Backup HigherPriorityAdvert", "group 0: Master->Backup",
            ],
            s.Take());
        Assert.Equal((0u, Address(Other)), (s.Router[0].MasterAddress, s.Router[1].MasterAddress));
    }

    [Fact]
    public void No_member_says_priority_0_for_another_ones_better_master()
    {
        Scenario s = Master(Two());
        Hear(s, 0, 150);
        Assert.DoesNotContain(s.Take(), a => a.Contains("advert 0", StringComparison.Ordinal));
    }

    [Fact]
    public void The_fault_of_one_is_the_fault_of_all_and_those_who_can_say_so()
    {
        Scenario s = Master(Two());
        s.Interface(false, Scenario.Own, 1);
        Assert.Equal(
            [
                "0: advert 0", "0: remove", "0: Master->Fault SyncGroup", "1: remove", "1: Master->Fault InterfaceDown", "group 0: Master->Fault",
            ],
            s.Take());
        Assert.Equal((TransitionReason.SyncGroup, TransitionReason.InterfaceDown), (s.Router[0].FaultReason, s.Router[1].FaultReason));
    }

    [Fact]
    public void It_ends_only_when_the_last_fault_ends_and_then_for_all()
    {
        Scenario s = Master(Two());
        s.Interface(false, Scenario.Own, 1);
        s.Interface(false, Scenario.Own, 0);
        s.Take();
        s.Interface(true, Scenario.Own, 1);
        Assert.Empty(s.Take());
        Assert.Equal(TransitionReason.SyncGroup, s.Router[1].FaultReason);
        Agree(s, VrrpStateKind.Fault);
        s.Interface(true, Scenario.Own, 0);
        Assert.Equal(["0: Fault->Backup InterfaceUp", "1: Fault->Backup InterfaceUp", "group 0: Fault->Backup"], s.Take());
        s.Advance(s.View.MasterDownInterval);
        Agree(s, VrrpStateKind.Master);
        Assert.Equal(2, s.Take().Count(a => a.EndsWith("garp 5", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_lower_master_of_one_member_makes_all_announce_their_addresses_anew()
    {
        Scenario s = Master(Two());
        Hear(s, 0, 50);
        Assert.Equal(["0: lower 50", "0: advert 100", "0: garp 5", "1: garp 5", "0: NotifyLowerPriority"], s.Take());
        s.Advance(50 * Ms);
        Assert.Equal(["0: garp 5", "1: garp 5"], s.Take());
    }

    [Fact]
    public void A_groups_trackers_are_every_members()
    {
        HaConfiguration configuration = Two() with { Scripts = [Script] };
        configuration = configuration with { SyncGroups = [configuration.SyncGroups[0] with { TrackScripts = [new Tracked("chk", -30)] }] };
        Scenario s = Running(configuration);
        s.Tracker("chk", false);
        Assert.Equal(["0: priority 100->70", "1: priority 100->70"], s.Take());
    }

    [Fact]
    public void A_groups_failed_tracker_without_weight_is_the_fault_of_all()
    {
        HaConfiguration configuration = Two() with { Scripts = [Script] };
        configuration = configuration with { SyncGroups = [configuration.SyncGroups[0] with { TrackScripts = [new Tracked("chk")] }] };
        var s = new Scenario(configuration);
        s.Start(Scenario.Own);
        Agree(s, VrrpStateKind.Initialize);
        s.Tracker("chk", true);
        Agree(s, VrrpStateKind.Backup);
        s.Advance(s.View.MasterDownInterval);
        s.Take();
        s.Tracker("chk", false);
        string[] actions = s.Take();
        Assert.Equal(["0: advert 0", "1: advert 0"], actions[..2]);
        Agree(s, VrrpStateKind.Fault);
        s.Tracker("chk", true);
        Agree(s, VrrpStateKind.Backup);
    }

    [Theory]
    [InlineData(false, 100)]
    [InlineData(true, 70)]
    public void A_members_own_weights_are_ignored_unless_the_group_asks_for_them(bool trackingWeight, int expected)
    {
        HaConfiguration configuration = Grouped(Member(1) with { TrackScripts = [new Tracked("chk", -30)] }, Member(2)) with { Scripts = [Script] };
        configuration = configuration with { SyncGroups = [configuration.SyncGroups[0] with { TrackingWeight = trackingWeight }] };
        Scenario s = Running(configuration);
        s.Tracker("chk", false);
        Assert.Equal((expected, 100), (s.Router[0].Priority, s.Router[1].Priority));
        Agree(s, VrrpStateKind.Backup);
    }

    [Fact]
    public void A_members_own_tracker_without_weight_is_not_ignored()
    {
        Scenario s = Running(Grouped(Member(1) with { TrackScripts = [new Tracked("chk")] }, Member(2)) with { Scripts = [Script] });
        s.Tracker("chk", false);
        Agree(s, VrrpStateKind.Fault);
    }

    [Fact]
    public void With_an_owner_among_the_members_the_groups_weights_are_cleared()
    {
        HaConfiguration configuration = Grouped(Member(1, 255), Member(2, 100)) with { Scripts = [Script] };
        configuration = configuration with { SyncGroups = [configuration.SyncGroups[0] with { TrackScripts = [new Tracked("chk", -30)] }] };
        Scenario s = Running(configuration);
        s.Tracker("chk", false);
        Agree(s, VrrpStateKind.Fault);
    }

    [Fact]
    public void Owners_that_are_configured_as_master_are_at_once_if_all_are()
    {
        static VrrpInstance Owner(int n) => Member(n, 255) with { InitialState = VrrpInitialState.Master };
        var s = new Scenario(Grouped(Owner(1), Owner(2)));
        s.Start(Scenario.Own);
        Assert.Equal(
            [
                "0: advert 255", "1: advert 255", "0: add", "1: add", "0: garp 5", "1: garp 5",
                "0: Initialize->Master Startup", "1: Initialize->Master Startup", "group 0: Initialize->Master",
            ],
            s.Take());
        Agree(Running(Grouped(Owner(1), Member(2))), VrrpStateKind.Backup);
    }

    [Fact]
    public void A_stop_is_said_by_all_and_the_group_ends()
    {
        Scenario s = Master(Two());
        s.Router.Stop(s.Now, s.Actions);
        string[] actions = s.Take();
        Assert.Equal(2, actions.Count(a => a.EndsWith("advert 0", StringComparison.Ordinal)));
        Assert.Equal("group 0: Master->Initialize", actions[^1]);
    }

    [Fact]
    public void Reload_an_unchanged_group_is_not_touched()
    {
        Scenario s = Master(Two());
        long since = s.Router.Group(0).StateSince;
        s.Advance(Second / 2);
        s.Reconfigure(Two(), Two() with { GarpInterval = TimeSpan.FromSeconds(1) });
        Assert.Empty(s.Take());
        Assert.Equal(since, s.Router.Group(0).StateSince);
    }

    [Fact]
    public void Reload_a_new_member_joins_a_master_as_soon_as_it_is_ready_and_the_others_stay()
    {
        Scenario s = Master(Two());
        HaConfiguration three = Grouped(Member(1), Member(2), Member(3));
        s.Reconfigure(Two(), three);
        Assert.Equal(["2: remove"], s.Take());
        s.Interface(true, Scenario.Own, 2);
        Assert.Equal(["2: advert 100", "2: add", "2: garp 5", "2: Initialize->Master Startup"], s.Take());
        Agree(s, VrrpStateKind.Master);
    }

    [Fact]
    public void Reload_a_new_member_that_cannot_be_ready_is_the_fault_of_all()
    {
        Scenario s = Master(Two());
        s.Reconfigure(Two(), Grouped(Member(1), Member(2), Member(3)));
        s.Interface(false, Scenario.Own, 2);
        Agree(s, VrrpStateKind.Fault);
    }

    [Fact]
    public void Reload_instances_that_become_a_group_agree_on_master_where_one_is()
    {
        HaConfiguration apart = Configuration([Member(1), Member(2)]);
        Scenario s = Running(apart);
        Hear(s, 1, 150);
        s.Advance(s.Router[0].MasterDownInterval - Second);
        Hear(s, 1, 150);
        s.Advance(Second);
        Assert.Equal((VrrpStateKind.Master, VrrpStateKind.Backup), (s.Router[0].State, s.Router[1].State));
        s.Take();
        s.Reconfigure(apart, Two());
        Assert.Equal(
            ["1: advert 100", "1: add", "1: garp 5", "1: Backup->Master Reconfigured", "group 0: Initialize->Master"], s.Take());
        Agree(s, VrrpStateKind.Master);
        Hear(s, 1, 150); // and if the other is the better one, it has them both
        Agree(s, VrrpStateKind.Backup);
    }

    [Fact]
    public void Reload_without_the_group_each_goes_its_own_way()
    {
        Scenario s = Master(Two());
        s.Reconfigure(Two(), Configuration([Member(1), Member(2)]));
        Assert.Empty(s.Take());
        Hear(s, 1, 150);
        Assert.Equal((VrrpStateKind.Master, VrrpStateKind.Backup), (s.Router[0].State, s.Router[1].State));
        Assert.Equal(0, s.Router.GroupCount);
    }

    [Fact]
    public void Reload_without_the_member_that_held_the_others_back_they_take_over()
    {
        Scenario s = Running(Two());
        for (int i = 0; i < 5; i++)
        {
            Hear(s, 1, 150);
            s.Advance(Second);
        }

        Agree(s, VrrpStateKind.Backup);
        s.Router.RetireInstance(1, s.Now, s.Actions);
        s.Take();
        s.Reconfigure(Two(), Grouped(Member(1)));
        s.Advance(0);
        Assert.Equal(VrrpStateKind.Master, s.Router[0].State);
    }

    [Fact]
    public void Reload_a_member_with_the_fault_leaves_and_the_others_recover()
    {
        Scenario s = Master(Two());
        s.Interface(false, Scenario.Own, 1);
        s.Router.RetireInstance(1, s.Now, s.Actions);
        s.Take();
        s.Reconfigure(Two(), Grouped(Member(1)));
        Assert.Equal(["Fault->Backup Reconfigured", "group 0: Fault->Backup"], s.Take());
    }

    [Fact]
    public void A_group_with_a_member_twice_or_one_that_is_not_there_is_refused()
    {
        HaConfiguration two = Two();
        foreach (VrrpSyncGroup group in new[]
        {
            new VrrpSyncGroup { Name = "H", Members = ["VI_1"] },
            new VrrpSyncGroup { Name = "H", Members = ["VI_9"] },
            new VrrpSyncGroup { Name = "H", Members = [] },
        })
        {
            Assert.Throws<ArgumentException>(() => new VrrpRouter(two with { SyncGroups = [two.SyncGroups[0], group] }));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_happens_the_members_agree_after_each_step(int seed)
    {
        var random = new Random(seed);
        HaConfiguration configuration = Grouped(
            Member(1) with { TrackScripts = [new Tracked("chk")] }, Member(2, 120), Member(3) with { NoPreempt = true }) with
        { Scripts = [Script] };
        var s = new Scenario(configuration);
        s.Tracker("chk", true);
        s.Start(Scenario.Own);
        int masters = 0;
        for (int step = 0; step < 5000; step++)
        {
            int member = random.Next(3);
            switch (random.Next(12))
            {
                case < 6:
                    s.Advance(random.NextInt64(2 * Second));
                    break;
                case < 9:
                    int[] priorities = [0, 50, 100, 110, 130];
                    Hear(s, member, 100, random.Next(2) == 0 ? Other : "10.70.0.1", priorities[random.Next(priorities.Length)]);
                    break;
                case 9:
                    s.Interface(random.Next(4) != 0, Scenario.Own, member);
                    break;
                case 10:
                    s.Tracker("chk", random.Next(4) != 0);
                    break;
                default:
                    s.Stall(random.NextInt64(8 * Second));
                    break;
            }

            Agree(s, s.Router[0].State);
            if (s.Router[0].State == VrrpStateKind.Master) masters++;
            foreach (RouterAction a in s.TakeActions())
            {
                if (a.Kind == RouterActionKind.SendAdvert && a.Value != 0) Assert.NotEqual(VrrpStateKind.Fault, s.Router[a.Instance].State);
            }
        }

        Assert.InRange(masters, 200, 4800);
    }
}
