using HaTools.Engine.Control;
using HaTools.Engine.Tests.Scripts;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>
/// A file server that does not answer keeps no node from starting, going over to another configuration, and stopping. The nodes are not disposed of at the end of a
/// scope: where they could not stop, a test would not fail but hang.
/// </summary>
public sealed class HaNodeDeadFileServerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [FuseFact]
    public async Task A_node_starts_and_stops_though_no_script_and_no_file_answers()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        string served = Served(stage), here = NewScript(Path.Combine(stage.RunDirectory, "here.sh"));
        using var server = new DeadFileServer(served);
        HaConfiguration configuration = new()
        {
            // One after another would take far longer than the test waits.
            Scripts = [.. Enumerable.Range(0, 50).Select(i => Tracker($"s{i}", NewScript(Path.Combine(served, $"s{i}.sh")))), Tracker("here", here)],
            Files = [File("f", Path.Combine(served, "f")) with { InitialValue = 3 }],
            VrrpInstances = [Instance() with { Notify = new NotifyScripts { Any = new NotifyScript(NewScript(Path.Combine(served, "notify.sh")), "root") } }],
        };
        await server.GoAwayAsync();

        HaNode node = await StartAsync(server, network.Nodes[0], stage, configuration);

        string[] concerns = [.. stage.Messages(node).Where(m => m.Contains("does not answer; the script", StringComparison.Ordinal))];
        Assert.Equal([.. Enumerable.Range(0, 50).Select(i => $"vrrp_script s{i}: {Unanswered($"s{i}.sh")}"), $"notify of VI_1: {Unanswered("notify.sh")}"], concerns);
        Assert.Contains(
            $"Tracked file f: {Path.Combine(served, "f")} cannot be looked at: its file system does not answer; 0 counts until it does", stage.Messages(node));
        await stage.UntilAsync(async () => (await State(node, "here")).State == HaTrackerStateKind.Up);
        Assert.Equal("0 (its file system does not answer)", (await State(node, "f")).LastResult);
        await node.StopAsync().WaitAsync(Patience);

        string Unanswered(string name) =>
            $"the file system of {Path.Combine(served, name)} does not answer; the script is not run before it does, and is checked again before each run";
    }

    [FuseFact]
    public async Task A_node_that_is_stopped_while_it_waits_in_its_start_stops()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        string served = Served(stage);
        using var server = new DeadFileServer(served);
        HaConfiguration configuration = new() { Files = [File("f", Path.Combine(served, "f"))], VrrpInstances = [Instance()] };
        await server.GoAwayAsync();

        Task<HaNode> starting = StartAsync(server, network.Nodes[0], stage, configuration);
        await stage.UntilAsync(() => Task.FromResult(server.Threads("track-file") == 1));
        await using NodeClient client = await NodeClient.ConnectAsync("n1", stage.RunDirectory);
        await client.StopAsync().WaitAsync(Patience);

        HaNode node = await starting;
        await node.Completion.WaitAsync(Patience);
        Assert.Equal($"Stopped node {node.Name}", stage.Messages(node)[^1]);
    }

    [FuseFact]
    public async Task A_reload_comes_to_an_end_though_the_server_has_gone_and_sends_no_more_threads_after_it()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        string served = Served(stage), script = NewScript(Path.Combine(served, "s.sh")), near = Path.Combine(stage.RunDirectory, "near");
        await System.IO.File.WriteAllTextAsync(Path.Combine(served, "far"), "5");
        await System.IO.File.WriteAllTextAsync(near, "1");
        using var server = new DeadFileServer(served);
        HaConfiguration configuration = new()
        {
            Scripts = [Tracker("s", script)],
            Files = [File("far", Path.Combine(served, "far")), File("near", near)],
        };
        HaNode node = await StartAsync(server, network.Nodes[0], stage, configuration);
        await server.GoAwayAsync();

        await ApplyAsync(configuration with { RouterId = "second" });
        await ApplyAsync(configuration with { RouterId = "third" });

        Assert.Equal("third", node.Configuration.RouterId);
        Assert.Equal(2, stage.Messages(node).Count(m => m.StartsWith($"vrrp_script s: the file system of {script} does not answer", StringComparison.Ordinal)));
        Assert.Equal(1, server.Threads("script-look"));

        // The one that hangs, and the one that looks at the others.
        Assert.Equal(2, server.Threads("track-file"));
        Assert.Equal("5 (its file system does not answer)", (await State(node, "far")).LastResult);

        // The other file is followed as ever; and this one is again, once it answers.
        await System.IO.File.WriteAllTextAsync(near, "2");
        await stage.UntilEventAsync(node, "Tracked file near now 2");
        await System.IO.File.WriteAllTextAsync(Path.Combine(served, "far"), "6");
        await server.ComeBackAsync();
        await stage.UntilEventAsync(node, "Tracked file far now 6");
        await System.IO.File.WriteAllTextAsync(Path.Combine(served, "far"), "7");
        await stage.UntilEventAsync(node, "Tracked file far now 7");
        await node.StopAsync().WaitAsync(Patience);

        Task ApplyAsync(HaConfiguration wanted) => node.ApplyAsync(wanted).WaitAsync(Patience);
    }

    [FuseFact]
    public async Task A_script_that_could_not_be_looked_at_is_not_run_unchecked_when_its_server_is_back()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        string served = Served(stage), script = NewScript(Path.Combine(served, "s.sh"));
        System.IO.File.SetUnixFileMode(script, (UnixFileMode)Convert.ToInt32("757", 8));
        using var server = new DeadFileServer(served);
        await server.GoAwayAsync();
        HaNode node = await StartAsync(server, network.Nodes[0], stage, new HaConfiguration { Scripts = [Tracker("s", script)] });

        await server.ComeBackAsync();

        await stage.UntilAsync(async () => (await State(node, "s")).LastResult?.Contains("unsafe to run with root's rights", StringComparison.Ordinal) == true);
        Assert.False(System.IO.File.Exists(script + ".ran"));
        await node.StopAsync().WaitAsync(Patience);
    }

    [FuseFact]
    public async Task Without_its_key_no_instance_starts_and_the_configuration_in_force_stays()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        string served = Served(stage), key = Path.Combine(served, "key");
        await System.IO.File.WriteAllTextAsync(key, "0123456789abcdef0123456789abcdef");
        using var server = new DeadFileServer(served);
        HaConfiguration keyed = new()
        {
            VrrpInstances = [Instance() with { Hmac = new VrrpHmac { Keys = [new VrrpHmacKey(1, $"file:{key}")], ActiveKey = 1 } }],
        };
        HaNode node = await StartAsync(server, network.Nodes[0], stage, HaConfiguration.Empty);
        await server.GoAwayAsync();

        HaEngineException[] refusals = await Task.WhenAll(
            Assert.ThrowsAsync<HaEngineException>(() => StartAsync(server, network.Nodes[0], stage, keyed)),
            Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(keyed).WaitAsync(Patience)),
            Assert.ThrowsAsync<HaEngineException>(() => node.PlanAsync(keyed).WaitAsync(Patience)));

        Assert.All(refusals, e => Assert.StartsWith($"auth_hmac: {key} could not be read within 10 s", e.Message, StringComparison.Ordinal));
        Assert.Equal(HaConfiguration.Empty, node.Configuration);

        // Three threads are lost to it; whoever goes on trying leaves no more behind.
        HaEngineException more = await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(keyed).WaitAsync(Patience));
        Assert.StartsWith($"auth_hmac: {key} cannot be read: 3 readings of it that were begun before still wait", more.Message, StringComparison.Ordinal);
        Assert.Equal(3, server.Threads("file-read"));
        await server.ComeBackAsync();
        await Eventually.True(() => server.Threads("file-read") == 0);
        Assert.NotEmpty(await node.PlanAsync(keyed).WaitAsync(Patience));
        await node.StopAsync().WaitAsync(Patience);
    }

    private static Task<HaNode> StartAsync(DeadFileServer server, TestNode host, NodeStage stage, HaConfiguration configuration) =>
        server.Engine.RunAsync(() => stage.StartAsync(host, configuration)).WaitAsync(Patience);

    private static async Task<HaTrackerState> State(HaNode node, string tracker) =>
        (await node.GetStatusAsync().WaitAsync(Patience)).Trackers.Single(t => t.Name == tracker);

    private static ScriptTracker Tracker(string name, string command) => new()
    {
        Name = name,
        Command = command,
        Interval = TimeSpan.FromSeconds(1),
        Timeout = TimeSpan.FromSeconds(5),
        User = "root",
    };

    private static FileTracker File(string name, string path) => new() { Name = name, Path = path };

    private static VrrpInstance Instance() => new()
    {
        Name = "VI_1",
        Interface = "eth0",
        VirtualRouterId = 51,
        VirtualAddresses = [TestHost.Address("10.9.0.100/32")],
    };

    private static string Served(NodeStage stage) => Directory.CreateDirectory(Path.Combine(stage.RunDirectory, "served")).FullName;

    private static string NewScript(string path) => Executable.Script(path, $": > {path}.ran");
}
