using HaTools.Configuration;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>The kernel's parameters through whole nodes, as its files show them.</summary>
[Trait("Needs", "ipvs")]
public sealed class ParameterTests
{
    [IpvsKernelFact]
    public async Task What_is_configured_is_in_the_kernel_until_the_node_stops_and_others_change_it_in_vain()
    {
        using var host = new TestNode("director");
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        HaNode node = await stage.StartAsync(host, Read("expire_nodest_conn: 1, sync_threshold: 0 10, drop_entry: 1, lblc_expiration: 77"));
        Assert.Equal(("1", "0\t10", "1", "77"), (Now(host, "expire_nodest_conn"), Now(host, "sync_threshold"), Now(host, "drop_entry"), Now(host, "lblc_expiration")));

        host.Namespace.Run(() => Linux.Sysctl.Write("net/ipv4/vs/expire_nodest_conn", "0"));
        await stage.UntilEventAsync(node, "net.ipv4.vs.expire_nodest_conn was changed from 1 to 0 by others, and is 1 again");
        Assert.Equal("1", Now(host, "expire_nodest_conn"));
        Assert.Contains((await node.GetStatusAsync()).IpvsParameters, p => p is { Name: "expire_nodest_conn", Wanted: "1", Value: "1" });

        _ = await node.ApplyAsync(Read("sync_threshold: 0 20"));
        Assert.Equal(("0", "0\t20", "86400"), (Now(host, "expire_nodest_conn"), Now(host, "sync_threshold"), Now(host, "lblc_expiration")));

        await node.StopAsync();
        Assert.Equal("3\t50", Now(host, "sync_threshold"));
        Assert.DoesNotContain(Directory.GetFiles(stage.RunDirectory), f => f.EndsWith(".parameters.json", StringComparison.Ordinal));
    }

    [IpvsKernelFact]
    public async Task What_this_kernel_has_not_stops_the_start_and_changes_nothing()
    {
        using var host = new TestNode("director");
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        host.Namespace.Run(() => IpvsDataPlane.Open().Dispose());
        if (Now(host, "conn_lfactor") is not null) return;
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => stage.StartAsync(host, Read("expire_nodest_conn: 1, conn_lfactor: 2")));
        Assert.StartsWith("ipvs.parameters: net.ipv4.vs.conn_lfactor: this kernel has it not; it needs kernel 7.2. The size of the connection table", e.Message, StringComparison.Ordinal);
        Assert.Equal("0", Now(host, "expire_nodest_conn"));
    }

    private static string? Now(TestNode host, string name) => host.Sysctl($"net/ipv4/vs/{name}");

    private static HaConfiguration Read(string parameters)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText($"ipvs: {{ parameters: {{ {parameters} }} }}\n", "t.yaml", ConfigurationFormat.Yaml, strict: true);
        Assert.Empty(read.Diagnostics);
        return read.Configuration!;
    }
}
