using HaTools.Engine.Trackers;

namespace HaTools.Engine.Tests.Trackers;

public sealed class DebounceTests
{
    [Fact]
    public void The_first_state_counts_at_once()
    {
        var state = new Debounce(upDelay: 10, downDelay: 20);

        Assert.True(state.Hear(false, 100));
        Assert.Equal((false, null), (state.Settled, state.Due));
    }

    [Fact]
    public void A_change_counts_when_it_has_lasted()
    {
        Debounce state = Up(upDelay: 10, downDelay: 20);

        Assert.False(state.Hear(false, 100));
        Assert.Equal(120, state.Due);
        Assert.False(state.Tick(119));
        Assert.True(state.Tick(120));
        Assert.Equal((false, null), (state.Settled, state.Due));

        Assert.False(state.Hear(true, 200));
        Assert.True(state.Tick(210));
        Assert.True(state.Settled);
    }

    [Fact]
    public void A_change_that_is_undone_in_time_never_was()
    {
        Debounce state = Up(upDelay: 10, downDelay: 20);

        Assert.False(state.Hear(false, 100));
        Assert.False(state.Hear(true, 119));
        Assert.False(state.Tick(120));
        Assert.Equal((true, null), (state.Settled, state.Due));
    }

    [Fact]
    public void Hearing_the_same_again_does_not_begin_the_wait_anew()
    {
        Debounce state = Up(upDelay: 10, downDelay: 20);

        Assert.False(state.Hear(false, 100));
        Assert.False(state.Hear(false, 110));
        Assert.Equal(120, state.Due);
        Assert.True(state.Hear(false, 120));
    }

    [Fact]
    public void Without_a_delay_a_change_counts_at_once()
    {
        Debounce state = Up(upDelay: 10, downDelay: 0);

        Assert.True(state.Hear(false, 100));
        Assert.False(state.Settled);
    }

    private static Debounce Up(long upDelay, long downDelay)
    {
        var state = new Debounce(upDelay, downDelay);
        Assert.True(state.Hear(true, 0));
        return state;
    }
}
