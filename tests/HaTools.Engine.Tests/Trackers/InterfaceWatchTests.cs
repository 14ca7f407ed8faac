using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;
using HaTools.Engine.Trackers;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Trackers;

public sealed class InterfaceWatchTests : IDisposable
{
    private readonly TrackerNews news = new();
    private readonly FaultyRoutes kernel = new();
    private TestNode? host;
    private WorkThread? thread;
    private InterfaceWatch? watch;

    [NamespaceFact]
    public async Task An_interface_counts_as_down_until_it_exists_and_is_up()
    {
        await Configure([], "eth7");
        Assert.Equal((new TrackerKey(TrackerKind.Interface, "eth7"), TrackerReading.Down), Assert.Single(news.Readings));
        Assert.Contains("Tracked interface eth7 does not exist", news.Said);

        host!.AddInterface("eth7");
        await Until(TrackerReading.Up);
        host.Ip("link set eth7 down");
        await Until(TrackerReading.Down);
        host.Ip("link set eth7 up");
        await Until(TrackerReading.Up);
        host.Ip("link set eth7-end down");
        await Until(TrackerReading.Down);
        host.Ip("link set eth7-end up");
        await Until(TrackerReading.Up);
    }

    [NamespaceFact]
    public async Task One_that_is_renamed_or_deleted_is_gone_and_one_that_takes_its_name_is_it()
    {
        NewHost().AddInterface("eth7");
        await Configure([], "eth7");
        await Until(TrackerReading.Up);

        // Newer kernels rename an interface that is up, too.
        host!.Ip("link set eth7 down");
        await Until(TrackerReading.Down);
        host.Ip("link set eth7 name other");
        host.Ip("link set eth7-end name other-end");
        host.Ip("link set other up");
        host.AddInterface("eth7");
        await Until(TrackerReading.Up);
        host.Ip("link del eth7");
        await Until(TrackerReading.Down);
        host.Ip("link set other down");
        host.Ip("link set other name eth7");
        host.Ip("link set eth7 up");
        await Until(TrackerReading.Up);
    }

    [NamespaceFact]
    public async Task A_change_that_does_not_last_is_never_heard_of()
    {
        NewHost().AddInterface("eth7");
        host!.AddInterface("eth8");
        await Configure([new InterfaceDelay("eth7", TimeSpan.FromDays(1), TimeSpan.Zero)], "eth7", "eth8");
        await Eventually.True(() => news.Readings.Count >= 2, news.All);

        host.Ip("link set eth7 down");
        host.Ip("link set eth8 down");
        await Eventually.True(() => news.Said.Contains("Tracked interface eth8 is down"), news.All);
        Assert.Equal("down, waits for its delay", (await thread!.RunAsync(() => watch!.States().ToArray()))[0].LastResult);
        host.Ip("link set eth7 up");
        host.Ip("link set eth8 up");
        await Eventually.True(() => news.Said.Contains("Tracked interface eth8 is up"), news.All);

        Assert.DoesNotContain(news.Readings, r => r.Tracker.Name == "eth7" && r.Reading != TrackerReading.Up);
    }

    [NamespaceFact]
    public async Task A_change_that_lasts_is_heard_of_after_its_delay()
    {
        NewHost().AddInterface("eth7");
        await Configure([new InterfaceDelay("eth7", TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(200))], "eth7");

        host!.Ip("link set eth7 down");
        await Until(TrackerReading.Down);
        host.Ip("link set eth7 up");
        await Until(TrackerReading.Up);
    }

    [NamespaceFact]
    public async Task A_kernel_that_does_not_answer_is_told_once_and_asked_again()
    {
        NewHost().AddInterface("eth7");
        await Configure([], "eth7");
        Assert.Equal(TrackerReading.Up, news.Last);
        kernel.LosesReadings = true;
        host!.Ip("link del eth7");
        await Eventually.True(() => kernel.LostReadings > 1, news.All);
        Assert.Single(news.Said, s => s.StartsWith("The interfaces cannot be followed: ", StringComparison.Ordinal));
        kernel.LosesReadings = false;
        await Until(TrackerReading.Down);
        Assert.False(thread!.Completion.IsCompleted);
    }

    public void Dispose()
    {
        if (thread is not null)
        {
            thread.RunAsync(watch!.Dispose).GetAwaiter().GetResult();
            thread.Dispose();
        }

        host?.Dispose();
    }

    private TestNode NewHost() => host ??= new TestNode("host");

    private Task Configure(InterfaceDelay[] delays, params string[] names)
    {
        thread = NewHost().Namespace.Run(() => new WorkThread("test-interfaces"));
        watch = new InterfaceWatch(thread, news, kernel.Open);
        return thread.RunAsync(() => watch.Configure(names, delays));
    }

    private Task Until(TrackerReading reading) => Eventually.True(() => news.Last == reading, () => $"not {reading}\n{news.All()}");
}
