using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary><c>tunnel_address</c>, and <c>tunnelAddresses</c> of YAML.</summary>
public class TunnelAddressTests
{
    public static TheoryData<string, TunnelAddress> Lines => new()
    {
        { "192.0.2.9", new(Ip("192.0.2.9")) },
        { "192.0.2.9 type gre", new(Ip("192.0.2.9")) { Type = TunnelType.Gre } },
        { "2001:db8::9 port 6080 type gue outer_family 4", new(Ip("2001:db8::9")) { Type = TunnelType.Gue, Port = 6080, OuterFamily = 4 } },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_and_the_YAML_that_is_written_of_it_mean_the_same(string line, TunnelAddress address)
    {
        HaConfiguration model = Conf(Block(line)).Clean();
        Assert.Equal([address], model.TunnelAddresses);
        Assert.Equal([address], FromYaml(HaConfigurationWriter.WriteYaml(model)).Configuration!.TunnelAddresses);
    }

    [Theory]
    [InlineData("192.0.2.x", "2:2 Error InvalidAddress")]
    [InlineData("192.0.2.9 type vxlan", "2:17 Error UnknownValue")]
    [InlineData("192.0.2.9 type", "2:12 Error MissingValue")]
    [InlineData("192.0.2.9 via gre", "2:12 Error UnknownKeyword")]
    [InlineData("192.0.2.9 type gue port 65536", "2:26 Error ValueOutOfRange")]
    [InlineData("192.0.2.9 type gue", "2:2 Error MissingValue")]
    public void What_is_odd_is_said_where_it_stands(string line, string said) => Assert.Equal([said], Conf(Block(line)).Brief());

    [Fact]
    public void A_tunnel_of_another_kind_is_a_change_of_the_address() =>
        Assert.Equal(
            ["Set TunnelAddress 192.0.2.9 Type: Ipip -> Gre"],
            ConfigurationDiff.Compare(Conf(Block("192.0.2.9")).Clean(), Conf(Block("192.0.2.9 type gre")).Clean()).Select(c => c.ToString()));

    private static string Block(string line) => $"tunnel_address {{\n {line}\n}}\n";
}
