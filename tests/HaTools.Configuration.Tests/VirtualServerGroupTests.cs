using HaTools.Configuration.Yaml;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Groups of addresses and firewall marks that services serve alike, in both languages (row L2).</summary>
public class VirtualServerGroupTests
{
    [Theory]
    [InlineData("10.0.0.1 80", "10.0.0.1:80")]
    [InlineData("10.0.0.1-20 80", "10.0.0.1-10.0.0.20:80")]
    [InlineData("10.0.0.250-10.0.1.10 80", "10.0.0.250-10.0.1.10:80")]
    [InlineData("10.0.0.8/29 443", "10.0.0.8-10.0.0.15:443")]
    [InlineData("10.0.0.8/32 443", "10.0.0.8:443")]
    [InlineData("2001:db8::1 80", "[2001:db8::1]:80")]
    [InlineData("2001:db8::1-1f 80", "[2001:db8::1]-[2001:db8::1f]:80")]
    [InlineData("2001:db8::fffe-2001:db8::1:5 80", "[2001:db8::fffe]-[2001:db8::1:5]:80")]
    [InlineData("2001:db8::/126 80", "[2001:db8::]-[2001:db8::3]:80")]
    [InlineData("fwmark 7", "fwmark 7")]
    [InlineData("fwmark 7 inet", "fwmark 7 ipv4")]
    [InlineData("fwmark 7 inet6", "fwmark 7 ipv6")]
    public void A_member_is_written_in_any_of_keepalived_s_forms(string line, string expected)
    {
        string family = line.Contains(':') || line.Contains("inet6") ? "2001:db8::9" : "10.0.0.9";
        string service = Service("lb_kind NAT", family);
        HaConfiguration c = Conf(Group(line) + (line.StartsWith('f') ? service.Replace("protocol TCP", "") : service)).Clean();
        Assert.Equal([expected], c.VirtualServerGroups[0].Members.Select(m => m.ToString()));
        Assert.Equal(c, FromYaml(YamlWriter.Write(c)).Clean());
    }

    [Fact]
    public void A_service_with_a_group_is_one_for_each_address_and_mark()
    {
        HaConfiguration c = Conf(Group("10.0.0.1-3 80\n10.0.1.254-10.0.2.1 443\nfwmark 7") + Service("lb_kind DR", "10.0.0.9")).Clean();
        VirtualServer service = Assert.Single(c.VirtualServers);
        Assert.Equal(("tcp group web", "web"), (service.Id, service.Group));
        VirtualServer[] places = [.. ServicePlaces.Of(c)];
        Assert.Equal(
            "tcp 10.0.0.1:80, tcp 10.0.0.2:80, tcp 10.0.0.3:80, tcp 10.0.1.254:443, tcp 10.0.1.255:443, tcp 10.0.2.0:443, tcp 10.0.2.1:443, fwmark 7",
            string.Join(", ", places.Select(p => p.Id)));

        // Direct routing leaves the port as it is.
        Assert.Equal([80, 80, 80, 443, 443, 443, 443, 0], places.Select(p => p.RealServers[0].Port));
        Assert.All(places, p => Assert.Equal((service.Quorum, service.Scheduler, null), (p.Quorum, p.Scheduler, p.Group)));
        Assert.Equal("[2001:db8::fffe], [2001:db8::ffff], [2001:db8::1:0]", string.Join(", ",
            ServicePlaces.Of(Conf(Group("2001:db8::fffe-2001:db8::1:0 80") + Service("", "2001:db8::9")).Clean()).Select(p => $"[{p.Address}]")));
    }

    /// <summary>A packet that is not translated comes to the sorry server with the port that it had.</summary>
    [Fact]
    public void The_sorry_server_of_each_place_has_the_port_that_a_real_server_has_there()
    {
        string members = Group("10.0.0.1 80\n10.0.0.1 443\nfwmark 7");
        Assert.Equal([80, 443, 0], Sorry("lb_kind DR"));
        Assert.Equal([8081, 8081, 8081], Sorry("lb_kind NAT"));

        int?[] Sorry(string lines) =>
            [.. ServicePlaces.Of(Conf(members + Service($"{lines}\nsorry_server 10.0.0.8 8081", "10.0.0.9 8080")).Configuration!).Select(p => p.SorryServer?.Port)];
    }

    [Fact]
    public void Translation_has_the_server_s_own_port_everywhere()
    {
        HaConfiguration c = Conf(Group("10.0.0.1 80\n10.0.0.1 443\nfwmark 7") + Service("lb_kind NAT", "10.0.0.9 8080")).Clean();
        Assert.Equal([8080, 8080, 8080], ServicePlaces.Of(c).Select(p => p.RealServers[0].Port));
    }

    [Theory]
    [InlineData("fwmark 1\nfwmark 2 inet6", "ip_family inet6", "2001:db8::9", "fwmark 1 ipv6, fwmark 2 ipv6")]
    [InlineData("fwmark 1", "", "2001:db8::9", "fwmark 1 ipv6")]
    [InlineData("fwmark 1", "", "10.0.0.9", "fwmark 1")]
    [InlineData("fwmark 1\n2001:db8::1 80", "lb_kind TUN", "10.0.0.9", "fwmark 1 ipv6, tcp [2001:db8::1]:80")]
    [InlineData("fwmark 1 inet\n2001:db8::1 80\n10.0.0.1 80", "lb_kind TUN", "10.0.0.9", "fwmark 1, tcp [2001:db8::1]:80, tcp 10.0.0.1:80")]
    [InlineData("fwmark 1 inet6\n10.0.0.1 80", "lb_kind TUN", "10.0.0.9", "fwmark 1 ipv6, tcp 10.0.0.1:80")]
    public void Marks_have_the_family_that_is_said_else_the_service_s_else_the_group_s(string members, string lines, string server, string expected) =>
        Assert.Equal(expected, string.Join(", ", ServicePlaces.Of(Conf(Group(members) + Service(lines, server)).Configuration!).Select(p => p.Id)));

    [Theory]
    [InlineData("10.0.0.20-1 80", "2:1 Error InvalidRange")]
    [InlineData("10.0.0.1-300 80", "2:1 Error InvalidAddress")]
    [InlineData("10.0.1.1-10.0.0.1 80", "2:1 Error InvalidRange")]
    [InlineData("10.0.0.1-2001:db8::1 80", "2:1 Error InvalidAddress")]
    [InlineData("2001:db8::1-10.0.0.1 80", "2:1 Error InvalidAddress")]
    [InlineData("2001:db8::1-10000 80", "2:1 Error InvalidAddress")]
    [InlineData("10.0.0.1/29 80", "2:1 Error InvalidAddress")]
    [InlineData("10.0.0.0/0 80", "2:1 Error InvalidAddress")]
    [InlineData("10.0.0.0/33 80", "2:1 Error InvalidAddress")]
    [InlineData("10.0.0.1 65536", "2:10 Error ValueOutOfRange")]
    [InlineData("web 80", "2:1 Error InvalidAddress")]
    [InlineData("fwmark", "2:1 Error MissingValue")]
    [InlineData("fwmark 0", "2:8 Error InvalidNumber")]
    [InlineData("fwmark 7 inet7", "2:10 Error UnknownValue")]
    public void What_is_no_member_is_refused_where_it_stands(string line, string expected) =>
        Assert.Contains(expected, Conf(Group(line) + Service("", "10.0.0.9")).Brief());

    [Theory]
    [InlineData("10.0.0.0/15 80", "RangeTooLarge")]
    [InlineData("2001:db8::/64 80", "RangeTooLarge")]
    [InlineData("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 80", "RangeTooLarge")]
    [InlineData("10.0.0.0/16 80\n10.1.0.1 80", "RangeTooLarge")]
    [InlineData("", "EmptyGroup")]
    [InlineData("fwmark 7\n10.0.0.1 80\n2001:db8::1 80", "MissingValue")]
    public void What_is_no_group_is_refused(string members, string code) => Assert.Contains(code, Conf(Group(members)).Codes());

    [Fact]
    public void A_range_of_one_address_is_that_address()
    {
        HaConfiguration c = FromYaml("virtualServerGroups: [{ name: web, members: [{ address: 10.0.0.1, lastAddress: 10.0.0.1, port: 80 }] }]\nvirtualServers: [{ group: web, realServers: [{ address: 10.0.0.9 }] }]").Clean();
        Assert.Equal("tcp 10.0.0.1:80", Assert.Single(ServicePlaces.Of(c)).Id);
    }

    [Fact]
    public void A_group_as_large_as_may_be_is_taken() => Assert.Equal(65536, ServicePlaces.Of(Conf(Group("10.0.0.0/16 80") + Service("", "10.1.0.9")).Clean()).Count());

    [Fact]
    public void A_service_needs_a_group_that_is_there()
    {
        ConfigurationReadResult read = Conf(Group("10.0.0.1 80") + Service("", "10.0.0.9").Replace("group web", "group wbe"));
        HaConfigurationDiagnostic error = Assert.Single(read.Diagnostics, d => d.Severity == HaDiagnosticSeverity.Error);
        Assert.Equal("UnknownName", error.Code);
        Assert.Contains("`web`", error.Message);
    }

    [Theory]

    // A service of its own.
    [InlineData("10.0.0.1-9 80", "virtual_server 10.0.0.5 80 {\nprotocol TCP\nreal_server 10.0.0.9 80 {\n}\n}", "of the group `web`")]

    // Two groups.
    [InlineData("10.0.0.1-9 80", "virtual_server_group other {\n10.0.0.9 80\n}\nvirtual_server group other {\nprotocol TCP\nreal_server 10.0.0.9 80 {\n}\n}", "tcp 10.0.0.9:80")]

    // One group twice with the same protocol, and with another but the same mark.
    [InlineData("10.0.0.1-9 80", "virtual_server group web {\nprotocol TCP\nreal_server 10.0.0.9 80 {\n}\n}", "tcp group web already")]
    [InlineData("10.0.0.1-9 80\nfwmark 7", "virtual_server group web {\nprotocol UDP\nreal_server 10.0.0.9 80 {\n}\n}", "A mark takes every protocol")]
    public void What_is_served_is_served_once(string members, string other, string words)
    {
        ConfigurationReadResult read = Conf(Group(members) + Service("", "10.0.0.9 80") + other);
        Assert.Null(read.Configuration);
        Assert.Contains(read.Diagnostics, d => d.Code == "DuplicateService" && d.Message.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void Members_that_overlap_are_refused() => Assert.Equal(["DuplicateService"], Conf(Group("10.0.0.1-9 80\n10.0.0.9 80") + Service("", "10.0.0.9")).Codes());

    [Fact]
    public void Services_of_other_protocols_may_have_the_same_group()
    {
        HaConfiguration c = Conf(Group("10.0.0.1-2 53") + Service("", "10.0.0.9") + Service("", "10.0.0.9").Replace("protocol TCP", "protocol UDP")).Clean();
        Assert.Equal(["tcp group web", "udp group web"], c.VirtualServers.Select(s => s.Id));
        Assert.Equal(4, ServicePlaces.Of(c).Select(p => p.Id).Distinct().Count());
    }

    [Theory]

    // Only a tunnel leads to servers of another family.
    [InlineData("10.0.0.1 80\n2001:db8::1 80", "lb_kind NAT", "10.0.0.9", "AddressFamilyMismatch")]
    [InlineData("2001:db8::1 80", "lb_kind DR", "10.0.0.9", "AddressFamilyMismatch")]
    [InlineData("10.0.0.1 80\n2001:db8::1 80", "lb_kind TUN\nip_family inet", "10.0.0.9", "AddressFamilyMismatch")]
    [InlineData("10.0.0.1 80\n2001:db8::1 80", "lb_kind TUN", "10.0.0.9", "")]

    // What the ports of members make of a server's.
    [InlineData("10.0.0.1 80\n10.0.0.1 443", "lb_kind DR", "10.0.0.9 80", "PortMismatch")]
    [InlineData("10.0.0.1 80", "lb_kind DR", "10.0.0.9 80", "")]
    [InlineData("10.0.0.1 80", "lb_kind NAT", "10.0.0.9 81", "")]
    [InlineData("10.0.0.1 80", "lb_kind DR", "10.0.0.9 80 {\n}\nreal_server 10.0.0.9 81", "PortMismatch DuplicateRealServer")]

    // As keepalived repairs it.
    [InlineData("10.0.0.1", "", "10.0.0.9", "ZeroPort")]
    [InlineData("10.0.0.1", "persistence_timeout 50", "10.0.0.9", "")]
    [InlineData("10.0.0.1 80\nfwmark 7", "ha_suspend", "10.0.0.9", "NoEffect")]
    [InlineData("10.0.0.1 80", "ha_suspend", "10.0.0.9", "")]
    [InlineData("10.0.0.1 80", "ops", "10.0.0.9", "NoEffect")]
    [InlineData("fwmark 7", "", "10.0.0.9", "NoEffect")]
    public void What_holds_for_any_service_holds_for_each_of_a_group(string members, string lines, string server, string codes) =>
        Assert.Equal(codes, string.Join(' ', Conf(Group(members) + Service(lines, server)).Codes().Order(StringComparer.Ordinal).Reverse()));

    [Theory]
    [InlineData("virtualServers: [{ group: web, address: 10.0.0.1, port: 80 }]", "Contradiction")]
    [InlineData("virtualServers: [{ group: web, firewallMark: 1 }]", "Contradiction")]
    [InlineData("virtualServers: [{ group: web, haSuspend: true }]", "Contradiction")]
    [InlineData("virtualServers: [{ group: ports }]", "ZeroPort")]
    [InlineData("virtualServers: [{ group: web, persistence: 9, persistenceNetmask: 24, realServers: [{ address: 10.0.0.9 }] }]", "")]
    [InlineData("virtualServers: [{ group: web, realServers: [{ address: 10.0.0.9, checks: { type: tcp } }] }]", "MissingValue")]
    [InlineData("virtualServers: [{ group: web, realServers: [{ address: 10.0.0.9, checks: { type: tcp, connectPort: 80 } }] }]", "")]
    [InlineData("virtualServers: [{ group: web, stateless: true, forwarding: directRouting, realServers: [{ address: 10.0.0.9 }] }, { address: 10.0.0.2, port: 53 }]", "StatelessConflict")]
    public void In_yaml_a_group_stands_alone(string services, string code)
    {
        const string groups = "virtualServerGroups: [{ name: web, members: [{ address: 10.0.0.1, port: 80 }, { firewallMark: 7 }] }, { name: ports, members: [{ address: 10.0.0.3 }] }]\n";
        Assert.Equal(code, string.Join(' ', FromYaml(groups + services).Codes()));
    }

    [Theory]
    [InlineData("{ name: web, members: [{}] }", "MissingValue")]
    [InlineData("{ name: web, members: [{ address: 10.0.0.1, firewallMark: 7 }] }", "Contradiction")]
    [InlineData("{ name: web, members: [{ address: 10.0.0.9, lastAddress: 10.0.0.1 }] }", "InvalidRange")]
    [InlineData("{ name: web, members: [{ address: 10.0.0.9, lastAddress: '2001:db8::1' }] }", "AddressFamilyMismatch")]
    [InlineData("{ name: web, members: [{ address: 10.0.0.9, family: 6 }] }", "AddressFamilyMismatch")]
    [InlineData("{ name: web, members: [{ firewallMark: 7, family: 5 }] }", "ValueOutOfRange")]
    [InlineData("{ name: 'a b', members: [{ firewallMark: 7 }] }", "InvalidName")]
    [InlineData("{ name: web, members: [{ firewallMark: 7 }] }, { name: web, members: [{ firewallMark: 8 }] }", "DuplicateName")]
    public void In_yaml_a_member_is_an_address_a_range_or_a_mark(string group, string code) =>
        Assert.Equal([code], FromYaml($"virtualServerGroups: [{group}]").Codes());

    [Fact]
    public void Reloading_a_changed_group_names_what_comes_and_goes()
    {
        HaConfiguration before = Conf(Group("10.0.0.1-9 80\n10.0.0.20 80") + Service("", "10.0.0.9")).Clean();
        HaConfiguration after = Conf(Group("10.0.0.20 80\nfwmark 7") + Service("", "10.0.0.9")).Clean();
        Assert.Equal(
            ["Add VirtualServerGroupMember web fwmark 7", "Remove VirtualServerGroupMember web 10.0.0.1-10.0.0.9:80"],
            ConfigurationDiff.Compare(before, after).Select(c => $"{c.Action} {c.Kind} {c.Id}"));
        Assert.Equal(
            ["Add VirtualServerGroup web", "Add VirtualServerGroupMember web fwmark 7", "Add VirtualServerGroupMember web 10.0.0.20:80"],
            ConfigurationDiff.Compare(HaConfiguration.Empty, after with { VirtualServers = [] }).Select(c => $"{c.Action} {c.Kind} {c.Id}").OrderBy(l => l.Length).ThenBy(l => l));
    }

    private static string Group(string members) => $"virtual_server_group web {{\n{members}\n}}\n";

    private static string Service(string lines, string server) => $"virtual_server group web {{\nprotocol TCP\n{lines}\nreal_server {server} {{\n}}\n}}\n";
}
