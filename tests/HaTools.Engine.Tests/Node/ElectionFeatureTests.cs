using HaTools.Configuration;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>What keepalived.conf and YAML say of elections, on whole nodes in namespaces.</summary>
public sealed class ElectionFeatureTests
{
    private const string Vip1 = "10.9.0.101/32";
    private const string Vip2 = "10.9.0.102/32";

    [NamespaceFact]
    public async Task Members_of_a_sync_group_move_together_with_the_fault_of_one()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        foreach (TestNode node in network.Nodes) node.AddInterface("eth1");
        await using var stage = new NodeStage();
        await using HaNode first = await stage.StartAsync(a, Read(Grouped(150)));
        await using HaNode second = await stage.StartAsync(b, Read(Grouped(100)));
        await Eventually.True(() => a.Has(Vip1) && a.Has(Vip2, "eth1") && !b.Has(Vip1) && !b.Has(Vip2, "eth1"));
        await stage.UntilEventAsync(first, "VRRP_Group(G) Syncing instances to MASTER state");
        HaNodeStatus status = await first.GetStatusAsync();
        VrrpGroupState group = Assert.Single(status.SyncGroups);
        Assert.Equal(("G", VrrpStateKind.Master), (group.Name, group.State));
        Assert.Equal(["VI_1", "VI_2"], group.Members);

        // VI_2 alone follows eth1.
        a.Ip("link set eth1 down");
        await Eventually.True(() => b.Has(Vip1) && b.Has(Vip2, "eth1") && !a.Has(Vip1) && !a.Has(Vip2, "eth1"));
        await stage.UntilEventAsync(first, "VRRP_Group(G) Syncing instances to FAULT state");
        status = await first.GetStatusAsync();
        Assert.Equal("another member of its sync group is in fault", status.Instances[0].Fault);

        a.Ip("link set eth1 up");
        await Eventually.True(() => a.Has(Vip1) && a.Has(Vip2, "eth1") && !b.Has(Vip1) && !b.Has(Vip2, "eth1"));
    }

    [NamespaceFact]
    public async Task Preempt_delay_leaves_a_lower_master_in_place_for_its_time()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        await using var stage = new NodeStage();
        // On a machine so busy that both nodes stand still for a down interval the lower one rightly steps down: 1.7 s here. Without the delay the better
        // one would be master after that time.
        await using HaNode lower = await stage.StartAsync(b, Read(Slow(Single(100))));
        await Eventually.True(() => b.Has(Vip1));
        await using HaNode better = await stage.StartAsync(a, Read(Slow(Single(150, "preempt_delay 4"))));
        HaEvent backup = await stage.UntilEventAsync(better, "(VI_1) Entering BACKUP STATE (init)");
        HaEvent master = await stage.UntilEventAsync(better, "(VI_1) Entering MASTER STATE");
        Assert.True(master.Time - backup.Time >= TimeSpan.FromSeconds(4), $"{master.Time - backup.Time}: {string.Join('\n', stage.Messages(lower))}");
        await Eventually.True(() => a.Has(Vip1) && !b.Has(Vip1));

        static string Slow(string text) => text.Replace("advert_int 0.1", "advert_int 0.5", StringComparison.Ordinal);
    }

    [NamespaceFact]
    public async Task Startup_delay_and_down_timer_adverts_hold_a_first_takeover_back()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        string text = "global_defs {\n vrrp_startup_delay 2\n vrrp_delay_after_boot 0.5\n}\n" + Single(100, "down_timer_adverts 10");
        await using HaNode node = await stage.StartAsync(network.Nodes[0], Read(text));
        HaEvent backup = await stage.UntilEventAsync(node, "(VI_1) Entering BACKUP STATE (init)");
        HaEvent master = await stage.UntilEventAsync(node, "(VI_1) Entering MASTER STATE");
        // 2 s, 10 intervals, and the skew.
        Assert.True(master.Time - backup.Time >= TimeSpan.FromSeconds(3), $"{master.Time - backup.Time}");
    }

    [NamespaceFact]
    public async Task Versions_2_and_3_side_by_side_are_both_on_the_wire()
    {
        using var network = new TestNetwork(2);
        using var capture = new FrameCapture(network.Nodes[1]);
        await using var stage = new NodeStage();
        const string Text = """
            vrrpInstances:
              - name: VI_1
                interface: eth0
                virtualRouterId: 51
                alsoVersion2: true
                advertisementInterval: 1s
                virtualAddresses: [10.9.0.101]
            """;
        await using HaNode three = await stage.StartAsync(network.Nodes[0], Read(Text, ConfigurationFormat.Yaml));
        await Eventually.True(() => network.Nodes[0].Has(Vip1));

        // A router of version 2 alone hears it, and stays backup.
        string two = Single(90).Replace("version 3", "version 2", StringComparison.Ordinal).Replace("advert_int 0.1", "advert_int 1", StringComparison.Ordinal);
        await using HaNode old = await stage.StartAsync(network.Nodes[1], Read(two));
        await stage.UntilAsync(async () => (await old.GetStatusAsync()).Instances[0].Statistic.AdvertsReceived >= 6);
        Assert.Equal(VrrpStateKind.Backup, (await old.GetStatusAsync()).Instances[0].State);
        Assert.Equal("10.9.0.1", (await old.GetStatusAsync()).Instances[0].Master);
    }

    [NamespaceFact]
    public async Task Garp_master_refresh_goes_on_and_dont_track_primary_keeps_a_master_whose_link_is_down()
    {
        using var network = new TestNetwork(2);
        using var capture = new FrameCapture(network.Nodes[1]);
        await using var stage = new NodeStage();
        string text = Single(100, "garp_master_repeat 1\n garp_master_delay 0\n garp_master_refresh 1\n garp_master_refresh_repeat 2");
        HaConfiguration read = Read(text);
        HaConfiguration configuration = read with { VrrpInstances = [read.VrrpInstances[0] with { DontTrackPrimary = true }] };
        await using HaNode node = await stage.StartAsync(network.Nodes[0], configuration);
        await Eventually.True(() => capture.Frames.Count(f => f == "garp 10.9.0.101") >= 1 + 2 * 2);

        network.Nodes[0].Ip("link set eth0 down");
        await stage.UntilEventAsync(node, "Netlink reports eth0 down");
        network.Nodes[0].Ip("link set eth0 up");
        await stage.UntilEventAsync(node, "Netlink reports eth0 up");
        Assert.DoesNotContain(stage.Messages(node), m => m.Contains("FAULT", StringComparison.Ordinal));
        Assert.Equal(VrrpStateKind.Master, (await node.GetStatusAsync()).Instances[0].State);
    }

    [NamespaceFact]
    public async Task Dont_track_primary_keeps_an_instance_whose_interface_is_down_from_its_fault()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.AddInterface("eth1");
        await using var stage = new NodeStage();
        string text = Other("VI_1", 51, "10.9.1.101 dev eth1", "dont_track_primary") + Other("VI_2", 52, "10.9.1.102 dev eth1");
        await using (HaNode node = await stage.StartAsync(a, Read(text)))
        {
            await Eventually.True(() => a.Has("10.9.1.101/32", "eth1") && a.Has("10.9.1.102/32", "eth1"));
            a.Ip("link set eth0 down");
            await stage.UntilEventAsync(node, "(VI_2) Entering FAULT STATE");
            await Eventually.True(() => !a.Has("10.9.1.102/32", "eth1"));
            Assert.True(a.Has("10.9.1.101/32", "eth1"));
            Assert.DoesNotContain(stage.Messages(node), m => m.Contains("(VI_1) Entering FAULT", StringComparison.Ordinal));
        }

        // It was down before the start: the one is master all the same.
        await using HaNode later = await stage.StartAsync(a, Read(text));
        await Eventually.True(() => a.Has("10.9.1.101/32", "eth1"), () => string.Join('\n', stage.Messages(later)));
        IReadOnlyList<VrrpState> states = (await later.GetStatusAsync()).Instances;
        Assert.Equal([VrrpStateKind.Master, VrrpStateKind.Fault], states.Select(s => s.State));
        Assert.Equal("interface eth0 down", states[1].Fault);
        Assert.False(a.Has("10.9.1.102/32", "eth1"));
    }

    [NamespaceFact]
    public async Task Garp_extra_if_announces_addresses_on_other_interfaces_again_and_again()
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode b) = (network.Nodes[0], network.Nodes[1]);
        a.Ip($"link add eth1 type veth peer name eth1 netns {b.Namespace.FilePath}");
        a.Ip("link set eth1 up");
        b.Ip("link set eth1 up");
        using var capture = new FrameCapture(b);
        await using var stage = new NodeStage();
        const string Quiet = "garp_master_repeat 1\n garp_master_delay 0\n ";
        await using HaNode node = await stage.StartAsync(a, Read(
            Other("VI_1", 51, "10.9.0.101\n 10.9.1.101 dev eth1", Quiet + "garp_extra_if all 1") + Other("VI_2", 52, "10.9.1.102 dev eth1", Quiet)
            + Other("VI_3", 53, "10.9.1.103 dev eth1", Quiet + "garp_extra_if 1")));
        await Eventually.True(() => Seen("10.9.1.101") >= 4, () => string.Join('\n', capture.Frames));

        // Not on the instance's own interface, not unless asked for, and without `all` only where there is a virtual MAC address.
        Assert.Equal((1, 1, 1), (Seen("10.9.0.101"), Seen("10.9.1.102"), Seen("10.9.1.103")));

        int Seen(string address) => capture.Frames.Count(f => f == $"garp {address}");
    }

    private static string Other(string name, int routerId, string addresses, string more = "") => $$"""
        vrrp_instance {{name}} {
            version 3
            interface eth0
            virtual_router_id {{routerId}}
            advert_int 0.5
            {{more}}
            virtual_ipaddress {
                {{addresses}}
            }
        }

        """;

    private static string Single(int priority, string more = "") => $$"""
        vrrp_instance VI_1 {
            version 3
            interface eth0
            virtual_router_id 51
            priority {{priority}}
            advert_int 0.1
            {{more}}
            virtual_ipaddress {
                10.9.0.101
            }
        }

        """;

    private static string Grouped(int priority) => "vrrp_sync_group G {\n group {\n VI_1\n VI_2\n }\n}\n" + Single(priority) + $$"""
        vrrp_instance VI_2 {
            version 3
            interface eth0
            virtual_router_id 52
            priority {{priority}}
            advert_int 0.1
            virtual_ipaddress {
                10.9.0.102 dev eth1
            }
        }

        """;

    private static HaConfiguration Read(string text, ConfigurationFormat format = ConfigurationFormat.Keepalived)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText(text, "x", format);
        Assert.DoesNotContain(read.Diagnostics, d => d.Severity == HaDiagnosticSeverity.Error);
        return read.Configuration!;
    }
}
