using HaTools.Configuration.Yaml;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>DNS_CHECK in both languages (row K11).</summary>
public class DnsCheckTests
{
    [Fact]
    public void It_says_what_is_asked_for_and_has_what_all_have_that_connect()
    {
        HaConfiguration c = Check("", """
            type AAAA
            name www.example.com
            connect_ip 10.0.0.3
            connect_port 5353
            bindto 10.0.0.4
            bind_port 5354
            bind_if eth1
            fwmark 7
            connect_timeout 2
            retry 2
            delay_before_retry 3
            delay_loop 4
            warmup 5
            alpha
            log_all_failures
            """).Clean();
        var expected = new DnsCheck
        {
            RecordType = DnsRecordType.Aaaa,
            Name = "www.example.com",
            ConnectAddress = Ip("10.0.0.3"),
            ConnectPort = 5353,
            BindAddress = Ip("10.0.0.4"),
            BindPort = 5354,
            BindInterface = "eth1",
            FirewallMark = 7,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            Retry = 2,
            DelayBeforeRetry = TimeSpan.FromSeconds(3),
            DelayLoop = TimeSpan.FromSeconds(4),
            Warmup = TimeSpan.FromSeconds(5),
            Alpha = true,
            LogAllFailures = true,
        };
        Assert.Equal(expected, Dns(c));
        Assert.Equal(c, FromYaml(YamlWriter.Write(c)).Clean());
    }

    [Fact]
    public void It_asks_for_the_root_s_SOA_by_UDP_and_again_three_times_after_the_time_between_checks_unless_someone_says_otherwise()
    {
        DnsCheck usual = Dns(Check("", "").Clean());
        Assert.Equal((DnsRecordType.Soa, ".", DnsTransport.Udp, 3, (TimeSpan?)null), (usual.RecordType, usual.Name, usual.Transport, usual.Retry, usual.DelayBeforeRetry));
        DnsCheck said = Dns(Check("retry 1\ndelay_before_retry 7", "").Clean());
        Assert.Equal((1, (TimeSpan?)TimeSpan.FromSeconds(7)), (said.Retry, said.DelayBeforeRetry));
        Assert.Equal(usual, Dns(Check("", "type soa\nname .").Clean()));
        Assert.Equal(usual, Dns(FromYaml(Native("type: dns")).Clean()));
        Assert.Equal(usual with { Transport = DnsTransport.Tcp }, Dns(FromYaml(Native("type: dns, transport: tcp")).Clean()));
    }

    [Theory]
    [InlineData("A", DnsRecordType.A)]
    [InlineData("NS", DnsRecordType.Ns)]
    [InlineData("CNAME", DnsRecordType.Cname)]
    [InlineData("SOA", DnsRecordType.Soa)]
    [InlineData("MX", DnsRecordType.Mx)]
    [InlineData("txt", DnsRecordType.Txt)]
    [InlineData("Aaaa", DnsRecordType.Aaaa)]
    [InlineData("RRSIG", DnsRecordType.Rrsig)]
    [InlineData("DNSKEY", DnsRecordType.Dnskey)]
    public void Every_type_of_keepalived_s_is_known(string word, DnsRecordType type)
    {
        Assert.Equal(type, Dns(Check("", $"type {word}").Clean()).RecordType);
        Assert.Equal(type, Dns(FromYaml(Native($"type: dns, recordType: {word.ToLowerInvariant()}")).Clean()).RecordType);
    }

    [Theory]
    [InlineData("type PTR", "UnknownValue")]
    [InlineData("name a..b", "InvalidName")]
    [InlineData("name .a", "InvalidName")]
    public void What_keepalived_ignores_is_a_warning_and_has_no_effect(string line, string code)
    {
        ConfigurationReadResult result = Check("", line);
        Assert.Equal([code], result.Codes());
        Assert.Equal(new DnsCheck(), Dns(result.Configuration!));
    }

    [Fact]
    public void Of_two_names_the_first_holds_as_in_keepalived()
    {
        ConfigurationReadResult result = Check("", "name a.example\nname b.example");
        Assert.Equal(["RepeatedKeyword"], result.Codes());
        Assert.Equal("a.example", Dns(result.Configuration!).Name);
    }

    [Theory]
    [InlineData("''")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("'a b'")]
    [InlineData("'a\\.b'")]
    [InlineData("bücher.example")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.example")]
    public void What_is_no_domain_name_is_an_error(string name) => Assert.Equal(["InvalidName"], FromYaml(Native($"type: dns, name: {name}")).Codes());

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void A_name_has_253_characters_and_a_dot_behind_them(int length, bool isName)
    {
        string name = string.Join('.', Enumerable.Repeat(new string('x', 49), 6))[..length];
        Assert.Equal(isName ? [] : ["InvalidName"], FromYaml(Native($"type: dns, name: {name}")).Codes());
        Assert.Equal(isName ? [] : ["InvalidName"], FromYaml(Native($"type: dns, name: {name}.")).Codes());
    }

    [Fact]
    public void What_is_wrong_in_YAML_is_told()
    {
        Assert.Equal(["UnknownValue", "UnknownValue"], FromYaml(Native("type: dns, recordType: ptr, transport: tls")).Codes());
        Assert.Equal(["UnknownKey"], FromYaml(Native("type: tcp, recordType: a")).Codes());
    }

    [Fact]
    public void Other_checks_say_how_long_after_a_failed_try_the_next_one_is_made()
    {
        HaConfiguration c = FromYaml(Native("type: tcp")).Clean();
        VirtualServer service = c.VirtualServers[0];
        HaConfiguration without = c with { VirtualServers = [service with { RealServers = [service.RealServers[0] with { Checks = [new TcpCheck { DelayBeforeRetry = null }] }] }] };
        Assert.Equal(["MissingValue"], ConfigurationValidator.Validate(without).Select(d => d.Code));
    }

    private static ConfigurationReadResult Check(string service, string lines) => Conf(Service(service, $"real_server 10.0.0.2 80 {{\nDNS_CHECK {{\n{lines}\n}}\n}}"));

    private static DnsCheck Dns(HaConfiguration configuration) => (DnsCheck)Assert.Single(configuration.VirtualServers[0].RealServers[0].Checks);

    private static string Native(string check) => $"virtualServers: [{{ address: 10.0.0.1, port: 53, realServers: [{{ address: 10.0.0.2, checks: {{ {check} }} }}] }}]";
}
