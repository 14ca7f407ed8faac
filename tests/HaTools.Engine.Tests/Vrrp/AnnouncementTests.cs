using HaTools.Engine.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>The pace of announcements, and those on demand.</summary>
public class AnnouncementTests
{
    [NamespaceFact]
    public async Task PacedAnnouncementsLeaveRoomForAdvertsBetweenThem()
    {
        using var network = new TestNetwork(2);
        VrrpInstance instance = TestHost.Instance(150, "10.9.0.100/24", "10.9.0.101/24") with
        {
            // A host that stalls for a second makes no new master of it, which would begin again.
            AdvertisementInterval = TimeSpan.FromMilliseconds(500),
            GarpDelay = TimeSpan.Zero,
            GarpRepeat = 3,
        };
        using var capture = new FrameCapture(network.Nodes[1]);
        HaConfiguration configuration = TestHost.Configuration(instance) with { GarpInterval = TimeSpan.FromMilliseconds(1500) };
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], configuration);
        await Eventually.True(() => capture.Frames.Count(f => f.StartsWith("garp", StringComparison.Ordinal)) == 6);
        await Task.Delay(2000);
        string[] frames = [.. capture.Frames];

        // Each address in its turn; two adverts fit between two announcements, and one at the very least was there.
        Assert.Equal(
            Enumerable.Repeat<string[]>(["garp 10.9.0.100", "garp 10.9.0.101"], 3).SelectMany(x => x),
            frames.Where(f => f.StartsWith("garp", StringComparison.Ordinal)));
        Assert.DoesNotContain(frames.Zip(frames.Skip(1)), pair =>
            pair.First.StartsWith("garp", StringComparison.Ordinal) && pair.Second.StartsWith("garp", StringComparison.Ordinal));
    }

    [NamespaceFact]
    public async Task AddressThatTheAdministratorTookAwayIsNotAnnouncedAnyMore()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        VrrpInstance instance = TestHost.Unhurried(150, "10.9.0.100/24", "10.9.0.101/24") with { GarpRefresh = TimeSpan.FromMilliseconds(200) };
        instance = instance with { VirtualAddresses = [instance.VirtualAddresses[0], instance.VirtualAddresses[1] with { NoTrack = true }] };
        using var capture = new FrameCapture(network.Nodes[1]);
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => capture.Frames.Contains("garp 10.9.0.101"));
        a.Ip("addr del 10.9.0.101/24 dev eth0");

        // Each refresh goes over all addresses: after the third one from here, all that was on its way is long here.
        int[] seen = [0, 0, 0];
        for (int i = 0; i < seen.Length; i++)
        {
            int before = Count("garp 10.9.0.100");
            await Eventually.True(() => Count("garp 10.9.0.100") >= before + 3);
            seen[i] = Count("garp 10.9.0.101");
        }

        Assert.Equal(seen[1], seen[2]);
        Assert.False(a.Has("10.9.0.101/24"));

        int Count(string frame) => capture.Frames.Count(f => f == frame);
    }

    [NamespaceFact]
    public async Task InterfacesOfAGroupShareOnePace()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        a.AddInterface("lan0");
        VrrpInstance instance = TestHost.Instance(150, "10.9.0.100/24", "10.8.0.100/24") with { GarpDelay = TimeSpan.Zero, GarpRepeat = 2 };
        instance = instance with { VirtualAddresses = [instance.VirtualAddresses[0], instance.VirtualAddresses[1] with { Device = "lan0" }] };
        using var capture = new FrameCapture(network.Nodes[1]);
        HaConfiguration configuration = TestHost.Configuration(instance) with
        {
            GarpGroups = [new GarpGroup { Interfaces = ["eth0", "lan0"], GarpInterval = 4 * TestHost.Interval }],
        };
        await using TestHost host = await TestHost.StartAsync(a, configuration);

        // The second of eth0 comes after the first of lan0: eight adverts later; alone it would be half of that.
        await Eventually.True(() => capture.Frames.Count(f => f == "garp 10.9.0.100") == 2);
        string[] frames = [.. capture.Frames];
        int first = Array.IndexOf(frames, "garp 10.9.0.100"), second = Array.LastIndexOf(frames, "garp 10.9.0.100");
        Assert.InRange(frames[first..second].Count(f => f == "advert 150"), 5, int.MaxValue);
    }

    [NamespaceFact]
    public async Task ReloadWithoutAnInterfaceForgetsWhatWaitedForItsTurnThere()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        a.AddInterface("lan0");
        a.Ip("addr add 10.8.0.1/24 dev lan0");
        VrrpInstance one = TestHost.Instance(150) with { GarpDelay = TimeSpan.Zero };
        VrrpInstance two = one with { Name = "VI_2", Interface = "lan0", VirtualRouterId = 52, VirtualAddresses = [TestHost.Address("10.8.0.100/24")] };
        using var capture = new FrameCapture(network.Nodes[1]);
        HaConfiguration configuration = TestHost.Configuration(one, two) with { GarpInterval = TimeSpan.FromMinutes(1) };
        await using TestHost host = await TestHost.StartAsync(a, configuration);
        await host.Becomes(VrrpStateKind.Master);
        await host.Becomes(VrrpStateKind.Master, "VI_2");
        await Eventually.True(() => capture.Frames.Contains("garp 10.9.0.100"));

        // Nine of ten announcements of each wait for their minute, those of VI_2 on an interface that the next plan does not know.
        await host.Host.ReconfigureAsync(TestHost.Wrap(configuration with { VrrpInstances = [one] })).WaitAsync(TimeSpan.FromSeconds(30));
        int before = capture.Frames.Count(f => f == "advert 150");
        await Eventually.True(() => capture.Frames.Count(f => f == "advert 150") > before + 3);
    }

    [Fact]
    public void InterfaceWithoutAPaceIsNotPacedAndAGroupGoesBeforeTheNodesPace()
    {
        HaConfiguration configuration = new()
        {
            GarpGroups = [new GarpGroup { Interfaces = ["eth0", "eth1"], GarpInterval = TimeSpan.FromMilliseconds(1) }],
        };
        Dictionary<string, AnnouncementPace> paces = AnnouncementPace.Of(configuration, ["eth0", "eth1", "eth2"]);
        Assert.Same(paces["eth0"], paces["eth1"]);
        Assert.False(paces.ContainsKey("eth2"));
        paces = AnnouncementPace.Of(configuration with { NeighborAdvertisementInterval = TimeSpan.FromMilliseconds(5) }, ["eth0", "eth2", "eth3"]);
        Assert.NotSame(paces["eth2"], paces["eth3"]);
        paces["eth2"].Sent(6, 100);
        paces["eth3"].Sent(4, 100);
        paces["eth0"].Sent(4, 100);
        Assert.Equal((5_000_100L, 100L, 1_000_100L), (paces["eth2"].Next, paces["eth3"].Next, paces["eth0"].Next));
    }

    [NamespaceFact]
    public async Task MasterAnnouncesItsAddressesOnDemandAndABackupDoesNot()
    {
        using var network = new TestNetwork(2);
        VrrpInstance one = TestHost.Instance(150) with { GarpDelay = TimeSpan.Zero };
        VrrpInstance two = one with { Name = "VI_2", VirtualRouterId = 52, VirtualAddresses = [TestHost.Address("10.9.0.101/24")] };
        await using TestHost peer = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(two with { Priority = 200 }));
        await peer.Becomes(VrrpStateKind.Master, "VI_2");
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(one, two));
        await host.Becomes(VrrpStateKind.Master);
        await host.Becomes(VrrpStateKind.Backup, "VI_2");
        await Task.Delay(300);
        using var capture = new FrameCapture(network.Nodes[1]);
        Assert.Equal(["VI_1"], await host.Host.AnnounceAsync(null));
        Assert.Equal([], await host.Host.AnnounceAsync("VI_2"));
        await Eventually.True(() => capture.Frames.Count(f => f == "garp 10.9.0.100") >= 5);
        Assert.DoesNotContain("garp 10.9.0.101", capture.Frames);
    }
}
