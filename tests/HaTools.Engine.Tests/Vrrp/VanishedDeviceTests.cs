namespace HaTools.Engine.Tests.Vrrp;

/// <summary>The interface that carries the addresses is not the one that adverts use, and goes away.</summary>
public class VanishedDeviceTests
{
    private const string Vip = "10.77.0.100/24";

    [NamespaceFact]
    public async Task MasterWhoseAddressesInterfaceVanishesIsInFaultUntilItReturns()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        a.AddInterface("lan0");
        VrrpInstance instance = TestHost.Instance(150) with { VirtualAddresses = [TestHost.Address(Vip) with { Device = "lan0" }] };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);
        Assert.True(a.Has(Vip, "lan0"));
        await using TestHost peer = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(TestHost.Instance(100, Vip)));
        await peer.Becomes(VrrpStateKind.Backup);

        a.Ip("link del lan0");
        await host.Becomes(VrrpStateKind.Fault);
        Assert.Equal("interface lan0 of 10.77.0.100 down", (await host.StateAsync()).Fault);
        await peer.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => host.Messages.Contains("(VI_1) entering FAULT state (interface lan0 of 10.77.0.100 down)"));
        await Eventually.True(() => host.Messages.Contains("(VI_1) sent 0 priority"));

        a.AddInterface("lan0");
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => a.Has(Vip, "lan0"));

        a.Ip("link set lan0 down");
        await host.Becomes(VrrpStateKind.Fault);
        a.Ip("link del lan0");
        await host.Host.StopAsync();
    }

    /// <summary>The interval is long, so that no machine that stands still for a moment makes a new mastership, which puts the addresses back.</summary>
    [NamespaceFact]
    public async Task UntrackedAddressThatSomebodyRemovesCostsNothingAndComesWithTheNextMastership()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.AddInterface("lan0");
        VrrpInstance instance = TestHost.Instance(150, "10.9.0.100/24", Vip, "10.9.0.101/24");
        ValueList<VirtualAddress> addresses = instance.VirtualAddresses;
        instance = instance with
        {
            AdvertisementInterval = TimeSpan.FromSeconds(1),
            VirtualAddresses = [addresses[0], addresses[1] with { Device = "lan0", NoTrack = true }, addresses[2] with { NoTrack = true }],
        };
        var routes = new FaultyRoutes();
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance), routes: routes);
        await host.Becomes(VrrpStateKind.Master);
        a.Ip("addr del 10.9.0.101/24 dev eth0");
        a.Ip("link del lan0");
        await Eventually.True(() => host.Messages.Contains("Netlink reports that interface lan0 no longer exists"));
        a.AddInterface("lan0");

        // Two renewals, and the third has begun.
        for (int renewals = 0; renewals < 3; renewals++)
        {
            routes.RenewalWaits.Reset();
            using (routes.HoldRenewals()) Assert.True(routes.RenewalWaits.Wait(TimeSpan.FromSeconds(30)));
        }

        Assert.False(a.Has("10.9.0.101/24"));
        Assert.False(a.Has(Vip, "lan0"));
        Assert.True(a.Has("10.9.0.100/24"));
        VrrpState state = await host.StateAsync();
        Assert.Equal((VrrpStateKind.Master, 0L), (state.State, state.Statistic.ReleasedMaster));

        a.Ip("link set eth0 down");
        await host.Becomes(VrrpStateKind.Fault);
        a.Ip("link set eth0 up");
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => a.Has("10.9.0.101/24") && a.Has(Vip, "lan0"));
    }
}
