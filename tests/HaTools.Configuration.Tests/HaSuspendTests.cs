using HaTools.Configuration.Yaml;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Services whose servers are checked only while their address is on this host, in both languages (row L13).</summary>
public class HaSuspendTests
{
    private const string Server = "real_server 10.0.0.2 80 {\n}";

    [Fact]
    public void A_service_says_it_with_a_word()
    {
        HaConfiguration c = Conf(Service("ha_suspend", Server)).Clean();
        Assert.True(c.VirtualServers[0].HaSuspend);
        Assert.Equal(c, FromYaml(YamlWriter.Write(c)).Clean());
        Assert.False(Conf(Service("", Server)).Clean().VirtualServers[0].HaSuspend);
    }

    [Fact]
    public void A_firewall_mark_is_no_address()
    {
        ConfigurationReadResult read = Conf($"virtual_server fwmark 7 {{\nha_suspend\n{Server}\n}}\n");
        Assert.Equal(["2:1 Warning NoEffect"], read.Brief());
        Assert.False(read.Configuration!.VirtualServers[0].HaSuspend);
        Assert.Equal(["Contradiction"], FromYaml("virtualServers: [{ firewallMark: 7, haSuspend: true, realServers: [{ address: 10.0.0.2 }] }]").Codes());
    }
}
