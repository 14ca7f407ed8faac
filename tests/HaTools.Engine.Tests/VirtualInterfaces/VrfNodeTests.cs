using HaTools.Configuration;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.VirtualInterfaces;

/// <summary>Whole nodes whose wire belongs to a VRF, on one wire: what the host's main table knows is of no use there.</summary>
[Trait("Needs", "vrf")]
public sealed class VrfNodeTests
{
    private const string Vip = "10.9.0.100";
    private const string Vip6 = "2001:db8:9::100";
    private const string Group = "version 3\n virtual_router_id 51\n advert_int 0.2\n garp_master_delay 1\n";

    [VrfFact]
    public async Task An_instance_in_a_vrf_elects_by_unicast_in_that_vrf()
    {
        using var network = new TestNetwork(3);
        (TestNode a, TestNode b, TestNode client) = (network.Nodes[0], network.Nodes[1], network.Nodes[2]);
        IntoVrf(a, 1);
        IntoVrf(b, 2);
        await TakeTurnsAsync(a, b, client, "eth0", Vip, priority => Read($$"""
            vrrp_instance V {
                vrf blue
                {{Group}}
                priority {{priority}}
                unicast_src_ip 10.9.0.{{(priority > 100 ? 1 : 2)}}
                check_unicast_src
                unicast_peer {
                    10.9.0.{{(priority > 100 ? 2 : 1)}}
                }
                virtual_ipaddress {
                    {{Vip}}/24 dev eth0
                }
            }
            """));
    }

    [VrfFact]
    public async Task An_instance_in_a_vrf_elects_over_ipv6()
    {
        using var network = new TestNetwork(3);
        (TestNode a, TestNode b, TestNode client) = (network.Nodes[0], network.Nodes[1], network.Nodes[2]);
        IntoVrf(a, 1);
        IntoVrf(b, 2);
        client.Ip("-6 addr add 2001:db8:9::3/64 dev eth0 nodad");
        await TakeTurnsAsync(a, b, client, "eth0", Vip6, priority => Read($$"""
            vrrp_instance V {
                vrf blue
                {{Group}}
                priority {{priority}}
                unicast_src_ip 2001:db8:9::{{(priority > 100 ? 1 : 2)}}
                unicast_peer {
                    2001:db8:9::{{(priority > 100 ? 2 : 1)}}
                }
                virtual_ipaddress {
                    {{Vip6}}/64 dev eth0
                }
            }
            """));
    }

    [VrfFact]
    public async Task A_vrf_that_goes_down_or_away_is_a_fault_and_one_that_comes_back_is_none()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        IntoVrf(host, 1);
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(host, Read(Alone("blue")));
        await Eventually.True(() => host.Has($"{Vip}/24"));
        Assert.Equal("blue", (await node.GetStatusAsync()).Instances[0].Interface);

        host.Ip("link set blue down");
        await stage.UntilEventAsync(node, "(V) entering FAULT state (interface blue down)");
        await Eventually.True(() => !host.Has($"{Vip}/24"));
        host.Ip("link set blue up");
        await Eventually.True(() => host.Has($"{Vip}/24"));

        host.Ip("link del blue");
        await Eventually.True(() => !host.Has($"{Vip}/24"));
        Assert.Equal((VrrpStateKind.Fault, "interface blue down"), Place((await node.GetStatusAsync()).Instances[0]));
        IntoVrf(host, 1);
        await Eventually.True(() => host.Has($"{Vip}/24"), () => string.Join('\n', stage.Messages(node)));

        static (VrrpStateKind, string?) Place(VrrpState state) => (state.State, state.Fault);
    }

    [VrfFact]
    public async Task What_is_no_vrf_is_refused_by_its_name()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => stage.StartAsync(network.Nodes[0], Read(Alone("eth0"))));
        Assert.Equal("(V) eth0 is no VRF: name one in `vrf`, or make eth0 the instance's `interface`", e.Message);
        e = await Assert.ThrowsAsync<HaEngineException>(() => stage.StartAsync(network.Nodes[0], Read(Alone("green"))));
        Assert.StartsWith("No such interface: green (instance V)", e.Message, StringComparison.Ordinal);
    }

    [VrfFact]
    public async Task A_reload_takes_an_instance_from_its_interface_into_the_vrf()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        IntoVrf(host, 1);
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(host, Read(Alone("blue").Replace("vrf blue", "interface eth0", StringComparison.Ordinal)));
        await Eventually.True(() => host.Has($"{Vip}/24"));
        _ = await node.ApplyAsync(Read(Alone("blue")));
        Assert.Equal("blue", (await node.GetStatusAsync()).Instances[0].Interface);
        await Eventually.True(() => host.Has($"{Vip}/24"));
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(Read(Alone("eth0"))));
        Assert.Contains("eth0 is no VRF", e.Message, StringComparison.Ordinal);
        Assert.True(host.Has($"{Vip}/24"));
    }

    [VrfFact]
    public async Task Multicast_on_an_interface_of_a_vrf_elects()
    {
        using var network = new TestNetwork(3);
        (TestNode a, TestNode b, TestNode client) = (network.Nodes[0], network.Nodes[1], network.Nodes[2]);
        IntoVrf(a, 1);
        IntoVrf(b, 2);
        await TakeTurnsAsync(a, b, client, "eth0", Vip, priority => Read($$"""
            vrrp_instance V {
                interface eth0
                {{Group}}
                priority {{priority}}
                virtual_ipaddress {
                    {{Vip}}/24
                }
            }
            """));
    }

    [VrfFact]
    public async Task A_virtual_mac_on_an_interface_of_a_vrf_is_made_in_that_vrf_and_follows_it()
    {
        using var network = new TestNetwork(3);
        (TestNode a, TestNode b, TestNode client) = (network.Nodes[0], network.Nodes[1], network.Nodes[2]);
        IntoVrf(a, 1);
        IntoVrf(b, 2);

        // Without reports of memberships no firewall table is needed, which the kernel with VRFs does not have.
        HaConfiguration Own(int priority) => Read($$"""
            global_defs {
                disable_local_igmp
            }
            vrrp_instance V {
                interface eth0
                use_vmac
                {{Group}}
                priority {{priority}}
                virtual_ipaddress {
                    {{Vip}}/24
                }
            }
            """);
        await TakeTurnsAsync(a, b, client, "vrrp.51", Vip, Own);

        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(a, Own(150));
        await Eventually.True(() => a.Ip("link show vrrp.51").Contains("master blue", StringComparison.Ordinal));
        a.Ip("link set eth0 nomaster");
        await Eventually.True(() => !a.Ip("link show vrrp.51").Contains("master blue", StringComparison.Ordinal));
    }

    /// <summary>One node is master and answers, then the other.</summary>
    private static async Task TakeTurnsAsync(TestNode a, TestNode b, TestNode client, string device, string address, Func<int, HaConfiguration> configuration)
    {
        string shown = address.Contains(':', StringComparison.Ordinal) ? $"{address}/64" : $"{address}/24";
        await using var stageA = new NodeStage();
        await using var stageB = new NodeStage();
        HaNode master = await stageA.StartAsync(a, configuration(150));
        try
        {
            await Eventually.True(() => a.Has(shown, device), () => string.Join('\n', stageA.Messages(master)));
            await using HaNode backup = await stageB.StartAsync(b, configuration(100));
            await stageB.UntilAsync(async () => (await backup.GetStatusAsync()).Instances[0].Statistic.AdvertsReceived >= 5);
            VrrpState heard = (await backup.GetStatusAsync()).Instances[0];
            Assert.Equal(VrrpStateKind.Backup, heard.State);
            Assert.Empty(heard.Statistic.Rejected);
            await Eventually.True(() => Answers(client, address), () => a.Ip("addr") + client.Ip("neigh"));

            await master.DisposeAsync();
            await Eventually.True(() => b.Has(shown, device) && !a.Has(shown, device), () => string.Join('\n', stageB.Messages(backup)));
            await Eventually.True(() => Answers(client, address), () => b.Ip("addr") + client.Ip("neigh"));
        }
        finally
        {
            await master.DisposeAsync();
        }

        Assert.All([a, b], n => Assert.DoesNotContain(address, n.Ip("addr"), StringComparison.Ordinal));
    }

    private static void IntoVrf(TestNode node, int number)
    {
        node.Ip("link add blue type vrf table 10");
        node.Ip("link set blue up");
        node.Ip("link set eth0 master blue");

        // Coming into a VRF costs IPv6 addresses: the interface goes down and up for IPv6.
        node.Ip($"-6 addr replace 2001:db8:9::{number}/64 dev eth0 nodad");
    }

    private static string Alone(string vrf) => $$"""
        vrrp_instance V {
            vrf {{vrf}}
            {{Group}}
            unicast_src_ip 10.9.0.1
            unicast_peer {
                10.9.0.2
            }
            virtual_ipaddress {
                {{Vip}}/24 dev eth0
            }
        }
        """;

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

    private static HaConfiguration Read(string text)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText(text, "keepalived.conf", ConfigurationFormat.Keepalived);
        Assert.Empty(read.Diagnostics);
        return read.Configuration!;
    }
}
