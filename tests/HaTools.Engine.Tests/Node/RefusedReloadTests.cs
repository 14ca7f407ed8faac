using System.Net;
using System.Net.Sockets;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Checks.Http;
using HaTools.Engine.Tests.Names;

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
        HaEngineException refused = await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(Impossible(wanted)));
        Assert.StartsWith("No such interface: missing0", refused.Message, StringComparison.Ordinal);

        // Which is not waited for: a check says nothing that it has said already.
        await stage.UntilAsync(() => Task.FromResult(Ports(stage).SequenceEqual([2, up.Port])));
    }

    [Fact]
    public async Task Servers_of_a_name_are_what_it_had_while_its_name_servers_are_silent()
    {
        await using var stage = new NodeStage();
        using var names = new TestNameServer();
        names.Has("app.example", "127.0.0.11");
        HaConfiguration before = Configuration(new RealServer { HostName = "app.example", Port = 7 }, Server(2)) with { Resolver = TestNameServer.Settings(names) };
        await using HaNode node = await stage.StartAsync(before);
        await stage.UntilAsync(() => Task.FromResult(Ports(stage).SequenceEqual([2, 7])));
        names.IsSilent = true;

        _ = await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(Impossible(Configuration(Server(2)) with { Resolver = before.Resolver })));
        Assert.Equal(["2 1", "7 1"], Weights());

        // Once a configuration without it is in force it is asked for anew.
        _ = await node.ApplyAsync(Configuration(Server(2)) with { Resolver = before.Resolver });
        _ = await node.ApplyAsync(before);
        Assert.Equal(["2 1"], Weights());

        // Who leaves is drained.
        string[] Weights() => [.. stage.Plane.Read(null)[0].Destinations.Where(d => d.Weight > 0).Select(d => $"{d.Key.Port} {d.Weight}").Order()];
    }

    [Fact]
    public async Task What_could_not_be_put_back_is_by_the_next_reload_though_nothing_is_new_in_it()
    {
        await using var stage = new NodeStage();
        HaConfiguration before = Configuration(Server(1)) with { Ipvs = new IpvsSettings { TcpTimeout = TimeSpan.FromSeconds(700) } };
        await using HaNode node = await stage.StartAsync(before);
        stage.Plane.RefuseTimeouts = t => t.Tcp == 700 ? "not now" : null;

        HaEngineException refused = await Assert.ThrowsAsync<HaEngineException>(
            () => node.ApplyAsync(Impossible(Configuration(Server(2)) with { Ipvs = new IpvsSettings { TcpTimeout = TimeSpan.FromSeconds(800) } })));
        Assert.Contains("not now", refused.Message, StringComparison.Ordinal);
        Assert.Equal([2], Ports(stage));

        Assert.Contains(stage.Messages(node), m => m.StartsWith("The configuration in force could not be put back whole", StringComparison.Ordinal));

        stage.Plane.RefuseTimeouts = null;
        Assert.Empty((await node.ApplyAsync(before)).Changes);
        Assert.Equal([1], Ports(stage));
        Assert.Equal(700u, stage.Plane.ReadTimeouts().Tcp);
        Assert.Equal(0, (await node.GetStatusAsync()).Generation);
    }

    [Fact]
    public async Task Nobody_is_told_what_one_wants_to_be_told_that_is_refused_at_the_very_end()
    {
        HaConfiguration before = Configuration(Server(1));
        VirtualServer more = before.VirtualServers[0] with { Port = 81 };
        await using var stage = new NodeStage { OpenPlane = () => new SilentPlane(ServiceKey.Of(more), new IOException(SilentPlane.Words)) };
        int calls = 0;
        using var hook = new TestServer(call =>
        {
            Interlocked.Increment(ref calls);
            call.Dispose();
            return Task.CompletedTask;
        });
        await using HaNode node = await stage.StartAsync(before);

        IOException refused = await Assert.ThrowsAsync<IOException>(() => node.ApplyAsync(before with
        {
            VirtualServers = [before.VirtualServers[0], more],
            Webhooks = [new Webhook { Name = "chat", Url = $"http://{hook.EndPoint}/" }],
            Ipvs = new IpvsSettings { Foreign = IpvsForeignPolicy.Purge },
        }));
        Assert.Equal(SilentPlane.Words, refused.Message);
        await Task.Delay(300);
        Assert.Equal(0, Volatile.Read(ref calls));
    }

    [Fact]
    public async Task It_is_as_before_whatever_it_was_refused_for()
    {
        HaConfiguration before = Configuration(Server(1));
        VirtualServer more = before.VirtualServers[0] with { Port = 81 };
        var plane = new SilentPlane(ServiceKey.Of(more), new SocketException((int)SocketError.TooManyOpenSockets));
        await using var stage = new NodeStage { OpenPlane = () => plane };
        await using HaNode node = await stage.StartAsync(before);

        _ = await Assert.ThrowsAsync<SocketException>(() => node.ApplyAsync(
            before with { VirtualServers = [before.VirtualServers[0], more], Ipvs = new IpvsSettings { Foreign = IpvsForeignPolicy.Purge } }));
        Assert.Equal([ServiceKey.Of(before.VirtualServers[0])], plane.Read(null).Select(s => s.Key));
    }

    [Fact]
    public async Task A_server_that_is_down_stays_so_also_when_it_is_refused_at_the_very_end()
    {
        RealServer down = Server(1, Often), other = Server(2);
        HaConfiguration before = Configuration(down, other);
        VirtualServer more = before.VirtualServers[0] with { Port = 81 };
        var plane = new SilentPlane(ServiceKey.Of(more), new IOException(SilentPlane.Words));
        await using var stage = new NodeStage { OpenPlane = () => plane };
        await using HaNode node = await stage.StartAsync(before);
        await stage.UntilAsync(() => Task.FromResult(Ports().SequenceEqual([2])));

        _ = await Assert.ThrowsAsync<IOException>(() => node.ApplyAsync(
            Configuration(other) with { VirtualServers = [Configuration(other).VirtualServers[0], more], Ipvs = new IpvsSettings { Foreign = IpvsForeignPolicy.Purge } }));
        Assert.Equal([2], Ports());

        IEnumerable<int> Ports() => plane.Read([ServiceKey.Of(before.VirtualServers[0])])[0].Destinations.Where(d => d.Weight > 0).Select(d => (int)d.Key.Port);
    }

    /// <summary>What cannot run here, which shows when the table has gone over to it.</summary>
    private static HaConfiguration Impossible(HaConfiguration wanted) => wanted with
    {
        VrrpInstances = [new() { Name = "VI_1", Interface = "missing0", VirtualRouterId = 1, VirtualAddresses = [new() { Address = IPAddress.Parse("192.0.2.1") }] }],
    };

    private static IEnumerable<int> Ports(NodeStage stage) => stage.Plane.Read(null)[0].Destinations.Where(d => d.Weight > 0).Select(d => (int)d.Key.Port).Order();

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
