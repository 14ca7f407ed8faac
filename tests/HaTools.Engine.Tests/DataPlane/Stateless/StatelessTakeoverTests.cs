using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.DataPlane.Drain;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>Open connections whose packets come to another director from one moment on, as when that has taken their address over.</summary>
[Trait("Needs", "ipvs")]
public sealed class StatelessTakeoverTests
{
    private const string Address = "10.9.9.9";

    [IpvsKernelTheory]
    [InlineData(ForwardingMethod.DirectRouting)]
    [InlineData(ForwardingMethod.Tunnel)]
    public async Task A_director_that_has_heard_of_no_connection_sends_each_where_it_was(ForwardingMethod method)
    {
        using var network = new TestNetwork(5);
        TestNode client = network.Nodes[0];
        foreach (TestNode director in network.Nodes[1..3]) _ = director.Ip($"addr add {Address}/32 dev lo");
        using EchoServer a = Serve(network.Nodes[3], 'a', method), b = Serve(network.Nodes[4], 'b', method);
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        await using HaNode first = await stage.StartAsync(network.Nodes[1], Configuration(method, 4, 5));

        // Its table has another history.
        await using HaNode second = await stage.StartAsync(network.Nodes[2], Configuration(method, 5));
        _ = await second.ApplyAsync(Configuration(method, 5, 4));

        _ = client.Ip($"route add {Address}/32 via 10.9.0.2");
        List<LabConnection> connections = [.. Enumerable.Range(0, 20).Select(_ => Connect(client))];
        try
        {
            Assert.Equal(2, connections.Select(c => c.Server).Distinct().Count());
            foreach (int director in (int[])[3, 2])
            {
                _ = client.Ip($"route replace {Address}/32 via 10.9.0.{director}");
                Assert.All(connections, c => Assert.True(c.Echoes()));
            }

            // The kernel alone would not take them up.
            connections.Add(Connect(client));
            _ = await second.ApplyAsync(Configuration(method, 5, 4) with { Ipvs = new IpvsSettings { Parameters = [new("sloppy_tcp", "0")] } });
            _ = client.Ip($"route replace {Address}/32 via 10.9.0.3");
            connections[^1].Send();
            Assert.True(connections[^1].IsReset());
        }
        finally
        {
            foreach (LabConnection connection in connections) connection.Dispose();
        }
    }

    private static LabConnection Connect(TestNode client) => client.Namespace.Run(() => new LabConnection(new IPEndPoint(IPAddress.Parse(Address), 80), 0));

    private static EchoServer Serve(TestNode server, char name, ForwardingMethod method)
    {
        string device = method == ForwardingMethod.Tunnel ? "tunl0" : "lo";
        server.Namespace.Run(() =>
        {
            Linux.Sysctl.Write("net/ipv4/conf/all/rp_filter", "0");
            Linux.Sysctl.Write("net/ipv4/conf/all/arp_announce", "2");
        });
        _ = server.Ip($"link set {device} up");
        if (device != "lo") server.Namespace.Run(() => Linux.Sysctl.Write($"net/ipv4/conf/{device}/rp_filter", "0"));
        _ = server.Ip($"addr add {Address}/32 dev {device}");
        return EchoServer.Start(server, name, IPAddress.Parse(Address));
    }

    private static HaConfiguration Configuration(ForwardingMethod method, params int[] servers) => new()
    {
        VirtualServers =
        [
            new VirtualServer
            {
                Address = IPAddress.Parse(Address),
                Port = 80,
                Scheduler = "mh",
                Stateless = true,
                Forwarding = method,
                RealServers = [.. servers.Select(s => new RealServer { Address = IPAddress.Parse($"10.9.0.{s}"), Port = 80 })],
            },
        ],
    };
}
