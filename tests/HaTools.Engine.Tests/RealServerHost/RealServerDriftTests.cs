using System.Net;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.RealServerHost;

/// <summary>What others change of a real server while its node runs.</summary>
public sealed class RealServerDriftTests
{
    private const string Vip = "10.9.0.120";
    private const string Vip6 = "2001:db8::120";
    private const string Ignore = "net/ipv4/conf/all/arp_ignore";

    private static readonly HaConfiguration RealServer = new()
    {
        DirectRoutingAddresses = [new DirectRoutingAddress(IPAddress.Parse(Vip)), new DirectRoutingAddress(IPAddress.Parse(Vip6))],
    };

    [NamespaceFact]
    public async Task Addresses_and_parameters_that_others_take_away_come_back()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(host, RealServer);
        Assert.True(Stands(host));

        _ = host.Ip($"addr del {Vip}/32 dev lo");
        await stage.UntilEventAsync(node, $"{Vip} on lo was removed by others; it is put back");
        _ = host.Ip($"addr del {Vip6}/128 dev lo");
        await stage.UntilEventAsync(node, $"{Vip6} on lo was removed by others; it is put back");
        Assert.True(Stands(host));
        _ = host.Command("sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=0");
        await stage.UntilEventAsync(node, $"{Ignore} had been set to 0 by others, and is set again");
        Assert.Equal("1", host.Sysctl(Ignore));
        Assert.Empty((await node.GetStatusAsync()).Notes);

        await node.StopAsync();
        Assert.False(host.Has($"{Vip}/32", "lo") || host.Has($"{Vip6}/128", "lo"));
        Assert.Equal("0", host.Sysctl(Ignore));
    }

    [NamespaceFact]
    public async Task What_cannot_be_put_back_is_told_until_it_can()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(host, RealServer);

        // The addresses go with it, and come no more.
        _ = host.Command("sysctl", "-qw", "net.ipv6.conf.lo.disable_ipv6=1");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Notes is [var note] && note.Contains("disable_ipv6", StringComparison.Ordinal)
            && note.Contains(Vip6, StringComparison.Ordinal));
        Assert.True(host.Has($"{Vip}/32", "lo"));

        _ = host.Command("sysctl", "-qw", "net.ipv6.conf.lo.disable_ipv6=0");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Notes is []);
        Assert.True(Stands(host));
    }

    [NamespaceFact]
    public async Task By_policy_what_others_take_away_is_told_and_stays_away_until_a_reload_wants_it_otherwise()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(host, RealServer with { Ipvs = new IpvsSettings { Drift = IpvsDriftPolicy.Report } });

        _ = host.Ip($"addr del {Vip}/32 dev lo");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Notes.Any(n => n.StartsWith($"real server of {Vip}: ", StringComparison.Ordinal)
            && n.EndsWith("; it is left so (ipvs: drift: report)", StringComparison.Ordinal)));
        Assert.False(host.Has($"{Vip}/32", "lo"));

        _ = await node.ApplyAsync(RealServer);
        Assert.True(Stands(host));
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Notes is []);
    }

    [NamespaceFact]
    public async Task An_address_of_the_administrators_that_is_put_back_goes_with_the_node()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        _ = host.Ip($"addr add {Vip}/32 dev lo");
        await using HaNode node = await stage.StartAsync(host, RealServer);

        _ = host.Ip($"addr del {Vip}/32 dev lo");
        await stage.UntilEventAsync(node, $"{Vip} on lo was removed by others; it is put back");
        await node.StopAsync();

        Assert.False(host.Has($"{Vip}/32", "lo"));
    }

    [NamespaceFact]
    public async Task An_interface_that_comes_later_is_quiet_too()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        _ = host.Command("sysctl", "-qw", "net.ipv4.conf.default.arp_ignore=4");
        await using HaNode node = await stage.StartAsync(host, RealServer);

        host.AddInterface("eth1");

        await Eventually.True(() => host.Sysctl("net/ipv4/conf/eth1/arp_ignore") == "1");
    }

    private static bool Stands(TestNode host) => host.Has($"{Vip}/32", "lo") && host.Has($"{Vip6}/128", "lo");
}
