using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Node;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>What is in the plane for a stateless service, and what is set for it and refused, on a plane in memory.</summary>
public sealed class StatelessServiceTests : IServiceSink
{
    private static readonly RealServer First = Server(1) with { Weight = 3, Checks = [new TcpCheck()] }, Second = Server(2) with { Weight = 5 }, Third = Server(3) with { Weight = 0 };
    private static readonly VirtualServer Web = new()
    {
        Address = IPAddress.Parse("10.0.0.1"),
        Port = 80,
        Scheduler = "mh",
        Stateless = true,
        Forwarding = ForwardingMethod.DirectRouting,
        RealServers = [First, Second],
    };

    private static readonly HaConfiguration Configuration = new() { VirtualServers = [Web] };
    private static readonly PlaneService Foreign = new() { Key = new ServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("10.0.0.9"), 443), Scheduler = "wlc" };

    private readonly List<string> said = [];

    [Fact]
    public void Servers_that_fail_keep_their_places_with_weight_0_and_so_do_those_that_are_configured_with_it()
    {
        var service = ManagedService.Of(Web with { RealServers = [First, Second, Third] });
        Assert.Equal(IpvsServiceFlags.Scheduler1 | IpvsServiceFlags.Scheduler2, service.Desired().Flags);
        Assert.Equal("1=3 2=5 3=0(1)", Table(service));
        Assert.True(service.Health.SetHealth(DestinationKey.Of(First), 0, false, "gone", this));
        Assert.Equal("Disabling service [10.0.1.1]:tcp:80 of VS [10.0.0.1]:tcp:80", said[^1]);
        Assert.Equal("1=0(3) 2=5 3=0(1)", Table(service));

        // Another weight while it is down is the weight of its places.
        var next = ManagedService.Of(Web with { RealServers = [First with { Weight = 4 }, Second] }, service);
        Assert.Equal("1=0(4) 2=5", Table(next));
        Assert.True(next.State(null).Stateless);
    }

    [Fact]
    public void A_drain_of_one_that_has_failed_leaves_it_its_places()
    {
        var drained = new DrainedService(ServiceKey.Of(Web));
        drained.Drains[DestinationKey.Of(First)] = new DrainState { Cause = IpvsDrainCause.ByHand, Remove = false, Began = 0 };
        var service = ManagedService.Of(Web);
        Assert.Equal("1=0(3) 2=5", Table(drained.Shape(service.Desired())));
        _ = service.Health.SetHealth(DestinationKey.Of(First), 0, false, "gone", this);
        Assert.Equal("1=0(3) 2=5", Table(drained.Shape(service.Desired())));
    }

    [Fact]
    public async Task What_it_needs_is_set_before_it_is_there_and_given_back_after_it_is_gone()
    {
        await using var stage = new NodeStage();
        List<string> seen = [];
        stage.Plane.Before = c => seen.Add($"{c.Kind} {Now(stage)}");
        HaNode node = await stage.StartAsync(Configuration);
        Assert.Equal(["AddService 1", "AddDestination 1", "AddDestination 1"], seen);
        Assert.Contains((await node.GetStatusAsync()).IpvsParameters, p => p is { Name: "sloppy_tcp", Wanted: "1", Value: "1" });
        seen.Clear();
        await node.StopAsync();
        Assert.Equal(["RemoveService 1"], seen);
        Assert.Equal("0", Now(stage));
    }

    [Fact]
    public async Task It_is_refused_by_the_name_of_the_service_that_would_be_harmed_and_nothing_changes()
    {
        await using var stage = new NodeStage();
        _ = stage.Plane.Interfere(new PlaneChange(PlaneChangeKind.AddService, Foreign));
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => stage.StartAsync(Configuration));
        Assert.StartsWith("virtual_server tcp 10.0.0.1:80: it is stateless and needs net.ipv4.vs.sloppy_tcp 1", e.Message, StringComparison.Ordinal);
        Assert.Contains("it would harm tcp 10.0.0.9:443: ", e.Message, StringComparison.Ordinal);
        Assert.Equal(("0", 1), (Now(stage), stage.Plane.Read(null).Count));

        // A reload is refused as well, and the one in force stays.
        await using HaNode node = await stage.StartAsync(Configuration with { VirtualServers = [] });
        _ = await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(Configuration));
        Assert.Equal(("0", 1), (Now(stage), stage.Plane.Read(null).Count));

        // Not where it is meant, and not where the other goes by the packet alone or has no such packets.
        _ = await node.ApplyAsync(Configuration with { Ipvs = new IpvsSettings { Parameters = [new("sloppy_tcp", "1")] } });
        Assert.Equal(2, stage.Plane.Read(null).Count);
        _ = await node.ApplyAsync(new HaConfiguration());
        Replace(stage, Foreign with { Scheduler = "sh" });
        _ = await node.ApplyAsync(Configuration);
        _ = await node.ApplyAsync(new HaConfiguration());
        Assert.Equal("0", Now(stage));
    }

    [Fact]
    public async Task Where_it_is_set_already_nothing_is_refused_and_one_that_comes_later_is_told_by_its_name()
    {
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(Configuration);
        _ = stage.Plane.Interfere(new PlaneChange(PlaneChangeKind.AddService, Foreign));
        _ = await node.ApplyAsync(Configuration with { VirtualServers = [Web with { DelayLoop = TimeSpan.FromSeconds(7) }] });
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Notes.Any(n => n.StartsWith("tcp 10.0.0.9:443 is not a service of this node, and net.ipv4.vs.sloppy_tcp", StringComparison.Ordinal)));
        Assert.Single(stage.Messages(node), m => m.StartsWith("tcp 10.0.0.9:443 is not", StringComparison.Ordinal));
        Replace(stage, Foreign with { Scheduler = "dh" });
        await stage.UntilAsync(async () => !(await node.GetStatusAsync()).Notes.Any(n => n.Contains("sloppy_tcp", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Of_another_node_of_the_network_namespace_it_says_the_name()
    {
        await using var stage = new NodeStage();
        await using HaNode other = await stage.StartAsync(new HaConfiguration { VirtualServers = [Web with { Port = 81, Stateless = false, Scheduler = "rr", RealServers = [] }] });
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => stage.StartAsync(Configuration));
        Assert.Contains("it would harm tcp 10.0.0.1:81 (of node n1): ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_node_does_not_take_it_away_from_the_first()
    {
        await using var stage = new NodeStage();
        HaNode first = await stage.StartAsync(Configuration);
        HaNode second = await stage.StartAsync(new HaConfiguration { VirtualServers = [Web with { Port = 81, RealServers = [] }] });
        await first.StopAsync();
        Assert.Equal("1", Now(stage));
        await second.StopAsync();
        Assert.Equal("0", Now(stage));
    }

    [Fact]
    public async Task Which_share_of_the_clients_has_another_server_is_told()
    {
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(Configuration with { VirtualServers = [Web with { RealServers = [Server(1), Server(2)] }] });
        _ = await node.ApplyAsync(Configuration with { VirtualServers = [Web with { RealServers = [Server(1), Server(2) with { Weight = 3 }] }] });
        string told = Assert.Single(stage.Messages(node), m => m.Contains("another real server for", StringComparison.Ordinal));
        Assert.Matches(@"^VS \[10\.0\.0\.1\]:tcp:80: another real server for 2[3-9](\.\d)? % of the clients; ", told);
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state) => said.Add(message);

    void IServiceSink.OnPrepared(string instance)
    {
    }

    private static RealServer Server(int host) => new() { Address = IPAddress.Parse($"10.0.1.{host}"), Port = 80 };

    private static string? Now(NodeStage stage) => stage.Plane.ReadParameter(IpvsParameterCatalogue.Find("sloppy_tcp")!);

    private static void Replace(NodeStage stage, PlaneService service) => Assert.Equal(0, stage.Plane.Interfere(new PlaneChange(PlaneChangeKind.SetService, service)));

    private static string Table(ManagedService service) => Table(service.Desired());

    private static string Table(PlaneService service) =>
        string.Join(' ', service.Destinations.Select(d => $"{d.Key.Address.GetAddressBytes()[3]}={d.Weight}{(d.EnteredWeight is { } entered ? $"({entered})" : "")}"));
}
