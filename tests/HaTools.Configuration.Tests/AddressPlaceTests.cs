using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Addresses that stand where they cannot, or in two places: told where each is written, in both languages.</summary>
public class AddressPlaceTests
{
    private const string Head = "vrrp_instance V {\n interface eth0\n virtual_router_id 1\n virtual_ipaddress {\n  192.0.2.1/24\n }\n";
    private const string YamlHead = "vrrpInstances:\n- name: V\n  interface: eth0\n  virtualRouterId: 1\n  virtualAddresses: [192.0.2.1/24]\n";
    private const string SixHead = "vrrp_instance V {\n interface eth0\n virtual_router_id 1\n virtual_ipaddress {\n  fe80::1/64\n }\n}\n";

    [Fact]
    public void An_address_is_not_static_and_virtual_at_once()
    {
        ConfigurationReadResult read = Conf("static_ipaddress {\n 192.0.2.1/32 dev eth1\n}\n" + Head + "}\n");
        Assert.Equal(["8:3 Error StaticAndVirtual"], read.Brief());
        Assert.Contains("`V` and is a static address of eth1, too", read.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.EndsWith("The other one stands at 2:2.", read.Diagnostics[0].Message, StringComparison.Ordinal);
        read = Conf(Head + " virtual_ipaddress_excluded {\n  2001:db8::5/64\n }\n}\nstatic_ipaddress {\n 2001:db8::5/64 dev eth0\n}\n");
        Assert.Equal(["8:3 Error StaticAndVirtual"], read.Brief());
        Assert.EndsWith("at 12:2.", read.Diagnostics[0].Message, StringComparison.Ordinal);
        read = FromYaml(YamlHead + "staticAddresses:\n- { address: 192.0.2.1/24, device: eth0 }\n");
        Assert.Equal(["5:22 Error StaticAndVirtual"], read.Brief());
        Assert.EndsWith("at 7:3.", read.Diagnostics[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_a_text_names_the_other_place_too()
    {
        HaConfiguration model = FromYaml(YamlHead + "staticAddresses:\n- { address: 192.0.2.7/24, device: eth0 }\n").Clean();
        model = model with { StaticAddresses = [model.StaticAddresses[0] with { Address = Ip("192.0.2.1") }] };
        string told = Assert.Single(ConfigurationValidator.Validate(model)).Message;
        Assert.StartsWith("vrrpInstances[0].virtualAddresses[0]: ", told, StringComparison.Ordinal);
        Assert.EndsWith("The other one stands at staticAddresses[0].", told, StringComparison.Ordinal);
    }

    // The director that is a real server of direct routing as well; the kernel's arp_ignore keeps it from answering.
    [Fact]
    public void On_the_loopback_interface_it_is_warned_of() =>
        Assert.Equal(["8:3 Warning StaticAndVirtual"], Conf("static_ipaddress {\n 192.0.2.1/32 dev lo\n}\n" + Head + "}\n").Brief());

    [Fact]
    public void A_link_local_address_is_another_one_on_each_link()
    {
        const string w = "vrrp_instance W {\n interface eth1\n virtual_router_id 1\n virtual_ipaddress {\n  fe80::1/64\n }\n}\n";
        Conf(SixHead + w).Clean();
        Conf("static_ipaddress {\n fe80::1/64 dev eth1\n}\n" + SixHead).Clean();
        Assert.Equal(["12:3 Warning SharedAddress"],
            Conf(SixHead + w.Replace("eth1", "eth0", StringComparison.Ordinal).Replace("id 1", "id 2", StringComparison.Ordinal)).Brief());
        Assert.Equal(["8:3 Error StaticAndVirtual"], Conf("static_ipaddress {\n fe80::1/64 dev eth0\n}\n" + SixHead).Brief());
    }

    [Theory]
    [InlineData("0.0.0.0", "InvalidAddress")]
    [InlineData("224.0.0.18", "InvalidAddress")]
    [InlineData("255.255.255.255", "InvalidAddress")]
    [InlineData("192.0.2.9", "PeerIsSelf")]
    [InlineData("192.0.2.1", "PeerIsVirtual")]
    [InlineData("192.0.2.3", null)]
    public void A_unicast_peer_is_another_router(string peer, string? code)
    {
        Assert.Equal(code is null ? [] : [$"9:3 Error {code}"],
            Conf(Head + $" unicast_src_ip 192.0.2.9\n unicast_peer {{\n  {peer}\n }}\n}}\n").Brief());
        Assert.Equal(code is null ? [] : [$"7:29 Error {code}"],
            FromYaml(YamlHead + $"  sourceAddress: 192.0.2.9\n  unicastPeers: [192.0.2.4, {peer}]\n").Brief());
    }

    [Theory]
    [InlineData("0.0.0.0", 100, "InvalidAddress")]
    [InlineData("224.0.0.5", 100, "InvalidAddress")]
    [InlineData("192.0.2.1", 100, "SourceIsVirtual")]
    [InlineData("192.0.2.1", 255, null)]
    [InlineData("192.0.2.9", 100, null)]
    public void A_source_is_an_address_of_the_host(string source, int priority, string? code)
    {
        Assert.Equal(code is null ? [] : [$"8:15 Error {code}"], Conf(Head + $" priority {priority}\n mcast_src_ip {source}\n}}\n").Brief());
        Assert.Equal(code is null ? [] : [$"7:18 Error {code}"], FromYaml(YamlHead + $"  priority: {priority}\n  sourceAddress: {source}\n").Brief());
    }

    [Fact]
    public void Unspecified_peers_and_sources_of_IPv6_are_none() =>
        Assert.Equal(["7:17 Error InvalidAddress", "9:3 Error InvalidAddress", "10:3 Error InvalidAddress"],
            Conf(SixHead[..^2] + " unicast_src_ip ::\n unicast_peer {\n  ::\n  ff02::5\n }\n}\n").Brief());

    [Fact]
    public void What_is_static_twice_is_warned_of_with_both_places()
    {
        ConfigurationReadResult read = Conf(
            "static_ipaddress {\n 10.0.0.1/24 dev eth0\n 10.0.0.1/16 dev eth0\n 10.0.0.1/24 dev eth1\n}\n"
            + "static_routes {\n 10.1.0.0/16 via 10.0.0.9 dev eth0\n 10.1.0.0/16 via 10.0.0.9 dev eth0\n 10.1.0.0/16 via 10.0.0.8 dev eth0 append\n}\n"
            + "static_rules {\n from 10.3.0.0/16 table 5 preference 9\n from 10.3.0.0/16 table 5 preference 9\n}\n" + Head + "}\n");
        Assert.Equal(["3:2 Warning DuplicateAddress", "8:2 Warning DuplicateRoute", "13:2 Warning DuplicateRule"], read.Brief());
        Assert.EndsWith("stands at 12:2.", read.Diagnostics[2].Message, StringComparison.Ordinal);
        read = FromYaml(YamlHead + "staticRules:\n- { from: 10.3.0.0/16, table: 5, preference: 9 }\n- { from: 10.3.0.0/16, table: 5, preference: 9 }\n");
        Assert.Equal(["8:3 Warning DuplicateRule"], read.Brief());
    }
}
