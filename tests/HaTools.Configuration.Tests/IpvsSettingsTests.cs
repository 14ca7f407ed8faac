using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary><c>lvs_timeouts</c> and <c>lvs_flush</c>, and <c>ipvs</c> of YAML.</summary>
public class IpvsSettingsTests
{
    public static TheoryData<string, IpvsSettings> Lines => new()
    {
        { "lvs_timeouts tcp 7200", new() { TcpTimeout = TimeSpan.FromHours(2) } },
        { "lvs_timeouts udp 1 tcp 2678400", new() { TcpTimeout = TimeSpan.FromDays(31), UdpTimeout = TimeSpan.FromSeconds(1) } },
        { "lvs_timeouts tcpfin 30\n lvs_timeouts udp 5", new() { TcpFinTimeout = TimeSpan.FromSeconds(30), UdpTimeout = TimeSpan.FromSeconds(5) } },
        { "lvs_timeouts tcp 0 udp 5", new() { UdpTimeout = TimeSpan.FromSeconds(5) } },
        { "lvs_flush_on_stop VS", IpvsSettings.None },
        { "lvs_flush_onstop VS", IpvsSettings.None },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_of_keepalived_s_and_the_YAML_that_is_written_of_it_mean_the_same(string lines, IpvsSettings settings)
    {
        HaConfiguration model = Conf(Global(lines)).Clean();
        Assert.Equal(settings, model.Ipvs);
        Assert.Equal(settings, FromYaml(HaConfigurationWriter.WriteYaml(model)).Configuration!.Ipvs);
    }

    [Theory]
    [InlineData("lvs_timeouts tcp 2678401", "2:19 Warning ValueOutOfRange")]
    [InlineData("lvs_timeouts tcp x", "2:19 Error InvalidNumber")]
    [InlineData("lvs_timeouts tcp 1 udp", "2:21 Error MissingValue")]
    [InlineData("lvs_timeouts tcp", "2:2 Error MissingValue")]
    [InlineData("lvs_timeouts icmp 1", "2:15 Error UnknownValue")]
    [InlineData("lvs_flush", "2:2 Warning FlushIsPurge")]
    [InlineData("lvs_flush_on_stop", "2:2 Error NotSupported")]
    [InlineData("lvs_flush_on_stop RS", "2:20 Error UnknownValue")]
    public void What_is_odd_is_said_where_it_stands(string line, string said) => Assert.Equal([said], Conf(Global(line)).Brief());

    [Fact]
    public void A_flush_at_the_start_is_the_purge_of_what_no_node_names()
    {
        HaConfiguration model = Conf(Global("lvs_flush")).Configuration!;
        Assert.Equal(new() { Foreign = IpvsForeignPolicy.Purge }, model.Ipvs);
        Assert.Equal("ipvs:\n  foreign: purge\n", HaConfigurationWriter.WriteYaml(model));
    }

    [Theory]
    [InlineData("tcpTimeout: 0s")]
    [InlineData("tcpFinTimeout: 1500ms")]
    [InlineData("udpTimeout: 2678401s")]
    public void What_cannot_be_is_refused(string line)
    {
        HaConfigurationDiagnostic said = Assert.Single(FromYaml($"ipvs:\n  {line}\n").Diagnostics);
        Assert.Equal((HaDiagnosticSeverity.Error, "ValueOutOfRange", 2), (said.Severity, said.Code, said.Line));
    }

    [Fact]
    public void Parameters_are_read_by_name_and_written_as_they_were()
    {
        HaConfiguration model = FromYaml("ipvs:\n  parameters:\n    conn_reuse_mode: 0\n    sync_threshold: 0 10\n").Clean();
        Assert.Equal([new("conn_reuse_mode", "0"), new("sync_threshold", "0 10")], model.Ipvs.Parameters);
        Assert.Equal("ipvs:\n  parameters:\n    conn_reuse_mode: 0\n    sync_threshold: \"0 10\"\n", HaConfigurationWriter.WriteYaml(model));
        HaChange change = Assert.Single(ConfigurationDiff.Compare(model, FromYaml("ipvs: { parameters: { sync_threshold: 0 10 } }").Clean()));
        Assert.Equal("Set Node  Ipvs.Parameters.conn_reuse_mode: 0 -> ", change.ToString());
    }

    [Theory]
    [InlineData("conn_reuse_mod: 0", "3:5 Error UnknownParameter", "Did you mean `conn_reuse_mode`?")]
    [InlineData("conn_reuse_mode: 4", "3:5 Error ValueOutOfRange", "'4' is not 0 to 3. What becomes of a client's port")]
    [InlineData("conn_reuse_mode: [4]", "3:22 Error WrongShape", "a single value")]
    [InlineData("conn_reuse_mode:", "3:5 Error ValueOutOfRange", "'' is not 0 to 3")]
    public void A_parameter_that_cannot_be_meant_is_told_with_what_it_means(string line, string said, string words)
    {
        ConfigurationReadResult read = FromYaml($"ipvs:\n  parameters:\n    {line}\n");
        Assert.Equal([said], read.Brief());
        Assert.Contains(words, read.Diagnostics[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Policies_are_written_where_they_are_not_the_usual_ones()
    {
        HaConfiguration model = FromYaml("ipvs: { foreign: purge, drift: report }").Clean();
        Assert.Equal((IpvsForeignPolicy.Purge, IpvsDriftPolicy.Report), (model.Ipvs.Foreign, model.Ipvs.Drift));
        Assert.Equal("ipvs:\n  foreign: purge\n  drift: report\n", HaConfigurationWriter.WriteYaml(model));
        Assert.Equal(HaConfiguration.Empty, FromYaml("ipvs: { foreign: keep, drift: repair }").Clean());
        Assert.Equal(["1:18 Error UnknownValue"], FromYaml("ipvs: { foreign: remove }").Brief());
        Assert.Equal(
            ["Set Node  Ipvs.Foreign: Keep -> Purge", "Set Node  Ipvs.Drift: Repair -> Report"],
            ConfigurationDiff.Compare(HaConfiguration.Empty, model).Select(c => c.ToString()));
    }

    [Theory]
    [InlineData("", 300.0)]
    [InlineData(", drain: off", null)]
    [InlineData(", drain: 90s", 90.0)]
    public void A_server_that_leaves_is_drained_for_five_minutes_unless_told_otherwise(string key, double? seconds)
    {
        HaConfiguration model = FromYaml($"virtualServers: [{{ address: 10.0.0.1, port: 1{key} }}]").Clean();
        Assert.Equal(seconds, model.VirtualServers[0].Drain?.TotalSeconds);
        Assert.Equal(model, FromYaml(HaConfigurationWriter.WriteYaml(model)).Clean());
        Assert.Null(Conf("virtual_server 10.0.0.1 1 {\n protocol TCP\n real_server 10.0.0.2 1 {\n }\n}\n").Clean().VirtualServers[0].Drain);
    }

    private static string Global(string lines) => $"global_defs {{\n {lines}\n}}\n";
}
