using System.Net;
using System.Net.Sockets;
using HaTools.Netlink.Generic;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;
using static HaTools.Netlink.Tests.Ipvs.Rows.BothWays;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Ipvs.Rows;

/// <summary>
/// Rows of the generic netlink family: that each command and attribute goes over the wire here. What they mean, the other rows' tests
/// compare with ipvsadm.
/// </summary>
[Trait("Needs", "ipvs")]
public sealed class WireRowTests
{
    [IpvsFact]
    [Trait("Row", "I12")]
    [Trait("Row", "I13")]
    [Trait("Row", "I14")]
    [Trait("Row", "I15")]
    [Trait("Row", "I16")]
    [Trait("Row", "I17")]
    [Trait("Row", "I18")]
    [Trait("Row", "I31")]
    public void Every_command_and_attribute_is_used() => InNamespace(_ =>
    {
        Run("ip", "link", "add", "eth9", "type", "dummy");
        Run("ip", "addr", "add", "192.0.2.1/24", "dev", "eth9");
        Run("ip", "link", "set", "eth9", "up");
        using var tap = new TappedTransport(KernelTransport.Open(NetlinkProtocol.Generic, 1 << 20, nonBlocking: false));
        using var client = new IpvsClient(new NetlinkSocket(tap));
        Talk(client);

        // A request of each, and what the kernel answers with: IPVS_CMD_SET_INFO (14) is an answer only.
        Assert.Equal(All("CMD", 17).Except(["CMD 14"]), Of(tap.Sent, "CMD"));
        Assert.Equal(["CMD 1", "CMD 5", "CMD 9", "CMD 12", "CMD 14"], Of(tap.Received, "CMD"));
        Assert.Equal(All("ATTR", 6), Of(tap.Sent, "ATTR"));
        Assert.Equal(All("ATTR", 6), Of(tap.Received, "ATTR"));

        // Counters and numbers of connections are the kernel's to say, the rest is said by both.
        Assert.Equal(All("SVC", 12).Except(["SVC 10", "SVC 12"]), Of(tap.Sent, "SVC"));
        Assert.Equal(All("SVC", 12), Of(tap.Received, "SVC"));
        Assert.Equal(All("DEST", 15).Except(["DEST 7", "DEST 8", "DEST 9", "DEST 10", "DEST 12"]), Of(tap.Sent, "DEST"));
        Assert.Equal(All("DEST", 15), Of(tap.Received, "DEST"));
        Assert.Equal(All("DAEMON", 8), Of(tap.Sent, "DAEMON"));
        Assert.Equal(All("DAEMON", 8), Of(tap.Received, "DAEMON"));
        // The eleventh (PAD) brings numbers of 64 bits to their place in some kernels.
        Assert.Equal(All("STATS", 10), Of(tap.Received, "STATS").Except(["STATS 11"]));
        Assert.Equal(All("STATS64", 10), Of(tap.Received, "STATS64").Except(["STATS64 11"]));
        Assert.Equal(All("INFO", 2), Of(tap.Received, "INFO"));
        Assert.Equal([16], tap.AddressLengths);
    });

    [IpvsFact]
    [Trait("Row", "I12")]
    public void The_family_has_version_1_and_no_events() => InNamespace(_ =>
    {
        using NetlinkSocket socket = NetlinkSocket.Open(NetlinkProtocol.Generic);
        GenericNetlinkFamily family = GenericNetlink.FindFamily(socket, "IPVS")!;
        Assert.Equal(("IPVS", 1u, 0u), (family.Name, family.Version, family.HeaderLength));
        Assert.Empty(family.MulticastGroups);
    });

    /// <summary>A service of a firewall mark names no address: with one the kernel refuses it.</summary>
    [IpvsFact]
    [Trait("Row", "I31")]
    public void A_firewall_mark_goes_without_address_and_port() => InNamespace(_ =>
    {
        using var tap = new TappedTransport(KernelTransport.Open(NetlinkProtocol.Generic, 1 << 20, nonBlocking: false));
        using var client = new IpvsClient(new NetlinkSocket(tap));
        IpvsServiceKey mark = IpvsServiceKey.OfFirewallMark(7, AddressFamily.InterNetworkV6);
        client.AddService(new IpvsService { Key = mark });
        client.SetService(new IpvsService { Key = mark, Scheduler = "rr" });
        client.DeleteService(mark);
        Assert.Contains("SVC 5", tap.Sent);
        Assert.Empty(tap.Sent.Intersect(["SVC 2", "SVC 3", "SVC 4"]));
    });

    /// <summary>Ports are big-endian: one whose bytes differ is the same for both.</summary>
    [IpvsFact]
    [Trait("Row", "I31")]
    public void Bytes_are_in_the_order_of_the_kernel() => InNamespace(client => Check(client,
        Service("-A -t 1.2.3.4:258 -s rr", Tcp("1.2.3.4", 258)),
        Service("-A -t [102:304:506:708:90a:b0c:d0e:f10]:772 -s rr", Tcp("102:304:506:708:90a:b0c:d0e:f10", 772)),
        Server("-a -t 1.2.3.4:258 -r 5.6.7.8:1286 -m -w 1", Tcp("1.2.3.4", 258), "5.6.7.8", s => s with { Port = 1286 }),
        Server("-a -t 1.2.3.4:258 -r 5.6.7.9:258 -i -w 1 --tun-type gue --tun-port 1800 --tun-nocsum", Tcp("1.2.3.4", 258), "5.6.7.9", s => s with
        {
            Port = 258,
            ForwardingMethod = IpvsForwardingMethod.Tunnel,
            TunnelType = IpvsTunnelType.Gue,
            TunnelPort = 1800,
        })));

    /// <summary>Every method of the client, with every property set in something.</summary>
    private static void Talk(IpvsClient client)
    {
        IpvsServiceKey sip = Udp("192.0.2.1", 5060), mark = IpvsServiceKey.OfFirewallMark(7);
        var server = new IpvsDestination { Address = IPAddress.Parse("192.0.2.11"), Port = 5060 };
        client.AddService(new IpvsService { Key = sip, Scheduler = "rr", Flags = IpvsServiceFlags.Persistent, Timeout = 60, PersistenceEngine = "sip" });
        client.AddService(new IpvsService { Key = mark });
        client.SetService(new IpvsService { Key = mark, Scheduler = "rr" });
        client.AddDestination(sip, server);
        client.SetDestination(sip, server with
        {
            ForwardingMethod = IpvsForwardingMethod.Tunnel,
            TunnelType = IpvsTunnelType.Gue,
            TunnelPort = 6080,
            TunnelFlags = IpvsTunnelFlags.Checksum,
            UpperThreshold = 2,
            LowerThreshold = 1,
        });
        Assert.Equal(2, client.GetTable().Count);
        Assert.NotNull(client.FindService(sip));
        client.Apply([IpvsCommand.ZeroService(sip)]);
        client.Zero();
        client.GetInfo();
        client.SetTimeouts(client.GetTimeouts());
        var daemon = new IpvsDaemon
        {
            Role = IpvsDaemonRole.Master,
            Interface = "eth9",
            SyncId = 1,
            MaximumLength = 1000,
            Group = IPAddress.Parse("224.0.0.90"),
            Port = 8849,
            Ttl = 2,
        };
        client.StartDaemon(daemon);
        client.StartDaemon(daemon with { Role = IpvsDaemonRole.Backup, Group = IPAddress.Parse("ff02::90") });
        Assert.Equal(2, client.GetDaemons().Count);
        client.StopDaemon(IpvsDaemonRole.Master);
        client.StopDaemon(IpvsDaemonRole.Backup);
        client.DeleteDestination(sip, server);
        client.DeleteService(mark);
        client.Flush();
    }

    private static IEnumerable<string> All(string kind, int count) => Enumerable.Range(1, count).Select(i => $"{kind} {i}");

    private static IEnumerable<string> Of(IEnumerable<string> noted, string kind) =>
        noted.Where(n => n.StartsWith(kind + " ", StringComparison.Ordinal)).OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal);
}
