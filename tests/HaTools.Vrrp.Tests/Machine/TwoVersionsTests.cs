using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>Versions 2 and 3 side by side, for an upgrade: RFC 9568 section 8.4.</summary>
public class TwoVersionsTests
{
    private const string Other = "10.70.0.3";

    private static VrrpInstance Both(int priority = 100, double seconds = 1) => Instance(priority, 3, seconds) with { AlsoVersion2 = true };

    [Fact]
    public void Rfc9568_8_4_2_as_master_it_sends_both_at_the_configured_rate()
    {
        Scenario s = Scenario.Running(Both());
        s.Advance(s.View.MasterDownInterval);
        RouterAction[] adverts = [.. s.TakeActions().Where(a => a.Kind == RouterActionKind.SendAdvert)];
        Assert.Equal([3, 2], adverts.Select(a => a.Version));
        s.Advance(Second);
        adverts = [.. s.TakeActions().Where(a => a.Kind == RouterActionKind.SendAdvert)];
        Assert.Equal([3, 2], adverts.Select(a => a.Version));
        Assert.Equal(4, s.View.Counters.AdvertsSent);
    }

    [Theory]
    [InlineData(0.1, 10, 1)]
    [InlineData(1, 100, 1)]
    [InlineData(2.5, 250, 3)]
    [InlineData(40, 4000, 40)]
    public void Each_says_the_interval_in_its_own_units_and_version_2_rounds_up(double seconds, int units3, int units2)
    {
        Scenario s = Scenario.Running(Both(seconds: seconds));
        VrrpAdvert.TryDecode(Advert(s.Router, 0, 100, 3), VrrpVersions.Both, 0, out VrrpAdvert three);
        Assert.Equal((3, units3), (three.Version, three.IntervalUnits));
        VrrpAdvert.TryDecode(Advert(s.Router, 0, 100, 2), VrrpVersions.Both, 0, out VrrpAdvert two);
        Assert.Equal((2, units2, 0), (two.Version, two.IntervalUnits, two.AuthenticationType));
    }

    [Fact]
    public void Both_say_that_the_master_stops()
    {
        Scenario s = Scenario.Master(Both());
        s.Router.Stop(s.Now, s.Actions);
        Assert.Equal([3, 2], s.TakeActions().Where(a => a is { Kind: RouterActionKind.SendAdvert, Value: 0 }).Select(a => a.Version));
    }

    [Fact]
    public void Rfc9568_8_4_2_as_backup_it_goes_by_the_interval_of_a_master_of_version_2()
    {
        Scenario s = Scenario.Running(Both(seconds: 0.1));
        s.Hear(Instance(200, version: 2, seconds: 2), Other);
        Assert.Equal(2 * Second, s.View.AdvertInterval);
        Assert.Equal(s.Now + 6 * Second + 156 * 2 * Second / 256, s.Router.NextDeadline);
    }

    [Fact]
    public void A_backup_that_is_told_to_speak_version_3_as_well_waits_for_its_master_of_version_2_as_before()
    {
        VrrpInstance old = Instance(100, version: 2);
        Scenario s = Scenario.Running(old);
        s.Hear(old with { Priority = 200 }, Other);
        s.Advance(Second / 2);
        s.Reconfigure([Both(seconds: 0.1)], [], [0], []);
        s.Advance(Second);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        s.Hear(old with { Priority = 200 }, Other);
        s.Advance(3 * Second);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        s.Advance(Second);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void Rfc9568_8_4_2_version_2_of_a_master_whose_version_3_is_heard_is_ignored()
    {
        Scenario s = Scenario.Running(Both(seconds: 0.1));
        var master = new Advertiser(Both(200, 0.1), Other);
        for (int i = 0; i < 3; i++)
        {
            s.Hear(master);
            master.Version = 2;
            s.Hear(master);
            master.Version = 3;
            Assert.Equal(100 * Ms, s.View.AdvertInterval);
            s.Advance(100 * Ms);
        }

        Assert.Equal(6, s.View.Counters.AdvertsReceived);
        Assert.Empty(s.Take());
    }

    [Fact]
    public void When_its_version_3_is_silent_its_version_2_counts_again()
    {
        Scenario s = Scenario.Running(Both(seconds: 0.1));
        var master = new Advertiser(Both(200, 0.1), Other);
        s.Hear(master);
        master.Version = 2;
        s.Advance(300 * Ms);
        s.Hear(master); // still within the down interval of version 3
        s.Advance(60 * Ms);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        s.Advance(Ms);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        s.Hear(master);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        Assert.Equal(Second, s.View.AdvertInterval);
    }

    [Fact]
    public void Another_routers_version_2_is_not_eclipsed()
    {
        Scenario s = Scenario.Master(Both(100));
        s.Hear(new Advertiser(Both(50), "10.70.0.1"));
        s.Hear(Instance(200, version: 2), Other);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
    }

    [Fact]
    public void Without_it_the_other_version_is_refused()
    {
        Scenario s = Scenario.Running(Instance());
        s.Hear(Instance(200, version: 2), Other);
        Assert.Equal(["rejected Version"], s.Take());
    }

    [Fact]
    public void It_is_for_version_3_over_IPv4()
    {
        Assert.Throws<ArgumentException>(() => new Scenario([Instance(version: 2) with { AlsoVersion2 = true }]));
        Assert.Throws<ArgumentException>(() => new Scenario([Both() with { VirtualAddresses = Addresses("fe80::1") }]));
    }
}
