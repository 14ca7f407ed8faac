using System.Net;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Ipvs.Rows;

/// <summary>Rows of what is one for the network namespace: timeouts, sync daemons, what the kernel says of itself.</summary>
[Trait("Needs", "ipvs")]
public sealed class DaemonRowTests
{
    [IpvsFact]
    [Trait("Row", "I5")]
    public void Timeouts_are_set_by_both_and_0_keeps_one() => InNamespace(client =>
    {
        client.SetTimeouts(new IpvsTimeouts(1000, 100, 10));
        Assert.Equal("Timeout (tcp tcpfin udp): 1000 100 10\n", Run("ipvsadm", "-L", "--timeout"));
        client.SetTimeouts(new IpvsTimeouts(0, 101, 0));
        Assert.Equal("Timeout (tcp tcpfin udp): 1000 101 10\n", Run("ipvsadm", "-L", "--timeout"));
        Run("ipvsadm", "--set", "0", "0", "20");
        Assert.Equal(new IpvsTimeouts(1000, 101, 20), client.GetTimeouts());
        Run("ipvsadm", "--set", "900", "200", "0");
        Assert.Equal(new IpvsTimeouts(900, 200, 20), client.GetTimeouts());
    });

    [IpvsFact]
    [Trait("Row", "I6")]
    [Trait("Row", "I16")]
    public void Both_roles_of_sync_daemons_with_every_option() => InNamespace(client =>
    {
        AddInterface();
        IpvsDaemon master = new()
        {
            Role = IpvsDaemonRole.Master,
            Interface = "eth9",
            SyncId = 255,
            MaximumLength = 1000,
            Group = IPAddress.Parse("224.0.0.90"),
            Port = 8849,
            Ttl = 7,
        };
        IpvsDaemon backup = master with
        {
            Role = IpvsDaemonRole.Backup,
            SyncId = 0,
            MaximumLength = 1400,
            Group = IPAddress.Parse("ff02::90"),
            Port = 65535,
            Ttl = 255,
        };
        string[] shown =
        [
            "master sync daemon (mcast=eth9, syncid=255, maxlen=1000, group=224.0.0.90, port=8849, ttl=7)",
            "backup sync daemon (mcast=eth9, syncid=0, maxlen=1400, group=ff02::90, port=65535, ttl=255)",
        ];

        Assert.Empty(client.GetDaemons());
        client.StartDaemon(master);
        client.StartDaemon(backup);
        Assert.Equal([master, backup], client.GetDaemons());
        Assert.Equal(shown, Shown());
        Run("ipvsadm", "--stop-daemon", "master");
        Assert.Equal([backup], client.GetDaemons());
        Run("ipvsadm", "--stop-daemon", "backup");
        Assert.Empty(client.GetDaemons());

        foreach (IpvsDaemon daemon in (IpvsDaemon[])[master, backup])
        {
            Run(
                "ipvsadm", "--start-daemon", daemon.Role == IpvsDaemonRole.Master ? "master" : "backup", "--mcast-interface", "eth9",
                "--syncid", $"{daemon.SyncId}", "--sync-maxlen", $"{daemon.MaximumLength}", "--mcast-group", $"{daemon.Group}",
                "--mcast-port", $"{daemon.Port}", "--mcast-ttl", $"{daemon.Ttl}");
        }

        Assert.Equal([master, backup], client.GetDaemons());
        Assert.Equal(shown, Shown());
        Assert.True(client.StopDaemon(IpvsDaemonRole.Master));
        Assert.Equal([shown[1]], Shown());
        Assert.True(client.StopDaemon(IpvsDaemonRole.Backup));
        Assert.False(client.StopDaemon(IpvsDaemonRole.Backup));
        Assert.Equal([], Shown());
    });

    [IpvsFact]
    [Trait("Row", "I6")]
    public void What_is_not_said_of_a_daemon_is_the_kernel_s_own_for_both() => InNamespace(client =>
    {
        AddInterface();
        client.StartDaemon(new IpvsDaemon { Role = IpvsDaemonRole.Master, Interface = "eth9" });
        string ours = Assert.Single(Shown());
        IpvsDaemon read = Assert.Single(client.GetDaemons());
        Assert.Equal((0, IPAddress.Parse("224.0.0.81"), 8848, 1), (read.SyncId, read.Group, read.Port, read.Ttl));
        client.StopDaemon(IpvsDaemonRole.Master);
        Run("ipvsadm", "--start-daemon", "master", "--mcast-interface", "eth9");
        Assert.Equal(ours, Assert.Single(Shown()));
        Assert.Equal([read], client.GetDaemons());
        client.StopDaemon(IpvsDaemonRole.Master);

        client.StartDaemon(read with { MaximumLength = 65507 });
        Assert.Equal(ours.Replace("maxlen=1472", "maxlen=65507", StringComparison.Ordinal), Assert.Single(Shown()));
        Assert.Equal(65507, Assert.Single(client.GetDaemons()).MaximumLength);
    });

    [IpvsFact]
    [Trait("Row", "I6")]
    public void A_daemon_that_cannot_be_started_is_explained() => InNamespace(client =>
    {
        AddInterface();
        var master = new IpvsDaemon { Role = IpvsDaemonRole.Master, Interface = "eth9" };
        client.StartDaemon(master);
        Assert.Contains("one of that role runs already", Assert.Throws<NetlinkException>(() => client.StartDaemon(master)).Message, StringComparison.Ordinal);
        NetlinkException nowhere = Assert.Throws<NetlinkException>(() => client.StartDaemon(new IpvsDaemon { Role = IpvsDaemonRole.Backup, Interface = "nosuch" }));
        Assert.Equal(Errno.ENODEV, nowhere.Errno);
        Assert.Contains("there is no interface nosuch", nowhere.Message, StringComparison.Ordinal);
    });

    [IpvsFact]
    [Trait("Row", "I18")]
    public void Version_and_table_size_are_those_of_ipvsadm_s_heading() => InNamespace(client =>
    {
        IpvsInfo info = client.GetInfo();
        Assert.StartsWith(
            $"IP Virtual Server version {info.Version} (size={info.ConnectionTableSize})\n", Run("ipvsadm", "-L", "-n"), StringComparison.Ordinal);
    });

    private static void AddInterface()
    {
        Run("ip", "link", "add", "eth9", "type", "dummy");
        Run("ip", "addr", "add", "192.0.2.1/24", "dev", "eth9");
        Run("ip", "link", "set", "eth9", "up");
    }

    private static string[] Shown() => Run("ipvsadm", "-L", "--daemon").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
