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
    private static readonly ServiceKey Web = new(IpvsProtocol.Tcp, IPAddress.Parse("192.168.1.120"), 80);
    private static readonly HashSet<ServiceKey> Ours = [Web];
    private static readonly DestinationKey[] Servers =
        [new(IPAddress.Parse("192.168.1.103"), 80), new(IPAddress.Parse("192.168.1.104"), 8080), new(IPAddress.Parse("2001:db8::103"), 80)];

    [IpvsKernelFact]
    public void What_was_written_is_what_is_read()
    {
        using TestNode host = Director();
        host.Namespace.Run(() =>
        {
            using IpvsDataPlane plane = IpvsDataPlane.Open();
            PlaneService[] tables =
            [
                Service("wrr", 50, IpvsForwardingMethod.DirectRoute, (103, 1), (104, 5)),
                Service("wrr", 50, IpvsForwardingMethod.DirectRoute, (103, 1), (104, 2)),
                Service("wlc", null, IpvsForwardingMethod.DirectRoute, (104, 2), (105, 0)),
                Service("rr", 60, IpvsForwardingMethod.Masquerade, (105, 65535)),
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
    public void Whatever_others_change_is_seen_and_set_right_without_anything_being_removed()
    {
        using TestNode host = Director();
        host.Namespace.Run(() =>
        {
            using IpvsDataPlane plane = IpvsDataPlane.Open();
            using IpvsClient others = IpvsClient.Open();
            var random = new RandomPlane(4711);
            foreach (ServiceKey key in RandomPlane.Keys)
            {
                HashSet<ServiceKey> ours = [key];
                PlaneService wanted = random.Service(key, [.. Servers.Select(s => random.Server(s, key.Address.AddressFamily))]);
                Assert.Empty(plane.Apply(Convergence.Plan([wanted], plane.Read(ours), ours)));
                for (int round = 0; round < 20; round++)
                {
                    PlaneService theirs = random.Service(key);
                    others.SetService(IpvsTranslation.Service(theirs));
                    PlaneDestination server = random.Server(random.One(Servers), key.Address.AddressFamily);
                    others.SetDestination(IpvsTranslation.Key(key), IpvsTranslation.Server(server));

                    List<PlaneChange> plan = Convergence.Plan([wanted], plane.Read(ours), ours);

                    Assert.All(plan, c => Assert.True(c.Kind is PlaneChangeKind.SetService or PlaneChangeKind.SetDestination, $"{c}"));
                    Assert.Empty(plane.Apply(plan));
                    PlaneService read = Assert.Single(plane.Read(ours));
                    Assert.True(wanted.SameService(read), $"{wanted} {read}");
                    Assert.Equal(wanted.Destinations.Reverse(), read.Destinations);
                    Assert.Equal(theirs.SameService(wanted), !plan.Exists(c => c.Kind == PlaneChangeKind.SetService));
                }
            }

            Assert.Equal(RandomPlane.Keys.Length, plane.Read(null).Count);
        });
    }

    [IpvsKernelFact]
    public void A_change_that_the_kernel_refuses_says_why_and_the_rest_is_done()
    {
        using TestNode host = Director();
        host.Namespace.Run(() =>
        {
            using IpvsDataPlane plane = IpvsDataPlane.Open();
            PlaneService good = Service("rr", null, IpvsForwardingMethod.Masquerade, (103, 1));
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
            IpvsService peculiar = new()
            {
                Key = new(IpvsProtocol.Udp, IPAddress.Parse("10.1.1.1"), 53),
                Scheduler = "mh",
                Flags = IpvsServiceFlags.Persistent | IpvsServiceFlags.OnePacket | IpvsServiceFlags.Scheduler1,
                Timeout = 77,
                Netmask = IPAddress.Parse("255.255.0.0"),
                PersistenceEngine = "sip",
            };
            var server = new IpvsDestination { Address = IPAddress.Parse("192.168.1.99"), Port = 80, UpperThreshold = 9, LowerThreshold = 5 };
            IpvsService[] services =
            [
                peculiar, peculiar with { Key = IpvsServiceKey.OfFirewallMark(7) }, peculiar with { Key = new(IpvsProtocol.Sctp, Web.Address, 80) },
                peculiar with { Key = IpvsTranslation.Key(Web) },
            ];
            foreach (IpvsService service in services)
            {
                kernel.AddService(service);
                kernel.AddDestination(service.Key, server);
            }

            // The predecessor's server, but for what others have changed of it.
            kernel.AddDestination(IpvsTranslation.Key(Web), server with { Address = IPAddress.Parse("192.168.1.103") });
        });
        IReadOnlyList<string> before = host.Namespace.Run(Foreign);
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
        PlaneService read = host.Namespace.Run(Ourselves)!;
        Assert.Equal(Service("wrr", null, IpvsForwardingMethod.DirectRoute) with { Destinations = read.Destinations }, read);
        Assert.Equal(Service("wrr", null, IpvsForwardingMethod.DirectRoute, (103, 3)).Destinations, read.Destinations);
        Assert.Equal(before, host.Namespace.Run(Foreign));

        await node.StopAsync();

        Assert.Null(host.Namespace.Run(Ourselves));
        Assert.Equal(before, host.Namespace.Run(Foreign));
    }

    private static TestNode Director()
    {
        var host = new TestNode("director");
        _ = host.Ip("link set lo up");
        return host;
    }

    private static PlaneService? Ourselves()
    {
        using IpvsDataPlane plane = IpvsDataPlane.Open();
        return plane.Read(Ours).SingleOrDefault();
    }

    /// <summary>All that the kernel says of services that are not ours, three of them.</summary>
    private static IReadOnlyList<string> Foreign()
    {
        using IpvsClient kernel = IpvsClient.Open();
        string[] foreign =
        [
            .. kernel.GetServices().Where(s => s.Key != IpvsTranslation.Key(Web)).OrderBy(s => s.Key.ToString(), StringComparer.Ordinal)
                .SelectMany(s => kernel.GetDestinations(s.Key).Select(d => $"{d} {d.Weight} {d.UpperThreshold} {d.LowerThreshold} {d.ForwardingMethod}")
                    .Prepend($"{s} {s.Flags} {s.Netmask} {s.PersistenceEngine}")),
        ];
        Assert.Equal(6, foreign.Length);
        return foreign;
    }

    private static PlaneService Service(
        string scheduler, uint? persistence, IpvsForwardingMethod method, params (int Host, int Weight)[] servers) => new()
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
