using System.Net;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Addresses, routes and rules of keepalived.conf, in iproute2's words.</summary>
public class KeepalivedNetworkTests
{
    private const string Instances = "track_group G {\n group {\n  VI_1\n }\n}\nvrrp_instance VI_1 {\n interface eth0\n virtual_router_id 5\n virtual_ipaddress {\n  10.9.9.9\n }\n}\n";

    /// <summary>iproute2's files as a host may have them.</summary>
    private static readonly IprouteNames Names = new((etc, usr, file) => (etc, file) switch
    {
        ("/etc/iproute2", "rt_tables") => ["# of the host\n100 blue\n 0x65\tgreen # hex\nno line\n1000 big\n", "100 other\n102\tblue\n"],
        ("/etc/iproute2", "rt_realms") => ["7 PQA\n300 toolarge\n"],
        ("/etc/iproute2", "rt_protos") => ["186 bgp\n"],
        ("/etc/iproute2", "group") => ["3 uplinks\n"],
        ("/opt/ip", "rt_tables") => ["5 elsewhere\n"],
        _ => [],
    });

    [Theory]
    [InlineData("192.0.2.0/24 via 10.0.0.1", "192.0.2.0/24 via 10.0.0.1")]
    [InlineData("to 192.0.2.0/24 via inet 10.0.0.1 dev eth0 table blue", "192.0.2.0/24 via 10.0.0.1 dev eth0 table 100")]
    [InlineData("default via 10.0.0.1 oif eth0 metric 5", "default via 10.0.0.1 dev eth0 metric 5")]
    [InlineData("0.0.0.0/0 via 10.0.0.1 priority 5", "default via 10.0.0.1 metric 5")]
    [InlineData("blackhole 192.0.2.0/24 table green", "blackhole 192.0.2.0/24 table 101")]
    [InlineData("7 192.0.2.1", "unreachable 192.0.2.1/32")]
    [InlineData("brd 192.0.2.0/24 dev eth0", "broadcast 192.0.2.0/24 dev eth0")]
    [InlineData("2001:db8::/32 via fe80::1 dev eth0 preference 7", "2001:db8::/32 via fe80::1 dev eth0 metric 7")]
    [InlineData("192.0.2.0/24 via inet6 fe80::1 dev eth0 tos 0x10", "192.0.2.0/24 via fe80::1 dev eth0 tos 0x10")]
    [InlineData("default via inet6 fe80::1 dev eth0", "default via fe80::1 dev eth0")]
    public void Routes_are_read(string line, string route) => Assert.Equal(route, $"{Route(line)}");

    [Fact]
    public void Every_option_of_a_route_has_its_place()
    {
        RouteEntry route = Route(
            "prohibit 192.168.200.0/24 dev eth0 table blue tos 0x04 protocol bgp no_track scope link priority 12 mtu lock 1000 hoplimit 100 advmss 101 rtt 102 rttvar 0.3s "
            + "reordering 104 window 105 cwnd lock 106 ssthresh lock 107 realms PQA/0x14 rto_min 250ms initcwnd 109 initrwnd 110 features ecn quickack 1 "
            + "congctl lock reno fastopen_no_cookie 1 ttl-propagate disabled src 10.0.0.5 onlink append");
        Assert.Equal(
            new RouteEntry
            {
                Kind = RouteKind.Prohibit,
                Destination = IPNetwork.Parse("192.168.200.0/24"),
                Device = "eth0",
                Table = 100,
                Tos = 4,
                Protocol = 186,
                NoTrack = true,
                Scope = 253,
                Metric = 12,
                Realms = 0x70014,
                TtlPropagate = false,
                PreferredSource = Ip("10.0.0.5"),
                OnLink = true,
                Insertion = RouteInsertion.Append,
                Metrics = new RouteMetrics
                {
                    Mtu = 1000,
                    LockMtu = true,
                    HopLimit = 100,
                    AdvertisedMss = 101,
                    Rtt = 102,
                    RttVariance = 1200,
                    Reordering = 104,
                    Window = 105,
                    CongestionWindow = 106,
                    SlowStartThreshold = 107,
                    MinimumRto = 250,
                    InitialCongestionWindow = 109,
                    InitialReceiveWindow = 110,
                    Features = 1,
                    QuickAck = true,
                    CongestionControl = "reno",
                    FastOpenNoCookie = true,
                    Locked = ["cwnd", "ssthresh", "congctl"],
                },
            },
            route);
        RouteEntry six = Route("inet6 default from 2001:db8:2::/64 via fe80::1 dev eth0 pref low expires 300 vrf red add");
        Assert.Equal(
            new RouteEntry
            {
                Family = 6,
                From = IPNetwork.Parse("2001:db8:2::/64"),
                Gateway = Ip("fe80::1"),
                Device = "eth0",
                Preference = RoutePreference.Low,
                Expires = TimeSpan.FromSeconds(300),
                Vrf = "red",
                Insertion = RouteInsertion.Add,
            },
            six);
    }

    [Fact]
    public void Next_hops_and_encapsulations_are_read()
    {
        RouteEntry route = Route(
            "192.168.100.0/24 table 6909 dev eth3 nexthop via 192.168.101.1 dev wlan0 onlink weight 1 realms 3 nexthop via inet6 fe80::2 weight 256 "
            + "encap ip id 5 dst 10.0.0.9 src 10.0.0.1 tos 0x10 ttl 64 flags 256");
        Assert.Equal((6909u, null), (route.Table!.Value, route.Device));
        Assert.Equal(
            [
                new RouteNextHop { Gateway = Ip("192.168.101.1"), Device = "wlan0", OnLink = true, Realms = 3 },
                new RouteNextHop
                {
                    Gateway = Ip("fe80::2"), Device = "eth3", Weight = 256,
                    Encapsulation = new RouteEncapsulation
                    {
                        Family = 4, Id = 5, Destination = Ip("10.0.0.9"), Source = Ip("10.0.0.1"), Tos = 0x10, Ttl = 64, Flags = 1,
                    },
                },
            ],
            route.NextHops);
        RouteEncapsulation six = Route("192.0.2.0/24 encap ip6 dst 2001:db8::9 tc 4 hoplimit 3 dev eth0").Encapsulation!;
        Assert.Equal(new RouteEncapsulation { Family = 6, Destination = Ip("2001:db8::9"), Tos = 4, Ttl = 3 }, six);
    }

    [Theory]
    [InlineData("192.0.2.5/24 dev eth0", "2:2 Error InvalidAddress")]
    [InlineData("192.0.4.0/24 dev eth0 table nosuch", "2:30 Error UnknownValue")]
    [InlineData("192.0.4.0/24 dev eth0 protocol static", "2:24 Warning Ignored")]
    [InlineData("2001:db8::/32 dev eth0 realms 3", "2:25 Error MixedFamilies")]
    [InlineData("192.0.6.0/24 via 10.0.0.1 or 10.0.0.2 dev eth0", "2:28 Warning Deprecated")]
    [InlineData("192.0.6.0/24 gw 10.0.0.1", "2:15 Warning Deprecated")]
    [InlineData("192.0.7.0/24 nexthop via 10.0.0.1 weight 0", "2:43 Error ValueOutOfRange")]
    [InlineData("192.0.7.0/24 via 10.1.1.1 nexthop via 10.0.0.1", "2:2 Error Contradiction")]
    [InlineData("192.0.7.0/24 nexthop via 10.0.0.1 mtu 5", "2:36 Error MisplacedKeyword", "2:40 Error MisplacedKeyword")]
    [InlineData("192.0.8.0/24 dev eth0 encap mpls 100", "2:30 Error NotSupported")]
    [InlineData("192.0.8.0/24 dev eth0 encap ila 1:2:3:4", "2:30 Error NotSupported")]
    [InlineData("192.0.8.0/24 dev eth0 encap ip ttl 5", "2:30 Error MissingValue")]
    [InlineData("192.0.9.0/24 dev eth0 metric 0x10", "2:31 Error ValueOutOfRange")]
    [InlineData("via 10.0.0.1 dev eth0", "2:2 Error MissingValue")]
    [InlineData("192.0.10.0/24 dev eth0 quickack 2", "2:34 Error UnknownValue")]
    [InlineData("192.0.10.0/24 dev eth0 features foo", "2:34 Error UnknownValue")]
    [InlineData("192.0.10.0/24 dev eth0 track_group Q", "2:2 Error UnknownGroup")]
    [InlineData("192.0.11.0/24 dev eth0 realms a/b", "2:32 Error UnknownValue")]
    [InlineData("192.0.11.0/24 dev eth0 realms 300", "2:32 Error UnknownValue")]
    [InlineData("192.0.12.0/24 dev eth0 pref high", "2:25 Error MixedFamilies")]
    [InlineData("xresolve 192.0.15.0/24 dev eth0", "2:2 Error NotSupported")]
    [InlineData("192.0.15.0/24 dev", "2:16 Error MissingValue")]
    [InlineData("192.0.15.0/24 devv eth0", "2:16 Error UnknownKeyword")]
    [InlineData("192.0.15.0/24 dev eth0 as to 3", "2:25 Error NotSupported")]
    [InlineData("192.0.15.0/24", "2:2 Error MissingValue")]
    [InlineData("192.0.15.0/24 dev eth0 rtt 5m", "2:29 Error InvalidNumber")]
    [InlineData("default6 dev eth0", "2:2 Warning Deprecated")]
    [InlineData("192.0.15.0/24 dev eth0 mtu", "2:25 Error MissingValue")]
    public void What_is_amiss_with_a_route_is_told_where_it_stands(string line, params string[] said) =>
        Assert.Equal(said, Read($"static_routes {{\n {line}\n}}\n{Instances}").Brief());

    [Fact]
    public void An_unknown_name_says_which_file_it_would_stand_in()
    {
        ConfigurationReadResult read = Read($"static_routes {{\n 192.0.2.0/24 dev eth0 table bleu\n}}\n{Instances}");
        Assert.Equal(
            "`bleu` is no value of `table`: neither a number up to 4294967295 nor a name in /etc/iproute2/rt_tables. Did you mean `blue`?",
            Assert.Single(read.Diagnostics).Message);
        read = Read($"global_defs {{\n iproute_etc_dir /opt/ip\n}}\nstatic_routes {{\n 192.0.2.0/24 dev eth0 table elsewhere\n}}\n{Instances}");
        Assert.Equal(5u, read.Clean().StaticRoutes[0].Table);
        read = Read($"global_defs {{\n iproute_etc_dir /opt/ip\n}}\nstatic_routes {{\n 192.0.2.0/24 dev eth0 table blue\n}}\n{Instances}");
        Assert.Contains("a name in /opt/ip/rt_tables", Assert.Single(read.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_looked_up_as_iproute2_and_keepalived_do()
    {
        Assert.Equal(100u, Names.Find(IprouteTable.Tables, "blue"));
        Assert.Equal(101u, Names.Find(IprouteTable.Tables, "green"));
        Assert.Equal(254u, Names.Find(IprouteTable.Tables, "main"));
        Assert.Equal(8u, Names.Find(IprouteTable.Tables, "010"));
        Assert.Null(Names.Find(IprouteTable.Tables, "08"));
        Assert.Null(Names.Find(IprouteTable.Realms, "toolarge"));
        Assert.Null(Names.Find(IprouteTable.Scopes, "256"));
        Assert.Equal(186u, Names.Find(IprouteTable.Protocols, "bgp"));
        Assert.Equal(16u, Names.Find(IprouteTable.Protocols, "dhcp"));
        Assert.Equal(0x28u, Names.Find(IprouteTable.DsField, "0x28"));
        Assert.Null(Names.Find(IprouteTable.DsField, "-1"));
    }

    [Fact]
    public void The_host_s_files_replace_and_complete_one_another()
    {
        string root = Directory.CreateTempSubdirectory().FullName;
        try
        {
            foreach (string d in new[] { "etc", "usr/rt_tables.d", "etc/rt_tables.d" }) Directory.CreateDirectory(Path.Combine(root, d));
            void Write(string path, string text) => File.WriteAllText(Path.Combine(root, path), text);
            Write("usr/rt_tables", "1 usr\n");
            Write("usr/rt_protos", "99 usrproto\n");
            Write("etc/rt_tables", "2 etc\n");
            Write("usr/rt_tables.d/a.conf", "3 replaced\n");
            Write("etc/rt_tables.d/a.conf", "4 replacing\n");
            Write("usr/rt_tables.d/b.conf", "5 added\n");
            Write("etc/rt_tables.d/c.txt", "6 noconf\n");
            IprouteNames names = IprouteNames.OfHost().In(Path.Combine(root, "etc"), Path.Combine(root, "usr"));
            Assert.Equal([null, 2u, null, 4u, 5u, null],
                new[] { "usr", "etc", "replaced", "replacing", "added", "noconf" }.Select(n => names.Find(IprouteTable.Tables, n)));
            Assert.Equal(99u, names.Find(IprouteTable.Protocols, "usrproto"));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void Every_option_of_a_rule_has_its_place()
    {
        RuleEntry rule = Rule(
            "not from 192.168.28.0/24 to 192.168.29.0/26 table blue iif p33p1 oif wlan0 tos 22 fwmark 24/0x0f preference 39 realms 30/20 "
            + "suppress_prefixlength 8 suppress_ifgroup uplinks tunnel-id 77 uidrange 10-20 ipproto UDP sport 10-20 dport 53 no_track protocol 12");
        Assert.Equal(
            new RuleEntry
            {
                Family = 4,
                Not = true,
                From = IPNetwork.Parse("192.168.28.0/24"),
                To = IPNetwork.Parse("192.168.29.0/26"),
                Table = 100,
                InputInterface = "p33p1",
                OutputInterface = "wlan0",
                Tos = 22,
                Mark = 24,
                MarkMask = 15,
                Preference = 39,
                Realms = 0x1e0014,
                SuppressPrefixLength = 8,
                SuppressInterfaceGroup = 3,
                TunnelId = 77,
                Users = new NumberRange(10, 20),
                IpProtocol = 17,
                SourcePorts = new NumberRange(10, 20),
                DestinationPorts = new NumberRange(53, 53),
                NoTrack = true,
                Protocol = 12,
            },
            rule);
        Assert.Equal(new RuleEntry { Family = 6, L3MasterDevice = true, Preference = 128 }, Rule("inet6 l3mdev priority 0x80"));
        Assert.Equal(new RuleEntry { Family = 4, Action = RuleAction.Goto, Target = 40, Preference = 39 }, Rule("order 39 goto 40"));
        Assert.Equal(new RuleEntry { Family = 4, Action = RuleAction.Prohibit, Preference = 39 }, Rule("from all type prohibit preference 39"));
        Assert.Equal(new RuleEntry { Family = 4, Action = RuleAction.Nop, Preference = 39, InputInterface = "eth7" }, Rule("dev eth7 nop order 39 protocol keepalived"));
    }

    [Theory]
    [InlineData("from 192.0.2.0/24 goto 100 preference 200", "2:2 Error ValueOutOfRange")]
    [InlineData("from 192.0.2.0/24 priority 61", "2:2 Error MissingValue")]
    [InlineData("from 192.0.2.0/24 blackhole priority 60 suppress_prefixlength 3", "2:2 Error Contradiction")]
    [InlineData("from 192.0.2.0/24 priority 62 l3mdev table 5", "2:39 Error Contradiction")]
    [InlineData("from 192.0.2.0/24 priority 63 table 5 ipproto foo", "2:48 Error UnknownValue")]
    [InlineData("from 192.0.2.0/24 priority 65 table 0", "2:32 Error ValueOutOfRange")]
    [InlineData("from 192.0.2.0/24 priority 67 type local", "2:37 Error UnknownValue")]
    [InlineData("from 192.0.2.0/24 to 2001:db8::/32 table 4 priority 69", "2:23 Error MixedFamilies")]
    [InlineData("fwmark 0x10/0xff table 9 priority 70 protocol 12", "2:39 Warning Ignored")]
    [InlineData("fwmark 1/2/3 table 9 priority 70", "2:9 Error InvalidNumber")]
    [InlineData("from any table 5 order 51 uidrange 20-10", "2:37 Error ValueOutOfRange")]
    [InlineData("from any table 5 order 51 dport 70000", "2:34 Error ValueOutOfRange")]
    [InlineData("from any table 5 order 51 frm 1", "2:28 Error UnknownKeyword")]
    [InlineData("inet6 realms 3 table 5 order 51", "2:8 Error MixedFamilies")]
    public void What_is_amiss_with_a_rule_is_told_where_it_stands(string line, params string[] said) =>
        Assert.Equal(said, Read($"static_rules {{\n {line}\n}}\n{Instances}").Brief());

    [Fact]
    public void Rules_without_a_preference_get_keepalived_s_in_the_order_of_the_file()
    {
        ConfigurationReadResult read = Read(
            """
            vrrp_instance A {
                interface eth0
                virtual_router_id 1
                virtual_ipaddress {
                    10.0.0.1
                }
                virtual_rules {
                    from 10.1.0.0/16 table 1
                    from 10.2.0.0/16 table 1 preference 5
                    inet6 table 1
                }
            }
            static_rules {
                from 10.3.0.0/16 table 1
                inet6 table 2
            }
            """);
        Assert.Equal(["NoPreference", "NoPreference", "NoPreference", "NoPreference"], read.Codes());
        Assert.Equal([16384u, 5u, 16384u], read.Configuration!.VrrpInstances[0].VirtualRules.Select(r => r.Preference!.Value));
        Assert.Equal([16383u, 16383u], read.Configuration.StaticRules.Select(r => r.Preference!.Value));
    }

    [Fact]
    public void Every_option_of_a_static_address_has_its_place()
    {
        HaConfiguration c = Read(
            $$"""
            global_defs {
                default_interface eth3
            }
            static_ipaddress {
                192.168.1.1/24 dev eth0 scope global brd + label eth0:1 track_group G
                10.0.0.1 peer 10.0.0.2 dev eth0 noprefixroute no_track
                2001:db8::1/64 dev eth0 home -nodad mngtmpaddr preferred_lft 0
                2001:db8::2 preferred_lft forever
                239.0.0.1/32 dev eth0 autojoin
            }
            {{Instances}}
            """).Clean();
        Assert.Equal(
            [
                new VirtualAddress
                {
                    Address = Ip("192.168.1.1"), PrefixLength = 24, Device = "eth0", Scope = AddressScope.Global, Broadcast = Ip("192.168.1.255"),
                    Label = "eth0:1", TrackGroup = "G",
                },
                new VirtualAddress
                {
                    Address = Ip("10.0.0.1"), Peer = Ip("10.0.0.2"), Device = "eth0", Options = AddressOptions.NoPrefixRoute, NoTrack = true,
                },
                new VirtualAddress
                {
                    Address = Ip("2001:db8::1"), PrefixLength = 64, Device = "eth0", Preferred = false,
                    Options = AddressOptions.Home | AddressOptions.DetectDuplicates | AddressOptions.ManageTemporary,
                },
                new VirtualAddress { Address = Ip("2001:db8::2"), PrefixLength = 128, Device = "eth3", Preferred = true },
                new VirtualAddress { Address = Ip("239.0.0.1"), Device = "eth0", Options = AddressOptions.AutoJoin },
            ],
            c.StaticAddresses);
        Assert.Equal([new StaticTrackGroup("G", ["VI_1"])], c.TrackGroups);
    }

    [Theory]
    [InlineData("10.1.0.2/24 dev lo peer 10.2.0.1", "2:2 Warning Ignored")]
    [InlineData("10.1.0.1 dev lo peer 2001:db8::1", "2:23 Error InvalidAddress")]
    [InlineData("10.1.0.3 dev lo brd +", "2:22 Warning Ignored")]
    [InlineData("10.1.0.4 dev lo brd + peer 10.2.0.9", "2:22 Warning Ignored")]
    [InlineData("10.1.0.5/24 dev lo foo", "2:21 Error UnknownKeyword")]
    [InlineData("10.1.0.6/24 dev lo scope nowhere", "2:27 Error UnknownValue")]
    [InlineData("10.1.0.7/24 dev lo preferred_lft 30", "2:35 Error NotSupported")]
    [InlineData("2001:db8::1/64 dev lo scope link label lo:1", "2:41 Warning Ignored", "2:2 Warning Ignored")]
    [InlineData("2001:db8::1/64 dev lo brd +", "2:28 Error InvalidAddress")]
    [InlineData("10.1.0.9/24 dev lo track_group Q", "2:2 Error UnknownGroup")]
    [InlineData("10.1.0.10/24 dev lo use_vmac", "2:22 Error UnknownKeyword")]
    [InlineData("10.1.0.10/24 dev lo dev eth0", "2:26 Error Contradiction")]
    [InlineData("10.1.0.10/24 dev lo autojoin", "2:2 Error InvalidAddress")]
    [InlineData("10.1.0.10/24 dev lo home", "2:2 Warning Ignored")]
    [InlineData("2001:db8::1/65 dev lo mngtmpaddr", "2:2 Error ValueOutOfRange")]
    [InlineData("224.0.0.99/32 dev lo", "2:2 Error InvalidAddress")]
    [InlineData("ff02::99/128 dev lo", "2:2 Error InvalidAddress")]
    [InlineData("0.0.0.0/32 dev lo", "2:2 Error InvalidAddress")]
    [InlineData("::/128 dev lo", "2:2 Error InvalidAddress")]
    [InlineData("255.255.255.255/32 dev lo", "2:2 Error InvalidAddress")]
    [InlineData("ff02::99/128 dev lo autojoin")]
    public void What_is_amiss_with_a_static_address_is_told_where_it_stands(string line, params string[] said) =>
        Assert.Equal(said.Order(), Read($"static_ipaddress {{\n {line}\n}}\n{Instances}").Brief().Order());

    [Fact]
    public void A_track_group_is_of_what_is_static_and_names_instances()
    {
        string text = "vrrp_instance A {\n interface eth0\n virtual_router_id 1\n virtual_ipaddress {\n  10.0.0.1 track_group G\n }\n virtual_routes {\n  192.0.2.0/24 dev eth0 track_group G\n }\n}\n";
        Assert.Equal(["1:15 Warning NoVirtualAddress", "5:12 Error UnknownKeyword", "8:25 Error UnknownKeyword"], Read(text).Brief());
        Assert.Equal(["3:3 Warning UnknownInstance", "6:13 Warning EmptyGroup"],
            Read("track_group G {\n group {\n  A\n }\n}\ntrack_group H {\n}\n").Brief());
    }

    [Fact]
    public void The_example_of_the_man_page_s_shape_is_read_whole()
    {
        HaConfiguration c = Read(
            $$"""
            static_routes {
                192.168.2.0/24 via 192.168.1.100 dev eth0 track_group G
                192.168.100.0/24 table 6909 nexthop via 192.168.101.1 dev wlan0 onlink weight 1 nexthop via 192.168.101.2 dev wlan0 onlink weight 2
                2001:470:69e9:1:2::4 dev eth0 table 6909 protocol bird no_track priority 12 mtu 1000 hoplimit 100 advmss 101 append
            }
            {{Instances}}
            """).Clean();
        Assert.Equal(3, c.StaticRoutes.Count);
        Assert.Equal([1, 2], c.StaticRoutes[1].NextHops.Select(h => h.Weight));
        Assert.Equal(12, c.StaticRoutes[2].Protocol);
    }

    [Fact]
    public void A_choice_of_one_value_names_it_once() =>
        Assert.EndsWith("known: ecn.",
            Assert.Single(Read($"static_routes {{\n 192.0.2.0/24 dev eth0 features enc\n}}\n{Instances}").Diagnostics).Message, StringComparison.Ordinal);

    private static ConfigurationReadResult Read(string text) =>
        HaConfigurationReader.ReadText(text, "t.conf", ConfigurationFormat.Keepalived, names: Names);

    private static RouteEntry Route(string line)
    {
        ConfigurationReadResult read = Read($"static_routes {{\n {line}\n}}\n{Instances}");
        Assert.DoesNotContain(read.Diagnostics, d => d.Severity == HaDiagnosticSeverity.Error);
        return Assert.Single(read.Configuration!.StaticRoutes);
    }

    private static RuleEntry Rule(string line) => Assert.Single(Read($"static_rules {{\n {line}\n}}\n{Instances}").Clean().StaticRules);
}
