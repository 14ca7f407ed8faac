using HaTools.Configuration.Yaml;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Checks that go by a tracked file or a BFD session, in both languages (rows K15 and K16).</summary>
public class FollowingCheckTests
{
    private const string Trackers = "track_file load {\nfile /run/load\n}\nbfd_instance rs1 {\nneighbor_ip 10.0.0.2\n}\nbfd_instance gw {\nneighbor_ip 10.0.0.3\nvrrp\n}\n";

    [Fact]
    public void They_say_what_they_go_by_and_what_a_number_means()
    {
        HaConfiguration c = Conf(Of("""
            FILE_CHECK {
            track_file load
            }
            FILE_CHECK {
            track_file load
            weight -2147483647 reverse
            }
            FILE_CHECK {
            track_file load
            weight 0
            }
            FILE_CHECK {
            track_file load
            weight 3 noreverse
            }
            BFD_CHECK {
            name rs1
            alpha
            }
            """)).Clean();
        Assert.Equal(
            [
                new FileCheck { TrackFile = "load" },
                new FileCheck { TrackFile = "load", Weight = -2147483647, Reverse = true },
                new FileCheck { TrackFile = "load", Weight = 0, Reverse = false },
                new FileCheck { TrackFile = "load", Weight = 3, Reverse = false },
                new BfdCheck { Session = "rs1", Alpha = true },
            ],
            c.VirtualServers[0].RealServers[0].Checks);
        Assert.Equal(c, FromYaml(YamlWriter.Write(c)).Clean());
    }

    [Fact]
    public void Of_what_their_server_and_service_say_for_checks_alpha_is_theirs()
    {
        ValueList<HealthCheck> checks = Conf(Of("retry 3\nwarmup 5\nalpha\nFILE_CHECK {\ntrack_file load\n}\nBFD_CHECK {\nname rs1\n}\nBFD_CHECK {\nname other\nalpha off\n}") + "bfd_instance other {\nneighbor_ip 10.0.0.4\n}\n")
            .Clean().VirtualServers[0].RealServers[0].Checks;
        Assert.Equal([new FileCheck { TrackFile = "load", Alpha = true }, new BfdCheck { Session = "rs1", Alpha = true }, new BfdCheck { Session = "other" }], checks);
    }

    [Theory]
    [InlineData("FILE_CHECK {\ntrack_file laod\n}", "15:12 Error UnknownTracker")]
    [InlineData("FILE_CHECK {\nweight 1\n}", "14:1 Error MissingKeyword")]
    [InlineData("FILE_CHECK {\ntrack_file load\nweight -2147483648\n}", "16:8 Warning ValueOutOfRange")]
    [InlineData("FILE_CHECK {\ntrack_file load\nweight 1 backwards\n}", "16:10 Error UnknownValue")]
    [InlineData("FILE_CHECK {\ntrack_file load\nretry 1\n}", "16:1 Error MisplacedKeyword")]
    [InlineData("BFD_CHECK {\nname rs\n}", "15:6 Error UnknownBfdSession")]
    [InlineData("BFD_CHECK {\nname gw\n}", "15:6 Error UnknownBfdSession")]
    [InlineData("BFD_CHECK {\nalpha\n}", "14:1 Error MissingKeyword")]
    [InlineData("BFD_CHECK {\nname rs1\nname gw\n}", "16:1 Warning RepeatedKeyword")]
    [InlineData("BFD_CHECK {\nname rs1\n}\nBFD_CHECK {\nname rs1\n}", "18:6 Warning DuplicateName")]
    public void What_is_wrong_with_them_is_told_with_its_place(string check, string said) => Assert.Equal([said], Conf(Of(check)).Brief());

    [Fact]
    public void A_name_that_is_not_there_is_told_with_the_one_that_may_be_meant()
    {
        HaConfigurationDiagnostic found = Assert.Single(Conf(Of("FILE_CHECK {\ntrack_file laod\n}")).Diagnostics);
        Assert.Equal("There is no tracked file `laod`. Did you mean `load`?", found.Message);
    }

    [Theory]
    [InlineData("type: file", "MissingKey")]
    [InlineData("type: file, trackFile: none", "UnknownTracker")]
    [InlineData("type: file, trackFile: load, weight: -2147483648", "ValueOutOfRange")]
    [InlineData("type: file, trackFile: load, retry: 1", "UnknownKey")]
    [InlineData("type: bfd", "MissingKey")]
    [InlineData("type: bfd, session: none", "UnknownBfdSession")]
    [InlineData("type: bfd, session: gw", "UnknownBfdSession")]
    [InlineData("type: bfd, session: rs1, delayLoop: 3s", "UnknownKey")]
    public void The_native_language_refuses_the_same(string check, string code) => Assert.Equal([code], FromYaml(Native(check)).Codes());

    [Fact]
    public void A_session_that_two_checks_of_a_server_go_by_is_refused() =>
        Assert.Equal(["DuplicateName"], FromYaml(Native("type: bfd, session: rs1 }, { type: bfd, session: rs1")).Codes());

    [Fact]
    public void A_stateless_service_has_no_weights_that_a_file_says()
    {
        Assert.Equal(["Contradiction"], FromYaml(Native("type: file, trackFile: load", "stateless: true, forwarding: directRouting, ")).Codes());
        _ = FromYaml(Native("type: file, trackFile: load, weight: 0", "stateless: true, forwarding: directRouting, ")).Clean();
    }

    private static string Native(string check, string service = "") => $$"""
        files: [{ name: load, path: /run/load }]
        bfdSessions: [{ name: rs1, neighbour: 10.0.0.2 }, { name: gw, neighbour: 10.0.0.3, forChecks: false }]
        virtualServers: [{ address: 10.0.0.1, port: 80, {{service}}realServers: [{ address: 10.0.0.2, checks: [{ {{check}} }] }] }]
        """;

    private static string Of(string server) => $"{Trackers}virtual_server 10.0.0.1 80 {{\nprotocol TCP\nreal_server 10.0.0.2 80 {{\n{server}\n}}\n}}\n";
}
