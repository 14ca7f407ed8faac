using System.Net;
using HaTools.Engine.Firewall;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.VirtualInterfaces;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.VirtualInterfaces;
using HaTools.Linux;
using static HaTools.Engine.Tests.VirtualInterfaces.VirtualInterfacePlanTests;

namespace HaTools.Engine.Tests.Firewall;

public sealed class FirewallTests
{
    private static readonly HaConfiguration Refusing = new() { VrrpInstances = [Instance("VI_1") with { VirtualInterface = null, Accept = false }] };

    [Fact]
    public void A_configuration_that_needs_no_rules_has_no_table()
    {
        Assert.Null(Rules(new HaConfiguration { VrrpInstances = [Instance("a") with { VirtualInterface = null }] }));
        Assert.Null(Rules(new HaConfiguration { VrrpInstances = [Instance("a") with { VirtualInterface = null, Accept = false, Priority = 255 }] }));
    }

    [Fact]
    public void Only_families_with_rules_have_a_table()
    {
        Assert.Equal(["ip"], Rules(Refusing)!.Families);
        Assert.Equal(["ip"], Rules(new HaConfiguration { VrrpInstances = [Instance("a")] })!.Families);
        VrrpInstance six = Instance("a") with { VirtualAddresses = [new() { Address = IPAddress.Parse("2001:db8::1"), PrefixLength = 128 }] };
        Assert.Equal(["ip", "ip6"], Rules(new HaConfiguration { VrrpInstances = [six] })!.Families);
    }

    /// <summary>A backup MUST discard what is sent to the virtual MAC address, whatever becomes of multicast reports.</summary>
    [Fact]
    public void Rfc9568_6_4_2_without_reports_to_move_what_a_switch_floods_is_dropped_all_the_same()
    {
        FirewallRuleset rules = Rules(new HaConfiguration { VrrpInstances = [Instance("a")], DisableLocalIgmp = true })!;
        Assert.Equal(["ip"], rules.Families);
        string text = rules.Text(new FirewallPlace(new Dictionary<string, IPAddress>(), new Dictionary<string, int>()), canDuplicate: true);
        Assert.Contains("hook forward", text, StringComparison.Ordinal);
        Assert.DoesNotContain("igmp", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_without_nftables_does_without_that_guard_alone_and_says_so_once()
    {
        var news = new RecordedNews();
        var state = new VirtualInterfaceState();
        var table = new FirewallTable("n1", state.Tables, () => { }, news.Warnings.Enqueue, new MissingNft());
        var place = new FirewallPlace(new Dictionary<string, IPAddress>(), new Dictionary<string, int>());
        HaConfiguration quiet = new() { VrrpInstances = [Instance("a")], DisableLocalIgmp = true };
        table.Apply(Rules(quiet), place);
        table.Apply(Rules(quiet), place);
        Assert.EndsWith("forwarding is on: there is no nft", Assert.Single(news.Warnings), StringComparison.Ordinal);
        Assert.Equal((null, 0), (table.Name, state.Tables.Count));
        Assert.Throws<HaEngineException>(() => table.Apply(Rules(quiet with { DisableLocalIgmp = false }), place));
        Assert.Throws<HaEngineException>(() => table.Apply(Rules(quiet with { VrrpInstances = [Instance("a") with { Accept = false }] }), place));
    }

    [NftFact]
    public async Task The_table_is_what_nft_shows_and_replaced_whole() => await OnHost(async (host, file, news) =>
    {
        HaConfiguration counted = Refusing with { Firewall = new() { Table = "gate", Priority = -7, Counters = true } };
        using VirtualNetwork network = Open(host, file, news);
        await network.SettleAsync(counted, await network.PrepareAsync(counted));
        string shown = host.Command("nft", "list", "ruleset");
        Assert.Contains("table ip gate", shown, StringComparison.Ordinal);
        Assert.Contains("hook input priority filter - 7", shown, StringComparison.Ordinal);
        Assert.Contains("ip daddr @vips counter packets 0 bytes 0 drop", shown, StringComparison.Ordinal);

        await network.SettleAsync(Refusing, await network.PrepareAsync(Refusing));
        shown = host.Command("nft", "list", "ruleset");
        Assert.DoesNotContain("gate", shown, StringComparison.Ordinal);
        Assert.Contains("table ip hatools_n1", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("counter", shown, StringComparison.Ordinal);
        await network.RemoveAsync();
        Assert.Equal("", host.Command("nft", "list", "ruleset"));
    });

    [NftFact]
    public async Task A_flushed_ruleset_is_repaired_and_others_tables_are_left() => await OnHost(async (host, file, news) =>
    {
        using VirtualNetwork network = Open(host, file, news);
        await network.SettleAsync(Refusing, await network.PrepareAsync(Refusing));
        _ = host.Command("nft", "flush", "ruleset");
        await Eventually.True(() => host.Command("nft", "list", "ruleset").Contains("table ip hatools_n1", StringComparison.Ordinal));
        await Eventually.True(() => news.Warnings.Count == 1);
        _ = host.Command("nft", "add", "table", "ip", "theirs");
        _ = host.Command("nft", "flush", "table", "ip", "hatools_n1");
        await Eventually.True(() => host.Command("nft", "list", "ruleset").Contains("ip daddr @vips drop", StringComparison.Ordinal));
        await network.RemoveAsync();
        Assert.Contains("table ip theirs", host.Command("nft", "list", "ruleset"), StringComparison.Ordinal);
    });

    [Fact]
    public void A_table_that_was_flushed_before_it_was_read_back_is_not_taken_for_whole()
    {
        var nft = new RememberingNft();
        var news = new RecordedNews();
        var table = new FirewallTable("n1", [], () => { }, news.Warnings.Enqueue, nft);
        var place = new FirewallPlace(new Dictionary<string, IPAddress>(), new Dictionary<string, int>());
        nft.AfterLoad = "";
        table.Apply(Rules(Refusing), place);
        Assert.True(table.IsInDoubt);

        // Deleted, then flushed in that moment; the third time nobody is there.
        nft.AfterLoad = "table ip hatools_n1 {\n\tcomment \"made by HaTools node n1\"\n\tchain in {\n\t\ttype filter hook input priority 0; policy accept;\n\t}\n}";
        table.Repair(place);
        Assert.True(table.IsInDoubt);
        nft.AfterLoad = null;
        table.Repair(place);
        Assert.False(table.IsInDoubt);
        Assert.Equal(3, nft.Loads);
        table.Repair(place);
        Assert.Equal(3, nft.Loads);
    }

    [NftFact]
    public async Task The_rules_that_nft_shows_are_as_many_as_were_written() => await OnHost(async (host, _, _) =>
    {
        VrrpInstance six = Instance("VI_6") with
        {
            VirtualRouterId = 52,
            Accept = false,
            VirtualAddresses = [.. Enumerable.Range(1, 40).Select(i => new VirtualAddress { Address = IPAddress.Parse($"2001:db8::{i:x}"), PrefixLength = 128 })],
        };
        HaConfiguration wanted = new() { VrrpInstances = [Instance("VI_1") with { Accept = false }, six], Firewall = new() { Counters = true } };
        await Task.Yield();
        host.Namespace.Run(() =>
        {
            var nft = new Nft(Nft.VirtualMacs);
            string text = Rules(wanted)!.Text(new FirewallPlace(new Dictionary<string, IPAddress>(), new Dictionary<string, int>()), canDuplicate: false);
            nft.Load(text);
            Assert.Equal(5, FirewallListing.Count(nft.List("ip", "hatools_n1")));
            Assert.Equal(5, FirewallListing.Count(text, "ip"));
            Assert.Equal(6, FirewallListing.Count(nft.List("ip6", "hatools_n1")));
            Assert.Equal(6, FirewallListing.Count(text, "ip6"));
        });
    });

    [NftFact]
    public async Task A_table_of_somebody_else_is_refused_and_left() => await OnHost(async (host, file, news) =>
    {
        _ = host.Command("nft", "add table ip hatools_n1; add chain ip hatools_n1 theirs");
        using VirtualNetwork network = Open(host, file, news);
        var e = await Assert.ThrowsAsync<HaEngineException>(() => network.PrepareAsync(Refusing));
        Assert.Contains("the nftables table ip hatools_n1 exists and this node has not made it", e.Message, StringComparison.Ordinal);
        await network.RemoveAsync();
        Assert.Contains("chain theirs", host.Command("nft", "list", "ruleset"), StringComparison.Ordinal);
    });

    [NftFact]
    public async Task Packets_to_addresses_that_are_not_accepted_are_dropped_and_arp_for_them_is_answered() => await OnHost(async (host, file, news) =>
    {
        // The addresses stand there as if this node were master; the other end of the cable asks for them.
        using var client = new TestNode("client");
        _ = host.Ip($"link set eth0-end netns {client.Namespace.FilePath}");
        _ = client.Ip("link set eth0-end up");
        _ = client.Ip("addr add 192.0.2.100/24 dev eth0-end");
        _ = client.Ip("addr add 2001:db8::100/64 dev eth0-end nodad");
        _ = host.Ip("addr add 192.0.2.9/24 dev eth0");
        _ = host.Ip("addr add 192.0.2.1/32 dev eth0");
        _ = host.Ip("addr add 2001:db8::9/64 dev eth0 nodad");
        _ = host.Ip("addr add 2001:db8::1/128 dev eth0 nodad");
        HaConfiguration wanted = Refusing with
        {
            VrrpInstances = [.. Refusing.VrrpInstances, Instance("VI_6") with
            {
                VirtualInterface = null,
                Accept = false,
                VirtualAddresses = [new() { Address = IPAddress.Parse("2001:db8::1"), PrefixLength = 128 }],
            }],
        };
        Assert.True(Answers(client, "192.0.2.1"));
        Assert.True(Answers(client, "2001:db8::1"));
        using VirtualNetwork network = Open(host, file, news);
        await network.SettleAsync(wanted, await network.PrepareAsync(wanted));
        _ = client.Ip("neigh flush all");
        Assert.False(Answers(client, "192.0.2.1"));
        Assert.False(Answers(client, "2001:db8::1"));
        Assert.True(Answers(client, "192.0.2.9"));
        Assert.True(Answers(client, "2001:db8::9"));
        string neighbours = client.Ip("neigh");
        Assert.Matches("192.0.2.1 dev eth0-end lladdr", neighbours);
        Assert.Matches("2001:db8::1 dev eth0-end lladdr", neighbours);
        await network.RemoveAsync();
        Assert.True(Answers(client, "192.0.2.1"));
    });

    [NftFact]
    public void Without_nft_it_is_named_with_its_package() => Refused(
        ["-t", "tmpfs", "none", "/usr/sbin"],
        "virtual MAC addresses and `no_accept` need the program nft, which is not there: install it (Debian, Ubuntu, Fedora: package nftables)");

    [NftFact]
    public void Nft_that_may_not_be_run_is_told_with_the_reason() => Refused(
        ["--bind", "/dev/null", "/usr/sbin/nft"], "virtual MAC addresses and `no_accept` need the program nft, which cannot be run: EACCES");

    private static void Refused(string[] hidden, string because)
    {
        using var host = new TestNode("lb1");

        // The one thread that waits for children is made here: threads inherit the mount namespace of who makes them, and none may keep what follows.
        _ = host.Command("true");
        var e = host.Namespace.Run(() =>
        {
            Assert.Equal(0, Libc.unshare(Libc.CLONE_NEWNS));
            AddressTests.Mount("--make-rprivate", "/");
            AddressTests.Mount(hidden);
            return Assert.Throws<HaEngineException>(() => new Nft(Nft.VirtualMacs).List("ip", "t"));
        });
        Assert.StartsWith(because, e.Message, StringComparison.Ordinal);
    }

    private static bool Answers(TestNode client, string address)
    {
        try
        {
            _ = client.Command("ping", "-c", "2", "-i", "0.2", "-W", "1", address);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static FirewallRuleset? Rules(HaConfiguration configuration) =>
        FirewallRuleset.Make(configuration, VirtualInterfacePlan.Make(configuration, VirtualInterfacePlan.None), VirtualInterfacePlan.None, "n1");

    private static VirtualNetwork Open(TestNode host, string file, RecordedNews news) =>
        host.Namespace.Run(() => VirtualNetwork.Open("n1", file, news));

    private static async Task OnHost(Func<TestNode, string, RecordedNews, Task> test)
    {
        await using var stage = new NodeStage();
        using var host = new TestNode("lb1");
        host.AddInterface("eth0");
        await test(host, Path.Combine(stage.RunDirectory, "n1.links.json"), new RecordedNews());
    }

    private sealed class MissingNft : INft
    {
        public void Load(string text) => throw new HaEngineException("there is no nft");

        public string? List(string family, string table) => throw new HaEngineException("there is no nft");
    }

    /// <summary>Shows what was loaded last, or what somebody has made of it since.</summary>
    private sealed class RememberingNft : INft
    {
        private string? table;

        public int Loads { get; private set; }

        /// <summary>What somebody makes of the table at once; empty: deletes it; null: nobody is there.</summary>
        public string? AfterLoad { get; set; }

        public void Load(string text)
        {
            Loads++;
            table = AfterLoad ?? "table ip hatools_n1 {\n\tchain in {\n\t\ttype filter hook input priority 0; policy accept;\n\t\tip daddr @vips drop\n\t}\n}";
        }

        public string? List(string family, string name) => family == "ip" && table is { Length: > 0 } ? table : null;
    }
}
