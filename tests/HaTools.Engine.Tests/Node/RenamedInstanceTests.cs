using System.Net;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>A reload that gives an instance another name: what follows it by its name goes on, too.</summary>
public sealed class RenamedInstanceTests
{
    [NamespaceFact]
    public async Task Routes_and_rules_stay_and_no_script_is_told_that_the_instance_is_gone()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using var stage = new NodeStage();
        string told = stage.NewFlag("told");
        string script = stage.NewFlag("script");
        File.WriteAllText(script, $"#!/bin/sh\necho \"$*\" >> {told}\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        HaConfiguration Named(string name) => new()
        {
            ScriptUser = "root",
            ScriptSecurity = false,
            VrrpInstances =
            [
                TestHost.Unhurried(150) with
                {
                    Name = name,
                    VirtualRoutes = [new RouteEntry { Destination = IPNetwork.Parse("198.51.100.0/24"), Device = "eth0" }],
                    VirtualRules = [new RuleEntry { Family = 4, From = IPNetwork.Parse("198.51.100.0/24"), Table = 77, Preference = 700 }],
                    Notify = new NotifyScripts { Any = new NotifyScript(script) },
                },
            ],
        };
        await using HaNode node = await stage.StartAsync(a, Named("OLD"));
        await stage.UntilAsync(() => Task.FromResult(a.Ip("rule").Contains("lookup 77", StringComparison.Ordinal) && File.ReadAllText(told).Contains("MASTER", StringComparison.Ordinal)));
        string before = File.ReadAllText(told);

        _ = await node.ApplyAsync(Named("NEW"));
        HaNodeStatus status = await node.GetStatusAsync();
        Assert.Equal(("NEW", VrrpStateKind.Master, 0L), (status.Instances[0].Name, status.Instances[0].State, status.Instances[0].Statistic.ReleasedMaster));
        Assert.All(status.Network, o => Assert.Equal((HaNetworkObjectStateKind.Present, "NEW"), (o.State, Assert.Single(o.Instances))));
        Assert.Contains("198.51.100.0/24", a.Ip("route"), StringComparison.Ordinal);
        Assert.DoesNotContain(stage.Messages(node), m => m.Contains("removed by others", StringComparison.Ordinal));

        // At the stop it is told by the new name, and was told nothing between.
        await node.StopAsync();
        Assert.Equal(before + "INSTANCE NEW STOP 150\n", File.ReadAllText(told));
        Assert.DoesNotContain("198.51.100.0/24", a.Ip("route"), StringComparison.Ordinal);
    }

    [NamespaceFact]
    public async Task Two_that_exchange_their_names_keep_their_priorities()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        string told = stage.NewFlag("told");
        string script = stage.NewFlag("script");
        File.WriteAllText(script, $"#!/bin/sh\necho \"$*\" >> {told}\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        HaConfiguration Named(string first, string second) => new()
        {
            ScriptUser = "root",
            ScriptSecurity = false,
            VrrpInstances =
            [
                TestHost.Instance(150) with { Name = first, Notify = new NotifyScripts { Any = new NotifyScript(script) } },
                TestHost.Instance(90, "10.9.0.101/24") with
                {
                    Name = second,
                    VirtualRouterId = 77,
                    Notify = new NotifyScripts { Any = new NotifyScript(script) },
                },
            ],
        };
        await using HaNode node = await stage.StartAsync(network.Nodes[0], Named("ONE", "TWO"));
        await stage.UntilAsync(() => Task.FromResult(File.ReadAllText(told).Split("MASTER").Length == 3));

        _ = await node.ApplyAsync(Named("TWO", "ONE"));
        await node.StopAsync();
        string[] lines = File.ReadAllLines(told);
        Assert.Contains("INSTANCE TWO STOP 150", lines);
        Assert.Contains("INSTANCE ONE STOP 90", lines);
    }

    /// <summary>Of directors that are each other's real servers the master alone has the service.</summary>
    [NamespaceFact]
    public async Task Its_services_stay_loaded_and_its_sync_daemon_goes_on_sending()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        HaConfiguration Named(string name) => new()
        {
            VrrpInstances = [TestHost.Instance(150) with { Name = name }],
            VirtualServers = [Gated("10.9.0.100")],
            SyncDaemon = new IpvsSyncDaemon { Interface = "eth0", Instance = name },
        };
        List<string> sync = [];
        await using HaNode node = await stage.StartAsync(network.Nodes[0], Named("OLD"));
        await stage.UntilAsync(() => Task.FromResult(stage.Plane.Read(null).Count == 1 && stage.Plane.ReadSyncDaemons() is [{ Role: IpvsSyncRole.Master }]));
        _ = stage.Plane.TakeApplied();
        stage.Plane.SyncChanged = sync.Add;

        _ = await node.ApplyAsync(Named("NEW"));
        Assert.Empty(stage.Plane.TakeApplied());
        Assert.Empty(sync);
        Assert.Equal("NEW", Assert.Single((await node.GetStatusAsync()).SyncDaemons).Instance);

        // It follows the new name.
        await node.StopAsync();
        Assert.Empty(stage.Plane.Read(null));
    }

    [NamespaceFact]
    public async Task Where_two_exchange_their_names_a_backup_s_services_are_not_loaded_for_a_moment()
    {
        using var network = new TestNetwork(2);
        await using var stage = new NodeStage();
        VrrpInstance second = TestHost.Instance(90, "10.9.0.101/24") with { Name = "TWO", VirtualRouterId = 77 };
        await using TestHost other = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(second with { Priority = 200 }));
        await other.Becomes(VrrpStateKind.Master, "TWO");
        HaConfiguration Named(string one, string two) => new()
        {
            VrrpInstances = [TestHost.Instance(150) with { Name = one }, second with { Name = two }],
            VirtualServers = [Gated("10.9.0.100"), Gated("10.9.0.101")],
        };
        await using HaNode node = await stage.StartAsync(network.Nodes[0], Named("ONE", "TWO"));
        await stage.UntilAsync(() => Task.FromResult(stage.Plane.Read(null).Count == 1));
        _ = stage.Plane.TakeApplied();

        _ = await node.ApplyAsync(Named("TWO", "ONE"));
        Assert.Empty(stage.Plane.TakeApplied());

        // Each follows its own.
        await other.Host.StopAsync();
        await stage.UntilAsync(() => Task.FromResult(stage.Plane.Read(null).Count == 2));
    }

    private static VirtualServer Gated(string address) => new()
    {
        Address = IPAddress.Parse(address),
        Port = 80,
        Forwarding = ForwardingMethod.DirectRouting,
        RealServers = [.. new[] { 1, 2 }.Select(h => new RealServer { Address = IPAddress.Parse($"10.9.0.{h}"), Port = 80 })],
    };
}
