using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

public class GratuitousArpTests
{
    [Fact]
    public void Keepalived_5_on_takeover_and_5_more_after_5_seconds_and_then_no_more()
    {
        Scenario s = Scenario.Master(Instance(100));
        s.Advance(5 * Second - 1);
        Assert.DoesNotContain("garp 5", s.Take());
        s.Advance(1);
        Assert.Single(s.Take(), "garp 5");
        s.Advance(60 * Second);
        Assert.DoesNotContain("garp 5", s.Take());
    }

    [Fact]
    public void Number_and_delay_are_the_instances()
    {
        Scenario s = Scenario.Running(Instance(100) with { GarpRepeat = 2, GarpDelay = TimeSpan.FromMilliseconds(1500) });
        s.Advance(s.View.MasterDownInterval);
        Assert.Contains("garp 2", s.Take());
        s.Advance(1500 * Ms - 1);
        Assert.DoesNotContain("garp 2", s.Take());
        s.Advance(1);
        Assert.Equal(["garp 2"], s.Take());
    }

    [Fact]
    public void A_delay_of_0_means_no_second_burst()
    {
        Scenario s = Scenario.Master(Instance(100) with { GarpDelay = TimeSpan.Zero });
        s.Advance(60 * Second);
        Assert.DoesNotContain("garp 5", s.Take());
    }

    [Fact]
    public void Whoever_has_yielded_sends_no_second_burst()
    {
        Scenario s = Scenario.Master(Instance(100));
        for (int i = 0; i < 10; i++)
        {
            s.Hear(Instance(150), "10.70.0.1");
            s.Advance(Second);
        }

        Assert.DoesNotContain("garp 5", s.Take());
    }

    [Fact]
    public void A_lower_master_that_is_deaf_does_not_make_us_flood()
    {
        Scenario s = Scenario.Master(Instance(100, seconds: 0.01));
        byte[] deaf = Advert(Instance(50, seconds: 0.01), "10.70.0.1");
        for (int i = 0; i < 100; i++)
        {
            s.Hear(deaf);
            s.Advance(10 * Ms);
        }

        string[] actions = s.Take();
        Assert.Equal(200, actions.Count(a => a == "advert 100")); // its own, and an answer to each
        Assert.InRange(actions.Count(a => a == "garp 5"), 20, 40);
    }
}
