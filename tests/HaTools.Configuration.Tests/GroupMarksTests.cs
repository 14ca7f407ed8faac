using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary><c>nftables_ipvs</c>: groups whose addresses are one service by a mark of the node's own (row L3).</summary>
public class GroupMarksTests
{
    private static readonly Dictionary<string, uint> none = [];
    private static readonly HashSet<uint> nobodys = [];

    public static TheoryData<string, GroupMarkSettings?> Lines => new()
    {
        { "nftables_ipvs", new() { Table = "keepalived_ipvs" } },
        { "nftables_ipvs marks", new() { Table = "marks" } },
        { "nftables_ipvs marks\nnftables_ipvs_priority -7\nnftables_ipvs_start_fwmark 4294967295", new() { Table = "marks", Priority = -7, Start = 4294967295 } },
        { "nftables_ipvs_start_fwmark 5\nnftables_ipvs", new() { Table = "keepalived_ipvs", Start = 5 } },
        { "", null },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Lines_of_keepalived_s_and_the_YAML_that_is_written_of_them_mean_the_same(string lines, GroupMarkSettings? settings)
    {
        HaConfiguration model = Conf(Global(lines)).Clean();
        Assert.Equal(settings, model.Ipvs.GroupMarks);
        Assert.Equal(settings, FromYaml(HaConfigurationWriter.WriteYaml(model)).Configuration!.Ipvs.GroupMarks);
    }

    [Fact]
    public void In_yaml_an_empty_section_is_all_that_it_needs()
    {
        Assert.Equal(new GroupMarkSettings(), FromYaml("ipvs: { groupMarks: {} }").Clean().Ipvs.GroupMarks);
        Assert.Equal("ipvs:\n  groupMarks: {}\n", HaConfigurationWriter.WriteYaml(new HaConfiguration { Ipvs = new() { GroupMarks = new() } }));
    }

    [Theory]
    [InlineData("nftables_ipvs_priority 3", "NoEffect")]
    [InlineData("nftables_ipvs_start_fwmark 3", "NoEffect")]
    [InlineData("nftables_ipvs\nnftables_ipvs_start_fwmark 0", "ValueOutOfRange")]
    [InlineData("nftables_ipvs\nnftables_ipvs_start_fwmark x", "ValueOutOfRange")]
    [InlineData("nftables_ipvs\nnftables_ipvs_priority x", "InvalidNumber")]
    [InlineData("nftables_ipvs\nnftables_ipvs_priority 99", "ValueOutOfRange")]
    [InlineData("nftables_ipvs\nnftables_ipvs_priority 98", "")]
    [InlineData("nftables_ipvs a;b", "InvalidName")]
    [InlineData("nftables gate\nnftables_ipvs gate", "Contradiction")]
    public void What_is_odd_is_said(string lines, string code) => Assert.Equal(code, string.Join(' ', Conf(Global(lines)).Codes()));

    [Fact]
    public void The_addresses_of_a_group_are_one_service_of_each_family_and_what_cannot_be_marked_stays()
    {
        HaConfiguration c = Marked("lb_kind TUN\npersistence_timeout 50", "10.0.0.1-3 80\n10.0.0.1 443\n10.0.0.9\n2001:db8::1-f 80\nfwmark 7 inet", "web");
        VirtualServer[] places = [.. ServicePlaces.Of(c)];
        Assert.Equal("fwmark 1000, tcp 10.0.0.9:0, fwmark 1000 ipv6, fwmark 7", string.Join(", ", places.Select(p => p.Id)));
        Assert.Equal(["10.0.0.1-10.0.0.3:80", "10.0.0.1:443"], places[0].Marked);
        Assert.Equal(["[2001:db8::1]-[2001:db8::f]:80"], places[2].Marked);
        Assert.All(places, p => Assert.Equal((0, (uint?)null, (string?)null), (p.RealServers[0].Port, p.GroupMark, p.Group)));

        // The addresses are those of without marks.
        HaConfiguration plain = c with { VirtualServers = [.. c.VirtualServers.Select(s => s with { GroupMark = null })] };
        Assert.Equal(
            ServicePlaces.Of(plain).Select(p => $"{p.Address}").Order(),
            ServicePlaces.WithAddresses(c.VirtualServers[0], c.VirtualServerGroups).Select(p => $"{p.Address}").Order());
        Assert.All(ServicePlaces.WithAddresses(c.VirtualServers[0], c.VirtualServerGroups).Where(p => $"{p.Address}" == "10.0.0.2"), p => Assert.Equal("fwmark 1000", p.Place.Id));
    }

    [Fact]
    public void Translation_has_the_servers_own_ports_by_a_mark_too() =>
        Assert.Equal([8080], ServicePlaces.Of(Marked("lb_kind NAT", "10.0.0.1 80\n10.0.0.1 443", "web", " 8080")).Select(p => p.RealServers[0].Port));

    [Fact]
    public void Each_protocol_of_a_group_has_a_mark_and_those_that_are_named_are_passed_over()
    {
        HaConfiguration c = Conf(Global("nftables_ipvs\nnftables_ipvs_start_fwmark 4294967294") + Group("web", "10.0.0.1 53") + Group("more", "10.0.0.2 53\nfwmark 1") + Service("web", "")
            + Service("web", "").Replace("TCP", "UDP", StringComparison.Ordinal) + Service("more", "") + "virtual_server fwmark 4294967295 {\nlb_kind NAT\nreal_server 10.0.0.90 80 {\n}\n}\n").Clean();
        Assert.Equal([("tcp web", 4294967294), ("udp web", 2u), ("tcp more", 3u)], GroupMarks.Assign(c, none, nobodys).Select(m => (m.Key, m.Value)));
    }

    [Fact]
    public void Who_has_a_mark_keeps_it_and_one_that_goes_leaves_his_for_later()
    {
        HaConfiguration before = Marked("", "10.0.0.1 80", "a");
        HaConfiguration after = Conf(Global("nftables_ipvs") + Group("c", "10.0.0.3 80") + Group("b", "10.0.0.2 80") + Service("c", "") + Service("b", "")).Clean();
        Dictionary<string, uint> former = new() { ["tcp a"] = 1000, ["tcp b"] = 1001 };
        Assert.Equal([("tcp c", 1002u), ("tcp b", 1001u)], GroupMarks.Assign(after, former, nobodys).Select(m => (m.Key, m.Value)));
        Assert.Equal([("tcp a", 1000u)], GroupMarks.Assign(before, former, nobodys).Select(m => (m.Key, m.Value)));

        // What others serve, and what the configuration names by now.
        Assert.Equal([("tcp a", 1002u)], GroupMarks.Assign(before, none, new HashSet<uint> { 1000, 1001 }).Select(m => (m.Key, m.Value)));
        HaConfiguration named = before with { VirtualServers = [.. before.VirtualServers, new VirtualServer { FirewallMark = 1000 }] };
        Assert.Equal([("tcp a", 1001u)], GroupMarks.Assign(named, new Dictionary<string, uint> { ["tcp a"] = 1000 }, nobodys).Select(m => (m.Key, m.Value)));
    }

    [Fact]
    public void Without_the_settings_and_without_addresses_nothing_is_marked()
    {
        Assert.Empty(GroupMarks.Assign(Conf(Group("web", "10.0.0.1 80") + Service("web", "")).Clean(), none, nobodys));
        Assert.Empty(GroupMarks.Assign(Conf(Global("nftables_ipvs") + Group("web", "10.0.0.1\nfwmark 7") + Service("web", "persistence_timeout 50")).Clean(), none, nobodys));
    }

    private static HaConfiguration Marked(string lines, string members, string group, string port = "")
    {
        HaConfiguration c = Conf(Global("nftables_ipvs") + Group(group, members) + Service(group, lines, port)).Clean();
        return GroupMarks.Mark(c, GroupMarks.Assign(c, none, nobodys));
    }

    private static string Global(string lines) => $"global_defs {{\n{lines}\n}}\n";

    private static string Group(string name, string members) => $"virtual_server_group {name} {{\n{members}\n}}\n";

    private static string Service(string group, string lines, string port = "") => $"virtual_server group {group} {{\nprotocol TCP\n{lines}\nreal_server 10.0.0.90{port} {{\n}}\n}}\n";
}
