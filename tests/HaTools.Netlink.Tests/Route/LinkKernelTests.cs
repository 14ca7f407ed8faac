using System.Net.NetworkInformation;
using System.Text.Json;
using HaTools.Linux;
using HaTools.Netlink.Route;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Route;

/// <summary>Interfaces that the kernel makes, read back by iproute2, each test in a network namespace of its own with a veth pair.</summary>
public sealed class LinkKernelTests
{
    private static readonly PhysicalAddress VirtualMac = PhysicalAddress.Parse("00-00-5E-00-01-33");

    [RootFact]
    public void A_private_macvlan_is_what_ip_shows() => InNamespace((client, eth0) =>
    {
        LinkInfo made = client.CreateLink(Vmac(eth0) with { Group = 7 });
        JsonElement shown = Shown("vrrp.51");
        Assert.Equal("eth0", shown.GetProperty("link").GetString());
        Assert.Equal("00:00:5e:00:01:33", shown.GetProperty("address").GetString());
        Assert.Equal("7", shown.GetProperty("group").GetString());
        JsonElement information = shown.GetProperty("linkinfo");
        Assert.Equal("macvlan", information.GetProperty("info_kind").GetString());
        Assert.Equal("private", information.GetProperty("info_data").GetProperty("mode").GetString());
        Assert.Equal("DOWN", shown.GetProperty("operstate").GetString());

        Assert.Equal((eth0, null, MacvlanMode.Private, 7u, "macvlan"), (made.Parent, made.ParentNamespace, made.MacvlanMode, made.Group, made.Kind));
        Assert.Equal(VirtualMac, made.HardwareAddress);
        Assert.False(made.IsUp);
    });

    [RootFact]
    public void A_link_without_an_address_of_its_own_making_comes_up_without_one() => InNamespace((client, eth0) =>
    {
        LinkInfo made = client.CreateLink(Vmac(eth0));
        Assert.Equal(Ipv6AddressGeneration.Eui64, made.AddressGeneration);
        client.ChangeLink(made.Index, new LinkChange { AddressGeneration = Ipv6AddressGeneration.None });
        Assert.Equal("none", Shown("vrrp.51").GetProperty("inet6_addr_gen_mode").GetString());
        Assert.Equal(Ipv6AddressGeneration.None, client.FindLink("vrrp.51")!.AddressGeneration);
        client.ChangeLink(made.Index, new LinkChange { Up = true });
        Assert.True(Wait.Until(() => client.FindLink("vrrp.51")!.IsRunning));
        // The parent got its own link-local address, so IPv6 is on here.
        Assert.True(Wait.Until(() => client.GetAddresses(eth0).Count > 0));
        Assert.Empty(client.GetAddresses(made.Index));
    });

    [RootFact]
    public void A_link_is_changed_in_what_is_named_alone() => InNamespace((client, eth0) =>
    {
        LinkInfo made = client.CreateLink(Vmac(eth0) with { Up = true });
        LinkInfo bridge = client.CreateLink(new LinkRequest { Name = "br0", Kind = "bridge" });
        client.ChangeLink(made.Index, new LinkChange { Group = 9 });
        client.ChangeLink(made.Index, new LinkChange { HardwareAddress = PhysicalAddress.Parse("02-00-00-00-00-09") });
        LinkInfo changed = client.FindLink(made.Index)!;
        Assert.Equal((9u, "020000000009", true, "vrrp.51"), (changed.Group, changed.HardwareAddress.ToString(), changed.IsUp, changed.Name));

        LinkInfo port = client.CreateLink(new LinkRequest { Name = "m0", Kind = LinkRequest.Macvlan, Parent = eth0, Controller = bridge.Index });
        Assert.Equal(bridge.Index, port.Controller);
        client.ChangeLink(port.Index, new LinkChange { Controller = 0, Name = "m1" });
        Assert.Equal(0, client.FindLink("m1")!.Controller);
        client.ChangeLink(made.Index, new LinkChange { Up = false });
        Assert.False(client.FindLink(made.Index)!.IsUp);
    });

    [RootFact]
    public void A_deleted_link_is_gone_and_its_parent_stays() => InNamespace((client, eth0) =>
    {
        LinkInfo made = client.CreateLink(Vmac(eth0));
        Assert.True(client.DeleteLink(made.Index));
        Assert.Null(client.FindLink("vrrp.51"));
        Assert.False(client.DeleteLink(made.Index));
        Assert.NotNull(client.FindLink("eth0"));
        Assert.Equal("EOPNOTSUPP", Assert.Throws<NetlinkException>(() => client.DeleteLink(client.FindLink("lo")!.Index)).ErrnoName);
    });

    [RootFact]
    public void What_cannot_be_made_is_said_with_the_kernel_s_reason() => InNamespace((client, eth0) =>
    {
        _ = client.CreateLink(Vmac(eth0));
        Assert.Equal("EEXIST", Assert.Throws<NetlinkException>(() => client.CreateLink(Vmac(eth0))).ErrnoName);
        Assert.Equal("ENODEV", Assert.Throws<NetlinkException>(() => client.CreateLink(Vmac(4711) with { Name = "m2" })).ErrnoName);
        var e = Assert.Throws<NetlinkException>(() => client.CreateLink(new LinkRequest { Name = "m3", Kind = "no-such-kind" }));
        Assert.Contains("the kernel has no no-such-kind", e.Message, StringComparison.Ordinal);
    });

    [RootFact]
    public void The_parent_in_another_namespace_is_told_as_such() => InNamespace((client, eth0) =>
    {
        LinkInfo made = client.CreateLink(Vmac(eth0));
        using NetworkNamespace other = NetworkNamespace.Create();
        Run("ip", "link", "set", made.Name, "netns", other.FilePath);
        LinkInfo there = other.Run(() =>
        {
            using RouteClient inside = RouteClient.Open();
            return inside.FindLink(made.Name)!;
        });
        Assert.NotNull(there.ParentNamespace);
    });

    private static LinkRequest Vmac(int parent) => new()
    {
        Name = "vrrp.51",
        Kind = LinkRequest.Macvlan,
        Parent = parent,
        HardwareAddress = VirtualMac,
        MacvlanMode = MacvlanMode.Private,
    };

    private static JsonElement Shown(string name) =>
        JsonDocument.Parse(Run("ip", "-d", "-j", "link", "show", "dev", name)).RootElement[0];

    private static void InNamespace(Action<RouteClient, int> test)
    {
        using NetworkNamespace own = NetworkNamespace.Create();
        own.Run(() =>
        {
            Run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth1");
            Run("ip", "link", "set", "eth1", "up");
            using RouteClient client = RouteClient.Open();
            int eth0 = client.FindLink("eth0")!.Index;
            client.SetLinkUp(eth0, true);
            test(client, eth0);
        });
    }
}
