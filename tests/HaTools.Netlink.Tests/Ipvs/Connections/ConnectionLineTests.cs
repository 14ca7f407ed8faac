using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Netlink.Ipvs;

namespace HaTools.Netlink.Tests.Ipvs;

/// <summary>Lines of /proc/net/ip_vs_conn and ip_vs_conn_sync, as kernels write them.</summary>
public class ConnectionLineTests
{
    private const string Six = "2001:0db8:0000:0000:0000:0000:0000:0001";

    [Fact]
    public void A_TCP_connection_is_read()
    {
        IpvsConnection read = Read("TCP C6336401 9C40 C0000201 0050 C000020B 1F90 ESTABLISHED     899");
        Assert.Equal(
            new IpvsConnection
            {
                Protocol = IpvsProtocol.Tcp,
                Client = IPEndPoint.Parse("198.51.100.1:40000"),
                Virtual = IPEndPoint.Parse("192.0.2.1:80"),
                Destination = IPEndPoint.Parse("192.0.2.11:8080"),
                State = IpvsConnectionState.Established,
                Expires = 899,
            },
            read);
        Assert.Equal("tcp 198.51.100.1:40000 -> 192.0.2.1:80 -> 192.0.2.11:8080 Established", read.ToString());
    }

    [Fact]
    public void The_families_of_client_and_server_may_differ()
    {
        IpvsConnection four = Read($"UDP C6336401 9C40 C0000201 0035 {Six} 0035 UDP             299");
        Assert.Equal((IpvsProtocol.Udp, IPEndPoint.Parse("[2001:db8::1]:53")), (four.Protocol, four.Destination));
        IpvsConnection six = Read($"UDP {Six} 9C40 2001:0db8:0000:0000:0000:0000:0000:00ff 0035 C000020B 0035 UDP             299");
        Assert.Equal(IPEndPoint.Parse("[2001:db8::1]:40000"), six.Client);
        Assert.Equal(IPEndPoint.Parse("[2001:db8::ff]:53"), six.Virtual);
        Assert.Equal(IPEndPoint.Parse("192.0.2.11:53"), six.Destination);
    }

    [Fact]
    public void A_template_has_no_client_port_and_a_state_of_its_own()
    {
        Assert.True(Read("TCP C6336401 0000 C0000201 0050 C000020B 0050 NONE             60").IsTemplate);
        Assert.True(Read("TCP C6336401 0000 C0000201 0050 C000020B 0050 ASSURED         350").IsTemplate);
        Assert.False(Read("TCP C6336401 0000 C0000201 0014 C000020B 0014 LISTEN          120").IsTemplate);
        Assert.False(Read("TCP C6336401 9C40 C0000201 0050 C000020B 0050 NONE             60").IsTemplate);
    }

    [Fact]
    public void A_template_of_a_firewall_mark_has_the_mark_for_its_address()
    {
        IpvsConnection four = Read("IP  C6336401 0000 80000007 0000 C000020B 0000 ASSURED         350");
        Assert.Equal((0x80000007u, null, IpvsProtocol.None, true), (four.FirewallMark, four.Virtual, four.Protocol, four.IsTemplate));
        IpvsConnection six = Read($"IP  {Six} 0000 0000:0007:0000:0000:0000:0000:0000:0000 0000 {Six} 0000 NONE             60");
        Assert.Equal((7u, null), (six.FirewallMark, six.Virtual));
    }

    [Fact]
    public void The_engine_s_data_is_the_rest_of_the_line()
    {
        IpvsConnection read = Read("UDP C6336401 0000 C0000201 13C4 C000020B 13C4 ASSURED         350 sip a call id@192.0.2.9 ");
        Assert.Equal(("sip", "a call id@192.0.2.9 "), (read.PersistenceEngine, read.PersistenceData));
    }

    [Fact]
    public void The_origin_is_told_by_the_other_file()
    {
        Assert.Equal(
            (IpvsConnectionOrigin.Sync, 7u),
            Values(Read("TCP C6336401 9C40 C0000201 0050 C000020B 0050 ESTABLISHED SYNC         7", hasOrigin: true)));
        Assert.Equal(
            (IpvsConnectionOrigin.Local, 899u),
            Values(Read("TCP C6336401 9C40 C0000201 0050 C000020B 0050 SYN_RECV    LOCAL      899", hasOrigin: true)));

        static (IpvsConnectionOrigin Origin, uint Expires) Values(IpvsConnection c) => (c.Origin, c.Expires);
    }

    [Fact]
    public void What_should_have_ended_already_ends_now()
    {
        Assert.Equal(0u, Read("TCP C6336401 9C40 C0000201 0050 C000020B 0050 TIME_WAIT   184467440737095516").Expires);
        Assert.Equal(4294967295u, Read("TCP C6336401 9C40 C0000201 0050 C000020B 0050 TIME_WAIT   4294967295").Expires);
    }

    [Theory]
    [InlineData("TCP", IpvsProtocol.Tcp)]
    [InlineData("UDP", IpvsProtocol.Udp)]
    [InlineData("SCTP", IpvsProtocol.Sctp)]
    [InlineData("ICMP", (IpvsProtocol)1)]
    [InlineData("ICMPv6", (IpvsProtocol)58)]
    [InlineData("IP_51", (IpvsProtocol)51)]
    public void Protocols_have_the_kernel_s_names(string name, IpvsProtocol protocol) =>
        Assert.Equal(protocol, Read($"{name,-3} C6336401 9C40 C0000201 0050 C000020B 0050 ERR!            60").Protocol);

    [Fact]
    public void Every_state_has_its_name_and_a_word_of_a_later_kernel_is_another_one()
    {
        string[] names =
        [
            "NONE", "ASSURED", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "SYNACK",
            "UDP", "INIT1", "INIT", "C-SENT", "C-REPLIED", "C-WAIT", "COOKIE", "C-ECHOED", "S-SENT", "S-RECEIVED", "S-ACK-SENT", "REJECTED", "CLOSED",
        ];
        Assert.Equal(
            Enum.GetValues<IpvsConnectionState>().Except([IpvsConnectionState.Other]),
            names.Select(n => Read($"TCP C6336401 9C40 C0000201 0050 C000020B 0050 {n,-11}      60").State));
        Assert.Equal(IpvsConnectionState.Other, Read("TCP C6336401 9C40 C0000201 0050 C000020B 0050 ERR!            60").State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("TCP")]
    [InlineData("XYZ C6336401 9C40 C0000201 0050 C000020B 0050 ESTABLISHED     899")]
    [InlineData("IP_256 C6336401 9C40 C0000201 0050 C000020B 0050 ESTABLISHED     899")]
    [InlineData("TCP C633640G 9C40 C0000201 0050 C000020B 0050 ESTABLISHED     899")]
    [InlineData("TCP C6336401 9C4 C0000201 0050 C000020B 0050 ESTABLISHED     899")]
    [InlineData("TCP C6336401 19C40 C0000201 0050 C000020B 0050 ESTABLISHED     899")]
    [InlineData("TCP C6336401 9C40 C00002010 0050 C000020B 0050 ESTABLISHED     899")]
    [InlineData("TCP C6336401 9C40 2001:0db8:0000:0000:0000:0000:0000:0001 0050 C000020B 0050 ESTABLISHED     899")]
    [InlineData("TCP C6336401 9C40 C0000201 0050 2001:0db8:0000:0000:0000:0000:0000;0001 0050 ESTABLISHED     899")]
    [InlineData("TCP C6336401 9C40 C0000201 0050 C000020B 0050 ESTABLISHED")]
    [InlineData("TCP C6336401 9C40 C0000201 0050 C000020B 0050 ESTABLISHED     -1")]
    [InlineData("TCP C6336401 9C40 C0000201 0050 C000020B 0050 ESTABLISHED     18446744073709551616")]
    public void What_the_kernel_does_not_write_is_refused(string text) =>
        Assert.False(ConnectionLine.TryParse(Encoding.ASCII.GetBytes(text), hasOrigin: false, out _));

    [Theory]
    [InlineData("TCP C6336401 9C40 C0000201 0050 C000020B 0050 ESTABLISHED     899")]
    [InlineData("TCP C6336401 9C40 C0000201 0050 C000020B 0050 ESTABLISHED OTHER      899")]
    [InlineData("TCP C6336401 9C40 C0000201 0050 C000020B 0050 ESTABLISHED LOCAL      899 sip")]
    public void So_it_is_in_the_file_that_tells_origins(string text) =>
        Assert.False(ConnectionLine.TryParse(Encoding.ASCII.GetBytes(text), hasOrigin: true, out _));

    [Fact]
    public void A_filter_asks_for_service_server_and_templates()
    {
        string[] lines =
        [
            "TCP C6336401 9C40 C0000201 0050 C000020B 0050 ESTABLISHED     899",
            "TCP C6336401 9C41 C0000201 0051 C000020B 0051 ESTABLISHED     899",
            "UDP C6336401 9C40 C0000201 0050 C000020C 0050 UDP             299",
            "TCP C6336401 0000 C0000201 0050 C000020B 0050 ASSURED         350",
            "IP  C6336401 0000 00000007 0000 C000020B 0000 ASSURED         350",
            $"TCP {Six} 9C40 {Six} 0050 {Six} 0050 ESTABLISHED     899",
        ];
        void Matches(int[] expected, IpvsConnectionFilter filter) =>
            Assert.Equal(expected, Enumerable.Range(0, lines.Length).Where(i => Line(lines[i], filter)));
        IPAddress eleven = IPAddress.Parse("192.0.2.11");
        IPAddress one = IPAddress.Parse("192.0.2.1");
        Matches([0, 1, 2, 3, 4, 5], new IpvsConnectionFilter());
        Matches([0, 3], new IpvsConnectionFilter { Service = new IpvsServiceKey(IpvsProtocol.Tcp, one, 80) });
        Matches([0, 1, 3], new IpvsConnectionFilter { Service = new IpvsServiceKey(IpvsProtocol.Tcp, one, 0) });
        Matches([4], new IpvsConnectionFilter { Service = IpvsServiceKey.OfFirewallMark(7) });
        Matches([], new IpvsConnectionFilter { Service = IpvsServiceKey.OfFirewallMark(7, AddressFamily.InterNetworkV6) });
        Matches([5], new IpvsConnectionFilter { Service = new IpvsServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("2001:db8::1"), 80) });
        Matches([0, 1, 3, 4], new IpvsConnectionFilter { Server = eleven });
        Matches([0, 3, 4], new IpvsConnectionFilter { Server = eleven, ServerPort = 80 });
        Matches([], new IpvsConnectionFilter { Server = IPAddress.Parse("::c000:20b") });
        Matches([3, 4], new IpvsConnectionFilter { Templates = true });
        Matches([0, 1], new IpvsConnectionFilter { Templates = false, Server = eleven });
        Assert.Throws<ArgumentOutOfRangeException>(() => new IpvsConnectionFilter { ServerPort = 65536 });

        static bool Line(string text, IpvsConnectionFilter filter)
        {
            Assert.True(ConnectionLine.TryParse(Encoding.ASCII.GetBytes(text), hasOrigin: false, out ConnectionLine line));
            return filter.Matches(in line);
        }
    }

    private static IpvsConnection Read(string text, bool hasOrigin = false)
    {
        Assert.True(ConnectionLine.TryParse(Encoding.Latin1.GetBytes(text), hasOrigin, out ConnectionLine line), text);
        return line.ToConnection();
    }
}
