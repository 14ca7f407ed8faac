using System.Net;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Lab;

/// <summary>What ipvsadm shows is read right: its words as they are known, and those of the ipvsadm that is installed.</summary>
public sealed class IpvsadmTests
{
    [Fact]
    public void Counters_are_read_with_the_service_that_their_server_belongs_to()
    {
        Assert.Equal(
            [
                new IpvsadmCounters("TCP 10.0.0.9:80", null, 3, 30, 20, 3000, 18446744073709551615),
                new IpvsadmCounters("TCP 10.0.0.9:80", IPEndPoint.Parse("10.0.0.2:80"), 2, 20, 10, 2000, 1000),
                new IpvsadmCounters("FWM 7 IPv6", null, 0, 0, 0, 0, 0),
                new IpvsadmCounters("FWM 7 IPv6", IPEndPoint.Parse("[fd00::2]:80"), 0, 0, 0, 0, 0),
            ],
            Ipvsadm.ReadCounters("""
                IP Virtual Server version 1.2.1 (size=4096)
                Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
                  -> RemoteAddress:Port
                TCP  10.0.0.9:80                         3       30       20     3000 18446744073709551615
                  -> 10.0.0.2:80                         2       20       10     2000     1000
                FWM  7 IPv6                              0        0        0        0        0
                  -> [fd00::2]:80                        0        0        0        0        0

                """));
    }

    [Fact]
    public void Connections_and_templates_are_read()
    {
        IReadOnlyList<IpvsadmConnection> read = Ipvsadm.ReadConnections("""
            IPVS connection entries
            pro expire state       source             virtual            destination
            TCP 14:59  ESTABLISHED 10.0.0.1:40000     10.0.0.9:80        10.0.0.2:80
            TCP 01:55  TIME_WAIT   [fd00::1]:40000    [fd00::9]:80       [fd00::2]:80
            IP  05:00  ASSURED     10.0.0.1:0         0.0.0.7:0          10.0.0.2:0
            UDP 04:00  UDP         10.0.0.1:5060      10.0.0.9:5060      10.0.0.2:5060      sip   abc@example

            """);
        Assert.Equal([false, false, true, false], read.Select(c => c.IsTemplate));
        Assert.Equal(
            new IpvsadmConnection("TCP", new TimeSpan(0, 14, 59), "ESTABLISHED", IPEndPoint.Parse("10.0.0.1:40000"), IPEndPoint.Parse("10.0.0.9:80"),
                IPEndPoint.Parse("10.0.0.2:80")), read[0]);
        Assert.Equal(IPEndPoint.Parse("[fd00::2]:80"), read[1].Server);
    }

    [Fact]
    public void Daemons_and_timeouts_are_read()
    {
        IpvsadmDaemon daemon = Assert.Single(
            Ipvsadm.ReadDaemons("backup sync daemon (mcast=eth0, syncid=51, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)\n"));
        Assert.Equal(("backup", "eth0", "51", "8848"), (daemon.Role, daemon.Options["mcast"], daemon.Options["syncid"], daemon.Options["port"]));
        Assert.Empty(Ipvsadm.ReadDaemons(""));
        Assert.Equal((900, 120, 300), Ipvsadm.ReadTimeouts("Timeout (tcp tcpfin udp): 900 120 300\n"));
    }

    [Fact]
    public void What_is_none_of_it_is_told() =>
        Assert.Contains("Usage", Assert.Throws<LabException>(() => Ipvsadm.ReadTimeouts("Usage: ipvsadm")).Message, StringComparison.Ordinal);
}
