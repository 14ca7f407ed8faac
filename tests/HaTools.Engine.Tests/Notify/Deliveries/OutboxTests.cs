using HaTools.Engine.Notify.Deliveries;

namespace HaTools.Engine.Tests.Notify.Deliveries;

/// <summary>What waits to be delivered, in a time of its own.</summary>
public sealed class OutboxTests
{
    private static readonly DeliveryPace Pace = new() { Most = 3, FirstPause = 5, LongestPause = 40, Lifetime = 100 };

    private readonly Outbox<string> outbox = new(Pace);

    [Fact]
    public void The_oldest_goes_first_and_what_is_taken_is_nobody_elses()
    {
        Add("a", "b", "c");
        Assert.Equal(["a", "b"], Take(0, 2).Select(p => p.Content));
        Assert.Equal(["c"], Take(0).Select(p => p.Content));
        Assert.Empty(Take(0));
        Assert.Null(outbox.NextAt);
        Assert.Equal(3, outbox.Count);
    }

    [Fact]
    public void When_it_is_full_the_oldest_is_thrown_away_but_not_one_that_is_under_way()
    {
        Add("a", "b", "c");
        Parcel<string> a = Take(0, 1)[0];
        Assert.True(outbox.Add("d", 0));
        Assert.Equal(["c", "d"], Take(0).Select(p => p.Content));
        outbox.Settle(a, DeliveryResult.Delivered, 0);
        Assert.Equal(2, outbox.Count);
        Assert.False(outbox.Add("e", 0));
    }

    [Fact]
    public void What_is_deferred_waits_longer_each_time_and_lets_others_pass()
    {
        Add("a", "b");
        Parcel<string>[] both = [.. Take(0)];
        outbox.Settle(both[0], DeliveryResult.Deferred, 0);
        outbox.Settle(both[1], DeliveryResult.Untried, 0);
        Assert.Equal(0, outbox.NextAt);
        Assert.Equal(["b"], Take(4).Select(p => p.Content));
        Assert.Equal(5, outbox.NextAt);
        long now = 0;
        foreach (long pause in (long[])[5, 10, 20, 40, 40])
        {
            now += pause;
            Assert.Empty(Take(now - 1));
            outbox.Settle(Assert.Single(Take(now)), DeliveryResult.Deferred, now);
        }

        Assert.Equal("a", Assert.Single(Take(long.MaxValue)).Content);
    }

    [Fact]
    public void What_is_recalled_may_be_taken_at_once_and_is_deferred_as_if_for_the_first_time()
    {
        Add("a");
        for (int i = 0; i < 3; i++) outbox.Settle(Assert.Single(Take(long.MaxValue)), DeliveryResult.Deferred, 0);
        outbox.Recall();
        outbox.Settle(Assert.Single(Take(0)), DeliveryResult.Deferred, 0);
        Assert.Equal(5, outbox.NextAt);
    }

    [Fact]
    public void What_has_waited_for_too_long_is_given_up_but_not_while_it_is_under_way()
    {
        Add("a");
        Assert.False(outbox.Add("b", 1));
        Parcel<string> a = Take(0, 1)[0];
        Assert.Equal(0, outbox.Expire(100));
        Assert.Equal(1, outbox.Expire(101));
        outbox.Settle(a, DeliveryResult.Deferred, 101);
        Assert.Equal(1, outbox.Expire(101));
        Assert.Equal(0, outbox.Count);
    }

    [Fact]
    public void What_is_refused_is_not_kept()
    {
        Add("a");
        outbox.Settle(Take(0)[0], DeliveryResult.Refused, 0);
        Assert.Equal(0, outbox.Count);
    }

    [Fact]
    public void Pauses_have_an_end() =>
        Assert.Equal([5_000_000_000, 10_000_000_000, 300_000_000_000, 300_000_000_000], ((int[])[1, 2, 10, int.MaxValue]).Select(new DeliveryPace().PauseAfter));

    private void Add(params string[] all)
    {
        foreach (string one in all) Assert.False(outbox.Add(one, 0));
    }

    private IReadOnlyList<Parcel<string>> Take(long now, int most = int.MaxValue) => outbox.Take(now, most);
}
