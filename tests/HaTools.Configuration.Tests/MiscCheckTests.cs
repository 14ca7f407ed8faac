using HaTools.Configuration.Yaml;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Checks that run a program, in both languages (row K12), and the weights that they say.</summary>
public class MiscCheckTests
{
    [Fact]
    public void It_says_what_is_run_by_whom_and_what_its_status_means()
    {
        HaConfiguration c = Conf(Of("""
            MISC_CHECK {
            misc_path "/usr/local/bin/check 'a b' --port 80"
            misc_timeout 4
            misc_dynamic
            user nobody nogroup
            retry 2
            delay_before_retry 3
            delay_loop 5
            warmup 6
            alpha
            log_all_failures
            }
            """)).Clean();
        var check = new MiscCheck
        {
            Command = "/usr/local/bin/check 'a b' --port 80",
            Timeout = TimeSpan.FromSeconds(4),
            DynamicWeight = true,
            User = "nobody:nogroup",
            Retry = 2,
            DelayBeforeRetry = TimeSpan.FromSeconds(3),
            DelayLoop = TimeSpan.FromSeconds(5),
            Warmup = TimeSpan.FromSeconds(6),
            Alpha = true,
            LogAllFailures = true,
        };
        Assert.Equal([check], c.VirtualServers[0].RealServers[0].Checks);
        Assert.Equal(c, FromYaml(YamlWriter.Write(c)).Clean());
    }

    [Fact]
    public void It_has_no_retries_unless_it_or_its_server_or_service_says_so()
    {
        Assert.Equal(0, Only("MISC_CHECK {\nmisc_path true\n}").Retry);
        Assert.Equal(4, Only("retry 4\nMISC_CHECK {\nmisc_path true\n}").Retry);
        Assert.Null(Only("MISC_CHECK {\nmisc_path true\nmisc_timeout 0\n}").Timeout);
    }

    [Fact]
    public void What_is_wrong_with_it_is_told_with_its_place()
    {
        Assert.Equal(["5:1 Error MissingKeyword"], Conf(Of("MISC_CHECK {\nmisc_timeout 3\n}")).Brief());
        Assert.Equal(["6:22 Warning SurplusWords", "7:14 Warning ValueOutOfRange"], Conf(Of("MISC_CHECK {\nmisc_path /bin/check a\nmisc_timeout 1.5\n}")).Brief());
        Assert.Equal(["MissingKey"], FromYaml(Native("type: misc")).Codes());
        Assert.Equal(["MissingValue", "ValueOutOfRange", "InvalidUser"], FromYaml(Native("type: misc, command: ' ', timeout: 0s, user: 'a b'")).Codes());
        Assert.Equal(["UnknownKey"], FromYaml(Native("type: misc, command: x, connectPort: 3")).Codes());
    }

    [Fact]
    public void A_server_without_a_port_may_have_one()
    {
        _ = FromYaml("virtualServers:\n- { firewallMark: 7, realServers: [{ address: 10.0.0.2, port: 0, checks: { type: misc, command: 'true' } }] }").Clean();
    }

    [Fact]
    public void A_stateless_service_has_no_weights_that_a_check_says()
    {
        const string service = "virtualServers:\n- { address: 10.0.0.1, port: 80, stateless: true, forwarding: directRouting, realServers: [{ address: 10.0.0.2, checks: { type: misc, command: x, dynamicWeight: DYNAMIC } }] }";
        _ = FromYaml(service.Replace("DYNAMIC", "false", StringComparison.Ordinal)).Clean();
        HaConfigurationDiagnostic found = Assert.Single(FromYaml(service.Replace("DYNAMIC", "true", StringComparison.Ordinal)).Diagnostics);
        Assert.Equal("Contradiction", found.Code);
        Assert.Contains("moves clients' places", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quorum_may_be_more_than_the_configured_weights_where_checks_say_other_ones()
    {
        HaConfiguration c = Conf("virtual_server 10.0.0.1 80 {\nlb_kind DR\nprotocol TCP\nquorum 100\nhysteresis 5\nreal_server 10.0.0.2 80 {\nweight 1\nMISC_CHECK {\nmisc_path x\nmisc_dynamic\n}\n}\n}\n").Clean();
        var quorum = Quorum.Of(c.VirtualServers[0]);
        Assert.Equal((100L, 105L, 95L), (quorum.Needed, quorum.GainedAt, quorum.LostBelow));
    }

    private static MiscCheck Only(string server) => (MiscCheck)Assert.Single(Conf(Of(server)).Clean().VirtualServers[0].RealServers[0].Checks);

    private static string Native(string check) => $"virtualServers: [{{ address: 10.0.0.1, port: 80, realServers: [{{ address: 10.0.0.2, checks: {{ {check} }} }}] }}]";

    private static string Of(string server) => $"virtual_server 10.0.0.1 80 {{\nlb_kind DR\nprotocol TCP\nreal_server 10.0.0.2 80 {{\n{server}\n}}\n}}\n";
}
