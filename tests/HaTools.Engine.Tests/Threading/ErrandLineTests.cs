using System.Collections.Concurrent;
using HaTools.Engine.Tests.Scripts;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Tests.Threading;

[Collection(nameof(NoThreads))]
public sealed class ErrandLineTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WorkThread home = new("test-home");
    private readonly ErrandLine line;

    public ErrandLineTests() => line = new ErrandLine(home, "test-errand");

    [Fact]
    public async Task What_ends_soon_is_done_by_few_threads_and_told_at_home()
    {
        ConcurrentDictionary<Thread, bool> threads = new();
        Thread athome = await home.RunAsync(() => Thread.CurrentThread);

        for (int i = 0; i < 200; i++)
        {
            (int Number, Thread Told) end = await Begin(() =>
            {
                threads[Thread.CurrentThread] = true;
                return i;
            });
            Assert.Equal((i, athome), end);
        }

        // One, and now and then another on a busy machine.
        Assert.InRange(threads.Count, 1, 50);
        Assert.DoesNotContain(athome, threads.Keys);
    }

    [Fact]
    public async Task Hundreds_that_hang_hold_up_nothing_behind_them()
    {
        using var server = new ManualResetEventSlim();
        Task[] hung = [.. Enumerable.Range(0, 300).Select(_ => Begin(() =>
        {
            server.Wait();
            return 0;
        }))];

        Assert.Equal(7, (await Begin(() => 7)).Number);

        Assert.DoesNotContain(hung, h => h.IsCompleted);
        server.Set();
        await Task.WhenAll(hung).WaitAsync(Patience);
        Assert.Equal(8, (await Begin(() => 8)).Number);
    }

    [Fact]
    public async Task What_throws_ends_the_home_thread()
    {
        _ = Begin<int>(() => throw new FormatException("why"));

        FormatException e = await Assert.ThrowsAsync<FormatException>(() => home.Completion.WaitAsync(Patience));

        Assert.Equal("why", e.Message);
    }

    [NoThreadsFact]
    public async Task Where_there_are_no_threads_what_waits_is_refused()
    {
        using var server = new ManualResetEventSlim();
        ConcurrentQueue<string> told = [];
        using (new NoThreads(home))
        {
            Post("first", () => { });
            await Eventually.True(() => told.SequenceEqual(["first refused"]), All);
        }

        Post("second", server.Wait);
        await home.RunAsync(() => { });
        using (new NoThreads(home))
        {
            // There is one, and it may never come back.
            Post("third", () => { });
            await Eventually.True(() => told.Contains("third refused"), All);
        }

        server.Set();
        await Eventually.True(() => told.SequenceEqual(["first refused", "third refused", "second done"]), All);

        // Not by a task: what follows on that is the pool's, which the thread might have to give one more thread.
        void Post(string what, Action work) => home.Post(() => line.Begin(
            () =>
            {
                work();
                return what;
            },
            result => told.Enqueue($"{result} done"), () => told.Enqueue($"{what} refused")));

        string All() => string.Join('\n', told);
    }

    public void Dispose()
    {
        line.Dispose();
        home.Dispose();
    }

    private Task<(int Number, Thread Told)> Begin(Func<int> work) => Begin<int>(work);

    private async Task<(T Number, Thread Told)> Begin<T>(Func<T> work)
    {
        var end = new TaskCompletionSource<(T, Thread)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await home.RunAsync(() => line.Begin(
            work, result => end.SetResult((result, Thread.CurrentThread)), () => end.SetException(new IOException(Errand.NoThread))));
        return await end.Task.WaitAsync(Patience);
    }
}
