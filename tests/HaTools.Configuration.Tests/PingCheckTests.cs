using HaTools.Configuration.Yaml;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Checks by echo request, in both languages (row K13).</summary>
public class PingCheckTests
{
    [Fact]
    public void It_says_which_address_from_where_and_when()
    {
        HaConfiguration c = Conf(Of("""
            PING_CHECK {
            connect_ip 10.0.0.3
            bindto 10.0.0.9
            bind_if eth1
            fwmark 7
            connect_timeout 6
            retry 2
            delay_before_retry 3
            delay_loop 4
            warmup 5
            alpha
            log_all_failures
            }
            """)).Clean();
        var check = new PingCheck
        {
            Retry = 2,
            DelayBeforeRetry = TimeSpan.FromSeconds(3),
            DelayLoop = TimeSpan.FromSeconds(4),
            Warmup = TimeSpan.FromSeconds(5),
            Alpha = true,
            LogAllFailures = true,
            ConnectTimeout = TimeSpan.FromSeconds(6),
            ConnectAddress = Ip("10.0.0.3"),
            BindAddress = Ip("10.0.0.9"),
            BindInterface = "eth1",
            FirewallMark = 7,
        };
        Assert.Equal([check], c.VirtualServers[0].RealServers[0].Checks);
        Assert.Equal(c, FromYaml(YamlWriter.Write(c)).Clean());
    }

    [Fact]
    public void Without_a_word_it_is_as_keepalived_has_it()
    {
        HaConfiguration c = Conf(Of("PING_CHECK {\n}")).Clean();
        var check = Assert.IsType<PingCheck>(Assert.Single(c.VirtualServers[0].RealServers[0].Checks));
        Assert.Equal((1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)), (check.Retry, check.DelayBeforeRetry, check.ConnectTimeout));
        Assert.Equal(c, FromYaml(YamlWriter.Write(c)).Clean());
    }

    [Fact]
    public void An_echo_has_no_ports()
    {
        ConfigurationReadResult read = Conf(Of("PING_CHECK {\nconnect_port 80\nbind_port 81\n}"));
        Assert.All(read.Diagnostics, d => Assert.Equal(HaDiagnosticSeverity.Warning, d.Severity));
        Assert.Equal([6, 7], read.Diagnostics.Select(d => d.Line));
        Assert.Equal([new PingCheck()], read.Configuration!.VirtualServers[0].RealServers[0].Checks);
        Assert.Equal(["UnknownKey", "UnknownKey"], FromYaml(Native("type: ping, connectPort: 80, bindPort: 81")).Codes());
    }

    [Fact]
    public void A_server_needs_no_port_for_it() =>
        _ = FromYaml("virtualServers:\n- { firewallMark: 7, realServers: [{ address: 10.0.0.2, port: 0, checks: { type: ping } }] }").Clean();

    [Theory]
    [InlineData("type: ping, connectAddress: 'fe80::2'", "MissingValue")]
    [InlineData("type: ping, connectAddress: 'fe80::2', bindInterface: eth0", null)]
    public void A_link_local_address_is_checked_by_an_interface(string check, string? code)
    {
        string server = $"virtualServers:\n- {{ firewallMark: 7, family: 6, realServers: [{{ address: '2001:db8::2', port: 0, checks: {{ {check} }} }}] }}";
        Assert.Equal(code is null ? [] : [code], FromYaml(server).Codes());
        Assert.Equal(code is null ? [] : [code], FromYaml(server.Replace("2001:db8::2", "fe80::2", StringComparison.Ordinal).Replace("connectAddress: 'fe80::2'", "retry: 1", StringComparison.Ordinal)).Codes());
    }

    [Fact]
    public void What_is_wrong_with_it_is_told_with_its_place() =>
        Assert.Equal(["ValueOutOfRange", "AddressFamilyMismatch", "InvalidInterface"], FromYaml(Native("type: ping, connectTimeout: 0s, bindAddress: '2001:db8::1', bindInterface: a/b")).Codes());

    private static string Native(string check) => $"virtualServers: [{{ address: 10.0.0.1, port: 80, realServers: [{{ address: 10.0.0.2, checks: {{ {check} }} }}] }}]";

    private static string Of(string server) => $"virtual_server 10.0.0.1 80 {{\nlb_kind DR\nprotocol TCP\nreal_server 10.0.0.2 80 {{\n{server}\n}}\n}}\n";
}
