namespace HaTools.Engine.Tests.Vrrp;

/// <summary>Reloads beside instances that they do not concern.</summary>
public class ReloadTests
{
    private const int Many = 255;

    [NamespaceFact]
    public async Task ReloadThatChangesOneOfManyInstancesMakesNoAdvertOfTheOthersLate()
    {
        using var network = new TestNetwork(2);
        // Three of them are what no reload may take, and more than a host stalls for.
        TimeSpan interval = TimeSpan.FromMilliseconds(600);
        VrrpInstance[] instances =
        [
            .. Enumerable.Range(1, Many).Select(i => TestHost.Instance(150, $"10.9.1.{i}/32") with { Name = $"VI_{i}", VirtualRouterId = i, AdvertisementInterval = interval }),
        ];
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(instances));
        await Eventually.True(() => host.Host.GetStatesAsync().GetAwaiter().GetResult().All(s => s.State == VrrpStateKind.Master));

        using var capture = new FrameCapture(network.Nodes[1]);
        await Eventually.True(() => capture.Adverts.Count > 5 * Many);
        for (int round = 1; round <= 5; round++)
        {
            VrrpInstance[] changed = [.. instances];
            changed[100] = changed[100] with
            {
                Priority = 150 + round,
                VirtualAddresses = [.. changed[100].VirtualAddresses, TestHost.Address($"10.9.2.{round}/32")],
            };
            await host.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(changed)));
            await Task.Delay(4 * interval);
        }

        IReadOnlyList<(int RouterId, double Time)> adverts = capture.Adverts;
        Assert.Equal(Many, adverts.Select(x => x.RouterId).Distinct().Count());
        foreach (IGrouping<int, (int RouterId, double Time)> one in adverts.GroupBy(x => x.RouterId))
        {
            double[] times = [.. one.Select(x => x.Time)];
            double longest = times.Zip(times.Skip(1), (a, b) => b - a).Max();
            Assert.True(longest <= 3 * interval.TotalMilliseconds, $"virtual router {one.Key} was silent for {longest:0} ms");
        }

        Assert.All(await host.Host.GetStatesAsync(), s => Assert.Equal(0, s.Statistic.ReleasedMaster));
        Assert.True(network.Nodes[0].Has("10.9.2.5/32"));
        Assert.False(network.Nodes[0].Has("10.9.2.4/32"));
    }

    [NamespaceFact]
    public async Task RoutersThatAreReloadedIntoAnotherVersionOneAfterTheOtherGoOn()
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode b) = (network.Nodes[0], network.Nodes[1]);
        VrrpInstance better = TestHost.Instance(150) with { Version = 2, AdvertisementInterval = TimeSpan.FromSeconds(1) }, other = better with { Priority = 100 };
        VrrpInstance also = better with { Version = 3, AlsoVersion2 = true };
        await using TestHost master = await TestHost.StartAsync(a, TestHost.Configuration(better));
        await master.Becomes(VrrpStateKind.Master);
        await using TestHost backup = await TestHost.StartAsync(b, TestHost.Configuration(other));
        await backup.Becomes(VrrpStateKind.Backup);

        // RFC 9568 section 8.4: the master in both, the backup in the new one, the master in the new one alone.
        await master.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(also)));
        await backup.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(other with { Version = 3 })));
        await master.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(better with { Version = 3 })));
        long heard = (await backup.StateAsync()).Statistic.AdvertsReceived;
        await Eventually.True(() => backup.StateAsync().GetAwaiter().GetResult().Statistic.AdvertsReceived >= heard + 5);

        (VrrpState of, VrrpState beside) = (await master.StateAsync(), await backup.StateAsync());
        Assert.Equal((VrrpStateKind.Master, 3, 1L, 0L), (of.State, of.Version, of.Statistic.BecameMaster, of.Statistic.PriorityZeroSent));
        Assert.Equal((VrrpStateKind.Backup, 3, 0L), (beside.State, beside.Version, beside.Statistic.BecameMaster));
        Assert.True(a.Has("10.9.0.100/24"));
        Assert.False(b.Has("10.9.0.100/24"));
    }

    [NamespaceFact]
    public async Task AnInstanceOfAnotherNameGoesOnWhereItIsTheSameVirtualRouter()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        VrrpInstance one = TestHost.Unhurried(150) with { Name = "OLD" };
        VrrpInstance two = TestHost.Unhurried(150, "10.9.0.110/24") with { Name = "A", VirtualRouterId = 52 };
        VrrpInstance three = TestHost.Unhurried(150, "10.9.0.120/24") with { Name = "B", VirtualRouterId = 53 };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(one, two, three) with { SelfFencing = SelfFencing.Off });
        foreach (string name in (string[])["OLD", "A", "B"]) await host.Becomes(VrrpStateKind.Master, name);
        int before = host.Callbacks.Count();

        await host.Host.ReconfigureAsync(TestHost.Wrap(
            TestHost.Configuration(one with { Name = "NEW" }, two with { Name = "B" }, three with { Name = "A" }) with { SelfFencing = SelfFencing.Off }));
        Assert.Equal([("NEW", 51, 1), ("B", 52, 1), ("A", 53, 1)],
            (await host.Host.GetStatesAsync()).Select(s => (s.Name, s.VirtualRouterId, (int)s.Statistic.BecameMaster)));
        Assert.All(await host.Host.GetStatesAsync(), s => Assert.Equal((VrrpStateKind.Master, 0), (s.State, s.Statistic.PriorityZeroSent)));
        Assert.True(a.Has("10.9.0.100/24") && a.Has("10.9.0.110/24") && a.Has("10.9.0.120/24"));
        Assert.Equal(["added NEW", "added B", "added A", "removed OLD"], host.Callbacks.Skip(before));
        Assert.Contains("(NEW) goes on as MASTER where OLD was: it is the same virtual router under another name", host.Messages);
        await host.Host.StopAsync();
        Assert.False(a.Has("10.9.0.100/24") || a.Has("10.9.0.110/24") || a.Has("10.9.0.120/24"));
    }

    [NamespaceFact]
    public async Task PromotionOfSecondariesIsGivenBackByTheReloadThatNeedsItNoMore()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.DoNotPromote();
        VrrpInstance subnet = TestHost.Instance(150), host32 = TestHost.Instance(150, "10.9.0.100/32");
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(host32));
        await host.Becomes(VrrpStateKind.Master);
        Assert.Equal("0", Promotion());
        await Reload(subnet);
        Assert.Equal("1", Promotion());
        await Reload(host32);
        Assert.Equal("0", Promotion());
        await Reload(host32 with { PromoteSecondaries = true });
        Assert.Equal("1", Promotion());
        await Reload(subnet);
        Assert.Equal("1", Promotion());
        Assert.True(a.Has("10.9.0.100/24"));
        await host.Host.StopAsync();
        Assert.Equal("0", Promotion());

        Task Reload(VrrpInstance next) => host.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(next)));
        string Promotion() => a.Command("cat", "/proc/sys/net/ipv4/conf/eth0/promote_secondaries").Trim();
    }

    [NamespaceFact]
    public async Task AddressMovesFromOneInstanceToAnotherInOneReload()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        VrrpInstance one = TestHost.Unhurried(150, "10.9.0.100/24", "10.9.0.101/24");
        VrrpInstance two = TestHost.Unhurried(150, "10.9.0.110/24") with { Name = "VI_2", VirtualRouterId = 52 };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(one, two));
        await host.Becomes(VrrpStateKind.Master);
        await host.Becomes(VrrpStateKind.Master, "VI_2");

        VrrpInstance with = two with { VirtualAddresses = [.. two.VirtualAddresses, TestHost.Address("10.9.0.101/24")] };
        VrrpInstance without = one with { VirtualAddresses = [one.VirtualAddresses[0]] };
        await host.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(without, with)));
        Assert.True(a.Has("10.9.0.101/24"));
        await host.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(one, two)));
        Assert.True(a.Has("10.9.0.101/24"));

        // Longer than the lifetime of 4 s: renewed by the one that has it now.
        await Task.Delay(6000);
        Assert.True(a.Has("10.9.0.100/24") && a.Has("10.9.0.101/24") && a.Has("10.9.0.110/24"));
        Assert.All(await host.Host.GetStatesAsync(), s => Assert.Equal(1, s.Statistic.BecameMaster));
    }
}
