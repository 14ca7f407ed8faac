using System.Collections.Concurrent;
using HaTools.Engine.Notify.Deliveries;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Tests.Notify.Deliveries;

/// <summary>When those who could not be told anything are tried again.</summary>
public sealed class DelivererTests : IDisposable
{
    private static readonly DeliveryPace pace = new() { FirstPause = 1_000_000, LongestPause = 3600_000_000_000 };
    private readonly WorkThread thread = new("test-deliveries");

    [Fact]
    public void A_pause_is_what_is_asked_for_within_bounds()
    {
        var usual = new DeliveryPace();
        Assert.Equal(5_000_000_000, usual.PauseAfter(1, null));
        Assert.Equal(5_000_000_000, usual.PauseAfter(1, TimeSpan.FromSeconds(1)));
        Assert.Equal(60_000_000_000, usual.PauseAfter(1, TimeSpan.FromSeconds(60)));
        Assert.Equal(80_000_000_000, usual.PauseAfter(5, TimeSpan.FromSeconds(60)));
        Assert.Equal(300_000_000_000, usual.PauseAfter(1, TimeSpan.FromDays(1)));
    }

    [Fact]
    public async Task Who_asks_to_be_left_alone_is_while_others_are_tried_again_and_again()
    {
        int patient = 0, others = 0;
        Deliverer<int> asks = Failing(TimeSpan.FromMinutes(50), () => Interlocked.Increment(ref patient));
        Deliverer<int> silent = Failing(null, () => Interlocked.Increment(ref others));
        await thread.RunAsync(() => asks.Post(1));
        await Eventually.True(() => Volatile.Read(ref patient) == 1);
        await thread.RunAsync(() => silent.Post(1));
        await Eventually.True(() => Volatile.Read(ref others) == 8);
        Assert.Equal(1, Volatile.Read(ref patient));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_goes_elsewhere_does_not_wait_for_what_was_said_there_also_while_it_is_being_said(bool ofOneThing)
    {
        int tried = 0, said = 0;
        using var answers = new SemaphoreSlim(0);
        var box = new Deliverer<int>(
            thread,
            "things",
            _ => new Failure(ofOneThing ? new DeliveryReport([(DeliveryResult.Deferred, "not now")], null) : new DeliveryReport([(DeliveryResult.Untried, null)], "not now", TimeSpan.FromMinutes(50)), () =>
            {
                Interlocked.Increment(ref tried);
                answers.Wait();
            }),
            _ => Interlocked.Increment(ref said))
        {
            Pace = pace with { FirstPause = 3000_000_000_000 },
        };
        await thread.RunAsync(() => box.Post(1));
        await Eventually.True(() => Volatile.Read(ref tried) == 1);
        answers.Release();
        await Eventually.True(() => Volatile.Read(ref said) == 1);
        await thread.RunAsync(box.Redirect);
        await Eventually.True(() => Volatile.Read(ref tried) == 2);
        await thread.RunAsync(box.Redirect);
        answers.Release();
        await Eventually.True(() => Volatile.Read(ref tried) == 3);
        answers.Release();
        await Eventually.True(() => Volatile.Read(ref said) == 3);
    }

    [Fact]
    public async Task What_is_wrong_is_told_once_and_again_after_something_was_delivered()
    {
        ConcurrentQueue<string> said = new();
        Queue<DeliveryReport> reports = new([NotNow, NotNow, Done, NotNow, Done]);
        Deliverer<int> box = Scripted(reports.Dequeue, said.Enqueue);
        await thread.RunAsync(() => box.Post(1));
        await Eventually.True(() => box.StateOf("").Delivered == 1);
        Assert.Single(said);
        await thread.RunAsync(() => box.Post(2));
        await Eventually.True(() => box.StateOf("").Delivered == 2);
        Assert.Equal(["not now; it is tried again", "not now; it is tried again"], said);
    }

    /// <summary>The pause is twice as long each time: after so many it would be longer than the test has patience.</summary>
    [Fact]
    public async Task After_something_was_delivered_the_first_pause_is_the_shortest_again()
    {
        Queue<DeliveryReport> reports = new(Enumerable.Repeat<DeliveryReport[]>([.. Enumerable.Repeat(NotNow, 8), Done], 3).SelectMany(r => r));
        Deliverer<int> box = Scripted(reports.Dequeue, _ => { });
        for (int i = 1; i <= 3; i++)
        {
            await thread.RunAsync(() => box.Post(1));
            await Eventually.True(() => box.StateOf("").Delivered == i);
        }
    }

    [Fact]
    public async Task That_too_much_waits_is_told_once_and_again_after_nothing_has_waited()
    {
        ConcurrentQueue<string> said = new();
        using var answers = new SemaphoreSlim(0);
        Deliverer<int> box = Scripted(
            () =>
            {
                answers.Wait();
                return Done;
            },
            said.Enqueue,
            pace with { Most = 2, AtOnce = 1 });
        for (int round = 1; round <= 2; round++)
        {
            for (int i = 0; i < 5; i++) await thread.RunAsync(() => box.Post(i));
            Assert.Equal(Enumerable.Repeat("2 things wait: the oldest are thrown away", round), said);
            answers.Release(2);
            await Eventually.True(() => box.Waiting == 0 && box.StateOf("").Delivered == 2 * round);
        }

        Assert.Equal(6, box.StateOf("").Dropped);
    }

    [Fact]
    public async Task What_was_deferred_is_tried_at_the_stop()
    {
        Queue<DeliveryReport> reports = new([new DeliveryReport([(DeliveryResult.Deferred, "later")], null), Done]);
        Deliverer<int> box = Scripted(reports.Dequeue, _ => { }, pace with { FirstPause = 3000_000_000_000 });
        await thread.RunAsync(() => box.Post(1));
        await Eventually.True(() => box.StateOf("").LastError == "later");
        await thread.RunAsync(() => box.StopAsync(TimeSpan.FromMinutes(50)));
        Assert.Equal((1, 0), (box.StateOf("").Delivered, box.StateOf("").Failed));
    }

    [Fact]
    public async Task What_is_under_way_when_the_time_of_the_stop_is_over_is_broken_off_and_lost()
    {
        int broken = 0;
        ConcurrentQueue<string> said = new();
        using var answers = new SemaphoreSlim(0);
        Deliverer<int> box = Scripted(
            () =>
            {
                answers.Wait();
                return Done;
            },
            said.Enqueue,
            aborted: () =>
            {
                _ = Interlocked.Increment(ref broken);
                _ = answers.Release();
            });
        await thread.RunAsync(() => box.Post(1));
        await thread.RunAsync(() => box.StopAsync(TimeSpan.Zero));
        Assert.Equal(["1 things are lost: the node stops"], said);
        await Eventually.True(() => answers.CurrentCount == 0 && Volatile.Read(ref broken) == 1);
    }

    public void Dispose() => thread.Dispose();

    private static DeliveryReport NotNow => new([(DeliveryResult.Untried, null)], "not now");

    private static DeliveryReport Done => new([(DeliveryResult.Delivered, null)], null);

    private Deliverer<int> Scripted(Func<DeliveryReport> go, Action<string> said, DeliveryPace? other = null, Action? aborted = null) =>
        new(thread, "things", _ => new Play(go, aborted ?? (() => { })), said) { Pace = other ?? pace };

    private Deliverer<int> Failing(TimeSpan? asked, Action tried) => new(thread, "things", parcels => new Failure(new DeliveryReport([.. parcels.Select(_ => (DeliveryResult.Untried, (string?)null))], "not now", asked), tried), _ => { }) { Pace = pace };

    private sealed class Failure(DeliveryReport report, Action tried) : Delivery
    {
        public override DeliveryReport Run()
        {
            tried();
            return report;
        }

        public override void Abort()
        {
        }

        public override void Dispose()
        {
        }
    }

    private sealed class Play(Func<DeliveryReport> go, Action aborted) : Delivery
    {
        public override DeliveryReport Run() => go();

        public override void Abort() => aborted();

        public override void Dispose()
        {
        }
    }
}
