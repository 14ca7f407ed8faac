using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>
/// What a vrrp_instance says and what becomes of odd ones: each row was measured with keepalived 2.2.7, where that knows the keyword, else read
/// from 2.4.3's man page and source.
/// </summary>
public class KeepalivedInstanceTests
{
    private static readonly VrrpInstance Plain = Read("");

    [Fact]
    public void Every_keyword_of_elections_has_its_property() => Assert.Equal(
        Plain with
        {
            Priority = 90,
            InitialState = VrrpInitialState.Backup,
            NoPreempt = true,
            LowerPriorityNoAdvert = true,
            HigherPrioritySendAdvert = true,
            DownTimerAdverts = 5,
            TimerExpiredBackup = 200,
        },
        Read("priority 90\nstate BACKUP\nnopreempt\nlower_prio_no_advert\nhigher_prio_send_advert on\ndown_timer_adverts 5\ntimer_expired_backup 200"));

    [Fact]
    public void A_preempt_delay_has_a_fraction() => Assert.Equal(TimeSpan.FromSeconds(2.5), Read("preempt_delay 2.5").PreemptDelay);

    [Fact]
    public void Timer_expired_backup_without_a_number_means_the_highest() =>
        Assert.Equal(254, Read("nopreempt\ntimer_expired_backup").TimerExpiredBackup);

    [Fact]
    public void Every_keyword_of_transport_has_its_property() => Assert.Equal(
        Plain with
        {
            SourceAddress = Ip("192.0.2.9"),
            TrackSourceAddress = true,
            UnicastPeers = [new(Ip("192.0.2.2")), new(Ip("192.0.2.3"), 254, 255)],
            UnicastTtl = 7,
            CheckUnicastSource = true,
            UnicastFaultNoPeer = true,
            ChecksumForm = VrrpChecksumForm.PseudoHeaderMulticast,
        },
        Read("unicast_src_ip 192.0.2.9\ntrack_src_ip\nunicast_peer {\n192.0.2.2\n192.0.2.3 min_ttl 254 max_ttl 255\n}\nunicast_ttl 7\n" +
            "unicast_fault_no_peer\nold_unicast_checksum"));

    [Fact]
    public void The_group_is_the_instance_s_or_the_node_s()
    {
        Assert.Equal(Ip("224.0.0.19"), Read("mcast_dst_ip 224.0.0.19").MulticastGroup);
        Assert.Equal(Ip("224.0.0.19"), Read("mcast_dst_ip 224.0.0.19", "vrrp_mcast_group4 224.0.0.20").MulticastGroup);
        Assert.Equal(Ip("224.0.0.20"), Read("", "vrrp_mcast_group4 224.0.0.20\nvrrp_mcast_group6 ff02::99").MulticastGroup);
        Assert.Null(Read("unicast_peer {\n192.0.2.2\n}", "vrrp_mcast_group4 224.0.0.20").MulticastGroup);
    }

    [Fact]
    public void Version_3_with_the_checksum_of_version_2_wins_over_the_old_one_for_unicast() => Assert.Equal(VrrpChecksumForm.MessageOnly,
        Read("version 3\nunicast_peer {\n192.0.2.2\n}\nv3_checksum_as_v2\nold_unicast_checksum").ChecksumForm);

    [Fact]
    public void Every_keyword_of_announcements_has_its_property() => Assert.Equal(
        Plain with
        {
            GarpDelay = TimeSpan.FromSeconds(10),
            GarpRepeat = 1,
            GarpRefresh = TimeSpan.FromSeconds(60),
            GarpRefreshRepeat = 2,
            GarpLowerPriorityDelay = TimeSpan.FromSeconds(3),
            GarpLowerPriorityRepeat = 0,
            GarpExtraInterval = TimeSpan.FromSeconds(100),
            GarpExtraAll = true,
        },
        Read("garp_master_delay 10\ngarp_master_repeat 1\ngarp_master_refresh 60\ngarp_master_refresh_repeat 2\ngarp_lower_prio_delay 3\n" +
            "garp_lower_prio_repeat 0\ngarp_extra_if all 100"));

    [Fact]
    public void Announcements_of_the_node_hold_where_the_instance_is_silent()
    {
        const string globals = "vrrp_garp_master_delay 1\nvrrp_garp_master_repeat 2\nvrrp_garp_master_refresh 3\nvrrp_garp_master_refresh_repeat 4\n" +
            "vrrp_garp_lower_prio_delay 5\nvrrp_garp_lower_prio_repeat 6\nvrrp_garp_extra_if 7";
        Assert.Equal(
            Plain with
            {
                GarpDelay = TimeSpan.FromSeconds(1),
                GarpRepeat = 2,
                GarpRefresh = TimeSpan.FromSeconds(3),
                GarpRefreshRepeat = 4,
                GarpLowerPriorityDelay = TimeSpan.FromSeconds(5),
                GarpLowerPriorityRepeat = 6,
                GarpExtraInterval = TimeSpan.FromSeconds(7),
            },
            Read("", globals));
        // The bursts after a lower advert fall back to the node's numbers, not to the instance's.
        Assert.Equal((9, 5), (Read("garp_master_repeat 9").GarpRepeat, Read("garp_master_repeat 9").GarpLowerPriorityRepeat));
    }

    [Fact]
    public void Minimal_announcements_are_one_message_unless_a_number_says_otherwise()
    {
        Assert.Equal((1, TimeSpan.Zero), (Read("", "vrrp_min_garp").GarpRepeat, Read("", "vrrp_min_garp").GarpDelay));
        Assert.Equal((3, TimeSpan.Zero),
            (Read("", "vrrp_garp_master_repeat 3\nvrrp_min_garp on").GarpRepeat, Read("", "vrrp_garp_master_repeat 3\nvrrp_min_garp").GarpDelay));
        Assert.Equal(5, Read("", "vrrp_min_garp off").GarpRepeat);
    }

    [Fact]
    public void Addresses_may_be_excluded_and_refused_packets()
    {
        VrrpInstance v = Read("virtual_ipaddress_excluded {\n192.0.2.7/24 dev eth1\n}\nno_accept\npromote_secondaries");
        Assert.Equal([new() { Address = Ip("192.0.2.7"), PrefixLength = 24, Device = "eth1" }], v.ExcludedAddresses);
        Assert.Equal((false, true), (v.Accept, v.PromoteSecondaries));
        Assert.True(Read("no_accept\naccept").Accept);
    }

    [Fact]
    public void An_instance_may_be_meant_to_have_no_address() =>
        Assert.True(ConfOnly("vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\nno_virtual_ipaddress\n}").Model.VrrpInstances[0].NoVirtualAddress);

    [Fact]
    public void Addresses_beyond_what_an_advert_lists_are_not_advertised()
    {
        string lines = string.Join('\n', Enumerable.Range(2, 255).Select(i => $"10.9.{i / 250}.{i % 250}"));
        (HaConfiguration model, string[] said) = ConfOnly(Instance($"virtual_ipaddress {{\n{lines}\n}}"));
        Assert.Equal((255, 1), (model.VrrpInstances[0].VirtualAddresses.Count, model.VrrpInstances[0].ExcludedAddresses.Count));
        Assert.Equal(["260:1 Warning TooManyAddresses"], said);
    }

    [Fact]
    public void Keys_of_auth_hmac()
    {
        VrrpInstance v = Read("auth_hmac {\nkey 1 hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\nkey 2 file:/etc/keepalived/key\n" +
            "active_key 2\nanti_replay monotonic\ntime_window 9\nmode receive-only\n}");
        Assert.Equal(
            new VrrpHmac
            {
                Keys = [new(1, "hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"), new(2, "file:/etc/keepalived/key")],
                ActiveKey = 2,
                AntiReplay = VrrpAntiReplay.Monotonic,
                TimeWindow = TimeSpan.FromSeconds(9),
                Mode = VrrpHmacMode.ReceiveOnly,
            },
            v.Hmac);
    }

    [Fact]
    public void The_authentication_header_is_read() => Assert.Equal(new VrrpAuthentication(VrrpAuthenticationType.AuthenticationHeader, "abc"),
        Read("authentication {\nauth_type AH\nauth_pass abc\n}").Authentication);

    [Theory]
    [InlineData("state MASTER", "5:7 Warning MissingPriority", 255, VrrpInitialState.Master)]
    [InlineData("priority 255", null, 255, VrrpInitialState.Master)]
    [InlineData("priority 255\nstate BACKUP", null, 255, VrrpInitialState.Backup)]
    [InlineData("", null, 100, VrrpInitialState.Backup)]
    [InlineData("priority 255\nnopreempt", "6:1 Warning NoPreemptWithOwner", 255, VrrpInitialState.Master)]
    [InlineData("state MASTER\npriority 90\nauthentication {\nauth_type AH\nauth_pass a\n}", "5:7 Warning AhWithMaster", 90, VrrpInitialState.Backup)]
    [InlineData("state MASTER\npriority 90\nstrict_mode", "5:7 Warning StrictMode", 90, VrrpInitialState.Backup)]
    public void State_and_priority_tell_each_other(string lines, string? said, int priority, VrrpInitialState state)
    {
        (HaConfiguration model, string[] all) = ConfOnly(Instance(lines));
        Assert.Equal(said is null ? [] : [said], all);
        Assert.Equal((priority, state, false), (model.VrrpInstances[0].Priority, model.VrrpInstances[0].InitialState, model.VrrpInstances[0].NoPreempt));
    }

    [Theory]
    [InlineData("state MASTER\npriority 9\npreempt_delay 5", "7:15 Warning PreemptDelayIgnored")]
    [InlineData("nopreempt\npreempt_delay 5", "6:15 Warning PreemptDelayIgnored")]
    [InlineData("preempt_delay 1001", "5:15 Warning ValueOutOfRange")]
    [InlineData("timer_expired_backup 5", "5:1 Warning NeedsNoPreempt")]
    [InlineData("nopreempt\ntimer_expired_backup 255", "6:22 Warning ValueOutOfRange")]
    [InlineData("nopreempt\nthread_timer_expired 5", "6:1 Warning Deprecated")]
    [InlineData("owner_ignore_adverts", "5:1 Warning NotTheOwner")]
    [InlineData("down_timer_adverts 0", "5:20 Warning ValueOutOfRange")]
    [InlineData("garp_master_delay 1.5", "5:19 Warning ValueOutOfRange")]
    [InlineData("garp_extra_if all", "5:1 Warning MissingValue")]
    [InlineData("vmac_garp_intvl 5", "5:1 Warning Deprecated")]
    [InlineData("mcast_dst_ip 10.1.1.1", "5:14 Warning NoMulticastGroup")]
    [InlineData("unicast_peer {\n192.0.2.2\n}\nmcast_dst_ip 224.0.0.19", "8:14 Warning MulticastGroupIgnored")]
    [InlineData("unicast_peer {\n192.0.2.2\n192.0.2.2\n}", "7:1 Warning DuplicateAddress")]
    [InlineData("unicast_peer {\n192.0.2.2 min_ttl 300\n}", "6:19 Warning ValueOutOfRange")]
    [InlineData("check_unicast_src", "5:1 Warning UnicastWithoutPeers")]
    [InlineData("unicast_ttl 5", "5:13 Warning UnicastWithoutPeers")]
    [InlineData("track_src_ip", "5:1 Warning NothingToTrack")]
    [InlineData("mcast_src_ip 2001:db8::1", "5:14 Warning AddressFamilyMismatch")]
    [InlineData("unicast_peer {\n2001:db8::1\n}", "6:1 Warning AddressFamilyMismatch 5:1 Warning UnicastWithoutPeers")]
    [InlineData("native_ipv6", "5:1 Warning Deprecated 5:1 Warning AddressFamilyMismatch")]
    [InlineData("old_unicast_checksum never\nunicast_peer {\n192.0.2.2\n}", "5:22 Warning Ignored")]
    [InlineData("skip_check_adv_addr", "5:1 Warning Ignored")]
    [InlineData("debug 3", "5:1 Warning Ignored")]
    [InlineData("auth_hmac {\nkey 1 0123456789abcdef0123456789abcdef\nactive_key 1\ntime_window 301\n}", "8:13 Warning ValueOutOfRange")]
    [InlineData("auth_hmac {\nkey 1 0123456789abcdef0123456789abcdef\nactive_key 1\n}\nauthentication {\nauth_type PASS\nauth_pass a\n}", "9:1 Warning AuthenticationIgnored")]
    public void What_keepalived_ignores_or_repairs(string lines, string said) =>
        Assert.Equal(said.Split(' ').Order(), string.Join(' ', ConfOnly(Instance(lines)).Said).Split(' ').Order());

    [Theory]
    [InlineData("lower_prio_no_advert off", "`lower_prio_no_advert` is on")]
    [InlineData("higher_prio_send_advert", "`higher_prio_send_advert` is off")]
    [InlineData("down_timer_adverts 5", "`down_timer_adverts` is 3")]
    [InlineData("garp_lower_prio_repeat 2", "`garp_lower_prio_repeat` is 0")]
    [InlineData("garp_lower_prio_delay 2", "`garp_lower_prio_delay` is 0")]
    [InlineData("accept", "no accept mode")]
    [InlineData("no_virtual_ipaddress", "no `no_virtual_ipaddress`")]
    [InlineData("auth_hmac {\nkey 1 0123456789abcdef0123456789abcdef\nactive_key 1\nmode permissive\n}", "`mode` of `auth_hmac` is enforce")]
    public void Strict_mode_repairs_what_the_RFCs_do_not_allow(string lines, string rule)
    {
        var diagnostics = new Diagnostics.DiagnosticBag("t.conf");
        HaConfiguration model = Keepalived.KeepalivedReader.Read(Instance("strict_mode on\n" + lines), diagnostics, new Diagnostics.ModelPositions(),
            IprouteNames.None);
        HaConfigurationDiagnostic said = Assert.Single(diagnostics.ToResult(model, false).Diagnostics);
        Assert.Equal(("StrictMode", HaDiagnosticSeverity.Warning), (said.Code, said.Severity));
        Assert.Contains(rule, said.Message, StringComparison.Ordinal);
        VrrpInstance v = model.VrrpInstances[0];
        Assert.Equal((true, false, 3, 0, TimeSpan.Zero, false, false),
            (v.LowerPriorityNoAdvert, v.HigherPrioritySendAdvert, v.DownTimerAdverts, v.GarpLowerPriorityRepeat, v.GarpLowerPriorityDelay, v.Accept, v.NoVirtualAddress));
        if (v.Hmac is { } hmac) Assert.Equal(VrrpHmacMode.Enforce, hmac.Mode);
    }

    [Fact]
    public void Strict_mode_of_the_node_is_the_instance_s_unless_it_says_otherwise()
    {
        Assert.True(Read("", "vrrp_strict").Strict);
        Assert.False(Read("strict_mode off", "vrrp_strict").Strict);
        Assert.True(Read("priority 255\nversion 3", "vrrp_strict").OwnerIgnoreAdverts);
        Assert.True(Read("priority 255\nversion 3", "vrrp_strict").Accept);
        Assert.True(Read("version 3\naccept", "vrrp_strict").Accept);
        Assert.False(Read("version 3", "vrrp_strict").Accept);
    }

    [Theory]
    [InlineData("auth_hmac {\nactive_key 1\n}", "5:1 Error MissingKeyword")]
    [InlineData("auth_hmac {\nkey 1 0123456789abcdef0123456789abcdef\n}", "5:1 Error MissingKeyword")]
    [InlineData("auth_hmac {\nkey 1\nactive_key 1\n}", "6:1 Error MissingValue 5:1 Error MissingKeyword")]
    [InlineData("auth_hmac {\nkey 256 0123456789abcdef0123456789abcdef\nactive_key 1\n}", "6:5 Error ValueOutOfRange 5:1 Error MissingKeyword")]
    [InlineData("auth_hmac {\nkey 1 0123456789abcdef0123456789abcdef\nactive_key 1\nmode strict\n}", "8:6 Error UnknownValue")]
    [InlineData("unicast_peer {\n192.0.2.2 ttl 5\n}", "6:11 Error UnknownValue")]
    [InlineData("unicast_peer {\n192.0.2.2 min_ttl\n}", "6:11 Error MissingValue")]
    [InlineData("unicast_peer {\n192.0.2\n}", "6:1 Error InvalidAddress 5:1 Warning UnicastWithoutPeers")]
    [InlineData("mcast_src_ip any", "5:14 Error InvalidAddress")]
    [InlineData("lower_prio_no_advert maybe", "5:22 Error UnknownValue")]
    [InlineData("preempt_delay soon", "5:15 Error InvalidNumber")]
    public void What_cannot_be_known_is_refused(string lines, string said) =>
        Assert.Equal(said.Split(' ').Order(), string.Join(' ', ConfOnly(Instance(lines)).Said).Split(' ').Order());

    private static VrrpInstance Read(string lines, string globals = "")
    {
        (HaConfiguration model, string[] said) = ConfOnly(Instance(lines) + (globals.Length == 0 ? "" : $"global_defs {{\n{globals}\n}}\n"));
        Assert.Empty(said);
        return model.VrrpInstances[0];
    }

    private static string Instance(string lines) =>
        $"vrrp_instance V {{\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {{ 192.0.2.1 }}\n{lines}\n}}\n";
}
