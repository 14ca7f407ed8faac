using HaTools.Configuration;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Bfd;

/// <summary>From keepalived.conf to the address: an instance that follows a BFD session.</summary>
// Detection takes a second, not the default 50 ms: the machine of the tests may be busy for that long.
public class BfdNodeTests
{
    private const string Vip = "10.9.0.100/32";
    private const string SecondVip = "10.9.0.102/32";

    [NamespaceFact]
    public async Task An_instance_is_master_only_while_its_session_is_up()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        await using var stage = new NodeStage();
        await using HaNode director = await stage.StartAsync(a, Read($$"""
            bfd_instance gateway {
                neighbor_ip 10.9.0.2
                min_tx 50
                min_rx 50
                multiplier 20
            }
            vrrp_instance VI_1 {
                interface eth0
                virtual_router_id 51
                version 3
                advert_int 0.1
                virtual_ipaddress {
                    {{Vip}}
                }
                track_bfd {
                    gateway
                }
            }
            """));

        // Nobody is there: FAULT, and no address.
        await stage.UntilEventAsync(director, "(VI_1) Entering FAULT STATE");
        Assert.False(a.Has(Vip));
        HaTrackerState tracker = Assert.Single((await director.GetStatusAsync()).Trackers);
        Assert.Equal(("gateway", HaTrackerType.Bfd, HaTrackerStateKind.Down), (tracker.Name, tracker.Type, tracker.State));

        HaConfiguration other = Read("bfd_instance director {\n neighbor_ip 10.9.0.1\n min_tx 50\n min_rx 50\n multiplier 20\n passive\n}");
        HaNode gateway = await stage.StartAsync(b, other);
        await Eventually.True(() => a.Has(Vip));
        Assert.Equal(HaTrackerStateKind.Up, Assert.Single((await director.GetStatusAsync()).Trackers).State);

        // A reload that changes something else keeps the session.
        HaConfiguration current = director.Configuration;
        await director.ApplyAsync(current with { VrrpInstances = [current.VrrpInstances[0] with { Priority = 120 }] });
        Assert.True(a.Has(Vip));

        await gateway.StopAsync();
        await Eventually.True(() => !a.Has(Vip));
        Assert.Contains(stage.Messages(director), m => m.StartsWith("BFD_Instance(gateway) Entering Down state", StringComparison.Ordinal));

        // Without the session the instance is free again.
        await director.ApplyAsync(current with { BfdSessions = [], VrrpInstances = [current.VrrpInstances[0] with { TrackBfd = [] }] });
        await Eventually.True(() => a.Has(Vip));
    }

    [NamespaceFact]
    public async Task A_weight_lets_the_better_connected_director_win()
    {
        using var network = new TestNetwork(3);
        TestNode a = network.Nodes[0], b = network.Nodes[1], gateway = network.Nodes[2];
        await using var stage = new NodeStage();
        await using HaNode first = await stage.StartAsync(a, Director(priority: 150));
        await using HaNode second = await stage.StartAsync(b, Director(priority: 140));
        HaConfiguration both = Read("bfd_instance a {\n neighbor_ip 10.9.0.1\n min_tx 50\n min_rx 50\n multiplier 20\n}\nbfd_instance b {\n neighbor_ip 10.9.0.2\n min_tx 50\n min_rx 50\n multiplier 20\n}");
        await using HaNode peer = await stage.StartAsync(gateway, both);
        await Eventually.True(() => a.Has(Vip) && !b.Has(Vip));

        // What the gateway sends to the first one goes astray.
        gateway.Ip("neigh replace 10.9.0.1 lladdr 02:00:00:00:de:ad dev eth0 nud permanent");
        await Eventually.True(() => b.Has(Vip) && !a.Has(Vip));
        VrrpState lowered = Assert.Single((await first.GetStatusAsync()).Instances);
        Assert.Equal((VrrpStateKind.Backup, 130), (lowered.State, lowered.Priority));
        gateway.Ip("neigh del 10.9.0.1 dev eth0");
        await Eventually.True(() => a.Has(Vip) && !b.Has(Vip));
    }

    [NamespaceFact]
    public async Task A_sync_group_follows_a_session_with_all_of_its_members()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        await using var stage = new NodeStage();
        await using HaNode director = await stage.StartAsync(a, Read(Grouped("gateway", "")));
        await stage.UntilEventAsync(director, "VRRP_Group(G) Syncing instances to FAULT state");
        Assert.All((await director.GetStatusAsync()).Instances, i => Assert.Equal(VrrpStateKind.Fault, i.State));

        HaNode gateway = await stage.StartAsync(b, Passive);
        await Eventually.True(() => a.Has(Vip) && a.Has(SecondVip), () => string.Join('\n', stage.Messages(director)));
        Assert.Equal(VrrpStateKind.Master, Assert.Single((await director.GetStatusAsync()).SyncGroups).State);
        await gateway.StopAsync();
        await Eventually.True(() => !a.Has(Vip) && !a.Has(SecondVip));
        await using HaNode returned = await stage.StartAsync(b, Passive);
        await Eventually.True(() => a.Has(Vip) && a.Has(SecondVip));
    }

    [NamespaceFact]
    public async Task A_sync_group_with_a_weight_of_a_session_lowers_all_of_its_members()
    {
        using var network = new TestNetwork(2);
        await using var stage = new NodeStage();
        await using HaNode director = await stage.StartAsync(network.Nodes[0], Read(Grouped("gateway weight -20", "sync_group_tracking_weight")));
        await Eventually.True(() => network.Nodes[0].Has(Vip));
        HaNode gateway = await stage.StartAsync(network.Nodes[1], Passive);
        await stage.UntilAsync(async () => (await director.GetStatusAsync()).Instances.All(i => i is { Priority: 100, State: VrrpStateKind.Master }));
        await gateway.StopAsync();
        await stage.UntilAsync(async () => (await director.GetStatusAsync()).Instances.All(i => i is { Priority: 80, State: VrrpStateKind.Master }));
    }

    private static HaConfiguration Passive => Read("bfd_instance director {\n neighbor_ip 10.9.0.1\n min_tx 50\n min_rx 50\n multiplier 20\n passive\n}");

    private static string Grouped(string tracked, string more) => $$"""
        bfd_instance gateway {
            neighbor_ip 10.9.0.2
            min_tx 50
            min_rx 50
            multiplier 20
        }
        vrrp_sync_group G {
            group {
                VI_1
                VI_2
            }
            track_bfd {
                {{tracked}}
            }
            {{more}}
        }
        {{Member(1, Vip)}}
        {{Member(2, SecondVip)}}
        """;

    private static string Member(int number, string address) => $$"""
        vrrp_instance VI_{{number}} {
            interface eth0
            virtual_router_id {{50 + number}}
            version 3
            advert_int 0.1
            virtual_ipaddress {
                {{address}}
            }
        }
        """;

    private static HaConfiguration Director(int priority) => Read($$"""
        bfd_instance gateway {
            neighbor_ip 10.9.0.3
            min_tx 50
            min_rx 50
            multiplier 20
            weight -20
        }
        vrrp_instance VI_1 {
            interface eth0
            virtual_router_id 51
            version 3
            priority {{priority}}
            advert_int 0.1
            virtual_ipaddress {
                {{Vip}}
            }
            track_bfd {
                gateway
            }
        }
        """);

    private static HaConfiguration Read(string text)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText(text, "t.conf", ConfigurationFormat.Keepalived);
        Assert.Empty(read.Diagnostics);
        return read.Configuration!;
    }
}
