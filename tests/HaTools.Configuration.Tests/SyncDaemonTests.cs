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
    [InlineData("refreshPeriod: 0")]
    [InlineData("refreshPeriod: 1.5s")]
    [InlineData("refreshPeriod: 301s")]
    [InlineData("refreshPeriod: never")]
    public void What_cannot_be_is_refused(string line) =>
        Assert.Equal(HaDiagnosticSeverity.Error, Assert.Single(FromYaml($"syncDaemon:\n  interface: eth0\n  {line}\n").Diagnostics).Severity);

    [Fact]
    public void A_connection_is_announced_at_once_and_every_three_seconds_unless_something_else_is_said()
    {
        Assert.Equal("sync_threshold=0 0, sync_refresh_period=3", Announcing(Conf(Instance + Global("eth1 V")).Clean()));
        Assert.Equal("sync_threshold=0 0, sync_refresh_period=3", Announcing(FromYaml("syncDaemon: { interface: eth0 }").Clean()));
        Assert.Equal("sync_threshold=0 0, sync_refresh_period=120", Announcing(FromYaml("syncDaemon: { interface: eth0, refreshPeriod: 2m }").Clean()));
        Assert.Equal("", Announcing(FromYaml("syncDaemon: { interface: eth0, refreshPeriod: off }").Clean()));
        Assert.Equal("", Announcing(FromYaml("{}").Clean()));
    }

    [Theory]
    [InlineData("sync_threshold: 3 20")]
    [InlineData("sync_refresh_period: 10")]
    public void Who_sets_one_of_the_parameters_by_hand_has_both_and_is_told(string parameter)
    {
        ConfigurationReadResult read = FromYaml($"syncDaemon:\n  interface: eth0\n  refreshPeriod: 5s\nipvs: {{ parameters: {{ {parameter} }} }}\n");
        Assert.Equal("3:18 Warning NoEffect", string.Join(' ', read.Brief()));
        Assert.Equal("", Announcing(read.Configuration!));
        Assert.Equal("", Announcing(FromYaml($"syncDaemon: {{ interface: eth0, refreshPeriod: off }}\nipvs: {{ parameters: {{ {parameter} }} }}\n").Clean()));
    }

    private static string Announcing(HaConfiguration model) => string.Join(", ", SyncAnnouncements.ParametersOf(model).Select(p => $"{p.Name}={p.Value}"));

    private static string Global(string words) => $"global_defs {{\n lvs_sync_daemon {words}\n}}\n";
}
