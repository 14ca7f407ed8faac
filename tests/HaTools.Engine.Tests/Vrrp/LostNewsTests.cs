using System.Net;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>What an instance hears of its interface, sources and trackers although the usual bearer of the news is not there.</summary>
public class LostNewsTests
{
    [NamespaceFact]
    public async Task ReloadThatTakesTheDelayOfAnInterfaceAwayEndsTheWaitForIt()
    {
        using TestNetwork network = Quiet();
        HaConfiguration without = TestHost.Configuration(TestHost.Instance(150));
        HaConfiguration delayed = without with { InterfaceDelays = [new InterfaceDelay("eth0", TimeSpan.Zero, TimeSpan.FromMinutes(4))] };
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], delayed);
        await host.Becomes(VrrpStateKind.Master);
        network.Switch.Ip("link set port1 down");
        await host.Becomes(VrrpStateKind.Fault);
        network.Switch.Ip("link set port1 up");
        await Eventually.True(() => host.Messages.Contains("Netlink reports eth0 up"), () => string.Join('\n', host.Messages));
        Assert.Equal(VrrpStateKind.Fault, (await host.StateAsync()).State);

        await host.Host.ReconfigureAsync(TestHost.Wrap(without));
        await host.Becomes(VrrpStateKind.Master);
    }

    [NamespaceFact]
    public async Task InterfaceThatOnlyCarriedAddressesHasASourceOnceAnInstanceLivesThere()
    {
        using TestNetwork network = Quiet();
        TestNode a = network.Nodes[0];
        a.AddInterface("eth1");
        a.Ip("addr add 10.8.0.1/24 dev eth1");
        VrrpInstance carriedByTheOther = TestHost.Instance(150) with
        {
            Name = "VI_2",
            Interface = "eth1",
            VirtualRouterId = 52,
            VirtualAddresses = [TestHost.Address("10.9.0.101/24") with { Device = "eth0" }],
        };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(carriedByTheOther));
        await host.Becomes(VrrpStateKind.Master, "VI_2");

        VrrpInstance added = TestHost.Instance(150) with { VirtualAddresses = [TestHost.Address("10.8.0.100/24") with { Device = "eth1" }] };
        await host.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(carriedByTheOther, added)));
        await host.Becomes(VrrpStateKind.Master);
        Assert.Equal("10.9.0.1", (await host.StateAsync()).Master);
    }

    [NamespaceFact]
    public async Task LossOfATrackedSourceAddressThatCouldNotBeLookedForIsNoticedWhenItCan()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.Ip("addr add 10.9.0.50/32 dev lo");
        VrrpInstance instance = TestHost.Instance(150) with { SourceAddress = IPAddress.Parse("10.9.0.50"), TrackSourceAddress = true };
        var routes = new FaultyRoutes();
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance), routes: routes);
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => a.Has("10.9.0.100/24"));

        routes.LosesReadings = true;
        a.Ip("addr del 10.9.0.50/32 dev lo");
        await Eventually.True(() => routes.LostReadings > 0);
        Assert.Equal(VrrpStateKind.Master, (await host.StateAsync()).State);
        routes.LosesReadings = false;
        await host.Becomes(VrrpStateKind.Fault);
        Assert.Contains("10.9.0.50", (await host.StateAsync()).Fault, StringComparison.Ordinal);
    }

    [NamespaceFact]
    public async Task ResultOfATrackerThatWasRemovedMeansNothingWhenItComesAgain()
    {
        using var network = new TestNetwork(1);
        VrrpInstance plain = TestHost.Instance(150);
        HaConfiguration without = TestHost.Configuration(plain);
        HaConfiguration with = TestHost.Configuration(plain with { TrackScripts = [new Tracked("decides")] }) with
        {
            Scripts = [new ScriptTracker { Name = "decides", Command = "x" }],
        };
        var decides = new TrackerKey(TrackerKind.Script, "decides");
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], with);
        host.Host.SetTracker(decides, TrackerReading.Of(false));
        await host.Becomes(VrrpStateKind.Fault);
        await host.Host.ReconfigureAsync(TestHost.Wrap(without));
        await host.Becomes(VrrpStateKind.Master);

        await host.Host.ReconfigureAsync(TestHost.Wrap(with));
        Assert.Null((await host.StateAsync()).Fault);
        host.Host.SetTracker(decides, TrackerReading.Of(true));
        await host.Becomes(VrrpStateKind.Master);
    }

    /// <summary>A network of one, without IPv6: its addresses come and go with the link, and bring news of their own.</summary>
    private static TestNetwork Quiet()
    {
        var network = new TestNetwork(1);
        network.Nodes[0].Namespace.Run(() => Linux.Sysctl.Write("net/ipv6/conf/all/disable_ipv6", "1"));
        return network;
    }
}
