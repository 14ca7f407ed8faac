using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Routes and rules that are written twice, or that the kernel tells from one another by nothing.</summary>
public class TwinTests
{
    private const string Way = "198.51.100.0/24 via 192.0.2.254 dev eth0";
    private const string OtherWay = "198.51.100.0/24 via 192.0.2.253 dev eth0";
    private const string Rule = "from 10.3.0.0/16 table 5 preference 9";

    [Fact]
    public void What_an_instance_has_twice_is_there_once()
    {
        ConfigurationReadResult read = Conf(Instance("V", 1, [Way, Way + " no_track"], [Rule, Rule]));
        Assert.Equal(["9:3 Warning DuplicateRoute", "13:3 Warning DuplicateRule"], read.Brief());
        Assert.EndsWith("This route stands here already. The other one stands at 8:3.", read.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.EndsWith("This rule stands here already. The other one stands at 12:3.", read.Diagnostics[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_instances_may_have_the_very_same() => Conf(Instance("V", 1, [Way], [Rule]) + Instance("W", 2, [Way], [Rule])).Clean();

    [Fact]
    public void What_is_static_follows_nobody()
    {
        ConfigurationReadResult read = Conf($"static_routes {{\n {Way}\n}}\nstatic_rules {{\n {Rule}\n}}\n" + Instance("V", 1, [Way], [Rule]));
        Assert.Equal(["14:3 Warning StaticAndVirtual", "17:3 Warning StaticAndVirtual"], read.Brief());
        Assert.EndsWith(
            "This route is static, too: it is there whether `V` is master or not. The other one stands at 2:2.", read.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.EndsWith("at 5:2.", read.Diagnostics[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_ways_of_one_route_compete_in_an_instance_between_instances_and_with_what_is_static()
    {
        ConfigurationReadResult read = Conf(Instance("V", 1, [Way, OtherWay], []));
        Assert.Equal(["9:3 Warning CompetingRoute"], read.Brief());
        Assert.Contains(" The kernel has two routes that it tells apart by nothing", " " + read.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.EndsWith("The other one stands at 8:3.", read.Diagnostics[0].Message, StringComparison.Ordinal);

        read = Conf(Instance("V", 1, [Way], []) + Instance("W", 2, [OtherWay], []));
        Assert.Equal(["20:3 Warning CompetingRoute"], read.Brief());
        Assert.Contains("While `V` and `W` are both master, the kernel has two", read.Diagnostics[0].Message, StringComparison.Ordinal);

        read = Conf($"static_routes {{\n {OtherWay}\n}}\n" + Instance("V", 1, [Way], []));
        Assert.Equal(["11:3 Warning CompetingRoute"], read.Brief());
        Assert.Contains("While `V` is master, the kernel has two", read.Diagnostics[0].Message, StringComparison.Ordinal);

        Assert.Equal(["3:2 Warning CompetingRoute"], Conf($"static_routes {{\n {Way}\n {OtherWay}\n}}\n" + Instance("V", 1, [], [])).Brief());
    }

    [Theory]
    [InlineData("198.51.100.0/24 via 192.0.2.253 metric 5", false)]
    [InlineData("198.51.100.0/24 via 192.0.2.253 table 100", false)]
    [InlineData("198.51.100.0/24 via 192.0.2.253 tos 0x10", false)]
    [InlineData("198.51.100.0/25 via 192.0.2.253", false)]
    [InlineData("198.51.100.0/24 via 192.0.2.253 append", false)]
    [InlineData("198.51.100.0/24 via 192.0.2.253 add", true)]
    [InlineData("198.51.100.0/24 via 192.0.2.253 table main", true)]
    [InlineData("198.51.100.0/24 via 192.0.2.253 metric 0", true)]
    [InlineData("blackhole 198.51.100.0/24", true)]
    [InlineData("198.51.100.0/24 via 192.0.2.254 dev eth0 src 192.0.2.1", true)]
    public void What_the_kernel_tells_routes_by_is_what_counts(string other, bool competes) =>
        Assert.Equal(competes ? ["9:3 Warning CompetingRoute"] : [], Conf(Instance("V", 1, [Way, other], [])).Brief());

    [Theory]
    [InlineData("2001:db8:1::/48 via 2001:db8::2", true)]
    [InlineData("2001:db8:1::/48 via 2001:db8::2 append", true)]
    [InlineData("2001:db8:1::/48 via 2001:db8::2 metric 1024", true)]
    [InlineData("2001:db8:1::/48 via 2001:db8::2 metric 0", true)]
    [InlineData("2001:db8:1::/48 via 2001:db8::2 metric 1023", false)]
    [InlineData("2001:db8:1::/48 from 2001:db8:2::/48 via 2001:db8::2", false)]
    public void Ipv6_has_a_metric_of_its_own_and_goes_by_sources_too(string other, bool competes) =>
        Assert.Equal(competes ? ["9:3 Warning CompetingRoute"] : [], Conf(Instance("V", 1, ["2001:db8:1::/48 via 2001:db8::1", other], [])).Brief());

    [Theory]
    [InlineData("not from 10.3.0.0/16 table 5 preference 9", true)]
    [InlineData("from 10.3.0.0/16 table 5 preference 9 protocol 4 no_track", true)]
    [InlineData("from 10.3.0.0/16 table 5 preference 8", false)]
    [InlineData("from 10.3.0.0/16 table 6 preference 9", false)]
    [InlineData("from 10.3.0.0/16 to 10.4.0.0/16 table 5 preference 9", false)]
    [InlineData("from 10.3.0.0/16 iif eth0 table 5 preference 9", false)]
    [InlineData("from 10.3.0.0/16 fwmark 1 table 5 preference 9", false)]
    public void What_the_kernel_tells_rules_by_is_what_counts(string other, bool competes) =>
        Assert.Equal(competes ? ["11:3 Warning CompetingRule"] : [], Conf(Instance("V", 1, [], [Rule, other])).Brief());

    [Fact]
    public void Rules_that_lead_to_different_rules_are_one_to_the_kernel()
    {
        ConfigurationReadResult read = Conf(Instance("V", 1, [], ["from 10.3.0.0/16 goto 20 preference 9"]) + Instance("W", 2, [], ["from 10.3.0.0/16 goto 30 preference 9"]));
        Assert.Equal(["22:3 Warning CompetingRule"], read.Brief());
        Assert.Contains("While `V` and `W` are both master, the kernel refuses one of the two", read.Diagnostics[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Yaml_and_models_are_told_the_same()
    {
        const string yaml = "vrrpInstances:\n- name: V\n  interface: eth0\n  virtualRouterId: 1\n  virtualAddresses: [192.0.2.1/24]\n  virtualRoutes:\n"
            + "  - { destination: 198.51.100.0/24, gateway: 192.0.2.254 }\n  - { destination: 198.51.100.0/24, gateway: 192.0.2.253 }\n";
        ConfigurationReadResult read = FromYaml(yaml);
        Assert.Equal(["8:5 Warning CompetingRoute"], read.Brief());
        string told = Assert.Single(ConfigurationValidator.Validate(read.Configuration!)).Message;
        Assert.StartsWith("vrrpInstances[0].virtualRoutes[1]: The kernel has two routes", told, StringComparison.Ordinal);
        Assert.EndsWith("The other one stands at vrrpInstances[0].virtualRoutes[0].", told, StringComparison.Ordinal);
    }

    // The first line of a route is the eighth; of a rule, where there are no routes, the tenth.
    private static string Instance(string name, int routerId, string[] routes, string[] rules) =>
        $"vrrp_instance {name} {{\n interface eth0\n virtual_router_id {routerId}\n virtual_ipaddress {{\n  192.0.2.{routerId}/24\n }}\n"
        + $" virtual_routes {{\n{Lines(routes)} }}\n virtual_rules {{\n{Lines(rules)} }}\n}}\n";

    private static string Lines(string[] lines) => string.Concat(lines.Select(l => $"  {l}\n"));
}
