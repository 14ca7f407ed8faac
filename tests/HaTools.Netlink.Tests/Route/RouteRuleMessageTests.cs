using System.Net;
using System.Net.Sockets;
using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Netlink.Tests.Route;

/// <summary>
/// The bytes of routes and rules as iproute2 6.1 sends them for the command that stands above each (seen with strace; interface 3 is eth0, 2 is
/// eth1).
/// </summary>
public class RouteRuleMessageTests
{
    private static readonly IPAddress Nine = IPAddress.Parse("192.0.2.9");

    // ip route add 198.51.100.0/24 via 192.0.2.254 dev eth0 src 192.0.2.1 proto 18 metric 50 table 1000 tos 0x10 realms 5/6
    [Fact]
    public void A_route_with_a_gateway() => Writes(
        Unicast("198.51.100.0/24") with
        {
            Gateway = IPAddress.Parse("192.0.2.254"),
            Interface = 3,
            PreferredSource = IPAddress.Parse("192.0.2.1"),
            Protocol = 18,
            Metric = 50,
            Table = 1000,
            Tos = 0x10,
            Realms = 0x50006,
        },
        """
        02180010 00120001 00000000
        08000100c6336400 08000500c00002fe 08000700c0000201 0800060032000000 08000f00e8030000 08000b0006000500 0800040003000000
        """);

    // ip route add 198.51.101.0/24 via inet6 fe80::1 dev eth0 onlink
    [Fact]
    public void A_route_with_a_gateway_of_the_other_family() => Writes(
        Unicast("198.51.101.0/24") with { Gateway = IPAddress.Parse("fe80::1"), Interface = 3, OnLink = true },
        """
        02180000 fe030001 04000000
        08000100c6336500 160012000a00fe80000000000000000000000000000100000800040003000000
        """);

    // ip route add 198.51.102.0/24 dev eth0 mtu lock 1400 advmss 1000 rtt 300ms … scope link
    [Fact]
    public void Every_metric_and_locks() => Writes(
        Unicast("198.51.102.0/24") with
        {
            Interface = 3,
            Metrics = new Dictionary<RouteMetric, uint>
            {
                [RouteMetric.Mtu] = 1400,
                [RouteMetric.AdvertisedMss] = 1000,
                [RouteMetric.Rtt] = 2400,
                [RouteMetric.RttVariance] = 800,
                [RouteMetric.MinimumRto] = 250,
                [RouteMetric.Window] = 5,
                [RouteMetric.CongestionWindow] = 6,
                [RouteMetric.SlowStartThreshold] = 7,
                [RouteMetric.InitialCongestionWindow] = 10,
                [RouteMetric.InitialReceiveWindow] = 11,
                [RouteMetric.HopLimit] = 12,
                [RouteMetric.QuickAck] = 1,
                [RouteMetric.Reordering] = 4,
                [RouteMetric.Features] = 1,
                [RouteMetric.FastOpenNoCookie] = 1,
            },
            LockedMetrics = new HashSet<RouteMetric>
            {
                RouteMetric.Mtu, RouteMetric.CongestionWindow, RouteMetric.MinimumRto, RouteMetric.CongestionControl,
            },
            CongestionControl = "cubic",
        },
        """
        02180000 fe03fd01 00000000
        08000100c6336600 0800040003000000
        90000800 0800020078050000 0800030005000000 0800040060090000 0800050020030000 0800060007000000 0800070006000000 08000800e8030000
            0800090004000000 08000a000c000000 08000b000a000000 08000c0001000000 08000d00fa000000 08000e000b000000 08000f0001000000
            0800110001000000 090010006375626963000000 0800010084200100      # ip sends the same, in the order of its command line
        """);

    // ip route add 198.51.103.0/24 nexthop via 192.0.2.2 dev eth0 weight 2 onlink nexthop via 192.0.2.3 dev eth0 weight 3 realms 7
    [Fact]
    public void A_route_with_next_hops() => Writes(
        Unicast("198.51.103.0/24") with
        {
            NextHops =
            [
                new NextHop { Gateway = IPAddress.Parse("192.0.2.2"), Interface = 3, Weight = 2, OnLink = true },
                new NextHop { Gateway = IPAddress.Parse("192.0.2.3"), Interface = 3, Weight = 3, Realms = 7 },
            ],
        },
        """
        02180000 fe030001 00000000
        08000100c6336700
        2c000900 1000040103000000 08000500c0000202 1800000203000000 08000500c0000203 08000b0007000000
        """);

    // ip route add 198.51.104.0/24 encap ip id 7 src 192.0.2.1 dst 192.0.2.9 ttl 9 tos 4 csum dev eth0
    [Fact]
    public void A_tunnel_in_IPv4() => Writes(
        Unicast("198.51.104.0/24") with
        {
            Interface = 3,
            Encapsulation = new TunnelEncapsulation
            {
                Id = 7,
                Source = IPAddress.Parse("192.0.2.1"),
                Destination = Nine,
                Ttl = 9,
                Tos = 4,
                Flags = 1,
            },
        },
        """
        02180000 fe03fd01 00000000
        08000100c6336800
        38001680 0c0001000000000000000007 08000300c0000201 08000200c0000209 0500040009000000 0500050004000000 0600060000010000
        0600150002000000 0800040003000000
        """);

    // ip route add 198.51.105.0/24 encap ip6 id 7 src 2001:db8::1 dst 2001:db8::9 hoplimit 9 tc 4 dev eth0
    [Fact]
    public void A_tunnel_in_IPv6() => Writes(
        Unicast("198.51.105.0/24") with
        {
            Interface = 3,
            Encapsulation = new TunnelEncapsulation
            {
                InIpv6 = true,
                Id = 7,
                Source = IPAddress.Parse("2001:db8::1"),
                Destination = IPAddress.Parse("2001:db8::9"),
                Ttl = 9,
                Tos = 4,
            },
        },
        """
        02180000 fe03fd01 00000000
        08000100c6336900
        48001680 0c0001000000000000000007 1400030020010db8000000000000000000000001 1400020020010db8000000000000000000000009
            0500040009000000 0500050004000000
        0600150004000000 0800040003000000
        """);

    // ip route add 198.51.107.0/24 nexthop via 192.0.2.2 encap ip dst 192.0.2.9 nexthop via inet6 fe80::2 dev eth0
    [Fact]
    public void Next_hops_with_a_tunnel_and_of_the_other_family() => Writes(
        Unicast("198.51.107.0/24") with
        {
            NextHops =
            [
                new NextHop { Gateway = IPAddress.Parse("192.0.2.2"), Encapsulation = new TunnelEncapsulation { Destination = Nine } },
                new NextHop { Gateway = IPAddress.Parse("fe80::2"), Interface = 3 },
            ],
        },
        """
        02180000 fe030001 00000000
        08000100c6336b00
        48000900 2400000000000000 08000500c0000202 0c001680 08000200c0000209 0600150002000000
            2000000003000000 160012000a00fe8000000000000000000000000000020000
        """);

    // ip route add blackhole 198.51.106.0/24 ttl-propagate enabled
    [Fact]
    public void A_blackhole() => Writes(
        Unicast("198.51.106.0/24") with { Type = RouteType.Blackhole, TtlPropagate = true },
        "02180000 fe030006 00000000 08000100c6336a00 05001a0001000000");

    // ip -6 route add 2001:db8:1::/64 from 2001:db8:2::/64 via 2001:db8::9 dev eth0 pref high expires 100 metric 7
    [Fact]
    public void An_IPv6_route() => Writes(
        Unicast("2001:db8:1::/64") with
        {
            Source = IPNetwork.Parse("2001:db8:2::/64"),
            Gateway = IPAddress.Parse("2001:db8::9"),
            Interface = 3,
            Preference = RouterPreference.High,
            Expires = 100,
            Metric = 7,
        },
        """
        0a404000 fe030001 00000000
        1400010020010db8000100000000000000000000 1400020020010db8000200000000000000000000 1400050020010db8000000000000000000000009
        0500140001000000 0800170064000000 0800060007000000 0800040003000000
        """);

    [Theory]
    [InlineData(RouteAddMode.Exclusive, 0x600)]
    [InlineData(RouteAddMode.Prepend, 0x400)]
    [InlineData(RouteAddMode.Append, 0xc00)]
    [InlineData(RouteAddMode.Replace, 0x500)]
    public void The_mode_is_in_the_flags(RouteAddMode mode, int flags)
    {
        var kernel = new FakeKernel(r => FakeKernel.End(r, 0));
        using var client = new RouteClient(new NetlinkSocket(kernel));
        client.AddRoute(Unicast("198.51.100.0/24") with { Interface = 3, Mode = mode });
        Assert.Equal((24, (NetlinkFlags)(flags | 5)), (kernel.Requests[0].Type, kernel.Requests[0].Flags));
    }

    // ip route del 198.51.101.0/24 via inet6 fe80::1 dev eth0; ours names the type, the protocol, onlink and that there are no metrics, too
    [Fact]
    public void A_removal_is_of_any_scope_and_exact_in_all_else()
    {
        var kernel = new FakeKernel(r => FakeKernel.End(r, 0));
        using var client = new RouteClient(new NetlinkSocket(kernel));
        Assert.True(client.DeleteRoute(
            Unicast("198.51.101.0/24") with { Gateway = IPAddress.Parse("fe80::1"), Interface = 3, OnLink = true, Scope = RouteScope.Link }));
        Assert.Equal(25, kernel.Requests[0].Type);
        Assert.Equal(
            Hex.Text(Hex.Bytes("""
                02180000 fe03ff01 04000000 08000100c6336500 160012000a00fe80000000000000000000000000000100000800040003000000
                84000800 0800020000000000 0800030000000000 0800040000000000 0800050000000000 0800060000000000 0800070000000000 0800080000000000
                    0800090000000000 08000a0000000000 08000b0000000000 08000c0000000000 08000d0000000000 08000e0000000000 08000f0000000000
                    0800110000000000 0800010000000000
                """)),
            Hex.Text(kernel.Requests[0].Payload));
    }

    // ip rule add not from 192.0.2.0/24 to 198.51.100.0/24 pref 300 fwmark 0x10/0xff iif eth0 oif eth1 … proto 18 tun_id 77
    [Fact]
    public void A_rule_with_everything() => Writes(
        new RuleRequest
        {
            Family = AddressFamily.InterNetwork,
            Invert = true,
            Source = IPNetwork.Parse("192.0.2.0/24"),
            Destination = IPNetwork.Parse("198.51.100.0/24"),
            Priority = 300,
            Mark = 0x10,
            MarkMask = 0xff,
            InputInterface = "eth0",
            OutputInterface = "eth1",
            Tos = 0x10,
            Table = 1000,
            Realms = 0x30004,
            SuppressPrefixLength = 8,
            SuppressInterfaceGroup = 3,
            Users = new ValueRange(10, 20),
            IpProtocol = 6,
            SourcePorts = new ValueRange(10, 20),
            DestinationPorts = new ValueRange(80, 80),
            Protocol = 18,
            TunnelId = 77,
        },
        """
        02181810 00000001 02000000
        08000200c0000200 08000100c6336400 080006002c010000 08000a0010000000 08001000ff000000 090003006574683000000000
        090011006574683100000000 08000f00e8030000 08000b0004000300 08000e0008000000 08000d0003000000 0c0014000a00000014000000
        0500160006000000 080017000a001400 0800180050005000 0500150012000000 0c000c00000000000000004d
        """);

    // ip rule add pref 400 goto 500; ip rule add pref 402 l3mdev; ip -6 rule add from 2001:db8::/32 blackhole pref 403
    [Fact]
    public void Rules_that_look_into_no_table()
    {
        var four = new RuleRequest { Family = AddressFamily.InterNetwork, Protocol = 0 };
        Writes(four with { Priority = 400, Type = RuleType.Goto, Target = 500 },
            "02000000 00000002 00000000 0800060090010000 08000400f4010000 0500150000000000");
        Writes(four with { Priority = 402, L3MasterDevice = true },
            "02000000 00000001 00000000 0800060092010000 0500130001000000 0500150000000000");
        Writes(
            new RuleRequest
            {
                Family = AddressFamily.InterNetworkV6,
                Protocol = 0,
                Type = RuleType.Blackhole,
                Priority = 403,
                Source = IPNetwork.Parse("2001:db8::/32"),
            },
            "0a002000 00000006 00000000 1400020020010db8000000000000000000000000 0800060093010000 0500150000000000");
    }

    // ip addr add 192.0.2.77/32 peer 192.0.2.99/32 dev eth0 noprefixroute
    [Fact]
    public void An_address_with_a_peer()
    {
        var kernel = new FakeKernel(r => FakeKernel.End(r, 0));
        using var client = new RouteClient(new NetlinkSocket(kernel));
        client.ReplaceAddress(new AddressRequest(3, IPAddress.Parse("192.0.2.77"), 32)
        {
            Peer = IPAddress.Parse("192.0.2.99"),
            Flags = AddressFlags.NoPrefixRoute,
        });
        Assert.Equal(
            Hex.Text(Hex.Bytes("02200000 03000000 08000200c000024d 08000100c0000263 0800080000020000")), Hex.Text(kernel.Requests[0].Payload));
    }

    [Fact]
    public void What_cannot_be_meant_is_refused_before_anything_is_sent()
    {
        var kernel = new FakeKernel(r => FakeKernel.End(r, 0));
        using var client = new RouteClient(new NetlinkSocket(kernel));
        RouteRequest good = Unicast("198.51.100.0/24") with { Interface = 3 };
        RouteRequest[] wrong =
        [
            good with { Family = AddressFamily.Unix }, good with { Family = AddressFamily.InterNetworkV6 }, good with { Table = 0 },
            good with { Interface = -1 }, good with { Source = IPNetwork.Parse("192.0.2.0/24") },
            good with { PreferredSource = IPAddress.IPv6Loopback }, good with { NextHops = [new NextHop()] },
            good with { Interface = 0, NextHops = [new NextHop { Weight = 0 }] }, good with { CongestionControl = "sixteen-bytes-ab" },
            good with { Encapsulation = new TunnelEncapsulation { Destination = IPAddress.IPv6Loopback } },
            Unicast("2001:db8::/64") with { Gateway = Nine },
        ];
        foreach (RouteRequest request in wrong) Assert.Throws<ArgumentException>(() => client.AddRoutes([good, request], new NetlinkResult[2]));

        var rule = new RuleRequest { Family = AddressFamily.InterNetwork };
        RuleRequest[] wrongRules =
        [
            rule with { Family = AddressFamily.Unix }, rule with { Source = IPNetwork.Parse("2001:db8::/64") }, rule with { InputInterface = "" },
            rule with { OutputInterface = "sixteen-bytes-ab" }, rule with { Type = RuleType.Goto }, rule with { Target = 3 },
            rule with { Table = 0 }, rule with { Users = new ValueRange(2, 1) }, rule with { DestinationPorts = new ValueRange(1, 65536) },
            rule with { SuppressPrefixLength = -1 },
        ];
        foreach (RuleRequest request in wrongRules) Assert.Throws<ArgumentException>(() => client.AddRules([rule, request], new NetlinkResult[2]));
        Assert.Empty(kernel.Requests);
        client.AddRoute(good);
    }

    [Theory]
    [InlineData(Errno.ESRCH)]
    [InlineData(Errno.ENODEV)]
    public void Removing_a_route_that_is_not_there_is_no_error(int errno)
    {
        using var client = new RouteClient(new NetlinkSocket(new FakeKernel(r => FakeKernel.End(r, errno))));
        RouteRequest route = Unicast("198.51.100.0/24") with { Interface = 3 };
        Assert.False(client.DeleteRoute(route));
        var outcomes = new NetlinkResult[2];
        Assert.Equal(0, client.DeleteRoutes([route, route], outcomes));
        Assert.All(outcomes, o => Assert.True(o.Succeeded));
    }

    [Fact]
    public void A_refusal_names_the_route_with_the_kernel_s_words_and_advice()
    {
        using var client = new RouteClient(new NetlinkSocket(
            new FakeKernel(r => FakeKernel.End(r, Errno.ENETUNREACH, "Nexthop has invalid gateway"))));
        var e = Assert.Throws<NetlinkException>(() => client.AddRoute(Unicast("198.51.100.0/24") with { Gateway = Nine }));
        Assert.Equal(
            "ENETUNREACH (network is unreachable): adding route 198.51.100.0/24 via 192.0.2.9 (kernel: Nexthop has invalid gateway); "
            + "the gateway is on no link: give the host an address of its subnet first, or say onlink",
            e.Message);
    }

    private static RouteRequest Unicast(string destination)
    {
        IPNetwork network = IPNetwork.Parse(destination);
        return new RouteRequest { Family = network.BaseAddress.AddressFamily, Destination = network, Protocol = 3 };
    }

    private static void Writes(RouteRequest request, string bytes)
    {
        var kernel = new FakeKernel(r => FakeKernel.End(r, 0));
        using var client = new RouteClient(new NetlinkSocket(kernel));
        client.AddRoute(request);
        Assert.Equal(Hex.Text(Hex.Bytes(bytes)), Hex.Text(kernel.Requests[0].Payload));
    }

    private static void Writes(RuleRequest request, string bytes)
    {
        var kernel = new FakeKernel(r => FakeKernel.End(r, 0));
        using var client = new RouteClient(new NetlinkSocket(kernel));
        client.AddRule(request);
        Assert.Equal((32, 0x605), (kernel.Requests[0].Type, (int)kernel.Requests[0].Flags));
        Assert.Equal(Hex.Text(Hex.Bytes(bytes)), Hex.Text(kernel.Requests[0].Payload));
    }
}
