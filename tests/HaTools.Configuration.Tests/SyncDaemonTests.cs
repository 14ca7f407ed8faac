using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary><c>lvs_sync_daemon</c>, and <c>syncDaemon</c> of YAML.</summary>
public class SyncDaemonTests
{
    private const string Instance = "vrrp_instance V {\n interface eth0\n virtual_router_id 1\n virtual_ipaddress { 192.0.2.1 }\n}\n";

    public static TheoryData<string, IpvsSyncDaemon> Lines => new()
    {
        { "eth1", new() { Interface = "eth1" } },
        { "eth1 V", new() { Interface = "eth1", Instance = "V" } },
        { "eth1 inst V id 51", new() { Interface = "eth1", Instance = "V", SyncId = 51 } },
        {
            "eth1 id 0 maxlen 1400 port 9000 ttl 4 group 224.0.0.90 inst V",
            new() { Interface = "eth1", Instance = "V", SyncId = 0, MaximumLength = 1400, Port = 9000, Ttl = 4, Group = Ip("224.0.0.90") }
        },
        { "eth1 group ff05::90", new() { Interface = "eth1", Group = Ip("ff05::90") } },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_of_keepalived_s_and_the_YAML_that_is_written_of_it_mean_the_same(string words, IpvsSyncDaemon daemon)
    {
        HaConfiguration model = Conf(Instance + Global(words)).Clean();
        Assert.Equal(daemon, model.SyncDaemon);
        Assert.Equal(daemon, FromYaml(HaConfigurationWriter.WriteYaml(model)).Configuration!.SyncDaemon);
    }

    [Theory]
    [InlineData("eth1 V 300", "7:25 Warning Deprecated 7:25 Warning ValueOutOfRange")]
    [InlineData("eth1 id 300", "7:26 Warning ValueOutOfRange")]
    [InlineData("eth1 port 0 ttl 256 maxlen 65508", "7:28 Warning ValueOutOfRange 7:34 Warning ValueOutOfRange 7:45 Warning ValueOutOfRange")]
    [InlineData("eth1 group 192.0.2.1", "7:29 Warning NoMulticastGroup")]
    [InlineData("eth1 group", "7:23 Error MissingValue")]
    [InlineData("eth1 inst V nothing", "7:30 Error UnknownValue")]
    [InlineData("eth1 W", "7:18 Error UnknownInstance")]
    [InlineData("a/b", "7:18 Error InvalidInterface")]
    [InlineData("eth1\n lvs_sync_daemon eth2", "8:2 Warning RepeatedKeyword")]
    public void What_is_odd_is_said_where_it_stands(string words, string said) =>
        Assert.Equal(said, string.Join(' ', Conf(Instance + Global(words)).Brief()));

    [Fact]
    public void The_former_place_is_an_instance()
    {
        string former = Instance.Replace("virtual_router_id", "lvs_sync_daemon_interface eth1\n virtual_router_id", StringComparison.Ordinal);
        (HaConfiguration model, string[] said) = ConfOnly(former);
        Assert.Equal(new IpvsSyncDaemon { Interface = "eth1", Instance = "V" }, model.SyncDaemon);
        Assert.Equal(["3:2 Warning Deprecated"], said);
        (model, said) = ConfOnly(former + Global("eth2"));
        Assert.Equal("eth2", model.SyncDaemon!.Interface);
        Assert.Equal(["3:2 Warning RepeatedKeyword"], said);
    }

    [Theory]
    [InlineData("syncId: 256")]
    [InlineData("maximumLength: 0")]
    [InlineData("port: 65536")]
    [InlineData("ttl: 0")]
    [InlineData("group: 10.0.0.1")]
    [InlineData("instance: nobody")]
    public void What_cannot_be_is_refused(string line) =>
        Assert.Equal(HaDiagnosticSeverity.Error, Assert.Single(FromYaml($"syncDaemon:\n  interface: eth0\n  {line}\n").Diagnostics).Severity);

    private static string Global(string words) => $"global_defs {{\n lvs_sync_daemon {words}\n}}\n";
}
