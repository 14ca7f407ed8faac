namespace HaTools.Engine.Tests.Vrrp;

/// <summary>The renewal of lifetimes while the kernel's routing lock is held by somebody else.</summary>
public class RenewalTests
{
    private const string Vip = "10.9.0.100/24";

    [NamespaceFact]
    public async Task RenewalThatWaitsForTheKernelKeepsNoAdvertBack()
    {
        using var network = new TestNetwork(2);
        var routes = new FaultyRoutes();
        // So long that a host that stalls neither makes it step down, which would wait for the renewal as it must, nor lets the lifetime end meanwhile: then
        // the address is put back, which waits, too. (Who really holds the kernel's lock keeps it from that.)
        VrrpInstance instance = TestHost.Instance(150) with
        {
            AdvertisementInterval = TimeSpan.FromMilliseconds(500),
            SelfFencing = SelfFencing.After(TimeSpan.FromSeconds(30)),
        };
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(instance), routes: routes);
        await host.Becomes(VrrpStateKind.Master);

        using FaultyRoutes.Held held = routes.HoldRenewals();
        Assert.True(routes.RenewalWaits.Wait(TimeSpan.FromSeconds(30)));
        // Asked before the capture begins, so that all it has was sent after this.
        long before = (await host.StateAsync()).Statistic.AdvertsSent;
        using var capture = new FrameCapture(network.Nodes[1]);
        await Eventually.True(() => capture.Adverts.Count >= 6, () => string.Join('\n', host.Messages));

        // Nothing that was held back came at once: the thread said so itself when it was asked, and the renewal still waits.
        Assert.True((await host.StateAsync()).Statistic.AdvertsSent >= before + 6);
    }

    [NamespaceFact]
    public async Task AddressThatIsRemovedWhileItsRenewalIsOnItsWayDoesNotComeBack()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        var routes = new FaultyRoutes();
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Unhurried(150)), routes: routes);
        await host.Becomes(VrrpStateKind.Master);

        using FaultyRoutes.Held held = routes.HoldRenewals();
        Assert.True(routes.RenewalWaits.Wait(TimeSpan.FromSeconds(30)));
        await using TestHost better = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(TestHost.Unhurried(200)));
        await better.Becomes(VrrpStateKind.Master);

        // By now the first has yielded, and would have removed the address if it did not wait.
        await Task.Delay(300);
        held.Dispose();
        await host.Becomes(VrrpStateKind.Backup);
        await Eventually.True(() => !a.Has(Vip));
        for (int i = 0; i < 20; i++)
        {
            await Task.Delay(50);
            Assert.False(a.Has(Vip));
        }
    }

    [NamespaceFact]
    public async Task NobodyIsWokenToRenewWhatABackupDoesNotHold()
    {
        const string renewals = "vrrp-renewals";
        using var network = new TestNetwork(2);
        (TestNode a, TestNode b) = (network.Nodes[0], network.Nodes[1]);
        await using TestHost backup = await TestHost.StartAsync(b, TestHost.Configuration(TestHost.Unhurried(100)));
        await backup.Becomes(VrrpStateKind.Master);
        long asMaster = ThreadWakes.Of(b, renewals);
        await Eventually.True(() => ThreadWakes.Of(b, renewals) >= asMaster + 3);

        await using TestHost master = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Unhurried(200)));
        await backup.Becomes(VrrpStateKind.Backup);
        await Eventually.True(() => !b.Has(Vip));

        // The beat that was planned before may still come, and after a stall of the host a thread is seen to wake that nobody woke. What is woken for each renewal is so each time.
        for (int attempt = 1; ; attempt++)
        {
            (long of, long beside) = (ThreadWakes.Of(b, renewals), ThreadWakes.Of(a, renewals));
            await Eventually.True(() => ThreadWakes.Of(a, renewals) >= beside + 6);
            if (ThreadWakes.Of(b, renewals) == of) break;
            Assert.True(attempt < 10, "it is woken each time");
        }

        Assert.True(a.Has(Vip));
    }

    [NamespaceFact]
    public async Task AMasterIsNotWokenForItsRenewalsBesideItsAdverts()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150)));
        await host.Becomes(VrrpStateKind.Master);
        (long sent, long renewals, long wakes) = await CountAsync();
        await Eventually.True(() => ThreadWakes.Of(a, "vrrp-renewals") >= renewals + 20);

        // Twice for each renewal, at worst: to ask for it, and to hear from the kernel that it is done. On a busy machine a wake now and then is for something else.
        (long sentNow, long renewalsNow, long wakesNow) = await CountAsync();
        Assert.InRange(wakesNow - wakes, 0, sentNow - sent + ((renewalsNow - renewals) * 3 / 4));

        async Task<(long Sent, long Renewals, long Wakes)> CountAsync() =>
            ((await host.StateAsync()).Statistic.AdvertsSent, ThreadWakes.Of(a, "vrrp-renewals"), ThreadWakes.Of(a, "vrrp"));
    }

    [NamespaceFact]
    public async Task TheWatchSleepsLongerThanAnAdvertTakesToCome()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        VrrpInstance instance = TestHost.Instance(150) with { AdvertisementInterval = TimeSpan.FromSeconds(1) };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);

        // It looks once in five seconds. A stall of the host keeps adverts back; a watch that is woken too often is so each time.
        long adverts = 0;
        for (int attempt = 0; attempt < 5 && adverts < 6; attempt++)
        {
            long sent = await SentAsync(), looks = ThreadWakes.Of(a, "vrrp-watch");
            await Eventually.True(() => ThreadWakes.Of(a, "vrrp-watch") >= looks + 2);
            adverts = await SentAsync() - sent;
        }

        Assert.InRange(adverts, 6, long.MaxValue);

        async Task<long> SentAsync() => (await host.StateAsync()).Statistic.AdvertsSent;
    }

    /// <summary>A host that stalls meanwhile makes a change of mastership too; what others make of their own happens each time.</summary>
    [NamespaceFact]
    public async Task MasterSurvivesThatOthersTakeDownHundredsOfInterfaces()
    {
        using var network = new TestNetwork(2);
        using var other = new TestNode("other");
        VrrpInstance instance = TestHost.Instance(150) with { AdvertisementInterval = TimeSpan.FromMilliseconds(500) };
        await using TestHost master = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(instance));
        await using TestHost backup = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(instance with { Priority = 100 }));
        for (int attempt = 1; await Changes(); attempt++) Assert.True(attempt < 5, string.Join('\n', master.Messages));

        async Task<bool> Changes()
        {
            await master.Becomes(VrrpStateKind.Master);
            await backup.Becomes(VrrpStateKind.Backup);
            (long became, long released) = await Count();
            for (int round = 0; round < 3; round++)
            {
                int first = round * 200;
                other.IpBatch(Enumerable.Range(first, 200).Select(i => $"link add w{i} type veth peer name v{i}"));
                other.IpBatch(Enumerable.Range(first, 200).Select(i => $"link del w{i}"));
            }

            bool held = network.Nodes[0].Has(Vip);
            return !held || await Count() != (became, released);
        }

        async Task<(long Became, long Released)> Count() =>
            ((await backup.StateAsync()).Statistic.BecameMaster, (await master.StateAsync()).Statistic.ReleasedMaster);
    }
}
