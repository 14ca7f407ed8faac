using System.Net;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>Peers, groups and sources; authentication; both versions: each on the wire between two hosts.</summary>
public class TransportTests
{
    private static UnicastPeer Peer(int node) => new(IPAddress.Parse($"10.9.0.{node}"));

    [NamespaceFact]
    public Task PeersElectAMasterAmongThemByUnicast() =>
        Elects(TestHost.Instance(150) with { UnicastPeers = [Peer(2)] }, TestHost.Instance(100) with { UnicastPeers = [Peer(1)] }, "advert 10.9.0.2");

    [NamespaceFact]
    public Task AGroupOfItsOwnIsSpokenAndHeard()
    {
        IPAddress group = IPAddress.Parse("239.1.2.3");
        return Elects(
            TestHost.Instance(150) with { MulticastGroup = group }, TestHost.Instance(100) with { MulticastGroup = group }, "advert 239.1.2.3");
    }

    [NamespaceFact]
    public Task AuthenticationHeadersAreMadeAndChecked()
    {
        VrrpInstance Instance(int priority) => TestHost.Instance(priority) with
        {
            Version = 2,
            AdvertisementInterval = TimeSpan.FromSeconds(1),
            Authentication = new VrrpAuthentication(VrrpAuthenticationType.AuthenticationHeader, "secret"),
        };
        return Elects(Instance(150), Instance(100), null);
    }

    [NamespaceFact]
    public Task AuthenticationOfVersion2IsNothingToVersion3()
    {
        VrrpInstance Instance(int priority) => TestHost.Instance(priority) with
        {
            Authentication = new VrrpAuthentication(VrrpAuthenticationType.AuthenticationHeader, "secret"),
        };
        return Elects(Instance(150), Instance(100), "advert 224.0.0.18");
    }

    [NamespaceFact]
    public async Task InstanceThatWaitsForPeersStartsInFaultAndTakesPartWhenItHasThem()
    {
        using var network = new TestNetwork(1);
        VrrpInstance lonely = TestHost.Instance(150) with { UnicastFaultNoPeer = true };
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(lonely)).WaitAsync(TimeSpan.FromSeconds(60));
        await host.Becomes(VrrpStateKind.Fault);
        VrrpInstance paired = lonely with { UnicastPeers = [Peer(2)] };
        await host.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(paired)));
        await host.Becomes(VrrpStateKind.Master);
    }

    [NamespaceFact]
    public async Task PeerThatIsThisHostIsToldOfOnceByAStartAndByTheReloadThatBringsIt()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.Ip("addr add 10.9.5.1/24 dev eth0");
        VrrpInstance instance = TestHost.Instance(150) with { UnicastPeers = [Peer(2), Peer(1)] };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);
        const string told = "(VI_1) the unicast peer 10.9.0.1 is an address of this host: no other router is reached by it; check `unicast_peer`";
        await Eventually.True(() => host.Events.Any(e => e.Kind == "Warning" && e.Message == told));
        await host.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(
            instance with { UnicastPeers = [.. instance.UnicastPeers, new UnicastPeer(IPAddress.Parse("10.9.5.1"))] })));
        await Eventually.True(() => host.Messages.Contains(told.Replace("10.9.0.1", "10.9.5.1", StringComparison.Ordinal)));
        Assert.Equal(2, host.Messages.Count(m => m.Contains("is an address of this host", StringComparison.Ordinal)));
    }

    [NamespaceFact]
    public Task PeersElectAMasterOverIpv6ByUnicast()
    {
        VrrpInstance Instance(int priority, int self, int other) => TestHost.Instance(priority, "2001:db8:9::100/64") with
        {
            SourceAddress = IPAddress.Parse($"2001:db8:9::{self}"),
            UnicastPeers = [new UnicastPeer(IPAddress.Parse($"2001:db8:9::{other}"))],
        };
        return Elects(
            Instance(150, 1, 2),
            Instance(100, 2, 1),
            null,
            nodes =>
            {
                for (int i = 1; i <= 2; i++) nodes[i - 1].Ip($"addr add 2001:db8:9::{i}/64 dev eth0 nodad");
            });
    }

    [NamespaceFact]
    public Task UnicastAdvertsHaveTtl255() => HaveHopLimit("10.9.0.100/24", "10.9.0.2", null, 255);

    [NamespaceFact]
    public Task UnicastAdvertsHaveTheTtlOfTheConfiguration() => HaveHopLimit("10.9.0.100/24", "10.9.0.2", 42, 42);

    [NamespaceFact]
    public Task UnicastAdvertsOverIpv6HaveTheHopLimitOfTheConfiguration() => HaveHopLimit("2001:db8:9::100/64", "2001:db8:9::2", 42, 42);

    [NamespaceFact]
    public async Task BothVersionsAreSpokenSideBySideToAPeerOfEach()
    {
        using var network = new TestNetwork(3);
        VrrpInstance both = TestHost.Instance(150) with { AlsoVersion2 = true, AdvertisementInterval = TimeSpan.FromSeconds(1) };
        VrrpInstance third = TestHost.Instance(100) with { AdvertisementInterval = TimeSpan.FromSeconds(1) };
        await using TestHost master = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(both));
        await master.Becomes(VrrpStateKind.Master);
        await using TestHost two = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(third with { Version = 2 }));
        await using TestHost three = await TestHost.StartAsync(network.Nodes[2], TestHost.Configuration(third));
        await Eventually.True(() =>
            two.StateAsync().GetAwaiter().GetResult().Master == "10.9.0.1" && three.StateAsync().GetAwaiter().GetResult().Master == "10.9.0.1");
        await Task.Delay(4500);
        Assert.Equal(0, (await two.StateAsync()).Statistic.BecameMaster);
        Assert.Equal(0, (await three.StateAsync()).Statistic.BecameMaster);
    }

    [NamespaceFact]
    public async Task OneVirtualRouterIdServesTwoInstancesOfDifferentGroups()
    {
        using var network = new TestNetwork(2);
        VrrpInstance[] Two(int one, int two) =>
        [
            TestHost.Instance(one),
            TestHost.Instance(two, "10.9.0.101/24") with { Name = "VI_2", MulticastGroup = IPAddress.Parse("239.1.2.3") },
        ];
        await using TestHost a = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(Two(150, 100)));
        await using TestHost b = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(Two(100, 150)));
        await a.Becomes(VrrpStateKind.Master);
        await b.Becomes(VrrpStateKind.Master, "VI_2");
        await a.Becomes(VrrpStateKind.Backup, "VI_2");
        await b.Becomes(VrrpStateKind.Backup);
        Assert.Empty((await a.StateAsync("VI_2")).Statistic.Rejected);
        Assert.Empty((await b.StateAsync()).Statistic.Rejected);
    }

    [NamespaceFact]
    public async Task LossOfATrackedSourceAddressIsAFaultUntilItIsBack()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        a.Ip("addr add 10.9.0.50/32 dev lo");
        VrrpInstance instance = TestHost.Instance(150) with { SourceAddress = IPAddress.Parse("10.9.0.50"), TrackSourceAddress = true };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);
        Assert.Equal("10.9.0.50", (await host.StateAsync()).Master);
        await using TestHost peer = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(TestHost.Instance(100)));
        await Eventually.True(() => peer.StateAsync().GetAwaiter().GetResult().Master == "10.9.0.50");

        a.Ip("addr del 10.9.0.50/32 dev lo");
        await host.Becomes(VrrpStateKind.Fault);
        Assert.Contains("10.9.0.50", (await host.StateAsync()).Fault, StringComparison.Ordinal);
        await peer.Becomes(VrrpStateKind.Master);
        a.Ip("addr add 10.9.0.50/32 dev lo");
        await host.Becomes(VrrpStateKind.Master);
    }

    [NamespaceFact]
    public async Task InstanceWithoutAnyAddressTakesPart()
    {
        using var network = new TestNetwork(1);
        VrrpInstance instance = TestHost.Instance(150) with { VirtualAddresses = [], NoVirtualAddress = true };
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);
        await host.Host.StopAsync();
        Assert.Contains("(VI_1) sent 0 priority", host.Messages);
    }

    [NamespaceFact]
    public async Task SecondariesArePromotedFromTheReloadOnThatAsksForIt()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.DoNotPromote();
        VrrpInstance instance = TestHost.Instance(150, "10.9.0.100/32");
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);

        await host.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(instance with { PromoteSecondaries = true })));
        Assert.Equal("1", a.Sysctl("net/ipv4/conf/eth0/promote_secondaries"));

        await host.Host.StopAsync();
        Assert.Equal("0", a.Sysctl("net/ipv4/conf/eth0/promote_secondaries"));
    }

    [NamespaceFact]
    public async Task SecondariesArePromotedWhereThatIsAskedFor()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.DoNotPromote();
        VrrpInstance instance = TestHost.Instance(150, "10.9.0.100/32");
        await using (TestHost plain = await TestHost.StartAsync(a, TestHost.Configuration(instance)))
            Assert.Equal("0", a.Sysctl("net/ipv4/conf/eth0/promote_secondaries"));
        await using (TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance with { PromoteSecondaries = true })))
        {
            Assert.Equal("1", a.Sysctl("net/ipv4/conf/eth0/promote_secondaries"));
            await host.Host.StopAsync();
        }

        Assert.Equal("0", a.Sysctl("net/ipv4/conf/eth0/promote_secondaries"));
    }

    [NamespaceFact]
    public async Task InterfaceThatDoesNotExistYetIsAFaultUntilItComes()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        VrrpInstance instance = TestHost.Instance(150, "10.8.0.100/24") with { Interface = "eth7" };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance) with { DynamicInterfaces = true });
        await host.Becomes(VrrpStateKind.Fault);
        Assert.Equal("interface eth7 down", (await host.StateAsync()).Fault);
        a.AddInterface("eth7");
        a.Ip("addr add 10.8.0.1/24 dev eth7");
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => a.Has("10.8.0.100/24", "eth7"));
    }

    [NamespaceFact]
    public async Task UnknownVirtualRoutersAreToldOnceEachWhereThatIsAskedFor()
    {
        using var network = new TestNetwork(2);
        VrrpInstance[] others =
            [TestHost.Instance(100, "10.9.0.101/24") with { VirtualRouterId = 7 }, TestHost.Instance(100, "10.9.0.102/24") with { Name = "VI_2", VirtualRouterId = 8 }];
        HaConfiguration configuration = TestHost.Configuration(TestHost.Instance(150)) with { LogUnknownVirtualRouters = true };
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], configuration);
        await using TestHost stranger = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(others));
        await Eventually.True(() => stranger.StateAsync("VI_2").GetAwaiter().GetResult().Statistic.AdvertsSent >= 5);
        await Eventually.True(() => host.Messages.Count(m => m.StartsWith("Advert of unknown virtual router", StringComparison.Ordinal)) == 2);
        Assert.Contains("Advert of unknown virtual router 7 from 10.9.0.2 on eth0 (further ones of it are not told)", host.Messages);
    }

    /// <summary>The first becomes master, the second backup, and master when the first stops; nothing is refused meanwhile.</summary>
    private static async Task Elects(
        VrrpInstance better, VrrpInstance worse, string? frame, Action<IReadOnlyList<TestNode>>? prepare = null)
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        prepare?.Invoke(network.Nodes);
        using var capture = new FrameCapture(b);
        string vip = better.VirtualAddresses[0].ToString();
        await using TestHost second = await TestHost.StartAsync(b, TestHost.Configuration(worse));
        await using TestHost first = await TestHost.StartAsync(a, TestHost.Configuration(better));
        await first.Becomes(VrrpStateKind.Master);
        await second.Becomes(VrrpStateKind.Backup);
        await Eventually.True(() => a.Has(vip) && !b.Has(vip));
        await Eventually.True(() => second.StateAsync().GetAwaiter().GetResult() is { Master: not null, Statistic.AdvertsReceived: >= 3 });
        Assert.Empty((await second.StateAsync()).Statistic.Rejected);
        if (frame is not null) await Eventually.True(() => capture.Destinations.Contains(frame));
        await first.Host.StopAsync();
        await second.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => b.Has(vip) && !a.Has(vip));
        Assert.Contains("(VI_1) Backup received priority 0 advertisement", second.Messages);
    }

    private static async Task HaveHopLimit(string address, string peer, int? configured, int expected)
    {
        using var network = new TestNetwork(2);
        for (int i = 0; i < 2; i++) network.Nodes[i].Ip($"addr add 2001:db8:9::{i + 1}/64 dev eth0 nodad");
        using var capture = new FrameCapture(network.Nodes[1]);
        VrrpInstance instance = TestHost.Instance(150, address) with { UnicastPeers = [new UnicastPeer(IPAddress.Parse(peer))], UnicastTtl = configured };
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(instance));
        await Eventually.True(() => capture.HopLimits.Count > 0);
        Assert.Equal([expected], capture.HopLimits.Distinct());
    }
}
