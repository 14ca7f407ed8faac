using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using HaTools.Configuration;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Firewall;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.VirtualInterfaces;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Topology;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>Groups whose addresses are one service by a mark of the node's own: the table of nftables, and nodes with a data plane in memory (row L3).</summary>
public sealed class GroupMarkTests
{
    private static readonly FirewallPlace nowhere = new(new Dictionary<string, IPAddress>(), new Dictionary<string, int>());
    private static readonly HashSet<uint> nobodys = [];

    [Fact]
    public void The_table_has_a_map_for_each_family_and_protocol()
    {
        HaConfiguration c = Marked(Configuration("10.7.0.1-3 80\n10.7.0.1 443\nfd07::1 80\n10.7.0.99\nfwmark 7 inet", "persistence_timeout 50\nlb_kind TUN"));
        c = c with { VirtualServers = [.. c.VirtualServers, c.VirtualServers[0] with { Protocol = TransportProtocol.Udp, GroupMark = 1001 }], Firewall = new() { Counters = true } };
        Assert.Equal(
            """
            table ip keepalived_ipvs {
              comment "made by HaTools node n1"
              map tcp_map { type ipv4_addr . inet_service : mark; flags interval; elements = { 10.7.0.1-10.7.0.3 . 80 : 1000, 10.7.0.1 . 443 : 1000 }; }
              map udp_map { type ipv4_addr . inet_service : mark; flags interval; elements = { 10.7.0.1-10.7.0.3 . 80 : 1001, 10.7.0.1 . 443 : 1001 }; }
              chain in { type filter hook input priority -1; policy accept;
                meta mark set ip daddr . tcp dport map @tcp_map counter
                meta mark set ip daddr . udp dport map @udp_map counter
              }
            }
            table ip6 keepalived_ipvs {
              comment "made by HaTools node n1"
              map tcp_map { type ipv6_addr . inet_service : mark; elements = { fd07::1 . 80 : 1000 }; }
              map udp_map { type ipv6_addr . inet_service : mark; elements = { fd07::1 . 80 : 1001 }; }
              chain in { type filter hook input priority -1; policy accept;
                meta mark set ip6 daddr . tcp dport map @tcp_map counter
                meta mark set ip6 daddr . udp dport map @udp_map counter
              }
            }

            """.ReplaceLineEndings("\n"),
            GroupMarkRuleset.Make(c, "n1")!.Text(nowhere, canDuplicate: true));
        Assert.Equal("hatools_ipvs_a_b", GroupMarkRuleset.Make(c with { Ipvs = new() { GroupMarks = new() } }, "a-b")!.Table);
        Assert.Null(GroupMarkRuleset.Make(c with { Ipvs = IpvsSettings.None }, "n1"));
    }

    /// <summary>A service of several instances' addresses cannot be loaded by the master alone, where this host is among its real servers.</summary>
    [Fact]
    public void Directors_that_are_each_others_servers_load_a_mark_by_the_instance_of_all_its_addresses()
    {
        HaConfiguration c = Marked(Configuration("10.7.0.1-2 80", "lb_kind DR")) with { VrrpInstances = [Holder("A", 51, "10.7.0.1", "10.7.0.2")] };
        IPAddress[] own = [IPAddress.Parse("10.7.1.1")];
        Assert.Equal([("fwmark 1000", "A")], TopologyAnalysis.Analyze(c, own).Gates.Select(g => ($"{g.Key}", g.Value)));
        HaConfiguration split = c with { VrrpInstances = [Holder("A", 51, "10.7.0.1"), Holder("B", 52, "10.7.0.2")] };
        Assert.Contains("Give each VRRP instance a group of its own", Assert.Throws<HaEngineException>(() => TopologyAnalysis.Analyze(split, own)).Message, StringComparison.Ordinal);
        Assert.Empty(TopologyAnalysis.Analyze(split, []).Gates);
    }

    [NftFact]
    public async Task Packets_to_a_group_carry_its_mark_and_no_others_do()
    {
        using TestNode host = Host();
        await using var stage = new NodeStage();
        HaConfiguration wanted = Configuration("10.7.0.1-3 80\nfd07::1 80", "lb_kind TUN");
        await using HaNode node = await stage.StartAsync(host, wanted);
        Assert.Equal(["fwmark 1000", "fwmark 1000 ipv6"], stage.Plane.Read(null).Select(s => $"{s.Key}"));
        IpvsServiceState state = Assert.Single((await node.GetStatusAsync()).Services);
        Assert.Equal("fwmark 1000: 10.7.0.1-10.7.0.3:80; fwmark 1000 ipv6: [fd07::1]:80", string.Join("; ", state.Members.Select(m => $"{m.Id}: {string.Join(", ", m.Addresses)}")));

        // A rule behind ours sees what IPVS would.
        _ = host.Command("nft", "add table inet seen; add counter inet seen marked; add counter inet seen plain; "
            + "add chain inet seen in { type filter hook input priority 98; }; add rule inet seen in meta mark 1000 counter name marked; add rule inet seen in tcp flags syn / syn,ack meta mark 0 counter name plain");
        Call("10.7.0.1", 80);
        Call("10.7.0.3", 80);
        Call("fd07::1", 80);
        Assert.Equal((3, 0), Seen());
        Call("10.7.0.4", 80);
        Call("10.7.0.1", 81);
        Call("fd07::2", 80);
        Assert.Equal((3, 3), Seen());
        await node.StopAsync();
        Assert.DoesNotContain("keepalived_ipvs", host.Command("nft", "list", "ruleset"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(stage.RunDirectory, "*.marks.json"));
        Call("10.7.0.1", 80);
        Assert.Equal((3, 4), Seen());

        void Call(string address, int port) => host.Namespace.Run(() =>
        {
            var target = new IPEndPoint(IPAddress.Parse(address), port);
            using var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketException>(() => socket.Connect(target)).SocketErrorCode);
        });

        (int, int) Seen() => (Packets("marked"), Packets("plain"));

        int Packets(string counter) => int.Parse(host.Command("nft", "list", "counter", "inet", "seen", counter).Split("packets ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    [NftFact]
    public async Task A_service_comes_before_packets_are_marked_for_it_and_goes_after_and_those_that_stay_keep_their_marks()
    {
        using TestNode host = Host();
        await using var stage = new NodeStage();
        ConcurrentQueue<string> order = [];
        stage.Plane.Before = change =>
        {
            if (change.Kind is PlaneChangeKind.AddService or PlaneChangeKind.RemoveService)
                order.Enqueue($"{change.Kind} {change.Service.Key}, {(Elements().Contains(Hex(change.Service.Key.FirewallMark), StringComparison.Ordinal) ? "marked" : "unmarked")}");
        };
        HaConfiguration one = Configuration("10.7.0.1-3 80", ""), other = Configuration("10.7.0.9 80", "", "other");
        HaConfiguration both = one with { VirtualServers = [.. other.VirtualServers, .. one.VirtualServers], VirtualServerGroups = [.. other.VirtualServerGroups, .. one.VirtualServerGroups] };
        await using HaNode node = await stage.StartAsync(host, one);
        _ = await node.ApplyAsync(both);
        Assert.Contains("10.7.0.1-10.7.0.3 . 80 : 0x000003e8", Elements(), StringComparison.Ordinal);
        Assert.Contains("10.7.0.9 . 80 : 0x000003e9", Elements(), StringComparison.Ordinal);

        // An address that comes is an element alone.
        _ = stage.Plane.TakeApplied();
        _ = await node.ApplyAsync(both with { VirtualServerGroups = [other.VirtualServerGroups[0], Configuration("10.7.0.1-4 80", "").VirtualServerGroups[0]] });
        Assert.Empty(stage.Plane.TakeApplied());
        Assert.Contains("10.7.0.1-10.7.0.4 . 80 : 0x000003e8", Elements(), StringComparison.Ordinal);

        // A mark that packets carry now is not another service's at once.
        HaEngineException taken = await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(both with { VirtualServers = [.. both.VirtualServers, new VirtualServer { FirewallMark = 1001 }] }));
        Assert.StartsWith("fwmark 1001 is on packets to the group `tcp other` now", taken.Message, StringComparison.Ordinal);
        _ = await node.ApplyAsync(other);

        // Without marks the addresses are services as before.
        _ = await node.ApplyAsync(other with { Ipvs = IpvsSettings.None });
        Assert.Equal(
            [
                "AddService fwmark 1000, unmarked", "AddService fwmark 1001, unmarked", "RemoveService fwmark 1000, unmarked",
                "AddService tcp 10.7.0.9:80, unmarked", "RemoveService fwmark 1001, unmarked",
            ],
            order);
        Assert.Equal("", host.Command("nft", "list", "ruleset"));

        string Elements() => host.Command("nft", "list", "ruleset");

        static string Hex(uint mark) => mark == 0 ? "no mark" : $"0x{mark:x8}";
    }

    [NftFact]
    public async Task Marks_outlive_an_engine_that_was_killed_and_a_table_that_was_deleted_is_back()
    {
        using TestNode host = Host();
        await using var stage = new NodeStage();
        string file = Path.Combine(stage.RunDirectory, "n1.marks.json");
        HaConfiguration one = Configuration("10.7.0.1 80", ""), other = Configuration("10.7.0.9 80", "", "other");
        HaConfiguration both = one with { VirtualServers = [.. other.VirtualServers, .. one.VirtualServers], VirtualServerGroups = [.. other.VirtualServerGroups, .. one.VirtualServerGroups] };
        ConcurrentQueue<string> warnings = [];
        using (GroupMarkKeeper killed = host.Namespace.Run(() => GroupMarkKeeper.Open("n1", file, warnings.Enqueue)))
        {
            await killed.AssignAsync(one, nobodys);
            await killed.ApplyAsync(GroupMarks.Mark(one, killed.Marks));
        }

        Assert.Contains("10.7.0.1 . 80 : 0x000003e8", host.Command("nft", "list", "ruleset"), StringComparison.Ordinal);
        using GroupMarkKeeper keeper = host.Namespace.Run(() => GroupMarkKeeper.Open("n1", file, warnings.Enqueue));
        await keeper.AssignAsync(both, nobodys);
        HaConfiguration served = GroupMarks.Mark(both, keeper.Marks);
        await keeper.ApplyAsync(served);
        await keeper.SettleAsync(served);
        Assert.Equal([("tcp other", 1001u), ("tcp web", 1000u)], keeper.Marks.Select(m => (m.Key, m.Value)).Order());
        string whole = host.Command("nft", "list", "ruleset");
        _ = host.Command("nft", "delete", "table", "ip", "keepalived_ipvs");
        await Eventually.True(() => host.Command("nft", "list", "ruleset") == whole);
        _ = host.Command("nft", "delete element ip keepalived_ipvs tcp_map { 10.7.0.1 . 80 }");
        await Eventually.True(() => host.Command("nft", "list", "ruleset") == whole);
        await Eventually.True(() => warnings.Count >= 2);
        Assert.All(warnings, w => Assert.Equal("The firewall table keepalived_ipvs had been changed or flushed, and is as it was again", w));
        await keeper.ApplyAsync(HaConfiguration.Empty);
        await keeper.SettleAsync(HaConfiguration.Empty);
        Assert.Equal("", host.Command("nft", "list", "ruleset"));
        Assert.False(File.Exists(file));
    }

    [NftFact]
    public async Task What_somebody_takes_out_before_the_table_is_read_back_is_put_back()
    {
        using TestNode host = Host();
        await using var stage = new NodeStage();
        HaConfiguration one = Configuration("10.7.0.1 80", "");
        using GroupMarkKeeper keeper = host.Namespace.Run(() => GroupMarkKeeper.Open("n1", Path.Combine(stage.RunDirectory, "n1.marks.json"), _ => { }, new Hasty(host)));
        await keeper.AssignAsync(one, nobodys);
        await keeper.ApplyAsync(GroupMarks.Mark(one, keeper.Marks));
        await Eventually.True(() => host.Command("nft", "list", "ruleset").Contains("10.7.0.1 . 80 : 0x000003e8", StringComparison.Ordinal));
    }

    /// <summary>nft, and somebody who takes an element out between the first loading and the reading back.</summary>
    private sealed class Hasty(TestNode host) : INft
    {
        private readonly Nft nft = new("a test");
        private int loaded;

        public void Load(string text)
        {
            nft.Load(text);
            if (loaded++ == 0) _ = host.Command("nft", "delete element ip keepalived_ipvs tcp_map { 10.7.0.1 . 80 }");
        }

        public string? List(string family, string table) => nft.List(family, table);
    }

    [NftFact]
    public async Task A_table_of_somebody_else_is_refused_and_what_others_serve_is_passed_over()
    {
        using TestNode host = Host();
        await using var stage = new NodeStage();
        _ = host.Command("nft", "add table ip keepalived_ipvs; add chain ip keepalived_ipvs theirs");
        Assert.Equal(0, stage.Plane.Interfere(new PlaneChange(PlaneChangeKind.AddService, new PlaneService { Key = ServiceKey.OfFirewallMark(1000, AddressFamily.InterNetwork), Scheduler = "rr" })));
        HaConfiguration wanted = Configuration("10.7.0.1 80", "");
        await using HaNode node = await stage.StartAsync(host, HaConfiguration.Empty);
        HaEngineException refused = await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(wanted));
        Assert.StartsWith("the nftables table ip keepalived_ipvs exists and this node has not made it", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["fwmark 1000"], stage.Plane.Read(null).Select(s => $"{s.Key}"));
        _ = host.Command("nft", "delete", "table", "ip", "keepalived_ipvs");
        _ = await node.ApplyAsync(wanted);
        Assert.Equal(["fwmark 1000", "fwmark 1001"], stage.Plane.Read(null).Select(s => $"{s.Key}"));
    }

    [NftFact]
    public async Task A_group_keeps_its_mark_when_a_reload_without_it_is_refused_at_the_very_end()
    {
        using TestNode host = Host();
        HaConfiguration one = Configuration("10.7.0.1-3 80", "");
        var more = new VirtualServer { Address = IPAddress.Parse("10.7.0.9"), Port = 80, RealServers = one.VirtualServers[0].RealServers };
        var plane = new SilentPlane(ServiceKey.Of(more), new IOException(SilentPlane.Words));
        await using var stage = new NodeStage { OpenPlane = () => plane };
        await using HaNode node = await stage.StartAsync(host, one);

        _ = await Assert.ThrowsAsync<IOException>(() => node.ApplyAsync(new HaConfiguration { VirtualServers = [more], Ipvs = new IpvsSettings { Foreign = IpvsForeignPolicy.Purge } }));
        Assert.Equal(["fwmark 1000"], plane.Read(null).Select(s => $"{s.Key}"));
        Assert.Contains("10.7.0.1-10.7.0.3 . 80 : 0x000003e8", host.Command("nft", "list", "ruleset"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_nft_it_is_said_what_needs_it_and_nothing_is_in_force()
    {
        await using var stage = new NodeStage();
        HaConfiguration one = Configuration("10.7.0.1 80", "");
        using GroupMarkKeeper keeper = GroupMarkKeeper.Open("n1", Path.Combine(stage.RunDirectory, "n1.marks.json"), _ => { }, new Nft(GroupMarkKeeper.Purpose, "nft-that-nobody-has"));
        await keeper.AssignAsync(one, nobodys);
        HaEngineException refused = await Assert.ThrowsAsync<HaEngineException>(() => keeper.ApplyAsync(GroupMarks.Mark(one, keeper.Marks)));
        Assert.Equal("groups by marks of the node's own (`nftables_ipvs`) need the program nft, which is not there: install it (Debian, Ubuntu, Fedora: package nftables)", refused.Message);
        Assert.Empty(GroupMarkState.Load(Path.Combine(stage.RunDirectory, "n1.marks.json"), _ => { }).Tables);
    }

    private static TestNode Host()
    {
        var host = new TestNode("lb1");
        _ = host.Ip("link set lo up");
        _ = host.Ip("addr add 10.7.0.0/24 dev lo");
        _ = host.Ip("addr add fd07::1/128 dev lo");
        _ = host.Ip("addr add fd07::2/128 dev lo");
        return host;
    }

    private static VrrpInstance Holder(string name, int id, params string[] addresses) => new()
    {
        Name = name,
        Interface = "eth0",
        VirtualRouterId = id,
        VirtualAddresses = [.. addresses.Select(a => new VirtualAddress { Address = IPAddress.Parse(a), PrefixLength = 32 })],
    };

    private static HaConfiguration Configuration(string members, string lines, string group = "web")
    {
        return HaConfigurationReader.ReadText(
            $$"""
            global_defs {
            nftables_ipvs
            }
            virtual_server_group {{group}} {
            {{members}}
            }
            virtual_server group {{group}} {
            protocol TCP
            {{lines}}
            real_server 10.7.1.1 80 {
            }
            real_server 10.7.1.2 80 {
            }
            }
            """,
            "t.conf", ConfigurationFormat.Keepalived).Configuration!;
    }

    private static HaConfiguration Marked(HaConfiguration configuration) => GroupMarks.Mark(configuration, new Dictionary<string, uint> { ["tcp web"] = 1000 });
}
