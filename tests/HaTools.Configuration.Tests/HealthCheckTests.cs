using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>What all checks have in common, in both languages (rows K1 to K4), and how much of a service must be up (row L9).</summary>
public class HealthCheckTests
{
    private static readonly TcpCheck Whole = new()
    {
        Retry = 2,
        DelayBeforeRetry = TimeSpan.FromSeconds(3),
        DelayLoop = TimeSpan.FromSeconds(4),
        Warmup = TimeSpan.FromSeconds(5),
        Alpha = true,
        LogAllFailures = true,
        ConnectTimeout = TimeSpan.FromSeconds(6),
        ConnectAddress = Ip("10.0.0.3"),
        ConnectPort = 81,
        BindAddress = Ip("10.0.0.9"),
        BindPort = 1234,
        BindInterface = "eth1",
        FirewallMark = 7,
    };

    [Fact]
    public void A_check_says_where_from_where_and_when()
    {
        HaConfiguration c = Conf(Service("", """
            real_server 10.0.0.2 80 {
            TCP_CHECK {
            connect_ip 10.0.0.3
            connect_port 81
            bindto 10.0.0.9
            bind_port 1234
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
            }
            """)).Clean();
        Assert.Equal([Whole], c.VirtualServers[0].RealServers[0].Checks);
    }

    [Fact]
    public void The_server_and_the_service_say_it_for_those_that_do_not()
    {
        ValueList<RealServer> servers = Conf(Service("delay_loop 9\nwarmup 8\nalpha\nretry 7\ndelay_before_retry 6\nconnect_timeout 5", """
            real_server 10.0.0.2 80 {
            TCP_CHECK {
            }
            }
            real_server 10.0.0.3 80 {
            delay_loop 1
            warmup 0
            alpha off
            TCP_CHECK {
            }
            TCP_CHECK {
            connect_port 81
            alpha
            }
            }
            """)).Clean().VirtualServers[0].RealServers;
        var usual = new TcpCheck
        {
            Warmup = TimeSpan.FromSeconds(8),
            Alpha = true,
            Retry = 7,
            DelayBeforeRetry = TimeSpan.FromSeconds(6),
            ConnectTimeout = TimeSpan.FromSeconds(5),
        };
        TcpCheck second = usual with { DelayLoop = TimeSpan.FromSeconds(1), Warmup = TimeSpan.Zero, Alpha = false };
        Assert.Equal([usual], servers[0].Checks);
        Assert.Equal([second, second with { ConnectPort = 81, Alpha = true }], servers[1].Checks);
    }

    [Fact]
    public void Global_definitions_have_all_failures_told_wherever_they_stand()
    {
        HaConfiguration c = Conf(Service("", "real_server 10.0.0.2 80 {\nTCP_CHECK {\n}\n}") + "\nglobal_defs {\nchecker_log_all_failures\n}\n").Clean();
        Assert.Equal([new TcpCheck { LogAllFailures = true }], c.VirtualServers[0].RealServers[0].Checks);
    }

    [Theory]
    [InlineData("bindto 2001:db8::1", "AddressFamilyMismatch")]
    [InlineData("bind_port 0", "ValueOutOfRange")]
    [InlineData("bind_if a/b", "InvalidInterface")]
    [InlineData("fwmark x", "InvalidNumber")]
    [InlineData("warmup -1", "ValueOutOfRange")]
    public void What_cannot_be_meant_is_told(string line, string code) =>
        Assert.Equal([code], Conf(Service("", $"real_server 10.0.0.2 80 {{\nTCP_CHECK {{\n{line}\n}}\n}}")).Codes());

    [Theory]
    [InlineData("quorum: 3", "QuorumTooHigh", "taken as that")]
    [InlineData("quorum: 2, hysteresis: 2", "HysteresisTooHigh", "taken as 1")]
    [InlineData("quorum: 2, hysteresis: 1", "QuorumTooHigh", "never gains it again")]
    [InlineData("hysteresis: 1", "HysteresisTooHigh", "taken as 0")]
    [InlineData("quorum: 0", "ValueOutOfRange", "quorum")]
    [InlineData("hysteresis: -1", "ValueOutOfRange", "hysteresis")]
    public void A_quorum_that_cannot_be_is_told_with_what_it_is_taken_for(string keys, string code, string words)
    {
        HaConfigurationDiagnostic found = Assert.Single(FromYaml($"virtualServers: [{{ address: 10.0.0.1, port: 80, realServers: [{{ address: 10.0.1.1 }}, {{ address: 10.0.1.2 }}], {keys} }}]").Diagnostics);
        Assert.Equal(code, found.Code);
        Assert.Contains(words, found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quorum_that_the_servers_reach_is_nothing_to_tell()
    {
        VirtualServer service = Conf(Service("quorum 2\nhysteresis 1", "real_server 10.0.0.2 80 {\nweight 3\n}")).Clean().VirtualServers[0];
        Assert.Equal((2, 1), (service.Quorum, service.Hysteresis));
    }

    [Fact]
    public void One_check_may_stand_without_a_list_and_each_error_has_its_place()
    {
        const string Server = "virtualServers: [{ address: 10.0.0.1, port: 80, realServers: [{ address: 10.0.1.1, ";
        Assert.Equal([new TcpCheck()], FromYaml(Server + "checks: { type: tcp } }] }]").Clean().VirtualServers[0].RealServers[0].Checks);
        Assert.Equal([new TcpCheck(), new TcpCheck { Retry = 0 }], FromYaml(Server + "checks: [{ type: tcp }, { type: tcp, retry: 0 }] }] }]").Clean().VirtualServers[0].RealServers[0].Checks);
        Assert.Equal(["1:134 Error ValueOutOfRange"], FromYaml(Server + "checks: [{ type: tcp }, { type: tcp, connectPort: 0 }] }] }]").Brief());
    }
}
