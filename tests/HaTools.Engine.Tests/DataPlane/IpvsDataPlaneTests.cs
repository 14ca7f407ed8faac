using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>The kernel's own table, through the seam and through a whole node.</summary>
[Trait("Needs", "ipvs")]
public sealed class IpvsDataPlaneTests
{
    private static readonly ServiceKey Web = new(TransportProtocol.Tcp, IPAddress.Parse("192.168.1.120"), 80);
    private static readonly HashSet<ServiceKey> Ours = [Web];

    [IpvsKernelFact]
    public void What_was_written_is_what_is_read()
    {
        using TestNode host = Director();
        host.Namespace.Run(() =>
        {
            using IpvsDataPlane plane = IpvsDataPlane.Open();
            PlaneService[] tables =
            [
                Service("wrr", 50, ForwardingMethod.DirectRouting, (103, 1), (104, 5)),
                Service("wrr", 50, ForwardingMethod.DirectRouting, (103, 1), (104, 2)),
                Service("wlc", null, ForwardingMethod.DirectRouting, (104, 2), (105, 0)),
                Service("rr", 60, ForwardingMethod.Nat, (105, 65535)),
            ];
            foreach (PlaneService wanted in tables)
            {
                Assert.Empty(plane.Apply(Convergence.Plan([wanted], plane.Read(Ours), Ours)));
                Assert.Empty(Convergence.Plan([wanted], plane.Read(null), Ours));
                PlaneService read = Assert.Single(plane.Read(Ours));
                Assert.Equal((wanted.Scheduler, wanted.Persistence), (read.Scheduler, read.Persistence));
            }

            Assert.Empty(plane.Apply(Convergence.Plan([], plane.Read(null), Ours)));
            Assert.Empty(plane.Read(null));
        });
    }

    [IpvsKernelFact]
    public void A_change_that_the_kernel_refuses_says_why_and_the_rest_is_done()
    {
        using TestNode host = Director();
        host.Namespace.Run(() =>
        {
            using IpvsDataPlane plane = IpvsDataPlane.Open();
            PlaneService good = Service("rr", null, ForwardingMethod.Nat, (103, 1));
            PlaneService bad = good with { Key = Web with { Port = 81 }, Scheduler = "nosuch", Destinations = [] };

            PlaneFailure failure = Assert.Single(plane.Apply(Convergence.Plan([bad, good], [], Ours)));

            Assert.Contains("nosuch", failure.Reason, StringComparison.Ordinal);
            Assert.Equal(Web, Assert.Single(plane.Read(null)).Key);
        });
    }

    [IpvsKernelFact]
    public async Task A_node_keeps_foreign_services_and_adopts_what_a_predecessor_left()
    {
        using TestNode host = Director();
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        host.Namespace.Run(() =>
        {
            using IpvsClient kernel = IpvsClient.Open();
            kernel.AddService(new IpvsService { Key = new(IpvsProtocol.Udp, IPAddress.Parse("10.1.1.1"), 53), Scheduler = "rr" });
            kernel.AddService(new IpvsService { Key = IpvsServiceKey.OfFirewallMark(7), Scheduler = "rr" });
            kernel.AddService(new IpvsService { Key = new(IpvsProtocol.Tcp, Web.Address, 80), Scheduler = "rr" });
            kernel.AddDestination(new(IpvsProtocol.Tcp, Web.Address, 80),
                new IpvsDestination { Address = IPAddress.Parse("192.168.1.99"), Port = 80 });
        });
        HaConfiguration configuration = new()
        {
            VirtualServers =
            [
                new VirtualServer
                {
                    Address = Web.Address,
                    Port = 80,
                    Scheduler = "wrr",
                    Forwarding = ForwardingMethod.DirectRouting,
                    RealServers = [new RealServer { Address = IPAddress.Parse("192.168.1.103"), Port = 80, Weight = 3 }],
                },
            ],
        };
        HaNode node = await stage.StartAsync(host, configuration);

        IpvsServiceState service = Assert.Single((await node.GetStatusAsync()).Services);
        Assert.Equal(("wrr", true, "192.168.1.103:80", 3),
            (service.Scheduler, service.Loaded, service.RealServers[0].Id, service.RealServers[0].Weight));
        Assert.Equal(3, host.Namespace.Run(Services).Count);
        Assert.Equal(["192.168.1.103:80"], host.Namespace.Run(() => Destinations(Web)));

        await node.StopAsync();

        Assert.Equal(["fwmark 7", "udp 10.1.1.1:53"], host.Namespace.Run(Services).Order(StringComparer.Ordinal));
    }

    private static TestNode Director()
    {
        var host = new TestNode("director");
        _ = host.Ip("link set lo up");
        return host;
    }

    private static IReadOnlyList<string> Services()
    {
        using IpvsClient kernel = IpvsClient.Open();
        return [.. kernel.GetServices().Select(s => s.Key.ToString())];
    }

    private static IReadOnlyList<string> Destinations(ServiceKey key)
    {
        using IpvsClient kernel = IpvsClient.Open();
        return [.. kernel.GetDestinations(new IpvsServiceKey(IpvsProtocol.Tcp, key.Address, key.Port)).Select(d => d.ToString())];
    }

    private static PlaneService Service(
        string scheduler, int? persistence, ForwardingMethod method, params (int Host, int Weight)[] servers) => new()
        {
            Key = Web,
            Scheduler = scheduler,
            Persistence = persistence,
            Destinations = [.. servers.Select(s => new PlaneDestination
        {
            Key = new DestinationKey(IPAddress.Parse($"192.168.1.{s.Host}"), 80), Forwarding = method, Weight = s.Weight,
        })],
        };
}
