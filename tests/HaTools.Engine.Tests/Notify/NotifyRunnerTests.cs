using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using HaTools.Engine.Notify;
using HaTools.Engine.Scripts;
using HaTools.Engine.Tests.Scripts;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Tests.Notify;

public sealed class NotifyRunnerTests : INotifySink, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;
    private readonly WorkThread thread = new("test-notify");
    private readonly ConcurrentQueue<string> said = new();
    private readonly NotifyRunner runner;
    private readonly NotifyKey vi1 = NotifyKey.Instance("VI_1");

    public NotifyRunnerTests() => runner = new NotifyRunner(thread, this);

    private string Log => Path.Combine(directory, "log");

    [Fact]
    public async Task The_script_for_the_state_runs_first_and_notify_follows_with_four_arguments()
    {
        string all = Script("all", "echo \"$0 $#: $*\" >> LOG");
        string master = Script("master", "echo \"$0 $#: $*\" >> LOG");
        await Configure(new NotifyScripts { Any = new NotifyScript($"{all} 'of mine'"), Master = new NotifyScript($"{master} a b") });

        await Tell(VrrpStateKind.Backup, 100);
        await Lines(1);
        await Tell(VrrpStateKind.Master, 150);
        await Lines(3);

        Assert.Equal(
            [$"{all} 5: of mine INSTANCE VI_1 BACKUP 100", $"{master} 2: a b", $"{all} 5: of mine INSTANCE VI_1 MASTER 150"],
            await File.ReadAllLinesAsync(Log));
        await Eventually.True(() => State() is { LastScript: "notify", LastState: "MASTER", LastResult: "exit 0", Running: null });
    }

    [Fact]
    public async Task Scripts_of_one_object_never_overlap_and_the_last_state_is_told_last()
    {
        string all = Script("all", "echo \"begin $3\" >> LOG; while [ ! -e GO ]; do sleep 0.02; done; echo \"end $3\" >> LOG");
        await Configure(new NotifyScripts { Any = new NotifyScript(all) });

        await Tell(VrrpStateKind.Backup, 100);
        await Lines(1);
        await Tell(VrrpStateKind.Master, 100);
        await Tell(VrrpStateKind.Fault, 100);
        await Tell(VrrpStateKind.Master, 100);
        await File.WriteAllTextAsync(Path.Combine(directory, "go"), "");
        await Lines(4);

        Assert.Equal(["begin BACKUP", "end BACKUP", "begin MASTER", "end MASTER"], await File.ReadAllLinesAsync(Log));
        Assert.Equal(
            [
                "(VI_1) MASTER is not told to the notify scripts: they are still at BACKUP, and it is FAULT now",
                "(VI_1) FAULT is not told to the notify scripts: they are still at BACKUP, and it is MASTER now",
            ], said);
        Assert.Equal(2, State()!.Skipped);
    }

    [Fact]
    public async Task A_script_that_fails_or_cannot_be_run_is_told_and_the_next_one_runs()
    {
        string all = Script("all", "echo told >> LOG; echo why not >&2; exit 3");
        await Configure(new NotifyScripts { Any = new NotifyScript(all), Fault = new NotifyScript("/no/such/script") });

        await Tell(VrrpStateKind.Fault, 100);

        await Eventually.True(() => said.Count == 2, () => string.Join('\n', said));
        Assert.StartsWith("(VI_1) notify_fault (FAULT): cannot run: notify_fault of VI_1: /no/such/script is not found", said.First(), StringComparison.Ordinal);
        Assert.Equal("(VI_1) notify (FAULT): exit 3; it said: why not", said.Last());
        Assert.Equal(2, State()!.Failures);
    }

    [Theory]
    [InlineData(false, "FAULT")]
    [InlineData(true, "DELETED")]
    public async Task An_instance_that_a_reload_takes_away_is_told_so(bool saysDeleted, string word)
    {
        string all = Script("all", "echo \"$3\" >> LOG");
        await Configure(new NotifyScripts { Any = new NotifyScript(all), SaysDeleted = saysDeleted, Deleted = new NotifyScript(Script("gone", "echo gone >> LOG")) });
        await Tell(VrrpStateKind.Backup, 100);
        await Lines(1);

        await thread.RunAsync(() => runner.Forget(HaConfiguration.Empty));
        await Lines(3);

        Assert.Equal(["BACKUP", "gone", word], await File.ReadAllLinesAsync(Log));
        await Eventually.True(() => State() is null);
    }

    [Fact]
    public async Task A_reload_that_changes_nothing_runs_nothing()
    {
        NotifyScripts scripts = new() { Any = new NotifyScript(Script("all", "echo \"$3\" >> LOG")) };
        await Configure(scripts);
        await Tell(VrrpStateKind.Backup, 100);
        await Lines(1);

        await Configure(scripts);
        await Configure(scripts);
        await Tell(VrrpStateKind.Master, 100);
        await Lines(2);

        Assert.Equal(["BACKUP", "MASTER"], await File.ReadAllLinesAsync(Log));
    }

    [Fact]
    public async Task An_advert_of_lower_priority_runs_its_script_without_arguments()
    {
        await Configure(new NotifyScripts
        {
            MasterReceivedLowerPriority = new NotifyScript(Script("lower", "echo \"lower $#\" >> LOG")),
            Any = new NotifyScript(Script("all", "echo \"$3\" >> LOG")),
        });
        await Tell(VrrpStateKind.Master, 100);
        await Lines(1);

        await thread.RunAsync(() => runner.OnLowerPriority("VI_1"));
        await Lines(2);

        Assert.Equal(["MASTER", "lower 0"], await File.ReadAllLinesAsync(Log));
    }

    [Fact]
    public async Task At_the_stop_the_scripts_of_the_stop_have_run_when_it_returns()
    {
        await Configure(new NotifyScripts
        {
            Stop = new NotifyScript(Script("stop", "echo stop >> LOG")),
            Any = new NotifyScript(Script("all", "sleep 0.2; echo \"$3 $4\" >> LOG")),
        });
        await Tell(VrrpStateKind.Master, 120);

        await thread.RunAsync(runner.StopAsync);

        Assert.Equal(["MASTER 120", "stop", "STOP 120"], await File.ReadAllLinesAsync(Log));
    }

    [Fact]
    public async Task A_script_that_does_not_end_does_not_keep_a_node_from_stopping()
    {
        await Configure(new NotifyScripts { Master = new NotifyScript(Script("master", "trap '' TERM; echo master >> LOG; sleep 1000")) });
        await Tell(VrrpStateKind.Master, 100);
        await Lines(1);

        await thread.RunAsync(runner.StopAsync).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Contains("(VI_1) notify_master (MASTER): timed out", said);
    }

    [Fact]
    public async Task What_a_script_that_took_too_long_writes_while_it_obeys_comes_before_what_the_next_one_writes()
    {
        var hurried = new NotifyRunner(thread, this) { Patience = TimeSpan.FromMilliseconds(300) };
        HaConfiguration configuration = Of(new NotifyScripts
        {
            Master = new NotifyScript(Script("master", "trap 'sleep 0.5; echo late >> LOG; exit' TERM; echo master >> LOG; sleep 1000 & wait")),
            Backup = new NotifyScript(Script("backup", "echo backup >> LOG")),
        });
        await thread.RunAsync(() => hurried.Prepare(configuration, Policies.Own));
        await thread.RunAsync(() => hurried.OnState(vi1, VrrpStateKind.Master, 100));
        await Lines(1);
        await thread.RunAsync(() => hurried.OnState(vi1, VrrpStateKind.Backup, 100));
        await Lines(3);

        Assert.Equal(["master", "late", "backup"], await File.ReadAllLinesAsync(Log));
        Assert.Contains("(VI_1) notify_master (MASTER): timed out", said);
    }

    [Fact]
    public async Task A_group_is_told_with_priority_0()
    {
        string all = Script("all", "echo \"$*\" >> LOG");
        var group = new VrrpSyncGroup { Name = "VG", Members = ["VI_1"], Notify = new NotifyScripts { Any = new NotifyScript(all) } };
        await thread.RunAsync(() => runner.Prepare(HaConfiguration.Empty with { SyncGroups = [group] }, Policies.Own));

        await thread.RunAsync(() => runner.OnState(NotifyKey.Group("VG"), VrrpStateKind.Master, 0));
        await Lines(1);

        Assert.Equal(["GROUP VG MASTER 0"], await File.ReadAllLinesAsync(Log));
    }

    [RootFact]
    public async Task What_root_would_run_and_others_could_change_is_refused()
    {
        string all = Script("all", "true");
        File.SetUnixFileMode(all, (UnixFileMode)Convert.ToInt32("777", 8));

        ScriptCheck check = await ScriptCheck.OfAsync(Of(new NotifyScripts { Any = new NotifyScript(all, "root") }), Policies.Own);

        Assert.Contains($"notify of VI_1: {all} is unsafe to run with root's rights: the file {all} (mode 0777)",
            Assert.Single(check.Refusals), StringComparison.Ordinal);
    }

    void INotifySink.OnNotifyLog(string subject, string message) => said.Enqueue(message);

    void INotifySink.OnNotifyWarning(string subject, string message) => said.Enqueue(message);

    public void Dispose()
    {
        thread.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static HaConfiguration Of(NotifyScripts scripts) => HaConfiguration.Empty with
    {
        VrrpInstances = [new VrrpInstance { Name = "VI_1", Interface = "eth0", VirtualRouterId = 1, Notify = scripts }],
    };

    private string Script(string name, string body)
    {
        string path = Path.Combine(directory, name);

        // Both at once: the directory's name may have a GO in it.
        body = Regex.Replace(body, "LOG|GO", found => found.Value == "LOG" ? Log : Path.Combine(directory, "go"));
        return Executable.Script(path, body);
    }

    private Task Configure(NotifyScripts scripts) => thread.RunAsync(() =>
    {
        HaConfiguration configuration = Of(scripts);
        runner.Prepare(configuration, Policies.Own);
        runner.Forget(configuration);
    });

    private Task Tell(VrrpStateKind state, int priority) => thread.RunAsync(() => runner.OnState(vi1, state, priority));

    private Task Lines(int count) => Eventually.True(
        () => File.Exists(Log) && File.ReadAllLines(Log).Length >= count, () => $"{string.Join('\n', said)}\n{(File.Exists(Log) ? File.ReadAllText(Log) : "")}");

    private HaNotifyState? State() => thread.RunAsync(() => runner.StateOf(vi1)).GetAwaiter().GetResult();
}
