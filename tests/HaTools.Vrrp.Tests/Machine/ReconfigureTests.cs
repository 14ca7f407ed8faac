using System.Net;
using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>A reload touches nothing that did not change.</summary>
public class ReconfigureTests
{
    private static readonly ScriptTracker Script = new() { Name = "chk", Command = "/bin/true" };

    [Fact]
    public void Unchanged_instances_keep_state_timers_and_counters_even_at_another_index()
    {
        VrrpInstance first = Instance(100), second = Instance(150) with { Name = "VI_2", VirtualRouterId = 52 };
        var s = new Scenario([first, second]);
        s.Start(Scenario.Own);
        s.Advance(4 * Second);
        s.Hear(Instance(200), "10.70.0.3");
        s.Advance(100 * Ms);
        s.Take();
        InstanceView backup = s.Router[0], master = s.Router[1];
        Assert.Equal((VrrpStateKind.Backup, VrrpStateKind.Master), (backup.State, master.State));
        long deadline = s.Router.NextDeadline;

        s.Reconfigure([second, first], [], [1, 0], []);

        Assert.Empty(s.Take());
        Assert.Equal(deadline, s.Router.NextDeadline);
        Assert.Equal(Describe(master), Describe(s.Router[0]));
        Assert.Equal(Describe(backup), Describe(s.Router[1]));
        s.Advance(Second);
        Assert.Equal(["0: advert 150"], s.Take());
    }

    [Fact]
    public void A_new_instance_begins_when_its_interface_is_told()
    {
        Scenario s = Scenario.Master(Instance());
        VrrpInstance added = Instance() with { Name = "VI_2", VirtualRouterId = 52 };
        s.Reconfigure([Instance(), added], [], [0, -1], []);
        Assert.Equal(["1: remove"], s.Take());
        s.Interface(true, Scenario.Own, instance: 1);
        Assert.Equal(["1: Initialize->Backup Startup"], s.Take());
    }

    [Fact]
    public void A_removed_master_says_priority_0_first_and_then_nothing_more()
    {
        Scenario s = Scenario.Master(Instance());
        s.Router.RetireInstance(0, s.Now, s.Actions);
        Assert.Equal(["advert 0", "remove", "Master->Initialize Removed"], s.Take());
        s.Hear(Instance(50), "10.70.0.3");
        s.Interface(true, Scenario.Own);
        s.Advance(60 * Second);
        Assert.Empty(s.Take());
        s.Reconfigure([], [], [], []);
        Assert.Equal(0, s.Router.InstanceCount);
        Assert.Equal(long.MaxValue, s.Router.NextDeadline);
    }

    [Fact]
    public void A_master_that_would_be_forgotten_or_become_another_router_is_a_mistake_and_nothing_is_changed()
    {
        Scenario s = Scenario.Master(Instance());
        long deadline = s.Router.NextDeadline;
        Assert.Throws<ArgumentException>(() => s.Reconfigure([], [], [], []));
        VrrpInstance[] others = [Instance() with { VirtualRouterId = 52 }, Instance() with { Interface = "eth1" }];
        foreach (VrrpInstance other in others)
        {
            Assert.False(VrrpRouter.CanCarryOver(Instance(), other));
            Assert.Throws<ArgumentException>(() => s.Reconfigure([other], [], [0], []));
        }

        Assert.Throws<ArgumentException>(
            () => s.Reconfigure([Instance(), Instance() with { Name = "VI_2" }], [], [0, 0], []));
        Assert.Empty(s.Take());
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        Assert.Equal(deadline, s.Router.NextDeadline);
    }

    [Fact]
    public void A_masters_new_priority_goes_out_with_the_next_advert()
    {
        Scenario s = Scenario.Master(Instance(100));
        s.Advance(500 * Ms);
        s.Reconfigure([Instance(120)], [], [0], []);
        Assert.Equal(["priority 100->120"], s.Take());
        s.Advance(500 * Ms);
        Assert.Equal(["advert 120"], s.Take());
    }

    [Fact]
    public void A_masters_new_addresses_are_put_up_and_announced()
    {
        Scenario s = Scenario.Master(Instance());
        s.Advance(10 * Second);
        s.Take();
        s.Reconfigure([Instance() with { VirtualAddresses = Addresses("10.70.9.1", "10.70.9.2") }], [], [0], []);
        Assert.Equal(["add", "garp 5"], s.Take());
        Assert.Equal(2, Advert(s.Router, 0, 100)[23]);
        s.Advance(5 * Second);
        Assert.Contains("garp 5", s.Take());
    }

    [Fact]
    public void A_master_says_a_longer_interval_when_the_next_advert_was_due_in_any_case()
    {
        // The others go by the interval that they have learned until they are told of another.
        Scenario s = Scenario.Master(Instance(seconds: 0.1));
        Scenario backup = Scenario.Running(Instance(50, seconds: 0.1));
        backup.Hear(Instance(seconds: 0.1), "10.70.0.3");
        long due = s.Router.NextDeadline;
        s.Reconfigure([Instance(seconds: 1)], [], [0], []);
        Assert.Equal(due, s.Router.NextDeadline);
        s.Advance(100 * Ms);
        Assert.Equal(["advert 100"], s.Take());
        Assert.Equal(due + Second, s.Router.NextDeadline);

        backup.Advance(100 * Ms);
        backup.Hear(Instance(seconds: 1), "10.70.0.3");
        backup.Advance(2 * Second);
        Assert.Equal(VrrpStateKind.Backup, backup.View.State);
    }

    [Fact]
    public void A_masters_shorter_interval_counts_from_its_last_advert()
    {
        Scenario s = Scenario.Master(Instance());
        long due = s.Router.NextDeadline;
        s.Advance(100 * Ms);
        s.Reconfigure([Instance(seconds: 0.5)], [], [0], []);
        Assert.Equal(due - 500 * Ms, s.Router.NextDeadline);
        s.Reconfigure([Instance(seconds: 0.05)], [], [0], []);
        Assert.Equal(s.Now, s.Router.NextDeadline);
        Assert.Empty(s.Take());
    }

    [Fact]
    public void A_backups_new_interval_yields_to_the_learned_one()
    {
        Scenario s = Scenario.Running(Instance());
        s.Reconfigure([Instance(seconds: 2)], [], [0], []);
        Assert.Equal(2 * Second, s.View.AdvertInterval);
        s.Hear(Instance(200, seconds: 0.5), "10.70.0.3");
        s.Reconfigure([Instance(seconds: 3)], [], [0], []);
        Assert.Equal(500 * Ms, s.View.AdvertInterval);
    }

    [Fact]
    public void A_master_goes_on_in_another_version()
    {
        Scenario s = Scenario.Master(Instance(version: 2));
        s.Advance(500 * Ms);
        s.Reconfigure([Instance()], [], [0], []);
        Assert.Empty(s.Take());
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        s.Advance(500 * Ms);
        Assert.Equal(["advert 100"], s.Take());
        Assert.Equal(3, Advert(s.Router, 0, 100)[20] >> 4);
    }

    [Fact]
    public void A_backup_forgets_the_interval_that_it_has_learned_in_another_version()
    {
        Scenario s = Scenario.Running(Instance());
        s.Hear(Instance(200, seconds: 0.5), "10.70.0.3");
        s.Reconfigure([Instance(version: 2)], [], [0], []);
        Assert.Equal(Second, s.View.AdvertInterval);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        Assert.InRange(s.Router.NextDeadline - s.Now, 3 * Second, 4 * Second);
    }

    [Fact]
    public void A_trackers_result_is_carried_over_to_its_new_index()
    {
        VrrpInstance tracking = Instance() with { TrackScripts = [new Tracked("chk", -15)] };
        Scenario s = Scenario.Running(tracking, Script);
        s.Tracker("chk", false);
        s.Take();
        VrrpInstance both = tracking with { TrackScripts = [new Tracked("new", -1), new Tracked("chk", -15)] };
        s.Reconfigure([both], [Script with { Name = "new" }, Script], [0], [-1, 0]);
        Assert.Empty(s.Take());
        Assert.Equal(85, s.View.Priority);
    }

    [Fact]
    public void A_new_tracker_without_weight_leaves_a_running_instance_running_until_it_speaks()
    {
        Scenario s = Scenario.Master(Instance());
        s.Reconfigure([Instance() with { TrackScripts = [new Tracked("chk")] }], [Script], [0], [-1]);
        Assert.Empty(s.Take());
        s.Tracker("chk", false);
        Assert.Equal(["advert 0", "remove", "Master->Fault TrackerFailed"], s.Take());
    }

    [Fact]
    public void Without_its_failed_tracker_an_instance_recovers()
    {
        VrrpInstance tracking = Instance() with { TrackScripts = [new Tracked("chk")] };
        Scenario s = Scenario.Running(tracking, Script);
        s.Tracker("chk", false);
        s.Take();
        s.Reconfigure([Instance()], [Script], [0], []);
        Assert.Equal(["Fault->Backup Reconfigured"], s.Take());
    }

    [Fact]
    public void After_an_address_list_changed_the_peers_are_told_of_anew()
    {
        Scenario s = Scenario.Running(Instance());
        VrrpInstance two = Instance(200) with { VirtualAddresses = Addresses("10.70.9.1", "10.70.9.2") };
        s.Hear(two, "10.70.0.3");
        Assert.Equal(["AddressListDiffers"], s.Take());
        s.Reconfigure([Instance() with { VirtualAddresses = Addresses("10.70.9.3") }], [], [0], []);
        s.Hear(two, "10.70.0.3");
        Assert.Equal(["AddressListDiffers"], s.Take());
    }

    [Fact]
    public void A_reload_that_changes_one_of_many_touches_no_other_and_costs_in_proportion_to_their_number()
    {
        long[] allocated = [.. new[] { 255, 255, 1020 }.Select(Reload)];
        Assert.InRange(allocated[2], 0, 5 * allocated[1]);

        static long Reload(int count)
        {
            VrrpInstance[] instances =
            [
                .. Enumerable.Range(0, count).Select(i => Instance(100) with
                {
                    Name = $"VI_{i}",
                    Interface = $"eth{i / 255}",
                    VirtualRouterId = 1 + i % 255,
                    TrackScripts = [new Tracked("chk", -10)],
                }),
            ];
            HaConfiguration before = Configuration([.. instances], Script);
            instances[count / 2] = instances[count / 2] with { Priority = 120 };
            HaConfiguration after = Configuration([.. instances], Script);
            var s = new Scenario(before);
            s.Start(Scenario.Own);
            s.Advance(10 * Second);
            s.Take();
            long due = s.Router.NextDeadline;
            long start = GC.GetAllocatedBytesForCurrentThread();
            s.Reconfigure(before, after);
            long cost = GC.GetAllocatedBytesForCurrentThread() - start;
            Assert.Equal([$"{count / 2}: priority 100->120"], s.Take());
            Assert.Equal(due, s.Router.NextDeadline);
            return cost;
        }
    }

    [Fact]
    public void Another_family_interface_or_virtual_router_id_is_another_instance()
    {
        VrrpInstance six = Instance() with { VirtualAddresses = Addresses("fe80::1") };
        Assert.False(VrrpRouter.CanCarryOver(Instance(), six));
        Assert.Equal([-1], VrrpRouter.InstanceCarryOver(Configuration([Instance()]), Configuration([six])));
        Assert.Equal([0], VrrpRouter.InstanceCarryOver(Configuration([six]), Configuration([six with { Priority = 1 }])));
    }

    [Fact]
    public void An_instance_goes_on_under_another_name_if_it_is_the_same_virtual_router()
    {
        VrrpInstance a = Instance() with { Name = "A" }, b = Instance() with { Name = "B", VirtualRouterId = 52 };
        Assert.Equal([1, 0], VrrpRouter.InstanceCarryOver(Configuration([a, b]), Configuration([a with { Name = "B", VirtualRouterId = 52 }, b with { Name = "A", VirtualRouterId = 51 }])));
        Assert.Equal([-1, 0], VrrpRouter.InstanceCarryOver(Configuration([a]), Configuration([a with { VirtualRouterId = 53 }, a with { Name = "C", Priority = 7 }])));

        // One continues one, and the name goes before the rest.
        Assert.Equal([-1, 0], VrrpRouter.InstanceCarryOver(Configuration([a]), Configuration([a with { Name = "C" }, a])));
        VrrpInstance peers = a with { UnicastPeers = [new UnicastPeer(IPAddress.Parse("192.0.2.7"))] };
        VrrpInstance group = a with { MulticastGroup = IPAddress.Parse("224.0.0.99") };
        foreach (VrrpInstance other in (VrrpInstance[])[peers, group, a with { Interface = "eth1" }])
            Assert.Equal([-1], VrrpRouter.InstanceCarryOver(Configuration([a]), Configuration([other with { Name = "C" }])));

        Scenario s = Scenario.Master(a);
        s.Advance(500 * Ms);
        s.Reconfigure([a with { Name = "C" }], [], [0], []);
        Assert.Empty(s.Take());
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    private static string Describe(InstanceView v)
    {
        InstanceCounters c = v.Counters;
        return $"{v.State} {v.Priority} {v.MasterAddress} {v.SourceAddress} {v.StateSince} {v.LastAdvert} {v.AdvertInterval} "
            + $"{v.MasterDownInterval} {v.FaultReason} {v.FaultTracker} {c.AdvertsReceived} {c.AdvertsSent} "
            + $"{c.BecameMaster} {c.ReleasedMaster} {c.MaxTimerLateness}";
    }
}
