using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Interop;

/// <summary>
/// Two directors between two networks, hanode and Debian's keepalived, each with a sync group of one instance on either side, as a router or a NAT
/// balancer has it: both addresses are on one of them, whichever side breaks.
/// </summary>
[Trait("Needs", "root")]
public sealed class SyncGroupTests
{
    private const string Inside = "10.71.0.100";
    private const string Outside = "10.72.0.100";
    private static readonly CancellationToken stop = CancellationToken.None;

    [LabTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Both_addresses_move_together_whichever_side_breaks(bool hanodeIsPreferred)
    {
        (DirectorDaemon preferred, DirectorDaemon other) =
            hanodeIsPreferred ? (DirectorDaemon.Hanode, DirectorDaemon.Keepalived) : (DirectorDaemon.Keepalived, DirectorDaemon.Hanode);
        await using VirtualLab lab = await VirtualLab.StartAsync([Director("preferred", 1, 150, preferred), Director("other", 2, 100, other)], stop);
        foreach (LabNode node in lab.Nodes) await node.StartDaemonAsync(stop);
        await UntilBothAtAsync(lab, "preferred");

        foreach (string card in (string[])["eth0", "eth1"])
        {
            await lab["preferred"].SetLinkAsync(card, false, stop);
            await UntilBothAtAsync(lab, "other");
            await lab["preferred"].SetLinkAsync(card, true, stop);
            await UntilBothAtAsync(lab, "preferred");
        }

        await lab["preferred"].StopDaemonAsync(stop);
        await UntilBothAtAsync(lab, "other");
        await lab["preferred"].StartDaemonAsync(stop);
        await UntilBothAtAsync(lab, "preferred");
    }

    private static LabNodeSpec Director(string name, int number, int priority, DirectorDaemon daemon) =>
        new(name,
            new LabInterface("eth0", $"10.71.0.{number}/24") { Network = "inside" },
            new LabInterface("eth1", $"10.72.0.{number}/24") { Network = "outside" })
        {
            Furnish = node =>
            {
                node.UseDaemon(daemon);
                node.WriteFile("/etc/keepalived/keepalived.conf", $$"""
                    vrrp_sync_group G {
                        group {
                            VI_IN
                            VI_OUT
                        }
                    }
                    {{Instance("VI_IN", "eth0", 51, priority, Inside)}}
                    {{Instance("VI_OUT", "eth1", 52, priority, Outside)}}

                    """);
            },
        };

    private static string Instance(string name, string card, int id, int priority, string address) => $$"""
        vrrp_instance {{name}} {
            state BACKUP
            interface {{card}}
            version 3
            virtual_router_id {{id}}
            priority {{priority}}
            advert_int 0.1
            virtual_ipaddress {
                {{address}}
            }
        }
        """;

    /// <summary>Waits until a machine holds both addresses and the other neither.</summary>
    private static async Task UntilBothAtAsync(VirtualLab lab, string holder)
    {
        string seen = "";
        for (DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(45); DateTime.UtcNow < end; await Task.Delay(50))
        {
            List<string> held = [];
            foreach (LabNode node in lab.Nodes)
            {
                foreach (HeldAddress a in await AddressReader.ReadAsync(node))
                {
                    if (a.Address.ToString() is Inside or Outside) held.Add($"{node.Name} {a.Address}");
                }
            }

            seen = string.Join(", ", held.Order());
            if (seen == $"{holder} {Inside}, {holder} {Outside}") return;
        }

        Assert.Fail($"{holder} does not hold both: {seen}\n{lab["preferred"].DaemonLog}\n{lab["other"].DaemonLog}");
    }
}
