using System.Net;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.Network;

/// <summary>Static addresses, routes and rules, and those that follow mastership, against the kernel.</summary>
public sealed class NetworkKeeperTests
{
    private static readonly RouteEntry ToFar = new()
    {
        Destination = IPNetwork.Parse("198.51.100.0/24"),
        Gateway = IPAddress.Parse("10.9.0.254"),
        Device = "eth0",
    };

    private static readonly RuleEntry FromFar = new() { Family = 4, Preference = 100, From = IPNetwork.Parse("198.51.100.0/24"), Table = 77 };

    private static readonly VirtualAddress Own = new()
    {
        Address = IPAddress.Parse("10.9.7.1"),
        PrefixLength = 24,
        Device = "eth0",
        Label = "eth0:s",
    };

    private static readonly HaConfiguration Statics = new() { StaticAddresses = [Own], StaticRoutes = [ToFar], StaticRules = [FromFar] };

    [NamespaceFact]
    public async Task Static_objects_come_at_once_change_by_the_difference_and_go_at_the_end()
    {
        using var stage = new KeeperStage();
        await stage.GoAsync(Statics);
        Assert.Equal("198.51.100.0/24 via 10.9.0.254 dev eth0 \n", stage.Routes("proto keepalived"));
        Assert.Equal("100:\tfrom 198.51.100.0/24 lookup 77 proto keepalived\n", stage.Rules());
        Assert.Contains("inet 10.9.7.1/24 scope global eth0:s", stage.Host.Ip("addr show dev eth0"), StringComparison.Ordinal);
        Assert.All(await stage.Keeper.GetStatesAsync(), s => Assert.Equal((HaNetworkObjectStateKind.Present, null), (s.State, s.Reason)));

        // Another metric, another rule; the address is not touched, and neither is the first route's brother.
        RouteEntry brother = ToFar with { Destination = IPNetwork.Parse("203.0.113.0/24") };
        await stage.GoAsync(Statics with { StaticRoutes = [ToFar, brother] });
        await stage.GoAsync(Statics with { StaticRoutes = [ToFar with { Metric = 7 }, brother], StaticRules = [FromFar with { Preference = 99 }] });
        Assert.Equal("198.51.100.0/24 via 10.9.0.254 dev eth0 metric 7 \n203.0.113.0/24 via 10.9.0.254 dev eth0 \n", stage.Routes("proto keepalived"));
        Assert.StartsWith("99:", stage.Rules(), StringComparison.Ordinal);

        Assert.Empty(await stage.Keeper.RemoveAllAsync());
        Assert.Equal(("", ""), (stage.Routes(), stage.Rules()));
        Assert.False(stage.Host.Has("10.9.7.1/24"));
        Assert.Empty(stage.Lines);
    }

    [NamespaceFact]
    public async Task A_static_address_that_another_machine_has_is_not_in_its_place_until_it_is_free()
    {
        using var stage = new KeeperStage();
        stage.Neighbour.Ip("addr add 2001:db8:9::9/64 dev br0 nodad");
        var address = new VirtualAddress
        {
            Address = IPAddress.Parse("2001:db8:9::9"),
            PrefixLength = 64,
            Device = "eth0",
            Options = AddressOptions.DetectDuplicates,
            TrackGroup = "G",
        };
        await stage.GoAsync(new() { StaticAddresses = [address], TrackGroups = [new StaticTrackGroup("G", ["VI_1"])] });
        const string reason = "another machine on eth0 has 2001:db8:9::9: duplicate address detection failed";
        await stage.UntilAsync(() => !stage.Groups["G"]);
        HaNetworkObjectState state = await stage.StateAsync("2001:db8:9::9/64");
        Assert.Equal((HaNetworkObjectStateKind.Failed, reason), (state.State, state.Reason));

        // It is tried again, which is neither told nor taken for a success.
        await stage.UntilAsync(() => stage.Host.Find("2001:db8:9::9/64") is not { } found || (found.Flags & AddressFlags.DadFailed) == 0);
        await stage.UntilAsync(() => stage.Host.Find("2001:db8:9::9/64") is { } found && (found.Flags & AddressFlags.DadFailed) != 0);
        Assert.Equal([$"Warning : static address 2001:db8:9::9/64 dev eth0 is of no use: {reason}"], stage.Lines);
        Assert.Equal(["G"], stage.Faults);

        stage.Neighbour.Ip("addr del 2001:db8:9::9/64 dev br0");
        await stage.UntilAsync(() => stage.Groups["G"]);
        Assert.Equal(HaNetworkObjectStateKind.Present, (await stage.StateAsync("2001:db8:9::9/64")).State);
        await stage.UntilAsync(() => stage.Lines.Count == 2);
        Assert.Equal("Log : static address 2001:db8:9::9/64 dev eth0 is in its place now", stage.Lines.Last());
    }

    [NamespaceFact]
    public async Task A_restart_of_a_network_manager_that_flushes_all_is_made_good_without_a_fault()
    {
        using var stage = new KeeperStage();
        await stage.GoAsync(Statics with
        {
            StaticAddresses = [Own with { TrackGroup = "G" }],
            StaticRoutes = [ToFar with { TrackGroup = "G" }],
            StaticRules = [FromFar with { TrackGroup = "G" }],
            TrackGroups = [new StaticTrackGroup("G", ["VI_1"])],
        });
        Assert.True(stage.Groups["G"]);
        for (int round = 0; round < 3; round++)
        {
            stage.Host.Ip("route flush proto keepalived");
            stage.Host.Ip("rule del pref 100");
            stage.Host.Ip("addr del 10.9.7.1/24 dev eth0");
            await stage.UntilAsync(() => stage.Routes().Length > 0 && stage.Rules().Length > 0 && stage.Host.Has("10.9.7.1/24"));
        }

        Assert.Empty(stage.Faults);

        // Told once, though it was lost three times.
        Assert.Single(stage.Lines, l => l.Contains("static route 198.51.100.0/24", StringComparison.Ordinal));
        Assert.Single(stage.Lines, l => l.Contains("static rule 100", StringComparison.Ordinal));
        Assert.Contains(
            "Warning : static address 10.9.7.1/24 dev eth0 was removed by others; it is put back", stage.Lines);
    }

    [NamespaceFact]
    public async Task A_route_that_goes_silently_with_its_link_comes_back_with_it_and_is_a_fault_meanwhile()
    {
        using var stage = new KeeperStage();
        stage.Host.AddInterface("eth5");
        RouteEntry byLink = ToFar with { Gateway = null, Device = "eth5", TrackGroup = "G" };
        await stage.GoAsync(new HaConfiguration { StaticRoutes = [byLink], TrackGroups = [new StaticTrackGroup("G", ["VI_1"])] });
        stage.Host.Ip("link set eth5 down");
        await stage.UntilAsync(() => !stage.Groups["G"]);
        await stage.UntilAsync(() => stage.Routes().Length == 0);
        HaNetworkObjectState state = await stage.StateAsync("198.51.100.0/24");
        Assert.Equal(["G"], state.TrackGroups);
        stage.Host.Ip("link set eth5 up");
        await stage.UntilAsync(() => stage.Groups["G"] && stage.Routes().Length > 0);
        Assert.Equal(HaNetworkObjectStateKind.Present, (await stage.StateAsync("198.51.100.0/24")).State);
    }

    [NamespaceFact]
    public async Task A_lost_object_that_cannot_be_put_back_is_a_fault_of_its_group()
    {
        using var stage = new KeeperStage();
        await stage.GoAsync(new HaConfiguration
        {
            StaticRoutes = [ToFar with { TrackGroup = "G" }, ToFar with { Destination = IPNetwork.Parse("203.0.113.0/24"), TrackGroup = "H" }],
            TrackGroups = [new StaticTrackGroup("G", ["VI_1"]), new StaticTrackGroup("H", ["VI_1"]), new StaticTrackGroup("Empty", ["VI_1"])],
        });
        Assert.Equal((true, true, true), (stage.Groups["G"], stage.Groups["H"], stage.Groups["Empty"]));

        // The gateway is on no link any more.
        stage.Host.Ip("addr del 10.9.0.1/24 dev eth0");
        await stage.UntilAsync(() => !stage.Groups["G"] && !stage.Groups["H"]);
        await stage.UntilAsync(() => stage.Lines.Any(l => l.Contains(
            "cannot be set up: ENETUNREACH (network is unreachable) (kernel: Nexthop has invalid gateway); the gateway is on no link",
            StringComparison.Ordinal)));
        Assert.Equal(HaNetworkObjectStateKind.Failed, (await stage.StateAsync("198.51.100.0/24")).State);
        Assert.True(stage.Groups["Empty"]);
        stage.Host.Ip("addr add 10.9.0.1/24 dev eth0");
        await stage.UntilAsync(() => stage.Groups["G"] && stage.Groups["H"]);
        Assert.Contains("Log : static route 198.51.100.0/24 via 10.9.0.254 dev eth0 is in its place now", stage.Lines);
    }

    [NamespaceFact]
    public async Task No_track_leaves_a_loss_alone()
    {
        using var stage = new KeeperStage();
        await stage.GoAsync(Statics with { StaticRoutes = [ToFar with { NoTrack = true }], StaticRules = [FromFar with { NoTrack = true }] });
        stage.Host.Ip("route flush proto keepalived");
        stage.Host.Ip("rule del pref 100");
        await stage.UntilAsync(() => stage.Lines.Count == 2);
        Assert.Equal(("", ""), (stage.Routes(), stage.Rules()));
        Assert.Equal(HaNetworkObjectStateKind.Missing, (await stage.StateAsync("198.51.100.0/24")).State);

        // Tracked from now on, it comes back.
        await stage.GoAsync(Statics);
        Assert.NotEmpty(stage.Routes());
        Assert.NotEmpty(stage.Rules());
    }

    [NamespaceFact]
    public async Task What_cannot_be_taken_away_is_tried_again_also_when_the_configuration_has_forgotten_it()
    {
        var kernel = new FaultyRoutes();
        using var stage = new KeeperStage(kernel);
        await stage.GoAsync(Statics);
        Assert.NotEmpty(stage.Rules());
        kernel.RefusesRemovals = Errno.EPERM;
        await stage.GoAsync(HaConfiguration.Empty);
        Assert.NotEmpty(stage.Rules());
        Assert.NotEmpty(stage.Routes());
        Assert.Contains(stage.Lines, l => l.Contains("cannot be taken away: EPERM", StringComparison.Ordinal));

        kernel.RefusesRemovals = 0;
        await stage.UntilAsync(() => stage.Rules().Length == 0 && stage.Routes().Length == 0);
    }

    [NamespaceFact]
    public async Task What_could_not_be_taken_away_and_is_wanted_again_stays()
    {
        var kernel = new FaultyRoutes();
        using var stage = new KeeperStage(kernel);
        await stage.GoAsync(Statics);
        string routes = stage.Routes();
        kernel.RefusesRemovals = Errno.EPERM;
        await stage.GoAsync(HaConfiguration.Empty);
        await stage.GoAsync(Statics);
        kernel.RefusesRemovals = 0;
        await Task.Delay(1500);
        Assert.Equal(routes, stage.Routes());
        Assert.NotEmpty(stage.Rules());
        await stage.GoAsync(HaConfiguration.Empty);
        await stage.UntilAsync(() => stage.Rules().Length == 0 && stage.Routes().Length == 0);
    }

    [NamespaceFact]
    public async Task Routes_and_rules_follow_mastership_with_the_virtual_address_as_their_source()
    {
        using var stage = new KeeperStage();
        RouteEntry fromVip = ToFar with { PreferredSource = IPAddress.Parse("10.9.0.100") };
        VrrpInstance instance = KeeperStage.Instance("VI_1", fromVip) with { VirtualRules = [FromFar] };
        await stage.GoAsync(new HaConfiguration { VrrpInstances = [instance] });
        Assert.Equal(("", ""), (stage.Routes(), stage.Rules()));
        Assert.Equal(HaNetworkObjectStateKind.Absent, (await stage.StateAsync("198.51.100.0/24")).State);

        for (int round = 0; round < 3; round++)
        {
            stage.Host.Ip("addr add 10.9.0.100/32 dev eth0");
            stage.Keeper.Hold("VI_1");
            await stage.UntilAsync(() => stage.Rules().Length > 0);
            Assert.Equal("198.51.100.0/24 via 10.9.0.254 dev eth0 src 10.9.0.100 \n", stage.Routes("proto keepalived"));
            Assert.Equal(["VI_1"], (await stage.StateAsync("198.51.100.0/24")).Instances);

            // The kernel takes the route along without a word when the address goes, and VRRP puts the address back.
            stage.Host.Ip("addr del 10.9.0.100/32 dev eth0");
            stage.Host.Ip("addr add 10.9.0.100/32 dev eth0");
            await stage.UntilAsync(() => stage.Routes().Length > 0);

            stage.Host.Ip("addr del 10.9.0.100/32 dev eth0");
            stage.Keeper.Release("VI_1");
            await stage.UntilAsync(() => stage.Rules().Length == 0 && stage.Routes().Length == 0);
        }
    }

    [NamespaceFact]
    public async Task What_two_instances_want_stays_while_one_of_them_is_master()
    {
        using var stage = new KeeperStage();
        await stage.GoAsync(new HaConfiguration
        {
            VrrpInstances = [KeeperStage.Instance("A", ToFar), KeeperStage.Instance("B", ToFar with { NoTrack = true })],
        });
        stage.Keeper.Hold("A");
        stage.Keeper.Hold("B");
        await stage.UntilAsync(() => stage.Routes().Length > 0);
        stage.Keeper.Release("A");
        HaNetworkObjectState state = Assert.Single(await stage.Keeper.GetStatesAsync());
        Assert.Equal((HaNetworkObjectStateKind.Present, 2), (state.State, state.Instances.Count));
        Assert.NotEmpty(stage.Routes());
        stage.Keeper.Release("B");
        await stage.UntilAsync(() => stage.Routes().Length == 0);
    }

    [NamespaceFact]
    public async Task A_master_s_new_routes_wait_for_its_new_addresses_and_an_instance_that_goes_takes_its_routes_along()
    {
        using var stage = new KeeperStage();
        HaConfiguration before = new() { VrrpInstances = [KeeperStage.Instance("VI_1", ToFar)] };
        RouteEntry fromVip = ToFar with { Destination = IPNetwork.Parse("203.0.113.0/24"), PreferredSource = IPAddress.Parse("10.9.0.100") };
        HaConfiguration after = new() { VrrpInstances = [KeeperStage.Instance("VI_1", ToFar, fromVip)] };
        await stage.GoAsync(before);
        stage.Keeper.Hold("VI_1");
        await stage.UntilAsync(() => stage.Routes().Length > 0);

        await stage.Keeper.ConfigureAsync(after, before);
        Assert.Single(await stage.Keeper.GetStatesAsync());
        stage.Host.Ip("addr add 10.9.0.100/32 dev eth0");
        await stage.Keeper.ConfigureAsync(after, after);
        Assert.Contains("203.0.113.0/24 via 10.9.0.254 dev eth0 src 10.9.0.100", stage.Routes(), StringComparison.Ordinal);
        Assert.Empty(stage.Lines);

        await stage.Keeper.ConfigureAsync(HaConfiguration.Empty, after);
        Assert.NotEmpty(stage.Routes());
        stage.Keeper.Release("VI_1");
        await stage.Keeper.ConfigureAsync(HaConfiguration.Empty, HaConfiguration.Empty);
        Assert.Equal("", stage.Routes());
    }

    [NamespaceFact]
    public async Task What_a_killed_predecessor_left_is_adopted_or_removed_and_what_others_have_is_never_touched()
    {
        using var stage = new KeeperStage();
        RouteEntry followed = ToFar with { Destination = IPNetwork.Parse("203.0.113.0/24") };
        HaConfiguration wanted = Statics with { VrrpInstances = [KeeperStage.Instance("VI_1", followed)] };
        await stage.GoAsync(wanted);
        stage.Keeper.Hold("VI_1");
        await stage.UntilAsync(() => stage.Routes().Contains("203.0.113.0/24", StringComparison.Ordinal));
        stage.Forget();
        Assert.Contains("203.0.113.0/24", stage.Routes(), StringComparison.Ordinal);

        // Others' routes: of our protocol but not configured; in the same place but of another protocol.
        stage.Host.Ip("route add 192.0.2.0/24 via 10.9.0.254 proto 18");
        stage.Host.Ip("route append 198.51.100.0/24 via 10.9.0.254 proto static");
        stage.Host.Ip("rule add from 198.51.100.0/24 table 77 pref 101 proto 18");
        await stage.GoAsync(wanted);
        Assert.DoesNotContain("203.0.113.0/24", stage.Routes(), StringComparison.Ordinal);
        Assert.Empty(await stage.Keeper.RemoveAllAsync());
        Assert.Equal("192.0.2.0/24 via 10.9.0.254 dev eth0 \n", stage.Routes("proto keepalived"));
        Assert.Equal("198.51.100.0/24 via 10.9.0.254 dev eth0 \n", stage.Routes("proto static"));
        Assert.StartsWith("101:", stage.Rules(), StringComparison.Ordinal);
        Assert.False(stage.Host.Has("10.9.7.1/24"));
    }

    [NamespaceFact]
    public async Task What_the_host_has_already_is_left_to_it()
    {
        using var stage = new KeeperStage();
        stage.Host.Ip("addr add 10.9.7.1/24 dev eth0");
        stage.Host.Ip("rule add from 198.51.100.0/24 table 77 pref 100");
        await stage.GoAsync(new HaConfiguration { StaticAddresses = [Own], StaticRules = [FromFar] });
        Assert.All(await stage.Keeper.GetStatesAsync(), s => Assert.Equal(HaNetworkObjectStateKind.Present, s.State));
        Assert.Empty(await stage.Keeper.RemoveAllAsync());
        Assert.True(stage.Host.Has("10.9.7.1/24"));
        Assert.Contains("100:\tfrom 198.51.100.0/24 lookup 77", stage.Host.Ip("rule"), StringComparison.Ordinal);
    }

    [NamespaceFact]
    public async Task An_interface_may_come_later()
    {
        using var stage = new KeeperStage();
        await stage.GoAsync(new HaConfiguration
        {
            StaticAddresses = [Own with { Device = "eth7", Label = null }],
            StaticRoutes = [ToFar with { Gateway = null, Device = "eth7" }],
        });
        Assert.Contains("Warning : static route 198.51.100.0/24 dev eth7 waits: there is no interface eth7 yet", stage.Lines);
        Assert.Equal(HaNetworkObjectStateKind.Waiting, (await stage.StateAsync("198.51.100.0/24")).State);
        stage.Host.AddInterface("eth7");
        await stage.UntilAsync(() => stage.Routes().Length > 0 && stage.Host.Has("10.9.7.1/24", "eth7"));
        Assert.Contains("Log : static route 198.51.100.0/24 dev eth7 is in its place now", stage.Lines);

        // It goes, and comes again under another index.
        stage.Host.Ip("link del eth7");
        await stage.UntilAsync(() => stage.Keeper.GetStatesAsync().Result.All(s => s.State == HaNetworkObjectStateKind.Waiting));
        stage.Host.AddInterface("eth7");
        await stage.UntilAsync(() => stage.Routes().Length > 0 && stage.Host.Has("10.9.7.1/24", "eth7"));
    }

    [NamespaceFact]
    public async Task A_thousand_routes_that_go_together_come_back_together_and_are_a_few_lines()
    {
        using var stage = new KeeperStage();
        RouteEntry[] many =
        [
            .. Enumerable.Range(0, 1000).Select(i => ToFar with { Destination = new IPNetwork(new IPAddress([172, 16, (byte)(i / 250), (byte)(i % 250)]), 32) }),
        ];
        await stage.GoAsync(new HaConfiguration { VrrpInstances = [KeeperStage.Instance("VI_1", many)] });
        stage.Keeper.Hold("VI_1");
        int Count() => stage.Routes().Count(c => c == '\n');
        await stage.UntilAsync(() => Count() == 1000);
        stage.Host.Ip("route flush proto keepalived");
        await stage.UntilAsync(() => Count() == 1000);
        Assert.InRange(stage.Lines.Count, 1, 30);
        stage.Keeper.Release("VI_1");
        await stage.UntilAsync(() => Count() == 0);
    }

    [NamespaceFact]
    public async Task A_secondary_address_of_the_host_survives_the_end_of_a_static_primary()
    {
        using var stage = new KeeperStage();
        await stage.GoAsync(new HaConfiguration { StaticAddresses = [Own] });
        stage.Host.Ip("addr add 10.9.7.2/24 dev eth0");
        Assert.Empty(await stage.Keeper.RemoveAllAsync());
        Assert.True(stage.Host.Has("10.9.7.2/24"));
        Assert.False(stage.Host.Has("10.9.7.1/24"));
        Assert.Equal("0", stage.Host.Sysctl("net/ipv4/conf/eth0/promote_secondaries"));
    }

    [NamespaceFact]
    public async Task IPv6_objects_with_every_option_are_kept_as_others_are()
    {
        using var stage = new KeeperStage();
        stage.Host.Ip("addr add 2001:db8::1/64 dev eth0 nodad");
        var address = new VirtualAddress { Address = IPAddress.Parse("2001:db8:7::1"), PrefixLength = 128, Device = "eth0" };
        var route = new RouteEntry
        {
            Family = 6,
            Destination = IPNetwork.Parse("2001:db8:9::/48"),
            Gateway = IPAddress.Parse("2001:db8::9"),
            Metric = 5,
            Preference = RoutePreference.High,
            Metrics = new RouteMetrics { Mtu = 1300, LockMtu = true },
        };
        var rule = new RuleEntry { Family = 6, Preference = 300, To = IPNetwork.Parse("2001:db8:9::/48"), Action = RuleAction.Prohibit };
        await stage.GoAsync(new HaConfiguration { StaticAddresses = [address], StaticRoutes = [route], StaticRules = [rule] });
        Assert.Matches("inet6 2001:db8:7::1/128 scope global .*nodad.*deprecated|inet6 2001:db8:7::1/128 scope global .*deprecated.*nodad", stage.Host.Ip("-6 addr show dev eth0"));
        string shown = stage.Host.Ip("-6 route show proto keepalived");
        Assert.Contains("2001:db8:9::/48 via 2001:db8::9 dev eth0 metric 5 mtu lock 1300 pref high", shown, StringComparison.Ordinal);
        stage.Host.Ip("-6 route flush proto keepalived");
        stage.Host.Ip("-6 rule del pref 300");
        stage.Host.Ip("addr del 2001:db8:7::1/128 dev eth0");
        await stage.UntilAsync(() => stage.Host.Ip("-6 route show proto keepalived") == shown
            && stage.Host.Ip("-6 rule").Contains("300:\tfrom all to 2001:db8:9::/48 prohibit proto keepalived", StringComparison.Ordinal)
            && stage.Host.Has("2001:db8:7::1/128"));
        Assert.Empty(await stage.Keeper.RemoveAllAsync());
        Assert.Equal("", stage.Host.Ip("-6 route show proto keepalived"));
    }

    [NamespaceFact]
    public async Task A_route_that_lasts_a_while_is_put_back_with_the_time_that_is_left_and_not_when_that_is_over()
    {
        using var stage = new KeeperStage();
        stage.Host.Ip("addr add 2001:db8::1/64 dev eth0 nodad");
        RouteEntry route = new()
        {
            Family = 6,
            Destination = IPNetwork.Parse("2001:db8:9::/48"),
            Device = "eth0",
            Expires = TimeSpan.FromSeconds(1000),
        };
        RouteEntry brief = route with { Destination = IPNetwork.Parse("2001:db8:8::/48"), Expires = TimeSpan.FromSeconds(2) };
        await stage.GoAsync(new HaConfiguration { StaticRoutes = [route, brief] });
        await Task.Delay(1100);
        stage.Host.Ip("-6 route del 2001:db8:9::/48");
        await stage.UntilAsync(() => stage.Host.Ip("-6 route").Contains("2001:db8:9::/48", StringComparison.Ordinal));
        Assert.Matches("2001:db8:9::/48 dev eth0 proto keepalived metric 1024 expires (?!999)[0-9]{1,3}sec", stage.Host.Ip("-6 route"));
        await Task.Delay(1500);
        stage.Host.Ip("-6 route flush 2001:db8:8::/48");
        await stage.UntilAsync(() => stage.Keeper.GetStatesAsync().Result[1].State == HaNetworkObjectStateKind.Missing
            || stage.Lines.Any(l => l.Contains("2001:db8:8::/48", StringComparison.Ordinal)));
        Assert.Contains("Log : static route 2001:db8:8::/48 dev eth0 is gone: its time is over", stage.Lines);
    }
}
