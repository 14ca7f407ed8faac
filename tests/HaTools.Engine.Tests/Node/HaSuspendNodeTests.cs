using System.Net;
using System.Net.Sockets;
using HaTools.Configuration;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>Nodes that check real servers only while the service's address is on the host, and a data plane in memory.</summary>
public sealed class HaSuspendNodeTests
{
    [NamespaceFact]
    public async Task Servers_are_checked_while_the_address_is_here_and_stay_as_they_are_while_it_is_not()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        string good = stage.NewFlag("good"), runs = Path.Combine(stage.RunDirectory, "runs");
        using Socket server = Listen(host, 8001);
        HaConfiguration wanted = Read($$"""
            {{Service(80, "ha_suspend")}}
            real_server 10.9.0.1 8001 {
            TCP_CHECK {
            }
            }
            real_server 10.9.0.1 8002 {
            TCP_CHECK {
            }
            }
            real_server 10.9.0.1 8003 {
            MISC_CHECK {
            misc_path "sh -c 'echo run >> {{runs}}; test -e {{good}}'"
            }
            }
            }
            {{Service(81, "")}}
            real_server 10.9.0.1 8002 {
            TCP_CHECK {
            }
            }
            }
            global_defs {
            script_user root
            }
            """);
        await using HaNode node = await stage.StartAsync(host, wanted);

        // Where the address does not matter the dead one is found; where it does nobody looks.
        await UntilAsync("80: 8001 8002 8003 81:");
        Assert.Equal([true, false], (await node.GetStatusAsync()).Services.Select(s => s.ChecksSuspended));
        Assert.All((await node.GetStatusAsync()).Services[0].RealServers, s => Assert.False(s.Checks[0].Spoken));
        Assert.False(File.Exists(runs));

        _ = host.Ip("addr add 10.9.0.100/32 dev eth0");
        await UntilAsync("80: 8001 8003 81:");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Services[0].RealServers.All(s => s.Checks[0].Spoken));
        _ = await stage.UntilEventAsync(node, "Activating healthcheckers for VS [10.9.0.100]:tcp:80");
        File.Delete(good);
        await UntilAsync("80: 8001 81:");

        // What happens to servers meanwhile is not seen, nor does a reload look.
        _ = host.Ip("addr del 10.9.0.100/32 dev eth0");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Services[0].ChecksSuspended);
        _ = stage.NewFlag("good");
        server.Dispose();
        _ = await node.ApplyAsync(wanted with { VirtualServers = [wanted.VirtualServers[0] with { DelayLoop = TimeSpan.FromMilliseconds(50) }, wanted.VirtualServers[1] with { RealServers = [wanted.VirtualServers[1].RealServers[0] with { Port = 8004 }] }] });
        await UntilAsync("80: 8001 81:");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Services[1].RealServers[0].Checks[0].Spoken);
        Assert.Equal("80: 8001 81:", Servers());

        _ = host.Ip("addr add 10.9.0.100/32 dev eth0");
        await UntilAsync("80: 8003 81:");

        // Without the word the address does not matter.
        _ = host.Ip("addr del 10.9.0.100/32 dev eth0");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Services[0].ChecksSuspended);
        File.Delete(good);
        _ = await node.ApplyAsync(wanted with { VirtualServers = [wanted.VirtualServers[0] with { HaSuspend = false }, wanted.VirtualServers[1]] });
        await UntilAsync("80: 81:");
        Assert.False((await node.GetStatusAsync()).Services[0].ChecksSuspended);

        string Servers() => string.Join(' ', stage.Plane.Read(null).OrderBy(s => s.Key.Port).Select(s =>
            string.Join(' ', [$"{s.Key.Port}:", .. s.Destinations.Select(d => d.Key.Port).Order().Select(p => $"{p}")])));

        async Task UntilAsync(string servers)
        {
            try
            {
                await stage.UntilAsync(() => Task.FromResult(Servers() == servers));
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"the servers are {Servers()}, not {servers}\n{string.Join('\n', stage.Messages(node))}");
            }
        }
    }

    [NamespaceFact]
    public async Task Servers_of_a_group_are_checked_while_any_of_its_addresses_is_here()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        HaConfiguration wanted = Read("""
            virtual_server_group pair {
            10.9.0.100-101 80
            }
            virtual_server group pair {
            protocol TCP
            delay_loop 0.1
            retry 0
            ha_suspend
            real_server 10.9.0.1 8002 {
            TCP_CHECK {
            }
            }
            real_server 10.9.0.1 8003 {
            }
            }
            """);
        await using HaNode node = await stage.StartAsync(host, wanted);
        IpvsServiceState pair = Assert.Single((await node.GetStatusAsync()).Services);
        Assert.True(pair.ChecksSuspended);
        Assert.Equal([2, 2], stage.Plane.Read(null).Select(s => s.Destinations.Count));

        _ = host.Ip("addr add 10.9.0.101/32 dev eth0");
        await stage.UntilAsync(() => Task.FromResult(stage.Plane.Read(null).All(s => s.Destinations.Count == 1)));
        _ = await stage.UntilEventAsync(node, "Activating healthcheckers for VS [pair]:0");
        _ = host.Ip("addr del 10.9.0.101/32 dev eth0");
        _ = await stage.UntilEventAsync(node, "Suspending healthcheckers for VS [pair]:0: none of its addresses is on this host");
    }

    private static string Service(int port, string more) => $"virtual_server 10.9.0.100 {port} {{\nprotocol TCP\ndelay_loop 0.1\nretry 0\n{more}\n";

    private static Socket Listen(TestNode host, int port) => host.Namespace.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("10.9.0.1"), port));
        socket.Listen();
        return socket;
    });

    private static HaConfiguration Read(string text)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText(text, "t.conf", ConfigurationFormat.Keepalived);
        Assert.Empty(read.Diagnostics);
        return read.Configuration!;
    }
}
