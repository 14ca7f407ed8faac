using System.Text.RegularExpressions;
using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Interop;

/// <summary>
/// Static and virtual addresses, routes and rules of one keepalived.conf: what hanode and Debian's keepalived make of it, by the kernel's own tables. Each
/// director is alone on its network, and master.
/// </summary>
[Trait("Needs", "root")]
public sealed partial class NetworkInteropTests
{
    // A static `default` beside others is left out: keepalived 2.2.7 dies of comparing it. So is `inet6`: it loses the word behind that.
    private const string Configuration = """
        global_defs {
            router_id lab
        }
        track_group G {
            group {
                VI_1
            }
        }
        static_ipaddress {
            192.0.2.1/24 dev eth0 brd +
            192.0.2.77/32 dev eth0 label eth0:s scope link
            10.7.7.1 peer 10.7.7.2 dev eth0 noprefixroute
            2001:db8::1/64 dev eth0
            2001:db8::77/128 dev eth0 track_group G
        }
        static_routes {
            198.51.100.0/24 via 192.0.2.254 dev eth0 track_group G
            198.51.101.0/24 dev eth0 table 1000 tos 0x10 protocol bird no_track scope link priority 12 mtu 1000 hoplimit 100 advmss 101 rtt 300ms rttvar 200ms reordering 104 window 105 cwnd 106 ssthresh lock 107 realms 5/0x14 rto_min 250ms initcwnd 109 initrwnd 110 features ecn quickack 1 fastopen_no_cookie 1 congctl reno
            198.51.102.0/24 table 1000 nexthop via 192.0.2.2 dev eth0 onlink weight 1 nexthop via 192.0.2.3 dev eth0 weight 2
            198.51.103.0/24 encap ip id 7 dst 192.0.2.9 src 192.0.2.1 ttl 9 tos 4 flags 256 dev eth0
            198.51.104.0/24 encap ip6 id 7 dst 2001:db8::9 hoplimit 9 tc 4 dev eth0
            blackhole 198.51.105.0/24
            unreachable 198.51.106.0/24 metric 7
            prohibit 198.51.107.0/24 table 20
            throw 198.51.108.0/24 table 20
            198.51.109.0/24 via 192.0.2.254 dev eth0 mtu lock 1400 append
            198.51.110.0/24 via 192.0.2.99 dev eth0 onlink add
            # Both ask for the scope global, which the kernel refuses.
            local 198.51.111.0/24 dev eth0 table 21
            10.50.0.0/16 dev eth0 src 192.0.2.1 dsfield CS1
            2001:db8:1::/48 via 2001:db8::fe dev eth0 from 2001:db8:2::/64 pref high
            2001:db8:3::/48 dev eth0 priority 44 mtu 1300 expires 3000
            blackhole 2001:db8:4::/48
        }
        static_rules {
            from 192.0.2.0/24 table 1 priority 100
            not from 192.168.28.0/24 to 192.168.29.0/26 table 20 iif eth0 oif lo tos 0x10 fwmark 24/12 preference 39 realms 30/20 suppress_prefixlength 8
            to 2001:db8:9::/48 from 2001:db8:a::/48 table 6908 uidrange 10000-19999 order 50
            fwmark 5 goto 300 preference 200
            from 10.0.0.0/8 type blackhole preference 201
            from all l3mdev preference 202
            from 10.9.0.0/16 lookup main ipproto tcp sport 10-20 dport 20-30 preference 204 suppress_ifgroup 3
            from 10.10.0.0/16 nop priority 0x100
            from 10.11.0.0/16 table 4
        }
        vrrp_instance VI_1 {
            state MASTER
            interface eth0
            virtual_router_id 51
            priority 255
            advert_int 1
            virtual_ipaddress {
                192.0.2.100/24 dev eth0 label eth0:v
                192.0.2.101/32 dev eth0 scope host
            }
            virtual_routes {
                src 192.0.2.100 to 203.0.113.0/24 via 192.0.2.254 dev eth0
                203.0.114.0/24 via 192.0.2.254 dev eth0 no_track
                203.0.115.0/24 dev eth0 scope link table 30 metric 3
                blackhole 203.0.117.0/24
                0.0.0.0/0 gw 192.0.2.254 table 100
                2001:db8:b::/48 via 2001:db8::fe dev eth0
            }
            virtual_rules {
                from 203.0.113.0/24 table 1 priority 400
                to 203.0.113.0/24 table 30
                to 2001:db8:b::/48 table 31
            }
        }
        """;

    private static readonly CancellationToken stop = CancellationToken.None;

    [LabFact]
    public async Task The_kernel_s_tables_are_the_same_with_hanode_as_with_keepalived_while_it_is_master_and_after_it()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync([Director("ours", DirectorDaemon.Hanode), Director("theirs", DirectorDaemon.Keepalived)], stop);
        LabNode ours = lab["ours"], theirs = lab["theirs"];
        string before = await TablesAsync(ours);
        Assert.Equal(before, await TablesAsync(theirs));
        string addresses = await AddressesAsync(ours);

        await ours.StartDaemonAsync(stop);
        await theirs.StartDaemonAsync(stop);

        // The last thing that both of them do is the last virtual rule.
        const string last = "from all to 2001:db8:b::/48 lookup 31 proto keepalived";
        await UntilAsync(theirs, tables => tables.Contains(last, StringComparison.Ordinal));
        await UntilAsync(ours, tables => tables.Contains(last, StringComparison.Ordinal));
        string wanted = await TablesAsync(theirs);
        Assert.Equal(wanted, await TablesAsync(ours));
        Assert.Equal(await AddressesAsync(theirs), await AddressesAsync(ours));
        Assert.Contains("38 of 39 in place", (await ours.RunAsync(HanodeProgram.StatusCommandLine(ours.Name), stop)).OrThrow().Output, StringComparison.Ordinal);

        // As a network manager does when it is restarted: everything that it does not know goes, and its own address comes again. What has
        // no_track stays away.
        string kept = Sorted(string.Join('\n', wanted.Split('\n').Where(l => !l.StartsWith("203.0.114.0/24", StringComparison.Ordinal))));
        for (int round = 0; round < 3; round++)
        {
            (await ours.RunAsync(
                """
                ip -4 route flush proto keepalived table all; ip -6 route flush proto keepalived table all
                for f in -4 -6; do ip $f rule | grep -oP '^\d+(?=:.*proto keepalived)' | xargs -r -n 1 ip $f rule del pref; done
                ip addr flush dev eth0 scope global
                ip addr add 192.0.2.250/24 brd + dev eth0
                """, stop)).OrThrow();
            await UntilAsync(ours, tables => Sorted(tables) == kept);
        }

        Assert.Single(EnteringMaster().Matches(ours.DaemonLog));
        Assert.DoesNotContain("FAULT", ours.DaemonLog, StringComparison.Ordinal);

        await ours.StopDaemonAsync(stop);
        await theirs.StopDaemonAsync(stop);
        await UntilAsync(theirs, tables => tables == before);
        await UntilAsync(ours, tables => tables == before);

        // keepalived 2.2.7 leaves the address with a peer behind.
        Assert.Equal(addresses, await AddressesAsync(ours));
    }

    private static LabNodeSpec Director(string name, DirectorDaemon daemon) => new(name, new LabInterface("eth0", "192.0.2.250/24") { Network = name })
    {
        Furnish = node =>
        {
            node.WriteFile("/etc/keepalived/keepalived.conf", Configuration);
            node.UseDaemon(daemon);
        },
    };

    /// <summary>The routes and rules, without those that the kernel makes by itself.</summary>
    private static async Task<string> TablesAsync(LabNode node)
    {
        string shown = (await node.RunAsync(
            "ip -4 route show table all; ip -6 route show table all; ip -4 rule; ip -6 rule", stop)).OrThrow().Output;
        IEnumerable<string> lines = shown.Split('\n').Where(l => !l.Contains("proto kernel", StringComparison.Ordinal)).Select(l => Expires().Replace(l, "expires"));
        return string.Join('\n', lines);
    }

    /// <summary>The global addresses, without lifetimes: ours expire.</summary>
    private static async Task<string> AddressesAsync(LabNode node)
    {
        string shown = (await node.RunAsync("ip addr show dev eth0 | grep -E 'inet' | grep -v fe80 | sed 's/ dynamic//'", stop)).OrThrow().Output;
        return Sorted(shown);
    }

    // After a flush the same routes may stand in another order.
    private static string Sorted(string lines) => string.Join('\n', lines.Split('\n').Order(StringComparer.Ordinal));

    private static async Task UntilAsync(LabNode node, Func<string, bool> condition)
    {
        string tables = "";
        for (DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(45); DateTime.UtcNow < end; await Task.Delay(100))
        {
            if (condition(tables = await TablesAsync(node))) return;
        }

        Assert.Fail($"waited in vain; {node.Name} has\n{tables}\nand says\n{node.DaemonLog}");
    }

    [GeneratedRegex(@"expires \d+sec")]
    private static partial Regex Expires();

    [GeneratedRegex(@"Entering MASTER STATE")]
    private static partial Regex EnteringMaster();
}
