using System.Net;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>How the native language writes trackers' use, peers, routes and rules, and where it says that something in a list of a list is wrong.</summary>
public class YamlNetworkTests
{
    private const string Instance = "vrrpInstances:\n- name: V\n  interface: eth0\n  virtualRouterId: 1\n  virtualAddresses: [192.0.2.1/24]\n";

    [Fact]
    public void What_is_mostly_a_name_or_an_address_is_written_as_that()
    {
        VrrpInstance v = ReadOnly(Instance +
            """
              trackInterfaces: [eth0, { name: eth1, weight: -20, reverse: true }]
              unicastPeers: [192.0.2.2, { address: 192.0.2.3, minimumTtl: 255 }]
              notify: { master: /m, any: { command: /a b, user: nobody } }
              virtualInterface: {}
            """).VrrpInstances[0];
        Assert.Equal([new("eth0"), new("eth1", -20, true)], v.TrackInterfaces);
        Assert.Equal([new(Ip("192.0.2.2")), new(Ip("192.0.2.3"), 255)], v.UnicastPeers);
        Assert.Equal(new NotifyScripts { Master = new("/m"), Any = new("/a b", "nobody") }, v.Notify);
        Assert.Equal(new VirtualInterface(), v.VirtualInterface);
    }

    [Fact]
    public void Routes_and_rules_are_maps()
    {
        VrrpInstance v = ReadOnly(Instance +
            """
              virtualRoutes:
              - { destination: 10.0.0.0/8, gateway: 192.0.2.254, table: 100, metrics: { mtu: 1400 } }
              - { gateway: fe80::1, device: eth0 }
              - { destination: ::/0, device: eth0 }
              - { destination: 2001:db8::5, nextHops: [{ device: eth0 }, { gateway: fe80::1, weight: 5 }] }
              virtualRules:
              - { from: 10.0.0.1, mark: 0x10, table: 100, destinationPorts: 80-90 }
              - { to: 2001:db8::/32, action: prohibit, users: 0 }
            """).VrrpInstances[0];
        Assert.Equal(
            [
                new()
                {
                    Destination = IPNetwork.Parse("10.0.0.0/8"), Gateway = Ip("192.0.2.254"), Table = 100, Metrics = new() { Mtu = 1400 },
                },
                new() { Family = 6, Gateway = Ip("fe80::1"), Device = "eth0" },
                new() { Family = 6, Device = "eth0" },
                new()
                {
                    Family = 6,
                    Destination = IPNetwork.Parse("2001:db8::5/128"),
                    NextHops = [new() { Device = "eth0" }, new() { Gateway = Ip("fe80::1"), Weight = 5 }],
                },
            ],
            v.VirtualRoutes);
        Assert.Equal(
            [
                new()
                {
                    Family = 4, From = IPNetwork.Parse("10.0.0.1/32"), Mark = 16, Table = 100, DestinationPorts = new(80, 90),
                },
                new() { Family = 6, To = IPNetwork.Parse("2001:db8::/32"), Action = RuleAction.Prohibit, Users = new(0, 0) },
            ],
            v.VirtualRules);
    }

    [Theory]
    [InlineData("  virtualRoutes:\n  - nextHops:\n    - { gateway: 10.0.0.1 }\n    - { gatway: 10.0.0.1 }\n", "9:9 Error UnknownKey", "Did you mean `gateway`?")]
    [InlineData("  virtualRoutes:\n  - destination: 10.1.2.3/16\n", "7:18 Error InvalidAddress", "it is `10.1.0.0/16` that 10.1.2.3 belongs to")]
    [InlineData("  virtualRoutes:\n  - destination: 10.0.0.0/33\n", "7:18 Error InvalidNumber", "0 to 32")]
    [InlineData("  virtualRules:\n  - mark: -1\n", "7:11 Error InvalidNumber", "0 to 4294967295")]
    [InlineData("  virtualRules:\n  - users: 1-2-3\n", "7:12 Error InvalidNumber", "1000-2000")]
    [InlineData("  virtualInterface: { macAddress: 00-00-5e }\n", "6:35 Error InvalidAddress", "00:00:5e:00:01:01")]
    [InlineData("  excludedAddresses:\n  - { address: 10.0.0.1, options: [home, hom] }\n", "7:42 Error UnknownValue", "Did you mean `home`?")]
    [InlineData("  hmac: { activeKey: 1, keys: [{ id: 1 }] }\n", "6:32 Error MissingKey", "needs `secret`")]
    [InlineData("  notify: { master: [] }\n", "6:21 Error WrongShape", "a map, not a list")]
    public void What_is_wrong_in_a_list_of_a_list_has_its_place(string lines, string expected, string advice)
    {
        ConfigurationReadResult result = FromYaml(Instance + lines);
        Assert.Null(result.Configuration);
        string[] parts = expected.Split(' ');
        Assert.Contains(result.Diagnostics, d =>
            $"{d.Line}:{d.Column}" == parts[0] && d.Code == parts[2] && d.Message.Contains(advice, StringComparison.Ordinal));
    }

    [Fact]
    public void A_rule_s_finding_in_a_list_of_a_list_has_its_place()
    {
        var positions = new Diagnostics.ModelPositions();
        Yaml.YamlReader.Read(Instance + "  virtualRoutes:\n  - nextHops:\n    - { device: eth0 }\n    - { weight: 300 }\n",
            new Diagnostics.DiagnosticBag("t.yaml"), positions);
        Diagnostics.ModelPath hop = new Diagnostics.ModelPath("vrrpInstances", 0).Element("virtualRoutes", 0).Element("nextHops", 1);
        Assert.Equal("vrrpInstances[0].virtualRoutes[0].nextHops[1].weight", hop.Key("weight").ToString());
        Assert.Equal((9, 17), (positions.Find(hop.Key("weight")).Line, positions.Find(hop.Key("weight")).Column));
        Assert.Equal((9, 7), (positions.Find(hop.Key("gateway")).Line, positions.Find(hop.Key("gateway")).Column));
        Diagnostics.TextPosition list = positions.Find(new Diagnostics.ModelPath("vrrpInstances", 0).Element("virtualRoutes", 0).Element("nextHops", 5));
        Assert.Equal(8, list.Line);
    }
}
