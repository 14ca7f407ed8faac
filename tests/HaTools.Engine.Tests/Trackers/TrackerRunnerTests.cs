using System.Collections.Concurrent;
using HaTools.Engine.Scripts;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Scripts;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;
using HaTools.Engine.Trackers;
using HaTools.Linux;
using HaTools.Vrrp;

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
        await runner.ConfigureAsync([slow with { Timeout = TimeSpan.FromMilliseconds(300), Interval = TimeSpan.FromDays(1) }], Policies.Own);

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
        ConcurrentQueue<(ChildProcess Child, int Signal)> hung = new();

        // As a process in the kernel's uninterruptible sleep: the signal is sent and nothing happens.
        var runner = new TrackerRunner(thread, this, (child, signal) => hung.Enqueue((child, signal)));
        await runner.ConfigureAsync(
        [
            Script($"sh -c 'echo $$ >> {log}; test $(wc -l < {log}) -ge 2 && exec sleep 1000; exit 0'")
                with { Fall = 3, Timeout = TimeSpan.FromMilliseconds(500) },
        ], Policies.Own);

        await Eventually.True(() => verdicts.Contains(("chk", false)), Said);
        Assert.Equal([("chk", true), ("chk", false)], verdicts);
        Assert.Equal("timed out", (await runner.GetStatesAsync())[0].LastResult);
        Assert.Equal(2, (await File.ReadAllLinesAsync(log)).Length);

        Assert.Equal([Libc.SIGTERM, Libc.SIGKILL], hung.Select(h => h.Signal));
        hung.First().Child.KillGroup(Libc.SIGKILL);
        await Eventually.True(() => File.ReadAllLines(log).Length >= 3);
        await runner.ConfigureAsync([], Policies.Own);
        foreach ((ChildProcess child, _) in hung) child.KillGroup(Libc.SIGKILL);
    }

    [Fact]
    public async Task A_run_that_may_not_be_signalled_does_not_take_the_node_along()
    {
        var runner = new TrackerRunner(thread, this, (_, _) => throw new LinuxException("signalling the process group", "1", Errno.EPERM));
        await runner.ConfigureAsync([Script("sleep 2") with { Timeout = TimeSpan.FromMilliseconds(50), Interval = TimeSpan.FromDays(1) }], Policies.Own);

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
            [Script($"sh -c 'echo begin >> {log}; sleep 0.2; echo end >> {log}'") with { Interval = TimeSpan.FromMilliseconds(20) }], Policies.Own);

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
        ], Policies.Own);
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
        ], Policies.Own);
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
        await runner.ConfigureAsync([Script("/no/such/program")], Policies.Own);

        await Eventually.True(() => verdicts.Contains(("chk", false)));

        Assert.Equal("cannot run: vrrp_script chk: /no/such/program is not found: /no: no such file or directory (ENOENT)", (await runner.GetStatesAsync())[0].LastResult);
        Assert.Single(said, s => s.StartsWith("VRRP_Script(chk) cannot run", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_script_without_an_interpreter_line_is_the_shells()
    {
        await using var stage = new NodeStage();
        string script = Path.Combine(stage.RunDirectory, "check.sh");
        _ = Executable.Write(script, "[ \"$1\" = argument ] && exit 0; exit 9\n");
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync([Script($"{script} argument")], Policies.Own);

        await Eventually.True(() => !verdicts.IsEmpty);

        Assert.Equal([("chk", true)], verdicts);
    }

    [RootFact]
    public async Task It_runs_as_the_user_that_it_names()
    {
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync([Script("sh -c 'test \"$(id -un)\" = nobody'") with { User = "nobody" }], Policies.Own);

        await Eventually.True(() => !verdicts.IsEmpty);

        Assert.Equal([("chk", true)], verdicts);
    }

    [Fact]
    public async Task It_has_the_engine_s_environment_without_what_would_change_its_code()
    {
        string[] kept = ["PATH"], left = ["LD_PRELOAD", "LD_LIBRARY_PATH"];
        IReadOnlyDictionary<string, string> clean = ScriptCommand.CleanEnvironment(
            left.Concat(kept).Append("IFS").ToDictionary(name => name, name => $"of {name}"));

        Assert.Equal(kept, clean.Keys);
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync([Script("sh -c 'test -n \"$PATH\" && test -z \"${LD_PRELOAD+set}${LD_LIBRARY_PATH+set}\"'")], Policies.Own);
        await Eventually.True(() => verdicts.Contains(("chk", true)), Said);
    }

    [RootFact]
    public async Task A_script_that_others_could_change_is_refused_when_root_would_run_it_and_runs_as_another_user()
    {
        await using var stage = new NodeStage();
        string script = NewScript(stage, "exit 0");
        File.SetUnixFileMode(script, (UnixFileMode)Convert.ToInt32("777", 8));

        ScriptCheck asRoot = await Check(Script(script) with { User = "root" });
        Assert.Contains($"vrrp_script chk: {script} is unsafe to run with root's rights: the file {script} (mode 0777) can be changed by everybody",
            Assert.Single(asRoot.Refusals), StringComparison.Ordinal);
        ScriptCheck asNobody = await Check(Script(script) with { User = "nobody" });
        Assert.Empty(asNobody.Refusals.Concat(asNobody.Concerns));
        ScriptCheck asIs = await Check(Script(script) with { User = "root" }, security: false);
        Assert.Empty(asIs.Refusals);
        Assert.Contains("(mode 0777) can be changed by everybody", Assert.Single(asIs.Concerns), StringComparison.Ordinal);
    }

    [RootFact]
    public async Task A_script_that_becomes_unsafe_while_the_node_runs_is_not_run_again()
    {
        await using var stage = new NodeStage();
        string log = Path.Combine(stage.RunDirectory, "log"), script = NewScript(stage, $"echo run >> {log}");
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync([Script(script) with { User = "root" }], Policies.Own);
        await Eventually.True(() => verdicts.Contains(("chk", true)), Said);

        File.SetUnixFileMode(script, (UnixFileMode)Convert.ToInt32("757", 8));
        await Eventually.True(() => verdicts.Contains(("chk", false)), Said);

        int runs = (await File.ReadAllLinesAsync(log)).Length;
        await Task.Delay(300);
        Assert.Equal(runs, (await File.ReadAllLinesAsync(log)).Length);
        Assert.Contains($"the file {script} (mode 0757) can be changed by everybody", (await runner.GetStatesAsync())[0].LastResult, StringComparison.Ordinal);
    }

    [RootFact]
    public async Task A_script_that_its_user_may_not_execute_says_what_keeps_it()
    {
        await using var stage = new NodeStage();
        File.SetUnixFileMode(stage.RunDirectory, (UnixFileMode)Convert.ToInt32("700", 8));
        string script = NewScript(stage, "exit 0");
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync([Script(script) with { User = "nobody" }], Policies.Own);

        await Eventually.True(() => verdicts.Contains(("chk", false)), Said);

        Assert.Equal(
            $"exit 2: vrrp_script chk: {stage.RunDirectory} (mode 0700, root:root) may not be passed by nobody",
            (await runner.GetStatesAsync())[0].LastResult);
    }

    [Fact]
    public async Task What_a_failing_script_prints_is_told_once_and_cut()
    {
        await using var stage = new NodeStage();
        string script = NewScript(stage, "echo; echo \"port 80: $(printf %0300d 0)\" >&2; echo more; exit 3");
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync([Script(script)], Policies.Own);

        await Eventually.True(() => verdicts.Contains(("chk", false)), Said);

        string said = Assert.Single(this.said, s => s.StartsWith("VRRP_Script(chk) said: port 80: 000", StringComparison.Ordinal));
        Assert.Equal("VRRP_Script(chk) said: ".Length + 200, said.Length);
        Assert.Equal("exit 3", (await runner.GetStatesAsync())[0].LastResult);
        Assert.Equal(said["VRRP_Script(chk) said: ".Length..], (await runner.GetStatesAsync())[0].LastOutput);
    }

    [Fact]
    public async Task A_run_that_takes_too_long_is_asked_to_end_before_it_is_killed()
    {
        await using var stage = new NodeStage();
        string log = Path.Combine(stage.RunDirectory, "log");
        string script = NewScript(stage, $"trap 'echo asked >> {log}; exit' TERM; echo run >> {log}; sleep 1000 & wait");
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync(
            [Script(script) with { Interval = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromMilliseconds(500) }], Policies.Own);

        await Eventually.True(() => File.Exists(log) && File.ReadAllLines(log).Length >= 2);

        Assert.Contains("asked", await File.ReadAllLinesAsync(log));
    }

    [Fact]
    public async Task A_script_that_is_taken_away_is_run_no_more()
    {
        await using var stage = new NodeStage();
        string log = Path.Combine(stage.RunDirectory, "log");
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync([Script($"sh -c 'echo $$ >> {log}; exec sleep 1000'") with { Timeout = TimeSpan.FromDays(1) }], Policies.Own);
        await Eventually.True(() => File.Exists(log) && File.ReadAllText(log).EndsWith('\n'));

        await runner.ConfigureAsync([], Policies.Own);

        string pid = (await File.ReadAllTextAsync(log)).Trim();
        await Eventually.True(() => !IsRunning(pid));
        Assert.Empty(verdicts);
        Assert.Empty(await runner.GetStatesAsync());
    }

    void ITrackerSink.OnReading(TrackerKey tracker, TrackerReading reading) => verdicts.Enqueue((tracker.Name, reading == TrackerReading.Up));

    void ITrackerSink.OnTracker(TrackerKey tracker, HaTrackerStateKind state, string message) => said.Enqueue(message);

    void ITrackerSink.OnTrackerLog(TrackerKey tracker, string message) => said.Enqueue(message);

    void ITrackerSink.OnTrackerWarning(TrackerKey tracker, string message) => said.Enqueue(message);

    public void Dispose() => thread.Dispose();

    private static Task<ScriptCheck> Check(ScriptTracker script, bool security = true) =>
        ScriptCheck.OfAsync(new HaConfiguration { Scripts = [script] }, security ? Policies.Own : Policies.Unchecked);

    private static ScriptTracker Script(string command) =>
        new() { Name = "chk", Command = command, Interval = TimeSpan.FromMilliseconds(50), Timeout = TimeSpan.FromSeconds(30) };

    private static string NewScript(NodeStage stage, string body) =>
        Executable.Script(Path.Combine(stage.RunDirectory, $"script-{Guid.NewGuid():N}.sh"), body);

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
