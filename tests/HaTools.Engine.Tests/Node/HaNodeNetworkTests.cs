using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>Whole nodes with VRRP, in namespaces on a bridge; the data plane is in memory, so that it runs on every kernel.</summary>
public sealed class HaNodeNetworkTests
{
    private const string Vip = "10.9.0.100/32";

    [NamespaceFact]
    public async Task Directors_that_serve_each_other_load_the_service_where_the_address_is_and_park_it_elsewhere()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        await using var stageA = new NodeStage();
        await using var stageB = new NodeStage();
        await using HaNode backup = await stageB.StartAsync(b, Mutual(100));
        await using HaNode master = await stageA.StartAsync(a, Mutual(150));

        await stageA.UntilEventAsync(master, "(VI_1) Entering MASTER STATE");
        await Eventually.True(() => a.Has(Vip) && !b.Has(Vip));
        await Eventually.True(() => stageA.Plane.Read(null) is [{ Destinations.Count: 2 }] && stageB.Plane.Read(null).Count == 0);
        await Eventually.True(() => b.Has(Vip, "lo") && !a.Has(Vip, "lo"));
        Assert.Equal(("1", "2"), (b.Sysctl("net/ipv4/conf/all/arp_ignore"), b.Sysctl("net/ipv4/conf/all/arp_announce")));
        HaNodeStatus status = await backup.GetStatusAsync();
        Assert.False(status.Services[0].Loaded);
        Assert.Contains(status.Notes, n => n.Contains("loaded only while this node is master of VI_1", StringComparison.Ordinal));
        Assert.True((await master.GetStatusAsync()).Services[0].Loaded);

        // The roles change while both run.
        bool? addressWasFirst = null;
        stageB.Plane.Refuse = change =>
        {
            if (change.Kind == PlaneChangeKind.AddService) addressWasFirst = b.Has(Vip);
            return null;
        };
        _ = await backup.ApplyAsync(Mutual(200));
        await Eventually.True(() => b.Has(Vip) && !b.Has(Vip, "lo") && a.Has(Vip, "lo") && !a.Has(Vip));
        Assert.False(addressWasFirst);
        Assert.Single(stageB.Plane.Read(null));
        await Eventually.True(() => stageA.Plane.Read(null).Count == 0);
        _ = await backup.ApplyAsync(Mutual(100));
        await Eventually.True(() => a.Has(Vip) && !a.Has(Vip, "lo") && stageB.Plane.Read(null).Count == 0);

        await master.StopAsync();
        await Eventually.True(() => b.Has(Vip) && !b.Has(Vip, "lo"));
        Assert.Single(stageB.Plane.Read(null));
        Assert.Empty(stageA.Plane.Read(null));
        Assert.False(a.Has(Vip) || a.Has(Vip, "lo"));
        Assert.Equal(("0", "0"), (a.Sysctl("net/ipv4/conf/all/arp_ignore"), a.Sysctl("net/ipv4/conf/lo/arp_announce")));
    }

    [NamespaceFact]
    public async Task An_apply_that_changes_one_instance_leaves_the_other_alone()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        HaConfiguration before =
            new() { VrrpInstances = [Unhurried("VI_1", 51, "10.9.0.100"), Unhurried("VI_2", 52, "10.9.0.101")] };
        await using HaNode node = await stage.StartAsync(network.Nodes[0], before);
        await Eventually.True(() => network.Nodes[0].Has(Vip) && network.Nodes[0].Has("10.9.0.101/32"));
        HaConfiguration after = before with { VrrpInstances = [before.VrrpInstances[0] with { Priority = 120 }, before.VrrpInstances[1]] };

        ApplyResult result = await node.ApplyAsync(after);

        HaChange change = Assert.Single(result.Changes);
        Assert.Equal(("VrrpInstance", "VI_1", "Priority", "150", "120"),
            (change.Kind, change.Id, change.Property, change.Before, change.After));
        HaNodeStatus status = await node.GetStatusAsync();
        Assert.Equal([120, 150], status.Instances.Select(i => i.Priority));
        Assert.All(status.Instances, i =>
            Assert.Equal((VrrpStateKind.Master, 1L, 0L), (i.State, i.Statistic.BecameMaster, i.Statistic.ReleasedMaster)));
        Assert.Contains(stage.Messages(node), m => m == "Set VrrpInstance VI_1 Priority: 150 -> 120");
    }

    [NamespaceFact]
    public async Task An_apply_that_cannot_run_here_leaves_everything_as_it_was()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        HaConfiguration before = new() { VrrpInstances = [Unhurried("VI_1", 51, "10.9.0.100")] };
        await using HaNode node = await stage.StartAsync(network.Nodes[0], before);
        await Eventually.True(() => network.Nodes[0].Has(Vip));
        HaConfiguration broken = before with
        {
            VrrpInstances = [.. before.VrrpInstances, Unhurried("VI_2", 52, "10.9.0.101") with { Interface = "eth9" }],
            DirectRoutingAddresses = [new DirectRoutingAddress(IPAddress.Parse("10.9.0.200"))],
        };

        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(broken));

        Assert.Contains("eth9", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, node.Configuration);
        Assert.False(network.Nodes[0].Has("10.9.0.200/32", "lo"));
        Assert.Equal("0", network.Nodes[0].Sysctl("net/ipv4/conf/all/arp_ignore"));
        VrrpState state = Assert.Single((await node.GetStatusAsync()).Instances);
        Assert.Equal((VrrpStateKind.Master, 1L), (state.State, state.Statistic.BecameMaster));
    }

    [NamespaceFact]
    public async Task A_start_that_fails_half_way_leaves_nothing_behind()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        HaConfiguration broken = Mutual(150) with
        {
            VrrpInstances = [Instance("VI_1", 51, 150, "10.9.0.100") with { Interface = "eth9" }],
            DirectRoutingAddresses = [new DirectRoutingAddress(IPAddress.Parse("10.9.0.200"))],
        };

        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => stage.StartAsync(host, broken));

        Assert.Contains("eth9", e.Message, StringComparison.Ordinal);
        Assert.Empty(stage.Plane.Read(null));
        Assert.False(host.Has("10.9.0.200/32", "lo"));
        Assert.Equal(("0", "0"), (host.Sysctl("net/ipv4/conf/all/arp_ignore"), host.Sysctl("net/ipv4/conf/lo/arp_announce")));
        Assert.Empty(Directory.GetFiles(stage.RunDirectory, "*.state.json"));
    }

    [NamespaceFact]
    public async Task A_script_that_fails_lowers_the_priority_and_one_without_weight_puts_the_instance_into_fault()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        string heavy = stage.NewFlag("heavy"), light = stage.NewFlag("light");

        // On a slow machine a run may take longer than the interval: that must not count as a failure here.
        TimeSpan interval = TimeSpan.FromMilliseconds(300), timeout = TimeSpan.FromSeconds(30);
        HaConfiguration configuration = new()
        {
            Scripts =
            [
                new ScriptTracker { Name = "light", Command = $"test -e {light}", Weight = -15, Interval = interval, Timeout = timeout },
                new ScriptTracker { Name = "heavy", Command = $"test -e {heavy}", Interval = interval, Timeout = timeout },
            ],
            VrrpInstances =
            [
                Instance("VI_1", 51, 150, "10.9.0.100") with { TrackScripts = [new Tracked("light"), new Tracked("heavy")] },
            ],
        };
        await using HaNode node = await stage.StartAsync(network.Nodes[0], configuration);
        await Eventually.True(() => network.Nodes[0].Has(Vip));

        File.Delete(light);
        await stage.UntilEventAsync(node, "VRRP_Script(light) failed (exited with status 1)");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Instances[0] is { Priority: 135, State: VrrpStateKind.Master });

        File.Delete(heavy);
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Instances[0].State == VrrpStateKind.Fault);
        Assert.False(network.Nodes[0].Has(Vip));
        HaNodeStatus status = await node.GetStatusAsync();
        Assert.Equal([HaTrackerStateKind.Down, HaTrackerStateKind.Down], status.Trackers.Select(t => t.State));

        await File.WriteAllTextAsync(heavy, "");
        await Eventually.True(() => network.Nodes[0].Has(Vip));
    }

    [NamespaceFact]
    public async Task What_direct_routing_needs_stands_while_the_node_runs()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        HaConfiguration realServer = new() { DirectRoutingAddresses = [new DirectRoutingAddress(IPAddress.Parse("10.9.0.100"))] };
        await using HaNode node = await stage.StartAsync(host, realServer);

        Assert.True(host.Has(Vip, "lo"));
        Assert.Equal(["10.9.0.100"], (await node.GetStatusAsync()).DirectRoutingAddresses);
        Assert.Equal(("1", "2"), (host.Sysctl("net/ipv4/conf/all/arp_ignore"), host.Sysctl("net/ipv4/conf/all/arp_announce")));
        Assert.Equal(("1", "2"), (host.Sysctl("net/ipv4/conf/lo/arp_ignore"), host.Sysctl("net/ipv4/conf/lo/arp_announce")));

        _ = await node.ApplyAsync(HaConfiguration.Empty);
        Assert.False(host.Has(Vip, "lo"));
        Assert.Equal(("0", "0"), (host.Sysctl("net/ipv4/conf/all/arp_ignore"), host.Sysctl("net/ipv4/conf/all/arp_announce")));
    }

    [NamespaceFact]
    public async Task A_check_runs_in_the_nodes_namespace_and_one_without_answer_runs_out_of_time()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        HaConfiguration configuration = Mutual(150) with
        {
            VrrpInstances = [],
            VirtualServers =
            [
                Mutual(150).VirtualServers[0] with
                {
                    Forwarding = ForwardingMethod.Nat,
                    DelayLoop = TimeSpan.FromSeconds(1),
                    RealServers =
                    [
                        new RealServer
                        {
                            Address = IPAddress.Parse("10.9.0.77"),
                            Port = 80,
                            Checks = [new TcpCheck { Retry = 1, DelayBeforeRetry = TimeSpan.FromMilliseconds(50), ConnectTimeout = TimeSpan.FromMilliseconds(50) }],
                        },
                    ],
                },
            ],
        };
        await using HaNode node = await stage.StartAsync(network.Nodes[0], configuration);

        _ = await stage.UntilEventAsync(node, "TCP_CHECK on service [10.9.0.77]:tcp:80 failed after 1 retries.");

        await stage.UntilAsync(async () => !(await node.GetStatusAsync()).Services[0].RealServers[0].Up);
        Assert.StartsWith("ETIMEDOUT", (await node.GetStatusAsync()).Services[0].RealServers[0].Reason, StringComparison.Ordinal);
    }

    private static VrrpInstance Instance(string name, int id, int priority, string address) => new()
    {
        Name = name,
        Interface = "eth0",
        VirtualRouterId = id,
        Priority = priority,
        AdvertisementInterval = TimeSpan.FromMilliseconds(300),
        VirtualAddresses = [new VirtualAddress { Address = IPAddress.Parse(address) }],
    };

    /// <summary>Where transitions are counted: after a second without a processor a master of 300 ms listens first, and rightly.</summary>
    private static VrrpInstance Unhurried(string name, int id, string address) =>
        Instance(name, id, 150, address) with { AdvertisementInterval = TimeSpan.FromSeconds(1) };

    /// <summary>Seed 000's shape: the directors are each other's real servers.</summary>
    private static HaConfiguration Mutual(int priority) => new()
    {
        VrrpInstances = [Instance("VI_1", 51, priority, "10.9.0.100")],
        VirtualServers =
        [
            new VirtualServer
            {
                Address = IPAddress.Parse("10.9.0.100"),
                Port = 80,
                Scheduler = "wrr",
                Forwarding = ForwardingMethod.DirectRouting,
                RealServers =
                [
                    new RealServer { Address = IPAddress.Parse("10.9.0.1"), Port = 80, Weight = 5 },
                    new RealServer { Address = IPAddress.Parse("10.9.0.2"), Port = 80, Weight = 1 },
                ],
            },
        ],
    };
}
