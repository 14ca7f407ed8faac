using System.Collections.Concurrent;
using HaTools.Configuration;
using HaTools.Engine.Scripts;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;
using HaTools.Engine.Trackers;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Scripts;

/// <summary>Who scripts run as.</summary>
public sealed class ScriptUserTests : ITrackerSink, IDisposable
{
    private readonly WorkThread thread = new("test-users");
    private readonly ConcurrentQueue<string> said = new();
    private volatile int up;

    [RootFact]
    public async Task What_names_no_user_has_no_rights()
    {
        if (Users.Find(ScriptUserNames.Standard) is not null) return;
        var configuration = new HaConfiguration { Scripts = [Script("sh -c 'test \"$(id -un)\" = nobody && test \"$(id -G)\" = \"$(id -g)\" && ! cat /etc/shadow'")] };

        await new TrackerRunner(thread, this).ConfigureAsync(configuration.Scripts, await ScriptPolicy.OfAsync(configuration));

        await Eventually.True(() => up > 0, () => string.Join('\n', said));
        ScriptCheck check = await ScriptCheck.OfAsync(configuration, await ScriptPolicy.OfAsync(configuration));
        Assert.Empty(check.Refusals.Concat(check.Concerns));
    }

    [RootFact]
    public async Task What_fails_as_nobody_because_no_user_is_named_says_so_once()
    {
        if (Users.Find(ScriptUserNames.Standard) is not null) return;
        var configuration = new HaConfiguration { Scripts = [Script("kill -0 1"), Script("false") with { Name = "own", User = "nobody" }] };
        var runner = new TrackerRunner(thread, this);

        await runner.ConfigureAsync(configuration.Scripts, await ScriptPolicy.OfAsync(configuration));
        await Eventually.True(() => said.Count(s => s.Contains("failed", StringComparison.Ordinal)) == 2, () => string.Join('\n', said));
        await Task.Delay(200);

        Assert.Equal("VRRP_Script(chk): it ran as nobody, since no user is named for it",
            Assert.Single(said, s => s.Contains("no user is named", StringComparison.Ordinal)));
    }

    [RootFact]
    public async Task What_root_runs_because_nobody_has_named_a_user_is_told_by_name()
    {
        if (Users.Find(ScriptUserNames.Standard) is not null) return;
        var configuration = new HaConfiguration
        {
            Scripts = [Script("true") with { Recover = new RecoveryAction { Command = "true" } }, Script("true") with { Name = "own", User = "nobody" }],
            SyncGroups = [new VrrpSyncGroup { Name = "G", Members = ["VI_1"], Notify = NotifyScripts.None with { Master = new NotifyScript("true") } }],
            ScriptUser = ScriptUserNames.KeepalivedDefault,
        };

        string told = Assert.Single(await ConcernsOf(configuration));
        Assert.StartsWith("vrrp_script chk, notify_master of G run as root: neither a user, nor script_user, nor a user keepalived_script", told, StringComparison.Ordinal);
        Assert.Empty(await ConcernsOf(configuration with { ScriptUser = "root" }));
        Assert.Empty(await ConcernsOf(configuration with { ScriptUser = null }));
    }

    [Fact]
    public void Of_several_users_the_first_that_there_is_is_meant()
    {
        uint nobody = Users.Find("nobody")!.UserId, group = Users.FindGroup("daemon")!.Value;
        if (Libc.geteuid() != 0)
        {
            Assert.Equal(Libc.geteuid(), ScriptUser.Find("no_such_user|nobody").UserId);
            return;
        }

        Assert.Equal(nobody, ScriptUser.Find("no_such_user|nobody|root").UserId);
        Assert.Equal((nobody, group), (ScriptUser.Find("no_such_user:x|nobody:daemon").UserId, ScriptUser.Find("nobody:daemon").GroupId));
        Assert.Equal(0u, ScriptUser.Find("root|nobody").UserId);
        Assert.True(ScriptUser.Find("root|nobody").IsByDefault);
        Assert.False(ScriptUser.Find("root").IsByDefault);
    }

    [Theory]
    [InlineData("no_such_user", "vrrp_script chk: there is no user 'no_such_user' on this host; create it (useradd -r no_such_user) or name another")]
    [InlineData("no_such_user:x|no_other",
        "vrrp_script chk: there is no user 'no_such_user' and none 'no_other' on this host; create it (useradd -r no_such_user) or name another")]
    [InlineData("nobody:no_such_group", "vrrp_script chk: there is no group 'no_such_group' on this host; create it (groupadd -r no_such_group) or name another")]
    public async Task A_user_that_does_not_exist_is_an_error_that_names_it(string user, string expected)
    {
        if (Libc.geteuid() != 0 && user.Contains(ScriptUserNames.Or, StringComparison.Ordinal)) return;
        HaConfiguration configuration = new() { Scripts = [Script("true") with { User = user }, Script("true") with { Name = "good", User = "nobody" }] };

        ScriptCheck check = await ScriptCheck.OfAsync(configuration, await ScriptPolicy.OfAsync(configuration));

        Assert.Equal([expected], check.Refusals);
    }

    [RootFact]
    public async Task A_reload_that_finds_the_same_user_again_does_not_run_the_script()
    {
        await using var stage = new NodeStage();
        File.SetUnixFileMode(stage.RunDirectory, (UnixFileMode)Convert.ToInt32("777", 8));
        string runs = Path.Combine(stage.RunDirectory, "runs");
        ScriptTracker script = Script($"sh -c 'umask 0; id -un >> {runs}'") with { User = "daemon", Interval = TimeSpan.FromDays(1) };
        var runner = new TrackerRunner(thread, this);
        await Configure(script);
        await Eventually.True(() => Runs() == "daemon\n", Runs);

        await Configure(script);
        await Configure(script with { User = "nobody" });
        await Eventually.True(() => Runs().EndsWith("nobody\n", StringComparison.Ordinal), Runs);
        Assert.Equal("daemon\nnobody\n", Runs());

        string Runs() => File.Exists(runs) ? File.ReadAllText(runs) : "";

        async Task Configure(ScriptTracker wanted) =>
            await runner.ConfigureAsync([wanted], await ScriptPolicy.OfAsync(new HaConfiguration { Scripts = [wanted] }));
    }

    [RootFact]
    public async Task A_script_that_a_reload_makes_another_one_while_it_runs_is_run_when_that_has_ended()
    {
        await using var stage = new NodeStage();
        File.SetUnixFileMode(stage.RunDirectory, (UnixFileMode)Convert.ToInt32("777", 8));
        string runs = Path.Combine(stage.RunDirectory, "runs"), go = Path.Combine(stage.RunDirectory, "go");
        ScriptTracker script = Script($"sh -c 'umask 0; id -un >> {runs}; while [ ! -e {go} ]; do sleep 0.05; done'") with { User = "daemon", Interval = TimeSpan.FromDays(1) };
        var runner = new TrackerRunner(thread, this);
        await runner.ConfigureAsync([script], await ScriptPolicy.OfAsync(new HaConfiguration { Scripts = [script] }));
        await Eventually.True(() => Runs() == "daemon\n", Runs);

        ScriptTracker other = script with { User = "nobody" };
        await runner.ConfigureAsync([other], await ScriptPolicy.OfAsync(new HaConfiguration { Scripts = [other] }));
        await File.WriteAllTextAsync(go, "");
        await Eventually.True(() => Runs() == "daemon\nnobody\n", Runs);

        string Runs() => File.Exists(runs) ? File.ReadAllText(runs) : "";
    }

    /// <summary>A pipe that nobody writes to in the place of the user database: a lookup does not come back, as with a server that is gone.</summary>
    [RootFact]
    public async Task A_user_database_that_does_not_answer_is_an_error_for_who_needs_it()
    {
        Task<ScriptPolicy> Look(HaConfiguration configuration) => MountNamespace.OfItsOwn(() =>
        {
            MuteDatabase.In("/etc/passwd");
            return ScriptPolicy.OfAsync(configuration);
        });

        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => Look(new() { Scripts = [Script("true") with { User = "daemon:sys" }] }));

        Assert.StartsWith("the users that scripts run as (daemon:sys) could not be read within 10 s (does the user database", e.Message, StringComparison.Ordinal);
        _ = await Look(new HaConfiguration());
    }

    void ITrackerSink.OnReading(TrackerKey tracker, TrackerReading reading)
    {
        if (reading == TrackerReading.Up) up++;
    }

    void ITrackerSink.OnTracker(TrackerKey tracker, HaTrackerStateKind state, string message) => said.Enqueue(message);

    void ITrackerSink.OnTrackerLog(TrackerKey tracker, string message) => said.Enqueue(message);

    void ITrackerSink.OnTrackerWarning(TrackerKey tracker, string message) => said.Enqueue(message);

    public void Dispose() => thread.Dispose();

    private static async Task<IReadOnlyList<string>> ConcernsOf(HaConfiguration configuration) =>
        (await ScriptCheck.OfAsync(configuration, await ScriptPolicy.OfAsync(configuration))).Concerns;

    private static ScriptTracker Script(string command) =>
        new() { Name = "chk", Command = command, Interval = TimeSpan.FromMilliseconds(50), Timeout = TimeSpan.FromSeconds(30) };
}
