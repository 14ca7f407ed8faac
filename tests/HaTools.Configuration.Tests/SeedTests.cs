using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>The configurations of the accounts that the project was created from, as written (Chinese comments and tabs and all).</summary>
public class SeedTests
{
    private static readonly TcpCheck SeedCheck = new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(10),
        Retry = 3,
        DelayBeforeRetry = TimeSpan.FromSeconds(3),
        ConnectPort = 80,
    };

    private static readonly VrrpAuthentication Pass1111 = new(VrrpAuthenticationType.SimplePassword, "1111");

    private static readonly HaConfiguration Seed000Backup = new()
    {
        RouterId = "LVS_DEVEL",
        ScriptUser = "keepalived_script|root",
        SmtpAlerts = new() { Server = "127.0.0.1", From = "XX@126.com", To = ["xxx@126.com"] },
        Scripts =
        [
            new() { Name = "monitor_nginx", Command = "/usr/local/etc/keepalived/script/monitor_nginx.sh",
                Interval = TimeSpan.FromSeconds(1), Weight = -15 },
        ],
        VrrpInstances =
        [
            Keepalived(new()
            {
                Name = "VI_1",
                Interface = "eno16777736",
                VirtualRouterId = 51,
                Priority = 80,
                Authentication = Pass1111,
                VirtualAddresses = [new() { Address = Ip("192.168.1.120") }],
                TrackScripts = [new("monitor_nginx")],
            }),
        ],
        VirtualServers =
        [
            new()
            {
                Address = Ip("192.168.1.120"),
                Port = 80,
                Scheduler = "wrr",
                Forwarding = ForwardingMethod.DirectRouting,
                Persistence = TimeSpan.FromSeconds(50),
                DelayLoop = TimeSpan.FromSeconds(6),
                Drain = null,
                RealServers =
                [
                    new() { Address = Ip("192.168.1.103"), Port = 80, Weight = 1, Checks = [SeedCheck] },
                    new() { Address = Ip("192.168.1.104"), Port = 80, Weight = 5, Checks = [SeedCheck] },
                ],
            },
        ],
    };

    private static readonly HaConfiguration Seed001Backup = new()
    {
        RouterId = "lb02",
        VrrpInstances =
        [
            Keepalived(new()
            {
                Name = "VI_1",
                Interface = "ens33",
                VirtualRouterId = 51,
                Priority = 100,
                Authentication = Pass1111,
                VirtualAddresses = [new() { Address = Ip("192.168.81.100") }],
            }),
        ],
    };

    private static readonly HaConfiguration Seed002Master = new()
    {
        VrrpInstances =
        [
            Keepalived(new()
            {
                Name = "VI_1",
                Interface = "eth0",
                VirtualRouterId = 51,
                Priority = 100,
                InitialState = VrrpInitialState.Master,
                Authentication = new(VrrpAuthenticationType.SimplePassword, "hell>com"),
                VirtualAddresses = [new() { Address = Ip("192.168.188.120") }],
            }),
        ],
        VirtualServers =
        [
            new()
            {
                Address = Ip("192.168.188.120"),
                Port = 80,
                Scheduler = "wlc",
                Forwarding = ForwardingMethod.DirectRouting,
                Persistence = null,
                DelayLoop = TimeSpan.FromSeconds(5),
                Drain = null,
                RealServers =
                [
                    new() { Address = Ip("192.168.188.107"), Port = 80, Weight = 100, Checks = [SeedCheck] },
                    new() { Address = Ip("192.168.188.110"), Port = 80, Weight = 100, Checks = [SeedCheck] },
                ],
            },
        ],
    };

    private static readonly HaConfiguration Seed003Backup = new()
    {
        RouterId = "backup",
        ScriptUser = "keepalived_script|root",
        Scripts = [new() { Name = "chk_nginx_port", Command = "/etc/keepalived/sh/nginx_keepalived.sh",
            Interval = TimeSpan.FromSeconds(3) }],
        VrrpInstances =
        [
            Keepalived(new()
            {
                Name = "VI_1",
                Interface = "eth0",
                VirtualRouterId = 254,
                Priority = 99,
                NoPreempt = true,
                Authentication = Pass1111,
                VirtualAddresses = [new() { Address = Ip("192.168.0.174"), Device = "eth0", Label = "eth0:0" }],
                TrackScripts = [new("chk_nginx_port")],
            }),
        ],
    };

    [Fact]
    public void Seed_000_backup_is_read_whole()
    {
        ConfigurationReadResult result = Seed("seed-000-backup");
        Assert.Equal(
            [
                "43:13 Warning NbGetRetry", "52:13 Warning NbGetRetry",
            ],
            result.Brief());
        Assert.Equal(["nb_get_retry", "nb_get_retry"], result.Diagnostics.Select(d => d.Text));
        Assert.Equal(Seed000Backup, result.Configuration);
    }

    [Fact]
    public void Seed_000_master_differs_in_its_state_alone()
    {
        ConfigurationReadResult result = Seed("seed-000-master");
        Assert.Equal(Seed("seed-000-backup").Brief(), result.Brief());
        VrrpInstance instance = Seed000Backup.VrrpInstances[0] with { InitialState = VrrpInitialState.Master };
        Assert.Equal(Seed000Backup with { VrrpInstances = [instance] }, result.Configuration);
    }

    [Fact]
    public void Seed_001_master_is_read_whole_and_each_of_its_slashes_is_told()
    {
        ConfigurationReadResult result = Seed("seed-001-master");
        Assert.Equal(
            [
                "2:21 Warning SlashComment", "5:23 Warning SlashComment", "6:21 Warning SlashComment", "7:24 Warning SlashComment",
                "8:28 Warning SlashComment", "9:20 Warning SlashComment", "10:20 Warning SlashComment", "12:25 Warning SlashComment",
                "13:25 Warning SlashComment", "15:27 Warning SlashComment",
            ],
            result.Brief());
        Assert.Equal("//路由名称，不能使用相同的路由名称", result.Diagnostics[0].Text);
        Assert.Equal("//定义一个漂移ip", result.Diagnostics[^1].Text);
        VrrpInstance instance = Seed001Backup.VrrpInstances[0] with { InitialState = VrrpInitialState.Master, Priority = 150 };
        Assert.Equal(Seed001Backup with { RouterId = "lb01", VrrpInstances = [instance] }, result.Configuration);
    }

    [Fact]
    public void Seed_001_backup_has_nothing_to_say_about() => Assert.Equal(Seed001Backup, Seed("seed-001-backup").Clean());

    [Fact]
    public void Seed_002_master_is_read_whole()
    {
        ConfigurationReadResult result = Seed("seed-002-master");
        Assert.Equal(["29:29 Warning PersistenceOff", "39:21 Warning NbGetRetry", "50:21 Warning NbGetRetry"], result.Brief());
        Assert.Equal(Seed002Master, result.Configuration);
    }

    [Fact]
    public void Seed_002_backup_differs_in_state_and_priority()
    {
        ConfigurationReadResult result = Seed("seed-002-backup");
        Assert.Equal(Seed("seed-002-master").Brief(), result.Brief());
        VrrpInstance instance = Seed002Master.VrrpInstances[0] with { InitialState = VrrpInitialState.Backup, Priority = 90 };
        Assert.Equal(Seed002Master with { VrrpInstances = [instance] }, result.Configuration);
    }

    [Fact]
    public void Seed_003_master_loses_its_nopreempt_as_with_keepalived()
    {
        ConfigurationReadResult result = Seed("seed-003-master");
        Assert.Equal(["13:5 Warning NoPreemptWithMaster"], result.Brief());
        VrrpInstance instance = Seed003Backup.VrrpInstances[0] with
        {
            InitialState = VrrpInitialState.Master,
            NoPreempt = false,
            Priority = 100
        };
        Assert.Equal(Seed003Backup with { RouterId = "master", VrrpInstances = [instance] }, result.Configuration);
    }

    [Fact]
    public void Seed_003_backup_has_nothing_to_say_about() => Assert.Equal(Seed003Backup, Seed("seed-003-backup").Clean());

    [Theory]
    [InlineData("seed-000-backup")]
    [InlineData("seed-001-master")]
    [InlineData("seed-002-master")]
    [InlineData("seed-003-master")]
    public void Strict_makes_the_warnings_errors(string name)
    {
        ConfigurationReadResult usual = Seed(name);
        ConfigurationReadResult strict = HaConfigurationReader.ReadFile(PathOf("Seeds", name + ".conf"), strict: true);
        Assert.Null(strict.Configuration);
        Assert.NotEmpty(usual.Diagnostics);
        Assert.All(strict.Diagnostics, d => Assert.Equal(HaDiagnosticSeverity.Error, d.Severity));
        Assert.Equal(usual.Diagnostics.Count, strict.Diagnostics.Count);
    }

    [Theory]
    [InlineData("seed-000-master")]
    [InlineData("seed-001-master")]
    [InlineData("seed-002-backup")]
    [InlineData("seed-003-backup")]
    public void Windows_line_ends_and_a_byte_order_mark_change_nothing(string name)
    {
        string text = File.ReadAllText(PathOf("Seeds", name + ".conf"));
        ConfigurationReadResult plain = Conf(text);
        ConfigurationReadResult windows = Conf("\uFEFF" + text.Replace("\n", "\r\n"));
        Assert.Equal(plain.Configuration, windows.Configuration);
        Assert.Equal(plain.Diagnostics, windows.Diagnostics);
    }

    // What keepalived.conf defaults to: version 2 and, where version 3 is asked for, the checksum with the pseudo-header.
    private static VrrpInstance Keepalived(VrrpInstance instance) =>
        instance with { Version = 2, ChecksumForm = VrrpChecksumForm.PseudoHeader };
}
