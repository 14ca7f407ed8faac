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

    public void Dispose() => thread.Dispose();

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
}
