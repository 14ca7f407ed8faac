using HaTools.Configuration;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Notify;
using HaTools.Engine.Readiness;
using HaTools.Engine.Topology;

namespace HaTools.Engine.Tests.Checks;

/// <summary>What a virtual server with a group is for those who look at the configuration: one for checks and scripts, several for the data plane (row L2).</summary>
public sealed class GroupTargetTests
{
    private static readonly HaConfiguration Director = Read("""
        vrrp_instance VI_1 {
            interface eth0
            virtual_router_id 51
            virtual_ipaddress {
                10.0.0.1
            }
        }
        vrrp_instance VI_2 {
            interface eth0
            virtual_router_id 52
            virtual_ipaddress {
                10.0.0.7
            }
        }
        virtual_server_group web {
            10.0.0.1-3 80
        }
        virtual_server group web {
            protocol TCP
            lb_kind DR
            ha_suspend
            real_server 10.0.0.11 80 {
                notify_up /bin/true
                TCP_CHECK {
                }
                MISC_CHECK {
                    misc_path /bin/true
                }
            }
            real_server 10.0.0.12 80 {
                TCP_CHECK {
                }
            }
        }
        """);

    [Fact]
    public void A_server_of_a_group_is_checked_once()
    {
        IReadOnlyList<CheckTarget> targets = CheckTarget.Of(Director);
        Assert.Equal(["tcp group web 10.0.0.11:80 tcp 0", "tcp group web 10.0.0.11:80 misc 0", "tcp group web 10.0.0.12:80 tcp 0"], targets.Select(t => $"{t.Key.Service} {t.Key.Server} {t.Key.Check}"));
        Assert.Equal("Misc check for [x VS [web]:0] by [/bin/true] failed.", targets[1].Words(false, "x"));
    }

    [Fact]
    public void Fifos_and_scripts_are_told_of_the_group()
    {
        NotifyObject[] all = [.. NotifyObject.AllOf(Director).Where(o => o.Key.IsOfHealth)];
        Assert.Equal(
            ["RS [10.0.0.11]:tcp:80 [web]:0 UP\n", "RS [10.0.0.12]:tcp:80 [web]:0 UP\n", "VS [web]:0 UP\n"],
            all.Select(o => o.Line(new NotifyNews(NotifyKind.Up, 0))));
        Assert.Equal(NotifyKey.RealServer("tcp group web", "10.0.0.11:80"), all[0].Key);
    }

    [Fact]
    public void An_instance_that_has_an_address_of_the_group_waits_for_its_checks_and_that_service()
    {
        IReadOnlyDictionary<string, InstanceNeeds> needs = InstanceNeeds.Of(Director);
        Assert.Equal(["VI_1"], needs.Keys);
        Assert.Equal(["tcp 10.0.0.1:80", "tcp group web"], needs["VI_1"].Services.Select(s => s.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_director_that_is_its_own_real_server_loads_as_master_what_the_instance_has_of_the_group()
    {
        HostTopology topology = TopologyAnalysis.Analyze(Director, [System.Net.IPAddress.Parse("10.0.0.11")]);
        Assert.Equal([("tcp 10.0.0.1:80", "VI_1")], topology.Gates.Select(g => (g.Key.ToString(), g.Value)));
    }

    [Fact]
    public void The_name_of_a_group_is_nobody_else_s()
    {
        var key = ServiceKey.Of(Director.VirtualServers[0]);
        Assert.Equal("tcp group web", key.ToString());
        Assert.False(ServiceKey.TryParse("tcp group web", out _));
        Assert.NotEqual(key, ServiceKey.Of(Director.VirtualServers[0] with { Group = "other" }));
        Assert.NotEqual(key, ServiceKey.Of(Director.VirtualServers[0] with { Family = 6 }));
    }

    private static HaConfiguration Read(string text)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText(text, "t.conf", ConfigurationFormat.Keepalived);
        return read.Configuration ?? throw new InvalidOperationException(string.Join('\n', read.Diagnostics));
    }
}
