using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>An advert arrives, and is looked at a little later: a backup's wait runs from its arrival, everything else from now.</summary>
public class ArrivalTests
{
    private const long Delay = 3 * Ms;

    [Theory]
    [InlineData(150)]
    [InlineData(0)]
    public void Rfc9568_6_4_2_the_wait_runs_from_the_arrival(int priority)
    {
        VrrpInstance instance = Instance(100, 3, 0.1);
        Scenario s = Scenario.Running(instance);
        s.Hear(Advert(instance, "10.70.0.1", 150));
        s.Advance(50 * Ms);
        long wait = priority == 0 ? VrrpTiming.Skew(3, 100, 100 * Ms) : s.View.MasterDownInterval;

        s.SleepWithoutTimers(Delay);
        s.Router.OnAdvert(0, Advert(instance, "10.70.0.1", priority), new ReceiveTime(s.Now, 0) { Arrival = s.Now - Delay }, s.Actions);
        Assert.Equal(s.Now, s.View.LastAdvert);
        Assert.Equal(s.Now - Delay + wait, s.Router.NextDeadline);
        Assert.Equal(0, s.Router.NextToTakeOver);
    }

    [Fact]
    public void A_wait_that_is_over_already_ends_now_and_is_not_late()
    {
        VrrpInstance instance = Instance(100, 3, 0.01);
        Scenario s = Scenario.Running(instance);
        s.Router.OnAdvert(0, Advert(instance, "10.70.0.1", 150), new ReceiveTime(s.Now, 0) { Arrival = s.Now - Second }, s.Actions);
        Assert.Equal(s.Now, s.Router.NextDeadline);
        s.Advance(0);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        Assert.Equal(0, s.View.Counters.MaxTimerLateness);
    }

    [Fact]
    public void A_master_that_slept_is_judged_by_now()
    {
        VrrpInstance instance = Instance(150, 3, 0.1);
        Scenario s = Scenario.Master(instance);
        s.SleepWithoutTimers(Second);
        s.Router.OnAdvert(0, Advert(instance, "10.70.0.1", 100), new ReceiveTime(s.Now, 0) { Arrival = s.Now - Second }, s.Actions);
        Assert.DoesNotContain(s.Take(), line => line.StartsWith("advert", StringComparison.Ordinal));
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
    }

    [Fact]
    public void Only_the_wait_of_a_backup_ends_in_a_takeover()
    {
        Scenario s = Scenario.Running(Instance(100, 3, 0.1));
        Assert.Equal(0, s.Router.NextToTakeOver);
        s.Advance(s.View.MasterDownInterval);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        Assert.Equal(-1, s.Router.NextToTakeOver);
        s.Router.Stop(s.Now, s.Actions);
        Assert.Equal(-1, s.Router.NextToTakeOver);
    }
}
