using System.Net.Sockets;
using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Services;

/// <summary>One file with scripts of services and real servers, run by hanode and by Debian's keepalived, and the same events: they are called alike (rows L9 and L12).</summary>
[Trait("Needs", "ipvs")]
public sealed class ServiceScriptInteropTests
{
    private const string Log = "/var/log/notify.log";
    private static readonly CancellationToken stop = CancellationToken.None;

    [IpvsFact]
    public async Task The_same_scripts_of_services_and_servers_are_called_in_the_same_order()
    {
        // Not each other's neighbours: each is alone on its network, and its own real servers.
        await using VirtualLab lab = await VirtualLab.StartAsync([Director("ours", 1, DirectorDaemon.Hanode), Director("theirs", 2, DirectorDaemon.Keepalived)], stop);
        string[][] untilStop = await Task.WhenAll(PlayAsync(lab["ours"]), PlayAsync(lab["theirs"]));

        // Side by side run the scripts of several objects: their order among each other says nothing. That of each object's own does.
        (string[] ours, string[] theirs) = (untilStop[0], untilStop[1]);
        foreach (string told in (string[])["web quorum", "web 8001", "web 8002", "web 8003", "sorry quorum", "sorry 8009", "new quorum", "new 8001"])
            Assert.Equal(Of(theirs, told), Of(ours, told));
        Assert.Equal(theirs.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));

        // On a busy machine the second that keepalived gives to scripts of the stop may be over before they have said a word.
        string[] atStop = ["web 8001 down", "web 8002 down", "web quorum down"];
        Assert.Equal(atStop, Calls(lab["ours"])[ours.Length..].Order(StringComparer.Ordinal));
        Assert.Empty(Calls(lab["theirs"])[theirs.Length..].Except(atStop));
    }

    // Each event waits until the last script that it runs has told of it: what comes while a script runs may be skipped.
    private static async Task<string[]> PlayAsync(LabNode node)
    {
        Socket[] servers = [.. await Task.WhenAll(new[] { 8001, 8002, 8003 }.Select(p => Listener.OnAsync(node, p)))];
        await node.StartDaemonAsync(stop);
        await UntilAsync(node, "sorry quorum down", "sorry 8009 down", "web quorum up", "web 8001 up", "web 8002 up", "web 8003 up");

        servers[0].Dispose();
        await UntilAsync(node, "web 8001 down");
        servers[1].Dispose();
        await UntilAsync(node, "web 8002 down", "web quorum down");

        servers[0] = await Listener.OnAsync(node, 8001);
        await UntilAsync(node, 2, "web 8001 up", "web quorum up");
        servers[1] = await Listener.OnAsync(node, 8002);
        await UntilAsync(node, 2, "web 8002 up");

        node.WriteFile("/etc/keepalived/keepalived.conf", Head + Web(node, third: false) + New(node));
        (await node.RunAsync("systemctl reload keepalived", stop)).OrThrow();
        await UntilAsync(node, "web 8003 down", "new 8001 up", "new quorum up");

        string[] untilStop = Calls(node);
        await node.StopDaemonAsync(stop);
        foreach (Socket server in servers) server.Dispose();
        return untilStop;
    }

    private static LabNodeSpec Director(string name, int number, DirectorDaemon daemon) =>
        new(name, new LabInterface("eth0", $"10.70.0.{number}/24") { Network = $"lan{number}" })
        {
            Furnish = node =>
            {
                node.UseDaemon(daemon);
                node.WriteFile("/etc/keepalived/say.sh", $"#!/bin/sh\necho \"$*\" >> {Log}\n", executable: true);
                node.WriteFile("/etc/keepalived/keepalived.conf", Head + Web(node, third: true) + Sorry(node));
            },
        };

    private const string Head = """
        global_defs {
            script_user root
            enable_script_security
            rs_init_notifies
        }

        """;

    // Two of three carry it; the second is down until it has been checked.
    private static string Web(LabNode node, bool third) => Service("web", 80, "quorum 2\nomega", [Server(node, "web", 8001), Server(node, "web", 8002, "alpha"), third ? Server(node, "web", 8003) : ""]);

    // Nobody is there: its sorry server stands in, and it leaves without a word.
    private static string Sorry(LabNode node) => Service("sorry", 81, "omega\nsorry_server 10.70.0.99 80", [Server(node, "sorry", 8009, "alpha")]);

    // Without omega: the stop tells nothing.
    private static string New(LabNode node) => Service("new", 82, "", [Server(node, "new", 8001)]);

    private static string Service(string name, int port, string more, string[] servers) => $$"""
        virtual_server 10.70.0.100 {{port}} {
            delay_loop 1
            lb_algo rr
            lb_kind NAT
            protocol TCP
            {{more}}
            quorum_up "/etc/keepalived/say.sh {{name}} quorum up"
            quorum_down "/etc/keepalived/say.sh {{name}} quorum down"
            {{string.Join("\n", servers)}}
        }

        """;

    private static string Server(LabNode node, string service, int port, string more = "") => $$"""
        real_server {{node.Spec.Interfaces[0].Addresses[0].Split('/')[0]}} {{port}} {
            notify_up "/etc/keepalived/say.sh {{service}} {{port}} up"
            notify_down "/etc/keepalived/say.sh {{service}} {{port}} down"
            TCP_CHECK {
                connect_timeout 5
                retry 0
                {{more}}
            }
        }
        """;

    private static string[] Calls(LabNode node) => node.ReadFile(Log).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Of(string[] calls, string told) => [.. calls.Where(c => c.StartsWith(told + " ", StringComparison.Ordinal))];

    private static Task UntilAsync(LabNode node, params string[] calls) => UntilAsync(node, 1, calls);

    private static Task UntilAsync(LabNode node, int times, params string[] calls) => Eventually.True(
        () => Calls(node) is var now && calls.All(c => now.Count(n => n == c) >= times),
        () => $"{node.Name} has not told {string.Join(", ", calls)} {times} times:\n{string.Join('\n', Calls(node))}\n{node.DaemonLog}");
}
