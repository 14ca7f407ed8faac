using System.Net.NetworkInformation;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Virtual MAC interfaces, ipvlans and the firewall in keepalived.conf, read from 2.4.3's man page and source.</summary>
public class KeepalivedVirtualInterfaceTests
{
    [Fact]
    public void Use_vmac_alone_is_the_virtual_router_s_address_under_keepalived_s_name()
    {
        VirtualInterface made = Read("use_vmac").VirtualInterface!;
        Assert.Equal(new VirtualInterface(), made);
    }

    [Theory]
    [InlineData("use_vmac vrrp.x", "vrrp.x", null, null)]
    [InlineData("use_vmac name group", "group", null, null)]
    [InlineData("use_vmac 02:00:00:00:00:33", null, "02-00-00-00-00-33", null)]
    [InlineData("use_vmac 2:0:0:0:0:33 gate", "gate", "02-00-00-00-00-33", null)]
    [InlineData("use_vmac 02:00:00:00:01", null, "02-00-00-00-01-07", null)]
    [InlineData("use_vmac 02:00:00:00:01:", null, "02-00-00-00-01-07", null)]
    [InlineData("use_vmac gate group 5", "gate", null, 5u)]
    [InlineData("use_vmac group default", null, null, 0u)]
    public void The_words_of_use_vmac_come_in_any_order(string line, string? name, string? mac, uint? group) => Assert.Equal(
        new VirtualInterface { Name = name, MacAddress = mac is null ? null : PhysicalAddress.Parse(mac), Group = group },
        Read(line).VirtualInterface);

    [Fact]
    public void Use_ipvlan_has_an_address_a_mode_and_a_name()
    {
        Assert.Equal(
            new VirtualInterface
            {
                Kind = VirtualInterfaceKind.Ipvlan,
                Name = "bridge",
                Address = Ip("192.0.2.200"),
                PrefixLength = 24,
                Mode = IpvlanMode.Vepa,
                Group = 3,
            },
            Read("use_ipvlan name bridge 192.0.2.200/24 vepa group 3").VirtualInterface);
        Assert.Equal((Ip("192.0.2.200"), null), (Read("use_ipvlan 192.0.2.200").VirtualInterface!.Address, Read("use_ipvlan 192.0.2.200").VirtualInterface!.PrefixLength));
    }

    [Fact]
    public void Where_adverts_leave_and_which_addresses_get_macs_of_their_own()
    {
        Assert.True(Read("use_vmac\nvmac_xmit_base").VirtualInterface!.TransmitOnBase);
        Assert.True(Read("use_vmac_addr").VirtualMacForAddresses);
        Assert.Null(Read("use_vmac_addr").VirtualInterface);
    }

    [Theory]
    [InlineData("use_vmac 00:00:5e:00:01:33", "4:10 Warning VirtualRouterMac")]
    [InlineData("use_vmac 01:00:00:00:00:33", "4:10 Error InvalidMacAddress")]
    [InlineData("use_vmac 02:00:00", "4:10 Error InvalidMacAddress")]
    [InlineData("use_vmac 02:00:00:00:00:gg", "4:10 Error InvalidMacAddress")]
    [InlineData("use_vmac 02:00:00:00:00:01 02:00:00:00:00:02", "4:28 Warning RepeatedWord")]
    [InlineData("use_vmac a b", "4:12 Warning RepeatedWord")]
    [InlineData("use_vmac group", "4:10 Error MissingValue")]
    [InlineData("use_vmac group servers", "4:16 Error UnknownGroup")]
    [InlineData("use_vmac netlink_notify_msg", "4:10 Warning NoEffect")]
    [InlineData("use_ipvlan 192.0.2.200 private bridge", "4:32 Warning RepeatedWord")]
    [InlineData("use_ipvlan 192.0.2.200 192.0.2.201", "4:24 Warning RepeatedWord")]
    [InlineData("vmac_xmit_base", "4:1 Warning NoEffect")]
    [InlineData("use_vmac\nuse_ipvlan 192.0.2.200", "5:1 Error ContradictoryKeywords")]
    [InlineData("use_vmac\nunicast_peer {\n192.0.2.2\n}", "4:1 Warning TransmitOnBase")]
    [InlineData("use_vmac\nvmac_xmit_base\nversion 3\nstrict_mode on", "5:1 Warning StrictMode")]
    [InlineData("use_vmac 02:00:00:00:00:01\nversion 3\nstrict_mode on", "4:10 Warning StrictMode")]
    public void What_is_odd_is_said_where_it_stands(string lines, string said) => Assert.Contains(said, ConfOnly(Text(lines)).Said);

    [Fact]
    public void What_keepalived_repairs_is_repaired()
    {
        Assert.True(ConfOnly(Text("use_vmac\nunicast_peer {\n192.0.2.2\n}")).Model.VrrpInstances[0].VirtualInterface!.TransmitOnBase);
        VirtualInterface strict = ConfOnly(Text("use_vmac 02:00:00:00:00:01\nvmac_xmit_base\nversion 3\nstrict_mode on")).Model.VrrpInstances[0].VirtualInterface!;
        Assert.Equal((false, null), (strict.TransmitOnBase, strict.MacAddress));
        Assert.Null(ConfOnly(Text("use_vmac 00:00:5e:00:01:33")).Model.VrrpInstances[0].VirtualInterface!.MacAddress);
    }

    [Fact]
    public void A_VRF_stands_in_the_place_of_an_interface()
    {
        const string Blue = """
            vrrp_instance V {
                vrf blue
                virtual_router_id 51
                unicast_src_ip 192.0.2.2
                unicast_peer {
                    192.0.2.3
                }
                virtual_ipaddress {
                    192.0.2.100/24 dev eth1
                }
            }
            """;
        (HaConfiguration model, string[] said) = ConfOnly(Blue);
        Assert.Empty(said);
        Assert.Equal(("blue", "blue", "eth1"), (model.VrrpInstances[0].Vrf, model.VrrpInstances[0].Interface, model.VrrpInstances[0].VirtualAddresses[0].Device));
        Assert.Empty(Conf(Blue).Diagnostics);
        HaConfigurationDiagnostic nowhere = Assert.Single(Conf(Blue.Replace(" dev eth1", "", StringComparison.Ordinal)).Diagnostics);
        Assert.Equal((HaDiagnosticSeverity.Error, "NeedsInterface", 9), (nowhere.Severity, nowhere.Code, nowhere.Line));
        HaConfigurationDiagnostic both = Assert.Single(Conf(Blue.Replace("51\n", "51\nuse_ipvlan 192.0.2.9\n", StringComparison.Ordinal)).Diagnostics);
        Assert.Equal((HaDiagnosticSeverity.Error, "Contradiction", 2), (both.Severity, both.Code, both.Line));

        // As in keepalived, the interface goes before it.
        (model, said) = ConfOnly(Blue.Replace("vrf blue", "interface eth0\nvrf blue", StringComparison.Ordinal));
        Assert.Equal((null, "eth0"), (model.VrrpInstances[0].Vrf, model.VrrpInstances[0].Interface));
        Assert.Equal(["3:5 Warning NoEffect"], said);
    }

    [Fact]
    public void The_firewall_is_a_table_of_nftables_whatever_was_asked_for()
    {
        HaConfiguration node = Node("nftables gate\nnftables_priority -7\nnftables_counters\ndisable_local_igmp\nvmac_prefix vm\nvmac_addr_prefix vma");
        Assert.Equal(new FirewallSettings { Table = "gate", Priority = -7, Counters = true }, node.Firewall);
        Assert.Equal((true, "vm", "vma"), (node.DisableLocalIgmp, node.VirtualMacPrefix, node.VirtualMacAddressPrefix));
        Assert.Equal("keepalived", Node("nftables").Firewall.Table);
        Assert.Null(Node("").Firewall.Table);
        foreach (string other in new[] { "vrrp_iptables", "vrrp_iptables in out", "vrrp_ipsets a b c", "nftables_ifindex" })
            Assert.Equal(["2:1 Warning NoEffect"], ConfOnly($"global_defs {{\n{other}\n}}").Said);
        Assert.Equal(["2:19 Error InvalidNumber"], ConfOnly("global_defs {\nnftables_priority much\n}").Said);
    }

    [Theory]
    [InlineData("use_vmac eth0", "DuplicateName")]
    [InlineData("use_vmac sixteen-bytes-ab", "InvalidInterface")]
    [InlineData("use_ipvlan", "MissingValue")]
    [InlineData("use_ipvlan 192.0.2.200/33", "ValueOutOfRange")]
    public void What_cannot_be_is_refused_in_the_line_of_the_keyword(string line, string code) =>
        Assert.Contains(Conf(Text(line)).Diagnostics, d => d.Code == code && d.Severity == HaDiagnosticSeverity.Error && d.Line == 4);

    [Fact]
    public void Two_instances_share_no_name_no_address_and_one_mode_of_ipvlans()
    {
        Assert.Contains("DuplicateName", Two("use_vmac gate", "use_vmac gate").Codes());
        Assert.Contains("DuplicateMacAddress", Two("use_vmac 02:00:00:00:00:01", "use_vmac 02:00:00:00:00:01").Codes());
        Assert.Contains("IpvlanMode", Two("use_ipvlan 192.0.2.3 private", "use_ipvlan 192.0.2.4 vepa").Codes());
        Assert.DoesNotContain("IpvlanMode", Two("use_ipvlan 192.0.2.3 private", "use_ipvlan 192.0.2.4 private").Codes());
    }

    [Theory]
    [InlineData("use_vmac", "use_ipvlan 192.0.2.3", "`a` has macvlans (use_vmac), and `b` asks for ipvlans (use_ipvlan)")]
    [InlineData("use_ipvlan 192.0.2.3", "use_vmac", "`a` has ipvlans (use_ipvlan), and `b` asks for macvlans (use_vmac)")]
    public void An_interface_carries_one_kind(string first, string second, string words)
    {
        HaConfigurationDiagnostic said = Assert.Single(Two(first, second).Diagnostics, d => d.Severity == HaDiagnosticSeverity.Error);
        Assert.Equal("MixedVirtualInterfaces", said.Code);
        Assert.Equal($"An interface carries macvlans or ipvlans, not both: on eth0, {words}. Give one of them another interface, or both the same kind.", said.Message);
        Assert.Equal(12, said.Line);

        string apart = Text(first) + Text(second).Replace("instance a", "instance b", StringComparison.Ordinal).Replace("eth0", "eth1", StringComparison.Ordinal)
            .Replace("192.0.2.1\n", "192.0.2.2\n", StringComparison.Ordinal);
        Assert.DoesNotContain("MixedVirtualInterfaces", Conf(apart).Codes());
    }

    [Fact]
    public void Addresses_that_accept_nothing_cannot_serve() => Assert.Contains("RefusedService", Conf(
        Text("no_accept") + "virtual_server 192.0.2.1 80 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\nreal_server 192.0.2.9 80 {\n}\n}\n").Codes());

    private static string Text(string lines) =>
        $"vrrp_instance a {{\ninterface eth0\nvirtual_router_id 7\n{lines}\nvirtual_ipaddress {{\n192.0.2.1\n}}\n}}\n";

    private static ConfigurationReadResult Two(string first, string second) => Conf(
        Text(first) + Text(second).Replace("vrrp_instance a", "vrrp_instance b", StringComparison.Ordinal)
            .Replace("router_id 7", "router_id 8", StringComparison.Ordinal).Replace("192.0.2.1\n", "192.0.2.2\n", StringComparison.Ordinal));

    private static VrrpInstance Read(string lines)
    {
        (HaConfiguration model, string[] said) = ConfOnly(Text(lines));
        Assert.Empty(said);
        return model.VrrpInstances[0];
    }

    private static HaConfiguration Node(string lines)
    {
        (HaConfiguration model, string[] said) = ConfOnly($"global_defs {{\n{lines}\n}}");
        Assert.Empty(said);
        return model;
    }
}
