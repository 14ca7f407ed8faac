using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>What others change, on a plane in memory. In the kernel: <see cref="DriftKernelTests"/>.</summary>
public sealed class DriftTests : IServiceSink, IServiceHost, IDisposable
{
    private static readonly DestinationKey[] Servers =
        [.. Enumerable.Range(101, 4).Select(h => new DestinationKey(IPAddress.Parse($"192.168.1.{h}"), 80))];

    private readonly MemoryDataPlane plane = new();
    private readonly List<string> told = [];
    private readonly List<ServiceKey> touched = [];
    private readonly HashSet<ServiceKey> pending = [];
    private readonly DriftDuty duty;
    private long now;

    public DriftTests()
    {
        duty = new DriftDuty(() => new MemoryDataPlane(), this, _ => { }) { Now = () => now };
        duty.Begin(this);
    }

    [Fact]
    public void Equal_services_have_equal_numbers_and_different_ones_have_different_ones()
    {
        var random = new RandomPlane(4711);
        for (int round = 0; round < 2000; round++)
        {
            ServiceKey key = random.One(RandomPlane.Keys);
            PlaneService wanted = RandomService(random, key);
            PlaneService[] others = [RandomService(random, key), .. wanted.Destinations.Count == 0 ? [] : (PlaneService[])
            [
                wanted with { Destinations = [.. wanted.Destinations.Skip(1)] },
                wanted with { Destinations = [wanted.Destinations[0] with { Weight = wanted.Destinations[0].Weight + 1 }, .. wanted.Destinations.Skip(1)] },
                wanted with { Destinations = [.. wanted.Destinations.Skip(1), wanted.Destinations[0]] },
            ]];
            foreach (PlaneService other in others.Append(wanted))
            {
                // As entered one after the other: the newest first.
                PlaneService table = other with { Destinations = [.. ServerOrder.Of(wanted with { Destinations = other.Destinations }).Reverse()] };
                Assert.Equal(
                    DriftWords.Of(wanted, table) is null, TableDigest.OfDesired(wanted) == TableDigest.Of(table));
                Assert.Equal(
                    Convergence.Plan([wanted], [table], new HashSet<ServiceKey> { key }).Count == 0, DriftWords.Of(wanted, table) is null);
            }
        }
    }

    [Fact]
    public void The_order_of_servers_counts_where_it_matters()
    {
        PlaneService rr = Service(Servers[0], Servers[1]);
        PlaneService mh = rr with { Scheduler = "mh" };
        Assert.Equal(TableDigest.Of(rr), TableDigest.OfDesired(rr));
        Assert.NotEqual(TableDigest.Of(mh), TableDigest.OfDesired(mh));
        Assert.Equal("has changed the order of the real servers", DriftWords.Of(mh, mh));
    }

    [Fact]
    public void An_order_that_may_not_be_mended_is_nobody_s_change_and_is_not_suspected_again()
    {
        PlaneService wanted = Service(Servers[0], Servers[1]) with { Scheduler = "mh" };
        PlaneService present = wanted with { Destinations = [.. wanted.Destinations] };
        Settle(wanted);
        Put(present with { Scheduler = "rr" });
        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.SetService, present));
        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.RemoveDestination, present, present.Destinations[0]));
        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.AddDestination, present, present.Destinations[0]));

        plane.ReenteringKeepsConnections = false;
        for (now = 0; now < 9_000_000_000L; now += 1_000_000_000L) duty.Confirm([wanted.Key]);
        Assert.Empty(touched);
        Assert.Empty(told);

        using var watch = new DriftWatch(() => plane, _ => { }, _ => { }, told.Add) { Ticks = false };
        watch.Expect(wanted.Key, wanted);
        _ = watch.Look();
        Assert.Equal(1, watch.Look());
        watch.Accept(wanted.Key, plane.Read([wanted.Key])[0]);
        _ = watch.Look();
        Assert.Equal(0, watch.Look());

        plane.ReenteringKeepsConnections = true;
        duty.Confirm([wanted.Key]);
        Settle(wanted);
        Assert.Equal(["tcp 192.168.1.120:80: somebody else has changed the order of the real servers; it has been put right"], told);
    }

    [Fact]
    public void What_was_changed_is_named_with_what_was_done()
    {
        PlaneService wanted = Service(Servers[0], Servers[1]);
        Settle(wanted);
        Put(wanted with
        {
            Scheduler = "wrr",
            Flags = IpvsServiceFlags.OnePacket,
            Destinations = [wanted.Destinations[0] with { Weight = 9 }, Server(Servers[2])],
        });

        duty.Confirm([wanted.Key]);
        Assert.Equal([wanted.Key], touched);
        Assert.Empty(told);
        Settle(wanted);

        Assert.Equal(
            [
                "tcp 192.168.1.120:80: somebody else has changed the scheduler from rr to wrr, has changed the flags from None to OnePacket, "
                    + "has changed the weight of real server 192.168.1.101:80 from 1 to 9, has removed real server 192.168.1.102:80, has added real server 192.168.1.103:80; it has been put right",
            ],
            told);
    }

    [Fact]
    public void What_is_about_to_be_written_or_has_been_put_right_since_is_nobody_else_s()
    {
        PlaneService wanted = Service(Servers[0]);
        Settle(wanted);
        _ = pending.Add(wanted.Key);
        duty.Confirm([wanted.Key]);
        Assert.Empty(touched);

        pending.Clear();
        Put(wanted);
        duty.Confirm([wanted.Key, RandomPlane.Keys[3]]);
        Assert.Empty(touched);
    }

    [Fact]
    public void Somebody_who_changes_it_back_each_second_is_told_once_and_answered_less_and_less_often()
    {
        PlaneService wanted = Service(Servers[0]);
        Settle(wanted);
        int repaired = 0;
        for (int second = 0; second < 300; second++)
        {
            now = second * 1_000_000_000L;
            duty.Confirm([wanted.Key]);
            if (touched.Count == 0) continue;
            touched.Clear();
            repaired++;
            Settle(wanted);
        }

        Assert.InRange(repaired, 5, 20);
        Assert.Equal(3, told.Count);
        Assert.Contains("again and again", told[2], StringComparison.Ordinal);

        // After a minute of peace it is as it was at first.
        now += 61_000_000_000L;
        duty.Confirm([wanted.Key]);
        Settle(wanted);
        Assert.Equal("tcp 192.168.1.120:80: somebody else has removed the service; it has been put right", told[^1]);
        Assert.Equal(4, told.Count);
    }

    [Fact]
    public void A_table_that_is_emptied_is_told_once_and_put_back_whole()
    {
        PlaneService[] all = [.. Enumerable.Range(1, 1000).Select(p => Service(Servers[0]) with { Key = RandomPlane.Keys[0] with { Port = p } })];
        foreach (PlaneService service in all) Settle(service);

        duty.Confirm([.. all.Select(s => s.Key)]);
        foreach (PlaneService service in all) Settle(service);

        Assert.Equal(1000, touched.Count);
        Assert.Equal(["somebody else has removed 1000 services of this node (as ipvsadm -C does); they are put back"], told);
    }

    [Fact]
    public void A_watch_names_what_differs_and_what_is_missing_and_passes_over_what_it_does_not_know()
    {
        List<ServiceKey> suspects = [];
        List<ServiceKey> strangers = [];
        using var watch = new DriftWatch(() => plane, suspects.AddRange, strangers.AddRange, told.Add) { Ticks = false };
        PlaneService[] all = [.. RandomPlane.Keys.Select(k => Service(Servers[0]) with { Key = k })];
        foreach (PlaneService service in all)
        {
            Put(service);
            watch.Expect(service.Key, service);
        }

        watch.Forget(all[6].Key);
        Assert.Equal(0, watch.Look());
        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.RemoveService, all[1]));
        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.SetDestination, all[2], all[2].Destinations[0] with { Weight = 7 }));
        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.SetDestination, all[6], all[6].Destinations[0] with { Weight = 7 }));
        suspects.Clear();
        Assert.Equal(2, watch.Look());
        Assert.Equal([all[1].Key, all[2].Key], suspects[..2]);
        Assert.Empty(told);
        Assert.Empty(strangers);

        // What it does not know is told where that is sought, until it is to be tolerated; what may be away is told when it comes.
        watch.SeekStrangers(true);
        watch.Accept(all[1].Key, null);
        watch.Accept(all[2].Key, plane.Read([all[2].Key])[0]);
        Assert.Equal(0, watch.Look());
        Assert.Equal([all[6].Key], strangers);
        watch.Tolerate(all[6].Key);
        strangers.Clear();
        Put(all[1]);
        Assert.Equal(1, watch.Look());
        Assert.Empty(strangers);
        for (int i = 0; i < 30; i++) _ = watch.Look();
        Assert.Contains(all[6].Key, strangers);
    }

    [Fact]
    public void Every_key_is_the_same_as_numbers()
    {
        foreach (ServiceKey key in RandomPlane.Keys) Assert.Equal(key, TableKey.Of(key).ToServiceKey());
    }

    [Fact]
    public void By_policy_a_change_is_told_once_for_each_that_it_is_and_left()
    {
        PlaneService wanted = Service(Servers[0], Servers[1]);
        duty.SetPolicies(new IpvsSettings { Drift = IpvsDriftPolicy.Report });
        Settle(wanted);
        Put(wanted with { Destinations = [wanted.Destinations[0] with { Weight = 9 }, wanted.Destinations[1]] });
        for (int i = 0; i < 5; i++) duty.Confirm([wanted.Key]);
        Assert.Equal(["tcp 192.168.1.120:80: somebody else has changed the weight of real server 192.168.1.101:80 from 1 to 9; it is left so (ipvs: drift: report)"], told);
        IpvsDriftState state = duty.Describe(wanted.Key, State(wanted)).Drift!;
        Assert.Equal((IpvsDriftPhase.Left, "has changed the weight of real server 192.168.1.101:80 from 1 to 9"), (state.Phase, state.Change));

        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.RemoveService, wanted));
        for (int i = 0; i < 5; i++) duty.Confirm([wanted.Key]);
        Assert.Equal("tcp 192.168.1.120:80: somebody else has removed the service; it is left so (ipvs: drift: report)", told[^1]);
        Assert.Equal(2, told.Count);
        Assert.Equal(state.Since, duty.Describe(wanted.Key, State(wanted)).Drift!.Since);

        Put(wanted);
        duty.Confirm([wanted.Key]);
        Assert.Null(duty.Describe(wanted.Key, State(wanted)).Drift);
        Assert.Empty(touched);

        // By the other policy what was left is put right.
        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.RemoveService, wanted));
        duty.Confirm([wanted.Key]);
        duty.SetPolicies(IpvsSettings.None);
        Assert.Equal([wanted.Key], touched);
        Settle(wanted);
        Assert.Equal("tcp 192.168.1.120:80: somebody else has removed the service; it has been put right", told[^1]);
        Assert.Null(duty.Describe(wanted.Key, State(wanted)).Drift);
    }

    [Fact]
    public void A_fight_is_in_the_state_until_there_is_peace()
    {
        PlaneService wanted = Service(Servers[0]);
        Settle(wanted);
        for (int second = 0; second < 5; second++)
        {
            now = second * 1_000_000_000L;
            duty.Confirm([wanted.Key]);
            Assert.Equal(second >= 2, duty.Describe(wanted.Key, State(wanted)).Drift is { Phase: IpvsDriftPhase.Contested, Change: "has removed the service" });
            if (second == 2) Assert.Equal(2, duty.Describe(wanted.Key, State(wanted)).Drift!.RepairIn);
            Settle(wanted);
        }

        now += 40_000_000_000L;
        Assert.Null(duty.Describe(wanted.Key, State(wanted)).Drift);
    }

    [Fact]
    public void What_this_node_does_not_want_otherwise_than_before_is_left_as_others_have_made_it()
    {
        PlaneService before = Service(Servers[0], Servers[1], Servers[2]);
        PlaneService present = before with
        {
            Scheduler = "wrr",
            Persistence = 60,
            Destinations = [before.Destinations[1] with { Weight = 7 }, before.Destinations[2], Server(Servers[3])],
        };

        // A check has failed; others have removed a server, changed one and added one.
        PlaneService failed = before with { Destinations = [before.Destinations[0], before.Destinations[1]] };
        Assert.Equal(present with { Destinations = [] }, DriftMerge.Of(before, failed, present)! with { Destinations = [] });
        Assert.Equal([present.Destinations[0], present.Destinations[2]], DriftMerge.Of(before, failed, present)!.Destinations);

        // It is back; what is wanted of a server and of the service wins over what others have made of it.
        PlaneService back = before with { Persistence = 90, Destinations = [.. failed.Destinations.Select(d => d with { Weight = 3 }), before.Destinations[2]] };
        PlaneService merged = DriftMerge.Of(failed, back, present)!;
        Assert.Equal(("wrr", 90u), (merged.Scheduler, merged.Persistence));
        Assert.Equal([.. back.Destinations, Server(Servers[3])], merged.Destinations);
        Assert.Null(DriftMerge.Of(before, failed, null));
        Assert.True(before.SameWhole(DriftMerge.Of(before, before, before)!));
    }

    [Fact]
    public async Task A_controller_has_put_right_what_others_change()
    {
        var thread = new HaTools.Engine.Threading.WorkThread("test-services");
        using var drift = new DriftDuty(() => plane, this, _ => { });
        using var controller = new ServiceController(thread, () => plane, this, new ServiceMemory(null, "n"), drift);
        try
        {
            var server = new VirtualServer
            {
                Address = IPAddress.Parse("127.0.0.2"),
                Port = 80,
                RealServers = [new RealServer { Address = IPAddress.Parse("127.0.0.1"), Port = 80 }],
            };
            await controller.RequireAsync([server]);
            await controller.ConfigureAsync([server], new Dictionary<ServiceKey, string>(), _ => true);
            PlaneService loaded = Assert.Single(plane.Read(null));
            _ = plane.Interfere(new PlaneChange(PlaneChangeKind.RemoveService, loaded));
            await Eventually.True(() => plane.Read(null) is [{ Destinations.Count: 1 }]);
            await thread.RunAsync(() => { });
            Assert.Contains("tcp 127.0.0.2:80: somebody else has removed the service; it has been put right", told);

            // What it removes itself does not come back.
            await controller.RemoveAllAsync();
            await Task.Delay(1500);
            Assert.Empty(plane.Read(null));
        }
        finally
        {
            thread.Dispose();
        }
    }

    [Fact]
    public async Task By_policy_a_check_takes_its_own_server_and_leaves_what_others_changed_and_strangers_go()
    {
        var thread = new HaTools.Engine.Threading.WorkThread("test-services");
        using var drift = new DriftDuty(() => plane, this, _ => { });
        using var controller = new ServiceController(thread, () => plane, this, new ServiceMemory(null, "n"), drift);
        try
        {
            RealServer[] servers = [.. Enumerable.Range(1, 2).Select(h => new RealServer { Address = IPAddress.Parse($"127.0.1.{h}"), Port = 80, Checks = [new TcpCheck()] })];
            var server = new VirtualServer { Address = IPAddress.Parse("127.0.0.2"), Port = 80, RealServers = [.. servers] };
            await controller.RequireAsync([server]);
            await ConfigureAsync(server);
            await thread.RunAsync(() => drift.SetPolicies(new IpvsSettings { Drift = IpvsDriftPolicy.Report, Foreign = IpvsForeignPolicy.Purge }));

            PlaneService loaded = Assert.Single(plane.Read(null));
            PlaneDestination second = loaded.Destinations.First(d => d.Key == DestinationKey.Of(servers[1]));
            _ = plane.Interfere(new PlaneChange(PlaneChangeKind.SetDestination, loaded, second with { Weight = 9 }));
            await SetHealthAsync(false);
            Assert.Equal(["127.0.1.2:80 9"], Table());
            await SetHealthAsync(true);
            Assert.Equal(["127.0.1.1:80 1", "127.0.1.2:80 9"], Table());
            Assert.Equal(IpvsDriftPhase.Left, Assert.Single(await controller.GetStatesAsync()).Drift!.Phase);
            Assert.Single(told, t => t.Contains("from 1 to 9; it is left so", StringComparison.Ordinal));

            // What others have removed stays away, whatever a check says.
            _ = plane.Interfere(new PlaneChange(PlaneChangeKind.RemoveService, loaded));
            await SetHealthAsync(false);
            Assert.Empty(plane.Read(null));

            // What the configuration says anew of it holds for all of it. What a check has said of a server holds on.
            await ConfigureAsync(server with { Scheduler = "sed" });
            Assert.Equal(["127.0.1.2:80 1"], Table());
            Assert.Null(Assert.Single(await controller.GetStatesAsync()).Drift);

            _ = plane.Interfere(new PlaneChange(PlaneChangeKind.AddService, loaded with { Key = RandomPlane.Keys[0], Destinations = [] }));
            await Eventually.True(() => plane.Read(null).Count == 1);

            IEnumerable<string> Table() => Assert.Single(plane.Read(null)).Destinations.Select(d => $"{d.Key} {d.Weight}").Order();

            Task ConfigureAsync(VirtualServer wanted) => controller.ConfigureAsync([wanted], new Dictionary<ServiceKey, string>(), _ => true);

            async Task SetHealthAsync(bool up)
            {
                controller.SetHealth(new CheckKey(ServiceKey.Of(server), DestinationKey.Of(servers[0]), CheckId.Of(servers[0].Checks)[0]), up, null);
                await Eventually.True(() => plane.Read(null) is not [{ } there] || there.Destinations.Any(d => d.Key == DestinationKey.Of(servers[0])) == up);
                await thread.RunAsync(() => { });
            }
        }
        finally
        {
            thread.Dispose();
        }
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state)
    {
        if (kind == "Warning") told.Add(message);
    }

    void IServiceSink.OnPrepared(string instance) => throw new InvalidOperationException(instance);

    void IServiceHost.Touch(ServiceKey key) => touched.Add(key);

    bool IServiceHost.HasMoreToCome => pending.Count > 0;

    bool IServiceHost.IsPending(ServiceKey key) => pending.Contains(key);

    void IServiceHost.At(long due, Action work) => throw new NotSupportedException();

    // What the duty's own watch suspects is not wanted here.
    void IServiceHost.Post(Action work)
    {
    }

    ForeignServices.Owners IServiceHost.SortForeign(IReadOnlyCollection<ServiceKey> found) => new([.. found], []);

    void IServiceHost.Purge(ServiceKey key) => touched.Add(key);

    bool IServiceHost.MayReenter => plane.ReenteringKeepsConnections;

    string? IServiceHost.ReadParameter(IpvsParameter parameter) => plane.ReadParameter(parameter);

    IReadOnlyList<PlaneService> IServiceHost.Read(IReadOnlyCollection<ServiceKey> keys) => plane.Read(keys);

    public void Dispose()
    {
        duty.Dispose();
        plane.Dispose();
    }

    private static IpvsServiceState State(PlaneService service) =>
        new() { Id = service.Key.ToString(), Scheduler = service.Scheduler, Forwarding = ForwardingMethod.Tunnel, Loaded = true };

    private void Settle(PlaneService wanted)
    {
        _ = duty.Shape(wanted.Key, null, wanted, null);
        duty.OnSettled(wanted.Key, wanted, isReached: true);
    }

    private void Put(PlaneService service)
    {
        foreach (PlaneChange change in Convergence.Plan([service], plane.Read([service.Key]), new HashSet<ServiceKey>())) Assert.Equal(0, plane.Interfere(change));
    }

    private static PlaneService Service(params DestinationKey[] servers) =>
        new() { Key = RandomPlane.Keys[0], Scheduler = "rr", Destinations = [.. servers.Select(Server)] };

    private static PlaneDestination Server(DestinationKey key) => new() { Key = key, Forwarding = IpvsForwardingMethod.Tunnel, Weight = 1 };

    private static PlaneService RandomService(RandomPlane random, ServiceKey key) =>
        random.Service(key, [.. Servers.Where(_ => random.Coin()).Select(s => random.Server(s, key.Address.AddressFamily))]);
}
