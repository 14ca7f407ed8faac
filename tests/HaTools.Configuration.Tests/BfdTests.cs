using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>bfd_instance and track_bfd.</summary>
public class BfdTests
{
    [Fact]
    public void A_session_with_nothing_but_its_neighbour_has_keepaliveds_defaults()
    {
        BfdSession session = Session("neighbor_ip 192.0.2.2").Clean().BfdSessions[0];
        Assert.Equal(new BfdSession { Name = "b", Neighbour = Ip("192.0.2.2") }, session);
    }

    [Fact]
    public void Every_keyword_of_a_session()
    {
        BfdSession session = Session("""
            neighbour_ip 2001:db8::2
            source_ip 2001:db8::1
            min_rx 3.312
            min_tx 50
            idle_tx 2000
            multiplier 3
            passive
            hoplimit 200
            max_hops 7
            multihop
            weight -20 reverse
            vrrp
            """).Clean().BfdSessions[0];
        var expected = new BfdSession
        {
            Name = "b",
            Neighbour = Ip("2001:db8::2"),
            Source = Ip("2001:db8::1"),
            MinimumReceive = TimeSpan.FromMicroseconds(3312),
            MinimumTransmit = TimeSpan.FromMilliseconds(50),
            IdleTransmit = TimeSpan.FromSeconds(2),
            Multiplier = 3,
            Passive = true,
            Ttl = 200,
            MaximumHops = 7,
            Multihop = true,
            Weight = -20,
            Reverse = true,
            ForChecks = false,
        };
        Assert.Equal(expected, session);
    }

    [Theory]
    [InlineData("neighbor_ip 2001:db8::2", 64, null)] // what keepalived sends with, and so expects
    [InlineData("neighbor_ip 192.0.2.2\nmultihop", null, 0)]
    [InlineData("neighbor_ip 192.0.2.2\nmultihop\nmax_hops -1", null, 255)]
    [InlineData("neighbor_ip 192.0.2.2\nmultihop off", null, null)]
    [InlineData("neighbor_ip 192.0.2.2\nttl 64\nmax_hops 255", 64, 255)]
    public void How_far_packets_may_come_is_as_with_keepalived(string lines, int? ttl, int? hops)
    {
        BfdSession session = Session(lines).Clean().BfdSessions[0];
        Assert.Equal((ttl, hops), (session.Ttl, session.MaximumHops));
    }

    [Theory]
    [InlineData("min_rx 0.5", "3:8 Warning ValueOutOfRange")]
    [InlineData("min_tx 0", "3:8 Warning ValueOutOfRange")]
    [InlineData("idle_tx 999", "3:9 Warning ValueOutOfRange")]
    [InlineData("multiplier 0", "3:12 Warning ValueOutOfRange")]
    [InlineData("multiplier 256", "3:12 Warning ValueOutOfRange")]
    [InlineData("ttl 0", "3:5 Warning ValueOutOfRange")]
    [InlineData("max_hops 256", "3:10 Warning ValueOutOfRange")]
    [InlineData("ttl 10\nmax_hops 11", "4:10 Warning ValueOutOfRange")]
    [InlineData("min_rx x", "3:8 Error InvalidNumber")]
    [InlineData("weight 1 inverse", "3:10 Error UnknownValue")]
    [InlineData("source_ip 2001:db8::1", "3:11 Error MixedFamilies")]
    [InlineData("source_ip 224.0.0.1", "3:11 Error InvalidAddress")]
    [InlineData("min_rxx 5", "3:1 Error UnknownKeyword")]
    public void What_is_out_of_range_is_repaired_as_keepalived_does_and_what_is_wrong_is_told(string line, string expected) =>
        Assert.Equal([expected], Session($"neighbor_ip 192.0.2.2\n{line}").Brief());

    [Theory]
    [InlineData("passive", "1:14 Error MissingKeyword")]
    [InlineData("neighbor_ip nobody", "2:13 Error InvalidAddress")]
    [InlineData("neighbor_ip 224.0.0.5", "2:13 Error InvalidAddress")]
    [InlineData("neighbor_ip ff02::1", "2:13 Error InvalidAddress")]
    [InlineData("neighbor_ip fe80::1", "2:13 Error InvalidAddress")]
    public void A_neighbour_is_needed_and_must_be_one(string line, string expected) => Assert.Equal([expected], Session(line).Brief());

    [Fact]
    public void Two_sessions_with_one_name_or_one_neighbour_are_refused()
    {
        const string Text = """
            bfd_instance a {
                neighbor_ip 192.0.2.2
            }
            bfd_instance a {
                neighbor_ip 192.0.2.3
            }
            bfd_instance c {
                neighbor_ip 192.0.2.2
            }
            """;
        Assert.Equal(["4:14 Error DuplicateName", "8:17 Error DuplicateAddress"], Conf(Text).Brief());
    }

    [Fact]
    public void Instances_follow_sessions_with_weights_of_their_own()
    {
        HaConfiguration configuration = Conf(Following("b", "c weight 10 reverse", "d weight -5 noreverse")).Clean();
        Tracked[] expected = [new("b"), new("c", 10, true), new("d", -5, false)];
        Assert.Equal(expected, configuration.VrrpInstances[0].TrackBfd);
    }

    [Theory]
    [InlineData("b weight", "17:11 Error MissingValue")]
    [InlineData("b wait 5", "17:11 Error UnknownValue")]
    [InlineData("b weight 5 upside", "17:20 Error UnknownValue")]
    [InlineData("b weight 300", "17:18 Warning ValueOutOfRange")]
    [InlineData("bb", "17:9 Error UnknownBfdSession")]
    [InlineData("e", "17:9 Error UnknownBfdSession")] // it is for checks only
    public void A_line_that_is_wrong_is_told(string line, string expected) => Assert.Equal([expected], Conf(Following(line)).Brief());

    [Fact]
    public void A_name_that_stands_twice_counts_once() =>
        Assert.Equal(["18:13 Warning DuplicateName"], Conf(Following("b", "b weight 5")).Brief());

    [Fact]
    public void What_was_read_is_written_and_read_again_in_yaml()
    {
        HaConfiguration configuration = Conf(Following("b weight 5 reverse")).Clean();
        Assert.Equal(configuration, FromYaml(HaConfigurationWriter.WriteYaml(configuration)).Clean());
    }

    private static ConfigurationReadResult Session(string lines) => Conf($"bfd_instance b {{\n{lines}\n}}");

    private static string Following(params string[] lines) => $$"""
        bfd_instance b {
            neighbor_ip 192.0.2.2
        }
        bfd_instance c {
            neighbor_ip 192.0.2.3
        }
        bfd_instance d {
            neighbor_ip 192.0.2.4
        }
        bfd_instance e {
            neighbor_ip 192.0.2.5
            checker
        }
        vrrp_instance v {
            interface eth0
            track_bfd {
                {{string.Join("\n            ", lines)}}
            }
            virtual_router_id 51
            virtual_ipaddress {
                192.0.2.100/24
            }
        }
        """;
}
