using System.Net;
using HaTools.Engine.RealServerHost;
using HaTools.Engine.Tests.DataPlane;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.RealServerHost;

/// <summary>The ends of tunnels on a kernel that has them: what others change, what is left, what was there before.</summary>
[Trait("Needs", "ipvs")]
public sealed class TunnelEndTests
{
    private static readonly IPAddress Vip = IPAddress.Parse(BalancedNetwork.Vip);
    private static readonly HaConfiguration Gue = new() { TunnelAddresses = [new(Vip) { Type = TunnelType.Gue, Port = 6080 }] };

    [IpvsKernelFact]
    public async Task What_others_take_away_comes_back()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(host, Gue);

        _ = host.Ip("link set tunl0 down");
        await stage.UntilEventAsync(node, "tunl0 had been set down by others, and is set right");
        _ = host.Command("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=2");
        await stage.UntilEventAsync(node, "rp_filter of tunl0 had been set to 2 by others, and is set right");
        _ = host.Ip("fou del port 6080 gue");
        await stage.UntilEventAsync(node, "UDP port 6080 over IPv4, GUE had been closed by others, and is set right");

        HaRealServerAddressState state = Assert.Single((await node.GetStatusAsync()).RealServerAddresses);
        Assert.Equal(($"{Vip}", "gue 6080", true), (state.Address, state.Forwarding, state.Ready));
    }

    [IpvsKernelFact]
    public async Task After_an_engine_was_killed_its_successor_undoes_all()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        string file = Path.Combine(stage.RunDirectory, "n.state.json");
        _ = host.Command("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1");
        string before = HostImage.Of(host);

        // Killed: nothing of the first is undone.
        host.Namespace.Run(() => new RealServerSetup(file).Apply(RealServerPlan.Of(Gue, hasParked: false)));
        Assert.NotEqual(before, HostImage.Of(host));
        host.Namespace.Run(() => new RealServerSetup(file).Apply(RealServerPlan.None));

        Assert.Equal(before, HostImage.Of(host));
        Assert.False(File.Exists(file));
    }

    [IpvsKernelFact]
    public async Task What_an_administrator_has_set_up_is_used_and_left()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        _ = host.Ip("link set tunl0 up");
        _ = host.Ip("fou add port 6080 gue");
        string before = HostImage.Of(host);

        HaNode node = await stage.StartAsync(host, Gue);
        await node.StopAsync();

        Assert.Equal(before, HostImage.Of(host));
    }

    [IpvsKernelFact]
    public async Task A_port_that_another_program_has_is_told()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        using System.Net.Sockets.UdpClient taken = host.Namespace.Run(() => new System.Net.Sockets.UdpClient(6080));
        string before = HostImage.Of(host);

        IOException told = await Assert.ThrowsAnyAsync<IOException>(() => stage.StartAsync(host, Gue));

        Assert.Contains("UDP port 6080 over IPv4, GUE", told.Message, StringComparison.Ordinal);
        Assert.Contains("another socket has the port", told.Message, StringComparison.Ordinal);
        Assert.Equal(before, HostImage.Of(host));
    }
}
