using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

public sealed class ConvergenceTests
{
    private static readonly ServiceKey Web = new(IpvsProtocol.Tcp, IPAddress.Parse("192.168.1.120"), 80);
    private static readonly ServiceKey Other = new(IpvsProtocol.Tcp, IPAddress.Parse("192.168.1.121"), 80);
    private static readonly HashSet<ServiceKey> Ours = [Web];

    [Fact]
    public void A_missing_service_is_added_with_its_servers_in_order() =>
        Assert.Equal(
            [
                "AddService tcp 192.168.1.120:80",
                "AddDestination tcp 192.168.1.120:80 192.168.1.103:80",
                "AddDestination tcp 192.168.1.120:80 192.168.1.104:80",
            ],
            Words(Convergence.Plan([Service(Web, (103, 1), (104, 5))], [], Ours)));

    [Fact]
    public void What_is_right_is_left_alone() =>
        Assert.Empty(Convergence.Plan([Service(Web, (103, 1), (104, 5))], [Service(Web, (104, 5), (103, 1))], Ours));

    [Fact]
    public void A_weight_is_changed_in_place() =>
        Assert.Equal(
            ["SetDestination tcp 192.168.1.120:80 192.168.1.104:80"],
            Words(Convergence.Plan([Service(Web, (103, 1), (104, 7))], [Service(Web, (103, 1), (104, 5))], Ours)));

    [Fact]
    public void A_scheduler_is_changed_in_place()
    {
        PlaneService wanted = Service(Web, (103, 1)) with { Scheduler = "rr", Persistence = 50 };

        Assert.Equal(["SetService tcp 192.168.1.120:80"], Words(Convergence.Plan([wanted], [Service(Web, (103, 1))], Ours)));
    }

    [Fact]
    public void Whatever_others_change_of_a_service_of_ours_is_set_in_place()
    {
        PlaneService ours = Service(Web, (103, 1)) with { Persistence = 50 };
        PlaneService[] others =
        [
            ours with { Scheduler = "mh" },
            ours with { Persistence = 51 },
            ours with { Persistence = null },
            ours with { Netmask = IPAddress.Parse("255.255.255.0") },
            ours with { PersistenceEngine = "sip" },
            ours with { Flags = IpvsServiceFlags.OnePacket },
            ours with { Flags = IpvsServiceFlags.Scheduler1 },
            ours with { Flags = IpvsServiceFlags.Scheduler2 },
            ours with { Flags = IpvsServiceFlags.Scheduler3 },
        ];

        foreach (PlaneService theirs in others)
        {
            Assert.Equal(["SetService tcp 192.168.1.120:80"], Words(Convergence.Plan([ours], [theirs], Ours)));
            Assert.Equal(["SetService tcp 192.168.1.120:80"], Words(Convergence.Plan([theirs], [ours], Ours)));
            Assert.Empty(Convergence.Plan([theirs], [theirs with { Destinations = [.. theirs.Destinations] }], Ours));
        }
    }

    [Fact]
    public void Whatever_others_change_of_a_server_of_ours_is_set_in_place()
    {
        PlaneDestination ours = Service(Web, (103, 1)).Destinations[0] with { Forwarding = IpvsForwardingMethod.Tunnel, UpperThreshold = 9 };
        PlaneDestination[] others =
        [
            ours with { Forwarding = IpvsForwardingMethod.DirectRoute },
            ours with { Weight = 2 },
            ours with { UpperThreshold = 10 },
            ours with { LowerThreshold = 8 },
            ours with { Tunnel = new PlaneTunnel(IpvsTunnelType.Gre, 0, IpvsTunnelFlags.None) },
            ours with { Tunnel = new PlaneTunnel(IpvsTunnelType.IpIp, 1, IpvsTunnelFlags.None) },
            ours with { Tunnel = new PlaneTunnel(IpvsTunnelType.IpIp, 0, IpvsTunnelFlags.Checksum) },
        ];

        foreach (PlaneDestination theirs in others)
        {
            Assert.Equal(["SetDestination tcp 192.168.1.120:80 192.168.1.103:80"], Words(Plan(ours, theirs)));
            Assert.Equal(["SetDestination tcp 192.168.1.120:80 192.168.1.103:80"], Words(Plan(theirs, ours)));
            Assert.Empty(Plan(theirs, theirs with { ActiveConnections = 1, InactiveConnections = 2 }));
        }

        static List<PlaneChange> Plan(PlaneDestination desired, PlaneDestination actual) => Convergence.Plan(
            [Service(Web) with { Destinations = [desired] }], [Service(Web) with { Destinations = [actual] }], Ours);
    }

    [Fact]
    public void Of_a_service_and_a_server_that_a_dump_repeats_the_last_word_holds()
    {
        PlaneService old = Service(Web, (103, 1)) with { Scheduler = "rr" };
        PlaneService[] table = [old, old, Service(Web, (103, 1), (104, 5), (103, 2), (105, 1), (105, 1))];

        Assert.Equal(
            ["SetDestination tcp 192.168.1.120:80 192.168.1.104:80", "RemoveDestination tcp 192.168.1.120:80 192.168.1.105:80"],
            Words(Convergence.Plan([Service(Web, (103, 2), (104, 6))], table, Ours)));
        Assert.Equal(["RemoveService tcp 192.168.1.120:80"], Words(Convergence.Plan([], table, Ours)));
    }

    [Fact]
    public void New_servers_come_before_old_ones_go() =>
        Assert.Equal(
            ["AddDestination tcp 192.168.1.120:80 192.168.1.105:80", "RemoveDestination tcp 192.168.1.120:80 192.168.1.103:80"],
            Words(Convergence.Plan([Service(Web, (105, 1))], [Service(Web, (103, 1))], Ours)));

    [Fact]
    public void Foreign_services_are_never_touched_and_ours_that_are_not_wanted_go()
    {
        PlaneService[] table = [Service(Other, (1, 1)), Service(Web, (103, 1))];

        Assert.Equal(["RemoveService tcp 192.168.1.120:80"], Words(Convergence.Plan([], table, Ours)));
    }

    [Theory]
    [InlineData("mh")]
    [InlineData("sh")]
    [InlineData("dh")]
    public void Schedulers_that_fill_a_table_get_their_servers_in_an_order_that_every_director_knows(string scheduler) =>
        Assert.Equal(
            [
                "AddService tcp 192.168.1.120:80",
                "AddDestination tcp 192.168.1.120:80 192.168.1.9:80",
                "AddDestination tcp 192.168.1.120:80 192.168.1.103:80",
                "AddDestination tcp 192.168.1.120:80 192.168.1.104:80",
            ],
            Words(Convergence.Plan([Service(Web, (104, 1), (9, 1), (103, 1)) with { Scheduler = scheduler }], [], Ours)));

    [Fact]
    public void A_server_that_returns_to_such_a_table_is_followed_by_those_that_stood_behind_it()
    {
        PlaneService wanted = Service(Web, (101, 1), (102, 1), (103, 1), (104, 1)) with { Scheduler = "mh" };
        PlaneService without = Service(Web, (104, 1), (103, 2), (101, 1)) with { Scheduler = "mh" };

        Assert.Equal(
            [
                "AddDestination tcp 192.168.1.120:80 192.168.1.102:80",
                "RemoveDestination tcp 192.168.1.120:80 192.168.1.103:80",
                "AddDestination tcp 192.168.1.120:80 192.168.1.103:80",
                "RemoveDestination tcp 192.168.1.120:80 192.168.1.104:80",
                "AddDestination tcp 192.168.1.120:80 192.168.1.104:80",
            ],
            Words(Convergence.Plan([wanted], [without], Ours)));

        // Where that would end connections, the order stays as it is.
        Assert.Equal(
            ["AddDestination tcp 192.168.1.120:80 192.168.1.102:80", "SetDestination tcp 192.168.1.120:80 192.168.1.103:80"],
            Words(Convergence.Plan([wanted], [without], Ours, reenter: false)));
        Assert.False(ServerOrder.IsKept(wanted, wanted));
        Assert.True(ServerOrder.IsKept(wanted, wanted with { Destinations = [.. wanted.Destinations.Reverse()] }));

        // Its own order costs rr nothing.
        Assert.Equal(
            ["AddDestination tcp 192.168.1.120:80 192.168.1.102:80", "SetDestination tcp 192.168.1.120:80 192.168.1.103:80"],
            Words(Convergence.Plan([wanted with { Scheduler = "rr" }], [without with { Scheduler = "rr" }], Ours)));
    }

    [Fact]
    public void A_server_of_weight_0_is_entered_with_the_weight_by_which_mh_gives_it_its_places()
    {
        PlaneService wanted = Service(Web, (103, 0)) with { Scheduler = "mh" };
        wanted = wanted with { Destinations = [wanted.Destinations[0] with { EnteredWeight = 7 }] };

        List<PlaneChange> plan = Convergence.Plan([wanted], [], Ours);

        Assert.Equal([(PlaneChangeKind.AddDestination, 7), (PlaneChangeKind.SetDestination, 0)], plan.Skip(1).Select(c => (c.Kind, c.Destination!.Weight)));
        Assert.Empty(Convergence.Plan([wanted], [Service(Web, (103, 0)) with { Scheduler = "mh" }], Ours));
        Assert.Equal([0], Convergence.Plan([wanted with { Scheduler = "sh" }], [], Ours).Skip(1).Select(c => c.Destination!.Weight));
    }

    [Fact]
    public void A_weight_that_changes_while_the_server_has_weight_0_goes_in_before_that_0()
    {
        PlaneService wanted = Service(Web, (103, 0)) with { Scheduler = "mh" };
        wanted = wanted with { Destinations = [wanted.Destinations[0] with { EnteredWeight = 7 }] };
        PlaneService before = Service(Web, (103, 3)) with { Scheduler = "mh" };
        PlaneService down = Service(Web, (103, 0)) with { Scheduler = "mh" };

        // One that has the weight of its places until now needs nothing but the 0.
        Assert.Equal([7, 0], Weights(before));
        Assert.Equal([0], Weights(Service(Web, (103, 7)) with { Scheduler = "mh" }));
        Assert.Equal([0], Weights(before with { Scheduler = "rr" }, "rr"));

        // One that has it not any more tells nothing: whoever saw it knows, and otherwise it goes in once.
        var weights = new PlaceWeights();
        Assert.Equal([7, 0], Weights(down, weights: weights));
        weights.See(before);
        Assert.Equal([7, 0], Weights(down, weights: weights));
        foreach (PlaneChange change in Convergence.Plan([wanted], [down], Ours, weights: weights)) weights.Done(change);
        Assert.Empty(Weights(down, weights: weights));
        Assert.Empty(Weights(down with { Scheduler = "sh" }, "sh", weights));

        IEnumerable<int> Weights(PlaneService present, string scheduler = "mh", PlaceWeights? weights = null) =>
            Convergence.Plan([wanted with { Scheduler = scheduler }], [present], Ours, weights: weights).Select(c => c.Destination!.Weight);
    }

    [Fact]
    public void Carrying_the_plan_out_leads_to_the_wanted_table_from_any_other()
    {
        var random = new RandomPlane(4711);
        for (int round = 0; round < 500; round++)
        {
            using var plane = new MemoryDataPlane();
            PlaneService[] before = RandomTable(random);
            PlaneService[] after = RandomTable(random);
            Assert.Empty(plane.Apply(Convergence.Plan(before, [], Ours)));

            List<PlaneChange> plan = Convergence.Plan(after, plane.Read(null), new HashSet<ServiceKey> { Web, Other });
            Assert.Empty(plane.Apply(plan));

            Assert.Empty(Convergence.Plan(after, plane.Read(null), new HashSet<ServiceKey> { Web, Other }));
            foreach (PlaneService service in after)
                Assert.True(ServerOrder.IsKept(service, plane.Read([service.Key])[0]), $"{service.Scheduler}");

            // Nothing that stays is removed and added: its connections would suffer. Unless its place in the list matters: then at once.
            Assert.Distinct(plan.Where(c => c.Destination is null).Select(c => c.Service.Key));
            PlaneChange[] servers = [.. plan.Where((c, i) => c.Destination is not null && !IsReentered(plan, i))];
            Assert.Distinct(servers.Select(c => (c.Service.Key, c.Destination!.Key)));
        }

        static bool IsReentered(List<PlaneChange> plan, int i) =>
            i + 1 < plan.Count && plan[i].Kind == PlaneChangeKind.RemoveDestination && plan[i + 1].Kind == PlaneChangeKind.AddDestination
            && plan[i].Destination!.Key == plan[i + 1].Destination!.Key && plan[i].Service.Scheduler is "mh" or "sh" or "dh";
    }

    private static PlaneService[] RandomTable(RandomPlane random) =>
    [
        .. new[] { Web, Other }.Where(_ => !random.Coin(3)).Select(k => random.Service(k, [
            .. Enumerable.Range(100, 5).Where(_ => random.Coin()).Select(h =>
                random.Server(new DestinationKey(IPAddress.Parse($"192.168.1.{h}"), 80), k.Address.AddressFamily)),
        ])),
    ];

    private static string[] Words(IEnumerable<PlaneChange> changes) => [.. changes.Select(c => c.ToString())];

    private static PlaneService Service(ServiceKey key, params (int Host, int Weight)[] servers) => new()
    {
        Key = key,
        Scheduler = "wrr",
        Destinations = [.. servers.Select(s => new PlaneDestination
        {
            Key = new DestinationKey(IPAddress.Parse($"192.168.1.{s.Host}"), 80),
            Forwarding = IpvsForwardingMethod.DirectRoute,
            Weight = s.Weight,
        })],
    };
}
