using System.Net;
using HaTools.Linux;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

public class ElectionTests
{
    private const string Vip = "10.9.0.100/24";

    [NamespaceFact]
    public async Task StateSaysWhatStandsWhatWasLearnedAndHowLongAPreemptionWaits()
    {
        using var network = new TestNetwork(2);
        VrrpInstance instance = TestHost.Instance(100) with
        {
            ExcludedAddresses = [TestHost.Address("10.9.0.101/24")],
            AdvertisementInterval = TimeSpan.FromMilliseconds(50),
        };
        await using TestHost master = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(instance));
        await master.Becomes(VrrpStateKind.Master);
        await using TestHost backup = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(instance with
        {
            Priority = 128,
            AdvertisementInterval = TimeSpan.FromSeconds(2),
            PreemptDelay = TimeSpan.FromMinutes(5),
        }));
        await Eventually.True(() => backup.StateAsync().GetAwaiter().GetResult().Master == "10.9.0.1");

        VrrpState held = await master.StateAsync(), waiting = await backup.StateAsync();
        Assert.Equal(["10.9.0.101/24"], held.ExcludedAddresses);
        Assert.Equal(["10.9.0.100/24", "10.9.0.101/24"], held.StandingAddresses);
        Assert.Equal(("10.9.0.1", 0.05, null), (held.SourceAddress, held.AdvertisementInterval, held.PreemptsIn));
        Assert.Empty(waiting.StandingAddresses);

        // Three intervals of the master's and the skew: (256 - 128) / 256 of one.
        Assert.Equal(("10.9.0.2", 0.05, 0.175), (waiting.SourceAddress, waiting.AdvertisementInterval, waiting.MasterDownInterval));
        Assert.InRange(waiting.PreemptsIn!.Value, 1, 300);
    }

    [NamespaceFact]
    public async Task HigherPriorityHoldsTheAddressAndStoppingItHandsItOver()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        await using TestHost backup = await TestHost.StartAsync(b, TestHost.Configuration(TestHost.Instance(100)));
        await using TestHost master = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150)));
        await master.Becomes(VrrpStateKind.Master);
        await backup.Becomes(VrrpStateKind.Backup);
        Assert.True(a.Has(Vip));
        await Eventually.True(() => !b.Has(Vip));
        VrrpState seen = await backup.StateAsync();
        Assert.Equal("10.9.0.1", seen.Master);
        Assert.InRange(seen.LastAdvertAge!.Value, 0, 30);

        await master.Host.StopAsync();
        Assert.False(a.Has(Vip));
        await backup.Becomes(VrrpStateKind.Master);
        Assert.True(b.Has(Vip));
        Assert.Contains("(VI_1) sent 0 priority", master.Messages);
        Assert.Contains("(VI_1) removing VIPs.", master.Messages);
        Assert.Contains("(VI_1) Backup received priority 0 advertisement", backup.Messages);
        await Assert.ThrowsAsync<HaEngineException>(() => master.Host.GetStatesAsync());
    }

    [NamespaceFact]
    public async Task AddressStandsWithEverythingThatWasConfiguredAndALifetime()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.AddInterface("eth1");
        VrrpInstance instance = TestHost.Unhurried(150) with
        {
            VirtualAddresses =
            [
                TestHost.Address(Vip) with { Label = "eth0:1", Broadcast = IPAddress.Parse("10.9.0.255") },
                TestHost.Address("10.77.0.1/32") with { Device = "eth1", Scope = AddressScope.Link },
            ],
        };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);

        AddressInfo first = a.Find(Vip)!;
        Assert.Equal("eth0:1", first.Label);
        Assert.Equal(IPAddress.Parse("10.9.0.255"), first.Broadcast);
        Assert.InRange(first.ValidLifetime!.Value, 0u, 4u);
        Assert.True(first.IsSecondary);
        AddressInfo second = a.Find("10.77.0.1/32", "eth1")!;
        Assert.Equal(RouteScope.Link, second.Scope);
        Assert.Null(second.Broadcast);
        Assert.Equal(4, (await host.StateAsync()).SelfFencingLifetime);

        // It outlives its lifetime, because it is renewed.
        await Task.Delay(6000);
        Assert.True(a.Has(Vip));
        Assert.DoesNotContain(host.Events, e => e.Kind == "AddressChanged");
    }

    [NamespaceFact]
    public async Task WithoutSelfFencingTheAddressIsPermanent()
    {
        using var network = new TestNetwork(1);
        await using TestHost host = await TestHost.StartAsync(
            network.Nodes[0], TestHost.Configuration(TestHost.Instance(150)) with { SelfFencing = SelfFencing.Off });
        await host.Becomes(VrrpStateKind.Master);
        Assert.Null(network.Nodes[0].Find(Vip)!.ValidLifetime);
        Assert.Null((await host.StateAsync()).SelfFencingLifetime);
    }

    [NamespaceFact]
    public async Task TakeoverIsToldInKeepalivedsWordsAndOrder()
    {
        using var network = new TestNetwork(2);
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Instance(100)));
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => host.Messages.Count() >= 5);
        Assert.Equal(
            [
                "(VI_1) Entering BACKUP STATE (init)",
                "(VI_1) Receive advertisement timeout",
                "(VI_1) Entering MASTER STATE",
                "(VI_1) setting VIPs.",
                "(VI_1) Sending/queueing gratuitous ARPs on eth0 for 10.9.0.100",
            ],
            host.Messages.Where(m => m.StartsWith("(VI_1)", StringComparison.Ordinal)).Take(5));

        await using TestHost better = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(TestHost.Instance(150)));
        await host.Becomes(VrrpStateKind.Backup);
        await Eventually.True(() => host.Messages.Contains("(VI_1) removing VIPs."));
        Assert.Contains("(VI_1) Master received advert from 10.9.0.2 with higher priority 150, ours 100", host.Messages);
        Assert.Contains("(VI_1) Entering BACKUP STATE", host.Messages);
        Assert.Equal(["added VI_1", "removed VI_1"], host.Callbacks);
    }

    [NamespaceFact]
    public async Task LinkDownIsAFaultAndTheOtherTakesOverUntilItIsUpAgain()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        await using TestHost first = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150)));
        await first.Becomes(VrrpStateKind.Master);
        await using TestHost second = await TestHost.StartAsync(b, TestHost.Configuration(TestHost.Instance(100)));

        a.Ip("link set eth0 down");
        await first.Becomes(VrrpStateKind.Fault);
        Assert.Equal("interface eth0 down", (await first.StateAsync()).Fault);
        Assert.False(a.Has(Vip));
        await second.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => first.Messages.Contains("(VI_1) entering FAULT state (interface eth0 down)"));

        a.Ip("link set eth0 up");
        await first.Becomes(VrrpStateKind.Master);
        await second.Becomes(VrrpStateKind.Backup);
        Assert.True(a.Has(Vip));
        await Eventually.True(() => !b.Has(Vip));
    }

    [NamespaceFact]
    public async Task InterfaceThatVanishesIsAFaultAndServesAgainWhenItComesBack()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.AddInterface("eth1");
        a.Ip("addr add 10.8.0.1/24 dev eth1");
        await using TestHost host = await TestHost.StartAsync(
            a, TestHost.Configuration(TestHost.Instance(100, "10.8.0.100/32") with { Interface = "eth1" }));
        await host.Becomes(VrrpStateKind.Master);

        a.Ip("link del eth1");
        await host.Becomes(VrrpStateKind.Fault);
        Assert.False(host.Host.Completion.IsCompleted);

        a.AddInterface("eth1");
        a.Ip("addr add 10.8.0.1/24 dev eth1");
        await host.Becomes(VrrpStateKind.Master);
        Assert.True(a.Has("10.8.0.100/32", "eth1"));
    }

    [NamespaceFact]
    public async Task InterfaceThatIsRenamedIsAFaultWithoutTheAddressAndServesAgainUnderItsName()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(100)));
        await host.Becomes(VrrpStateKind.Master);

        // It stays up, and keeps its addresses.
        a.Ip("link set eth0 name other");
        await host.Becomes(VrrpStateKind.Fault);
        Assert.False(a.Has("10.9.0.100/24", "other"));
        Assert.True(a.Has("10.9.0.1/24", "other"));

        a.Ip("link set other name eth0");
        await host.Becomes(VrrpStateKind.Master);
        Assert.True(a.Has("10.9.0.100/24"));
    }

    [NamespaceFact]
    public async Task InstanceGoesOnWhenTheHostsPrimaryAddressGoesAndAnotherOfItsAddressesIsThere()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Unhurried(100)));
        await host.Becomes(VrrpStateKind.Master);
        a.Ip("addr add 10.9.0.7/24 dev eth0");

        // The kernel promotes the next in line, which is the virtual one.
        a.Ip("addr del 10.9.0.1/24 dev eth0");
        await Eventually.True(() => host.StateAsync().GetAwaiter().GetResult().Master == "10.9.0.7");
        await Eventually.True(() => a.Find("10.9.0.7/24") is { IsSecondary: false } && a.Find("10.9.0.100/24") is { IsSecondary: true });
        VrrpState state = await host.StateAsync();
        Assert.Equal((VrrpStateKind.Master, 0L), (state.State, state.Statistic.ReleasedMaster));
    }

    /// <summary>A host that stalls meanwhile makes a change of mastership too; what the addresses make of their own happens each time.</summary>
    [NamespaceFact]
    public async Task ThousandsOfAddressesThatComeAndGoDoNotKeepAMasterFromItsAdverts()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        await using TestHost master = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150)));
        await using TestHost backup = await TestHost.StartAsync(b, TestHost.Configuration(TestHost.Instance(100)));
        string[] addresses = [.. Enumerable.Range(0, 4000).Select(i => $"10.5.{i / 250}.{(i % 250) + 1}/32 dev eth0")];
        for (int attempt = 1; await Changes(); attempt++) Assert.True(attempt < 5, string.Join('\n', master.Messages));

        async Task<bool> Changes()
        {
            await master.Becomes(VrrpStateKind.Master);
            await backup.Becomes(VrrpStateKind.Backup);
            long before = await Released();
            a.IpBatch([.. addresses.Select(x => $"addr add {x}"), .. addresses.Select(x => $"addr del {x}")]);
            bool held = a.Has("10.9.0.100/24");
            return !held || await Released() != before;
        }

        async Task<long> Released() => (await master.StateAsync()).Statistic.ReleasedMaster + (await backup.StateAsync()).Statistic.ReleasedMaster;
    }

    [NamespaceFact]
    public async Task WithoutThePrivilegeToSetAddressesNothingStarts()
    {
        using var network = new TestNetwork(1);
        LinuxException e = await Assert.ThrowsAsync<LinuxException>(() => network.Nodes[0].Namespace.Run(() =>
        {
            Privilege.DropNetAdmin();
            return TestHost.StartHereAsync(TestHost.Configuration(TestHost.Instance(100)));
        }));
        Assert.Equal("EPERM (operation not permitted): setting virtual addresses; run as root or grant CAP_NET_ADMIN", e.Message);
    }

    [NamespaceFact]
    public async Task WithoutAnAddressOfItsOwnTheInstanceIsInFault()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.Ip("addr flush dev eth0");
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(100)));
        await host.Becomes(VrrpStateKind.Fault);
        Assert.Equal("no IPv4 address on eth0", (await host.StateAsync()).Fault);

        a.Ip("addr add 10.9.0.7/24 dev eth0");
        await host.Becomes(VrrpStateKind.Master);
        Assert.Equal("10.9.0.7", (await host.StateAsync()).Master);
    }

    [NamespaceFact]
    public async Task MissingInterfacesAreAllNamedWithThoseThatThereAre()
    {
        using var network = new TestNetwork(1);
        VrrpInstance instance = TestHost.Instance(100) with
        {
            Interface = "ens33",
            VirtualAddresses = [TestHost.Address(Vip) with { Device = "ens34" }],
        };
        var failure = await Assert.ThrowsAsync<HaEngineException>(
            () => TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(instance)));
        Assert.Contains("ens33", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ens34", failure.Message, StringComparison.Ordinal);
        Assert.Contains("eth0", failure.Message, StringComparison.Ordinal);
    }

    [NamespaceFact]
    public async Task FailedTrackerMovesTheAddressByPriorityAndByFault()
    {
        using var network = new TestNetwork(2);
        VrrpInstance tracking = TestHost.Instance(150) with { TrackScripts = [new Tracked("weighs"), new Tracked("decides")] };
        ScriptTracker weighs = new() { Name = "weighs", Command = "x", Weight = -60 };
        ScriptTracker decides = new() { Name = "decides", Command = "x" };
        HaConfiguration configuration = TestHost.Configuration(tracking) with { Scripts = [weighs, decides] };
        await using TestHost first = await TestHost.StartAsync(network.Nodes[0], configuration);
        await using TestHost second = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(TestHost.Instance(100)));
        first.Host.SetTracker(new TrackerKey(TrackerKind.Script, "decides"), TrackerReading.Of(true));
        first.Host.SetTracker(new TrackerKey(TrackerKind.Script, "weighs"), TrackerReading.Of(true));
        await first.Becomes(VrrpStateKind.Master);

        first.Host.SetTracker(new TrackerKey(TrackerKind.Script, "weighs"), TrackerReading.Of(false));
        await second.Becomes(VrrpStateKind.Master);
        Assert.Contains("(VI_1) Changing effective priority from 150 to 90", first.Messages);
        Assert.Equal(90, (await first.StateAsync()).Priority);
        first.Host.SetTracker(new TrackerKey(TrackerKind.Script, "weighs"), TrackerReading.Of(true));
        await first.Becomes(VrrpStateKind.Master);

        first.Host.SetTracker(new TrackerKey(TrackerKind.Script, "decides"), TrackerReading.Of(false));
        await first.Becomes(VrrpStateKind.Fault);
        Assert.Equal("script decides failed", (await first.StateAsync()).Fault);
        await second.Becomes(VrrpStateKind.Master);
    }

    [NamespaceFact]
    public async Task SourceAddressIsNeverAVirtualOne()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        a.Ip("addr flush dev eth0");
        a.Ip("addr add 10.9.0.100/24 dev eth0");
        a.Ip("addr add 10.9.0.1/24 dev eth0");
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150)));
        await host.Becomes(VrrpStateKind.Master);
        Assert.Equal("10.9.0.1", (await host.StateAsync()).Master);
    }

    [NamespaceFact]
    public async Task AtRestTheThreadAllocatesNothing()
    {
        using var network = new TestNetwork(2);
        string[] addresses = [.. Enumerable.Range(100, 40).Select(i => $"10.9.0.{i}/24")];
        HaConfiguration high = TestHost.Configuration(TestHost.Unhurried(150, addresses));
        HaConfiguration low = TestHost.Configuration(TestHost.Unhurried(100, addresses));
        await using TestHost master = await TestHost.StartAsync(network.Nodes[0], high);
        await using TestHost backup = await TestHost.StartAsync(network.Nodes[1], low);
        await master.Becomes(VrrpStateKind.Master);
        await backup.Becomes(VrrpStateKind.Backup);

        // Adverts that are sent and heard, and renewals. (The first times there is the second burst of gratuitous ARPs too, which is told.)
        TestNode a = network.Nodes[0];
        using var capture = new FrameCapture(network.Nodes[1]);
        await Allocations.NoneAsync(() => master.Host.AllocatedBytes + backup.Host.AllocatedBytes, () =>
        {
            long renewals = ThreadWakes.Of(a, "vrrp-renewals");
            int adverts = capture.Adverts.Count;
            return Eventually.True(() => capture.Adverts.Count >= adverts + 5 && ThreadWakes.Of(a, "vrrp-renewals") >= renewals + 3);
        });
    }

    [NamespaceFact]
    public async Task LowerMasterThatCannotHearUsDoesNotFillTheLog()
    {
        using var network = new TestNetwork(2);
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Unhurried(150)));
        await host.Becomes(VrrpStateKind.Master);
        var advert = new byte[VrrpRouter.MaxAdvertLength];
        int length = VrrpAdvertWriter.Write(
            new VrrpAdvertFields
            {
                Version = 3,
                VirtualRouterId = 51,
                Priority = 100,
                IntervalUnits = 10,
                Source = 0x0A090002,
                Destination = VrrpProtocol.MulticastAddress,
            },
            [0x0A090064], [], advert);
        network.Nodes[1].Namespace.Run(() =>
        {
            using RouteClient routes = RouteClient.Open();
            using var socket = new VrrpSocket("eth0", routes.FindLink("eth0")!.Index);
            for (int i = 0; i < 500; i++)
            {
                Assert.Equal(0, socket.Send(advert.AsSpan(0, length), VrrpProtocol.MulticastAddress));
                Thread.Sleep(2);
            }
        });

        await Eventually.True(() => host.StateAsync().GetAwaiter().GetResult().Statistic.AdvertsReceived == 500);
        Assert.Equal(VrrpStateKind.Master, (await host.StateAsync()).State);
        Assert.InRange(host.Messages.Count(m => m.Contains("lower priority 100", StringComparison.Ordinal)), 10, 60);
        Assert.InRange(host.Messages.Count(m => m.Contains("gratuitous ARPs", StringComparison.Ordinal)), 1, 60);
    }
}
