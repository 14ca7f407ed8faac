using System.Collections.Concurrent;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;
using HaTools.Engine.Trackers;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Trackers;

public sealed class TrackerRunnerTests : ITrackerSink, IDisposable
{
    private readonly WorkThread thread = new("test-trackers");
    private readonly ConcurrentQueue<string> said = new();
    private readonly ConcurrentQueue<(string Name, bool Up)> verdicts = new();

    [Fact]
    public async Task A_run_that_takes_too_long_is_killed_with_all_that_it_started()
    {
        await using var stage = new NodeStage();
        string pids = Path.Combine(stage.RunDirectory, "pids");
        var runner = new TrackerRunner(thread, this);
        ScriptTracker slow = Script($"sh -c 'sleep 1000 & echo $! >> {pids}; wait'");
        await runner.ConfigureAsync([slow with { Timeout = TimeSpan.FromMilliseconds(300), Interval = TimeSpan.FromDays(1) }]);

        await Eventually.True(() => said.Contains("VRRP_Script(chk) timed_out"), Said);

        string pid = (await File.ReadAllTextAsync(pids)).Trim();
        await Eventually.True(() => !IsRunning(pid));
        Assert.Equal([("chk", false)], verdicts);
        Assert.Equal("timed out", (await runner.GetStatesAsync())[0].LastResult);
    }

    [Fact]
    public async Task A_run_that_no_signal_ends_counts_as_failed_and_no_other_joins_it_until_it_has_gone()
    {
        await using var stage = new NodeStage();
        string log = Path.Combine(stage.RunDirectory, "log");
        ConcurrentQueue<ChildProcess> hung = new();

        // As a process in the kernel's uninterruptible sleep: the signal is sent and nothing happens.
        var runner = new TrackerRunner(thread, this, hung.Enqueue);
        await runner.ConfigureAsync(
        [
            Script($"sh -c 'echo $$ >> {log}; test $(wc -l < {log}) -ge 2 && exec sleep 1000; exit 0'")
                with { Fall = 3, Timeout = TimeSpan.FromMilliseconds(500) },
        ]);

        await Eventually.True(() => verdicts.Contains(("chk", false)), Said);
        Assert.Equal([("chk", true), ("chk", false)], verdicts);
        Assert.Equal("timed out", (await runner.GetStatesAsync())[0].LastResult);
        Assert.Equal(2, (await File.ReadAllLinesAsync(log)).Length);

        Assert.Single(hung).KillGroup(Libc.SIGKILL);
        await Eventually.True(() => File.ReadAllLines(log).Length >= 3);
        await runner.ConfigureAsync([]);
        foreach (ChildProcess child in hung) child.KillGroup(Libc.SIGKILL);
    }

    [Fact]
    public async Task A_run_that_may_not_be_signalled_does_not_take_the_node_along()
    {
        var runner = new TrackerRunner(thread, this, _ => throw new LinuxException("signalling the process group", "1", Errno.EPERM));
        await runner.ConfigureAsync([Script("sleep 2") with { Timeout = TimeSpan.FromMilliseconds(50), Interval = TimeSpan.FromDays(1) }]);

        await Eventually.True(() => verdicts.Contains(("chk", false)), Said);

        Assert.Contains(said, s => s.StartsWith("VRRP_Script(chk) cannot be ended: EPERM", StringComparison.Ordinal));
        Assert.False(thread.Completion.IsCompleted);
    }

    [Fact]
    public async Task Runs_of_one_script_never_overlap_and_late_ones_are_not_made_up_for()
    {
        await using var stage = new NodeStage();
        string log = Path.Combine(stage.RunDirectory, "log");
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync(
            [Script($"sh -c 'echo begin >> {log}; sleep 0.2; echo end >> {log}'") with { Interval = TimeSpan.FromMilliseconds(20) }]);

        await Eventually.True(() => File.Exists(log) && File.ReadAllLines(log).Length >= 6);

        string[] lines = await File.ReadAllLinesAsync(log);
        for (int i = 0; i < lines.Length; i++) Assert.Equal(i % 2 == 0 ? "begin" : "end", lines[i]);
    }

    [Fact]
    public async Task A_recovery_that_helps_is_never_heard_of_by_instances()
    {
        await using var stage = new NodeStage();
        string flag = stage.NewFlag("nginx");
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync(
        [
            Script($"test -e {flag}") with
            {
                Recover = new RecoveryAction { Command = $"touch {flag}", Delay = TimeSpan.FromMilliseconds(10) },
            },
        ]);
        await Eventually.True(() => !verdicts.IsEmpty);

        File.Delete(flag);
        await Eventually.True(() => said.Contains("VRRP_Script(chk) succeeded (recovered)"), Said);

        Assert.Contains($"VRRP_Script(chk) recovering (exit 1): running touch {flag}", said);
        Assert.Equal([("chk", true)], verdicts);
        Assert.Equal(1, (await runner.GetStatesAsync())[0].Recoveries);
    }

    [Fact]
    public async Task A_recovery_that_does_not_help_is_tried_once()
    {
        await using var stage = new NodeStage();
        string flag = stage.NewFlag("nginx"), tries = Path.Combine(stage.RunDirectory, "tries");
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync(
        [
            Script($"test -e {flag}") with
            {
                Recover = new RecoveryAction { Command = $"sh -c 'echo try >> {tries}; exit 3'", Delay = TimeSpan.Zero },
            },
        ]);
        await Eventually.True(() => !verdicts.IsEmpty);

        File.Delete(flag);
        await Eventually.True(() => verdicts.Contains(("chk", false)), Said);
        await File.WriteAllTextAsync(flag, "");
        await Eventually.True(() => verdicts.Count == 3, Said);

        Assert.Equal([("chk", true), ("chk", false), ("chk", true)], verdicts);
        Assert.Single(await File.ReadAllLinesAsync(tries));
        Assert.Contains("VRRP_Script(chk) recovery command: exit 3", said);
    }

    [Fact]
    public async Task A_command_that_cannot_be_run_is_said_once_and_counts_as_failed()
    {
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync([Script("/no/such/program")]);

        await Eventually.True(() => verdicts.Contains(("chk", false)));

        Assert.StartsWith("cannot run: ENOENT", (await runner.GetStatesAsync())[0].LastResult, StringComparison.Ordinal);
        Assert.Single(said, s => s.StartsWith("VRRP_Script(chk) cannot run", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_script_without_an_interpreter_line_is_the_shells()
    {
        await using var stage = new NodeStage();
        string script = Path.Combine(stage.RunDirectory, "check.sh");
        await File.WriteAllTextAsync(script, "[ \"$1\" = argument ] && exit 0; exit 9\n");
        File.SetUnixFileMode(script, (UnixFileMode)Convert.ToInt32("755", 8));
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync([Script($"{script} argument")]);

        await Eventually.True(() => !verdicts.IsEmpty);

        Assert.Equal([("chk", true)], verdicts);
    }

    [RootFact]
    public async Task It_runs_as_the_user_that_it_names()
    {
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync([Script("sh -c 'test \"$(id -un)\" = nobody'") with { User = "nobody" }]);

        await Eventually.True(() => !verdicts.IsEmpty);

        Assert.Equal([("chk", true)], verdicts);
    }

    [Fact]
    public void A_user_that_does_not_exist_is_an_error_that_names_it()
    {
        HaEngineException e =
            Assert.Throws<HaEngineException>(() => TrackerRunner.Validate([Script("true") with { User = "no_such_user" }]));

        Assert.Contains("no user 'no_such_user'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_is_taken_away_is_run_no_more()
    {
        await using var stage = new NodeStage();
        string log = Path.Combine(stage.RunDirectory, "log");
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync([Script($"sh -c 'echo $$ >> {log}; exec sleep 1000'") with { Timeout = TimeSpan.FromDays(1) }]);
        await Eventually.True(() => File.Exists(log) && File.ReadAllText(log).EndsWith('\n'));

        await runner.ConfigureAsync([]);

        string pid = (await File.ReadAllTextAsync(log)).Trim();
        await Eventually.True(() => !IsRunning(pid));
        Assert.Empty(verdicts);
        Assert.Empty(await runner.GetStatesAsync());
    }

    void ITrackerSink.OnVerdict(string tracker, bool up) => verdicts.Enqueue((tracker, up));

    void ITrackerSink.OnTracker(string tracker, HaTrackerStateKind state, string message) => said.Enqueue(message);

    void ITrackerSink.OnTrackerWarning(string tracker, string message) => said.Enqueue(message);

    public void Dispose() => thread.Dispose();

    private static ScriptTracker Script(string command) =>
        new() { Name = "chk", Command = command, Interval = TimeSpan.FromMilliseconds(50), Timeout = TimeSpan.FromSeconds(30) };

    // A zombie is dead; in a container nobody may be there to reap the orphan.
    private static bool IsRunning(string pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private string Said() => string.Join('\n', said);
}
