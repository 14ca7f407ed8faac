using System.Net.Sockets;
using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Services;

/// <summary>
/// One file with quorums, hysteresis, sorry servers and servers that stay with weight 0, run by hanode and by Debian's keepalived, and the same servers come and go: the kernel's tables are alike at each
/// step (row L9, L10).
/// </summary>
[Trait("Needs", "ipvs")]
public sealed class QuorumInteropTests
{
    private static readonly CancellationToken stop = CancellationToken.None;

    [IpvsFact]
    public async Task The_same_servers_make_the_same_table_above_within_and_below_the_quorum()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync([Director("ours", 1, DirectorDaemon.Hanode), Director("theirs", 2, DirectorDaemon.Keepalived)], stop);
        LabNode[] both = [lab["ours"], lab["theirs"]];
        Dictionary<(LabNode, int), Socket> listening = [];
        foreach (int server in (int[])[1, 2, 3, 4]) await ComeAsync(server);
        await Task.WhenAll(both.Select(n => n.StartDaemonAsync(stop)));
        const string All = "1=1 2=1 3=1 4=1";

        // Quorum 3, hysteresis 1: lost below 2, there again at 4.
        await LikeAsync(All, "hysteresis");
        await LikeAsync(All, "stays");
        await LikeAsync($"{All} 9=0", "spare");
        await GoAsync(4);
        await LikeAsync("1=1 2=1 3=1", "hysteresis");
        await LikeAsync("1=1 2=1 3=1 4=0", "stays");
        await GoAsync(3);
        await LikeAsync("1=1 2=1", "hysteresis");
        await GoAsync(2);
        await LikeAsync("9=1", "hysteresis");
        await LikeAsync("1=1 2=0 3=0 4=0", "stays");
        await LikeAsync("1=0 2=0 3=0 4=0 9=1", "spare");
        await ComeAsync(2);
        await ComeAsync(3);
        await LikeAsync("1=1 2=1 3=1 4=0", "stays");
        await LikeAsync("9=1", "hysteresis");
        await LikeAsync("1=1 2=1 3=1 4=0 9=0", "spare");
        await ComeAsync(4);
        await LikeAsync(All, "hysteresis");
        await LikeAsync(All, "stays");
        foreach (Socket socket in listening.Values) socket.Dispose();

        async Task ComeAsync(int server)
        {
            foreach (LabNode node in both) listening[(node, server)] = await Listener.OnAsync(node, 8000 + server);
        }

        Task GoAsync(int server)
        {
            foreach (LabNode node in both) listening[(node, server)].Dispose();
            return Task.CompletedTask;
        }

        Task LikeAsync(string weights, string service) => Eventually.True(
            () => both.All(n => Weights(n, service) == weights),
            () => $"{service} is not {weights}: {Weights(both[0], service)} and {Weights(both[1], service)}\n{both[0].DaemonLog}\n{both[1].DaemonLog}");
    }

    private static string Weights(LabNode node, string service) => string.Join(' ', IpvsTable.Read(node)
        .Where(s => s.Address == $"10.70.0.100:{PortOf(service)}").SelectMany(s => s.Servers).Select(s => (Port: s.Address.Split(':')[1], s.Weight)).OrderBy(s => s.Port).Select(s => $"{s.Port[^1]}={s.Weight}"));

    private static int PortOf(string service) => service switch { "hysteresis" => 80, "stays" => 81, _ => 82 };

    private static LabNodeSpec Director(string name, int number, DirectorDaemon daemon) =>
        new(name, new LabInterface("eth0", $"10.70.0.{number}/24") { Network = $"lan{number}" })
        {
            Furnish = node =>
            {
                node.UseDaemon(daemon);
                string address = $"10.70.0.{number}";
                node.WriteFile("/etc/keepalived/keepalived.conf", Service("hysteresis", "quorum 3\nhysteresis 1\nsorry_server 10.70.0.99 8009", address, "")
                    + Service("stays", "", address, "inhibit_on_failure") + Service("spare", "quorum 2\nsorry_server 10.70.0.99 8009\nsorry_server_inhibit", address, "inhibit_on_failure"));
            },
        };

    private static string Service(string name, string more, string address, string ofServers) => $$"""
        virtual_server 10.70.0.100 {{PortOf(name)}} {
            delay_loop 1
            lb_algo rr
            lb_kind NAT
            protocol TCP
            {{more}}
            {{string.Join("\n", Enumerable.Range(8001, 4).Select(p => Server(address, p, ofServers)))}}
        }

        """;

    private static string Server(string address, int port, string more) => $$"""
        real_server {{address}} {{port}} {
            {{more}}
            TCP_CHECK {
                connect_timeout 5
                retry 0
            }
        }
        """;
}
