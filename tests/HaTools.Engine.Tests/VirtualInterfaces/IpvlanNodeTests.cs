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

    private static HaConfiguration Read(int priority, string address)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText(
            $$"""
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
            """, "keepalived.conf", ConfigurationFormat.Keepalived);
        Assert.Empty(read.Diagnostics);
        return read.Configuration!;
    }
}
