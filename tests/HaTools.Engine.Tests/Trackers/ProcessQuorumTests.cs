using HaTools.Engine.Trackers;

namespace HaTools.Engine.Tests.Trackers;

public sealed class ProcessQuorumTests
{
    [Fact]
    public void The_first_count_holds_at_once()
    {
        var quorum = new ProcessQuorum(2, int.MaxValue, forkDelay: 10, terminateDelay: 20);

        Assert.True(quorum.Hear(1, 0));
        Assert.False(quorum.Settled);
    }

    [Fact]
    public void What_a_new_process_changes_waits_for_the_fork_delay_and_what_an_end_changes_for_the_other()
    {
        var quorum = new ProcessQuorum(1, int.MaxValue, forkDelay: 10, terminateDelay: 20);
        Assert.True(quorum.Hear(0, 0));

        Assert.False(quorum.Hear(1, 100));
        Assert.Equal(110, quorum.Due);
        Assert.False(quorum.Tick(109));
        Assert.True(quorum.Tick(110));
        Assert.True(quorum.Settled);

        Assert.False(quorum.Hear(0, 200));
        Assert.Equal(220, quorum.Due);
        Assert.False(quorum.Hear(1, 219));
        Assert.False(quorum.Tick(220));
        Assert.True(quorum.Settled);
    }

    [Fact]
    public void Too_many_are_as_bad_as_too_few()
    {
        var quorum = new ProcessQuorum(1, 2, forkDelay: 0, terminateDelay: 0);

        Assert.True(quorum.Hear(2, 0) && quorum.Settled == true);
        Assert.True(quorum.Hear(3, 0) && quorum.Settled == false);
        Assert.True(quorum.Hear(1, 0) && quorum.Settled == true);
        Assert.True(quorum.Hear(0, 0) && quorum.Settled == false);
    }

    [Fact]
    public void The_delays_of_the_configuration_hold_back_what_they_are_for()
    {
        var quorum = ProcessQuorum.Of(new ProcessTracker
        {
            Name = "p",
            Command = ["p"],
            ForkDelay = TimeSpan.FromMicroseconds(1),
            TerminateDelay = TimeSpan.FromMicroseconds(5),
        });

        Assert.True(quorum.Hear(0, 0));
        _ = quorum.Hear(1, 100);
        Assert.Equal(1_100, quorum.Due);
        Assert.True(quorum.Tick(1_100) && quorum.Settled == true);
        _ = quorum.Hear(0, 2_000);
        Assert.Equal(7_000, quorum.Due);
        Assert.True(quorum.Tick(7_000) && quorum.Settled == false);
    }

    [Fact]
    public void With_at_most_none_it_must_not_run()
    {
        var quorum = ProcessQuorum.Of(new ProcessTracker { Name = "p", Command = ["p"], QuorumMax = 0 });

        Assert.True(quorum.Hear(0, 0) && quorum.Settled == true);
        Assert.True(quorum.Hear(1, 0) && quorum.Settled == false);
    }
}
