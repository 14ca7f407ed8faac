using HaTools.Configuration.Yaml;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>SMTP_CHECK in both languages (row K10).</summary>
public class SmtpCheckTests
{
    [Fact]
    public void It_has_a_name_and_what_all_have_that_connect()
    {
        HaConfiguration c = Check("helo_name check.example.com\nconnect_port 2525\nbindto 10.0.0.4\nfwmark 7\nconnect_timeout 2\nretry 2\ndelay_before_retry 3\nalpha").Clean();
        var expected = new SmtpCheck
        {
            HeloName = "check.example.com",
            ConnectPort = 2525,
            BindAddress = Ip("10.0.0.4"),
            FirewallMark = 7,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            Retry = 2,
            DelayBeforeRetry = TimeSpan.FromSeconds(3),
            Alpha = true,
        };
        Assert.Equal(expected, Smtp(c));
        Assert.Equal(c, FromYaml(YamlWriter.Write(c)).Clean());
    }

    [Fact]
    public void It_presents_itself_as_keepalived_unless_it_says_otherwise()
    {
        SmtpCheck usual = Smtp(Check("").Clean());
        Assert.Equal(("smtpchecker.keepalived.org", 1, (TimeSpan?)TimeSpan.FromSeconds(1)), (usual.HeloName, usual.Retry, usual.DelayBeforeRetry));
        Assert.Equal(usual, Smtp(FromYaml(Native("type: smtp")).Clean()));
    }

    [Theory]
    [InlineData("''")]
    [InlineData("a b")]
    [InlineData("\"a\\r\\nDATA\"")]
    [InlineData("bücher.example")]
    public void What_is_no_name_is_an_error(string name) => Assert.Equal(["InvalidName"], FromYaml(Native($"type: smtp, heloName: {name}")).Codes());

    [Fact]
    public void A_host_block_is_refused_with_what_to_write()
    {
        HaConfigurationDiagnostic found = Assert.Single(Check("host {\nconnect_ip 10.0.0.3\n}").Diagnostics);
        Assert.Equal(("NotSupported", HaDiagnosticSeverity.Error), (found.Code, found.Severity));
        Assert.Contains("an SMTP_CHECK for each host", found.Message, StringComparison.Ordinal);
    }

    private static ConfigurationReadResult Check(string lines) => Conf(Service("", $"real_server 10.0.0.2 25 {{\nSMTP_CHECK {{\n{lines}\n}}\n}}").Replace(" 80 ", " 25 ", StringComparison.Ordinal));

    private static SmtpCheck Smtp(HaConfiguration configuration) => (SmtpCheck)Assert.Single(configuration.VirtualServers[0].RealServers[0].Checks);

    private static string Native(string check) => $"virtualServers: [{{ address: 10.0.0.1, port: 25, realServers: [{{ address: 10.0.0.2, checks: {{ {check} }} }}] }}]";
}
