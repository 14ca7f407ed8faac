using System.Net;
using System.Net.Sockets;
using HaTools.Engine.Control;
using HaTools.Engine.Tests.Scripts;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>The scripts of services and real servers in a whole node without VRRP: checks on loopback, and a data plane in memory.</summary>
public sealed class ServiceScriptNodeTests : IDisposable
{
    private readonly NodeStage stage = new();
    private readonly string say;

    public ServiceScriptNodeTests() => say = Executable.Script(Path.Combine(stage.RunDirectory, "say"), $"echo \"$*\" >> {Log}");

    private string Log => Path.Combine(stage.RunDirectory, "told");

    [Fact]
    public async Task A_node_s_life_is_told_from_the_start_to_the_stop()
    {
        using Socket first = Listen(), second = Listen();
        HaConfiguration both = Configuration(Service(80, omega: true, first, second));
        HaNode node = await stage.StartAsync(both);
        await UntilTold("80 quorum up");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Services[0].Notify?.LastResult == "exit 0");

        int port = Port(second);
        second.Dispose();
        await UntilTold($"80 {port} down", "80 quorum down");
        IpvsRealServerState lost = (await node.GetStatusAsync()).Services[0].RealServers[1];
        Assert.Equal(("notify_down", "DOWN"), (lost.Notify!.Running?.Split(' ')[0] ?? lost.Notify.LastScript, lost.Notify.LastState ?? "DOWN"));

        // A service that comes is told of, and one that does not change is not.
        await node.ApplyAsync(both with { VirtualServers = [.. both.VirtualServers, Service(81, omega: false, first)] });
        await UntilTold("81 quorum up");

        // What goes is: of the first service the server that is up, of the second all.
        VirtualServer smaller = both.VirtualServers[0] with { RealServers = [both.VirtualServers[0].RealServers[1]] };
        await node.ApplyAsync(both with { VirtualServers = [smaller] });
        await UntilTold($"80 {Port(first)} down", $"81 {Port(first)} down", "81 quorum down");

        await node.StopAsync();
        Assert.Equal("80 quorum down", Taken());
    }

    [Fact]
    public async Task Servers_that_are_up_at_the_start_are_told_of_where_that_is_asked_for()
    {
        using Socket server = Listen();
        await using HaNode node = await stage.StartAsync(Configuration(Service(80, omega: false, server)) with { NotifyUpAtStart = true });
        await UntilTold($"80 {Port(server)} up", "80 quorum up");
        await node.StopAsync();
        Assert.Equal("", Taken());
    }

    [Fact]
    public async Task A_server_that_is_drained_by_hand_is_not_told_of_but_the_quorum_that_it_takes_with_it()
    {
        using Socket first = Listen(), second = Listen();
        await using HaNode node = await stage.StartAsync(Configuration(Service(80, omega: true, first, second)));
        await UntilTold("80 quorum up");
        _ = await ((IControlledNode)node).DrainAsync("tcp 127.0.0.2:80", $"127.0.0.1:{Port(first)}", null, false);
        await UntilTold("80 quorum down");
    }

    [NamespaceFact]
    public async Task What_a_configuration_told_that_cannot_run_is_taken_back()
    {
        using var network = new TestNetwork(1);
        HaConfiguration good = Configuration(Unchecked(80));
        await using HaNode node = await stage.StartAsync(network.Nodes[0], good);
        await UntilTold("80 quorum up");

        _ = await Assert.ThrowsAsync<HaEngineException>(
            () => node.ApplyAsync(good with { VirtualServers = [.. good.VirtualServers, Unchecked(81)], VrrpInstances = [TestHost.Instance(100) with { Interface = "nowhere0" }] }));

        await UntilTold("81 quorum up", "81 9 down", "81 quorum down");
    }

    public void Dispose() => stage.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static HaConfiguration Configuration(params VirtualServer[] services) => new() { ScriptUser = "root|nobody", ScriptSecurity = false, VirtualServers = [.. services] };

    /// <summary>A service that all of its servers carry together.</summary>
    private VirtualServer Service(int port, bool omega, params Socket[] servers) => new()
    {
        Address = IPAddress.Parse("127.0.0.2"),
        Port = port,
        DelayLoop = TimeSpan.FromSeconds(1),
        Quorum = servers.Length,
        QuorumUp = new NotifyScript($"{say} {port} quorum up"),
        QuorumDown = new NotifyScript($"{say} {port} quorum down"),
        Omega = omega,
        Drain = null,
        RealServers =
        [
            .. servers.Select(s => new RealServer
            {
                Address = IPAddress.Loopback,
                Port = Port(s),
                Checks = [new TcpCheck { Retry = 0, DelayBeforeRetry = TimeSpan.Zero }],
                NotifyUp = new NotifyScript($"{say} {port} {Port(s)} up"),
                NotifyDown = new NotifyScript($"{say} {port} {Port(s)} down"),
            }),
        ],
    };

    private VirtualServer Unchecked(int port) => Service(port, omega: false) with
    {
        Quorum = 1,
        RealServers = [new RealServer { Address = IPAddress.Parse("127.0.0.9"), Port = 9, NotifyDown = new NotifyScript($"{say} {port} 9 down") }],
    };

    // These, and nothing else; in any order, since the scripts of two objects run side by side.
    private async Task UntilTold(params string[] lines)
    {
        string expected = string.Join(',', lines.Order(StringComparer.Ordinal));
        try
        {
            await stage.UntilAsync(() => Task.FromResult(Read() is var now && now.Split(',').Length >= lines.Length && now.Length >= expected.Length));
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }

        Assert.Equal(expected, Taken());
    }

    private string Read() => File.Exists(Log) ? string.Join(',', File.ReadAllLines(Log).Order(StringComparer.Ordinal)) : "";

    private string Taken()
    {
        string taken = Read();
        File.Delete(Log);
        return taken;
    }
}
