using HaTools.Configuration;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Readiness;

/// <summary>Two whole nodes with data planes in memory: the better one is back, and is not ready.</summary>
public sealed class ReadinessNodeTests
{
    private const string Vip = "10.9.0.101/32";
    private const string Ready = "(VI_1) is ready to take over from a master of lower priority";
    private const string Master = "(VI_1) Entering MASTER STATE";

    [NamespaceFact]
    public async Task It_preempts_when_it_has_heard_the_other_s_connections_and_not_before()
    {
        using var network = new TestNetwork(2);
        await using NodeStage stage = new(), stageOfLower = new();
        await using HaNode lower = await stageOfLower.StartAsync(network.Nodes[1], Read(100, sync: true));
        await Eventually.True(() => network.Nodes[1].Has(Vip));
        await using HaNode node = await stage.StartAsync(network.Nodes[0], Read(150, sync: true));
        VrrpState waiting = Assert.Single((await node.GetStatusAsync()).Instances);
        Assert.Contains("the other director's connections are being learned", waiting.WaitsFor, StringComparison.Ordinal);
        Assert.NotNull(waiting.WaitsAtMost);
        await stage.UntilEventAsync(node, Master);
        string[] told = [.. stage.Messages(node).Where(m => m is Ready or Master || m.Contains("leaves a master of lower priority in place", StringComparison.Ordinal))];
        Assert.Equal(3, told.Length);
        Assert.StartsWith("(VI_1) leaves a master of lower priority in place for ", told[0], StringComparison.Ordinal);
        Assert.Equal([Ready, Master], told[1..]);
        Assert.Null((await node.GetStatusAsync()).Instances[0].WaitsFor);
        await Eventually.True(() => network.Nodes[0].Has(Vip) && !network.Nodes[1].Has(Vip));
    }

    [NamespaceFact]
    public async Task It_preempts_when_its_checks_have_spoken_and_sends_nobody_to_a_dead_server()
    {
        using var network = new TestNetwork(2);
        await using NodeStage stage = new(), stageOfLower = new();
        await using HaNode lower = await stageOfLower.StartAsync(network.Nodes[1], Read(100));
        await Eventually.True(() => network.Nodes[1].Has(Vip));

        // Nobody listens there; and with a delay_loop of a minute.
        await using HaNode node = await stage.StartAsync(network.Nodes[0], Read(150));
        await stage.UntilEventAsync(node, Master);
        string[] told = [.. stage.Messages(node).Where(m => m is Ready or Master || m.StartsWith("Removing service", StringComparison.Ordinal))];
        Assert.Equal(["Removing service [10.9.0.1]:tcp:9 from VS [10.9.0.101]:tcp:80", Ready, Master], told);
    }

    [NamespaceFact]
    public async Task While_a_service_is_not_loaded_it_takes_over_from_a_dead_master_alone()
    {
        using var network = new TestNetwork(2);
        await using NodeStage stage = new(), stageOfLower = new();
        await using HaNode lower = await stageOfLower.StartAsync(network.Nodes[1], Read(100));
        await Eventually.True(() => network.Nodes[1].Has(Vip));
        stage.Plane.Refuse = _ => "not now";
        await using HaNode node = await stage.StartAsync(network.Nodes[0], Read(150));
        await stage.UntilEventAsync(node, "Removing service [10.9.0.1]:tcp:9 from VS [10.9.0.101]:tcp:80");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Instances[0] is { WaitsFor: "the service tcp 10.9.0.101:80 is not loaded", WaitsAtMost: null });
        Assert.Equal(VrrpStateKind.Backup, (await node.GetStatusAsync()).Instances[0].State);
        network.Nodes[1].Ip("link set eth0 down");
        await stage.UntilEventAsync(node, Master);
        await stage.UntilEventAsync(node, "(VI_1) is master before this host was ready: no other was heard");
        Assert.Null((await node.GetStatusAsync()).Instances[0].WaitsFor);

        // It waits no more when it is ready.
        network.Nodes[1].Ip("link set eth0 up");
        stage.Plane.Refuse = null;
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Services[0].Loaded);
        Assert.Equal(VrrpStateKind.Master, (await node.GetStatusAsync()).Instances[0].State);
    }

    private static HaConfiguration Read(int priority, bool sync = false)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText(
            $$"""
            {{(sync ? "syncDaemon: { interface: eth0, instance: VI_1, refreshPeriod: 1s }" : "")}}
            vrrpInstances:
            - { name: VI_1, interface: eth0, virtualRouterId: 51, priority: {{priority}}, advertisementInterval: 1s, virtualAddresses: [10.9.0.101] }
            virtualServers:
            - address: 10.9.0.101
              port: 80
              realServers: [{ address: 10.9.0.1, port: 9, checks: { type: tcp } }]
            """, "t.yaml", ConfigurationFormat.Yaml);
        Assert.True(read.Configuration is not null, string.Join('\n', read.Diagnostics));
        return read.Configuration!;
    }
}
