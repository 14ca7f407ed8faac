using System.Net;
using System.Net.Sockets;
using HaTools.Engine.Control;
using HaTools.Engine.DataPlane;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.Node;

/// <summary>A node without VRRP: checks on loopback and a data plane in memory, so that no privilege is needed.</summary>
public sealed class HaNodeServicesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_server_that_fails_its_check_leaves_the_service_and_returns_when_it_is_good()
    {
        await using var stage = new NodeStage();
        using var server = new Listener();
        await using HaNode node = await stage.StartAsync(Configuration(server.Port));
        Assert.Equal(["AddService", "AddDestination"], stage.Plane.TakeApplied().Select(c => c.Kind.ToString()));
        _ = await stage.UntilEventAsync(node, $"TCP connection to [127.0.0.1]:tcp:{server.Port} success.");

        server.Close();
        _ = await stage.UntilEventAsync(node, $"Removing service [127.0.0.1]:tcp:{server.Port} from VS [127.0.0.2]:tcp:80");
        await stage.UntilAsync(() => Task.FromResult(stage.Plane.Read(null)[0].Destinations.Count == 0));
        IpvsRealServerState down = (await node.GetStatusAsync()).Services[0].RealServers[0];
        Assert.False(down.Up);
        Assert.StartsWith("ECONNREFUSED", down.Reason, StringComparison.Ordinal);
        Assert.Contains(stage.Messages(node), m => m == "Lost quorum 1-0=1 > 0 for VS [127.0.0.2]:tcp:80");

        server.Open();
        _ = await stage.UntilEventAsync(node, $"Adding service [127.0.0.1]:tcp:{server.Port} to VS [127.0.0.2]:tcp:80");
        await stage.UntilAsync(() => Task.FromResult(stage.Plane.Read(null)[0].Destinations.Count == 1));
        Assert.Equal(["RemoveDestination", "AddDestination"], stage.Plane.TakeApplied().Select(c => c.Kind.ToString()));
    }

    [Fact]
    public async Task An_apply_that_changes_one_weight_changes_one_destination_and_nothing_else()
    {
        await using var stage = new NodeStage();
        using var server = new Listener();
        HaConfiguration before = Configuration(server.Port);
        await using HaNode node = await stage.StartAsync(before);
        _ = stage.Plane.TakeApplied();
        VirtualServer service = before.VirtualServers[0];
        RealServer heavier = service.RealServers[0] with { Weight = 7 };
        HaConfiguration after = before with { VirtualServers = [service with { RealServers = [heavier] }] };

        HaChange plan = Assert.Single(await node.PlanAsync(after));
        ApplyResult result = await node.ApplyAsync(after);

        Assert.Equal([plan], result.Changes);
        Assert.Equal(("RealServer", "Weight", "7"), (plan.Kind, plan.Property, plan.After));
        PlaneChange done = Assert.Single(stage.Plane.TakeApplied());
        Assert.Equal((PlaneChangeKind.SetDestination, 7), (done.Kind, done.Destination!.Weight));
        Assert.Equal((1, 1), (result.Generation, (await node.GetStatusAsync()).Generation));
        Assert.Empty((await node.ApplyAsync(after)).Changes);
        Assert.Empty(stage.Plane.TakeApplied());
    }

    [Fact]
    public async Task Foreign_services_survive_the_node()
    {
        await using var stage = new NodeStage();
        using var server = new Listener();
        PlaneService foreign = new() { Key = new ServiceKey(IpvsProtocol.Udp, IPAddress.Parse("127.0.0.9"), 53), Scheduler = "rr" };
        _ = stage.Plane.Apply([new PlaneChange(PlaneChangeKind.AddService, foreign)]);
        HaNode node = await stage.StartAsync(Configuration(server.Port));
        Assert.Equal(2, stage.Plane.Read(null).Count);

        await node.StopAsync();

        Assert.Equal(foreign.Key, Assert.Single(stage.Plane.Read(null)).Key);
        await node.Completion;
    }

    [Fact]
    public async Task A_kernel_without_a_data_plane_stops_the_start_and_leaves_nothing_behind()
    {
        await using var stage = new NodeStage { OpenPlane = () => throw new HaEngineException("needs IPVS") };

        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => stage.StartAsync(Configuration(80)));

        Assert.Equal("virtual_server tcp 127.0.0.2:80: needs IPVS", e.Message);
        Assert.Empty(NodeClient.ListNodes(stage.RunDirectory));
        await using HaNode next = await stage.StartAsync(HaConfiguration.Empty);
        Assert.Equal([next.Name], NodeClient.ListNodes(stage.RunDirectory));
    }

    [Fact]
    public async Task What_the_plane_refuses_is_told_and_tried_again()
    {
        await using var stage = new NodeStage();
        using var server = new Listener();
        stage.Plane.Refuse = c => c.Kind == PlaneChangeKind.AddService ? "no such scheduler" : null;
        await using HaNode node = await stage.StartAsync(Configuration(server.Port));
        Assert.Contains((await node.GetStatusAsync()).Notes, n => n.Contains("no such scheduler", StringComparison.Ordinal));
        Assert.False((await node.GetStatusAsync()).Services[0].Loaded);

        stage.Plane.Refuse = null;

        await stage.UntilAsync(async () => (await node.GetStatusAsync()) is { Notes.Count: 0 } status && status.Services[0].Loaded);
    }

    [Fact]
    public async Task A_reload_reads_the_file_again_and_one_with_errors_changes_nothing()
    {
        await using var stage = new NodeStage();
        using var server = new Listener();
        string file = Path.Combine(stage.RunDirectory, "ha.conf");
        await File.WriteAllTextAsync(file, Text(server.Port, weight: 1));
        await using HaNode node = await stage.StartAsync(Configuration(server.Port), file);
        await using NodeClient client = await NodeClient.ConnectAsync(node.Name, stage.RunDirectory);

        await File.WriteAllTextAsync(file, Text(server.Port, weight: 3));
        PlanReply reply = await client.ReloadAsync();
        Assert.True(reply.Applied);
        Assert.Contains(reply.Changes, c => c is { Kind: "RealServer", Property: "Weight", After: "3" });

        await File.WriteAllTextAsync(file, "virtual_server 127.0.0.2 eighty { real_server }");
        PlanReply refused = await client.ReloadAsync();
        Assert.False(refused.Applied);
        Assert.Contains(refused.Diagnostics, d => d.Severity == HaDiagnosticSeverity.Error && d.Line == 1);
        Assert.Equal(3, stage.Plane.Read(null)[0].Destinations[0].Weight);
    }

    [Fact]
    public async Task A_reload_of_a_file_that_is_empty_just_now_takes_nothing_away()
    {
        await using var stage = new NodeStage();
        using var server = new Listener();
        string file = Path.Combine(stage.RunDirectory, "ha.conf");
        await File.WriteAllTextAsync(file, "\n");
        await using HaNode node = await stage.StartAsync(Configuration(server.Port), file);

        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(node.ReloadAsync);

        Assert.StartsWith($"{file} is empty; the configuration in force stays", e.Message, StringComparison.Ordinal);
        Assert.Single(stage.Plane.Read(null));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_to_its_end_does_not_hold_up_a_stop()
    {
        await using var stage = new NodeStage();
        using var server = new Listener();
        string pipe = Path.Combine(stage.RunDirectory, "pipe.conf");
        using ChildProcess made = ChildProcess.Start(new ChildProcessOptions { FileName = "mkfifo", Arguments = [pipe] });
        Assert.True((await made.WaitAsync()).IsSuccess);
        HaNode node = await stage.StartAsync(Configuration(server.Port), pipe);
        Task<PlanReply> reload = node.ReloadAsync();

        await node.StopAsync();

        Assert.Empty(stage.Plane.Read(null));
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => reload);
        Assert.StartsWith($"{pipe} could not be read within 10 s", e.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(pipe, "");
    }

    [Fact]
    public async Task A_control_socket_that_cannot_be_removed_is_told_and_the_node_has_stopped_all_the_same()
    {
        await using var stage = new NodeStage();
        using var server = new Listener();
        HaNode node = await stage.StartAsync(Configuration(server.Port));
        string socket = ControlSocket.PathOf(stage.RunDirectory, node.Name);
        File.Delete(socket);
        Directory.CreateDirectory(socket);

        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => node.StopAsync());

        Assert.Contains("removing the control socket", e.Message, StringComparison.Ordinal);
        Assert.Empty(stage.Plane.Read(null));
        await node.Completion.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_run_directory_that_somebody_removed_does_not_hinder_the_stop()
    {
        await using var stage = new NodeStage();
        using var server = new Listener();
        HaNode node = await stage.StartAsync(Configuration(server.Port));
        Directory.Delete(stage.RunDirectory, recursive: true);

        await node.StopAsync();

        Assert.Empty(stage.Plane.Read(null));
        Directory.CreateDirectory(stage.RunDirectory);
    }

    [Fact]
    public async Task A_stop_over_the_socket_answers_when_everything_is_given_up()
    {
        await using var stage = new NodeStage();
        using var server = new Listener();
        HaNode node = await stage.StartAsync(Configuration(server.Port));
        await using NodeClient client = await NodeClient.ConnectAsync(node.Name, stage.RunDirectory);

        await client.StopAsync();

        Assert.Empty(stage.Plane.Read(null));
        await node.Completion.WaitAsync(Patience);
        Assert.Empty(NodeClient.ListNodes(stage.RunDirectory));
    }

    private static HaConfiguration Configuration(int port) => new()
    {
        VirtualServers =
        [
            new VirtualServer
            {
                Address = IPAddress.Parse("127.0.0.2"),
                Port = 80,
                DelayLoop = TimeSpan.FromSeconds(1),
                RealServers =
                [
                    new RealServer
                    {
                        Address = IPAddress.Loopback,
                        Port = port,
                        Checks = [new TcpCheck { Retry = 1, DelayBeforeRetry = TimeSpan.FromMilliseconds(100) }],
                    },
                ],
            },
        ],
    };

    private static string Text(int port, int weight) => $$"""
        virtual_server 127.0.0.2 80 {
            delay_loop 1
            lb_algo wlc
            lb_kind NAT
            protocol TCP
            real_server 127.0.0.1 {{port}} {
                weight {{weight}}
                TCP_CHECK {
                    connect_timeout 5
                    retry 1
                    delay_before_retry 1
                }
            }
        }
        """;

    /// <summary>A TCP server on a port of its own that can be closed and opened.</summary>
    private sealed class Listener : IDisposable
    {
        private Socket? socket;

        public Listener() => Open();

        public int Port { get; private set; }

        public void Open()
        {
            socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, Port));
            socket.Listen();
            Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        }

        public void Close()
        {
            socket?.Dispose();
            socket = null;
        }

        public void Dispose() => Close();
    }
}
