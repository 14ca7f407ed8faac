using HaTools.Linux;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>The VRRP thread is woken for adverts of its own virtual routers, and not for those of others on the wire.</summary>
public sealed class AdmittedAdvertsTests
{
    [NamespaceFact]
    public async Task Adverts_of_virtual_routers_that_nobody_here_knows_do_not_wake_the_thread()
    {
        using var network = new TestNetwork(2);
        (TestNode host, TestNode other) = (network.Nodes[0], network.Nodes[1]);
        await using TestHost node = await TestHost.StartAsync(host, TestHost.Configuration(TestHost.Instance(150) with { AdvertisementInterval = TimeSpan.FromSeconds(1) }));
        await node.Becomes(VrrpStateKind.Master);

        // What wakes it besides, its own adverts and renewals, is the same with both.
        long start = Wakes(host);
        Send(other, routerId: 99);
        long others = Wakes(host) - start;
        Send(other, routerId: 51);
        long own = Wakes(host) - start - others;
        await Eventually.True(() => node.StateAsync().GetAwaiter().GetResult().Statistic.AdvertsReceived == 300);
        Assert.True(3 * others < own, $"woken {others} times for adverts of another virtual router, {own} times for those of its own");
    }

    private static void Send(TestNode from, byte routerId)
    {
        var advert = new byte[VrrpRouter.MaxAdvertLength];
        int length = VrrpAdvertWriter.Write(
            new VrrpAdvertFields
            {
                Version = 3,
                VirtualRouterId = routerId,
                Priority = 100,
                IntervalUnits = 100,
                Source = 0x0A090002,
                Destination = VrrpProtocol.MulticastAddress,
            },
            [0x0A090064], [], advert);
        from.Namespace.Run(() =>
        {
            using RouteClient routes = RouteClient.Open();
            using var socket = new VrrpSocket("eth0", routes.FindLink("eth0")!.Index);
            for (int i = 0; i < 300; i++)
            {
                Assert.Equal(0, socket.Send(advert.AsSpan(0, length), VrrpProtocol.MulticastAddress));
                Thread.Sleep(3);
            }
        });
    }

    /// <summary>How often the VRRP thread in a namespace has gone to sleep by itself (proc(5), voluntary_ctxt_switches).</summary>
    private static long Wakes(TestNode host)
    {
        string? space = host.Namespace.Run(() => new FileInfo("/proc/thread-self/ns/net").LinkTarget);
        string thread = Assert.Single(Directory.GetDirectories("/proc/self/task"), t =>
            new FileInfo(Path.Combine(t, "ns/net")).LinkTarget == space && NameOf(t) == "vrrp");
        string line = File.ReadLines(Path.Combine(thread, "status")).Single(l => l.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(line.IndexOf(':') + 1), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string? NameOf(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd();
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }
}
