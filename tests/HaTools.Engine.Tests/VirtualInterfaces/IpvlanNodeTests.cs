using System.Globalization;
using HaTools.Configuration;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.VirtualInterfaces;

/// <summary>Whole nodes with <c>use_ipvlan</c> from keepalived.conf, on one wire.</summary>
[Trait("Needs", "ipvlan")]
public sealed class IpvlanNodeTests
{
    private const string Vip = "10.9.0.100";
    private const string Device = "vrrp.51";

    [IpvlanFact]
    public async Task An_instance_elects_on_its_ipvlan_with_the_ipvlan_s_address_and_leaves_nothing_behind()
    {
        using var network = new TestNetwork(3);
        (TestNode a, TestNode b, TestNode client) = (network.Nodes[0], network.Nodes[1], network.Nodes[2]);
        using var capture = new EthernetCapture(client);
        await using var stageA = new NodeStage();
        await using var stageB = new NodeStage();
        HaNode master = await stageA.StartAsync(a, Read(150, "10.9.0.201"));
        try
        {
            await Eventually.True(() => a.Has($"{Vip}/32", Device), () => string.Join('\n', stageA.Messages(master)));
            Assert.Equal((VrrpStateKind.Master, Device), await StateAsync(master));
            Assert.False(a.Has($"{Vip}/32"));
            (LinkInfo own, LinkInfo parent) = (Link(a, Device)!, Link(a, "eth0")!);
            Assert.Equal((LinkRequest.Ipvlan, IpvlanLayer.L2, IpvlanFlags.Private), (own.Kind, own.IpvlanLayer, own.IpvlanFlags));
            Assert.Equal((parent.Index, parent.HardwareAddress, true), (own.Parent, own.HardwareAddress, own.IsUp));
            Assert.True(a.Has("10.9.0.201/24", Device));
            Assert.False(a.Has("10.9.0.201/24"));

            string mac = string.Join(':', parent.HardwareAddress.GetAddressBytes().Select(o => o.ToString("x2", null)));
            await Eventually.True(() => capture.Frames.Any(f => f.Kind == "advert") && capture.Frames.Any(f => f.Kind == "garp" && f.Address == Vip));
            Assert.All(capture.Frames.Where(f => f.Kind == "advert"), f => Assert.Equal((mac, "10.9.0.201"), (f.Source, f.Address)));
            await Eventually.True(() => Answers(client, Vip));

            // Another one hears these adverts on its own ipvlan, and takes over.
            await using HaNode backup = await stageB.StartAsync(b, Read(100, "10.9.0.202"));
            await Eventually.True(() => backup.GetStatusAsync().Result.Instances[0] is { State: VrrpStateKind.Backup, Master: not null });
            Assert.Equal("10.9.0.201", $"{(await backup.GetStatusAsync()).Instances[0].Master}");
            await master.DisposeAsync();
            Assert.Null(Link(a, Device));
            Assert.False(a.Has($"{Vip}/32"));
            await Eventually.True(() => b.Has($"{Vip}/32", Device));
            await Eventually.True(() => Answers(client, Vip), () => b.Ip("neigh") + client.Ip("neigh"));
        }
        finally
        {
            await master.DisposeAsync();
        }

        Assert.Null(Link(b, Device));
        Assert.All([a, b], n => Assert.DoesNotContain(Vip, n.Ip("addr"), StringComparison.Ordinal));
    }

    [IpvlanTheory]
    [InlineData("private")]
    [InlineData("fe80::2{0}/64 bridge")]
    public async Task Over_ipv6_it_elects_with_the_link_local_address_that_the_kernel_gives_it_or_its_own(string options)
    {
        const string Vip6 = "2001:db8:9::100";
        using var network = new TestNetwork(3);
        (TestNode a, TestNode b, TestNode client) = (network.Nodes[0], network.Nodes[1], network.Nodes[2]);
        client.Ip("-6 addr add 2001:db8:9::3/64 dev eth0 nodad");
        foreach ((TestNode node, int i) in new[] { (a, 1), (b, 2) })
        {
            node.Ip("addr flush dev eth0");
            node.Ip($"-6 addr add fe80::{i}/64 dev eth0 nodad");
        }

        await using var stageA = new NodeStage();
        await using var stageB = new NodeStage();
        HaNode master = await stageA.StartAsync(a, Six(150, 1));
        try
        {
            await Eventually.True(() => a.Has($"{Vip6}/64", Device) && a.Has("fe80::100/64", Device), () => string.Join('\n', stageA.Messages(master)));
            string[] own = [.. a.Ip($"-6 -o addr show dev {Device} scope link").Split('\n').Where(l => l.Contains("inet6", StringComparison.Ordinal))
                .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3].Split('/')[0]).Except(["fe80::100"])];
            if (options != "private") Assert.Contains("fe80::21", own);
            Assert.DoesNotContain("fe80::1", own);
            await using HaNode backup = await stageB.StartAsync(b, Six(100, 2));

            // Its address is tentative at first, which is a fault.
            await stageB.UntilAsync(async () => (await backup.GetStatusAsync()).Instances[0] is { State: VrrpStateKind.Backup, Master: not null });
            VrrpState heard = (await backup.GetStatusAsync()).Instances[0];
            Assert.Contains(heard.Master, own);
            Assert.Empty(heard.Statistic.Rejected);
            await Eventually.True(() => Answers(client, Vip6), () => a.Ip("-6 addr") + client.Ip("-6 neigh"));
            await master.DisposeAsync();
            Assert.Null(Link(a, Device));
            await Eventually.True(() => b.Has($"{Vip6}/64", Device));
            await Eventually.True(() => Answers(client, Vip6), () => b.Ip("-6 addr") + client.Ip("-6 neigh"));
        }
        finally
        {
            await master.DisposeAsync();
        }

        Assert.All([a, b], n => Assert.DoesNotContain(Vip6, n.Ip("addr"), StringComparison.Ordinal));

        HaConfiguration Six(int priority, int number) => Read($$"""
            vrrp_instance VI_1 {
                interface eth0
                use_ipvlan {{string.Format(CultureInfo.InvariantCulture, options, number)}}
                version 3
                virtual_router_id 51
                priority {{priority}}
                advert_int 0.2
                virtual_ipaddress {
                    fe80::100/64
                    {{Vip6}}/64
                }
            }
            """);
    }

    [IpvlanFact]
    public async Task A_node_whose_ipvlan_is_deleted_or_has_another_address_after_a_reload_stays_the_router()
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode client) = (network.Nodes[0], network.Nodes[1]);
        using var capture = new EthernetCapture(client);
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(a, Read(150, "10.9.0.201"));
        await Eventually.True(() => a.Has($"{Vip}/32", Device));
        a.Ip($"link del {Device}");
        await Eventually.True(() => a.Has($"{Vip}/32", Device) && a.Has("10.9.0.201/24", Device), () => string.Join('\n', stage.Messages(node)));
        await Eventually.True(() => Answers(client, Vip));

        _ = await node.ApplyAsync(Read(150, "10.9.0.205"));
        await Eventually.True(() => capture.Frames.Any(f => f.Kind == "advert" && f.Address == "10.9.0.205"), () => a.Ip("addr"));
        await Eventually.True(() => a.Has($"{Vip}/32", Device) && a.Has("10.9.0.205/24", Device) && !a.Has("10.9.0.201/24", Device));
        Assert.Equal((VrrpStateKind.Master, Device), await StateAsync(node));
    }

    private static async Task<(VrrpStateKind State, string? Interface)> StateAsync(HaNode node)
    {
        VrrpState state = (await node.GetStatusAsync()).Instances[0];
        return (state.State, state.VirtualInterface);
    }

    private static LinkInfo? Link(TestNode node, string name) => node.Namespace.Run(() =>
    {
        using RouteClient routes = RouteClient.Open();
        return routes.FindLink(name);
    });

    private static bool Answers(TestNode client, string address)
    {
        try
        {
            _ = client.Command("ping", "-c", "1", "-W", "1", address);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static HaConfiguration Read(int priority, string address) => Read($$"""
        vrrp_instance VI_1 {
            interface eth0
            use_ipvlan {{address}}/24 private
            version 3
            virtual_router_id 51
            priority {{priority}}
            advert_int 0.2
            virtual_ipaddress {
                {{Vip}}
            }
        }
        """);

    private static HaConfiguration Read(string text)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText(text, "keepalived.conf", ConfigurationFormat.Keepalived);
        Assert.Empty(read.Diagnostics);
        return read.Configuration!;
    }
}
