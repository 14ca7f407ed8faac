using System.Buffers.Binary;
using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>Interfaces and trackers: Initialize, Fault, and the effective priority (keepalived's vrrp_script and track_script).</summary>
public class ReadinessTests
{
    private static readonly ScriptTracker Script = new() { Name = "chk", Command = "/bin/true" };

    private static VrrpInstance Tracking(int priority = 100, int? weight = null) =>
        Instance(priority) with { TrackScripts = [new Tracked("chk", weight)] };

    [Fact]
    public void Until_the_host_has_told_of_the_interface_an_instance_stays_in_initialize()
    {
        var s = new Scenario([Instance()]);
        s.Begin();
        Assert.Equal(["remove"], s.Take());
        Assert.Equal(VrrpStateKind.Initialize, s.View.State);
        s.Interface(true, Scenario.Own);
        Assert.Equal(["Initialize->Backup Startup"], s.Take());
    }

    [Fact]
    public void A_backup_whose_interface_goes_down_is_in_fault_and_then_starts_from_the_beginning()
    {
        Scenario s = Scenario.Running(Instance());
        s.Advance(2 * Second);
        s.Interface(false, Scenario.Own);
        Assert.Equal(["Backup->Fault InterfaceDown"], s.Take());
        Assert.Equal(TransitionReason.InterfaceDown, s.View.FaultReason);
        s.Advance(60 * Second);
        Assert.Empty(s.Take());
        s.Interface(true, Scenario.Own);
        Assert.Equal(["Fault->Backup InterfaceUp"], s.Take());
        Assert.Equal(TransitionReason.None, s.View.FaultReason);
        Assert.Equal(s.Now + s.View.MasterDownInterval, s.Router.NextDeadline);
    }

    [Fact]
    public void A_master_whose_interface_goes_down_cannot_say_so_but_removes_its_addresses()
    {
        Scenario s = Scenario.Master(Instance());
        s.Interface(false, Scenario.Own);
        Assert.Equal(["remove", "Master->Fault InterfaceDown"], s.Take());
        Assert.Equal(0u, s.View.MasterAddress);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_master_whose_interface_goes_down_says_so_where_a_last_advert_leaves_by_another(bool canHear)
    {
        Scenario s = Scenario.Master(Instance());
        s.Router.OnInterface(0, new InterfaceReading(false, Scenario.Own) { CanHear = canHear, CanPart = true }, s.Now, s.Actions);
        Assert.Equal(["advert 0", "remove", "Master->Fault InterfaceDown"], s.Take());
    }

    /// <summary>
    /// RFC 9568 section 6.4.2: priority 0 cuts the wait of every backup to its skew time, also where it comes from one that another master has replaced long ago.
    /// </summary>
    [Theory]
    [InlineData(true, true, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    public void A_master_that_could_not_be_heard_says_that_it_stops_only_while_no_other_may_have_replaced_it(bool soon, bool byAnother, bool withinDelay)
    {
        Scenario s = Scenario.Master(Instance() with { DontTrackPrimary = true });
        s.Router.OnInterface(0, new InterfaceReading(withinDelay, Scenario.Own) { CanPart = byAnother || withinDelay }, s.Now, s.Actions);

        // The best that others can be is 254: three seconds and its skew.
        s.Advance(soon ? 2 * Second : 4 * Second);
        _ = s.Take();
        s.Router.Stop(s.Now, s.Actions);

        Assert.Equal(soon ? ["advert 0", "remove", "Master->Initialize Shutdown"] : ["remove", "Master->Initialize Shutdown"], s.Take());
    }

    [Fact]
    public void A_master_whose_interface_is_up_again_says_that_it_stops_however_long_that_was_down()
    {
        Scenario s = Scenario.Master(Instance() with { DontTrackPrimary = true });
        s.Interface(false, Scenario.Own);
        s.Advance(60 * Second);
        s.Interface(true, Scenario.Own);
        _ = s.Take();
        s.Router.Stop(s.Now, s.Actions);
        Assert.Equal(["advert 0", "remove", "Master->Initialize Shutdown"], s.Take());
    }

    [Theory]
    [InlineData("InterfaceDown", "AddressInterfaceDown")]
    [InlineData("Refused", "AddressesRefused")]
    public void A_master_whose_addresses_cannot_be_put_up_says_that_it_stops_and_is_in_fault_until_they_can(string obstacle, string reason)
    {
        Scenario s = Scenario.Master(Instance());
        s.Router.OnInterface(
            0, new InterfaceReading(true, Scenario.Own, Obstacle: Enum.Parse<AddressObstacle>(obstacle)), s.Now, s.Actions);
        Assert.Equal(["advert 0", "remove", $"Master->Fault {reason}"], s.Take());
        s.Interface(true, Scenario.Own);
        Assert.Equal(["Fault->Backup InterfaceUp"], s.Take());
    }

    [Fact]
    public void Who_cannot_hear_is_in_fault_also_when_the_interface_is_not_tracked()
    {
        Scenario s = Scenario.Master(Instance() with { DontTrackPrimary = true });
        s.Interface(false, Scenario.Own);
        Assert.Empty(s.Take());
        s.Router.OnInterface(0, new InterfaceReading(false, Scenario.Own) { CanHear = false }, s.Now, s.Actions);
        Assert.Equal(["remove", "Master->Fault CannotHear"], s.Take());
        s.Interface(false, Scenario.Own);
        Assert.Equal(["Fault->Backup InterfaceUp"], s.Take());
    }

    [Fact]
    public void A_master_that_loses_its_source_address_says_so_from_that_and_is_in_fault()
    {
        Scenario s = Scenario.Master(Instance());
        s.Interface(true, 0);
        RouterAction parting = s.Actions.AsSpan().ToArray().Single(a => a.Kind == RouterActionKind.SendAdvert);
        var datagram = new byte[VrrpRouter.MaxAdvertLength];
        _ = s.Router.EncodeAdvert(parting, VrrpProtocol.MulticastAddress, 1, 0, datagram);
        Assert.Equal((uint)Scenario.Own, BinaryPrimitives.ReadUInt32BigEndian(datagram.AsSpan(12)));
        Assert.Equal(["advert 0", "remove", "Master->Fault NoSourceAddress"], s.Take());
        s.Interface(false, 0);
        Assert.Empty(s.Take());
        Assert.Equal(TransitionReason.InterfaceDown, s.View.FaultReason);
    }

    [Fact]
    public void A_master_whose_interface_goes_with_its_source_address_says_nothing()
    {
        Scenario s = Scenario.Master(Instance());
        s.Interface(false, 0);
        Assert.Equal(["remove", "Master->Fault InterfaceDown"], s.Take());
    }

    [Fact]
    public void Another_source_address_is_used_at_once()
    {
        Scenario s = Scenario.Master(Instance());
        s.Interface(true, Address("10.70.0.9"));
        Assert.Empty(s.Take());
        Assert.Equal(Address("10.70.0.9"), s.View.MasterAddress);
        s.Hear(Instance(), "10.70.0.3");
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void The_owner_is_master_again_as_soon_as_its_interface_is()
    {
        Scenario s = Scenario.Running(Instance(255) with { InitialState = VrrpInitialState.Master });
        s.Interface(false, Scenario.Own);
        s.Take();
        s.Interface(true, Scenario.Own);
        Assert.Equal(["advert 255", "add", "garp 5", "Fault->Master InterfaceUp"], s.Take());
    }

    [Fact]
    public void A_tracker_without_weight_holds_initialize_until_its_first_result()
    {
        var s = new Scenario([Tracking()], Script);
        s.Start(Scenario.Own);
        Assert.Equal(["remove"], s.Take());
        s.Advance(60 * Second);
        Assert.Equal(VrrpStateKind.Initialize, s.View.State);
        s.Tracker("chk", true);
        Assert.Equal(["Initialize->Backup Startup"], s.Take());
    }

    [Fact]
    public void A_first_result_that_is_bad_is_a_fault()
    {
        var s = new Scenario([Tracking()], Script);
        s.Start(Scenario.Own);
        s.Tracker("chk", false);
        Assert.Equal(["remove", "Initialize->Fault TrackerFailed"], s.Take());
        Assert.Equal(0, s.View.FaultTracker);
    }

    [Fact]
    public void Init_fail_counts_as_failed_until_the_first_good_result()
    {
        var s = new Scenario([Tracking()], Script with { InitFail = true });
        s.Start(Scenario.Own);
        Assert.Equal(["remove", "Initialize->Fault TrackerFailed"], s.Take());
        s.Tracker("chk", true);
        Assert.Equal(["Fault->Backup TrackerRecovered"], s.Take());
    }

    [Fact]
    public void A_master_whose_tracker_fails_says_so_with_priority_0()
    {
        Scenario s = Scenario.Running(Tracking(), Script);
        s.Tracker("chk", true);
        s.Advance(s.View.MasterDownInterval);
        s.Take();
        s.Tracker("chk", false);
        Assert.Equal(["advert 0", "remove", "Master->Fault TrackerFailed"], s.Take());
        s.Tracker("chk", false);
        Assert.Empty(s.Take());
        s.Tracker("chk", true);
        Assert.Equal(["Fault->Backup TrackerRecovered"], s.Take());
    }

    [Fact]
    public void A_fault_that_ends_before_a_tracker_has_spoken_leads_to_initialize()
    {
        var s = new Scenario([Tracking()], Script);
        s.Start(source: 0);
        Assert.Equal(["remove", "Initialize->Fault NoSourceAddress"], s.Take());
        s.Interface(true, Scenario.Own);
        Assert.Equal(["Fault->Initialize InterfaceUp"], s.Take());
        s.Tracker("chk", true);
        Assert.Equal(["Initialize->Backup Startup"], s.Take());
    }

    [Theory]
    [InlineData(100, -15, null, 100)]
    [InlineData(100, -15, true, 100)]
    [InlineData(100, -15, false, 85)]
    [InlineData(100, 20, null, 100)]
    [InlineData(100, 20, true, 120)]
    [InlineData(100, 20, false, 100)]
    [InlineData(100, -253, false, 1)]
    [InlineData(200, 253, true, 254)]
    [InlineData(254, 1, true, 254)]
    [InlineData(255, -15, false, 255)]
    [InlineData(255, 15, true, 255)]
    public void Keepalived_weights_make_the_effective_priority(int priority, int weight, bool? result, int effective)
    {
        var s = new Scenario([Tracking(priority)], Script with { Weight = weight });
        s.Start(Scenario.Own);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        if (result is { } up) s.Tracker("chk", up);
        Assert.Equal(effective, s.View.Priority);
    }

    [Fact]
    public void Init_fail_subtracts_a_negative_weight_from_the_start()
    {
        var s = new Scenario([Tracking()], Script with { Weight = -15, InitFail = true });
        Assert.Equal(85, s.View.Priority);
        s.Start(Scenario.Own);
        s.Take();
        s.Tracker("chk", true);
        Assert.Equal(["priority 85->100"], s.Take());
    }

    [Fact]
    public void Weights_of_several_trackers_add_up_before_they_are_clamped()
    {
        VrrpInstance instance = Instance(250) with { TrackScripts = [new Tracked("a"), new Tracked("b", -30)] };
        var s = new Scenario([instance], Script with { Name = "a", Weight = 20 }, Script with { Name = "b", Weight = 7 });
        s.Start(Scenario.Own);
        s.Tracker("a", true);
        Assert.Equal(254, s.View.Priority);
        s.Tracker("b", false);
        Assert.Equal(240, s.View.Priority);
    }

    [Fact]
    public void An_instance_may_weigh_a_script_its_own_way()
    {
        var s = new Scenario([Tracking(), Tracking(weight: -20) with { Name = "VI_2", VirtualRouterId = 52 }], Script);
        s.Start(Scenario.Own);
        s.Tracker("chk", true);
        s.Take();
        s.Tracker("chk", false);
        Assert.Equal(["1: priority 100->80", "0: Backup->Fault TrackerFailed"], s.Take());
    }

    [Fact]
    public void A_masters_next_advert_carries_the_new_priority()
    {
        Scenario s = Scenario.Master(Tracking(weight: -15), Script);
        s.Advance(500 * Ms);
        s.Tracker("chk", false);
        Assert.Equal(["priority 100->85"], s.Take());
        s.Advance(500 * Ms);
        Assert.Equal(["advert 85"], s.Take());
    }

    [Fact]
    public void A_backups_skew_is_reckoned_anew_from_the_last_advert()
    {
        Scenario s = Scenario.Running(Tracking(weight: 64), Script);
        s.Advance(Second);
        s.Hear(Instance(200), "10.70.0.1");
        long heard = s.Now;
        s.Advance(Second);
        s.Tracker("chk", true);
        Assert.Equal(heard + 3 * Second + 92 * Second / 256, s.Router.NextDeadline);
        s.Tracker("chk", false);
        Assert.Equal(heard + 3 * Second + 156 * Second / 256, s.Router.NextDeadline);
        s.Hear(Instance(200), "10.70.0.1", priority: 0);
        s.Tracker("chk", true);
        Assert.Equal(s.Now + 92 * Second / 256, s.Router.NextDeadline);
    }

    [Fact]
    public void A_deadline_that_a_raise_puts_into_the_past_is_due_now_and_not_late()
    {
        Scenario s = Scenario.Running(Tracking(priority: 1, weight: 253), Script);
        s.Advance(3 * Second + 500 * Ms);
        s.Tracker("chk", true);
        Assert.Equal(s.Now, s.Router.NextDeadline);
        s.Advance(0);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        Assert.Equal(0, s.View.Counters.MaxTimerLateness);
    }

    [Theory]
    [InlineData(0, 51, 3, 1.0)]
    [InlineData(256, 51, 3, 1.0)]
    [InlineData(100, 0, 3, 1.0)]
    [InlineData(100, 256, 3, 1.0)]
    [InlineData(100, 51, 1, 1.0)]
    [InlineData(100, 51, 2, 0.5)]
    [InlineData(100, 51, 2, 256)]
    [InlineData(100, 51, 3, 0.005)]
    [InlineData(100, 51, 3, 0.015)]
    [InlineData(100, 51, 3, 40.96)]
    public void What_cannot_be_put_on_the_wire_is_refused(int priority, int routerId, int version, double seconds) =>
        Assert.Throws<ArgumentException>(
            () => new Scenario([Instance(priority, version, seconds) with { VirtualRouterId = routerId }]));

    [Fact]
    public void So_are_scripts_that_are_not_there_and_addresses_of_another_family()
    {
        Assert.Throws<ArgumentException>(() => new Scenario([Tracking()]));
        Assert.Throws<ArgumentException>(() => new Scenario([Instance() with { VirtualAddresses = Addresses("10.70.9.1", "2001:db8::1") }]));
    }
}
