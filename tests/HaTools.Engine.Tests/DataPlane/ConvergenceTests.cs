using System.Net;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Tests.DataPlane;

public sealed class ConvergenceTests
{
    private static readonly ServiceKey Web = new(TransportProtocol.Tcp, IPAddress.Parse("192.168.1.120"), 80);
    private static readonly ServiceKey Other = new(TransportProtocol.Tcp, IPAddress.Parse("192.168.1.121"), 80);
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
        var random = new Random(4711);
        for (int round = 0; round < 500; round++)
        {
            using var plane = new MemoryDataPlane();
            PlaneService[] before = RandomTable(random);
            PlaneService[] after = RandomTable(random);
            Assert.Empty(plane.Apply(Convergence.Plan(before, [], Ours)));

            Assert.Empty(plane.Apply(Convergence.Plan(after, plane.Read(null), new HashSet<ServiceKey> { Web, Other })));

            Assert.Empty(Convergence.Plan(after, plane.Read(null), new HashSet<ServiceKey> { Web, Other }));
        }
    }

    private static PlaneService[] RandomTable(Random random)
    {
        ServiceKey[] keys = [.. new[] { Web, Other }.Where(_ => random.Next(3) > 0)];
        return [.. keys.Select(k =>
            Service(k, [.. Enumerable.Range(100, 5).Where(_ => random.Next(2) > 0).Select(h => (h, random.Next(3)))]) with
        {
            Scheduler = random.Next(2) == 0 ? "rr" : "wlc",
            Persistence = random.Next(2) == 0 ? null : 50,
        })];
    }

    private static string[] Words(IEnumerable<PlaneChange> changes) => [.. changes.Select(c => c.ToString())];

    private static PlaneService Service(ServiceKey key, params (int Host, int Weight)[] servers) => new()
    {
        Key = key,
        Scheduler = "wrr",
        Destinations = [.. servers.Select(s => new PlaneDestination
        {
            Key = new DestinationKey(IPAddress.Parse($"192.168.1.{s.Host}"), 80),
            Forwarding = ForwardingMethod.DirectRouting,
            Weight = s.Weight,
        })],
    };
}
