using HaTools.Engine.Events;

namespace HaTools.Engine.Tests.Events;

public sealed class EventLogTests
{
    [Fact]
    public async Task Events_come_in_order_to_a_listener_that_was_there_before_and_after_them()
    {
        var log = new EventLog("n", null);
        log.Add("Log", "n", "one");
        Task<List<long>> listener = ReadAsync(log, 0);
        log.Add("Log", "n", "two");
        log.Complete();

        Assert.Equal([1, 2], await listener);
        Assert.Equal([2], await ReadAsync(log, 1));
        Assert.Equal(2, log.Last);
    }

    [Fact]
    public async Task A_listener_that_is_too_slow_sees_by_the_numbers_how_many_it_missed()
    {
        var log = new EventLog("n", null);
        for (int i = 0; i < EventLog.Kept + 10; i++) log.Add("Log", "n", "x");
        log.Complete();

        List<long> seen = await ReadAsync(log, 3);

        Assert.Equal((11, EventLog.Kept + 10, EventLog.Kept), (seen[0], seen[^1], seen.Count));
    }

    [Fact]
    public async Task A_number_of_an_earlier_engine_means_from_here_on()
    {
        var log = new EventLog("n", null);
        log.Add("Log", "n", "one");
        await using IAsyncEnumerator<HaEvent> listener = log.ReadAsync(5000).GetAsyncEnumerator();
        Task<bool> next = listener.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);

        log.Add("Log", "n", "two");

        Assert.True(await next);
        Assert.Equal(2, listener.Current.Sequence);
    }

    private static async Task<List<long>> ReadAsync(EventLog log, long since)
    {
        List<long> seen = [];
        await foreach (HaEvent happened in log.ReadAsync(since)) seen.Add(happened.Sequence);
        return seen;
    }
}
