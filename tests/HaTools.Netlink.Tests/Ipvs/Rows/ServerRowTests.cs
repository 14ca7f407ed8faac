using System.Net;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;
using static HaTools.Netlink.Tests.Ipvs.Rows.BothWays;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Ipvs.Rows;

/// <summary>Rows of real servers: options, tunnels, families.</summary>
[Trait("Needs", "ipvs")]
public sealed class ServerRowTests
{
    private static readonly IpvsServiceKey Web = Tcp("192.0.2.1", 80), Six = Tcp("2001:db8::1", 80);

    [IpvsFact]
    [Trait("Row", "I2")]
    public void Servers_are_added_changed_and_removed_by_both() => InNamespace(client =>
    {
        var ours = new IpvsDestination { Address = IPAddress.Parse("192.0.2.11"), Port = 8080 };
        var theirs = new IpvsDestination { Address = IPAddress.Parse("192.0.2.12"), Port = 8080 };
        client.AddService(new IpvsService { Key = Web, Scheduler = "rr" });
        client.AddDestination(Web, ours);
        Run("ipvsadm", "-a", "-t", "192.0.2.1:80", "-r", "192.0.2.12:8080", "-m");
        Assert.Equal([theirs, ours], client.GetDestinations(Web));
        client.SetDestination(Web, theirs with { Weight = 5 });
        Run("ipvsadm", "-e", "-t", "192.0.2.1:80", "-r", "192.0.2.11:8080", "-m", "-w", "6");
        Assert.Equal([theirs with { Weight = 5 }, ours with { Weight = 6 }], client.GetDestinations(Web));
        Assert.Equal(
            "-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 192.0.2.11:8080 -m -w 6\n-a -t 192.0.2.1:80 -r 192.0.2.12:8080 -m -w 5\n",
            Run("ipvsadm", "-S", "-n"));
        Assert.True(client.DeleteDestination(Web, theirs));
        Assert.Equal("-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 192.0.2.11:8080 -m -w 6\n", Run("ipvsadm", "-S", "-n"));
        Run("ipvsadm", "-d", "-t", "192.0.2.1:80", "-r", "192.0.2.11:8080");
        Assert.Empty(client.GetDestinations(Web));
    });

    [IpvsFact]
    [Trait("Row", "I9")]
    [Trait("Row", "I15")]
    public void Every_option() => InNamespace(client => Check(client,
        Service("-A -t 192.0.2.1:80 -s rr", Web),
        Service("-A -t [2001:db8::1]:80 -s rr", Six),
        Server("-a -t 192.0.2.1:80 -r 192.0.2.11:80 -m -w 1", Web, "192.0.2.11"),
        Server("-a -t 192.0.2.1:80 -r 192.0.2.11:8080 -m -w 0", Web, "192.0.2.11", s => s with { Port = 8080, Weight = 0 }),
        Server("-a -t 192.0.2.1:80 -r 192.0.2.12:65535 -m -w 65535", Web, "192.0.2.12", s => s with { Port = 65535, Weight = 65535 }),
        Server("-a -t 192.0.2.1:80 -r 192.0.2.13:80 -g -w 2", Web, "192.0.2.13", s => s with { ForwardingMethod = IpvsForwardingMethod.DirectRoute, Weight = 2 }),
        Server("-a -t 192.0.2.1:80 -r 192.0.2.14:80 -i -w 3 --tun-type ipip", Web, "192.0.2.14", s => s with { ForwardingMethod = IpvsForwardingMethod.Tunnel, Weight = 3 }),
        Server("-a -t 192.0.2.1:80 -r 192.0.2.15:80 -m -w 1 -x 100 -y 80", Web, "192.0.2.15", s => s with { UpperThreshold = 100, LowerThreshold = 80 }),
        Server("-a -t 192.0.2.1:80 -r 192.0.2.16:80 -m -w 1 -x 2147483647 -y 0", Web, "192.0.2.16", s => s with { UpperThreshold = int.MaxValue }),
        Server("-a -t [2001:db8::1]:80 -r [2001:db8::11]:80 -m -w 1 -x 7 -y 3", Six, "2001:db8::11", s => s with { UpperThreshold = 7, LowerThreshold = 3 }),
        Server("-a -t [2001:db8::1]:80 -r [2001:db8::12]:80 -g -w 65535", Six, "2001:db8::12", s => s with { ForwardingMethod = IpvsForwardingMethod.DirectRoute, Weight = 65535 }),
        Server("-a -t [2001:db8::1]:80 -r [2001:db8::13]:80 -i -w 0 --tun-type ipip", Six, "2001:db8::13", s => s with { ForwardingMethod = IpvsForwardingMethod.Tunnel, Weight = 0 })));

    [IpvsFact]
    [Trait("Row", "I10")]
    [Trait("Row", "I21")]
    [Trait("Row", "I24")]
    public void Every_tunnel_with_every_checksum_to_both_families() => InNamespace(client =>
    {
        List<(string, IpvsCommand)> cases = [Service("-A -t 192.0.2.1:80 -s rr", Web), Service("-A -t [2001:db8::1]:80 -s rr", Six)];
        (string Words, IpvsTunnelType Type, int Port, IpvsTunnelFlags Flags)[] tunnels =
        [
            ("--tun-type ipip", IpvsTunnelType.IpIp, 0, IpvsTunnelFlags.None),
            ("--tun-type gue --tun-port 1 --tun-nocsum", IpvsTunnelType.Gue, 1, IpvsTunnelFlags.None),
            ("--tun-type gue --tun-port 6080 --tun-csum", IpvsTunnelType.Gue, 6080, IpvsTunnelFlags.Checksum),
            ("--tun-type gue --tun-port 65535 --tun-remcsum", IpvsTunnelType.Gue, 65535, IpvsTunnelFlags.RemoteChecksum),
            ("--tun-type gre --tun-nocsum", IpvsTunnelType.Gre, 0, IpvsTunnelFlags.None),
            ("--tun-type gre --tun-csum", IpvsTunnelType.Gre, 0, IpvsTunnelFlags.Checksum),
        ];
        foreach (((string words, IpvsTunnelType type, int port, IpvsTunnelFlags flags), int i) in tunnels.Select((t, i) => (t, i)))
        {
            // Each service has servers of its own family and of the other.
            foreach ((string service, IpvsServiceKey key) in ((string, IpvsServiceKey)[])[("192.0.2.1:80", Web), ("[2001:db8::1]:80", Six)])
            {
                foreach (string server in (string[])[$"192.0.2.{10 + i}", $"2001:db8::{10 + i}"])
                {
                    string name = server.Contains(':', StringComparison.Ordinal) ? $"[{server}]" : server;
                    cases.Add(Server($"-a -t {service} -r {name}:80 -i -w 1 {words}", key, server, s => s with
                    {
                        ForwardingMethod = IpvsForwardingMethod.Tunnel,
                        TunnelType = type,
                        TunnelPort = port,
                        TunnelFlags = flags,
                    }));
                }
            }
        }

        Check(client, [.. cases]);
    });

    [IpvsFact]
    [Trait("Row", "I24")]
    public void Where_families_may_not_differ_the_kernel_s_refusal_is_explained() => InNamespace(client =>
    {
        var six = new IpvsDestination { Address = IPAddress.Parse("2001:db8::11"), Port = 80 };
        var tunnelled = six with { ForwardingMethod = IpvsForwardingMethod.Tunnel };
        var daemon = new IpvsDaemon { Role = IpvsDaemonRole.Backup, Interface = "eth9", SyncId = 1 };
        Run("ip", "link", "add", "eth9", "type", "dummy");
        Run("ip", "addr", "add", "192.0.2.1/24", "dev", "eth9");
        Run("ip", "link", "set", "eth9", "up");
        client.AddService(new IpvsService { Key = Web, Scheduler = "rr" });
        foreach (IpvsForwardingMethod method in (IpvsForwardingMethod[])[IpvsForwardingMethod.Masquerade, IpvsForwardingMethod.DirectRoute])
        {
            NetlinkException e = Assert.Throws<NetlinkException>(() => client.AddDestination(Web, six with { ForwardingMethod = method }));
            Assert.Equal(Errno.EINVAL, e.Errno);
            Assert.Contains("of the service's family unless it is tunnelled", e.Message, StringComparison.Ordinal);
        }

        client.StartDaemon(daemon);
        Assert.Equal(Errno.EINVAL, Assert.Throws<NetlinkException>(() => client.AddDestination(Web, tunnelled)).Errno);
        Assert.True(client.StopDaemon(IpvsDaemonRole.Backup));
        client.AddDestination(Web, tunnelled);
        NetlinkException mixed = Assert.Throws<NetlinkException>(() => client.StartDaemon(daemon));
        Assert.Equal(Errno.EINVAL, mixed.Errno);
        Assert.Contains("of the other address family", mixed.Message, StringComparison.Ordinal);
    });
}
