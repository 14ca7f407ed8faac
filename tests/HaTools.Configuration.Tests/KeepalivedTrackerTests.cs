using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Trackers, notify scripts and script users of keepalived.conf.</summary>
public sealed class KeepalivedTrackerTests
{
    [Fact]
    public void Files_and_processes_take_everything_that_they_can_have()
    {
        HaConfiguration c = Conf(
            """
            track_file a {
              file "/run/a b"
            }
            track_file b {
              file /run/b
              weight -254 reverse
              init_file 7 overwrite
            }
            vrrp_track_process p {
              process nginx
            }
            vrrp_track_process q {
              process "/usr/sbin/a b" -c "x y"
              param_match initial
              weight 254 reverse
              quorum 2
              quorum_max 4
              fork_delay 0.5
              terminate_delay 0.000001
              full_command
            }
            vrrp_track_process none {
              process nginx
              param_match
              quorum_max 0
              delay 2
            }
            """).Clean();

        Assert.Equal(
            [
                new() { Name = "a", Path = "/run/a b" },
                new() { Name = "b", Path = "/run/b", Weight = -254, Reverse = true, InitialValue = 7, Overwrite = true },
            ],
            c.Files);
        Assert.Equal(
            [
                new() { Name = "p", Command = ["nginx"] },
                new()
                {
                    Name = "q", Command = ["/usr/sbin/a b", "-c", "x y"], Parameters = ParameterMatch.Initial, Weight = 254, Reverse = true, Quorum = 2,
                    QuorumMax = 4, ForkDelay = TimeSpan.FromSeconds(0.5), TerminateDelay = TimeSpan.FromMicroseconds(1), FullCommand = true,
                },
                new()
                {
                    Name = "none", Command = ["nginx"], Parameters = ParameterMatch.Exact, QuorumMax = 0, ForkDelay = TimeSpan.FromSeconds(2),
                    TerminateDelay = TimeSpan.FromSeconds(2),
                },
            ],
            c.Processes);
    }

    [Fact]
    public void Instances_follow_trackers_with_weights_of_their_own()
    {
        VrrpInstance instance = Conf(
            """
            vrrp_script s {
              script /bin/true
              weight 5 reverse
            }
            track_file f {
              file /run/f
            }
            vrrp_track_process p {
              process nginx
            }
            vrrp_instance V {
              interface eth0
              virtual_router_id 1
              virtual_ipaddress {
                192.0.2.1
              }
              track_interface {
                eth1
                eth2 weight -10 reverse
              }
              track_script {
                s weight 10 noreverse
              }
              track_file {
                f weight 254 reverse
              }
              track_process {
                p weight -254
              }
            }
            """).Clean().VrrpInstances[0];

        Assert.Equal([new("eth1"), new("eth2", -10, true)], instance.TrackInterfaces);
        Assert.Equal([new("s", 10, false)], instance.TrackScripts);
        Assert.Equal([new("f", 254, true)], instance.TrackFiles);
        Assert.Equal([new("p", -254)], instance.TrackProcesses);
    }

    [Fact]
    public void Notify_scripts_have_users_and_notify_deleted_may_stand_alone()
    {
        NotifyScripts notify = Conf(
            """
            vrrp_instance V {
              interface eth0
              virtual_router_id 1
              virtual_ipaddress {
                192.0.2.1
              }
              notify_master "/etc/k/master.sh a 'b c'" nobody nogroup
              notify_backup /etc/k/backup.sh nobody :
              notify_fault /etc/k/fault.sh nobody :nogroup
              notify_stop /etc/k/stop.sh
              notify /etc/k/any.sh
              notify_deleted
              notify_master_rx_lower_pri /etc/k/lower.sh
            }
            """).Clean().VrrpInstances[0].Notify;

        Assert.Equal(
            new NotifyScripts
            {
                Master = new("/etc/k/master.sh a 'b c'", "nobody:nogroup"),
                Backup = new("/etc/k/backup.sh", "nobody"),
                Fault = new("/etc/k/fault.sh", "nobody:nogroup"),
                Stop = new("/etc/k/stop.sh"),
                Any = new("/etc/k/any.sh"),
                SaysDeleted = true,
                MasterReceivedLowerPriority = new("/etc/k/lower.sh"),
            },
            notify);
    }

    [Theory]
    [InlineData("enable_script_security", true)]
    [InlineData("enable_script_security off", false)]
    [InlineData("router_id x", true)]
    public void Scripts_are_checked_unless_that_is_turned_off(string line, bool expected) =>
        Assert.Equal(expected, Conf("global_defs {\n" + line + "\n}").Clean().ScriptSecurity);

    // Each as keepalived -t says it of the same text.
    [Theory]
    [InlineData("track_file f {\n file /a\n file /b\n}", "3:2 Warning RepeatedKeyword")]
    [InlineData("vrrp_track_file f {\n file /a\n}", "1:1 Warning Deprecated")]
    [InlineData("track_file f {\n file /a\n weight 255\n}", "3:9 Warning ValueOutOfRange")]
    [InlineData("vrrp_track_process p {\n process a\n quorum 3\n quorum_max 2\n}", "4:13 Warning ValueOutOfRange")]
    [InlineData("vrrp_track_process p {\n process a\n quorum 0\n}", "3:9 Warning ValueOutOfRange")]
    [InlineData("vrrp_track_process p {\n process a\n delay 3601\n}", "3:8 Warning ValueOutOfRange")]
    public void What_keepalived_repairs_is_said(string text, string expected) => Assert.Equal([expected], Conf(text).Brief());

    [Fact]
    public void A_tracker_that_does_not_exist_is_told_with_its_place_and_a_suggestion()
    {
        ConfigurationReadResult result = Conf(
            """
            track_file weights {
              file /run/w
            }
            vrrp_instance V {
              interface eth0
              virtual_router_id 1
              virtual_ipaddress {
                192.0.2.1
              }
              track_file {
                weight
              }
            }
            """);

        HaConfigurationDiagnostic error = Assert.Single(result.Diagnostics);
        Assert.Equal(["11:5 Error UnknownTracker"], result.Brief());
        Assert.Contains("There is no tracked file `weight`. Did you mean `weights`?", error.Message, StringComparison.Ordinal);
    }
}
