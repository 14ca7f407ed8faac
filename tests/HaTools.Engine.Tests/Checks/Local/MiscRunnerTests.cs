using System.Collections.Concurrent;
using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Scripts;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Scripts;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.Checks;

/// <summary>Checks that are programs, with real ones.</summary>
public sealed class MiscRunnerTests : ICheckSink, IDisposable
{
    private const long Millisecond = 1_000_000;
    private static readonly CheckTiming Fast = new(DelayLoop: 50 * Millisecond, DelayBeforeRetry: 10 * Millisecond, Timeout: 60_000 * Millisecond, Retry: 0) { Warmup = 0 };

    private readonly WorkThread thread = new("test-misc");
    private readonly ConcurrentQueue<string> told = new();
    private readonly ConcurrentQueue<string> reasons = new();

    [Fact]
    public async Task A_server_is_up_while_its_program_exits_with_0()
    {
        await using var stage = new NodeStage();
        string flag = stage.NewFlag("up");
        var runner = new MiscRunner(thread, this);
        await runner.ConfigureAsync([Target($"test -e {flag}")], Policies.Own);
        await Eventually.True(() => told.Count == 1, Told);
        File.Delete(flag);
        await Eventually.True(() => told.Count == 2, Told);
        await File.WriteAllTextAsync(flag, "");
        await Eventually.True(() => told.Count == 3, Told);

        Assert.Equal(["Succeeded", "Failed", "Succeeded"], told);
        Assert.Equal(["exit 1"], reasons);
    }

    [Fact]
    public async Task Its_status_says_the_weight_before_it_says_that_the_server_is_up_and_only_when_that_changes()
    {
        await using var stage = new NodeStage();
        string status = Path.Combine(stage.RunDirectory, "status"), runs = Path.Combine(stage.RunDirectory, "runs");
        await File.WriteAllTextAsync(status, "12");
        MiscTarget target = Target($"sh -c 'echo run >> {runs}; exit $(cat {status})'") with { SaysWeight = true };
        var runner = new MiscRunner(thread, this);
        await runner.ConfigureAsync([target], Policies.Own);
        await Runs(runs, 3);
        foreach (string next in new[] { "2", "1", "2", "0" })
        {
            // As a whole at once, so that no run finds it empty.
            await File.WriteAllTextAsync(status + ".new", next);
            File.Move(status + ".new", status, overwrite: true);
            int now = File.ReadAllLines(runs).Length;
            await Runs(runs, now + 3);
        }

        Assert.Equal(["weight 10", "Succeeded", "weight 0", "Failed", "Succeeded", "weight none"], told);

        // Whoever was told may have forgotten it over a new configuration.
        await File.WriteAllTextAsync(status + ".new", "7");
        File.Move(status + ".new", status, overwrite: true);
        await Eventually.True(() => told.Last() == "weight 5", Told);
        await runner.ConfigureAsync([target], Policies.Own);
        Assert.Equal(["weight 5", "weight 5"], told.TakeLast(2));
    }

    [Fact]
    public async Task A_run_that_hangs_is_ended_with_all_that_it_started_and_has_failed()
    {
        await using var stage = new NodeStage();
        string pids = Path.Combine(stage.RunDirectory, "pids");
        var runner = new MiscRunner(thread, this);
        await runner.ConfigureAsync([Target($"sh -c 'sleep 1000 & echo $! >> {pids}; wait'") with { Timing = Fast with { Timeout = 300 * Millisecond, DelayLoop = 86_400_000 * Millisecond } }], Policies.Own);
        await Eventually.True(() => told.Contains("Failed"), Told);

        string pid = (await File.ReadAllTextAsync(pids)).Trim();
        await Eventually.True(() => !IsRunning(pid));
        Assert.Equal("timed out", Assert.Single(reasons));
    }

    [Fact]
    public async Task A_child_that_keeps_the_pipe_open_does_not_keep_the_check_waiting()
    {
        await using var stage = new NodeStage();
        string pids = Path.Combine(stage.RunDirectory, "pids");
        var runner = new MiscRunner(thread, this);
        await runner.ConfigureAsync([Target($"sh -c 'sleep 1000 & echo $! >> {pids}; exit 0'") with { Timing = Fast with { DelayLoop = 86_400_000 * Millisecond } }], Policies.Own);
        try
        {
            await Eventually.True(() => told.Contains("Succeeded"), Told);
        }
        finally
        {
            foreach (string pid in await File.ReadAllLinesAsync(pids)) _ = Libc.kill(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture), Libc.SIGKILL);
        }
    }

    [Fact]
    public async Task A_flood_of_output_is_read_away_and_its_first_line_kept()
    {
        var runner = new MiscRunner(thread, this);
        await runner.ConfigureAsync([Target("sh -c 'echo port 80 is closed; head -c 5000000 /dev/zero; exit 3'")], Policies.Own);
        await Eventually.True(() => told.Contains("Failed"), Told);

        Assert.Equal("exit 3: port 80 is closed", Assert.Single(reasons));
    }

    [Fact]
    public async Task One_that_prints_byte_by_byte_has_its_time()
    {
        var runner = new MiscRunner(thread, this);
        await runner.ConfigureAsync([Target("sh -c 'while :; do printf x; sleep 0.02; done'") with { Timing = Fast with { Timeout = 300 * Millisecond, DelayLoop = 86_400_000 * Millisecond } }], Policies.Own);
        await Eventually.True(() => told.Contains("Failed"), Told);
        Assert.Equal("timed out", Assert.Single(reasons));
    }

    [Fact]
    public async Task One_that_prints_without_end_has_its_time_and_the_others_are_run_meanwhile()
    {
        await using var stage = new NodeStage();
        string log = Path.Combine(stage.RunDirectory, "log");
        var runner = new MiscRunner(thread, this);
        const string flood = "sh -c 'echo port 80 is closed; for i in 1 2 3 4 5 6 7 8; do cat /dev/zero & done; wait'";
        await runner.ConfigureAsync([Target(flood, 1) with { Timing = Fast with { Timeout = 1000 * Millisecond, DelayLoop = 86_400_000 * Millisecond } }, Target($"sh -c 'echo run >> {log}'", 2)], Policies.Own);
        await Eventually.True(() => told.Contains("Failed"), Told);
        Assert.Equal("timed out", Assert.Single(reasons));

        MiscTarget endless = Target(flood, 3) with { Timing = Fast with { Timeout = 86_400_000 * Millisecond } };
        await runner.ConfigureAsync([endless, Target($"sh -c 'echo run >> {log}'", 2)], Policies.Own);
        int before = File.ReadAllLines(log).Length;
        await Runs(log, before + 5);
        await runner.ConfigureAsync([], Policies.Own);
    }

    [Fact]
    public async Task One_that_is_killed_or_cannot_be_run_has_failed()
    {
        await using var stage = new NodeStage();
        string plain = Path.Combine(stage.RunDirectory, "plain");
        await File.WriteAllTextAsync(plain, "exit 0\n");
        var runner = new MiscRunner(thread, this);
        await runner.ConfigureAsync([Target("sh -c 'kill -9 $$'", 1), Target(plain, 2), Target("/no/such/program", 3)], Policies.Own);
        await Eventually.True(() => told.Count == 3, Told);

        Assert.All(told, t => Assert.Equal("Failed", t));
        Assert.Contains("signal 9", reasons);
        Assert.Contains(reasons, r => r.Contains(plain, StringComparison.Ordinal));
        Assert.Contains(reasons, r => r.Contains("/no/such/program is not found", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Retries_come_first_and_each_failure_is_told_where_it_is_asked_for()
    {
        var runner = new MiscRunner(thread, this);
        await runner.ConfigureAsync([Target("false") with { Timing = Fast with { Retry = 2 }, LogAllFailures = true }], Policies.Own);
        await Eventually.True(() => told.Contains("Failed"), Told);

        Assert.Equal(["failure", "failure", "failure", "Failed"], told);
    }

    [Fact]
    public async Task Runs_of_one_check_never_overlap_also_not_over_a_reload_that_changes_it()
    {
        await using var stage = new NodeStage();
        string log = Path.Combine(stage.RunDirectory, "log");

        // A lock goes with who holds it, however that ends; what is asked to end takes its time.
        string script = $"sh -c 'exec 9>>{log}.lock; flock -n 9 || echo overlap >> {log}; trap \"sleep 0.3 9>&-; exit 0\" TERM; echo run >> {log}; sleep 0.1 9>&- & wait'";
        var runner = new MiscRunner(thread, this);
        for (int i = 0; i < 4; i++)
        {
            await runner.ConfigureAsync([Target($"{script} {i}") with { Timing = Fast with { DelayLoop = 1 } }], Policies.Own);
            int now = File.Exists(log) ? File.ReadAllLines(log).Length : 0;
            await Eventually.True(() => File.Exists(log) && File.ReadAllLines(log).Length > now + 2);
        }

        await runner.ConfigureAsync([], Policies.Own);
        Assert.All(await File.ReadAllLinesAsync(log), line => Assert.Equal("run", line));
    }

    [Fact]
    public async Task A_run_that_no_signal_ends_counts_as_failed_again_and_no_other_joins_it_until_it_has_gone()
    {
        await using var stage = new NodeStage();
        string log = Path.Combine(stage.RunDirectory, "log");
        ConcurrentQueue<(ChildProcess Child, int Signal)> hung = new();

        // As a process in the kernel's uninterruptible sleep: the signal is sent and nothing happens.
        var runner = new MiscRunner(thread, this, (child, signal) => hung.Enqueue((child, signal)));
        MiscTarget target = Target($"sh -c 'echo $$ >> {log}; exec sleep 1000'") with { Timing = Fast with { Timeout = 200 * Millisecond, Retry = 2 } };
        await runner.ConfigureAsync([target], Policies.Own);
        await Eventually.True(() => told.Contains("Failed"), Told);

        Assert.Single(await File.ReadAllLinesAsync(log));
        Assert.Equal([Libc.SIGTERM, Libc.SIGKILL], hung.Select(h => h.Signal));
        hung.First().Child.KillGroup(Libc.SIGKILL);
        await Eventually.True(() => File.ReadAllLines(log).Length >= 2);
        await runner.ConfigureAsync([], Policies.Own);
        await Eventually.True(() => hung.Count >= 3);
        foreach ((ChildProcess child, _) in hung) child.KillGroup(Libc.SIGKILL);
    }

    [Fact]
    public async Task One_that_is_taken_away_is_run_no_more()
    {
        await using var stage = new NodeStage();
        string log = Path.Combine(stage.RunDirectory, "log");
        var runner = new MiscRunner(thread, this);
        await runner.ConfigureAsync([Target($"sh -c 'echo $$ >> {log}; exec sleep 1000'") with { Timing = Fast with { Timeout = 86_400_000 * Millisecond } }], Policies.Own);
        await Eventually.True(() => File.Exists(log) && File.ReadAllText(log).EndsWith('\n'));
        await runner.ConfigureAsync([], Policies.Own);

        string pid = (await File.ReadAllTextAsync(log)).Trim();
        await Eventually.True(() => !IsRunning(pid));
        Assert.Empty(told);
    }

    [Fact]
    public async Task One_of_a_service_that_is_suspended_is_ended_and_run_again_when_it_is_not()
    {
        await using var stage = new NodeStage();
        string log = Path.Combine(stage.RunDirectory, "log");
        var runner = new MiscRunner(thread, this);
        MiscTarget target = Target($"sh -c 'echo $$ >> {log}; exec sleep 1000'") with { Timing = Fast with { Timeout = 86_400_000 * Millisecond } };
        HashSet<ServiceKey> suspended = [target.Key.Service];
        await thread.RunAsync(() => runner.Suspend(suspended));
        await runner.ConfigureAsync([target], Policies.Own);
        await runner.ConfigureAsync([target with { Command = target.Command + " " }], Policies.Own);
        Assert.False(File.Exists(log));
        await thread.RunAsync(() => runner.Suspend(new HashSet<ServiceKey>()));
        await Eventually.True(() => File.Exists(log) && File.ReadAllText(log).EndsWith('\n'));
        await thread.RunAsync(() => runner.Suspend(suspended));
        string pid = (await File.ReadAllTextAsync(log)).Trim();
        await Eventually.True(() => !IsRunning(pid));
        Assert.Empty(told);
        await thread.RunAsync(() => runner.Suspend(new HashSet<ServiceKey>()));
        await Runs(log, 2);
        await runner.ConfigureAsync([], Policies.Own);
    }

    [Fact]
    public async Task With_alpha_the_first_failure_is_told_although_nothing_changes()
    {
        var runner = new MiscRunner(thread, this);
        await runner.ConfigureAsync([Target("false") with { Alpha = true, LogAllFailures = true, Timing = Fast with { Retry = 5 } }], Policies.Own);
        await Eventually.True(() => told.Contains("Failed"), Told);

        Assert.Equal(["Failed"], told);
    }

    [RootFact]
    public async Task It_runs_as_the_user_that_it_names_and_what_others_could_change_is_refused_where_root_would_run_it()
    {
        await using var stage = new NodeStage();
        string script = Executable.Script(Path.Combine(stage.RunDirectory, "check.sh"), "test \"$(id -un)\" = nobody");
        File.SetUnixFileMode(stage.RunDirectory, (UnixFileMode)Convert.ToInt32("755", 8));
        File.SetUnixFileMode(script, (UnixFileMode)Convert.ToInt32("777", 8));
        var runner = new MiscRunner(thread, this);
        await runner.ConfigureAsync([Target(script) with { User = "nobody" }], Policies.Own);
        await Eventually.True(() => told.Contains("Succeeded"), Told);

        ScriptCheck asRoot = await ScriptCheck.OfAsync(Configuration(new MiscCheck { Command = script, User = "root" }), Policies.Own);
        Assert.StartsWith($"MISC_CHECK {script}: {script} is unsafe to run with root's rights", Assert.Single(asRoot.Refusals), StringComparison.Ordinal);
        Assert.Empty((await ScriptCheck.OfAsync(Configuration(new MiscCheck { Command = script, User = "nobody" }), Policies.Own)).Refusals);
        await runner.ConfigureAsync([Target(script) with { User = "root" }], Policies.Own);
        await Eventually.True(() => told.Contains("Failed"), Told);
        Assert.Contains("is unsafe to run with root's rights", reasons.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_that_is_not_there_is_refused()
    {
        HaConfiguration configuration = Configuration(new MiscCheck { Command = "true", User = "no-such-user" });
        ScriptCheck check = await ScriptCheck.OfAsync(configuration, await ScriptPolicy.OfAsync(configuration));

        Assert.StartsWith("MISC_CHECK true: there is no user 'no-such-user' on this host", Assert.Single(check.Refusals), StringComparison.Ordinal);
    }

    void ICheckSink.OnCheck(CheckTarget check, CheckVerdict verdict, string? reason)
    {
        if (reason is not null) reasons.Enqueue(reason);
        told.Enqueue($"{verdict}");
    }

    void ICheckSink.OnWeight(CheckKey key, CheckWeight? weight) => told.Enqueue(weight is { } word ? $"weight {word.ChangeOf(0)}" : "weight none");

    void ICheckSink.OnFailure(CheckKey key, string reason) => told.Enqueue("failure");

    void ICheckSink.OnWarning(CheckKey key, string? warning) => Assert.Fail("There is nothing to warn of.");

    void ICheckSink.OnTrouble(string message) => told.Enqueue(message);

    public void Dispose() => thread.Dispose();

    private static HaConfiguration Configuration(HealthCheck check) => new()
    {
        VirtualServers = [new VirtualServer { Address = IPAddress.Parse("192.0.2.1"), RealServers = [new RealServer { Address = IPAddress.Parse("192.0.2.11"), Port = 80, Checks = [check] }] }],
    };

    private static MiscTarget Target(string command, int number = 0)
    {
        var service = new ServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80);
        return new MiscTarget(new CheckKey(service, new DestinationKey(IPAddress.Parse("192.0.2.11"), 80), new CheckId(new MiscCheck { Command = "" }, number)), Fast, command, null, SaysWeight: false);
    }

    private static Task Runs(string log, int count) => Eventually.True(() => File.Exists(log) && File.ReadAllLines(log).Length >= count);

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

    private string Told() => string.Join('\n', told.Concat(reasons));
}
