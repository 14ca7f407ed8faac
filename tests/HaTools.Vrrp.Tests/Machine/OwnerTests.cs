using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>Two routers that claim to own the addresses (priority 255): a mistake, which must not leave two masters.</summary>
public class OwnerTests
{
    private const string Lower = "10.70.0.1";
    private const string Higher = "10.70.0.3";

    private static VrrpInstance Owner() => Instance(255) with { InitialState = VrrpInitialState.Master, GarpDelay = TimeSpan.Zero };

    private static Scenario Master()
    {
        Scenario s = Scenario.Running(Owner());
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        return s;
    }

    [Fact]
    public void The_one_of_the_lower_address_yields_by_the_usual_rule_and_the_mistake_is_told()
    {
        Scenario s = Master();
        s.Hear(Owner(), Higher);
        Assert.Equal(["RivalOwner", "advert 255", "higher 255", "remove", "Master->Backup HigherPriorityAdvert"], s.Take());
        s.Hear(Owner(), Higher);
        Assert.Empty(s.Take());
        Assert.Equal(255, s.View.Priority);
    }

    [Fact]
    public void A_rival_that_gives_way_leaves_the_other_as_it_was()
    {
        Scenario s = Master();
        s.Hear(Owner(), Lower);
        Assert.Equal(["RivalOwner", "lower 255", "advert 255", "garp 5", "NotifyLowerPriority"], s.Take());
        s.Advance(60 * Second);
        Assert.Equal((VrrpStateKind.Master, 255), (s.View.State, s.View.Priority));
    }

    [Fact]
    public void A_rival_that_does_not_give_way_makes_this_one_go_down_to_254_and_yield()
    {
        Scenario s = Master();
        for (int i = 0; i < 3; i++)
        {
            s.Hear(Owner(), Lower);
            s.Advance(Second);
        }

        s.Take();
        s.Hear(Owner(), Lower);
        Assert.Equal(["priority 255->254", "advert 254", "higher 255", "remove", "Master->Backup HigherPriorityAdvert"], s.Take());
        Assert.Equal(Address(Lower), s.View.MasterAddress);
    }

    [Fact]
    public void A_rival_that_starts_again_now_and_then_is_none_that_does_not_give_way()
    {
        Scenario s = Master();
        for (int i = 0; i < 10; i++)
        {
            s.Hear(Owner(), Lower);
            s.Advance(3 * Second);
        }

        Assert.Equal((VrrpStateKind.Master, 255), (s.View.State, s.View.Priority));
    }

    [Fact]
    public void When_the_rival_is_gone_it_is_owner_again()
    {
        Scenario s = Demoted();
        s.Advance(s.Router.NextDeadline - s.Now);
        Assert.Equal(["priority 254->255", "advert 255", "add", "garp 5", "Backup->Master MasterDownTimer"], s.Take());
    }

    [Theory]
    [InlineData(Lower, 100)]
    [InlineData(Higher, 255)]
    public void When_another_or_a_lower_one_is_master_the_rival_is_gone(string source, int priority)
    {
        Scenario s = Demoted();
        s.Hear(Instance(priority), source);
        Assert.Contains("priority 254->255", s.Take());
    }

    [Fact]
    public void A_new_priority_in_the_configuration_ends_it()
    {
        Scenario s = Demoted();
        s.Reconfigure([Owner() with { Priority = 200 }], [], [0], []);
        Assert.Equal(200, s.View.Priority);
        s.Reconfigure([Owner()], [], [0], []);
        Assert.Equal(255, s.View.Priority);
    }

    private static Scenario Demoted()
    {
        Scenario s = Master();
        for (int i = 0; i < 4; i++)
        {
            s.Hear(Owner(), Lower);
            s.Advance(Second);
        }

        Assert.Equal((VrrpStateKind.Backup, 254), (s.View.State, s.View.Priority));
        s.Take();
        return s;
    }
}
