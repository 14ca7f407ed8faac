using System.Net;
using System.Net.NetworkInformation;
using HaTools.Engine.VirtualInterfaces;

namespace HaTools.Engine.Tests.VirtualInterfaces;

public class VirtualInterfacePlanTests
{
    private static readonly VirtualAddress Vip = new() { Address = IPAddress.Parse("192.0.2.1") };
    private static readonly VirtualAddress Vip6 = new() { Address = IPAddress.Parse("fe80::1"), PrefixLength = 128 };

    [Fact]
    public void An_instance_with_a_virtual_mac_speaks_from_it_and_has_its_addresses_there()
    {
        VrrpInstance instance = Instance("a");
        VirtualInterfacePlan plan = Plan(instance);
        PlannedInterface made = Assert.Single(plan.Interfaces);
        Assert.Equal(("vrrp.51", "eth0", VirtualInterfaceKind.Macvlan, "00005E000133"), (made.Name, made.Parent, made.Kind, made.MacAddress!.ToString()));
        Assert.Equal((true, false, false), (made.HasIpv4, made.HasIpv6, made.NeedsLinkLocal));
        Assert.Equal("vrrp.51", plan.AdvertInterface(instance));
        Assert.Equal("vrrp.51", plan.CarrierOf(instance, Vip));
    }

    [Fact]
    public void An_instance_without_one_has_everything_on_its_interface()
    {
        VrrpInstance instance = Instance("a") with { VirtualInterface = null };
        VirtualInterfacePlan plan = Plan(instance);
        Assert.Empty(plan.Interfaces);
        Assert.Equal(("eth0", "eth0"), (plan.AdvertInterface(instance), plan.CarrierOf(instance, Vip)));
        Assert.Equal("eth7", plan.CarrierOf(instance, Vip with { Device = "eth7" }));
    }

    [Fact]
    public void Adverts_on_the_base_leave_the_addresses_on_the_virtual_mac()
    {
        VrrpInstance instance = Instance("a") with { VirtualInterface = new() { TransmitOnBase = true } };
        VirtualInterfacePlan plan = Plan(instance);
        Assert.Equal(("eth0", "vrrp.51"), (plan.AdvertInterface(instance), plan.CarrierOf(instance, Vip)));
    }

    [Fact]
    public void The_mac_of_ipv6_is_another_and_its_adverts_need_a_link_local_address()
    {
        VrrpInstance instance = Instance("a") with { VirtualAddresses = [Vip6] };
        PlannedInterface made = Assert.Single(Plan(instance).Interfaces);
        Assert.Equal(("vrrp.51", "00005E000233"), (made.Name, made.MacAddress!.ToString()));
        Assert.Equal((false, true, true), (made.HasIpv4, made.HasIpv6, made.NeedsLinkLocal));
    }

    [Fact]
    public void Taken_names_get_numbers_as_keepalived_gives_them()
    {
        VrrpInstance[] instances =
        [
            Instance("a"),
            Instance("b") with { Interface = "eth1" },
            Instance("c") with { Interface = "eth2" },
            Instance("d") with { VirtualAddresses = [Vip6] },
            Instance("e") with { Interface = "eth1", VirtualAddresses = [Vip6] },
        ];
        VirtualInterfacePlan plan = Plan(instances);
        Assert.Equal(["vrrp.51", "vrrp1.51", "vrrp2.51", "vrrp6.51", "vrrp3.51"], instances.Select(plan.AdvertInterface));
    }

    [Fact]
    public void A_name_of_the_configuration_s_own_is_not_given_to_another()
    {
        VrrpInstance first = Instance("a");
        VrrpInstance second = Instance("b") with { Interface = "eth1", VirtualInterface = new() { Name = "vrrp.51" } };
        VirtualInterfacePlan plan = Plan(first, second);
        Assert.Equal(("vrrp1.51", "vrrp.51"), (plan.AdvertInterface(first), plan.AdvertInterface(second)));
    }

    [Fact]
    public void A_long_prefix_is_cut()
    {
        VrrpInstance instance = Instance("a");
        var plan = VirtualInterfacePlan.Make(
            new HaConfiguration { VrrpInstances = [instance], VirtualMacPrefix = "routers-of-berlin" }, VirtualInterfacePlan.None);
        Assert.Equal("routers-of-b.51", plan.AdvertInterface(instance));
    }

    [Fact]
    public void What_stands_keeps_its_name_when_another_instance_comes_or_goes()
    {
        VrrpInstance first = Instance("a");
        VrrpInstance second = Instance("b") with { Interface = "eth1" };
        VirtualInterfacePlan before = Plan(first, second);
        var without = VirtualInterfacePlan.Make(new HaConfiguration { VrrpInstances = [second] }, before);
        Assert.Equal("vrrp1.51", without.AdvertInterface(second));
        var with = VirtualInterfacePlan.Make(new HaConfiguration { VrrpInstances = [Instance("c") with { Interface = "eth2" }, second, first] }, before);
        Assert.Equal(("vrrp.51", "vrrp1.51"), (with.AdvertInterface(first), with.AdvertInterface(second)));
    }

    [Fact]
    public void Names_that_the_host_has_for_something_else_are_passed_over_also_by_what_stood_under_one()
    {
        VrrpInstance four = Instance("a");
        VrrpInstance six = Instance("b") with { VirtualAddresses = [Vip with { Address = IPAddress.Parse("fe80::100") }] };
        var configuration = new HaConfiguration { VrrpInstances = [four, six] };
        HashSet<string> strangers = ["vrrp.51", "vrrp6.51"];
        VirtualInterfacePlan before = Plan(four);
        Assert.Equal("vrrp.51", before.AdvertInterface(four));

        var plan = VirtualInterfacePlan.Make(configuration, before, i => strangers.Contains(i.Name));

        Assert.Equal(("vrrp1.51", "vrrp2.51"), (plan.AdvertInterface(four), plan.AdvertInterface(six)));
    }

    [Fact]
    public void Addresses_on_other_interfaces_get_a_virtual_mac_of_their_own_where_that_is_asked_for()
    {
        VirtualAddress there = Vip with { Device = "eth1", Address = IPAddress.Parse("198.51.100.1") };
        VirtualAddress alsoThere = there with { Address = IPAddress.Parse("198.51.100.2") };
        VrrpInstance instance = Instance("a") with { VirtualAddresses = [Vip, there, alsoThere], VirtualMacForAddresses = true };
        var plan = VirtualInterfacePlan.Make(
            new HaConfiguration { VrrpInstances = [instance], VirtualMacAddressPrefix = "extra" }, VirtualInterfacePlan.None);
        Assert.Equal(["vrrp.51", "extra.51", "extra.51"], instance.VirtualAddresses.Select(a => plan.CarrierOf(instance, a)));
        Assert.Equal("eth1", plan.Find("extra.51")!.Parent);

        VrrpInstance one = Instance("a") with { VirtualInterface = null, VirtualAddresses = [Vip with { UseVirtualMac = true }, there] };
        plan = Plan(one);
        Assert.Equal(["vrrp.51", "eth1"], one.VirtualAddresses.Select(a => plan.CarrierOf(one, a)));
        Assert.Equal("eth0", plan.AdvertInterface(one));
    }

    [Fact]
    public void An_excluded_address_of_the_other_family_stands_on_the_parent_or_gets_the_mac_of_its_family()
    {
        VrrpInstance instance = Instance("a") with { ExcludedAddresses = [Vip6] };
        Assert.Equal("eth0", Plan(instance).CarrierOf(instance, Vip6));
        instance = instance with { VirtualMacForAddresses = true };
        VirtualInterfacePlan plan = Plan(instance);
        PlannedInterface six = plan.Find(plan.CarrierOf(instance, Vip6))!;
        Assert.Equal(("vrrp6.51", "00005E000233", true, false), (six.Name, six.MacAddress!.ToString(), six.HasIpv6, six.NeedsLinkLocal));
        Assert.Equal("vrrp.51", plan.AdvertInterface(instance));
    }

    [Fact]
    public void One_mac_on_one_interface_is_one_macvlan()
    {
        VrrpInstance first = Instance("a") with { VirtualAddresses = [Vip, Vip with { Device = "eth1" }], VirtualMacForAddresses = true };
        VrrpInstance second = Instance("b") with { Interface = "eth1", VirtualAddresses = [Vip with { Address = IPAddress.Parse("192.0.2.9") }] };
        VirtualInterfacePlan plan = Plan(first, second);
        Assert.Equal(2, plan.Interfaces.Count);
        Assert.Equal(plan.AdvertInterface(second), plan.CarrierOf(first, first.VirtualAddresses[1]));
    }

    [Fact]
    public void An_ipvlan_has_its_parent_s_mac_and_an_address_of_its_own()
    {
        var own = IPAddress.Parse("192.0.2.200");
        VrrpInstance instance = Instance("a") with
        {
            VirtualInterface = new() { Kind = VirtualInterfaceKind.Ipvlan, Address = own, PrefixLength = 24, Mode = IpvlanMode.Private },
        };
        VirtualInterfacePlan plan = Plan(instance);
        PlannedInterface made = Assert.Single(plan.Interfaces);
        Assert.Equal((null, own, 24, IpvlanMode.Private), (made.MacAddress, made.Address, made.PrefixLength, made.Mode));
        Assert.Equal("vrrp.51", plan.CarrierOf(instance, Vip));
    }

    [Fact]
    public void A_mac_of_the_configuration_s_own_is_used()
    {
        PhysicalAddress mac = PhysicalAddress.Parse("02-00-00-00-00-33");
        VrrpInstance instance = Instance("a") with { VirtualInterface = new() { MacAddress = mac, Name = "gate", Group = 4 } };
        PlannedInterface made = Assert.Single(Plan(instance).Interfaces);
        Assert.Equal(("gate", mac, 4u, null), (made.Name, made.MacAddress, made.Group, made.Prefix));
    }

    internal static VrrpInstance Instance(string name) => new()
    {
        Name = name,
        Interface = "eth0",
        VirtualRouterId = 51,
        VirtualAddresses = [Vip],
        VirtualInterface = new(),
    };

    internal static VirtualInterfacePlan Plan(params VrrpInstance[] instances) =>
        VirtualInterfacePlan.Make(new HaConfiguration { VrrpInstances = [.. instances] }, VirtualInterfacePlan.None);
}
