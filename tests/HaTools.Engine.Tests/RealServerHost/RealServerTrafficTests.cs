using System.Net;
using HaTools.Engine.Tests.DataPlane;
using HaTools.Engine.Tests.Node;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.RealServerHost;

/// <summary>
/// Connections through IPVS to a real server that a node alone has prepared: they arrive, the server's node says that it is ready, and when it stops the host is as
/// it was.
/// </summary>
[Trait("Needs", "ipvs")]
public sealed class RealServerTrafficTests
{
    private const string Vip = BalancedNetwork.Vip;
    private const string Vip6 = BalancedNetwork.Vip6;
    private static readonly IpvsDestination Tunnel = new() { Address = IPAddress.None, Port = 0, ForwardingMethod = IpvsForwardingMethod.Tunnel };
    private static readonly IpvsDestination Gre = Tunnel with { TunnelType = IpvsTunnelType.Gre };
    private static readonly IpvsDestination Gue = Tunnel with { TunnelType = IpvsTunnelType.Gue, TunnelPort = 6080 };

    [IpvsKernelFact]
    public Task Direct_routing_over_both_families() => ServesAsync(
        new() { DirectRoutingAddresses = [new(IPAddress.Parse(Vip)), new(IPAddress.Parse(Vip6))] },
        (Vip, Tunnel with { ForwardingMethod = IpvsForwardingMethod.DirectRoute }, false),
        (Vip6, Tunnel with { ForwardingMethod = IpvsForwardingMethod.DirectRoute }, true));

    [IpvsKernelFact]
    public Task IPv4_in_IPv4() => ServesAsync(Tunnels(Of(Vip)), (Vip, Tunnel, false));

    [IpvsKernelFact]
    public Task IPv6_in_IPv6() => ServesAsync(Tunnels(Of(Vip6)), (Vip6, Tunnel, true));

    [IpvsKernelFact]
    public Task IPv6_in_IPv4() => ServesAsync(Tunnels(Of(Vip6) with { OuterFamily = 4 }), (Vip6, Tunnel, false));

    [IpvsKernelFact]
    public Task IPv4_in_IPv6() => ServesAsync(Tunnels(Of(Vip) with { OuterFamily = 6 }), (Vip, Tunnel, true));

    [IpvsKernelFact]
    public Task GRE_over_each_family() => ServesAsync(
        Tunnels(Of(Vip) with { Type = TunnelType.Gre }, Of(Vip6) with { Type = TunnelType.Gre }), (Vip, Gre, false), (Vip6, Gre, true));

    [IpvsKernelFact]
    public Task GRE_over_the_other_family() => ServesAsync(
        Tunnels(Of(Vip) with { Type = TunnelType.Gre, OuterFamily = 6 }, Of(Vip6) with { Type = TunnelType.Gre, OuterFamily = 4 }), (Vip, Gre, true), (Vip6, Gre, false));

    [IpvsKernelFact]
    public Task GUE_over_each_family() => ServesAsync(
        Tunnels(Of(Vip) with { Type = TunnelType.Gue, Port = 6080 }, Of(Vip6) with { Type = TunnelType.Gue, Port = 6080 }), (Vip, Gue, false), (Vip6, Gue, true));

    [IpvsKernelFact]
    public Task GUE_with_checksums_and_over_the_other_family() => ServesAsync(
        Tunnels(Of(Vip) with { Type = TunnelType.Gue, Port = 6080, OuterFamily = 6 }, Of(Vip6) with { Type = TunnelType.Gue, Port = 6080, OuterFamily = 4 }),
        (Vip, Gue with { TunnelFlags = IpvsTunnelFlags.RemoteChecksum }, true), (Vip6, Gue with { TunnelFlags = IpvsTunnelFlags.Checksum }, false));

    [IpvsKernelFact]
    public async Task Without_the_end_of_the_tunnel_nothing_arrives()
    {
        using var network = new BalancedNetwork();
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(network.Server, new HaConfiguration { DirectRoutingAddresses = [new(IPAddress.Parse(Vip))] });
        network.Balance(Vip, Tunnel, over6: false);

        Assert.Null(network.Ask(Vip, TimeSpan.FromSeconds(3)));

        _ = await node.ApplyAsync(Tunnels(Of(Vip)));
        Assert.Equal($"for {Vip}", network.Ask(Vip));
    }

    private static async Task ServesAsync(HaConfiguration configuration, params (string Vip, IpvsDestination Server, bool Over6)[] services)
    {
        using var network = new BalancedNetwork();
        await using var stage = new NodeStage();

        // A distribution's usual value, under which everything that comes out of a tunnel is dropped.
        _ = network.Server.Command("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1");
        string before = HostImage.Of(network.Server);
        HaNode node = await stage.StartAsync(network.Server, configuration);

        foreach ((string vip, IpvsDestination server, bool over6) in services) network.Balance(vip, server, over6);
        foreach ((string vip, _, _) in services) Assert.Equal($"for {vip}", network.Ask(vip));
        Assert.All((await node.GetStatusAsync()).RealServerAddresses, a => Assert.True(a.Ready, string.Join("; ", a.Problems)));
        Assert.NotEqual(before, HostImage.Of(network.Server));

        await node.StopAsync();
        Assert.Equal(before, HostImage.Of(network.Server));
    }

    private static HaConfiguration Tunnels(params TunnelAddress[] addresses) => new() { TunnelAddresses = [.. addresses] };

    private static TunnelAddress Of(string vip) => new(IPAddress.Parse(vip));
}
