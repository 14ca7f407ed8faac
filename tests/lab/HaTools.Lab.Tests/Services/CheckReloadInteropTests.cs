using System.Net.Sockets;
using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Services;

/// <summary>Reloads that take a check from a server, add one and replace one, while the server is up and while it is down, by hanode and by Debian's keepalived: the same servers are in the kernel's table afterwards.</summary>
[Trait("Needs", "ipvs")]
public sealed class CheckReloadInteropTests
{
    private static readonly CancellationToken stop = CancellationToken.None;

    [IpvsFact]
    public async Task A_reload_of_the_checks_of_a_server_leads_to_the_same_table()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync([Director("ours", 1, DirectorDaemon.Hanode), Director("theirs", 2, DirectorDaemon.Keepalived)], stop);
        LabNode[] both = [lab["ours"], lab["theirs"]];
        List<Socket> listening = [];
        foreach (LabNode node in both)
            foreach (int port in (int[])[8001, 8003, 8004]) listening.Add(await Listener.OnAsync(node, port));
        await Task.WhenAll(both.Select(n => n.StartDaemonAsync(stop)));

        // Nobody is at 8002: the server that is asked for it as well goes, and is back without that check.
        await LikeAsync("8003");
        await ReloadAsync([8001], "8001 8003");

        // Added to a server that is up, it takes it out when it has failed; replaced by one that is good, the server comes back.
        await ReloadAsync([8001, 8002], "8003");
        await ReloadAsync([8001, 8004], "8001 8003");
        await ReloadAsync([8002, 8004], "8003");
        await ReloadAsync([8004, 8001], "8001 8003");
        foreach (Socket socket in listening) socket.Dispose();

        async Task ReloadAsync(int[] ports, string servers)
        {
            foreach (LabNode node in both)
            {
                node.WriteFile("/etc/keepalived/keepalived.conf", Configuration(node.Name == "ours" ? 1 : 2, ports));
                (await node.RunAsync("systemctl reload keepalived", stop)).OrThrow();
            }

            await LikeAsync(servers);
        }

        Task LikeAsync(string servers) => Eventually.True(
            () => both.All(n => Servers(n) == servers), () => $"not {servers}: {Servers(both[0])} and {Servers(both[1])}\n{both[0].DaemonLog}\n{both[1].DaemonLog}");
    }

    private static string Servers(LabNode node) => string.Join(' ', IpvsTable.Read(node).SelectMany(s => s.Servers).Select(s => s.Address.Split(':')[1]).Order(StringComparer.Ordinal));

    private static LabNodeSpec Director(string name, int number, DirectorDaemon daemon) =>
        new(name, new LabInterface("eth0", $"10.70.0.{number}/24") { Network = $"lan{number}" })
        {
            Furnish = node =>
            {
                node.UseDaemon(daemon);
                node.WriteFile("/etc/keepalived/keepalived.conf", Configuration(number, [8001, 8002]));
            },
        };

    private static string Configuration(int number, int[] ports) => $$"""
        virtual_server 10.70.0.100 80 {
            delay_loop 1
            lb_algo rr
            lb_kind NAT
            protocol TCP
            real_server 10.70.0.{{number}} 8001 {
                {{string.Concat(ports.Select(Check))}}
            }
            real_server 10.70.0.{{number}} 8003 {
                {{Check(8003)}}
            }
        }

        """;

    private static string Check(int port) => $"TCP_CHECK {{\n connect_port {port}\n connect_timeout 5\n retry 0\n}}\n";
}
