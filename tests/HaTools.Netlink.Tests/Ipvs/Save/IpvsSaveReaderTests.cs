using System.Net;
using System.Net.Sockets;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Ipvs.Save;

namespace HaTools.Netlink.Tests.Ipvs.Save;

/// <summary>What lines mean: every option of man ipvsadm(8) 1.31 for <c>-A</c> and <c>-a</c>, in the ways in which popt takes them.</summary>
public class IpvsSaveReaderTests
{
    private static readonly IpvsServiceKey Web = new(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80);
    private static readonly IpvsServiceKey Dns = new(IpvsProtocol.Udp, IPAddress.Parse("192.0.2.1"), 53);
    private static readonly IpvsServiceKey Mark6 = IpvsServiceKey.OfFirewallMark(7, AddressFamily.InterNetworkV6);

    [Theory]
    [InlineData("")]
    [InlineData("\n\r\n \t\n")]
    [InlineData("# written by hand\n#-A -t 192.0.2.1:80\n")]
    [InlineData("ipvsadm\n")]
    public void A_text_without_lines_is_an_empty_table(string text) => Assert.Empty(SavedTables.Read(text).Services);

    [Theory]
    [InlineData("-A -t 192.0.2.1:80", "tcp 192.0.2.1:80")]
    [InlineData("-A --tcp-service=192.0.2.1:80", "tcp 192.0.2.1:80")]
    [InlineData("-A -u 192.0.2.1:53", "udp 192.0.2.1:53")]
    [InlineData("-A --udp-service 192.0.2.1:53", "udp 192.0.2.1:53")]
    [InlineData("-A --sctp-service 192.0.2.1:9", "sctp 192.0.2.1:9")]
    [InlineData("-A -t [2001:db8::1]:80", "tcp [2001:db8::1]:80")]
    [InlineData("-A -t 2001:db8::1 -p", "tcp [2001:db8::1]:0")]
    [InlineData("-A -t 192.0.2.1 -p", "tcp 192.0.2.1:0")]
    [InlineData("-A -t 192.0.513:+080", "tcp 192.0.2.1:80")]
    [InlineData("-A -t 0xc0.0.01001:80", "tcp 192.0.2.1:80")]
    [InlineData("-A -f 7", "fwmark 7")]
    [InlineData("-A --fwmark-service 4294967295", "fwmark 4294967295")]
    [InlineData("-A -f -5", "fwmark 4294967291")]
    [InlineData("-A -f 7 -6", "fwmark 7 ipv6")]
    [InlineData("-A -f 7 --ipv6 --ipv6", "fwmark 7 ipv6")]
    public void A_service_is_named_by_address_and_port_or_by_a_mark(string line, string key) => Assert.Equal(key, Service(line).Key.ToString());

    [Theory]
    [InlineData("-A -t 192.0.2.1:80 -s rr")]
    [InlineData("  ipvsadm\t-A -t 192.0.2.1:80 -s rr\r\n")]
    [InlineData("-At 192.0.2.1:80 -srr")]
    [InlineData("-At192.0.2.1:80 -s=rr")]
    [InlineData("-At=192.0.2.1:80 --scheduler=rr --sort --")]
    [InlineData("--add-service --tcp-service 192.0.2.1:80 --scheduler rr")]
    public void Options_are_short_or_long_joined_or_apart(string line) =>
        Assert.Equal(new IpvsService { Key = Web, Scheduler = "rr" }, Service(line));

    [Fact]
    public void A_service_has_the_defaults_of_ipvsadm()
    {
        Assert.Equal(new IpvsService { Key = Web, Scheduler = "wlc" }, Service("-A -t 192.0.2.1:80"));
        Assert.Equal(new IpvsService { Key = Web, Scheduler = "wlc" }, Service("-A -t 192.0.2.1:80 --scheduler= --pe= --sched-flags="));
    }

    [Theory]
    [InlineData("-p", 360u)]
    [InlineData("-p -s rr", 360u)]
    [InlineData("-p 50", 50u)]
    [InlineData("-p50", 50u)]
    [InlineData("--persistent", 360u)]
    [InlineData("--persistent=50", 50u)]
    [InlineData("--persistent 50", 50u)]
    [InlineData("-p 0", 0u)]
    [InlineData("-p 4294967295", uint.MaxValue)]
    public void Persistence_has_a_timeout_or_the_default_one(string options, uint timeout)
    {
        IpvsService service = Service($"-A -t 192.0.2.1:80 {options}");
        Assert.Equal((IpvsServiceFlags.Persistent, timeout), (service.Flags, service.Timeout));
    }

    [Theory]
    [InlineData("-t 192.0.2.1:80 -M 255.255.240.0", "255.255.240.0")]
    [InlineData("-M 255.255.240.0 -t 192.0.2.1:80", "255.255.240.0")]
    [InlineData("-t 192.0.2.1:80 --netmask 255.255.255.255", null)]
    [InlineData("-t 192.0.2.1:80 -M 0", "0.0.0.0")]
    [InlineData("-t [2001:db8::1]:80 -M 64", "ffff:ffff:ffff:ffff::")]
    [InlineData("-t [2001:db8::1]:80 -M 128", null)]
    [InlineData("-f 7 -6 -M 1", "8000::")]
    public void A_netmask_is_of_the_service_s_family(string options, string? mask) => Assert.Equal(mask, Service($"-A {options} -p").Netmask?.ToString());

    [Fact]
    public void One_packet_scheduling_and_a_persistence_engine()
    {
        Assert.Equal(new IpvsService { Key = Dns, Flags = IpvsServiceFlags.OnePacket }, Service("-A -u 192.0.2.1:53 -o"));
        Assert.Equal(new IpvsService { Key = Mark6, Flags = IpvsServiceFlags.OnePacket }, Service("-A -of 7 -6"));
        var sip = new IpvsService { Key = Dns, Flags = IpvsServiceFlags.Persistent, Timeout = 5, PersistenceEngine = "sip" };
        Assert.Equal(sip, Service("-A -u 192.0.2.1:53 -p 5 --pe sip"));
    }

    [Theory]
    [InlineData("-s sh -b sh-fallback", IpvsServiceFlags.Scheduler1)]
    [InlineData("-b sh-port,sh-fallback -s sh", IpvsServiceFlags.Scheduler1 | IpvsServiceFlags.Scheduler2)]
    [InlineData("-s mh --sched-flags mh-port", IpvsServiceFlags.Scheduler2)]
    [InlineData("-s mh -b ,mh-fallback,,flag-3,", IpvsServiceFlags.Scheduler1 | IpvsServiceFlags.Scheduler3)]
    [InlineData("-b flag-1,flag-2,flag-3", IpvsServiceFlags.Scheduler1 | IpvsServiceFlags.Scheduler2 | IpvsServiceFlags.Scheduler3)]
    public void Schedulers_have_flags(string options, IpvsServiceFlags flags) => Assert.Equal(flags, Service($"-A -t 192.0.2.1:80 {options}").Flags);

    [Fact]
    public void A_server_has_the_defaults_of_ipvsadm()
    {
        var server = new IpvsDestination { Address = IPAddress.Parse("192.0.2.11"), Port = 80, ForwardingMethod = IpvsForwardingMethod.DirectRoute };
        Assert.Equal(server, Server("-r 192.0.2.11"));
        Assert.Equal(server, Server("-r 192.0.2.11:80 -g"));
        Assert.Equal(server, Server("--real-server=192.0.2.11 --gatewaying --weight 1"));
    }

    [Theory]
    [InlineData("-a -t 192.0.2.1:80 -r 192.0.2.11 -m", 80)]
    [InlineData("-a -t 192.0.2.1:80 -r 192.0.2.11:8080 -m", 8080)]
    [InlineData("-a -t 192.0.2.1:80 -r 192.0.2.11:8080 -g", 8080)]
    [InlineData("-a -r 192.0.2.11 -t 192.0.2.1:80 -g", 80)]
    [InlineData("-a -r 192.0.2.11 -t 192.0.2.1:80 -m", 0)]
    [InlineData("-a -r 192.0.2.11 -f 7 -m", 0)]
    public void A_server_s_port_is_its_own_or_the_service_s(string line, int port) =>
        Assert.Equal(port, SavedTables.Read($"-A -t 192.0.2.1:80\n-A -f 7\n{line}").Services.SelectMany(s => s.Destinations).Single().Port);

    [Fact]
    public void A_server_has_a_weight_and_thresholds()
    {
        IpvsDestination server = Server("-r 192.0.2.11 --masquerading -w 2147483647 -x 4294967295 -y4294967295");
        Assert.Equal((IpvsForwardingMethod.Masquerade, int.MaxValue), (server.ForwardingMethod, server.Weight));
        Assert.Equal((uint.MaxValue, uint.MaxValue), (server.UpperThreshold, server.LowerThreshold));
        server = Server("-mw0 -r 192.0.2.11 --u-threshold 7 --l-threshold=3");
        Assert.Equal((0, 7u, 3u), (server.Weight, server.UpperThreshold, server.LowerThreshold));
    }

    [Theory]
    [InlineData("-i", IpvsTunnelType.IpIp, 0, IpvsTunnelFlags.None)]
    [InlineData("--ipip --tun-type ipip", IpvsTunnelType.IpIp, 0, IpvsTunnelFlags.None)]
    [InlineData("-i --tun-type gue --tun-port 6080", IpvsTunnelType.Gue, 6080, IpvsTunnelFlags.None)]
    [InlineData("--tun-port=6080 --tun-type=gue --tun-nocsum -i", IpvsTunnelType.Gue, 6080, IpvsTunnelFlags.None)]
    [InlineData("-i --tun-type gue --tun-port 6080 --tun-csum", IpvsTunnelType.Gue, 6080, IpvsTunnelFlags.Checksum)]
    [InlineData("-i --tun-type gue --tun-port 6080 --tun-remcsum", IpvsTunnelType.Gue, 6080, IpvsTunnelFlags.RemoteChecksum)]
    [InlineData("-i --tun-type gre", IpvsTunnelType.Gre, 0, IpvsTunnelFlags.None)]
    [InlineData("-i --tun-type gre --tun-nocsum", IpvsTunnelType.Gre, 0, IpvsTunnelFlags.None)]
    [InlineData("-i --tun-type gre --tun-csum", IpvsTunnelType.Gre, 0, IpvsTunnelFlags.Checksum)]
    public void A_server_may_be_in_a_tunnel(string options, IpvsTunnelType type, int port, IpvsTunnelFlags flags)
    {
        IpvsDestination server = Server($"-r [2001:db8::11]:80 {options}");
        Assert.Equal(IpvsForwardingMethod.Tunnel, server.ForwardingMethod);
        Assert.Equal((type, port, flags), (server.TunnelType, server.TunnelPort, server.TunnelFlags));
    }

    [Fact]
    public void Services_and_servers_keep_the_order_of_their_lines()
    {
        IpvsSavedTable table = SavedTables.Read("""
            -A -f 9
            -A -t 192.0.2.1:80
            -a -f 9 -r 192.0.2.13
            -a -t 192.0.2.1:80 -r 192.0.2.12
            -a -f 9 -r 192.0.2.11
            """);
        Assert.Equal(["fwmark 9", "192.0.2.13:0", "192.0.2.11:0", "tcp 192.0.2.1:80", "192.0.2.12:80"], table.Services.SelectMany(s =>
            s.Destinations.Select(d => d.ToString()).Prepend(s.Service.Key.ToString())));
        Assert.Equal("fwmark 9 wlc, 2 real servers", table.Services[0].ToString());
        Assert.Equal(
            ["AddService fwmark 9", "AddDestination fwmark 9 192.0.2.13:0", "AddDestination fwmark 9 192.0.2.11:0"],
            table.ToCommands().Take(3).Select(c => c.ToString()));
    }

    private static IpvsService Service(string line) => Assert.Single(SavedTables.Read(line).Services).Service;

    private static IpvsDestination Server(string options) =>
        Assert.Single(Assert.Single(SavedTables.Read($"-A -t 192.0.2.1:80\n-a -t 192.0.2.1:80 {options}\n").Services).Destinations);
}
