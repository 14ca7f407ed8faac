using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using System.Text.RegularExpressions;
using HaTools.Engine.Tests.HostState;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.VirtualInterfaces;
using static HaTools.Engine.Tests.VirtualInterfaces.VirtualInterfacePlanTests;

namespace HaTools.Engine.Tests.VirtualInterfaces;

/// <summary>Virtual interfaces on the kernel that runs the tests: what iproute2, sysctl and nft show of them.</summary>
public sealed class VirtualNetworkTests
{
    private static readonly HaConfiguration One = new() { VrrpInstances = [Instance("VI_1")] };
    private static readonly HaConfiguration Named = new() { VrrpInstances = [Instance("VI_1") with { VirtualInterface = new() { Name = "vrrp.51" } }] };

    [NftFact]
    public async Task A_macvlan_is_made_as_keepalived_makes_it_and_is_gone_after_the_stop() => await OnHost(async (host, file, news) =>
    {
        Dictionary<string, string> before = Sysctls(host);
        using VirtualNetwork network = Open(host, file, news);
        VirtualInterfacePlan plan = await network.PrepareAsync(One);
        await network.SettleAsync(One, plan);

        JsonElement link = Link(host, "vrrp.51");
        Assert.Equal("eth0", link.GetProperty("link").GetString());
        Assert.Equal("00:00:5e:00:01:33", link.GetProperty("address").GetString());
        Assert.Equal("private", link.GetProperty("linkinfo").GetProperty("info_data").GetProperty("mode").GetString());
        Assert.Contains("UP", link.GetProperty("flags").EnumerateArray().Select(f => f.GetString()));
        Assert.Equal(("1", "1", "0", "1"), (
            host.Sysctl("net/ipv4/conf/vrrp.51/arp_ignore"),
            host.Sysctl("net/ipv4/conf/vrrp.51/accept_local"),
            host.Sysctl("net/ipv4/conf/vrrp.51/rp_filter"),
            host.Sysctl("net/ipv6/conf/vrrp.51/disable_ipv6")));
        Assert.Equal(("1", "1", "2"), (
            host.Sysctl("net/ipv4/conf/eth0/arp_ignore"),
            host.Sysctl("net/ipv4/conf/eth0/arp_filter"),
            host.Sysctl("net/ipv4/conf/eth0/arp_announce")));

        await network.RemoveAsync();
        Assert.DoesNotContain("vrrp.51", host.Ip("link"), StringComparison.Ordinal);
        Assert.Equal(before, Sysctls(host));
        Assert.Equal("", host.Command("nft", "list", "ruleset"));
        Assert.False(File.Exists(file));
        Assert.Empty(news.Warnings);
    });

    [NftFact]
    public async Task The_filter_of_spoofed_sources_is_moved_from_all_to_each_interface_and_back() => await OnHost(async (host, file, news) =>
    {
        _ = host.Command("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1", "net.ipv4.conf.eth1.rp_filter=2", "net.ipv4.conf.eth0.rp_filter=0");
        Dictionary<string, string> before = Sysctls(host);
        using VirtualNetwork network = Open(host, file, news);
        await network.SettleAsync(One, await network.PrepareAsync(One));
        Assert.Equal("0 1 1 2 0", string.Join(' ', new[] { "all", "default", "eth0", "eth1", "vrrp.51" }.Select(i => host.Sysctl($"net/ipv4/conf/{i}/rp_filter"))));
        await network.RemoveAsync();
        Assert.Equal(before, Sysctls(host));
    });

    [NftFact]
    public async Task What_a_killed_predecessor_left_is_used_on_and_undone_to_the_true_originals() => await OnHost(async (host, file, news) =>
    {
        Dictionary<string, string> before = Sysctls(host);
        await KillAsync(host, file);
        int index = Link(host, "vrrp.51").GetProperty("ifindex").GetInt32();

        using (VirtualNetwork successor = Open(host, file, news))
        {
            await successor.SettleAsync(One, await successor.PrepareAsync(One));
            Assert.Equal(index, Link(host, "vrrp.51").GetProperty("ifindex").GetInt32());
            await successor.RemoveAsync();
        }

        Assert.DoesNotContain("vrrp.51", host.Ip("link"), StringComparison.Ordinal);
        Assert.Equal(before, Sysctls(host));
        Assert.Equal("", host.Command("nft", "list", "ruleset"));
        Assert.Empty(news.Warnings);
    });

    [NftFact]
    public async Task What_a_predecessor_left_and_nobody_wants_any_more_goes() => await OnHost(async (host, file, news) =>
    {
        Dictionary<string, string> before = Sysctls(host);
        await KillAsync(host, file);
        using VirtualNetwork successor = Open(host, file, news);
        Assert.True(VirtualNetwork.IsNeeded(HaConfiguration.Empty, file));
        await successor.SettleAsync(HaConfiguration.Empty, await successor.PrepareAsync(HaConfiguration.Empty));
        Assert.DoesNotContain("vrrp.51", host.Ip("link"), StringComparison.Ordinal);
        Assert.Equal(before, Sysctls(host));
        Assert.Equal("", host.Command("nft", "list", "ruleset"));
    });

    [NftFact]
    public async Task A_name_that_somebody_else_s_interface_has_is_passed_over_as_keepalived_does() => await OnHost(async (host, file, news) =>
    {
        _ = host.Ip("link add link eth1 name vrrp.51 type macvlan mode bridge");
        using (VirtualNetwork network = Open(host, file, news))
        {
            await network.SettleAsync(One, await network.PrepareAsync(One));
            Assert.Equal("eth0", Link(host, "vrrp1.51").GetProperty("link").GetString());

            // A reload finds its own where it is.
            int index = Link(host, "vrrp1.51").GetProperty("ifindex").GetInt32();
            await network.SettleAsync(One, await network.PrepareAsync(One));
            Assert.Equal(index, Link(host, "vrrp1.51").GetProperty("ifindex").GetInt32());
        }

        // So does the successor of a node that was killed.
        using VirtualNetwork successor = Open(host, file, news);
        int before = Link(host, "vrrp1.51").GetProperty("ifindex").GetInt32();
        await successor.SettleAsync(One, await successor.PrepareAsync(One));
        Assert.Equal(before, Link(host, "vrrp1.51").GetProperty("ifindex").GetInt32());
        await successor.RemoveAsync();
        Assert.DoesNotContain("vrrp1.51", host.Ip("link"), StringComparison.Ordinal);
        Assert.Equal("eth1", Link(host, "vrrp.51").GetProperty("link").GetString());
        Assert.Empty(news.Warnings);
    });

    [NftFact]
    public async Task Somebody_else_s_interface_of_a_configured_name_is_left_and_told_once() => await OnHost(async (host, file, news) =>
    {
        _ = host.Ip("link add link eth1 name vrrp.51 type macvlan mode bridge");
        using VirtualNetwork network = Open(host, file, news);
        await network.SettleAsync(Named, await network.PrepareAsync(Named));
        _ = host.Ip("link set vrrp.51 up");
        await Task.Delay(300);
        Assert.Contains(
            "vrrp.51 exists and is not the one that is wanted there (00:00:5e:00:01:33 on eth0)", Assert.Single(news.Warnings), StringComparison.Ordinal);
        _ = host.Ip("link del vrrp.51");
        await Eventually.True(() => host.Ip("link").Contains("vrrp.51@eth0", StringComparison.Ordinal), () => string.Join('\n', news.Warnings));
        await network.RemoveAsync();
        Assert.DoesNotContain("vrrp.51", host.Ip("link"), StringComparison.Ordinal);
    });

    [NftFact]
    public async Task One_in_the_wrong_place_that_looks_like_it_is_refused() => await OnHost(async (host, file, news) =>
    {
        _ = host.Ip("link add link eth1 name vrrp.51 address 00:00:5e:00:01:33 type macvlan mode private");
        using VirtualNetwork network = Open(host, file, news);
        var e = await Assert.ThrowsAsync<HaEngineException>(() => network.PrepareAsync(Named));
        Assert.Contains("vrrp.51 exists and is not the one that is wanted there (00:00:5e:00:01:33 on eth0)", e.Message, StringComparison.Ordinal);
    });

    [NftFact]
    public async Task A_mac_address_that_another_macvlan_has_is_refused_with_its_name() => await OnHost(async (host, file, news) =>
    {
        _ = host.Ip("link add link eth0 name theirs address 00:00:5e:00:01:33 type macvlan mode private");
        using VirtualNetwork network = Open(host, file, news);
        var e = await Assert.ThrowsAsync<HaEngineException>(() => network.PrepareAsync(One));
        Assert.Contains("theirs on eth0 has the MAC address 00:00:5e:00:01:33 already", e.Message, StringComparison.Ordinal);
    });

    [NftFact]
    public async Task A_macvlan_as_it_is_wanted_is_used_whoever_has_made_it() => await OnHost(async (host, file, news) =>
    {
        _ = host.Ip("link add link eth0 name vrrp.51 address 00:00:5e:00:01:33 type macvlan mode private");
        using VirtualNetwork network = Open(host, file, news);
        await network.SettleAsync(One, await network.PrepareAsync(One));
        Assert.Contains(news.Logs, l => l.Contains("stood already", StringComparison.Ordinal));
        Assert.Contains("UP", Link(host, "vrrp.51").GetProperty("flags").EnumerateArray().Select(f => f.GetString()));
        await network.RemoveAsync();
        Assert.DoesNotContain("vrrp.51", host.Ip("link"), StringComparison.Ordinal);
    });

    [NftFact]
    public async Task What_others_delete_or_change_is_repaired() => await OnHost(async (host, file, news) =>
    {
        using VirtualNetwork network = Open(host, file, news);
        await network.SettleAsync(One, await network.PrepareAsync(One));
        _ = host.Ip("link del vrrp.51");
        await Eventually.True(() => host.Ip("link").Contains("vrrp.51@eth0", StringComparison.Ordinal), () => string.Join('\n', news.Warnings));
        await Eventually.True(() => host.Sysctl("net/ipv4/conf/vrrp.51/rp_filter") == "0");
        _ = host.Ip("link set vrrp.51 address 02:00:00:00:00:01");
        await Eventually.True(() => host.Ip("link").Contains("00:00:5e:00:01:33", StringComparison.Ordinal));
        await Eventually.True(() => news.Warnings.Count == 2, () => string.Join('\n', news.Warnings));

        // Kernel parameters tell nobody: they are looked at every few seconds.
        _ = host.Command("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1", "net.ipv4.conf.vrrp/51.rp_filter=1");
        await Eventually.True(() =>
            (host.Sysctl("net/ipv4/conf/all/rp_filter"), host.Sysctl("net/ipv4/conf/vrrp.51/rp_filter")) == ("0", "0"));
    });

    [NftFact]
    public async Task One_that_others_set_down_is_set_up_again() => await OnHost(async (host, file, news) =>
    {
        using VirtualNetwork network = Open(host, file, news);
        await network.SettleAsync(One, await network.PrepareAsync(One));
        _ = host.Ip("link set vrrp.51 down");
        await Eventually.True(() => news.Warnings.Contains("(VI_1) vrrp.51 had been set down, and is up again"), () => string.Join('\n', news.Warnings));
        Assert.Contains("UP", Link(host, "vrrp.51").GetProperty("flags").EnumerateArray().Select(f => f.GetString()));
        Assert.Single(news.Warnings);
    });

    [NftFact]
    public async Task A_macvlan_is_in_the_group_that_the_configuration_names_else_in_its_parent_s() => await OnHost(async (host, file, news) =>
    {
        host.Ip("link set eth0 group 7");
        var configuration = new HaConfiguration
        {
            VrrpInstances =
            [
                Instance("VI_1"),
                Instance("VI_2") with { VirtualRouterId = 52, VirtualAddresses = [], VirtualInterface = new() { Group = 4 } },
            ],
        };
        using VirtualNetwork network = Open(host, file, news);
        await network.SettleAsync(configuration, await network.PrepareAsync(configuration));
        Assert.Equal(("7", "4"), (Link(host, "vrrp.51").GetProperty("group").GetString(), Link(host, "vrrp.52").GetProperty("group").GetString()));
        await network.RemoveAsync();
    });

    [NftFact]
    public async Task What_a_reload_has_made_and_is_not_in_force_yet_is_not_repaired_to_what_it_was() => await OnHost(async (host, file, news) =>
    {
        using VirtualNetwork network = Open(host, file, news);
        HaConfiguration first = Of(null), next = Of(PhysicalAddress.Parse("02-00-00-00-00-51"));
        await network.SettleAsync(first, await network.PrepareAsync(first));
        VirtualInterfacePlan plan = await network.PrepareAsync(next);

        // Longer than a look at what has changed takes to come.
        await Task.Delay(500);
        Assert.Equal("02:00:00:00:00:51", Link(host, "vip0").GetProperty("address").GetString());
        await network.SettleAsync(next, plan);
        Assert.Equal("02:00:00:00:00:51", Link(host, "vip0").GetProperty("address").GetString());
        Assert.Empty(news.Warnings);

        static HaConfiguration Of(PhysicalAddress? mac) =>
            new() { VrrpInstances = [Instance("VI_1") with { VirtualInterface = new() { Name = "vip0", MacAddress = mac } }] };
    });

    [NftFact]
    public async Task A_full_disk_puts_a_repair_off_and_keeps_nothing_from_being_undone() => await OnHost(async (host, file, news) =>
    {
        Dictionary<string, string> before = Sysctls(host);
        using VirtualNetwork network = Open(host, file, news);
        await network.SettleAsync(One, await network.PrepareAsync(One));

        // Stands for the full disk: the file that takes the state's place cannot be written.
        string obstacle = Directory.CreateDirectory(file + ".new").FullName;
        _ = host.Ip("link del vrrp.51");
        await Eventually.True(
            () => news.Warnings.Any(w => w.Contains("what is changed on the host cannot be remembered", StringComparison.Ordinal)), () => $"{network.Completion.Exception}");
        Assert.False(network.Completion.IsCompleted);
        Directory.Delete(obstacle);
        await Eventually.True(() => host.Ip("link").Contains("vrrp.51@eth0", StringComparison.Ordinal), () => string.Join('\n', news.Warnings));

        _ = Directory.CreateDirectory(obstacle);
        HaConfiguration other = new() { VrrpInstances = [Instance("VI_2") with { VirtualRouterId = 52 }] };
        _ = await Assert.ThrowsAsync<HaEngineException>(() => network.PrepareAsync(other));
        await network.RemoveAsync();
        Assert.DoesNotContain("vrrp.5", host.Ip("link"), StringComparison.Ordinal);
        Assert.Equal("", host.Command("nft", "list", "ruleset"));
        Assert.Equal(before, Sysctls(host));
    });

    [NftFact]
    public async Task A_parameter_that_cannot_be_given_back_keeps_nothing_else_from_being_undone() => await OnHost(async (host, file, news) =>
    {
        Dictionary<string, string> before = Sysctls(host);
        await KillAsync(host, file);
        string remembered = File.ReadAllText(file);
        string spoiled = Regex.Replace(remembered, "(\"net/ipv4/conf/eth0/arp_announce\": \\{\\s*\"original\": )\"0\"", $"$1\"{SysctlKeeperTests.NoNumber}\"");
        Assert.NotEqual(remembered, spoiled);
        File.WriteAllText(file, spoiled);

        using VirtualNetwork successor = Open(host, file, news);
        HaEngineException told = await Assert.ThrowsAsync<HaEngineException>(successor.RemoveAsync);

        Assert.Contains("cannot set net/ipv4/conf/eth0/arp_announce", told.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("vrrp.51", host.Ip("link"), StringComparison.Ordinal);
        Assert.Equal("", host.Command("nft", "list", "ruleset"));
        Assert.Equal(["net.ipv4.conf.eth0.arp_announce"], Sysctls(host).Except(before).Select(s => s.Key));

        // What is still to be given back is remembered, and nothing else.
        Assert.Contains("arp_announce", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.DoesNotContain("arp_ignore", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.DoesNotContain("vrrp.51", File.ReadAllText(file), StringComparison.Ordinal);
    });

    [NftFact]
    public async Task A_parent_that_comes_back_gets_its_virtual_interface_again() => await OnHost(async (host, file, news) =>
    {
        using VirtualNetwork network = Open(host, file, news);
        await network.SettleAsync(One, await network.PrepareAsync(One));
        _ = host.Ip("link del eth0");
        Assert.DoesNotContain("vrrp.51", host.Ip("link"), StringComparison.Ordinal);
        host.AddInterface("eth0");
        await Eventually.True(() => host.Ip("link").Contains("vrrp.51@eth0", StringComparison.Ordinal), () => string.Join('\n', news.Warnings));

        // The rule that moves reports holds the parent's index.
        await Eventually.True(() => host.Command("nft", "list", "ruleset").Contains("device \"eth0\"", StringComparison.Ordinal));
    });

    [NftFact]
    public async Task For_ipv6_it_has_its_parent_s_link_local_address_and_makes_none_from_its_mac() => await OnHost(async (host, file, news) =>
    {
        _ = host.Ip("addr flush dev eth0");
        _ = host.Ip("addr add fe80::aa/64 dev eth0 nodad");
        HaConfiguration six = new() { VrrpInstances = [Instance("VI_6") with { VirtualAddresses = [new() { Address = IPAddress.Parse("fe80::1"), PrefixLength = 128 }] }] };
        using VirtualNetwork network = Open(host, file, news);
        await network.SettleAsync(six, await network.PrepareAsync(six));
        Assert.Equal("00:00:5e:00:02:33", Link(host, "vrrp.51").GetProperty("address").GetString());
        Assert.Equal(["fe80::aa/64"], Addresses(host));
        Assert.Equal(("0", "0", "0"), (
            host.Sysctl("net/ipv6/conf/vrrp.51/accept_ra"),
            host.Sysctl("net/ipv6/conf/vrrp.51/autoconf"),
            host.Sysctl("net/ipv6/conf/vrrp.51/router_solicitations")));

        // It follows its parent, and leaves the virtual address alone.
        _ = host.Ip("addr add fe80::1/128 dev vrrp.51 nodad");
        _ = host.Ip("addr del fe80::aa/64 dev eth0");
        _ = host.Ip("addr add fe80::bb/64 dev eth0 nodad");
        await Eventually.True(() => Addresses(host).SetEquals(["fe80::1/128", "fe80::bb/64"]), () => string.Join(' ', Addresses(host)));
        string rules = host.Command("nft", "list", "table", "ip6", "hatools_n1");
        await Eventually.True(() => host.Command("nft", "list", "table", "ip6", "hatools_n1").Contains("fe80::bb . \"vrrp.51\"", StringComparison.Ordinal), () => rules);

        static HashSet<string> Addresses(TestNode host) =>
            [.. host.Ip("-6 -o addr show dev vrrp.51").Split('\n').Where(l => l.Contains("inet6")).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3])];
    });

    [NftFact]
    public async Task A_reload_that_drops_it_takes_it_away_when_it_is_in_force() => await OnHost(async (host, file, news) =>
    {
        HaConfiguration two = One with { VrrpInstances = [.. One.VrrpInstances, Instance("VI_2") with { VirtualRouterId = 52 }] };
        using VirtualNetwork network = Open(host, file, news);
        await network.SettleAsync(two, await network.PrepareAsync(two));
        VirtualInterfacePlan next = await network.PrepareAsync(One);
        Assert.Contains("vrrp.52@eth0", host.Ip("link"), StringComparison.Ordinal);
        await network.SettleAsync(One, next);
        Assert.DoesNotContain("vrrp.52", host.Ip("link"), StringComparison.Ordinal);
        Assert.Contains("vrrp.51@eth0", host.Ip("link"), StringComparison.Ordinal);
        Assert.Equal("1", host.Sysctl("net/ipv4/conf/eth0/arp_ignore"));
    });

    [NftFact]
    public async Task A_parent_that_does_not_exist_is_named() => await OnHost(async (host, file, news) =>
    {
        HaConfiguration wrong = new() { VrrpInstances = [Instance("VI_1") with { Interface = "eth9" }] };
        using VirtualNetwork network = Open(host, file, news);
        var e = await Assert.ThrowsAsync<HaEngineException>(() => network.PrepareAsync(wrong));
        Assert.Equal(FailureCode.InterfaceNotFound, e.Code);
        Assert.Contains("No such interface: eth9 (instance VI_1, for its virtual interface vrrp.51)", e.Message, StringComparison.Ordinal);
    });

    // Disposing ends the thread and touches nothing on the host.
    private static async Task KillAsync(TestNode host, string file)
    {
        using VirtualNetwork killed = Open(host, file, new RecordedNews());
        await killed.SettleAsync(One, await killed.PrepareAsync(One));
    }

    internal static VirtualNetwork Open(TestNode host, string file, RecordedNews news) =>
        host.Namespace.Run(() => VirtualNetwork.Open("n1", file, news));

    private static JsonElement Link(TestNode host, string name) =>
        JsonDocument.Parse(host.Ip($"-d -j link show dev {name}")).RootElement[0].Clone();

    internal static Dictionary<string, string> Sysctls(TestNode host) => host.Command("sysctl", "-a", "--pattern", "^net.ipv4.(conf|igmp)")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(" = ", 2)).Where(l => l.Length == 2).ToDictionary(l => l[0], l => l[1]);

    internal static async Task OnHost(Func<TestNode, string, RecordedNews, Task> test)
    {
        await using var stage = new NodeStage();
        using var host = new TestNode("lb1");
        host.AddInterface("eth0");
        host.AddInterface("eth1");
        _ = host.Ip("link set lo up");
        await test(host, Path.Combine(stage.RunDirectory, "n1.links.json"), new RecordedNews());
    }
}
