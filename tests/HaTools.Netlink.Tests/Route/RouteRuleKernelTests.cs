using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using HaTools.Linux;
using HaTools.Netlink.Route;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Route;

/// <summary>
/// Routes and rules against the kernel that runs the tests, both ways: what we write is read by <c>ip -j</c>, what <c>ip</c> writes is read by us;
/// each in a namespace of its own, with eth0 (192.0.2.1/24, 2001:db8::1/64) and eth1.
/// </summary>
public sealed class RouteRuleKernelTests
{
    private const byte Keepalived = 18;

    [RootFact]
    public void Ip_of_iproute2_sees_every_field_of_a_route() => InNamespace((client, eth0) =>
    {
        client.AddRoute(new RouteRequest
        {
            Family = AddressFamily.InterNetwork,
            Destination = IPNetwork.Parse("198.51.100.0/24"),
            Gateway = IPAddress.Parse("192.0.2.254"),
            Interface = eth0,
            PreferredSource = IPAddress.Parse("192.0.2.1"),
            Protocol = Keepalived,
            Metric = 50,
            Table = 1000,
            Tos = 0x10,
            Realms = 0x50006,
            Scope = RouteScope.Global,
            Metrics = new Dictionary<RouteMetric, uint>
            {
                [RouteMetric.Mtu] = 1400,
                [RouteMetric.AdvertisedMss] = 1000,
                [RouteMetric.Rtt] = 2400,
                [RouteMetric.RttVariance] = 800,
                [RouteMetric.Window] = 5,
                [RouteMetric.CongestionWindow] = 6,
                [RouteMetric.SlowStartThreshold] = 7,
                [RouteMetric.Reordering] = 4,
                [RouteMetric.InitialCongestionWindow] = 10,
                [RouteMetric.InitialReceiveWindow] = 11,
                [RouteMetric.HopLimit] = 12,
                [RouteMetric.QuickAck] = 1,
                [RouteMetric.MinimumRto] = 250,
                [RouteMetric.Features] = 1,
                [RouteMetric.FastOpenNoCookie] = 1,
            },
            LockedMetrics = new HashSet<RouteMetric> { RouteMetric.Mtu, RouteMetric.CongestionWindow },
            CongestionControl = "reno",
        });
        JsonElement route = Assert.Single(Json("ip", "-d", "-j", "route", "show", "table", "1000"));
        Assert.Equal("unicast 198.51.100.0/24 0x10 192.0.2.254 eth0 keepalived global 192.0.2.1 50",
            Fields(route, "type", "dst", "tos", "gateway", "dev", "protocol", "scope", "prefsrc", "metric"));
        Assert.Equal("5 6", Fields(route.GetProperty("flow"), "from", "to"));
        Assert.Equal("1400 5 300 200 7 6 1000 4 12 10 250 11 1 reno 1",
            Fields(route.GetProperty("metrics")[0], "mtu", "window", "rtt", "rttvar", "ssthresh", "cwnd", "advmss", "reordering", "hoplimit",
                "initcwnd", "rto_min", "initrwnd", "quickack", "congestion", "fastopen_no_cookie"));
        string text = Run("ip", "route", "show", "table", "1000");
        Assert.Contains("mtu lock 1400", text, StringComparison.Ordinal);
        Assert.Contains("cwnd lock 6", text, StringComparison.Ordinal);
        Assert.Contains("features ecn", text, StringComparison.Ordinal);
    });

    [RootFact]
    public void Ip_of_iproute2_sees_next_hops_tunnels_and_other_families() => InNamespace((client, eth0) =>
    {
        var four = new RouteRequest { Family = AddressFamily.InterNetwork, Protocol = Keepalived };
        client.AddRoute(four with
        {
            Destination = IPNetwork.Parse("198.51.103.0/24"),
            NextHops =
            [
                new NextHop { Gateway = IPAddress.Parse("192.0.2.2"), Interface = eth0, Weight = 2, OnLink = true },
                new NextHop { Gateway = IPAddress.Parse("fe80::2"), Interface = eth0, Weight = 256, Realms = 7 },
            ],
        });
        client.AddRoute(four with
        {
            Destination = IPNetwork.Parse("198.51.104.0/24"),
            Interface = eth0,
            Encapsulation = new TunnelEncapsulation { Id = 7, Destination = IPAddress.Parse("192.0.2.9"), Ttl = 9, Tos = 4, Flags = 1 },
        });
        client.AddRoute(four with { Destination = IPNetwork.Parse("198.51.105.0/24"), Gateway = IPAddress.Parse("fe80::1"), Interface = eth0 });
        client.AddRoute(four with { Type = RouteType.Prohibit, Metric = 7 });
        client.AddRoute(new RouteRequest
        {
            Family = AddressFamily.InterNetworkV6,
            Protocol = Keepalived,
            Destination = IPNetwork.Parse("2001:db8:1::/64"),
            Source = IPNetwork.Parse("2001:db8:2::/64"),
            Gateway = IPAddress.Parse("2001:db8::9"),
            Preference = RouterPreference.High,
            Expires = 600,
        });
        Assert.Equal(
            """
            prohibit default metric 7 
            198.51.103.0/24 
            	nexthop via 192.0.2.2 dev eth0 weight 2 onlink 
            	nexthop via inet6 fe80::2 realm 7 dev eth0 weight 256 
            198.51.104.0/24  encap ip id 7 src 0.0.0.0 dst 192.0.2.9 ttl 9 tos 4 csum dev eth0 scope link 
            198.51.105.0/24 via inet6 fe80::1 dev eth0 
            """.TrimEnd(),
            Run("ip", "-4", "route", "show", "proto", "keepalived").TrimEnd());
        Assert.Matches("^2001:db8:1::/64 from 2001:db8:2::/64 via 2001:db8::9 dev eth0 metric 1024 expires (600|599)sec pref high",
            Run("ip", "-6", "route", "show", "proto", "keepalived"));
    });

    [RootFact]
    public void What_ip_writes_is_read_field_by_field() => InNamespace((client, eth0) =>
    {
        Ip("route add 198.51.100.0/24 via 192.0.2.254 dev eth0 src 192.0.2.1 proto 18 metric 50 table 1000 tos 0x10 realms 5/6 mtu lock 1400 "
            + "rtt 300ms congctl lock reno");
        RouteInfo route = Assert.Single(client.GetRoutes(table: 1000));
        Assert.Equal((IPNetwork.Parse("198.51.100.0/24"), IPAddress.Parse("192.0.2.254"), eth0, IPAddress.Parse("192.0.2.1")),
            (route.Destination!.Value, route.Gateway!, route.Interface, route.PreferredSource!));
        Assert.Equal(((byte)18, 50u, 1000u, (byte)0x10, 0x50006u, RouteScope.Global),
            (route.Protocol, route.Metric!.Value, route.Table, route.Tos, route.Realms!.Value, route.Scope!.Value));
        Assert.Equal((2, 1400u, 2400u, "reno"),
            (route.Metrics.Count, route.Metrics[RouteMetric.Mtu], route.Metrics[RouteMetric.Rtt], route.CongestionControl));
        Assert.Equal([RouteMetric.Mtu, RouteMetric.CongestionControl], route.LockedMetrics.Order());

        Ip("route add 198.51.103.0/24 proto 18 nexthop via 192.0.2.2 dev eth0 weight 2 onlink nexthop via inet6 fe80::2 dev eth0 encap ip id 9 "
            + "dst 192.0.2.9 ttl 3");
        IReadOnlyList<NextHop> hops = Assert.Single(client.GetRoutes(protocol: 18, table: 254)).NextHops;
        Assert.Equal(new NextHop { Gateway = IPAddress.Parse("192.0.2.2"), Interface = eth0, Weight = 2, OnLink = true }, hops[0]);
        Assert.Equal((IPAddress.Parse("fe80::2"), 9ul, IPAddress.Parse("192.0.2.9"), (byte)3),
            (hops[1].Gateway!, hops[1].Encapsulation!.Id!.Value, hops[1].Encapsulation!.Destination!, hops[1].Encapsulation!.Ttl!.Value));

        Ip("-6 route add unreachable 2001:db8:9::/64 metric 5 proto 18");
        RouteInfo six = Assert.Single(client.GetRoutes(AddressFamily.InterNetworkV6, protocol: 18));
        Assert.Equal((RouteType.Unreachable, 5u, RouterPreference.Medium), (six.Type, six.Metric!.Value, six.Preference!.Value));
        Assert.Null(six.Expires);
    });

    [RootFact]
    public void Every_rule_goes_both_ways() => InNamespace((client, _) =>
    {
        var four = new RuleRequest { Family = AddressFamily.InterNetwork, Protocol = Keepalived };
        RuleRequest[] rules =
        [
            four with
            {
                Priority = 300, Invert = true, Source = IPNetwork.Parse("192.0.2.0/24"), Destination = IPNetwork.Parse("198.51.100.0/24"),
                Mark = 0x10, MarkMask = 0xff, InputInterface = "eth0", OutputInterface = "eth1", Tos = 0x10, Table = 1000, Realms = 0x30004,
                SuppressPrefixLength = 8, SuppressInterfaceGroup = 3, Users = new ValueRange(10, 20), IpProtocol = 6,
                SourcePorts = new ValueRange(10, 20), DestinationPorts = new ValueRange(80, 80), TunnelId = 77,
            },
            four with { Priority = 400, Type = RuleType.Goto, Target = 500 },
            four with { Priority = 401, Type = RuleType.Nop },
            four with { Priority = 402, L3MasterDevice = true },
            four with { Priority = 403, Type = RuleType.Prohibit, Mark = 5 },
            four with { Priority = 404, Table = 200 },
            four with { Family = AddressFamily.InterNetworkV6, Priority = 405, Source = IPNetwork.Parse("2001:db8::/32"), Table = 7000 },
        ];
        Assert.Equal(0, client.AddRules(rules, new NetlinkResult[rules.Length]));
        Assert.Equal(
            """
            300:	not from 192.0.2.0/24 to 198.51.100.0/24 tos 0x10 fwmark 0x10/0xff iif eth0 oif eth1 uidrange 10-20 ipproto tcp sport 10-20 dport 80 tun_id 77 lookup 1000 suppress_prefixlength 8 suppress_ifgroup 3 realms 3/4 proto keepalived
            400:	from all goto 500 [unresolved] proto keepalived
            401:	from all nop proto keepalived
            402:	from all lookup [l3mdev-table] proto keepalived
            403:	from all fwmark 0x5 prohibit proto keepalived
            404:	from all lookup 200 proto keepalived

            """,
            OfKeepalived(Run("ip", "-4", "rule")));
        Assert.Equal("405:\tfrom 2001:db8::/32 lookup 7000 proto keepalived\n", OfKeepalived(Run("ip", "-6", "rule")));

        RuleInfo[] read = [.. client.GetRules().Where(r => r.Protocol == Keepalived)];
        Assert.Equal(rules.Length, read.Length);
        foreach (RuleRequest rule in rules)
        {
            Assert.Single(read, r => r.Satisfies(rule));
            Assert.DoesNotContain(read, r => r.Satisfies(rule with { Tos = 0x18 }));
            Assert.True(client.DeleteRule(rule));
            Assert.False(client.DeleteRule(rule));
        }

        Assert.DoesNotContain(client.GetRules(), r => r.Protocol == Keepalived);
        Ip("rule add not from 192.0.2.0/24 to 198.51.100.0/24 pref 300 fwmark 0x10/0xff iif eth0 oif eth1 tos 0x10 table 1000 realms 3/4 "
            + "suppress_prefixlength 8 suppress_ifgroup 3 uidrange 10-20 ipproto tcp sport 10-20 dport 80 proto 18 tun_id 77");
        Assert.Single(client.GetRules(), r => r.Satisfies(rules[0]));
    });

    [RootFact]
    public void The_kernel_s_form_of_a_route_satisfies_the_request_and_no_other() => InNamespace((client, eth0) =>
    {
        var four = new RouteRequest
        {
            Family = AddressFamily.InterNetwork,
            Protocol = Keepalived,
            Destination = IPNetwork.Parse("198.51.100.0/24"),
            Mode = RouteAddMode.Prepend,
        };
        RouteRequest six = four with { Family = AddressFamily.InterNetworkV6, Destination = IPNetwork.Parse("2001:db8:5::/64") };
        RouteRequest[] requests =
        [
            four with { Gateway = IPAddress.Parse("192.0.2.254") },
            four with { Interface = eth0, Scope = RouteScope.Global, Metric = 1 },
            four with { Interface = eth0, Metric = 2, PreferredSource = IPAddress.Parse("192.0.2.1") },
            four with { Metric = 3, NextHops = [new NextHop { Gateway = IPAddress.Parse("192.0.2.2"), Realms = 9 }] },
            four with
            {
                Metric = 4, NextHops = [new NextHop { Gateway = IPAddress.Parse("192.0.2.2") }, new NextHop { Interface = eth0, Weight = 7 }],
            },
            four with
            {
                Metric = 5, Interface = eth0,
                Metrics = new Dictionary<RouteMetric, uint> { [RouteMetric.Mtu] = 100000, [RouteMetric.AdvertisedMss] = 99999 },
            },
            four with { Metric = 6, Interface = eth0, Encapsulation = new TunnelEncapsulation { Id = 3 } },
            four with { Metric = 7, Type = RouteType.Local, Interface = eth0, Table = 100 },
            four with { Metric = 8, Type = RouteType.Throw, Table = 100 },
            four with { Metric = 9, Type = RouteType.Unicast, Gateway = IPAddress.Parse("fe80::7"), Interface = eth0, OnLink = true },
            four with { Destination = null, Type = RouteType.Blackhole, Tos = 0x10 },
            six with { Gateway = IPAddress.Parse("2001:db8::2") },
            six with { Interface = eth0, Metric = 2, Preference = RouterPreference.Low, Expires = 1000 },
            six with { Type = RouteType.Blackhole, Metric = 3 },
            six with
            {
                Metric = 4,
                NextHops =
                [
                    new NextHop { Gateway = IPAddress.Parse("2001:db8::9"), Weight = 3 }, new NextHop { Gateway = IPAddress.Parse("2001:db8::8") },
                ],
            },
            six with { Destination = null, Source = IPNetwork.Parse("2001:db8:2::/64"), Gateway = IPAddress.Parse("2001:db8::2"), Table = 400 },
        ];
        var outcomes = new NetlinkResult[requests.Length];
        client.AddRoutes(requests, outcomes);
        Assert.All(outcomes, o => Assert.Equal(default, o));
        IReadOnlyList<RouteInfo> read = client.GetRoutes(protocol: Keepalived);
        Assert.Equal(requests.Length, read.Count);
        foreach (RouteRequest request in requests)
        {
            RouteInfo route = Assert.Single(read, r => r.Satisfies(request));
            Assert.False(route.Satisfies(request with { Protocol = 4 }));
            Assert.False(route.Satisfies(request with { Metric = 77 }));
            Assert.False(route.Satisfies(request with { Table = 77 }));
            Assert.False(route.Satisfies(request with { Type = RouteType.Prohibit }));
            Assert.False(route.Satisfies(request with { Metrics = new Dictionary<RouteMetric, uint> { [RouteMetric.Window] = 4 } }));
            Assert.False(route.Satisfies(request with { PreferredSource = IPAddress.Parse("192.0.2.3") }));
        }

        // The very same again, and then away, as it was read.
        Assert.Equal("EEXIST", Assert.Throws<NetlinkException>(() => client.AddRoute(requests[0])).ErrnoName);
        foreach (RouteInfo route in read) Assert.True(client.DeleteRoute(route), $"{route}");
        Assert.Empty(client.GetRoutes(protocol: Keepalived));
    });

    [RootFact]
    public void A_removal_hits_none_of_the_others_in_the_same_place() => InNamespace((client, eth0) =>
    {
        var ours = new RouteRequest
        {
            Family = AddressFamily.InterNetwork,
            Protocol = Keepalived,
            Destination = IPNetwork.Parse("198.51.100.0/24"),
            Gateway = IPAddress.Parse("192.0.2.2"),
            Mode = RouteAddMode.Prepend,
        };
        Ip("route add 198.51.100.0/24 via 192.0.2.2 dev eth0");
        client.AddRoute(ours);
        client.AddRoute(ours with { Metrics = new Dictionary<RouteMetric, uint> { [RouteMetric.Mtu] = 1400 } });
        Assert.True(client.DeleteRoute(ours));
        Assert.Equal("198.51.100.0/24 via 192.0.2.2 dev eth0 proto keepalived mtu 1400 \n198.51.100.0/24 via 192.0.2.2 dev eth0 \n",
            Run("ip", "route", "show", "198.51.100.0/24"));
        Assert.False(client.DeleteRoute(ours));
    });

    [RootFact]
    public void Addresses_with_peers_and_flags_go_both_ways() => InNamespace((client, eth0) =>
    {
        var four = new AddressRequest(eth0, IPAddress.Parse("10.0.0.1"), 30) { Peer = IPAddress.Parse("10.9.0.1"), Flags = AddressFlags.NoPrefixRoute };
        var six = new AddressRequest(eth0, IPAddress.Parse("2001:db8:7::1"), 64)
        {
            Flags = AddressFlags.NoDad | AddressFlags.HomeAddress | AddressFlags.ManageTemporary,
            PreferredLifetime = 0,
        };
        var peer6 = new AddressRequest(eth0, IPAddress.Parse("2001:db8:8::1"), 128)
        {
            Peer = IPAddress.Parse("2001:db8:8::2"),
            Flags = AddressFlags.NoDad,
        };
        client.ReplaceAddresses([four, six, peer6]);
        string shown = Run("ip", "addr", "show", "dev", "eth0");
        Assert.Contains("inet 10.0.0.1 peer 10.9.0.1/30 scope global noprefixroute eth0", shown, StringComparison.Ordinal);
        Assert.Matches("inet6 2001:db8:7::1/64 scope global .*home.*mngtmpaddr", shown);
        Assert.Contains("inet6 2001:db8:8::1 peer 2001:db8:8::2/128 scope global nodad", shown, StringComparison.Ordinal);
        IReadOnlyList<AddressInfo> read = client.GetAddresses(eth0);
        Assert.Equal(four.Peer, Assert.Single(read, a => a.Address.Equals(four.Address)).Peer);
        AddressInfo home = Assert.Single(read, a => a.Address.Equals(six.Address));
        Assert.Equal((six.Flags, 0u), (home.Flags & six.Flags, home.PreferredLifetime!.Value));
        Assert.Equal(peer6.Peer, Assert.Single(read, a => a.Address.Equals(peer6.Address)).Peer);
        Assert.All([four, six, peer6], a => Assert.True(client.DeleteAddress(a)));
        Assert.All([four, six, peer6], a => Assert.False(client.DeleteAddress(a)));
    });

    [RootFact]
    public void The_monitor_hears_of_routes_of_one_protocol_and_of_rules() => InNamespace((client, eth0) =>
    {
        using RouteMonitor opened = RouteMonitor.Open(RouteMonitorSubjects.Rules);
        using var monitor = new RouteMonitor(KernelTransport.Open(NetlinkProtocol.Route, 1 << 20, nonBlocking: true,
            linux_rtnetlink.RTNLGRP_IPV4_ROUTE, linux_rtnetlink.RTNLGRP_IPV6_ROUTE))
        { RouteProtocol = Keepalived };
        Ip("route add 198.51.100.0/24 dev eth0 proto 4");
        Ip("route add 198.51.101.0/24 dev eth0 proto 18");
        Ip("-6 route add 2001:db8:5::/64 dev eth0 proto 18");
        client.DeleteRoute(client.GetRoutes(AddressFamily.InterNetwork, protocol: 18)[0]);
        Ip("rule add pref 50 table 7");
        Ip("rule del pref 50 table 7");

        List<RouteNotification> heard = [];
        while (monitor.TryRead(out RouteNotification notification)) heard.Add(notification);
        while (opened.TryRead(out RouteNotification notification)) heard.Add(notification);
        Assert.Equal(
            [
                (RouteNotificationKind.RouteChanged, "198.51.101.0/24"), (RouteNotificationKind.RouteChanged, "2001:db8:5::/64"),
                (RouteNotificationKind.RouteRemoved, "198.51.101.0/24"), (RouteNotificationKind.RuleChanged, "50"),
                (RouteNotificationKind.RuleRemoved, "50"),
            ],
            heard.Select(n => (n.Kind, n.Route?.Destination?.ToString() ?? $"{n.Rule!.Priority}")));
        Assert.Equal(client.PortId, heard[2].PortId);
        Assert.Equal(eth0, heard[0].Index);
    });

    [RootFact]
    public void A_thousand_routes_are_added_read_and_removed() => InNamespace((client, eth0) =>
    {
        RouteRequest[] requests =
        [
            .. Enumerable.Range(0, 1000).Select(i => new RouteRequest
            {
                Family = AddressFamily.InterNetwork, Destination = new IPNetwork(new IPAddress([10, 1, (byte)(i / 250), (byte)(i % 250)]), 32),
                Interface = eth0, Protocol = Keepalived,
            }),
        ];
        var outcomes = new NetlinkResult[requests.Length];
        Assert.Equal(0, client.AddRoutes(requests, outcomes));
        Assert.Equal(1000, client.AddRoutes(requests, outcomes));
        Assert.All(outcomes, o => Assert.Equal(Errno.EEXIST, o.Errno));
        Assert.Equal(1000, client.GetRoutes(protocol: Keepalived).Count);
        Assert.Equal(0, client.DeleteRoutes(requests, outcomes));
        Assert.Equal(0, client.DeleteRoutes(requests, outcomes));
        Assert.Empty(client.GetRoutes(protocol: Keepalived));
        Assert.Empty(client.GetRoutes(table: 4711));
    });

    private static void Ip(string arguments) => Run("ip", arguments.Split(' '));

    private static string OfKeepalived(string rules) =>
        string.Concat(rules.Split('\n').Where(r => r.EndsWith("proto keepalived", StringComparison.Ordinal)).Select(r => r + "\n"));

    private static JsonElement[] Json(string program, params string[] arguments)
    {
        using JsonDocument document = JsonDocument.Parse(Run(program, arguments));
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    private static string Fields(JsonElement from, params string[] names) => string.Join(' ', names.Select(n => $"{from.GetProperty(n)}"));

    private static void InNamespace(Action<RouteClient, int> test)
    {
        using NetworkNamespace own = NetworkNamespace.Create();
        own.Run(() =>
        {
            Ip("link add eth0 type veth peer name eth1");
            Ip("link set eth1 up");
            Ip("link set eth0 up");
            Ip("addr add 192.0.2.1/24 dev eth0");
            Ip("addr add 2001:db8::1/64 dev eth0 nodad");
            using RouteClient client = RouteClient.Open();
            test(client, client.FindLink("eth0")!.Index);
        });
    }
}
