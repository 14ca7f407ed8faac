using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>What keepalived ignores or repairs: each row was measured with keepalived 2.2.7 unless it says otherwise.</summary>
public class KeepalivedWarningTests
{
    [Theory]
    [InlineData("priority 300", "5:10 Warning ValueOutOfRange", 100)]
    [InlineData("priority 0", "5:10 Warning ValueOutOfRange", 100)]
    [InlineData("priority 1.5", "5:10 Warning ValueOutOfRange", 100)]
    [InlineData("priority 150\npriority 90", "6:1 Warning RepeatedKeyword", 90)]
    [InlineData("priority 90 //x y", "5:13 Warning SlashComment", 90)]
    [InlineData("priority 90 please now", "5:13 Warning SurplusWords", 90)]
    public void Priority(string line, string expected, int priority)
    {
        ConfigurationReadResult result = Conf(Instance(line));
        Assert.Equal([expected], result.Brief());
        Assert.Equal(priority, result.Configuration!.VrrpInstances[0].Priority);
    }

    [Theory]
    [InlineData("advert_int 0.4", 1000, "IntervalRounded")]
    [InlineData("advert_int 1.2", 1000, "IntervalRounded")]
    [InlineData("advert_int 1.5", 2000, "IntervalRounded")]
    [InlineData("advert_int 300", 1000, "ValueOutOfRange")]
    [InlineData("advert_int 0.004", 1000, "ValueOutOfRange")]
    [InlineData("version 3\nadvert_int 50", 40950, "ValueOutOfRange")]
    [InlineData("version 3\nadvert_int 0.123", 120, "IntervalRounded")]
    [InlineData("version 3\nadvert_int 0.015", 20, "IntervalRounded")]
    [InlineData("advert_int 0.1\nversion 3", 100, null)]
    public void Advertisement_interval(string lines, int milliseconds, string? code)
    {
        ConfigurationReadResult result = Conf(Instance(lines));
        Assert.Equal(code is null ? [] : [code], result.Codes());
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), result.Configuration!.VrrpInstances[0].AdvertisementInterval);
    }

    [Fact]
    public void An_unknown_state_is_backup()
    {
        ConfigurationReadResult result = Conf(Instance("state Master"));
        Assert.Equal(["5:7 Warning UnknownState"], result.Brief());
        Assert.Equal(VrrpInitialState.Backup, result.Configuration!.VrrpInstances[0].InitialState);
    }

    [Fact]
    public void Preempt_takes_nopreempt_back() => Assert.False(Conf(Instance("nopreempt\npreempt")).Clean().VrrpInstances[0].NoPreempt);

    [Theory]
    [InlineData("version 3\nauthentication {\nauth_type PASS\nauth_pass 1111\n}", "6:1 Warning AuthenticationIgnored")]
    [InlineData("authentication {\nauth_pass 1111\n}", "5:1 Warning AuthenticationIgnored")]
    public void Authentication_that_keepalived_ignores_is_not_in_the_model(string lines, string expected)
    {
        ConfigurationReadResult result = Conf(Instance(lines));
        Assert.Equal([expected], result.Brief());
        Assert.Null(result.Configuration!.VrrpInstances[0].Authentication);
    }

    [Theory]
    [InlineData("123456789", "12345678", true)]
    [InlineData("12345678", "12345678", false)]
    [InlineData("1234567é", "1234567é", true)] // 9 bytes, and the cut would fall into the é: the text stays, the codec cuts
    public void A_long_password_is_cut_and_never_shown(string given, string expected, bool told)
    {
        ConfigurationReadResult result = Conf(Instance($"authentication {{\nauth_type PASS\nauth_pass {given}\n}}"));
        Assert.Equal(expected, result.Configuration!.VrrpInstances[0].Authentication!.Password);
        Assert.Equal(told, result.Diagnostics.Count > 0);
        Assert.All(result.Diagnostics, d => Assert.DoesNotContain(given, d.ToString() + d.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Global_defaults_hold_wherever_they_stand()
    {
        HaConfiguration c = Conf(Instance("") + "global_defs {\n vrrp_version 3\n vrrp_garp_master_delay 0\n vrrp_garp_master_repeat 2\n self_fence off\n}\n").Clean();
        Assert.Equal((3, TimeSpan.Zero, 2), (c.VrrpInstances[0].Version, c.VrrpInstances[0].GarpDelay, c.VrrpInstances[0].GarpRepeat));
        Assert.Equal(VrrpChecksumForm.PseudoHeader, c.VrrpInstances[0].ChecksumForm);
        Assert.Equal(SelfFencing.Off, c.SelfFencing);
    }

    [Theory]
    [InlineData("v3_checksum_as_v2", VrrpChecksumForm.MessageOnly)]
    [InlineData("v3_checksum_as_v2 off", VrrpChecksumForm.PseudoHeader)]
    public void The_checksum_form_follows_keepalived_unless_told(string line, VrrpChecksumForm expected) =>
        Assert.Equal(expected, Conf(Instance("version 3\n" + line)).Clean().VrrpInstances[0].ChecksumForm);

    [Theory]
    [InlineData("off", "off")]
    [InlineData("auto", "auto")]
    [InlineData("5", "5s")]
    public void Self_fencing_of_an_instance(string word, string expected) =>
        Assert.Equal(expected, Conf(Instance("self_fence " + word)).Clean().VrrpInstances[0].SelfFencing!.ToString());

    [Fact]
    public void Addresses_take_their_options()
    {
        HaConfiguration c = Conf(Instance("virtual_ipaddress {\n 10.9.0.1/24 brd + dev eth1 label eth1:1 scope link\n 10.9.0.2/30 broadcast -\n 10.9.0.3 brd 10.9.0.255\n}")).Clean();
        Assert.Equal(
            [
                new() { Address = Ip("192.0.2.1") },
                new()
                {
                    Address = Ip("10.9.0.1"), PrefixLength = 24, Broadcast = Ip("10.9.0.255"), Device = "eth1", Label = "eth1:1",
                        Scope = AddressScope.Link,
                },
                new() { Address = Ip("10.9.0.2"), PrefixLength = 30, Broadcast = Ip("10.9.0.0") },
                new() { Address = Ip("10.9.0.3"), Broadcast = Ip("10.9.0.255") },
            ],
            c.VrrpInstances[0].VirtualAddresses);
    }

    [Theory]
    [InlineData("virtual_ipaddress {\n10.9.0.1/33\n}", "6:1 Warning ValueOutOfRange")]
    [InlineData("virtual_ipaddress {\n10.9.0.1\n10.9.0.1/24\n}", "7:1 Warning DuplicateAddress")]
    [InlineData("virtual_ipaddress {\n10.9.0.1 //x\n}", "6:10 Warning SlashComment")]
    [InlineData("virtual_ipaddress { //x\n10.9.0.1\n}", "5:21 Warning SlashComment")]
    [InlineData("virtual_ipaddress {\n10.9.0.1 label other\n}", "6:16 Warning LabelWithoutDevice")]
    public void Addresses_that_are_repaired(string lines, string expected)
    {
        ConfigurationReadResult result = Conf(Instance(lines));
        Assert.Equal([expected], result.Brief());
        VirtualAddress address = result.Configuration!.VrrpInstances[0].VirtualAddresses[1];
        Assert.Equal((Ip("10.9.0.1"), 32), (address.Address, address.PrefixLength));
        Assert.Equal(2, result.Configuration.VrrpInstances[0].VirtualAddresses.Count);
    }

    [Fact]
    public void Version_2_without_an_address_runs() =>
        Assert.Equal(["1:15 Warning NoVirtualAddress"], Conf("vrrp_instance V {\n interface eth0\n virtual_router_id 1\n}").Brief());

    [Fact]
    public void A_script_takes_everything_it_can_have()
    {
        HaConfiguration c = Conf(
            """
            global_defs {
              script_user nobody nogroup
            }
            vrrp_script a{
              script "/bin/sh -c 'echo \"q\" \x41'"
              interval 0.5
              timeout 3
              weight -15
              rise 2
              fall 3
              init_fail
              recover "systemctl start nginx"
              recover_timeout 10
              recover_delay 0.5
            }
            vrrp_script b
            {
              script '/bin/true'
              user root
            }
            """).Clean();
        Assert.Equal(
            [
                new()
                {
                    Name = "a", Command = "/bin/sh -c 'echo \"q\" A'", Interval = TimeSpan.FromSeconds(0.5),
                        Timeout = TimeSpan.FromSeconds(3),
                    Weight = -15, Rise = 2, Fall = 3, InitFail = true,
                    Recover = new() { Command = "systemctl start nginx", Timeout = TimeSpan.FromSeconds(10),
                        Delay = TimeSpan.FromSeconds(0.5) },
                },
                new() { Name = "b", Command = "/bin/true", User = "root" },
            ],
            c.Scripts);
        Assert.Equal("nobody:nogroup", c.ScriptUser);
    }

    [Theory]
    [InlineData("rise 0", "3:6 Warning ValueOutOfRange")]
    [InlineData("interval 0", "3:10 Warning ValueOutOfRange")]
    [InlineData("timeout 0", "3:9 Warning ValueOutOfRange")]
    [InlineData("weight 300", "3:8 Warning ValueOutOfRange")]
    [InlineData("init_fail yes", "3:11 Warning SurplusWords")]
    public void Scripts_that_are_repaired(string line, string expected)
    {
        ConfigurationReadResult result = Conf($"vrrp_script s {{\nscript /bin/true\n{line}\n}}");
        Assert.Equal([expected], result.Brief());
        ScriptTracker script = result.Configuration!.Scripts[0];
        Assert.Equal((1, TimeSpan.FromSeconds(1)), (script.Rise, script.Interval));
        if (line.StartsWith("timeout", StringComparison.Ordinal)) Assert.Equal(TimeSpan.FromSeconds(1), script.Timeout);
        if (line.StartsWith("weight", StringComparison.Ordinal)) Assert.Equal(253, script.Weight);
    }

    [Fact]
    public void Arguments_outside_the_quotes_are_dropped_as_keepalived_does_and_told()
    {
        ConfigurationReadResult result = Conf("vrrp_script s {\nscript /bin/echo a b\n}");
        Assert.Equal(["2:18 Warning SurplusWords"], result.Brief());
        Assert.Equal("a b", result.Diagnostics[0].Text);
        Assert.Equal("/bin/echo", result.Configuration!.Scripts[0].Command);
    }

    [Fact]
    public void Tracking_overrides_the_weight_and_ignores_a_second_mention()
    {
        ConfigurationReadResult result = Conf("vrrp_script s {\nscript /a\n}\nvrrp_script t {\nscript /b\n}\n" + Instance("track_script {\ns weight 5\nt\ns\n}"));
        Assert.Equal(["14:1 Warning DuplicateName"], result.Brief());
        Assert.Equal([new("s", 5), new("t")], result.Configuration!.VrrpInstances[0].TrackScripts);
    }

    [Fact]
    public void Check_defaults_come_from_the_server_and_the_service()
    {
        HaConfiguration c = Conf(Service("retry 4\nconnect_timeout 2\nweight 7",
            "real_server 10.0.0.2 80 {\nTCP_CHECK {\n}\n}\nreal_server 10.0.0.3 80 {\nweight 2\nretry 5\nTCP_CHECK {\nconnect_timeout " +
            "0.5\nconnect_ip 10.0.0.9\n}\n}")).Clean();
        ValueList<RealServer> servers = c.VirtualServers[0].RealServers;
        Assert.Equal([new TcpCheck { Retry = 4, ConnectTimeout = TimeSpan.FromSeconds(2) }], servers[0].Checks);
        Assert.Equal(7, servers[0].Weight);
        Assert.Equal([new TcpCheck { Retry = 5, ConnectTimeout = TimeSpan.FromSeconds(0.5), ConnectAddress = Ip("10.0.0.9") }], servers[1].Checks);
        Assert.Equal(2, servers[1].Weight);
    }

    [Theory]
    [InlineData("persistence_timeout 0", "3:21 Warning PersistenceOff", null)]
    [InlineData("persistence_timeout 9999999", "3:21 Warning ValueOutOfRange", null)]
    [InlineData("persistence_timeout", null, 360)] // keepalived.conf(5)
    [InlineData("persistence_timeout 50", null, 50)]
    public void Persistence(string line, string? expected, int? seconds)
    {
        ConfigurationReadResult result = Conf(Service(line, "real_server 10.0.0.2 80 {\n}"));
        Assert.Equal(expected is null ? [] : [expected], result.Brief());
        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, result.Configuration!.VirtualServers[0].Persistence);
    }

    [Theory]
    [InlineData("real_server 10.0.0.2 80 {\nTCP_CHECK {\nconnect_port 99999\n}\n}")]
    [InlineData("real_server 10.0.0.2 80 {\nTCP_CHECK {\nconnect_timeout 0\n}\n}")]
    [InlineData("real_server 10.0.0.2 80 {\nTCP_CHECK {\nretry -1\n}\n}")]
    public void Checks_that_are_repaired_have_their_defaults(string server)
    {
        ConfigurationReadResult result = Conf(Service("", server));
        Assert.Equal(["ValueOutOfRange"], result.Codes());
        Assert.Equal([new TcpCheck()], result.Configuration!.VirtualServers[0].RealServers[0].Checks);
    }

    [Fact]
    public void Direct_routing_takes_the_services_port_and_checks_the_one_that_was_written()
    {
        ConfigurationReadResult result = Conf(Service("lb_kind DR", "real_server 10.0.0.2 8080 {\nTCP_CHECK {\n}\n}"));
        Assert.Equal(["4:22 Warning PortMismatch"], result.Brief());
        RealServer server = result.Configuration!.VirtualServers[0].RealServers[0];
        Assert.Equal((80, 8080), (server.Port, ((ConnectingCheck)server.Checks[0]).ConnectPort));
    }

    [Fact]
    public void A_second_real_server_of_the_same_address_is_ignored()
    {
        ConfigurationReadResult result = Conf(Service("",
            "real_server 10.0.0.2 80 {\nweight 3\n}\nreal_server 10.0.0.2 80 {\nweight 4\n}"));
        Assert.Equal(["7:13 Warning DuplicateRealServer"], result.Brief());
        Assert.Equal(3, Assert.Single(result.Configuration!.VirtualServers[0].RealServers).Weight);
    }

    [Fact]
    public void A_service_without_real_servers_is_ignored()
    {
        ConfigurationReadResult result = Conf(Service("", ""));
        Assert.Equal(["1:16 Warning NoRealServers"], result.Brief());
        Assert.Empty(result.Configuration!.VirtualServers);
    }

    [Fact]
    public void Without_protocol_a_service_is_udp()
    {
        ConfigurationReadResult result = Conf("virtual_server 10.0.0.1 53 {\nreal_server 10.0.0.2 53 {\n}\n}");
        Assert.Equal(["1:16 Warning MissingProtocol"], result.Brief());
        Assert.Equal(TransportProtocol.Udp, result.Configuration!.VirtualServers[0].Protocol);
    }

    [Theory]
    [InlineData("lb_algo wlcc", "UnknownValue")]
    [InlineData("lb_kind dr", "UnknownValue")]
    [InlineData("weight 70000", "ValueOutOfRange")]
    public void Service_words_that_cannot_be_followed_are_refused(string line, string code)
    {
        ConfigurationReadResult result = Conf("virtual_server 10.0.0.1 80 {\n" + line + "\nreal_server 10.0.0.2 80 {\n}\n}");
        Assert.Null(result.Configuration);
        Assert.Contains(code, result.Diagnostics.Where(d => d.Severity == HaDiagnosticSeverity.Error).Select(d => d.Code));
    }

    [Fact]
    public void Direct_routing_addresses_are_ours()
    {
        HaConfiguration c = Conf("direct_routing_address {\n 192.168.188.120\n 192.168.188.121\n}").Clean();
        Assert.Equal([new(Ip("192.168.188.120")), new(Ip("192.168.188.121"))], c.DirectRoutingAddresses);
    }

    [Theory]
    [InlineData("vrrp_skip_check_adv_addr")]
    [InlineData("vrrp_rt_priority 50")]
    [InlineData("use_symlink_paths")]
    [InlineData("set_supplementary_groups")]
    [InlineData("enable_snmp_vrrp")]
    [InlineData("max_auto_priority")]
    public void Harmless_globals_are_told_and_passed_over(string line)
    {
        ConfigurationReadResult result = Conf("global_defs {\n" + line + "\n}");
        Assert.Equal(["2:1 Warning Ignored"], result.Brief());
        Assert.Equal(HaConfiguration.Empty, result.Configuration);
    }

    [Theory]
    [InlineData("vrrp_garp_interval 0")]
    [InlineData("smtp_alert off")]
    public void What_asks_for_nothing_is_not_worth_a_word(string line) => Conf("global_defs {\n" + line + "\n}").Clean();

    [Fact]
    public void An_undefined_variable_stays_as_it_is_written()
    {
        ConfigurationReadResult result = Conf("global_defs {\n router_id $HOME\n}");
        Assert.Equal(["2:12 Warning UndefinedVariable"], result.Brief());
        Assert.Equal("$HOME", result.Configuration!.RouterId);
    }

    [Fact]
    public void Every_keyword_of_keepalived_is_known_by_name() =>
        Assert.Equal(363, Keepalived.KeepalivedKeywords.Names.Count());

    [Fact]
    public void Every_keyword_of_VRRP_its_trackers_BFD_and_the_network_is_read_or_passed_over_or_refused_with_a_reason()
    {
        string[] harmless =
        [
            .. Keepalived.GlobalGrammar.Grammar.Harmless.Keys, .. Keepalived.InstanceGrammar.Grammar.Harmless.Keys,
            .. Keepalived.BfdGrammar.Grammar.Harmless.Keys,
        ];
        string[] known = [.. Keepalived.KeepalivedGrammar.Supported, .. harmless, .. Keepalived.KeepalivedKeywords.Refused];
        Assert.Empty(Keepalived.KeepalivedKeywords.Between("Firewall for no_accept and VMAC", "Event delivery").Except(known));
        Assert.Empty(Keepalived.KeepalivedKeywords.Refused.Intersect(Keepalived.KeepalivedGrammar.Supported.Concat(harmless)));
        string page = File.ReadAllText(PathOf("from-keepalived.md"));
        Assert.All(Keepalived.KeepalivedKeywords.Refused, k => Assert.Contains($"`{k}`", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("global_defs {\nlinkbeat_use_polling\n}", "netlink")]
    [InlineData("linkbeat_interfaces {\neth0 ETHTOOL\n}", "netlink")]
    public void What_is_refused_says_why(string text, string reason)
    {
        HaConfigurationDiagnostic said = Assert.Single(Conf(text).Diagnostics);
        Assert.Equal(("NotSupported", HaDiagnosticSeverity.Error), (said.Code, said.Severity));
        Assert.Contains(reason, said.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_keyword_that_is_read_is_keepalived_s_or_named_as_ours()
    {
        string[] ours =
        [
            "self_fence", "recover", "recover_timeout", "recover_delay", "direct_routing_address", "tunnel_address", "require_close_notify", "verify_certificate", "verify_host", "expiry_warning_days",
        ];
        Assert.Equal(ours.Order(), Keepalived.KeepalivedGrammar.Supported.Where(k => !Keepalived.KeepalivedKeywords.IsKnown(k)).Order());
    }

    private static string Instance(string lines) =>
        $"vrrp_instance V {{\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {{ 192.0.2.1 }}\n{lines}\n}}\n";
}
