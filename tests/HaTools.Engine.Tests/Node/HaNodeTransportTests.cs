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

    [NamespaceFact]
    public async Task AnAdvertBeyondTheMtuIsRefusedAndSaysHowManyAddressesFit()
    {
        static string Text(int count) => $$"""
            vrrp_instance VI_6 {
                interface eth0
                version 3
                virtual_router_id 51
                advert_int 1
                virtual_ipaddress {
                    fe80::9:100/128
                    {{string.Join('\n', Enumerable.Range(1, count - 1).Select(i => $"2001:db8:9::{i:x}/64"))}}
                }
            }
            """;
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.Ip("link set eth0 mtu 1280");
        await using var stage = new NodeStage();
        HaEngineException refused = await Assert.ThrowsAsync<HaEngineException>(() => stage.StartAsync(a, Read(Text(78))));
        Assert.StartsWith(
            "An advert of VI_6 with its 78 addresses has 1296 bytes, and the MTU of eth0 is 1280: 77 addresses fit.", refused.Message, StringComparison.Ordinal);

        // The most that fit do, and a reload is told the same.
        await using HaNode node = await stage.StartAsync(a, Read(Text(77)));
        await Eventually.True(() => a.Has("2001:db8:9::4c/64"));
        refused = await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(Read(Text(80))));
        Assert.Contains("77 addresses fit", refused.Message, StringComparison.Ordinal);
        Assert.Equal(VrrpStateKind.Master, (await node.GetStatusAsync()).Instances[0].State);
    }

    [NamespaceFact]
    public async Task AKeyThatAFileHoldsIsReadAgainByAReloadThoughTheConfigurationSaysTheSame()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        await using var stage = new NodeStage();
        string Key(string name, char filling)
        {
            string path = Path.Combine(stage.RunDirectory, name);
            File.WriteAllText(path, new string(filling, 32));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return path;
        }

        string Text(int priority, string key) => $$"""
            vrrp_instance VI_1 {
                interface eth0
                version 3
                virtual_router_id 51
                priority {{priority}}
                advert_int 0.1
                auth_hmac {
                    key 1 file:{{key}}
                    active_key 1
                }
                virtual_ipaddress {
                    10.9.0.100/24
                }
            }
            """;
        string configuration = Path.Combine(stage.RunDirectory, "b.conf");
        File.WriteAllText(configuration, Text(100, Key("b.key", 'x')));
        await using HaNode first = await stage.StartAsync(a, Read(Text(150, Key("a.key", 'a'))));
        await using HaNode second = await stage.StartAsync(b, Read(File.ReadAllText(configuration)), configuration);
        await Eventually.True(() => a.Has("10.9.0.100/24") && b.Has("10.9.0.100/24"));

        Key("b.key", 'a');
        HaChange change = Assert.Single((await second.ReloadAsync()).Changes);
        Assert.Equal("Set VrrpInstance VI_1 Hmac.Keys: 1 ******** -> 1 ********", change.ToString());
        await Eventually.True(() => a.Has("10.9.0.100/24") && !b.Has("10.9.0.100/24"));
        Assert.Empty((await second.ReloadAsync()).Changes);

        // One that is broken changes nothing, nor does one that is gone.
        Key("b.key", 'b');
        File.WriteAllText(Path.Combine(stage.RunDirectory, "b.key"), "short");
        HaEngineException refused = await Assert.ThrowsAsync<HaEngineException>(second.ReloadAsync);
        Assert.Contains("it has 5 bytes, not 32 to 64", refused.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(stage.RunDirectory, "b.key"));
        await Assert.ThrowsAsync<HaEngineException>(second.ReloadAsync);
        long heard = (await second.GetStatusAsync()).Instances[0].Statistic.AdvertsReceived;
        await stage.UntilAsync(async () => (await second.GetStatusAsync()).Instances[0].Statistic.AdvertsReceived > heard + 5);
        Assert.Equal(VrrpStateKind.Backup, (await second.GetStatusAsync()).Instances[0].State);
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
