using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Notify;
using HaTools.Engine.Scripts;
using HaTools.Engine.Tests.Scripts;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Tests.Notify;

/// <summary>The scripts of services and real servers: when they are run (as keepalived's ipwrapper.c has it), and in which order.</summary>
public sealed class HealthScriptTests : INotifySink, IDisposable
{
    private static readonly NotifyKey Service = NotifyKey.Service("tcp 10.0.0.1:80"), Server = NotifyKey.RealServer("tcp 10.0.0.1:80", "10.0.1.1:80");

    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;
    private readonly WorkThread thread = new("test-notify");
    private readonly ConcurrentQueue<string> said = new();
    private readonly NotifyRunner runner;

    public HealthScriptTests() => runner = new NotifyRunner(thread, this);

    private string Log => Path.Combine(directory, "log");

    [Theory]
    [InlineData(false, false, false, true, "quorum_up")]
    [InlineData(false, false, false, false, "")]
    [InlineData(true, false, false, false, "quorum_down")]
    [InlineData(false, true, true, true, "quorum_up")]
    public void A_service_that_begins_is_told_of_its_quorum_and_of_a_sorry_server_in_its_place(bool sorry, bool init, bool omega, bool up, string expected)
    {
        NotifyObject told = Object(Configuration(omega, init, sorry), Service);
        Assert.Equal(expected, Told(told, up, HealthNews.Begins));
        Assert.Equal("", Told(told, up, HealthNews.Stays));
        Assert.Equal(up ? "quorum_up" : "quorum_down", Told(told, up, HealthNews.Changed));
    }

    [Theory]
    [InlineData(false, true, "")]
    [InlineData(true, true, "notify_up")]
    [InlineData(true, false, "")]
    public void A_real_server_that_begins_is_told_only_that_it_is_up_and_only_where_that_is_asked_for(bool init, bool up, string expected)
    {
        NotifyObject told = Object(Configuration(omega: false, init), Server);
        Assert.Equal(expected, Told(told, up, HealthNews.Begins));
        Assert.Equal("", Told(told, up, HealthNews.Stays));
        Assert.Equal(up ? "notify_up" : "notify_down", Told(told, up, HealthNews.Changed));
    }

    [Theory]
    [InlineData(false, true, null, null)]
    [InlineData(false, false, null, null)]
    [InlineData(true, true, NotifyKind.Down, NotifyKind.Down)]
    [InlineData(true, false, NotifyKind.Down, null)]
    internal void Omega_tells_services_and_servers_that_are_up_at_the_stop(bool omega, bool up, NotifyKind? service, NotifyKind? server)
    {
        HaConfiguration configuration = Configuration(omega);
        Assert.Equal(service, Object(configuration, Service).AtStop(0, up)?.Kind);
        Assert.Equal(server, Object(configuration, Server).AtStop(0, up)?.Kind);
    }

    [Fact]
    public async Task Scripts_have_no_arguments_but_their_own_and_a_slow_one_is_followed_by_the_last_state()
    {
        string slow = Script("slow", "echo \"$0 $#: $*\" >> LOG; while [ ! -e GO ]; do sleep 0.02; done");
        string fast = Script("fast", "echo \"$0 $#: $*\" >> LOG");
        await Prepare(Configuration(up: $"{slow} 'of mine'", down: fast));

        await Tell(Server, true, HealthNews.Changed);
        await Lines(1);
        await Tell(Server, false, HealthNews.Changed);
        await Tell(Server, true, HealthNews.Changed);
        await Tell(Server, false, HealthNews.Changed);
        await File.WriteAllTextAsync(Path.Combine(directory, "go"), "");
        await Lines(2);

        Assert.Equal([$"{slow} 1: of mine", $"{fast} 0: "], await File.ReadAllLinesAsync(Log));
        Assert.Contains("tcp 10.0.0.1:80 10.0.1.1:80 DOWN is not told to the notify scripts: they are still at UP, and it is UP now", said);
    }

    [Fact]
    public async Task A_script_that_hangs_keeps_no_other_object_s_from_running()
    {
        await Prepare(Configuration(up: Script("hangs", "echo hangs >> LOG; sleep 1000"), quorumUp: Script("quorum", "echo quorum >> LOG")));

        await Tell(Server, true, HealthNews.Changed);
        await Lines(1);
        await Tell(Service, true, HealthNews.Begins);
        await Lines(2);

        Assert.Equal("notify_up (UP)", State(Server)!.Running);
        await thread.RunAsync(runner.StopAsync).WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_many_that_change_together_some_wait_for_their_turn_but_no_instance_and_none_at_the_stop(bool stops)
    {
        string slow = Script("slow", "echo \"$*\" >> LOG; while [ ! -e GO ]; do sleep 0.02; done"), fast = Script("fast", "echo \"$3\" >> LOG");
        HaConfiguration configuration = Configuration(down: $"{slow} server", quorumDown: $"{slow} quorum") with
        {
            VrrpInstances = [new VrrpInstance { Name = "V", Interface = "eth0", VirtualRouterId = 1, Notify = new NotifyScripts { Any = new NotifyScript(fast) } }],
        };
        var one = new NotifyRunner(thread, this) { MostAtOnce = 1 };
        await thread.RunAsync(() => one.Prepare(configuration, Policies.Own));
        await thread.RunAsync(() =>
        {
            one.OnHealth(Server, false, HealthNews.Changed);
            one.OnHealth(Service, false, HealthNews.Changed);
        });
        await Lines(1);
        await thread.RunAsync(() => one.OnState(NotifyKey.Instance("V"), VrrpStateKind.Master, 100));
        await Lines(2);
        Assert.Equal(["server", "MASTER"], await File.ReadAllLinesAsync(Log));
        Assert.Null(await thread.RunAsync(() => one.StateOf(Service)!.Running));

        Task end = Task.CompletedTask;
        if (stops)
        {
            (end, string? running) = await thread.RunAsync(() => (one.StopAsync(), one.StateOf(Service)!.Running));
            Assert.Equal("quorum_down (DOWN)", running);
        }
        else await File.WriteAllTextAsync(Path.Combine(directory, "go"), "");
        await Lines(3);
        await File.WriteAllTextAsync(Path.Combine(directory, "go"), "");
        await end.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Contains("quorum", await File.ReadAllLinesAsync(Log));
    }

    [Fact]
    public async Task A_script_that_fails_is_told_with_its_name()
    {
        await Prepare(Configuration(down: Script("down", "echo why not >&2; exit 3"), quorumUp: "/no/such/script"));

        await Tell(Server, false, HealthNews.Changed);
        await Tell(Service, true, HealthNews.Changed);

        await Eventually.True(() => said.Count == 2, () => string.Join('\n', said));
        Assert.Contains("tcp 10.0.0.1:80 10.0.1.1:80 notify_down (DOWN): exit 3; it said: why not", said);
        Assert.Contains(said, m => m.StartsWith("tcp 10.0.0.1:80 quorum_up (UP): cannot run: quorum_up of tcp 10.0.0.1:80: /no/such/script is not found", StringComparison.Ordinal));
        Assert.Equal(("notify_down", "DOWN", "exit 3", 1), (State(Server)!.LastScript, State(Server)!.LastState, State(Server)!.LastResult, State(Server)!.Failures));
    }

    [Theory]
    [InlineData(true, true, "quorum down,server down")]
    [InlineData(true, false, "quorum down")]
    [InlineData(false, false, "")]
    public async Task A_service_that_leaves_the_configuration_is_told_that_it_is_down_with_its_servers_unless_they_are(bool quorum, bool up, string expected)
    {
        HaConfiguration configuration = Noisy();
        await Prepare(configuration);
        await Tell(Server, up, HealthNews.Stays);
        await Tell(Service, quorum, HealthNews.Stays);
        await Force(configuration);
        await Force(configuration with { VirtualServers = [] });

        // What a check says that was on its way is no news any more.
        await Tell(Server, true, HealthNews.Changed);
        Assert.Equal(expected.Length == 0 ? [] : expected.Split(','), await UntilOver());
    }

    [Fact]
    public async Task Scripts_that_a_reload_brings_are_not_told_what_is_so_already_and_one_that_takes_them_tells_nothing()
    {
        HaConfiguration configuration = Noisy();
        await Prepare(configuration);
        await Tell(Service, true, HealthNews.Stays);
        await Force(configuration);
        VirtualServer bare = configuration.VirtualServers[0] with { QuorumUp = null, QuorumDown = null };
        await Force(configuration with { VirtualServers = [bare] });
        Assert.Empty(await UntilOver());
    }

    [Fact]
    public async Task At_the_stop_the_scripts_of_omega_have_run_when_it_returns_and_nothing_is_told_later()
    {
        await Prepare(Noisy(omega: true));
        await Tell(Service, true, HealthNews.Stays);
        await Tell(Server, true, HealthNews.Stays);

        await thread.RunAsync(runner.StopAsync);
        string[] atTheStop = [.. (await File.ReadAllLinesAsync(Log)).Order(StringComparer.Ordinal)];
        await Tell(Server, true, HealthNews.Changed);

        Assert.Equal(["quorum down", "server down"], atTheStop);
        Assert.Equal(atTheStop, await UntilOver());
    }

    [Fact]
    public async Task What_has_been_told_is_not_told_again()
    {
        await Prepare(Noisy());
        await Tell(Server, false, HealthNews.Begins);
        await Tell(Server, false, HealthNews.Changed);
        await Lines(1);
        await Eventually.True(() => State(Server)!.Running is null);
        await Tell(Server, false, HealthNews.Changed);

        Assert.Equal(["server down"], await UntilOver());
    }

    [Fact]
    public async Task Without_omega_the_stop_tells_nothing()
    {
        await Prepare(Noisy());
        await Tell(Service, true, HealthNews.Stays);

        await thread.RunAsync(runner.StopAsync);
        await Tell(Service, false, HealthNews.Changed);

        Assert.Empty(await UntilOver());
    }

    [Fact]
    public async Task What_was_never_in_force_is_told_nothing_at_the_stop()
    {
        await Prepare(Noisy(omega: true));
        await thread.RunAsync(runner.StopAsync);
        Assert.Empty(await UntilOver());
    }

    [RootFact]
    public async Task What_root_would_run_and_others_could_change_is_refused()
    {
        string down = Script("down", "true"), quorum = Script("quorum", "true");
        foreach (string path in (string[])[down, quorum]) File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("777", 8));
        VirtualServer service = Configuration().VirtualServers[0];
        service = service with { QuorumUp = new NotifyScript(quorum, "root"), RealServers = [service.RealServers[0] with { NotifyDown = new NotifyScript(down, "root") }] };

        ScriptCheck check = await ScriptCheck.OfAsync(HaConfiguration.Empty with { VirtualServers = [service] }, Policies.Own);

        Assert.Equal(2, check.Refusals.Count);
        Assert.Contains(check.Refusals, r => r.Contains($"quorum_up of tcp 10.0.0.1:80: {quorum} is unsafe to run with root's rights", StringComparison.Ordinal));
        Assert.Contains(check.Refusals, r => r.Contains($"notify_down of tcp 10.0.0.1:80 10.0.1.1:80: {down} is unsafe", StringComparison.Ordinal));
    }

    void INotifySink.OnNotifyLog(string subject, string message) => said.Enqueue(message);

    void INotifySink.OnNotifyWarning(string subject, string message) => said.Enqueue(message);

    public void Dispose()
    {
        thread.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static HaConfiguration Configuration(
        bool omega = false, bool init = false, bool sorry = false, string up = "/bin/true", string down = "/bin/true", string quorumUp = "/bin/true", string quorumDown = "/bin/true") => new()
        {
            NotifyUpAtStart = init,
            VirtualServers =
            [
                new VirtualServer
                {
                    Address = IPAddress.Parse("10.0.0.1"),
                    Port = 80,
                    QuorumUp = new NotifyScript(quorumUp),
                    QuorumDown = new NotifyScript(quorumDown),
                    Omega = omega,
                    SorryServer = sorry ? new RealServer { Address = IPAddress.Parse("10.0.1.9"), Port = 80 } : null,
                    RealServers = [new RealServer { Address = IPAddress.Parse("10.0.1.1"), Port = 80, NotifyUp = new NotifyScript(up), NotifyDown = new NotifyScript(down) }],
                },
            ],
        };

    private static NotifyObject Object(HaConfiguration configuration, NotifyKey key) => NotifyObject.AllOf(configuration).Single(o => o.Key == key);

    private static string Told(NotifyObject one, bool up, HealthNews news) =>
        one.Tells(up, news) ? string.Join(' ', new NotifyPlan(one, Policies.Own).Runs(new NotifyNews(up ? NotifyKind.Up : NotifyKind.Down, 0)).Select(r => r.Keyword)) : "";

    private HaConfiguration Noisy(bool omega = false)
    {
        string say = Script("say", "echo \"$*\" >> LOG");
        return Configuration(omega, up: $"{say} server up", down: $"{say} server down", quorumUp: $"{say} quorum up", quorumDown: $"{say} quorum down");
    }

    private string Script(string name, string body)
    {
        string path = Path.Combine(directory, name);

        // Both at once: the directory's name may have a GO in it.
        body = Regex.Replace(body, "LOG|GO", found => found.Value == "LOG" ? Log : Path.Combine(directory, "go"));
        return Executable.Script(path, body);
    }

    private Task Prepare(HaConfiguration configuration) => thread.RunAsync(() => runner.Prepare(configuration, Policies.Own));

    private Task Force(HaConfiguration configuration) => thread.RunAsync(() =>
    {
        runner.Prepare(configuration, Policies.Own);
        runner.Forget(configuration);
    });

    private Task Tell(NotifyKey key, bool up, HealthNews news) => thread.RunAsync(() => runner.OnHealth(key, up, news));

    private Task Lines(int count) => Eventually.True(
        () => File.Exists(Log) && File.ReadAllLines(Log).Length >= count, () => $"{string.Join('\n', said)}\n{(File.Exists(Log) ? File.ReadAllText(Log) : "")}");

    // In the order of the alphabet: those of two objects run side by side.
    private async Task<string[]> UntilOver()
    {
        await thread.RunAsync(runner.StopAsync);
        return File.Exists(Log) ? [.. (await File.ReadAllLinesAsync(Log)).Order(StringComparer.Ordinal)] : [];
    }

    private HaNotifyState? State(NotifyKey key) => thread.RunAsync(() => runner.StateOf(key)).GetAwaiter().GetResult();
}
