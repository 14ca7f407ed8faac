using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Interop;

/// <summary>
/// hanode and keepalived as BFD neighbours. Each has an instance of its own that follows the session, so that what the kernel holds says
/// what each of them thinks of it.
/// </summary>
[Trait("Needs", "root")]
public sealed class BfdInteropTests
{
    private static readonly CancellationToken stop = CancellationToken.None;

    [LabTheory]
    [InlineData("10.70.0.", "", "")]
    [InlineData("10.70.0.", "passive", "")]
    [InlineData("10.70.0.", "", "passive")]
    [InlineData("10.70.0.", "min_rx 50\nmin_tx 20\nmultiplier 3", "min_rx 30\nmin_tx 100\nmultiplier 4")]
    [InlineData("10.70.0.", "ttl 64\nmax_hops 2", "ttl 64\nmax_hops 2")]
    [InlineData("fd00:70::", "", "")]
    public async Task Both_find_the_session_up_and_down_and_up_again(string network, string hanode, string keepalived)
    {
        await using VirtualLab lab = await StartAsync(network, hanode, keepalived);
        await UntilAsync(lab, ours: true, theirs: true);

        // What keepalived sends goes astray: we hear nothing, and say so.
        string us = network + "1";
        await RunAsync(lab["theirs"], $"ip neigh replace {us} lladdr 02:00:00:00:de:ad dev eth0 nud permanent");
        await UntilAsync(lab, ours: false, theirs: false);
        await RunAsync(lab["theirs"], $"ip neigh del {us} dev eth0");
        await UntilAsync(lab, ours: true, theirs: true);

        // And the other way round.
        string them = network + "2";
        await RunAsync(lab["ours"], $"ip neigh replace {them} lladdr 02:00:00:00:de:ad dev eth0 nud permanent");
        await UntilAsync(lab, ours: false, theirs: false);
        await RunAsync(lab["ours"], $"ip neigh del {them} dev eth0");
        await UntilAsync(lab, ours: true, theirs: true);

        // keepalived's end is noticed, as ours is by it.
        lab["theirs"].KillDaemon();
        await UntilAsync(lab, ours: false, theirs: null);
        await lab["theirs"].StartDaemonAsync(stop);
        await UntilAsync(lab, ours: true, theirs: true);
        lab["ours"].KillDaemon();
        await UntilAsync(lab, ours: null, theirs: false);
    }

    [LabFact]
    public async Task A_reload_with_other_timers_is_agreed_on_without_a_down()
    {
        // Slow, so that a machine with much to do is not taken for a failure.
        const string Usual = "min_rx 200\nmin_tx 200\nmultiplier 10";
        await using VirtualLab lab = await StartAsync("10.70.0.", Usual, Usual);
        await UntilAsync(lab, ours: true, theirs: true);
        int before = Downs(lab);
        foreach (string timers in new[] { "min_rx 400\nmin_tx 400\nmultiplier 10", "min_rx 150\nmin_tx 250\nmultiplier 8", Usual })
        {
            Furnish(lab["ours"], DirectorDaemon.Hanode, "10.70.0.", 1, timers);
            await RunAsync(lab["ours"], "systemctl reload keepalived");
            // Longer than any detection time of the two.
            await Task.Delay(TimeSpan.FromSeconds(5));
            // Not at once: an instance of 100 ms steps down where the host stalls, and comes back. What BFD does is counted below.
            await UntilAsync(lab, ours: true, theirs: true);
        }

        Assert.True(before == Downs(lab), Logs(lab));

        static int Downs(VirtualLab lab) => Logs(lab).Split('\n').Count(l => l.Contains("Entering Down", StringComparison.Ordinal));
    }

    private static Task<VirtualLab> StartAsync(string network, string hanode, string keepalived) => StartedAsync(
    [
        new LabNodeSpec("ours", "eth0", "10.70.0.1/24", "fd00:70::1/64")
        {
            Furnish = node => Furnish(node, DirectorDaemon.Hanode, network, 1, hanode),
        },
        new LabNodeSpec("theirs", "eth0", "10.70.0.2/24", "fd00:70::2/64")
        {
            Furnish = node => Furnish(node, DirectorDaemon.Keepalived, network, 2, keepalived),
        },
    ]);

    private static async Task<VirtualLab> StartedAsync(IReadOnlyList<LabNodeSpec> specs)
    {
        VirtualLab lab = await VirtualLab.StartAsync([.. specs], stop);
        foreach (string name in new[] { "ours", "theirs" }) await lab[name].StartDaemonAsync(stop);
        return lab;
    }

    private static void Furnish(LabNode node, DirectorDaemon daemon, string network, int number, string more)
    {
        node.UseDaemon(daemon);
        node.WriteFile("/etc/keepalived/keepalived.conf", $$"""
            bfd_instance peer {
                neighbor_ip {{network}}{{3 - number}}
                source_ip {{network}}{{number}}
                {{more}}
            }
            vrrp_instance VI_{{number}} {
                interface eth0
                version 3
                virtual_router_id 5{{number}}
                priority 100
                advert_int 0.1
                virtual_ipaddress {
                    10.70.0.10{{number}}
                }
                track_bfd {
                    peer
                }
            }

            """);
    }

    private static async Task RunAsync(LabNode node, string line) => (await node.RunAsync(line, stop)).OrThrow();

    private static bool IsHeld(LabNode node, int number) =>
        AddressReader.ReadAsync(node).Result.Any(a => a.Address.ToString() == $"10.70.0.10{number}");

    private static async Task UntilAsync(VirtualLab lab, bool? ours, bool? theirs)
    {
        for (DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(45); DateTime.UtcNow < end; await Task.Delay(50))
        {
            if ((ours is null || IsHeld(lab["ours"], 1) == ours) && (theirs is null || IsHeld(lab["theirs"], 2) == theirs)) return;
        }

        Assert.Fail($"waited in vain for ours {ours}, theirs {theirs}\n{Logs(lab)}");
    }

    private static string Logs(VirtualLab lab) => $"{lab["ours"].DaemonLog}\n{lab["theirs"].DaemonLog}";
}
