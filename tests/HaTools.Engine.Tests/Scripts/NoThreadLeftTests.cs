using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Trackers;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;
using HaTools.Engine.Trackers;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Scripts;

/// <summary>The kernel gives the node no more threads: a script fails by that, and the node goes on.</summary>
[Collection(nameof(NoThreads))]
public sealed class NoThreadLeftTests : IDisposable
{
    private readonly WorkThread engine = new("test-engine");
    private readonly TrackerNews news = new();

    [NoThreadsFact]
    public async Task A_script_that_cannot_be_started_says_so_once_and_runs_when_there_are_threads_again()
    {
        var runner = new TrackerRunner(engine, news);
        await runner.ConfigureAsync([Tracker("true")], Policies.Own);
        await Eventually.True(() => news.Last == TrackerReading.Up, news.All);

        using (new NoThreads(engine)) await Eventually.True(() => news.Last == TrackerReading.Down, news.All);
        await Eventually.True(() => news.Last == TrackerReading.Up, news.All);

        Assert.Single(
            news.Said,
            "VRRP_Script(chk) cannot run: EAGAIN: there is no thread left to start it on; raise the limit of tasks (systemd: TasksMax, ulimit -u)");
    }

    [NoThreadsFact]
    public async Task A_script_that_has_failed_is_told_without_a_look_at_why()
    {
        await using var stage = new NodeStage();
        string go = Path.Combine(stage.RunDirectory, "go"), began = Path.Combine(stage.RunDirectory, "began");
        var runner = new TrackerRunner(engine, news);
        await runner.ConfigureAsync(
            [Tracker($"sh -c 'touch {began}; while [ ! -e {go} ]; do sleep 0.05; done; exit 127'")], Policies.Own);
        await Eventually.True(() => File.Exists(began), news.All);

        using (new NoThreads(engine))
        {
            await File.WriteAllTextAsync(go, "");
            await Eventually.True(() => news.Last == TrackerReading.Down, news.All);
        }

        Assert.Equal("VRRP_Script(chk) exit 127 (not found): not found", news.Said.First());
        Assert.False(engine.Completion.IsCompleted);
    }

    [NoThreadsFact]
    public async Task A_tracked_file_that_cannot_be_looked_at_is_told_and_followed_when_there_are_threads_again()
    {
        await using var stage = new NodeStage();
        string file = stage.NewFlag("number");
        await File.WriteAllTextAsync(file, "5");
        var watch = new FileWatch(engine, news);

        using (new NoThreads(engine))
        {
            engine.Post(() => _ = watch.Configure([new FileTracker { Name = "f", Path = file }]));
            await Eventually.True(() => news.Last is not null, news.All);
        }

        Assert.Equal(TrackerReading.Of(0), news.Last);
        Assert.StartsWith($"Tracked file f: {file} cannot be looked at: EAGAIN: there is no thread left", news.Said.First(), StringComparison.Ordinal);

        await Eventually.True(() => news.Last == TrackerReading.Of(5), news.All);
        await engine.RunAsync(watch.Dispose);
    }

    public void Dispose() => engine.Dispose();

    private static ScriptTracker Tracker(string command) =>
        new() { Name = "chk", Command = command, Interval = TimeSpan.FromMilliseconds(50), Timeout = TimeSpan.FromSeconds(30) };
}
