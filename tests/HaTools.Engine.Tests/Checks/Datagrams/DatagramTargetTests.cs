using System.Net;
using HaTools.Engine.Checks;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Checks.Datagrams;

/// <summary>What becomes of the configuration's checks by datagram.</summary>
public sealed class DatagramTargetTests
{
    [Fact]
    public void A_ping_has_no_port_and_a_datagram_the_server_s_or_its_own()
    {
        var elsewhere = IPAddress.Parse("2001:db8::9");
        RealServer server = new()
        {
            Address = IPAddress.Parse("10.0.0.2"),
            Port = 53,
            Checks = [new PingCheck(), new PingCheck { ConnectAddress = elsewhere, FirewallMark = 3 }, new UdpCheck(), new UdpCheck { ConnectAddress = elsewhere, ConnectPort = 54, BindPort = 55 }],
        };
        var configuration = new HaConfiguration { VirtualServers = [new() { Address = IPAddress.Parse("10.0.0.1"), Port = 53, Protocol = TransportProtocol.Udp, RealServers = [server] }] };
        SocketTarget[] targets = [.. CheckTarget.Of(configuration).Cast<SocketTarget>()];
        Assert.Equal(["10.0.0.2", "2001:db8::9", "10.0.0.2:53", "[2001:db8::9]:54"], targets.Select(t => t.Place));
        Assert.Equal(
            [(Libc.SOCK_DGRAM, Libc.IPPROTO_ICMP), (Libc.SOCK_DGRAM, Libc.IPPROTO_ICMPV6), (Libc.SOCK_DGRAM, 0), (Libc.SOCK_DGRAM, 0)],
            targets.Select(t => (t.Socket.Type, t.Socket.Protocol)));
        Assert.Equal([null, new CheckOrigin(null, 0, null, 3), null, new CheckOrigin(null, 55, null, 0)], targets.Select(t => t.Origin));
        Assert.Equal("ICMP connection to [10.0.0.2]:udp:53 success.", targets[0].Words(true, "[10.0.0.2]:udp:53"));
        Assert.Equal("UDP_CHECK on service [10.0.0.2]:udp:53 failed after 1 retries.", targets[2].Words(false, "[10.0.0.2]:udp:53"));
    }
}
