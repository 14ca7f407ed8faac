using HaTools.Configuration;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>Whole nodes with what is static and what follows mastership, from keepalived.conf.</summary>
public sealed class HaNodeStaticTests
{
    private const string Text = """
        track_group G {
            group {
                VI_1
            }
        }
        static_ipaddress {
            10.8.0.1/24 dev eth5
        }
        static_routes {
            198.51.100.0/24 via 10.8.0.254 dev eth5 track_group G
            198.51.101.0/24 via 10.77.0.1
        }
        vrrp_instance VI_1 {
            state MASTER
            interface eth0
            virtual_router_id 51
            priority 255
            virtual_ipaddress {
                10.9.0.100
            }
            virtual_routes {
                203.0.113.0/24 via 10.9.0.254 src 10.9.0.100
            }
            virtual_rules {
                from 203.0.113.0/24 table 7 priority 70
            }
        }
        """;

    [NamespaceFact]
    public async Task A_track_group_faults_its_instances_and_what_cannot_be_put_there_kills_nothing()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        host.AddInterface("eth5");
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(host, Read(Text));
        await stage.UntilEventAsync(node, "(VI_1) Entering MASTER STATE");
        await Eventually.True(() => host.Ip("rule").Contains("70:\tfrom 203.0.113.0/24 lookup 7 proto keepalived", StringComparison.Ordinal));
        Assert.Contains("203.0.113.0/24 via 10.9.0.254 dev eth0 proto keepalived src 10.9.0.100", host.Ip("route"), StringComparison.Ordinal);
        await stage.UntilEventAsync(node, "static route 198.51.101.0/24 via 10.77.0.1 cannot be set up: ENETUNREACH (network is unreachable) "
            + "(kernel: Nexthop has invalid gateway); the gateway is on no link: give the host an address of its subnet first, or say onlink");
        HaNodeStatus status = await node.GetStatusAsync();
        Assert.Equal(
            ["Address Present", "Route Present", "Route Failed", "Route Present", "Rule Present"], status.Network.Select(o => $"{o.Kind} {o.State}"));

        // Its link goes, and with it the route that the group watches.
        host.Ip("link set eth5 down");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Instances[0].State == VrrpStateKind.Fault);
        await Eventually.True(() => !host.Has("10.9.0.100/32") && !host.Ip("route").Contains("203.0.113.0/24", StringComparison.Ordinal)
            && !host.Ip("rule").Contains("70:", StringComparison.Ordinal));
        host.Ip("link set eth5 up");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Instances[0].State == VrrpStateKind.Master);
        await Eventually.True(() => host.Ip("route").Contains("203.0.113.0/24", StringComparison.Ordinal));

        // A reload changes the difference alone.
        ApplyResult result = await node.ApplyAsync(Read(Text.Replace("203.0.113.0/24 via", "203.0.112.0/24 via", StringComparison.Ordinal)
            .Replace("    198.51.101.0/24 via 10.77.0.1\n", "", StringComparison.Ordinal)));
        Assert.Equal(3, result.Changes.Count);
        Assert.Contains("203.0.112.0/24 via 10.9.0.254 dev eth0 proto keepalived src 10.9.0.100", host.Ip("route"), StringComparison.Ordinal);
        Assert.DoesNotContain("203.0.113.0/24", host.Ip("route"), StringComparison.Ordinal);

        await node.StopAsync();
        Assert.Equal("", host.Ip("route show table all proto keepalived"));
        Assert.DoesNotContain("keepalived", host.Ip("rule"), StringComparison.Ordinal);
        Assert.False(host.Has("10.8.0.1/24", "eth5"));
    }

    [NamespaceFact]
    public async Task A_virtual_address_has_its_peer_and_flags_and_keeps_them_when_it_is_put_back()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(host, Read(
            """
            vrrp_instance VI_1 {
                state MASTER
                interface eth0
                virtual_router_id 51
                priority 255
                virtual_ipaddress {
                    10.9.5.1 peer 10.9.5.2
                    10.9.6.1/24 noprefixroute
                }
            }
            """));
        bool Stands()
        {
            string shown = host.Ip("addr show dev eth0");
            return shown.Contains("inet 10.9.5.1 peer 10.9.5.2/32 scope global", StringComparison.Ordinal)
                && shown.Contains("inet 10.9.6.1/24 scope global dynamic noprefixroute", StringComparison.Ordinal);
        }

        await Eventually.True(Stands, () => host.Ip("addr show dev eth0"));
        Assert.Contains("10.9.5.2 dev eth0 proto kernel", host.Ip("route"), StringComparison.Ordinal);
        Assert.DoesNotContain("10.9.6.0/24", host.Ip("route"), StringComparison.Ordinal);
        host.Ip("addr del 10.9.5.1 peer 10.9.5.2/32 dev eth0");
        host.Ip("addr del 10.9.6.1/24 dev eth0");
        await Eventually.True(Stands, () => host.Ip("addr show dev eth0"));
        HaNodeStatus status = await node.GetStatusAsync();
        Assert.Equal((VrrpStateKind.Master, 1L), (status.Instances[0].State, status.Instances[0].Statistic.BecameMaster));
        await node.StopAsync();
        Assert.DoesNotContain("10.9.5.1", host.Ip("addr show dev eth0"), StringComparison.Ordinal);
        Assert.DoesNotContain("10.9.6.1", host.Ip("addr show dev eth0"), StringComparison.Ordinal);
    }

    private static HaConfiguration Read(string text)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText(text, "t.conf", ConfigurationFormat.Keepalived);
        Assert.Empty(read.Diagnostics);
        return read.Configuration!;
    }
}
