using System.Net;
using System.Net.Sockets;

namespace HaTools.Engine.Tests.Node;

/// <summary>What is known of real servers when a reload that would have taken them, or their checks, away is refused after the table had gone over to it.</summary>
public sealed class RefusedReloadTests
{
    private static readonly TcpCheck Often = new() { Retry = 0, DelayLoop = TimeSpan.FromMilliseconds(50) };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Servers_are_what_their_checks_had_found(bool serversStay)
    {
        await using var stage = new NodeStage();
        using Socket good = Listen();
        RealServer up = Server(((IPEndPoint)good.LocalEndPoint!).Port, Often with { Alpha = true }), down = Server(1, Often), other = Server(2);
        HaConfiguration before = Configuration(up, down, other);
        await using HaNode node = await stage.StartAsync(before);
        await stage.UntilAsync(() => Task.FromResult(Ports(stage).SequenceEqual([2, up.Port])));

        HaConfiguration wanted = serversStay ? Configuration(up with { Checks = [] }, down with { Checks = [] }, other) : Configuration(other);
        HaEngineException refused = await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(wanted with
        {
            VrrpInstances = [new() { Name = "VI_1", Interface = "missing0", VirtualRouterId = 1, VirtualAddresses = [new() { Address = IPAddress.Parse("192.0.2.1") }] }],
        }));
        Assert.StartsWith("No such interface: missing0", refused.Message, StringComparison.Ordinal);

        // Which is not waited for: a check says nothing that it has said already.
        await stage.UntilAsync(() => Task.FromResult(Ports(stage).SequenceEqual([2, up.Port])));
    }

    private static IEnumerable<int> Ports(NodeStage stage) => stage.Plane.Read(null)[0].Destinations.Select(d => (int)d.Key.Port).Order();

    private static RealServer Server(int port, params HealthCheck[] checks) => new() { Address = IPAddress.Loopback, Port = port, Checks = [.. checks] };

    private static HaConfiguration Configuration(params RealServer[] servers) => new() { VirtualServers = [new VirtualServer { Address = IPAddress.Parse("127.0.0.2"), Port = 80, RealServers = [.. servers] }] };

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }
}
