using System.Net;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.VirtualInterfaces;
using HaTools.Netlink.Route;
using static HaTools.Engine.Tests.VirtualInterfaces.VirtualInterfacePlanTests;
using static HaTools.Engine.Tests.VirtualInterfaces.VirtualNetworkTests;

namespace HaTools.Engine.Tests.VirtualInterfaces;

/// <summary>ipvlans on a kernel that has them: how they are made, changed by a reload, repaired, and taken away with all that they needed.</summary>
[Trait("Needs", "ipvlan")]
public sealed class IpvlanTests
{
    private const string Device = "vrrp.51";

    [IpvlanTheory]
    [InlineData(IpvlanMode.Bridge, IpvlanFlags.Bridge)]
    [InlineData(IpvlanMode.Private, IpvlanFlags.Private)]
    [InlineData(IpvlanMode.Vepa, IpvlanFlags.Vepa)]
    public async Task Each_mode_is_made_and_leaves_nothing_behind(IpvlanMode mode, object flags) => await OnHost(async (host, file, news) =>
    {
        Dictionary<string, string> before = Sysctls(host);
        using VirtualNetwork network = Open(host, file, news);
        await BringAsync(network, One(mode));
        LinkInfo own = Find(host)!;
        Assert.Equal((LinkRequest.Ipvlan, IpvlanLayer.L2, (IpvlanFlags)flags, true), (own.Kind, own.IpvlanLayer, own.IpvlanFlags, own.IsUp));
        Assert.True(host.Has("10.9.0.201/24", Device));
        Assert.NotEqual(before, Sysctls(host));
        await network.RemoveAsync();
        Assert.Null(Find(host));
        Assert.Equal(before, Sysctls(host));
        Assert.False(File.Exists(file));
        Assert.Empty(news.Warnings);
    });

    [IpvlanFact]
    public async Task The_kernel_parameters_that_it_needs_are_the_true_originals_again() => await OnHost(async (host, file, news) =>
    {
        _ = host.Command("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1", "net.ipv4.conf.eth1.rp_filter=2", "net.ipv4.conf.eth0.arp_announce=1");
        Dictionary<string, string> before = Sysctls(host);
        using (VirtualNetwork killed = Open(host, file, new RecordedNews())) await BringAsync(killed, One());
        Assert.Equal("0 1 2 0 2", string.Join(' ', new[] { "all/rp_filter", "eth0/rp_filter", "eth1/rp_filter", $"{Device}/rp_filter", "eth0/arp_announce" }
            .Select(p => host.Sysctl($"net/ipv4/conf/{p}"))));
        int index = Find(host)!.Index;

        using VirtualNetwork successor = Open(host, file, news);
        await BringAsync(successor, One());
        Assert.Equal(index, Find(host)!.Index);
        await successor.RemoveAsync();
        Assert.Null(Find(host));
        Assert.Equal(before, Sysctls(host));
    });

    [IpvlanFact]
    public async Task What_others_delete_or_change_is_repaired() => await OnHost(async (host, file, news) =>
    {
        using VirtualNetwork network = Open(host, file, news);
        await BringAsync(network, One());
        _ = host.Ip($"link del {Device}");
        await Eventually.True(() => host.Has("10.9.0.201/24", Device) && Find(host)!.IsUp, () => string.Join('\n', news.Warnings));
        await Eventually.True(() => news.Warnings.Contains($"(VI_1) {Device} was gone or had been changed, and is there again"));

        // The mode is the parent's: who changes one ipvlan's changes all of them.
        _ = host.Ip($"link set {Device} type ipvlan mode l2 bridge");
        await Eventually.True(() => Find(host) is { IpvlanFlags: IpvlanFlags.Private } link && link.IsUp && host.Has("10.9.0.201/24", Device));
        _ = host.Ip($"addr del 10.9.0.201/24 dev {Device}");
        await Eventually.True(() => host.Has("10.9.0.201/24", Device));
        _ = host.Command("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1");
        await Eventually.True(() => host.Sysctl("net/ipv4/conf/all/rp_filter") == "0");
    });

    [IpvlanFact]
    public async Task A_parent_that_comes_back_gets_its_ipvlan_again() => await OnHost(async (host, file, news) =>
    {
        using VirtualNetwork network = Open(host, file, news);
        await BringAsync(network, One());
        _ = host.Ip("link del eth0");
        Assert.Null(Find(host));
        host.AddInterface("eth0");
        await Eventually.True(() => host.Has("10.9.0.201/24", Device), () => string.Join('\n', news.Warnings));
    });

    [IpvlanFact]
    public async Task A_reload_changes_address_mode_and_kind() => await OnHost(async (host, file, news) =>
    {
        Dictionary<string, string> before = Sysctls(host);
        using VirtualNetwork network = Open(host, file, news);
        await BringAsync(network, One());
        int index = Find(host)!.Index;

        // Another address is another address on the same interface; the former one stays until the new one is in force.
        HaConfiguration moved = One(address: "10.9.0.202");
        VirtualInterfacePlan plan = await network.PrepareAsync(moved);
        Assert.True(host.Has("10.9.0.201/24", Device) && host.Has("10.9.0.202/24", Device));
        await network.SettleAsync(moved, plan);
        Assert.False(host.Has("10.9.0.201/24", Device));
        Assert.True(host.Has("10.9.0.202/24", Device));
        Assert.Equal(index, Find(host)!.Index);

        await BringAsync(network, One(IpvlanMode.Vepa, "10.9.0.202"));
        Assert.Equal(IpvlanFlags.Vepa, Find(host)!.IpvlanFlags);
        Assert.True(host.Has("10.9.0.202/24", Device));

        // Without the table of the firewall, which the kernel with ipvlans does not have.
        await BringAsync(network, new() { DisableLocalIgmp = true, VrrpInstances = [Instance("VI_1")] });
        Assert.Null(Find(host));
        Assert.Contains("vrrp1.51@eth0", host.Ip("link show type macvlan"), StringComparison.Ordinal);
        await BringAsync(network, One() with { DisableLocalIgmp = true });
        Assert.Equal(LinkRequest.Ipvlan, Find(host)!.Kind);
        Assert.Equal("", host.Ip("link show type macvlan"));
        await network.RemoveAsync();
        Assert.Equal(before, Sysctls(host));
    });

    [IpvlanFact]
    public async Task A_foreign_interface_of_its_configured_name_is_left_and_told() => await OnHost(async (host, file, news) =>
    {
        _ = host.Ip($"link add link eth1 name {Device} type macvlan mode bridge");
        using VirtualNetwork network = Open(host, file, news);
        await BringAsync(network, Named());
        Assert.Contains($"{Device} exists and is not the one that is wanted there (an ipvlan on eth0)", Assert.Single(news.Warnings), StringComparison.Ordinal);
        await network.RemoveAsync();
        Assert.Contains($"{Device}@eth1", host.Ip("link"), StringComparison.Ordinal);
    });

    // The instance would take it for its own, on the wrong wire.
    [IpvlanFact]
    public async Task A_foreign_ipvlan_of_its_configured_name_and_mode_on_another_interface_is_refused() => await OnHost(async (host, file, news) =>
    {
        _ = host.Ip($"link add link eth1 name {Device} type ipvlan mode l2 private");
        using VirtualNetwork network = Open(host, file, news);
        var e = await Assert.ThrowsAsync<HaEngineException>(() => network.PrepareAsync(Named()));
        Assert.Contains($"{Device} exists and is not the one that is wanted there (an ipvlan on eth0)", e.Message, StringComparison.Ordinal);
        await network.RemoveAsync();
        Assert.NotNull(Find(host));
    });

    [IpvlanFact]
    public async Task A_parent_with_a_macvlan_of_somebody_else_is_refused_with_its_name() => await OnHost(async (host, file, news) =>
    {
        _ = host.Ip("link add link eth0 name theirs type macvlan mode bridge");
        using VirtualNetwork network = Open(host, file, news);
        var e = await Assert.ThrowsAsync<HaEngineException>(() => network.PrepareAsync(One()));
        Assert.Equal("(VI_1) eth0 has the macvlan theirs: an interface has macvlans or ipvlans, not both", e.Message);
        await network.RemoveAsync();
        Assert.Contains("theirs@eth0", host.Ip("link"), StringComparison.Ordinal);
    });

    private static HaConfiguration Named()
    {
        HaConfiguration one = One();
        return one with { VrrpInstances = [.. one.VrrpInstances.Select(i => i with { VirtualInterface = i.VirtualInterface! with { Name = Device } })] };
    }

    private static async Task BringAsync(VirtualNetwork network, HaConfiguration wanted) => await network.SettleAsync(wanted, await network.PrepareAsync(wanted));

    private static HaConfiguration One(IpvlanMode mode = IpvlanMode.Private, string address = "10.9.0.201") => new()
    {
        VrrpInstances =
        [
            Instance("VI_1") with
            {
                VirtualInterface = new() { Kind = VirtualInterfaceKind.Ipvlan, Mode = mode, Address = IPAddress.Parse(address), PrefixLength = 24 },
            },
        ],
    };

    private static LinkInfo? Find(TestNode host) => host.Namespace.Run(() =>
    {
        using RouteClient routes = RouteClient.Open();
        return routes.FindLink(Device);
    });
}
