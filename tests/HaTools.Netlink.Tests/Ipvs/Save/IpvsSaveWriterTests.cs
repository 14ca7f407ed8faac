using System.Net;
using System.Net.Sockets;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Ipvs.Save;

namespace HaTools.Netlink.Tests.Ipvs.Save;

/// <summary>The words of tables: those of ipvsadm 1.31, and those that say everything.</summary>
public class IpvsSaveWriterTests
{
    private static readonly IpvsServiceKey Web = new(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80);
    private static readonly IpvsServiceKey Web6 = new(IpvsProtocol.Udp, IPAddress.Parse("2001:db8::1"), 53);

    [Fact]
    public void An_empty_table_is_an_empty_text() => Assert.Equal("", IpvsSaveWriter.Write(new IpvsSavedTable(), IpvsSaveStyle.Ipvsadm));

    [Fact]
    public void Services_are_written_in_ipvsadm_s_words()
    {
        Assert.Equal("-A -t 192.0.2.1:80 -s wlc\n", Both(new IpvsService { Key = Web }));
        Assert.Equal("-A -f 7 -6 -s wlc -o\n", Both(new IpvsService
        {
            Key = IpvsServiceKey.OfFirewallMark(7, AddressFamily.InterNetworkV6),
            Flags = IpvsServiceFlags.OnePacket,
        }));
        Assert.Equal("-A -u [2001:db8::1]:53 -s sh -p 5 -M 64 --pe sip -o -b sh-fallback,sh-port\n", Both(new IpvsService
        {
            Key = Web6,
            Scheduler = "sh",
            Flags = IpvsServiceFlags.Persistent | IpvsServiceFlags.OnePacket | IpvsServiceFlags.Scheduler1 | IpvsServiceFlags.Scheduler2,
            Timeout = 5,
            Netmask = IpvsService.NetmaskOf(AddressFamily.InterNetworkV6, 64),
            PersistenceEngine = "sip",
        }));
        Assert.Equal("-A --sctp-service 192.0.2.1:9 -s lc -p 0 -M 255.0.255.0 -b flag-1,flag-3\n", Both(new IpvsService
        {
            Key = new IpvsServiceKey(IpvsProtocol.Sctp, IPAddress.Parse("192.0.2.1"), 9),
            Scheduler = "lc",
            Flags = IpvsServiceFlags.Persistent | IpvsServiceFlags.Scheduler1 | IpvsServiceFlags.Scheduler3,
            Netmask = IPAddress.Parse("255.0.255.0"),
        }));
    }

    [Fact]
    public void What_ipvsadm_leaves_out_or_distorts_is_in_the_whole_table_as_it_is()
    {
        AssertStyles("-A -f -1 -s wlc\n", "-A -f 4294967295 -s wlc\n", new IpvsService { Key = IpvsServiceKey.OfFirewallMark(uint.MaxValue) });
        AssertStyles("-A -t 192.0.2.1:80 -s wlc\n", "-A -t 192.0.2.1:80 -s wlc -M 255.0.0.0\n", new IpvsService { Key = Web, Netmask = IPAddress.Parse("255.0.0.0") });
        AssertStyles("-A -t 192.0.2.1:80 -s mh -b \n", "-A -t 192.0.2.1:80 -s mh -b flag-3\n", new IpvsService
        {
            Key = Web,
            Scheduler = "mh",
            Flags = IpvsServiceFlags.Scheduler3,
        });
        AssertStyles("-r 192.0.2.11:80 -m -w 1\n", "-r 192.0.2.11:80 -m -w 1 -x 7 -y 3\n", Server() with { UpperThreshold = 7, LowerThreshold = 3 });
        AssertStyles("-r 192.0.2.11:80 -m -w 1\n", "-r 192.0.2.11:80 -m -w 1 -x 7\n", Server() with { UpperThreshold = 7 });
    }

    [Fact]
    public void Servers_are_written_in_ipvsadm_s_words()
    {
        Assert.Equal("-r 192.0.2.11:80 -m -w 0\n", Both(Server() with { Weight = 0 }));
        Assert.Equal("-r 192.0.2.11:80 -g -w 70000\n", Both(Server() with { Weight = 70000, ForwardingMethod = IpvsForwardingMethod.DirectRoute }));
        IpvsDestination tunnel = Server() with { Address = IPAddress.Parse("2001:db8::b"), ForwardingMethod = IpvsForwardingMethod.Tunnel };
        Assert.Equal("-r [2001:db8::b]:80 -i -w 1 --tun-type ipip\n", Both(tunnel with { TunnelPort = 5, TunnelFlags = IpvsTunnelFlags.Checksum }));
        IpvsDestination gue = tunnel with { TunnelType = IpvsTunnelType.Gue, TunnelPort = 6080 };
        Assert.Equal("-r [2001:db8::b]:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum\n", Both(gue));
        Assert.Equal("-r [2001:db8::b]:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum\n", Both(gue with { TunnelFlags = IpvsTunnelFlags.Checksum }));
        Assert.Equal(
            "-r [2001:db8::b]:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum\n",
            Both(gue with { TunnelFlags = IpvsTunnelFlags.RemoteChecksum }));
        Assert.Equal("-r [2001:db8::b]:80 -i -w 1 --tun-type gre --tun-nocsum\n", Both(tunnel with { TunnelType = IpvsTunnelType.Gre }));
    }

    [Fact]
    public void The_whole_table_keeps_its_order_and_ipvsadm_sorts()
    {
        var table = new IpvsSavedTable
        {
            Services =
            [
                Saved(IpvsServiceKey.OfFirewallMark(2)),
                Saved(Web6),
                Saved(new IpvsServiceKey(IpvsProtocol.Udp, Web.Address!, 5)),
                Saved(Web, "192.0.2.12", "200.0.0.1", "10.0.0.1", "192.0.2.11"),
                Saved(IpvsServiceKey.OfFirewallMark(1)),
            ],
        };
        string[] Lines(IpvsSaveStyle style) =>
            [.. IpvsSaveWriter.Write(table, style).Split('\n').Select(l => string.Join(' ', l.Split(' ').SkipWhile(w => w is "-a" or "-t" || w == "192.0.2.1:80").Take(3)))];

        Assert.Equal(
            [
                "-A -f 2", "-A -u [2001:db8::1]:53", "-A -u 192.0.2.1:5", "-A -t 192.0.2.1:80", "-r 192.0.2.12:80 -m", "-r 200.0.0.1:80 -m", "-r 10.0.0.1:80 -m",
                "-r 192.0.2.11:80 -m", "-A -f 1", "",
            ],
            Lines(IpvsSaveStyle.Whole));
        Assert.Equal(
            [
                "-A -t 192.0.2.1:80", "-r 192.0.2.11:80 -m", "-r 192.0.2.12:80 -m", "-r 200.0.0.1:80 -m", "-r 10.0.0.1:80 -m", "-A -u 192.0.2.1:5",
                "-A -u [2001:db8::1]:53", "-A -f 1", "-A -f 2", "",
            ],
            Lines(IpvsSaveStyle.Ipvsadm));
    }

    [Fact]
    public void What_the_format_has_no_words_for_is_refused_by_name()
    {
        Refused("tcp 192.0.2.1:80: the scheduler 'r r'", new IpvsService { Key = Web, Scheduler = "r r" });
        Refused("the scheduler 'ipvsadm'", new IpvsService { Key = Web, Scheduler = "ipvsadm" });
        Refused("the persistence engine '!#:+'", new IpvsService { Key = Web, PersistenceEngine = "!#:+" });
        Refused("the flags 64", new IpvsService { Key = Web, Flags = (IpvsServiceFlags)64 });
        Refused("one-packet scheduling", new IpvsService { Key = Web, Flags = IpvsServiceFlags.OnePacket });
        Refused("every port without persistence", new IpvsService { Key = new IpvsServiceKey(IpvsProtocol.Tcp, IPAddress.Loopback, 0) });
        Refused("the netmask ::", new IpvsService { Key = Web, Netmask = IPAddress.IPv6Any }, IpvsSaveStyle.Ipvsadm);
        Refused("has no key", new IpvsService { Key = default }, IpvsSaveStyle.Ipvsadm);

        Refused("tcp 192.0.2.1:80: real server 192.0.2.11:80: the forwarding method Local", Server() with { ForwardingMethod = IpvsForwardingMethod.Local });
        Refused("the forwarding method Bypass", Server() with { ForwardingMethod = IpvsForwardingMethod.Bypass }, IpvsSaveStyle.Ipvsadm);
        Refused("the weight -1", Server() with { Weight = -1 });
        Refused("a lower threshold, 4, above the upper one, 3", Server() with { UpperThreshold = 3, LowerThreshold = 4 });
        Refused("another address family", Server() with { Address = IPAddress.IPv6Loopback });
        IpvsDestination tunnel = Server() with { ForwardingMethod = IpvsForwardingMethod.Tunnel };
        Refused("the tunnel 3", tunnel with { TunnelType = (IpvsTunnelType)3 });
        Refused("a GUE tunnel without a port", tunnel with { TunnelType = IpvsTunnelType.Gue });
        Refused("the checksums RemoteChecksum", tunnel with { TunnelType = IpvsTunnelType.Gre, TunnelFlags = IpvsTunnelFlags.RemoteChecksum });
        Refused("the checksums Checksum, RemoteChecksum", tunnel with { TunnelType = IpvsTunnelType.Gue, TunnelPort = 1, TunnelFlags = (IpvsTunnelFlags)3 }, IpvsSaveStyle.Ipvsadm);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_written_whole_is_read_back_equal_in_its_order(int seed)
    {
        var random = new RandomTable(seed);
        for (int round = 0; round < 50; round++)
        {
            IpvsSavedTable table = random.Next(services: 8, servers: 6);
            string text = IpvsSaveWriter.Write(table, IpvsSaveStyle.Whole);
            IpvsSavedTable read = SavedTables.Read(text);
            Assert.Equal(table.Flat(), read.Flat());
            Assert.Equal(text, IpvsSaveWriter.Write(read, IpvsSaveStyle.Whole));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_written_as_ipvsadm_does_is_read_back_as_far_as_it_tells(int seed)
    {
        var random = new RandomTable(seed);
        for (int round = 0; round < 50; round++)
        {
            IpvsSavedTable table = random.Next(services: 8, servers: 6);
            string text = IpvsSaveWriter.Write(table, IpvsSaveStyle.Ipvsadm);
            Assert.Equal(table.AsIpvsadmTellsIt().Sorted(), SavedTables.Read(text.Replace(" -b \n", "\n", StringComparison.Ordinal)).Sorted());
        }
    }

    private static void AssertStyles(string ipvsadm, string whole, IpvsService service)
    {
        Assert.Equal(ipvsadm, Text(service, IpvsSaveStyle.Ipvsadm));
        Assert.Equal(whole, Text(service, IpvsSaveStyle.Whole));
    }

    private static void AssertStyles(string ipvsadm, string whole, IpvsDestination server)
    {
        Assert.Equal(ipvsadm, Text(server, IpvsSaveStyle.Ipvsadm));
        Assert.Equal(whole, Text(server, IpvsSaveStyle.Whole));
    }

    private static string Both(IpvsService service)
    {
        string text = Text(service, IpvsSaveStyle.Whole);
        Assert.Equal(text, Text(service, IpvsSaveStyle.Ipvsadm));
        return text;
    }

    private static string Both(IpvsDestination server)
    {
        string text = Text(server, IpvsSaveStyle.Whole);
        Assert.Equal(text, Text(server, IpvsSaveStyle.Ipvsadm));
        return text;
    }

    private static string Text(IpvsService service, IpvsSaveStyle style) =>
        IpvsSaveWriter.Write(new IpvsSavedTable { Services = [new IpvsSavedService { Service = service }] }, style);

    private static string Text(IpvsDestination server, IpvsSaveStyle style)
    {
        string text = IpvsSaveWriter.Write(Table(server), style);
        const string Before = "-A -t 192.0.2.1:80 -s wlc\n-a -t 192.0.2.1:80 ";
        Assert.StartsWith(Before, text, StringComparison.Ordinal);
        return text[Before.Length..];
    }

    private static void Refused(string words, IpvsService service, IpvsSaveStyle style = IpvsSaveStyle.Whole) =>
        Assert.Contains(words, Assert.Throws<ArgumentException>(() => Text(service, style)).Message, StringComparison.Ordinal);

    private static void Refused(string words, IpvsDestination server, IpvsSaveStyle style = IpvsSaveStyle.Whole) =>
        Assert.Contains(words, Assert.Throws<ArgumentException>(() => Text(server, style)).Message, StringComparison.Ordinal);

    private static IpvsDestination Server(string address = "192.0.2.11") => new() { Address = IPAddress.Parse(address), Port = 80 };

    private static IpvsSavedTable Table(IpvsDestination server) =>
        new() { Services = [new IpvsSavedService { Service = new IpvsService { Key = Web }, Destinations = [server] }] };

    private static IpvsSavedService Saved(IpvsServiceKey key, params string[] servers) =>
        new() { Service = new IpvsService { Key = key }, Destinations = [.. servers.Select(Server)] };
}
