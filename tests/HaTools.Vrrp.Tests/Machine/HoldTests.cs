using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>A host that is not ready to take over from a master that lives. What holds for any of them in any trouble: <see cref="Simulation.SimulationTests"/>.</summary>
public class HoldTests
{
    private const string Higher = "10.70.0.3";

    [Fact]
    public void A_lower_master_is_followed_for_as_long_as_the_host_is_not_ready_and_then_preempted()
    {
        Scenario s = Held(Instance(150));
        for (int i = 0; i < 100; i++)
        {
            s.Hear(Instance(100), Higher);
            Assert.Equal(s.Now + s.View.MasterDownInterval, s.Router.NextDeadline);
            s.Advance(Second);
        }

        s.Router.OnHold(0, false, s.Now);
        long due = s.Router.NextDeadline;
        s.Hear(Instance(100), Higher);
        Assert.Equal(due, s.Router.NextDeadline);
        s.Advance(due - s.Now);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void A_dead_master_is_succeeded_at_once()
    {
        Scenario s = Held(Instance(150));
        s.Hear(Instance(100), Higher);
        s.Advance(s.View.MasterDownInterval - 1);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        s.Advance(1);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void A_master_that_stops_is_succeeded_at_once()
    {
        Scenario s = Held(Instance(150));
        s.Hear(Instance(100), Higher);
        s.Hear(Instance(100), Higher, priority: 0);
        s.Advance(106 * Second / 256);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void An_owner_that_is_told_to_be_master_from_the_start_listens_first()
    {
        Scenario s = new([Owner()]);
        s.Router.OnHold(0, true, s.Now);
        s.Start(Scenario.Own);
        Assert.Equal(["remove", "Initialize->Backup Startup"], s.Take());
        s.Hear(Instance(100), Higher);
        s.Advance(Second);
        s.Hear(Instance(100), Higher);
        Assert.Equal(s.Now + s.View.MasterDownInterval, s.Router.NextDeadline);
        s.Advance(s.View.MasterDownInterval);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void An_owner_that_waits_for_the_end_of_the_delay_at_the_start_listens_after_it()
    {
        Scenario s = new(Configuration([Owner()]) with { StartupDelay = TimeSpan.FromSeconds(10) });
        s.Start(Scenario.Own);
        long end = s.Now + 10 * Second;
        Assert.Equal(end, s.Router.NextDeadline);
        s.Router.OnHold(0, true, s.Now);
        Assert.Equal(end + s.View.MasterDownInterval, s.Router.NextDeadline);
    }

    [Fact]
    public void One_member_that_is_not_ready_holds_its_group_and_a_master_stays_master()
    {
        VrrpInstance other = Instance(150) with { Name = "VI_2", VirtualRouterId = 52 };
        Scenario s = new(Configuration([Instance(150), other]) with { SyncGroups = [new VrrpSyncGroup { Name = "G", Members = ["VI_1", "VI_2"] }] });
        s.Start(Scenario.Own);
        s.Router.OnHold(1, true, s.Now);

        // On the one that is not ready nobody is heard any more: the other hears that the master lives.
        for (int i = 0; i < 10; i++)
        {
            s.Hear(Instance(100), Higher);
            s.Advance(Second);
            Assert.Equal((VrrpStateKind.Backup, VrrpStateKind.Backup), (s.Router[0].State, s.Router[1].State));
        }

        s.Advance(s.View.MasterDownInterval);
        Assert.Equal((VrrpStateKind.Master, VrrpStateKind.Master), (s.Router[0].State, s.Router[1].State));

        s.Router.OnHold(0, true, s.Now);
        s.Hear(Instance(100), Higher);
        s.Advance(10 * Second);
        Assert.Equal((VrrpStateKind.Master, VrrpStateKind.Master), (s.Router[0].State, s.Router[1].State));
    }

    [Fact]
    public void Preempt_delay_runs_meanwhile()
    {
        Scenario s = Held(Instance(150) with { PreemptDelay = TimeSpan.FromSeconds(10) });
        long first = s.Now;
        for (int i = 0; i < 15; i++)
        {
            s.Hear(Instance(100), Higher);
            Assert.Equal(first + 10 * Second, s.View.PreemptAt);
            Assert.Equal(s.Now + s.View.MasterDownInterval, s.Router.NextDeadline);
            s.Advance(Second);
        }

        // It is over by now, and was not to be waited for once more.
        s.Router.OnHold(0, false, s.Now);
        long due = s.Router.NextDeadline;
        s.Hear(Instance(100), Higher);
        Assert.Equal(due, s.Router.NextDeadline);
    }

    [Fact]
    public void A_reload_does_not_make_the_host_ready()
    {
        VrrpInstance before = Instance(150);
        VrrpInstance after = before with { Priority = 160 };
        Scenario s = Held(before);
        s.Reconfigure(Configuration([before]), Configuration([after]));
        s.Hear(Instance(100), Higher);
        s.Advance(Second);
        s.Hear(Instance(100), Higher);
        Assert.Equal(s.Now + s.View.MasterDownInterval, s.Router.NextDeadline);
    }

    private static Scenario Held(VrrpInstance instance)
    {
        Scenario s = Scenario.Running(instance);
        s.Router.OnHold(0, true, s.Now);
        return s;
    }

    private static VrrpInstance Owner() => Instance(255) with { InitialState = VrrpInitialState.Master };
}
