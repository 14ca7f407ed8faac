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
        long start = ThreadWakes.Of(host, "vrrp");
        Send(other, routerId: 99);
        long others = ThreadWakes.Of(host, "vrrp") - start;
        Send(other, routerId: 51);
        long own = ThreadWakes.Of(host, "vrrp") - start - others;
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
}
