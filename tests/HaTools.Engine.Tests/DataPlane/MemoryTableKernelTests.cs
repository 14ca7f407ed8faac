using System.Net;
using System.Net.Sockets;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>The table in memory beside the kernel's.</summary>
[Trait("Needs", "ipvs")]
public sealed class MemoryTableKernelTests
{
    private static readonly DestinationKey[] Servers =
    [
        new(IPAddress.Parse("192.168.1.103"), 80),
        new(IPAddress.Parse("192.168.1.104"), 80),
        new(IPAddress.Parse("192.168.1.104"), 81),
        new(IPAddress.Parse("127.0.0.1"), 80),
        new(IPAddress.Parse("2001:db8::103"), 80),
        new(IPAddress.Parse("2001:db8::104"), 80),
        new(IPAddress.IPv6Loopback, 80),
    ];

    private static readonly DestinationKey[] NoServers =
    [
        new(IPAddress.Parse("224.0.0.1"), 80),
        new(IPAddress.Broadcast, 80),
        new(IPAddress.Any, 80),
        new(IPAddress.Parse("ff02::1"), 80),
        new(IPAddress.Parse("fe80::1"), 80),
        new(IPAddress.IPv6Any, 80),
    ];

    [IpvsKernelFact]
    public void The_same_commands_end_the_same_way_and_leave_the_same_table_in_the_kernel_and_in_memory()
    {
        using var host = new TestNode("director");
        _ = host.Ip("link set lo up");
        host.Namespace.Run(() =>
        {
            using IpvsClient kernel = IpvsClient.Open();
            using IpvsDataPlane plane = IpvsDataPlane.Open();
            var memory = new MemoryTable();
            var random = new RandomPlane(4711);
            var ends = new HashSet<int>();
            for (int i = 0; i < 500; i++)
            {
                PlaneChange change = Change(random);
                int there = kernel.Apply([IpvsTranslation.Command(change)])[0].Errno;

                int here = memory.Do(change);

                Assert.True(there == here, $"{i}: {change}: the kernel {Errno.Name(there)}, the memory {Errno.Name(here)}: {change.Service}, {change.Destination}");
                Assert.Equal(Words(plane.Read(null)), Words(memory.Services));
                _ = ends.Add(here);
            }

            Assert.Equal([0, Errno.ENOENT, Errno.ESRCH, Errno.EEXIST, Errno.EINVAL, Errno.ERANGE], ends.Order());
        });
    }

    private static PlaneChange Change(RandomPlane random)
    {
        ServiceKey key = random.One(RandomPlane.Keys);
        PlaneService service = random.Service(key);
        if (random.Coin(20)) service = service with { Scheduler = random.One("nosuch", "none") };
        if (random.Coin(20)) service = service with { PersistenceEngine = "nosuch" };

        // Services go seldom, so that they have servers to differ in.
        PlaneChangeKind kind = random.Coin(12) ? PlaneChangeKind.RemoveService
            : random.One(PlaneChangeKind.AddService, PlaneChangeKind.SetService, PlaneChangeKind.AddDestination, PlaneChangeKind.AddDestination,
                PlaneChangeKind.SetDestination, PlaneChangeKind.RemoveDestination);
        return kind is PlaneChangeKind.AddService or PlaneChangeKind.SetService or PlaneChangeKind.RemoveService
            ? new PlaneChange(kind, service)
            : new PlaneChange(kind, service, Server(random, key.Address.AddressFamily));
    }

    private static PlaneDestination Server(RandomPlane random, AddressFamily family)
    {
        PlaneDestination server = random.Server(random.One(random.Coin(15) ? NoServers : Servers), family);
        if (random.Coin(20)) server = server with { Weight = -1 };
        if (random.Coin(20)) server = server with { UpperThreshold = 1, LowerThreshold = 2 };
        if (random.Coin(20)) server = server with { Forwarding = IpvsForwardingMethod.Tunnel, Tunnel = new PlaneTunnel(IpvsTunnelType.Gue, 0, default) };
        if (random.Coin(20)) server = server with { Forwarding = IpvsForwardingMethod.Masquerade, Tunnel = default };
        return server;
    }

    // Servers in the table's order; services by key, since theirs is that of a hash.
    private static string[] Words(IReadOnlyList<PlaneService> services) =>
    [
        .. services.OrderBy(s => s.Key.ToString(), StringComparer.Ordinal)
            .SelectMany(s => s.Destinations.Select(d => d.ToString()).Prepend((s with { Destinations = [] }).ToString())),
    ];
}
