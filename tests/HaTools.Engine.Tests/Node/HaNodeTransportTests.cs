using HaTools.Configuration;
using HaTools.Engine.Control;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>Directors from keepalived.conf, whose adverts do not go by IPv4 multicast.</summary>
public class HaNodeTransportTests
{
    [NamespaceFact]
    public async Task TwoDirectorsFromKeepalivedConfSpeakUnicastWithAuthenticationHeadersAndHoldExcludedAddresses()
    {
        static string Text(int priority, int self, int other) => $$"""
            global_defs {
                log_unknown_vrids
                dynamic_interfaces
                vrrp_garp_interval 0.001
            }
            garp_group {
                garp_interval 0.002
                interfaces {
                    eth0
                }
            }
            vrrp_instance VI_1 {
                state BACKUP
                interface eth0
                virtual_router_id 51
                priority {{priority}}
                advert_int 1
                unicast_src_ip 10.9.0.{{self}}
                track_src_ip
                unicast_ttl 200
                check_unicast_src
                unicast_peer {
                    10.9.0.{{other}} min_ttl 100 max_ttl 200
                }
                authentication {
                    auth_type AH
                    auth_pass secret
                }
                promote_secondaries
                virtual_ipaddress {
                    10.9.0.100/24
                }
                virtual_ipaddress_excluded {
                    10.9.0.200/32
                }
            }
            """;
        await ElectsAsync(Text, "10.9.0.100/24", "10.9.0.200/32");
    }

    [NamespaceFact]
    public async Task TwoDirectorsFromKeepalivedConfUseAGroupOfTheirOwnWithHmac()
    {
        static string Text(int priority, int self, int other) => $$"""
            vrrp_instance VI_1 {
                state BACKUP
                interface eth0
                version 3
                virtual_router_id 51
                priority {{priority}}
                advert_int 0.1
                mcast_src_ip 10.9.0.{{self}}
                mcast_dst_ip 224.0.0.44
                auth_hmac {
                    key 1 0123456789abcdef0123456789abcdef
                    active_key 1
                }
                virtual_ipaddress {
                    10.9.0.100/24
                }
            }
            """;
        await ElectsAsync(Text, "10.9.0.100/24");
    }

    [NamespaceFact]
    public async Task TwoDirectorsFromKeepalivedConfElectOverIpv6()
    {
        static string Text(int priority) => $$"""
            vrrp_instance VI_6 {
                state BACKUP
                interface eth0
                version 3
                virtual_router_id 51
                priority {{priority}}
                advert_int 0.1
                virtual_ipaddress {
                    fe80::9:100/128
                    2001:db8:9::100/64
                }
                virtual_ipaddress_excluded {
                    10.9.0.200/32
                }
            }
            """;
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        await using var stage = new NodeStage();
        await using HaNode second = await stage.StartAsync(b, Read(Text(100)));
        await using HaNode first = await stage.StartAsync(a, Read(Text(150)));
        await Eventually.True(() => a.Has("2001:db8:9::100/64") && a.Has("fe80::9:100/128") && a.Has("10.9.0.200/32") && !b.Has("2001:db8:9::100/64"));
        await stage.UntilAsync(async () => (await second.GetStatusAsync()).Instances is [{ AddressFamily: 6, State: VrrpStateKind.Backup, Master: not null }]);
        await first.StopAsync();
        await Eventually.True(() => b.Has("2001:db8:9::100/64") && b.Has("10.9.0.200/32") && !a.Has("2001:db8:9::100/64"));
    }

    private static async Task ElectsAsync(Func<int, int, int, string> text, params string[] addresses)
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        await using var stage = new NodeStage();
        await using HaNode second = await stage.StartAsync(b, Read(text(100, 2, 1)));
        await using HaNode first = await stage.StartAsync(a, Read(text(150, 1, 2)));
        await Eventually.True(() => addresses.All(x => a.Has(x) && !b.Has(x)));
        await stage.UntilAsync(async () => (await second.GetStatusAsync()).Instances is [{ State: VrrpStateKind.Backup, Master: "10.9.0.1" }]);
        Assert.Equal(["VI_1"], await ((IControlledNode)first).AnnounceAsync(null));
        Assert.Empty(await ((IControlledNode)second).AnnounceAsync("VI_1"));
        await Assert.ThrowsAsync<HaEngineException>(() => ((IControlledNode)second).AnnounceAsync("VI_9"));
        Assert.Empty((await second.GetStatusAsync()).Instances[0].Statistic.Rejected);
        await first.StopAsync();
        await Eventually.True(() => addresses.All(x => b.Has(x) && !a.Has(x)));
    }

    private static HaConfiguration Read(string text)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText(text, "keepalived.conf", ConfigurationFormat.Keepalived);
        Assert.NotNull(read.Configuration);
        Assert.DoesNotContain(read.Diagnostics, d => d.Severity == HaDiagnosticSeverity.Error);
        return read.Configuration;
    }
}
