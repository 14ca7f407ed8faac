using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.Control;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Tests.DataPlane.Drain;

/// <summary>Drains through the controller, on a plane in memory whose servers have no connections.</summary>
public sealed class DrainerTests : IServiceSink, IDisposable
{
    private static readonly Dictionary<ServiceKey, string> Ungated = [];
    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;
    private readonly WorkThread thread = new("test-drains");
    private readonly MemoryDataPlane plane = new();
    private readonly List<string> told = [];
    private readonly Drainer drainer;
    private readonly DriftDuty drift;
    private readonly ServiceController controller;

    public DrainerTests()
    {
        drainer = New();
        drift = new DriftDuty(() => plane, this, _ => { });
        controller = new ServiceController(thread, () => plane, this, Memory(), drainer, drift);
    }

    private string RememberedIn => Path.Combine(directory, "n.drains.json");

    [Fact]
    public async Task A_server_that_leaves_gets_weight_0_in_place_and_is_removed_when_it_is_empty()
    {
        await Go(Service(1, 2));
        _ = plane.TakeApplied();
        await Go(Service(1));
        Assert.Equal([(1, 1), (2, 0)], Weights());
        IpvsRealServerState leaving = (await controller.GetStatesAsync())[0].RealServers[1];
        Assert.Equal(("192.0.2.102:80", 0, IpvsDrainPhase.Draining, IpvsDrainCause.Left), (leaving.Id, leaving.Weight, leaving.Drain!.Phase, leaving.Drain.Cause));
        Assert.InRange(leaving.Drain.EndsIn!.Value, 1, 60);
        Assert.Contains("New clients go to other servers.", leaving.Drain.Meaning);
        Assert.True(File.Exists(RememberedIn));

        await Eventually.True(() => Weights().Count == 1);
        Assert.Equal([PlaneChangeKind.SetDestination, PlaneChangeKind.RemoveDestination], plane.TakeApplied().Select(c => c.Kind));
        Assert.Single((await controller.GetStatesAsync())[0].RealServers);
        Assert.False(File.Exists(RememberedIn));
        string[] lines = Told();
        Assert.StartsWith(
            "DRAINING Draining [192.0.2.102]:tcp:80 of VS [192.0.2.1]:tcp:80, which the configuration names no more: 0 active, 0 inactive connections; it is removed when they have ended, in 60s at the latest. New clients",
            lines[0], StringComparison.Ordinal);
        Assert.Equal("REMOVED Drained [192.0.2.102]:tcp:80 of VS [192.0.2.1]:tcp:80, and removed it: 0 active, 0 inactive connections", lines[1]);
    }

    [Fact]
    public async Task Where_drain_is_off_a_server_goes_at_once()
    {
        await Go(Service(1, 2) with { Drain = null });
        await Go(Service(1) with { Drain = null });
        Assert.Equal([(1, 1)], Weights());
        Assert.Empty(Told());
    }

    [Fact]
    public async Task A_server_that_comes_back_has_its_weight_again()
    {
        await Go(Service(1, 2));
        await Go(Service(1));
        _ = plane.TakeApplied();
        await Go(Service(1, 2));
        Assert.Equal([(1, 1), (2, 2)], Weights());
        Assert.Equal([PlaneChangeKind.SetDestination], plane.TakeApplied().Select(c => c.Kind));
        Assert.StartsWith("RESTORED Restored [192.0.2.102]:tcp:80", Told()[^1], StringComparison.Ordinal);
        Assert.False(File.Exists(RememberedIn));
    }

    [Fact]
    public async Task A_service_that_goes_takes_its_drained_servers_along()
    {
        await Go(Service(1, 2));
        await Go(Service(1));
        await Go();
        Assert.Empty(plane.Read(null));
        Assert.StartsWith("REMOVED The drain of [192.0.2.102]:tcp:80", Told()[^1], StringComparison.Ordinal);
        Assert.False(File.Exists(RememberedIn));
        await Go(Service(1, 2));
        Assert.Equal([(1, 1), (2, 2)], Weights());
    }

    [Fact]
    public async Task A_service_that_goes_and_comes_back_beside_others_begins_anew()
    {
        VirtualServer other = Service(3) with { Port = 81 };
        await Go(other, Service(1, 2));
        _ = await thread.RunAsync(() => drainer.Drain("192.0.2.1:80", "192.0.2.102", null, remove: false));
        await Go(other);
        Assert.False(File.Exists(RememberedIn));
        await Go(other, Service(1, 2));
        Assert.DoesNotContain((await controller.GetStatesAsync()).SelectMany(s => s.RealServers), s => s.Drain is not null);
    }

    /// <summary>Each time all drains are written: with a group of thousands of services, in portions, it was most of the work of a reload.</summary>
    [Fact]
    public async Task Drains_that_begin_together_are_remembered_once()
    {
        VirtualServer[] services = [.. Enumerable.Range(0, 400).Select(i => Service(1, 2) with { Port = 1000 + i })];
        await Go(services);
        int changes = 0;
        plane.Before = _ => changes += File.Exists(RememberedIn) ? 1000 : 1;
        await Go([.. services.Select(s => s with { RealServers = [s.RealServers[0]] })]);
        Assert.Equal(400, changes);
        Assert.Equal(400, DrainMemory.Load(RememberedIn).Drains.Count);
    }

    [Fact]
    public async Task A_server_that_a_check_has_taken_out_has_nothing_to_drain()
    {
        await Go(Service(1, 2));
        Check(2, up: false);
        await Eventually.True(() => Weights().Count == 1);
        await Go(Service(1));
        Assert.Equal([(1, 1)], Weights());
        Assert.Empty(Told());
    }

    [Fact]
    public async Task By_hand_it_stays_at_weight_0_through_a_reload_and_a_failed_check_until_it_is_restored()
    {
        await Go(Service(1, 2));
        _ = await By(() => drainer.Drain("192.0.2.1:80", "192.0.2.102", null, remove: false));
        await Eventually.True(() => Weights() is [_, (2, 0)]);
        await Eventually.True(() => Told().Any(t => t.StartsWith("DRAINED ", StringComparison.Ordinal)));

        await Go(Service(1, 2) with { Scheduler = "rr", RealServers = [Server(1), Server(2) with { Weight = 9 }] });
        Assert.Equal([(1, 1), (2, 0)], Weights());
        Check(2, up: false);
        await Eventually.True(() => Weights().Count == 1);
        Check(2, up: true);
        await Eventually.True(() => Weights() is [_, (2, 0)]);
        IpvsDrainState drain = (await controller.GetStatesAsync())[0].RealServers[1].Drain!;
        Assert.Equal((IpvsDrainPhase.Drained, 9), (drain.Phase, drain.Weight));

        _ = await By(() => { drainer.Restore("tcp 192.0.2.1:80", "192.0.2.102:80"); return true; });
        await Eventually.True(() => Weights() is [_, (2, 9)]);
        Assert.Null((await controller.GetStatesAsync())[0].RealServers[1].Drain);
    }

    [Fact]
    public async Task By_hand_with_removal_it_is_out_until_it_is_restored()
    {
        await Go(Service(1, 2));
        IReadOnlyList<string> meaning = await By(() => drainer.Drain("192.0.2.1:80", "192.0.2.102", TimeSpan.FromSeconds(60), remove: true));
        Assert.Contains(meaning, m => m.StartsWith("Connections that are left when it is removed hang", StringComparison.Ordinal));
        await Eventually.True(() => Weights().Count == 1);
        Assert.Equal(IpvsDrainPhase.Removed, (await controller.GetStatesAsync())[0].RealServers[1].Drain!.Phase);
        await Go(Service(1, 2) with { Scheduler = "rr" });
        Assert.Equal([(1, 1)], Weights());
        _ = await By(() => { drainer.Restore("192.0.2.1:80", "192.0.2.102"); return true; });
        await Eventually.True(() => Weights() is [_, (2, 2)]);
    }

    [Fact]
    public async Task The_last_server_that_takes_clients_is_not_drained_without_a_word()
    {
        await Go(Service(1));
        IReadOnlyList<string> meaning = await By(() => drainer.Drain("192.0.2.1:80", "192.0.2.101", null, remove: false));
        Assert.Equal("New clients are refused: no other server of the service takes any.", meaning[0]);
    }

    [Fact]
    public async Task What_is_not_there_is_told_with_what_is()
    {
        await Go(Service(1, 2));
        Assert.Equal("there is no service tcp 192.0.2.9:80; there is tcp 192.0.2.1:80", (await Refused(() => drainer.Drain("192.0.2.9:80", "x", null, false))).Message);
        Assert.Equal(
            "tcp 192.0.2.1:80 has no real server 192.0.2.9; there is 192.0.2.101:80, 192.0.2.102:80", (await Refused(() => drainer.Drain("192.0.2.1:80", "192.0.2.9", null, false))).Message);
        Assert.Equal("192.0.2.101:80 of tcp 192.0.2.1:80 is not drained", (await Refused(() => { drainer.Restore("192.0.2.1:80", "192.0.2.101"); return []; })).Message);
        await Go(Service(1));
        Assert.Contains("has left the configuration", (await Refused(() => { drainer.Restore("192.0.2.1:80", "192.0.2.102"); return []; })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mastership_that_is_lost_ends_the_drain_of_what_left_and_keeps_what_was_asked_for()
    {
        var gated = new Dictionary<ServiceKey, string> { [ServiceKey.Of(Service())] = "VI_1" };
        bool master = true;
        await controller.RequireAsync([Service()]);
        await controller.ConfigureAsync([Service(1, 2, 3)], gated, _ => master);
        _ = await By(() => drainer.Drain("192.0.2.1:80", "192.0.2.103", null, remove: false));
        await controller.ConfigureAsync([Service(1, 3)], gated, _ => master);
        await Eventually.True(() => Weights() is [(1, 1), (2, 0), (3, 0)] or [(1, 1), (3, 0)]);
        controller.Release("VI_1");
        await Eventually.True(() => plane.Read(null).Count == 0);
        controller.Hold("VI_1");
        await Eventually.True(() => plane.Read(null).Count == 1);
        Assert.Equal([(1, 1), (3, 0)], Weights());
    }

    [Fact]
    public async Task One_that_the_kernel_refuses_keeps_no_other_drain_from_its_end()
    {
        plane.Refuse = c => c.Kind == PlaneChangeKind.AddDestination && c.Destination!.Key.Address.GetAddressBytes()[3] == 103 ? "EINVAL" : null;
        await Go(Service(1, 2, 3));
        _ = await By(() => drainer.Drain("192.0.2.1:80", "192.0.2.102", null, remove: true));
        await Eventually.True(() => Weights() is [(1, 1)]);
    }

    [Fact]
    public async Task What_is_asked_for_where_the_service_is_not_loaded_holds_for_a_successor_too()
    {
        var gated = new Dictionary<ServiceKey, string> { [ServiceKey.Of(Service())] = "VI_1" };
        var doomed = new WorkThread("test-doomed");
        Drainer former = New();
        using (var killed = new ServiceController(doomed, () => plane, this, Memory(), former))
        {
            await killed.RequireAsync([Service(1, 2, 3)]);
            await killed.ConfigureAsync([Service(1, 2, 3)], gated, _ => false);
            _ = await doomed.RunAsync(() => former.Drain("192.0.2.1:80", "192.0.2.102", null, remove: false));
            _ = await doomed.RunAsync(() => former.Drain("192.0.2.1:80", "192.0.2.103", null, remove: false));
            await Eventually.True(() => File.Exists(RememberedIn) && File.ReadAllText(RememberedIn).Contains("192.0.2.103", StringComparison.Ordinal));
            doomed.Dispose();
        }

        // It is a backup too, at first.
        await controller.RequireAsync([Service(1, 2, 3)]);
        await controller.ConfigureAsync([Service(1, 2, 3)], gated, _ => false);
        Assert.Equal([false, true, true], (await controller.GetStatesAsync())[0].RealServers.Select(r => r.Drain is not null));
        await thread.RunAsync(() => drainer.Restore("192.0.2.1:80", "192.0.2.103"));
        controller.Hold("VI_1");
        await Eventually.True(() => plane.Read(null).Count == 1);
        Assert.Equal([(1, 1), (2, 0), (3, 3)], Weights());
    }

    [Fact]
    public async Task What_cannot_be_remembered_is_in_the_status_and_is_when_it_can()
    {
        await Go(Service(1, 2, 3));
        _ = Directory.CreateDirectory(RememberedIn);
        _ = await By(() => drainer.Drain("192.0.2.1:80", "192.0.2.102", null, remove: false));
        await Eventually.True(() => All().Any(t => t.StartsWith("Warning  the drains of real servers: what is changed on the host cannot be remembered: ", StringComparison.Ordinal)));
        Assert.Single(await controller.GetComplaintsAsync());

        // Nobody looks after it while the service is not loaded.
        await controller.ConfigureAsync([Service(1, 2, 3)], new Dictionary<ServiceKey, string> { [ServiceKey.Of(Service())] = "VI_1" }, _ => false);
        Directory.Delete(RememberedIn);
        await Eventually.True(() => File.Exists(RememberedIn));
        Assert.Empty(await controller.GetComplaintsAsync());
        Assert.Single(All(), t => t.Contains("cannot be remembered", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_successor_of_a_killed_engine_goes_on_with_both_kinds()
    {
        var doomed = new WorkThread("test-doomed");
        Drainer former = New();
        using (var killed = new ServiceController(doomed, () => plane, this, Memory(), former))
        {
            await killed.RequireAsync([Service(1, 2, 3)]);
            await killed.ConfigureAsync([Service(1, 2, 3)], Ungated, _ => true);
            _ = await doomed.RunAsync(() => former.Drain("192.0.2.1:80", "192.0.2.103", TimeSpan.FromSeconds(600), remove: false));
            await killed.ConfigureAsync([Service(1, 3)], Ungated, _ => true);
            doomed.Dispose();
        }

        Assert.Equal([(1, 1), (2, 0), (3, 0)], Weights());
        Assert.True(File.Exists(RememberedIn));

        Drainer next = New();
        using var successor = new ServiceController(thread, () => plane, this, Memory(), next);
        await successor.RequireAsync([Service(1, 3)]);
        await successor.ConfigureAsync([Service(1, 3)], Ungated, _ => true);
        Assert.Equal([(1, 1), (2, 0), (3, 0)], Weights());
        IReadOnlyList<IpvsRealServerState> servers = (await successor.GetStatesAsync())[0].RealServers;
        Assert.Equal([null, IpvsDrainCause.ByHand, IpvsDrainCause.Left], servers.Select(s => s.Drain?.Cause));
        Assert.InRange(servers[1].Drain!.EndsIn!.Value, 500, 600);
        await Eventually.True(() => Weights() is [(1, 1), (3, 0)]);

        await successor.RemoveAllAsync();
        Assert.False(File.Exists(RememberedIn));
    }

    [Fact]
    public async Task A_successor_does_not_take_away_the_service_of_a_server_that_is_drained()
    {
        var doomed = new WorkThread("test-doomed");
        using (var killed = new ServiceController(doomed, () => plane, this, Memory(), New()))
        {
            await killed.RequireAsync([Service(1, 2)]);
            await killed.ConfigureAsync([Service(1, 2)], Ungated, _ => true);
            await killed.ConfigureAsync([Service(1)], Ungated, _ => true);
            doomed.Dispose();
        }

        _ = plane.TakeApplied();
        using var successor = new ServiceController(thread, () => plane, this, Memory(), New());
        await successor.RequireAsync([Service(1)]);

        // As a node starts: nothing is taken away at first, and what nobody names then.
        await successor.ConfigureAsync([Service(1)], Ungated, _ => true, keepRemoved: true);
        await successor.ConfigureAsync([Service(1)], Ungated, _ => true);
        Assert.Equal([(1, 1), (2, 0)], Weights());
        await Eventually.True(() => Weights().Count == 1);
        Assert.Equal([PlaneChangeKind.RemoveDestination], plane.TakeApplied().Select(c => c.Kind));
    }

    [Fact]
    public async Task Weight_0_of_a_drain_is_nobody_else_s_doing_and_another_weight_is()
    {
        await Go(Service(1, 2));
        _ = await By(() => drainer.Drain("192.0.2.1:80", "192.0.2.102", null, remove: false));
        await Eventually.True(() => Weights() is [_, (2, 0)]);
        ServiceKey key = ServiceKey.Of(Service());
        await thread.RunAsync(() => drift.Confirm([key]));
        await thread.RunAsync(() => { });
        Assert.DoesNotContain(All(), t => t.Contains("somebody else", StringComparison.Ordinal));
        Assert.Equal([(1, 1), (2, 0)], Weights());

        PlaneService present = plane.Read(null).Single();
        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.SetDestination, present, present.Destinations.Single(d => d.Weight == 0) with { Weight = 2 }));
        await thread.RunAsync(() => drift.Confirm([key]));
        await Eventually.True(() => Weights() is [_, (2, 0)]);
        await Eventually.True(() => All().Any(t => t.Contains("has changed the weight of real server 192.0.2.102:80 from 0 to 2; it has been put right", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Where_the_scheduler_goes_by_the_weight_before_a_server_is_entered_again_with_that()
    {
        await Go(Service(1, 2) with { Scheduler = "mh" });
        _ = await By(() => drainer.Drain("192.0.2.1:80", "192.0.2.102", null, remove: false));
        await Eventually.True(() => Weights() is [(1, 1), (2, 0)]);
        PlaneService present = plane.Read(null).Single();
        _ = plane.TakeApplied();
        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.RemoveService, present));
        await thread.RunAsync(() => drift.Confirm([present.Key]));
        await Eventually.True(() => Weights() is [(1, 1), (2, 0)]);
        Assert.Equal([2, 0], plane.TakeApplied().Where(c => c.Destination?.Key == DestinationKey.Of(Server(2))).Select(c => c.Destination!.Weight));
    }

    [Fact]
    public async Task The_sorry_server_stands_in_for_the_last_server_that_is_drained_until_it_is_restored()
    {
        VirtualServer service = Service(1) with { SorryServer = Spare };
        await Go(service);
        IReadOnlyList<string> meaning = await By(() => drainer.Drain("192.0.2.1:80", "192.0.2.101", null, remove: false));
        Assert.Equal("New clients go to the sorry server: no other server of the service takes any.", meaning[0]);
        await Eventually.True(() => Weights() is [(1, 0), (9, 3)]);
        IpvsServiceState state = (await controller.GetStatesAsync())[0];
        Assert.Equal((true, 3, 0), (state.SorryServer!.Up, state.SorryServer.Weight, state.RealServers[0].Weight));

        // A reload, and what is drained to the end, leave it so.
        await Go(service with { Scheduler = "rr" });
        await Eventually.True(() => Told().Any(t => t.StartsWith("DRAINED ", StringComparison.Ordinal)));
        Assert.Equal([(1, 0), (9, 3)], Weights());
        Assert.Single(All(), t => t.Contains("Lost quorum", StringComparison.Ordinal));

        _ = await By(() => { drainer.Restore("192.0.2.1:80", "192.0.2.101"); return true; });
        await Eventually.True(() => Weights() is [(1, 1)]);
        Assert.Single(All(), t => t.Contains("Gained quorum", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_sorry_server_stands_in_when_the_others_fail_while_one_is_drained()
    {
        await Go(Service(1, 2) with { SorryServer = Spare });
        _ = await By(() => drainer.Drain("192.0.2.1:80", "192.0.2.101", null, remove: false));
        await Eventually.True(() => Weights() is [(1, 0), (2, 2)]);
        Check(2, up: false);
        await Eventually.True(() => Weights() is [(1, 0), (9, 3)]);

        // One that is left over of another configuration carries nothing, either.
        await Go(Service(2) with { SorryServer = Spare });
        await Eventually.True(() => Weights() is [(1, 0), (9, 3)] or [(9, 3)]);
        Check(2, up: true);
        await Eventually.True(() => Weights() is [(1, 0), (2, 2)] or [(2, 2)]);
    }

    [Fact]
    public async Task A_server_that_becomes_the_sorry_server_drains_until_it_is_needed()
    {
        await Go(Service(1, 2));
        await Go(Service(1) with { SorryServer = Server(2) with { Checks = [] } });
        Assert.Equal([(1, 1), (2, 0)], Weights());
        Check(1, up: false);
        await Eventually.True(() => Weights() is [(2, 2)]);
        Assert.Contains(Told(), t => t == "RESTORED The drain of [192.0.2.102]:tcp:80 of VS [192.0.2.1]:tcp:80 is over: it is the service's sorry server now");
        Check(1, up: true);
        await Eventually.True(() => Weights() is [(1, 1)]);
    }

    [Fact]
    public async Task An_inhibited_server_that_is_down_goes_on_with_its_drain()
    {
        VirtualServer service = Service(1, 2) with { RealServers = [Server(1), Server(2) with { InhibitOnFailure = true }] };
        await Go(service);
        Check(2, up: false);
        await Eventually.True(() => Weights() is [_, (2, 0)]);
        _ = await By(() => drainer.Drain("192.0.2.1:80", "192.0.2.102", null, remove: false));
        await Eventually.True(() => Told().Any(t => t.StartsWith("DRAINED ", StringComparison.Ordinal)));
        Assert.DoesNotContain(Told(), t => t.StartsWith("DOWN ", StringComparison.Ordinal));
        Check(2, up: true);
        await By(() => true);
        await By(() => true);
        Assert.Equal([(1, 1), (2, 0)], Weights());
        IpvsRealServerState state = (await controller.GetStatesAsync())[0].RealServers[1];
        Assert.Equal((true, IpvsDrainPhase.Drained), (state.Up, state.Drain!.Phase));
        _ = await By(() => { drainer.Restore("192.0.2.1:80", "192.0.2.102"); return true; });
        await Eventually.True(() => Weights() is [_, (2, 2)]);
    }

    [Fact]
    public async Task A_server_that_has_left_keeps_its_way_its_tunnel_and_its_thresholds()
    {
        var gue = new IpvsTunnel { Type = TunnelType.Gue, Port = 6080, Checksum = TunnelChecksum.Full };
        RealServer special = Server(2) with { Forwarding = ForwardingMethod.Tunnel, Tunnel = gue, UpperThreshold = 90, LowerThreshold = 40 };
        await Go(Service(1) with { RealServers = [Server(1), special] });
        PlaneDestination before = plane.Read(null).Single().Destinations.Single(d => d.Weight == 2);
        await Go(Service(1) with { Forwarding = ForwardingMethod.DirectRouting });
        Assert.Equal(before with { Weight = 0, EnteredWeight = 2 }, plane.Read(null).Single().Destinations.Single(d => d.Weight == 0));
        Assert.Equal(ForwardingMethod.Tunnel, (await controller.GetStatesAsync())[0].RealServers.Single(s => s.Drain is not null).Forwarding);
    }

    [Fact]
    public async Task A_service_of_a_firewall_mark_is_meant_by_its_mark()
    {
        RealServer[] servers = [Server(1) with { Port = 0 }, Server(2) with { Port = 0 }];
        await Go(new VirtualServer { FirewallMark = 7, RealServers = [.. servers] }, new VirtualServer { FirewallMark = 7, Family = 6 });
        _ = await By(() => drainer.Drain("fwmark 7", "192.0.2.102", null, remove: false));
        await Eventually.True(() => Weights() is [(1, 1), (2, 0)]);
        Assert.StartsWith("DRAINING Draining [192.0.2.102]:none:0 of VS FWM 7 by hand", Told()[0], StringComparison.Ordinal);
        Assert.Equal(
            "fwmark 7 ipv6 has no real server 192.0.2.102; there is none", (await Refused(() => drainer.Drain("fwmark 7 ipv6", "192.0.2.102", null, false))).Message);
        Assert.Equal(
            "there is no service fwmark 8; there is fwmark 7, fwmark 7 ipv6", (await Refused(() => drainer.Drain("fwmark 8", "192.0.2.102", null, false))).Message);
        _ = await By(() => { drainer.Restore("fwmark 7", "192.0.2.102:0"); return true; });
        await Eventually.True(() => Weights() is [_, (2, 2)]);
    }

    [Fact]
    public async Task A_node_drains_by_its_control_socket()
    {
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(new HaConfiguration { VirtualServers = [Service(1, 2)] });
        await using NodeClient client = await NodeClient.ConnectAsync(node.Name, stage.RunDirectory);
        Assert.Equal("New clients go to other servers.", (await client.DrainAsync("192.0.2.1:80", "192.0.2.102:80", TimeSpan.FromSeconds(60)))[0]);
        await stage.UntilAsync(async () => (await client.GetStatusAsync()).Services[0].RealServers[1].Drain?.Phase == IpvsDrainPhase.Drained);
        await client.RestoreAsync("192.0.2.1:80", "192.0.2.102:80");
        await stage.UntilAsync(async () => (await client.GetStatusAsync()).Services[0].RealServers[1] is { Drain: null, Weight: 2 });
        NodeControlException e = await Assert.ThrowsAsync<NodeControlException>(() => client.DrainAsync("192.0.2.1:80", "192.0.2.9"));
        Assert.Contains("has no real server 192.0.2.9", e.Message, StringComparison.Ordinal);
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state)
    {
        lock (told) told.Add($"{kind} {state} {message}");
    }

    void IServiceSink.OnPrepared(string instance)
    {
    }

    public void Dispose()
    {
        thread.Dispose();
        drift.Dispose();
        controller.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static RealServer Server(int host) => new() { Address = IPAddress.Parse($"192.0.2.{100 + host}"), Port = 80, Weight = host, Checks = [new TcpCheck()] };

    private static RealServer Spare => Server(9) with { Weight = 3, Checks = [] };

    private static VirtualServer Service(params int[] hosts) => new()
    {
        Address = IPAddress.Parse("192.0.2.1"),
        Port = 80,
        Drain = TimeSpan.FromSeconds(60),
        RealServers = hosts.Select(Server).ToValueList(),
    };

    private Drainer New() => new(RememberedIn, this);

    private ServiceMemory Memory() => new(directory, "n");

    private async Task Go(params VirtualServer[] services)
    {
        await controller.RequireAsync(services);
        await controller.ConfigureAsync(services, Ungated, _ => true);
    }

    private void Check(int host, bool up) =>
        controller.SetHealth(new CheckKey(ServiceKey.Of(Service()), DestinationKey.Of(Server(host)), CheckId.Of(Server(host).Checks)[0]), up, up ? null : "ECONNREFUSED");

    private Task<T> By<T>(Func<T> what) => thread.RunAsync(what);

    private Task<HaEngineException> Refused(Func<IReadOnlyList<string>> what) => Assert.ThrowsAsync<HaEngineException>(() => By(what));

    private string[] All()
    {
        lock (told) return [.. told];
    }

    private string[] Told()
    {
        lock (told) return [.. told.Where(t => t.StartsWith("DrainChanged ", StringComparison.Ordinal)).Select(t => t["DrainChanged ".Length..])];
    }

    private List<(int Host, int Weight)> Weights() =>
        [.. plane.Read(null).SelectMany(s => s.Destinations).Select(d => (d.Key.Address.GetAddressBytes()[3] - 100, d.Weight)).Order()];
}
