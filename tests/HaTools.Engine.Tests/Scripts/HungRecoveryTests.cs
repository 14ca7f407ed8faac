using HaTools.Engine.Tests.Trackers;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Trackers;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Scripts;

/// <summary>A recovery whose file server does not answer, of a check that needs no such server.</summary>
public sealed class HungRecoveryTests : IDisposable
{
    private const string Hangs =
        "VRRP_Script(chk) recovery command: timed out before it ran: its start waits for the file or a directory on the way to it (a file server that does not answer?)";

    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;
    private readonly TrackerNews news = new();

    public HungRecoveryTests() => Directory.CreateDirectory(Path.Combine(directory, "served"));

    private string Flag => Path.Combine(directory, "flag");

    private string There => Path.Combine(directory, "served", "recover");

    private string Here => Path.Combine(directory, "recover");

    [FuseFact]
    public async Task It_is_started_no_second_time_until_its_server_is_back()
    {
        Write(There);
        using var server = new DeadFileServer(Path.GetDirectoryName(There)!);
        TrackerRunner runner = await SucceedThereAsync(server);
        await server.GoAwayAsync();

        for (int times = 1; times <= 3; times++)
        {
            await FailAsync(times);
            await SucceedAsync();
        }

        // That of the first, and those of checks, which come and go.
        await Eventually.True(() => server.Starters() == 1, () => $"{server.Starters()} starts");
        Assert.Equal(3, (await runner.GetStatesAsync())[0].Recoveries);

        await server.ComeBackAsync();
        await Eventually.True(() => server.Starters() == 0, () => $"{server.Starters()} starts");
        File.Delete(Flag);
        await Eventually.True(() => news.Said.Contains("VRRP_Script(chk) succeeded (recovered)"), news.All);
        Assert.Equal(3, news.Said.Count(s => s == Hangs));
    }

    [FuseFact]
    public async Task One_that_a_reload_names_elsewhere_does_not_wait_for_the_former_server()
    {
        Write(There);
        Write(Here);
        using var server = new DeadFileServer(Path.GetDirectoryName(There)!);
        TrackerRunner runner = await SucceedThereAsync(server);
        await server.GoAwayAsync();
        await FailAsync(times: 1);
        await SucceedAsync();

        await runner.ConfigureAsync([Tracker(Here)], Policies.Own);
        File.Delete(Flag);

        await Eventually.True(() => news.Said.Contains("VRRP_Script(chk) succeeded (recovered)"), news.All);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private async Task<TrackerRunner> SucceedThereAsync(DeadFileServer server)
    {
        var runner = new TrackerRunner(server.Engine, news);
        await File.WriteAllTextAsync(Flag, "");
        await runner.ConfigureAsync([Tracker(There)], Policies.Own);
        await Eventually.True(() => news.Last == TrackerReading.Up, news.All);
        return runner;
    }

    private async Task SucceedAsync()
    {
        await File.WriteAllTextAsync(Flag, "");
        await Eventually.True(() => news.Last == TrackerReading.Up, news.All);
    }

    private async Task FailAsync(int times)
    {
        File.Delete(Flag);
        await Eventually.True(() => news.Last == TrackerReading.Down && news.Said.Count(s => s == Hangs) == times, news.All);
    }

    private ScriptTracker Tracker(string recovery) => new()
    {
        Name = "chk",
        Command = $"test -e {Flag}",
        Interval = TimeSpan.FromMilliseconds(50),
        Timeout = TimeSpan.FromSeconds(30),
        Recover = new RecoveryAction { Command = recovery, Delay = TimeSpan.Zero, Timeout = TimeSpan.FromMilliseconds(500) },
    };

    private void Write(string script) => _ = Executable.Script(script, $"touch {Flag}");
}
