using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Threading;

public sealed class WorkThreadTests
{
    [Fact]
    public async Task Work_runs_in_order_on_one_thread_and_urgent_work_goes_first()
    {
        using var thread = new WorkThread("test");
        using var gate = new ManualResetEventSlim();
        List<string> done = [];
        thread.Post(gate.Wait);
        thread.Post(() => done.Add("a"));
        thread.Post(() => done.Add("b"));
        thread.PostUrgent(() => done.Add("urgent"));
        gate.Set();

        Assert.Equal(3, await thread.RunAsync(() => done.Count));
        Assert.Equal(["urgent", "a", "b"], done);
    }

    [Fact]
    public async Task Timers_run_by_their_time()
    {
        using var thread = new WorkThread("test");
        var order = new List<int>();
        var all = new TaskCompletionSource();
        await thread.RunAsync(() =>
        {
            long now = MonotonicClock.Now;
            thread.At(now + 20_000_000, () => order.Add(2));
            thread.At(now + 10_000_000, () => order.Add(1));
            thread.At(now + 30_000_000, all.SetResult);
        });

        await all.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal([1, 2], order);
    }

    [Fact]
    public async Task A_descriptor_that_can_be_read_is_heard_of_until_it_is_watched_no_more()
    {
        using var thread = new WorkThread("test");
        using var event1 = new EventFd();
        int heard = 0;
        await thread.RunAsync(() => thread.Watch(event1.Handle, () =>
        {
            event1.Drain();
            Interlocked.Increment(ref heard);
        }));

        event1.Signal();
        await Eventually.True(() => Volatile.Read(ref heard) == 1);
        event1.Signal();
        await Eventually.True(() => Volatile.Read(ref heard) == 2);

        await thread.RunAsync(() => thread.Unwatch(event1.Handle));
        event1.Signal();
        Assert.Equal(2, await thread.RunAsync(() => heard));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Task.Run(() => thread.Watch(event1.Handle, () => { })));
    }

    [Fact]
    public async Task The_caller_gets_the_exception_and_the_thread_goes_on()
    {
        using var thread = new WorkThread("test");

        await Assert.ThrowsAsync<FormatException>(() => thread.RunAsync(() => throw new FormatException()));

        Assert.Equal(1, await thread.RunAsync(() => 1));
    }

    [Fact]
    public async Task Whoever_asks_after_the_end_is_told_so()
    {
        var thread = new WorkThread("test");
        thread.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => thread.RunAsync(() => 1));
        await thread.Completion;
    }

    [Fact]
    public async Task Work_that_throws_ends_the_thread_and_its_owner_hears_why()
    {
        using var thread = new WorkThread("test");
        thread.Post(() => throw new FormatException("why"));

        FormatException e = await Assert.ThrowsAsync<FormatException>(() => thread.Completion.WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal("why", e.Message);
    }

    [Fact]
    public async Task Who_waits_for_what_was_begun_there_hears_that_the_thread_has_ended()
    {
        using var failing = new WorkThread("test");
        var ended = new WorkThread("test");
        using var both = new CountdownEvent(2);
        var never = new TaskCompletionSource<int>();
        Task nothing = failing.RunAsync(Begin);
        Task<int> number = ended.RunAsync(BeginNumber);
        both.Wait();

        failing.Post(() => throw new FormatException("why"));
        ended.Dispose();

        FormatException e = await Assert.ThrowsAsync<FormatException>(() => nothing.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("why", e.Message);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => number.WaitAsync(TimeSpan.FromSeconds(30)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ended.RunAsync(() => (Task)never.Task).WaitAsync(TimeSpan.FromSeconds(30)));

        Task Begin() => BeginNumber();

        Task<int> BeginNumber()
        {
            both.Signal();
            return never.Task;
        }
    }

    [Fact]
    public async Task What_was_begun_there_hands_over_its_result_or_exception()
    {
        using var thread = new WorkThread("test");

        Assert.Equal(1, await thread.RunAsync(() => Task.FromResult(1)));
        await Assert.ThrowsAsync<FormatException>(() => thread.RunAsync(() => Task.FromException(new FormatException())));
        await Assert.ThrowsAsync<FormatException>(() => thread.RunAsync(() => Task.FromException<int>(new FormatException())));
        Assert.Equal(2, await thread.RunAsync(() => 2));
    }
}
