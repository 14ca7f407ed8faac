using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Real servers by name, and how names are resolved.</summary>
public class NamedServerTests
{
    private static readonly RealServer Plain = new() { HostName = "app.example.com", Port = 80 };

    private static readonly RealServer Service = new() { HostName = "_http._tcp.example.com", Records = ServerRecords.Srv, Port = 0 };

    [Fact]
    public void They_are_written_and_read()
    {
        HaConfiguration read = ReadOnly("""
            virtualServers:
            - address: 10.0.0.1
              port: 80
              realServers:
              - hostName: app.example.com
                weight: 3
                mostAddresses: 8
                checks: { type: tcp }
              - { hostName: _http._tcp.example.com, records: srv }
            resolver: { nameServers: [192.0.2.53, "[2001:db8::53]:5353"], timeout: 500ms, leastTtl: 5s, longestTtl: 1m, emptyHold: 10s }
            """);
        Assert.Equal(
            [Plain with { Weight = 3, MostAddresses = 8, Checks = [new TcpCheck()] }, Service],
            read.VirtualServers[0].RealServers);
        Assert.Equal(["app.example.com:80", "srv _http._tcp.example.com"], read.VirtualServers[0].RealServers.Select(r => r.Id));
        Assert.Equal(
            new ResolverSettings { NameServers = ["192.0.2.53", "[2001:db8::53]:5353"], Timeout = TimeSpan.FromMilliseconds(500), LeastTtl = TimeSpan.FromSeconds(5), LongestTtl = TimeSpan.FromMinutes(1), EmptyHold = TimeSpan.FromSeconds(10) },
            read.Resolver);
        Assert.Equal(read, ReadOnly(HaConfigurationWriter.WriteYaml(read)));
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "hostName: a.example, address: 10.0.1.1", "Contradiction" },
        { "hostName: 10.0.1.1", "InvalidName" },
        { "hostName: .", "InvalidName" },
        { "hostName: a..example", "InvalidName" },
        { "hostName: a.example, family: 5", "ValueOutOfRange" },
        { "hostName: a.example, mostAddresses: 0", "ValueOutOfRange" },
        { "hostName: a.example, mostAddresses: 1025", "ValueOutOfRange" },
        { "hostName: a.example, records: srv, port: 80", "Contradiction" },
        { "hostName: a.example, records: srv, weight: 2", "Contradiction" },
        { "hostName: a.example, family: 6", "AddressFamilyMismatch" },
        { "address: 10.0.1.1, family: 4", "Contradiction" },
        { "address: 10.0.1.1, records: srv", "Contradiction" },
        { "address: 10.0.1.1, mostAddresses: 5", "Contradiction" },
        { "hostName: a.example, forwarding: directRouting, port: 81", "PortMismatch" },
        { "hostName: a.example, checks: { type: tcp, bindAddress: \"2001:db8::1\" }", "AddressFamilyMismatch" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_contradicts_itself_is_refused(string server, string code) =>
        Assert.Equal([code], Codes($"virtualServers: [{{ address: 10.0.0.1, port: 80, realServers: [{{ {server} }}] }}]"));

    [Fact]
    public void A_tunnel_leads_to_addresses_of_the_other_family() =>
        Assert.Empty(Codes("virtualServers: [{ address: 10.0.0.1, port: 80, forwarding: tunnel, realServers: [{ hostName: a.example, family: 6 }] }]"));

    [Fact]
    public void A_name_stands_in_a_service_once() =>
        Assert.Equal(["DuplicateRealServer"], Codes("virtualServers: [{ address: 10.0.0.1, port: 80, realServers: [{ hostName: a.example }, { hostName: A.example }, { hostName: a.example, port: 81 }] }]"));

    [Theory]
    [InlineData("address: 10.0.0.1, port: 80", "hostName: a.example, port: 8080", "")]
    [InlineData("address: 10.0.0.1, port: 80", "hostName: a.example, records: srv", "")]
    [InlineData("address: \"2001:db8::1\", port: 80", "hostName: a.example, port: 8080", "MissingValue")]
    [InlineData("address: \"2001:db8::1\", port: 80", "hostName: a.example, port: 8080, family: 6", "")]
    [InlineData("address: 10.0.0.1, port: 80", "hostName: a.example, records: srv, forwarding: tunnel", "Contradiction")]
    public void In_a_group_it_is_said_what_the_addresses_are(string member, string server, string codes) => Assert.Equal(
        codes.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Codes($"virtualServerGroups: [{{ name: g, members: [{{ {member} }}] }}]\nvirtualServers: [{{ group: g, realServers: [{{ {server} }}] }}]").Distinct());

    [Fact]
    public void A_sorry_server_has_an_address() =>
        Assert.Equal(["NotSupported"], Codes("virtualServers: [{ address: 10.0.0.1, port: 80, sorryServer: { hostName: a.example } }]"));

    [Theory]
    [InlineData("nameServers: [ns.example]", "InvalidAddress")]
    [InlineData("nameServers: [10.1]", "InvalidAddress")]
    [InlineData("nameServers: [\"192.0.2.53:0\"]", "InvalidAddress")]
    [InlineData("nameServers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5, 10.0.0.6, 10.0.0.7, 10.0.0.8, 10.0.0.9]", "TooMany")]
    [InlineData("timeout: 50ms", "ValueOutOfRange")]
    [InlineData("leastTtl: 0s", "ValueOutOfRange")]
    [InlineData("leastTtl: 2m, longestTtl: 1m", "ValueOutOfRange")]
    [InlineData("longestTtl: 169h", "ValueOutOfRange")]
    [InlineData("emptyHold: 25h", "ValueOutOfRange")]
    public void Settings_are_in_their_ranges(string settings, string code) => Assert.Equal([code], Codes($"resolver: {{ {settings} }}"));

    [Fact]
    public void What_a_name_is_in_keepalived_conf_is_told()
    {
        HaConfigurationDiagnostic told = Assert.Single(Conf("""
            virtual_server 10.0.0.1 80 {
                real_server app.example.com 80 {
                }
            }
            """).Diagnostics, d => d.Code == "InvalidAddress");
        Assert.Contains("`hostName`", told.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Codes(string yaml) => FromYaml(yaml).Diagnostics.Select(d => d.Code);
}
