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

            // Nothing that stays is removed and added: its connections would suffer.
            Assert.Distinct(plan.Where(c => c.Destination is null).Select(c => c.Service.Key));
            Assert.Distinct(plan.Where(c => c.Destination is not null).Select(c => (c.Service.Key, c.Destination!.Key)));
        }
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
