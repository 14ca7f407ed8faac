using System.Net;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.VirtualInterfaces;

/// <summary>Whole nodes with virtual MAC addresses on a learning bridge, with a client on the same wire: what it sees when the master changes.</summary>
public sealed class VirtualMacNodeTests
{
    private const string Vip = "10.9.0.100";
    private const string Vip6 = "fd09::100";
    private const string Mac = "00:00:5e:00:01:33";

    [NftFact]
    public async Task A_client_keeps_its_arp_entry_when_another_router_takes_over()
    {
        using var network = new TestNetwork(3);
        (TestNode a, TestNode b, TestNode client) = (network.Nodes[0], network.Nodes[1], network.Nodes[2]);
        await using var stageA = new NodeStage();
        await using var stageB = new NodeStage();
        await using HaNode backup = await stageB.StartAsync(b, One(100));
        HaNode master = await stageA.StartAsync(a, One(150));
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51"));
        await Eventually.True(() => Answers(client, Vip));
        Assert.Contains(Mac, client.Ip($"neigh show {Vip}"), StringComparison.Ordinal);
        Assert.Equal(VrrpStateKind.Backup, (await backup.GetStatusAsync()).Instances[0].State);
        Assert.Equal("vrrp.51", (await master.GetStatusAsync()).Instances[0].VirtualInterface);

        // No announcement may help: what the client has learnt must go on being right.
        _ = client.Ip($"neigh replace {Vip} lladdr {Mac} dev eth0 nud permanent");
        await master.DisposeAsync();
        await Eventually.True(() => b.Has($"{Vip}/32", "vrrp.51"));
        await Eventually.True(() => Answers(client, Vip));
        Assert.DoesNotContain("vrrp.51", a.Ip("link"), StringComparison.Ordinal);

        await using HaNode returned = await stageA.StartAsync(a, One(150));
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51") && !b.Has($"{Vip}/32", "vrrp.51"));
        await Eventually.True(() => Answers(client, Vip));
    }

    [NftFact]
    public async Task Adverts_come_from_the_virtual_mac_with_the_parent_s_address_and_arp_is_answered_with_it()
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode client) = (network.Nodes[0], network.Nodes[1]);
        using var capture = new EthernetCapture(client);
        await using var stage = new NodeStage();
        await using HaNode master = await stage.StartAsync(a, One(150));
        await Eventually.True(() => capture.Frames.Any(f => f.Kind == "advert"));
        await Eventually.True(() => capture.Frames.Any(f => f.Kind == "garp"));
        await Eventually.True(() => Answers(client, Vip));
        Assert.All(capture.Frames.Where(f => f.Kind == "advert"), f => Assert.Equal((Mac, "10.9.0.1"), (f.Source, f.Address)));
        Assert.All(capture.Frames.Where(f => f.Kind == "garp"), f => Assert.Equal((Mac, Vip), (f.Source, f.Address)));

        // The host asks for the client: in its own name, from its own address.
        _ = a.Ip("neigh flush all");
        _ = client.Ip("neigh flush all");
        await Eventually.True(() => Answers(client, Vip));
        await Eventually.True(() => Answers(client, "10.9.0.1"));
        Assert.Contains(Mac, client.Ip($"neigh show {Vip}"), StringComparison.Ordinal);
        Assert.DoesNotContain(Mac, client.Ip("neigh show 10.9.0.1"), StringComparison.Ordinal);
        Assert.All(capture.Frames.Where(f => f.Kind == "arp" && f.Address == Vip), f => Assert.Equal(Mac, f.Source));
        Assert.All(capture.Frames.Where(f => f.Kind == "arp" && f.Address == "10.9.0.1"), f => Assert.NotEqual(Mac, f.Source));
    }

    [NftFact]
    public async Task A_backup_says_nothing_from_the_virtual_mac()
    {
        using var network = new TestNetwork(3);
        (TestNode a, TestNode b, TestNode client) = (network.Nodes[0], network.Nodes[1], network.Nodes[2]);
        await using var stageA = new NodeStage();
        await using var stageB = new NodeStage();
        HaConfiguration both(int priority) => Unhurried(new() { VrrpInstances = [.. One(priority).VrrpInstances, Six(priority)] });
        Number6(network);
        await using HaNode master = await stageA.StartAsync(a, both(150));
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51") && a.Has($"{Vip6}/128", "vrrp.52"));

        // What the bridge hears on the backup's port.
        using var capture = new EthernetCapture(network.Switch, "port2");
        await using HaNode backup = await stageB.StartAsync(b, both(100));
        await Eventually.True(() => Instances(backup).Result.All(i => i.State == VrrpStateKind.Backup && i.Master is not null));
        await Eventually.True(() => Answers(client, Vip) && Answers(client, Vip6));
        Assert.DoesNotContain(capture.Frames, f => f.Source.StartsWith("00:00:5e:00:0", StringComparison.Ordinal));

        // It is heard to be there: memberships are reported by its own address.
        Assert.Contains(capture.Frames, f => f.Kind is "igmp" or "mld");
    }

    [NftFact]
    public async Task Over_ipv6_the_virtual_mac_speaks_with_a_link_local_address_and_answers_for_the_virtual_one_alone()
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode client) = (network.Nodes[0], network.Nodes[1]);
        using var capture = new EthernetCapture(client);
        await using var stage = new NodeStage();
        Number6(network);
        await using HaNode master = await stage.StartAsync(a, new() { VrrpInstances = [Six(150)] });
        await Eventually.True(() => a.Has($"{Vip6}/128", "vrrp.52"));
        await Eventually.True(() => Answers(client, Vip6));
        string neighbour = client.Ip($"-6 neigh show {Vip6}");
        Assert.Contains("00:00:5e:00:02:34", neighbour, StringComparison.Ordinal);
        EthernetFrame[] adverts = [.. capture.Frames.Where(f => f.Kind == "advert6")];
        Assert.NotEmpty(adverts);
        Assert.All(adverts, f => Assert.Equal("00:00:5e:00:02:34", f.Source));
        Assert.All(adverts, f => Assert.StartsWith("fe80::", f.Address, StringComparison.Ordinal));

        // The parent's address stands on both: the parent alone answers for it.
        string own = adverts[0].Address;
        _ = client.Ip("-6 neigh flush all");
        await Eventually.True(() => Answers(client, own + "%eth0"));
        Assert.DoesNotContain("00:00:5e", client.Ip($"-6 neigh show {own}"), StringComparison.Ordinal);
    }

    [NftFact]
    public async Task With_adverts_on_the_base_only_the_addresses_have_the_virtual_mac()
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode client) = (network.Nodes[0], network.Nodes[1]);
        using var capture = new EthernetCapture(client);
        await using var stage = new NodeStage();
        HaConfiguration configuration = One(150) with { VrrpInstances = [One(150).VrrpInstances[0] with { VirtualInterface = new() { TransmitOnBase = true } }] };
        await using HaNode master = await stage.StartAsync(a, configuration);
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51"));
        await Eventually.True(() => Answers(client, Vip));
        Assert.Contains(Mac, client.Ip($"neigh show {Vip}"), StringComparison.Ordinal);
        Assert.All(capture.Frames.Where(f => f.Kind == "advert"), f => Assert.NotEqual(Mac, f.Source));
        Assert.All(capture.Frames.Where(f => f.Kind == "garp"), f => Assert.Equal(Mac, f.Source));
    }

    [NftFact]
    public async Task A_parent_that_goes_down_is_a_fault_and_one_that_comes_up_is_none()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(a, One(150));
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51"));
        _ = a.Ip("link set eth0 down");
        await Eventually.True(() => Instances(node).Result[0].State == VrrpStateKind.Fault);
        await Eventually.True(() => !a.Has($"{Vip}/32", "vrrp.51"));
        Assert.Equal("interface eth0 down", Instances(node).Result[0].Fault);
        Assert.Contains("(VI_1) entering FAULT state (interface eth0 down)", stage.Messages(node));
        _ = a.Ip("link set eth0 up");
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51"));
    }

    [NftFact]
    public async Task A_reload_goes_on_while_the_parent_of_another_instance_is_gone()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using var stage = new NodeStage();
        VrrpInstance first = One(150).VrrpInstances[0];
        VrrpInstance second = first with { Name = "VI_2", Interface = "eth1", VirtualRouterId = 52, VirtualAddresses = [new() { Address = IPAddress.Parse("10.8.0.100") }] };
        void Plug()
        {
            _ = a.Ip("link add eth1 type veth peer name other1");
            _ = a.Ip("link set other1 up");
            _ = a.Ip("link set eth1 up");
            _ = a.Ip("addr add 10.8.0.1/24 dev eth1");
        }

        Plug();
        await using HaNode node = await stage.StartAsync(a, new() { VrrpInstances = [first, second] });
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51") && a.Has("10.8.0.100/32", "vrrp.52"));
        _ = a.Ip("link del eth1");
        await Eventually.True(() => Instances(node).Result[1].State == VrrpStateKind.Fault);
        _ = await node.ApplyAsync(new() { VrrpInstances = [first with { Priority = 160 }, second with { Priority = 170 }] });
        Assert.Equal([(160, VrrpStateKind.Master), (170, VrrpStateKind.Fault)], (await Instances(node)).Select(i => (i.Priority, i.State)));
        Assert.Equal("interface eth1 down", (await Instances(node))[1].Fault);
        Plug();
        await Eventually.True(() => a.Has("10.8.0.100/32", "vrrp.52"));

        // One that never was there is an error as before.
        HaEngineException missing = await Assert.ThrowsAsync<HaEngineException>(() =>
            node.ApplyAsync(new() { VrrpInstances = [first, second with { Interface = "eth7" }] }));
        Assert.Contains("No such interface: eth7", missing.Message, StringComparison.Ordinal);
    }

    [NftFact]
    public Task A_virtual_interface_that_goes_down_is_named_and_the_backup_is_told_by_its_parent() => IsNamedAndTold("link set vrrp.51 down");

    [NftFact]
    public Task A_virtual_interface_that_is_deleted_is_named_and_the_backup_is_told_by_its_parent() => IsNamedAndTold("link del vrrp.51");

    [NftFact]
    public async Task A_deleted_virtual_interface_comes_back_with_its_mastership()
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode client) = (network.Nodes[0], network.Nodes[1]);
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(a, One(150));
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51"));
        _ = a.Ip("link del vrrp.51");
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51"), () => string.Join('\n', stage.Messages(node)));
        await Eventually.True(() => Answers(client, Vip));
        Assert.Contains(stage.Messages(node), m => m == "(VI_1) vrrp.51 was gone or had been changed, and is there again");
    }

    [NftFact]
    public async Task Another_interface_in_the_place_of_the_virtual_one_is_a_fault_and_gets_nothing_of_ours()
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode client) = (network.Nodes[0], network.Nodes[1]);
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(a, One(150));
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51"));

        // All at once: the node has hardly a moment to make it again. Where it was quicker after all, once more.
        for (int tries = 0; ; tries++)
        {
            try
            {
                a.IpBatch(["link del vrrp.51", "link add vrrp.51 up type veth peer name theirs", "link set theirs up", "addr add 10.77.0.1/24 dev vrrp.51"]);
                break;
            }
            catch (InvalidOperationException e) when (tries < 20 && e.Message.Contains("File exists", StringComparison.Ordinal))
            {
                await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51"));
            }
        }

        await Eventually.True(() => Instances(node).Result[0].State == VrrpStateKind.Fault);
        await Eventually.True(() => stage.Messages(node).Any(m => m.Contains("vrrp.51 exists and is not the one that is wanted there", StringComparison.Ordinal)));
        await Task.Delay(500);
        Assert.Equal(VrrpStateKind.Fault, Instances(node).Result[0].State);
        Assert.False(a.Has($"{Vip}/32", "vrrp.51"));
        _ = a.Ip("link del theirs");
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51"), () => string.Join('\n', stage.Messages(node)));
        await Eventually.True(() => Answers(client, Vip));
    }

    [NftFact]
    public async Task A_node_starts_beside_an_interface_of_a_name_that_it_would_choose_and_takes_the_next_one()
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode client) = (network.Nodes[0], network.Nodes[1]);
        a.IpBatch(["link add vrrp.51 up type veth peer name theirs", "link set theirs up"]);
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(a, One(150));
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp1.51"));
        await Eventually.True(() => Answers(client, Vip));
        Assert.Equal("vrrp1.51", (await Instances(node))[0].VirtualInterface);
    }

    [NftFact]
    public async Task A_configured_name_that_an_interface_has_already_is_the_fault_of_its_instance_alone()
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode client) = (network.Nodes[0], network.Nodes[1]);
        a.IpBatch(["link add mine up type veth peer name theirs", "link set theirs up"]);
        HaConfiguration one = One(150);
        VrrpInstance named = one.VrrpInstances[0] with { VirtualInterface = one.VrrpInstances[0].VirtualInterface! with { Name = "mine" } };
        VrrpInstance other = TestHost.Instance(150, "10.9.0.101/24") with { Name = "VI_2", VirtualRouterId = 52 };
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(a, one with { VrrpInstances = [named, other] });

        await Eventually.True(() => a.Has("10.9.0.101/24"));
        Assert.Equal(VrrpStateKind.Fault, (await Instances(node)).Single(i => i.Name == "VI_1").State);
        Assert.Single(stage.Messages(node), m => m.Contains("the interface mine exists and is not the one that is wanted there", StringComparison.Ordinal));
        Assert.False(a.Has($"{Vip}/32", "mine"));
        _ = a.Ip("link del theirs");
        await Eventually.True(() => a.Has($"{Vip}/32", "mine"), () => string.Join('\n', stage.Messages(node)));
        await Eventually.True(() => Answers(client, Vip));
    }

    [NftFact]
    public async Task Another_mac_address_of_the_virtual_interface_is_a_fault_until_it_is_made_again()
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode client) = (network.Nodes[0], network.Nodes[1]);
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(a, Unhurried(One(150)));
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51"));
        using var capture = new EthernetCapture(client);
        _ = a.Ip("link set vrrp.51 address 02:00:00:00:00:99");
        await Eventually.True(() => stage.Messages(node).Contains("(VI_1) vrrp.51 was gone or had been changed, and is there again"));
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51"));
        await Eventually.True(() => Answers(client, Vip));

        // What would be learnt by a switch or a client of the wrong one is not said.
        Assert.DoesNotContain(capture.Frames, f => f.Kind is "garp" && f.Source == "02:00:00:00:00:99");
        Assert.Equal(1, Instances(node).Result[0].Statistic.ReleasedMaster);
    }

    [NftFact]
    public async Task A_stop_takes_the_address_away_before_the_virtual_interface()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(a, One(150));
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51"));
        using RouteMonitor monitor = a.Namespace.Run(() => RouteMonitor.Open());
        await node.DisposeAsync();
        List<string> order = [];
        while (monitor.TryRead(out RouteNotification seen))
        {
            if (seen.Kind == RouteNotificationKind.AddressRemoved && $"{seen.GetAddress()}" == Vip) order.Add("address");
            if (seen.Kind == RouteNotificationKind.LinkChanged && seen.Link is { Name: "vrrp.51", IsUp: false } && !order.Contains("down")) order.Add("down");
            if (seen.Kind == RouteNotificationKind.LinkRemoved && seen.Link?.Name == "vrrp.51") order.Add("link");
        }

        Assert.Equal(["address", "down", "link"], order);
    }

    [NftFact]
    public async Task A_reload_puts_an_instance_on_a_virtual_mac_and_takes_it_off_again()
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode client) = (network.Nodes[0], network.Nodes[1]);
        await using var stage = new NodeStage();
        HaConfiguration plain = new() { VrrpInstances = [One(150).VrrpInstances[0] with { VirtualInterface = null }] };
        await using HaNode node = await stage.StartAsync(a, plain);
        await Eventually.True(() => a.Has($"{Vip}/32"));
        _ = await node.ApplyAsync(One(150));
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51") && !a.Has($"{Vip}/32"));
        await Eventually.True(() => Answers(client, Vip) && client.Ip($"neigh show {Vip}").Contains(Mac, StringComparison.Ordinal));
        _ = await node.ApplyAsync(plain);
        await Eventually.True(() => a.Has($"{Vip}/32"));
        Assert.DoesNotContain("vrrp.51", a.Ip("link"), StringComparison.Ordinal);
        await Eventually.True(() => Answers(client, Vip) && !client.Ip($"neigh show {Vip}").Contains(Mac, StringComparison.Ordinal));
    }

    [NftFact]
    public async Task A_reload_gives_it_another_mac_address_under_the_same_name()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(a, Named("02:00:00:00:00:01"));
        await Eventually.True(() => a.Has($"{Vip}/32", "vip0"));
        _ = await node.ApplyAsync(Named("02:00:00:00:00:02"));
        await Eventually.True(
            () => a.Has($"{Vip}/32", "vip0") && a.Ip("link show vip0").Contains("02:00:00:00:00:02", StringComparison.Ordinal),
            () => string.Join('\n', stage.Messages(node)));

        static HaConfiguration Named(string mac) => new()
        {
            VrrpInstances = [One(150).VrrpInstances[0] with { VirtualInterface = new() { Name = "vip0", MacAddress = System.Net.NetworkInformation.PhysicalAddress.Parse(mac) } }],
        };
    }

    [NftFact]
    public async Task A_master_that_accepts_nothing_answers_arp_and_routes()
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode client) = (network.Nodes[0], network.Nodes[1]);
        using TestNode beyond = a.AddBeyond();
        _ = a.Command("sysctl", "-qw", "net.ipv4.ip_forward=1");
        _ = client.Ip($"route add 10.10.0.0/24 via {Vip}");
        await using var stage = new NodeStage();
        HaConfiguration configuration = new() { VrrpInstances = [One(150).VrrpInstances[0] with { Accept = false }] };
        await using HaNode node = await stage.StartAsync(a, configuration);
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51"));
        await Eventually.True(() => Answers(client, "10.10.0.2"));
        Assert.False(Answers(client, Vip));
        Assert.Contains(Mac, client.Ip($"neigh show {Vip}"), StringComparison.Ordinal);
        Assert.True(Answers(client, "10.9.0.1"));
    }

    /// <summary>
    /// RFC 9568 section 6.4.2. Each of two backups that forward would send a flooded packet out again, which reaches the other: until its TTL is used up a
    /// packet would be sent 64 times by each.
    /// </summary>
    [NftFact]
    public async Task Backups_do_not_forward_what_a_switch_floods_to_the_virtual_address()
    {
        using var network = new TestNetwork(4);
        Number6(network);
        for (int port = 1; port <= network.Nodes.Count; port++)
            _ = network.Switch.Command("bridge", "link", "set", "dev", $"port{port}", "learning", "off", "flood", "on");
        (TestNode a, TestNode b, TestNode client) = (network.Nodes[0], network.Nodes[1], network.Nodes[3]);
        using TestNode beyond = b.AddBeyond();
        _ = a.Ip("route add 10.10.0.0/24 via 10.9.0.2");
        foreach (TestNode node in network.Nodes) _ = node.Command("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        HaConfiguration Of(int priority) => new() { VrrpInstances = [.. One(priority).VrrpInstances, Six(priority)] };
        await using var stage = new NodeStage();
        await using HaNode master = await stage.StartAsync(a, Of(150));
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51") && a.Has($"{Vip6}/128", "vrrp.52"));
        await using var stageB = new NodeStage();
        await using HaNode second = await stageB.StartAsync(b, Of(100));
        await using var stageC = new NodeStage();
        await using HaNode third = await stageC.StartAsync(network.Nodes[2], Of(90));
        await Eventually.True(() => Answers(client, Vip) && Answers(client, Vip6));

        // The client and the backups know the virtual MAC address already.
        foreach (TestNode node in network.Nodes.Skip(1))
        {
            _ = node.Ip($"neigh replace {Vip} lladdr {Mac} dev eth0 nud permanent");
            _ = node.Ip($"neigh replace {Vip6} lladdr 00:00:5e:00:02:34 dev eth0 nud permanent");
        }

        foreach (string address in (string[])[Vip, Vip6])
        {
            string answers = client.Command("ping", "-c", "3", "-i", "0.2", "-W", "5", address);
            // Between them ping would say: "+120 duplicates" (IPv4), "+6 errors" (IPv6: the hop limit is used up, and answers are limited).
            Assert.Contains("3 packets transmitted, 3 received, 0% packet loss", answers, StringComparison.Ordinal);
        }

        // What comes in by another interface, and is sent to the address by way of the backup, goes on.
        Assert.True(Answers(beyond, Vip));
    }

    // The node undoes at once what is done to the interface: what it was is in the events.
    private static async Task IsNamedAndTold(string done)
    {
        using var network = new TestNetwork(3);
        (TestNode a, TestNode b) = (network.Nodes[0], network.Nodes[1]);
        await using var stage = new NodeStage();
        await using HaNode master = await stage.StartAsync(a, One(150));
        await Eventually.True(() => a.Has($"{Vip}/32", "vrrp.51"));
        await using var stageB = new NodeStage();
        await using HaNode backup = await stageB.StartAsync(b, One(100));
        await Eventually.True(() => Instances(backup).Result[0].Statistic.AdvertsReceived > 0);
        using var capture = new EthernetCapture(network.Nodes[2]);

        _ = a.Ip(done);

        await stage.UntilEventAsync(master, "(VI_1) entering FAULT state (interface vrrp.51 down)");
        await Eventually.True(() => Instances(backup).Result[0].Statistic.PriorityZeroReceived > 0, () => string.Join("\n", stage.Messages(master).Concat(stageB.Messages(backup))));
        string parent = a.Ip("-br link show eth0");
        await Eventually.True(() => capture.Frames.Any(f => f.Kind == "advert" && parent.Contains(f.Source, StringComparison.Ordinal)));
        Assert.DoesNotContain(stage.Messages(master), m => m.Contains("cannot send adverts", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<VrrpState>> Instances(HaNode node) => (await node.GetStatusAsync()).Instances;

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

    private static void Number6(TestNetwork network)
    {
        for (int i = 1; i <= network.Nodes.Count; i++) _ = network.Nodes[i - 1].Ip($"addr add fd09::{i}/64 dev eth0 nodad");
    }

    private static HaConfiguration One(int priority) => new()
    {
        VrrpInstances =
        [
            new VrrpInstance
            {
                Name = "VI_1",
                Interface = "eth0",
                VirtualRouterId = 51,
                Priority = priority,
                AdvertisementInterval = TimeSpan.FromMilliseconds(300),
                VirtualAddresses = [new() { Address = IPAddress.Parse(Vip) }],
                VirtualInterface = new(),
            },
        ],
    };

    /// <summary>Where nothing is to change hands: the host may stall for a second or two.</summary>
    private static HaConfiguration Unhurried(HaConfiguration configuration) =>
        configuration with { VrrpInstances = [.. configuration.VrrpInstances.Select(i => i with { AdvertisementInterval = TimeSpan.FromSeconds(1) })] };

    private static VrrpInstance Six(int priority) => One(priority).VrrpInstances[0] with
    {
        Name = "VI_6",
        VirtualRouterId = 52,
        VirtualAddresses = [new() { Address = IPAddress.Parse("fe80::100"), PrefixLength = 128 }, new() { Address = IPAddress.Parse(Vip6), PrefixLength = 128 }],
    };
}
