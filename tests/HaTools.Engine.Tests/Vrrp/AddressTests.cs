using System.Net;
using HaTools.Engine.Vrrp;
using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.Vrrp;

public class AddressTests
{
    private const string Vip = "10.9.0.100/24";

    [NamespaceFact]
    public async Task AddressThatSomebodyRemovesIsPutBack()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(100)));
        await host.Becomes(VrrpStateKind.Master);

        for (int i = 1; i <= 3; i++)
        {
            a.Ip("addr del 10.9.0.100/24 dev eth0");
            await Eventually.True(() => a.Has(Vip));
            await Eventually.True(() => host.Events.Count(e => e.Kind == "AddressChanged") == i);
        }

        Assert.Contains("(VI_1) 10.9.0.100 was removed from eth0 by someone else or expired; put back", host.Messages);
        Assert.Equal(VrrpStateKind.Master, (await host.StateAsync()).State);
        Assert.NotNull(a.Find(Vip)!.ValidLifetime);
    }

    [NamespaceFact]
    public async Task WhetherAnAddressIsPreferredIsOfIpv6Alone()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        VrrpInstance instance = TestHost.Instance(100) with { VirtualAddresses = [TestHost.Address(Vip) with { Preferred = false }] };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await Eventually.True(() => a.Has(Vip));
        Assert.DoesNotContain("deprecated", a.Ip("addr show dev eth0"), StringComparison.Ordinal);
    }

    [NamespaceFact]
    public async Task SweptAddressIsToldOfOnce()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Unhurried(100)));
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => a.Has(Vip));
        int told = 0;
        for (int i = 1; i <= 4; i++)
        {
            // It looks again whether any are left, and would take what was put back at once.
            a.Ip("addr flush to 10.9.0.100");
            await Eventually.True(() => a.Has(Vip) && Told() > told);
            await Task.Delay(500);
            told = Told();
        }

        // On a busy machine it may be a while before it looks again.
        Assert.InRange(told, 4, 6);
        Assert.Equal(VrrpStateKind.Master, (await host.StateAsync()).State);

        int Told() => host.Events.Count(e => e.Kind == "AddressChanged");
    }

    [NamespaceFact]
    public async Task WhoSweepsTheHostsAddressTooMakesAFaultAndNothingIsPutBackBeforeIt()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(100)));
        for (int i = 1; i <= 10; i++)
        {
            await host.Becomes(VrrpStateKind.Master);
            await Eventually.True(() => a.Has(Vip));
            a.Ip("addr flush dev eth0");
            await host.Becomes(VrrpStateKind.Fault);
            Assert.False(a.Has(Vip));
            a.Ip("addr add 10.9.0.1/24 dev eth0");
        }

        Assert.DoesNotContain(host.Events, e => e.Kind == "AddressChanged");
    }

    [NamespaceFact]
    public async Task SomebodyWhoRemovesAnAddressOverAndOverIsToldOfNowAndThen()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Unhurried(100)));
        await host.Becomes(VrrpStateKind.Master);
        long began = Environment.TickCount64;
        for (int i = 0; i < 30; i++)
        {
            a.Ip("addr flush to 10.9.0.100");
            await Eventually.True(() => a.Has(Vip));
        }

        Assert.Equal(0, (await host.StateAsync()).Statistic.ReleasedMaster);
        int told = host.Messages.Count(m => m.Contains("put back", StringComparison.Ordinal) && m.Contains("10.9.0.100", StringComparison.Ordinal));

        // Ten times, and then once a second: all of them on a machine that takes twenty for this.
        Assert.InRange(told, 10, 12 + ((Environment.TickCount64 - began) / 1000));
    }

    [NamespaceFact]
    public async Task AddressesAreAnnouncedAnewWhenTheInterfaceGetsAnotherHardwareAddress()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        VrrpInstance instance = TestHost.Unhurried(150) with { GarpDelay = TimeSpan.Zero };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => host.Messages.Any(m => m.Contains("gratuitous ARPs", StringComparison.Ordinal)));
        using var capture = new FrameCapture(network.Nodes[1]);
        a.Ip("link set eth0 address 02:00:00:00:0a:01");
        await Eventually.True(() => capture.Frames.Count(f => f == "garp 10.9.0.100") >= 5);
        Assert.Equal(0, (await host.StateAsync()).Statistic.ReleasedMaster);
    }

    [NamespaceFact]
    public async Task AddressThatAPredecessorLeftStaysWhenTheNodeBecomesMasterAndIsFencedThen()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.Ip("addr add 10.9.0.100/24 dev eth0");
        VrrpInstance labelled = TestHost.Instance(100) with { VirtualAddresses = [TestHost.Address(Vip) with { Label = "eth0:9" }] };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(labelled));
        Assert.True(a.Has(Vip));
        await host.Becomes(VrrpStateKind.Master);

        // The label of an address that is there cannot be changed, so it comes anew.
        await Eventually.True(() => a.Find(Vip) is { ValidLifetime: <= 2, Label: "eth0:9" });
        await host.Host.StopAsync();
        Assert.False(a.Has(Vip));
        Assert.True(a.Has("10.9.0.1/24"));
    }

    [NamespaceFact]
    public async Task AddressThatAPredecessorLeftOutlivesTheWaitForMastership()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.Ip("addr add 10.9.0.100/24 dev eth0 valid_lft 3 preferred_lft 3");
        VrrpInstance slow = TestHost.Instance(100) with { AdvertisementInterval = TimeSpan.FromSeconds(1) };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(slow));

        // The backup waits for 3.6 s; the lifetime covers the longest wait (priority 1) and a second.
        Assert.True(a.Find(Vip)!.ValidLifetime > 3);
        await host.Becomes(VrrpStateKind.Master);
        Assert.True(a.Has(Vip));
        Assert.DoesNotContain(host.Messages, m => m.Contains("put back", StringComparison.Ordinal));
    }

    [NamespaceFact]
    public async Task WhatTheKernelNeverShowsIsAskedForOnceMoreAndThenTold()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        var routes = new FaultyRoutes();
        VirtualAddress own = TestHost.Address(Vip);
        VrrpInstance instance = TestHost.Instance(100) with { VirtualAddresses = [own with { Peer = own.Address }] };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance), routes: routes);
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => host.Events.Any(e => e.Kind == "Warning" && e.Message.Contains("than the configuration", StringComparison.Ordinal)));
        int removals = routes.Removals;
        a.Ip("addr del 10.9.0.100/24 dev eth0");
        await Eventually.True(() => host.Messages.Any(m => m.Contains("put back", StringComparison.Ordinal)));
        await Eventually.True(() => a.Has(Vip));
        await Task.Delay(500);
        Assert.Equal(removals, routes.Removals);
        Assert.Single(host.Messages, m => m.Contains("than the configuration", StringComparison.Ordinal));
    }

    [NamespaceFact]
    public async Task AddressThatAPredecessorLeftGoesAsSoonAsAMasterIsHeard()
    {
        using var network = new TestNetwork(2);
        TestNode b = network.Nodes[1];
        await using TestHost master = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Unhurried(150)));
        await master.Becomes(VrrpStateKind.Master);
        b.Ip("addr add 10.9.0.100/24 dev eth0");
        await using TestHost backup = await TestHost.StartAsync(b, TestHost.Configuration(TestHost.Unhurried(100)));
        await Eventually.True(() => !b.Has(Vip));
        Assert.Equal(VrrpStateKind.Backup, (await backup.StateAsync()).State);
        Assert.Equal(0, (await backup.StateAsync()).Statistic.BecameMaster);
    }

    [NamespaceFact]
    public async Task AddressThatAPredecessorLeftGoesWhenAMasterIsHeardBeforeTheScriptsFirstResult()
    {
        using var network = new TestNetwork(2);
        TestNode b = network.Nodes[1];
        await using TestHost master = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(Slow(150)));
        await master.Becomes(VrrpStateKind.Master);
        b.Ip("addr add 10.9.0.100/24 dev eth0");
        HaConfiguration waiting = TestHost.Configuration(Slow(100) with { TrackScripts = [new Tracked("never")] })
            with
        { Scripts = [new ScriptTracker { Name = "never", Command = "x" }] };
        await using TestHost host = await TestHost.StartAsync(b, waiting);
        await Eventually.True(() => host.StateAsync().GetAwaiter().GetResult().Master is not null);
        Assert.Equal(VrrpStateKind.Initialize, (await host.StateAsync()).State);
        Assert.False(b.Has(Vip));

        // At this interval no time that the address could stay for would be over yet.
        static VrrpInstance Slow(int priority) => TestHost.Instance(priority) with { AdvertisementInterval = TimeSpan.FromSeconds(2) };
    }

    [NamespaceFact]
    public async Task AddressThatAPredecessorLeftGoesInAFault()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.Ip("addr add 10.9.0.100/24 dev eth0");
        a.Ip("link set eth0 down");
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150)));
        await host.Becomes(VrrpStateKind.Fault);
        await Eventually.True(() => !a.Has(Vip));
    }

    [NamespaceFact]
    public async Task HostsAddressThatComesAfterTheVirtualOneBecomesThePrimaryAndOutlivesTheNode()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.DoNotPromote();
        await using TestHost host = await TestHost.StartAsync(
            a, TestHost.Configuration(TestHost.Instance(100, "10.88.0.100/24", "10.88.0.101/24") with { Name = "VI_1" }));
        await host.Becomes(VrrpStateKind.Master);
        Assert.False(a.Find("10.88.0.100/24")!.IsSecondary);

        a.Ip("addr add 10.88.0.1/24 dev eth0");
        await Eventually.True(() => a.Find("10.88.0.1/24") is { IsSecondary: false });
        await Eventually.True(() => a.Find("10.88.0.100/24") is { IsSecondary: true } && a.Find("10.88.0.101/24") is { IsSecondary: true });
        await Eventually.True(() => a.Ip("route show 10.88.0.0/24").Contains("src 10.88.0.1", StringComparison.Ordinal));
        Assert.Equal(VrrpStateKind.Master, (await host.StateAsync()).State);

        await host.Host.StopAsync();
        Assert.True(a.Has("10.88.0.1/24"));
        Assert.True(a.Has("10.9.0.1/24"));
        Assert.False(a.Has("10.88.0.100/24"));
        Assert.False(a.Has("10.88.0.101/24"));
        Assert.Equal("0", a.Sysctl("net/ipv4/conf/eth0/promote_secondaries"));
    }

    [NamespaceFact]
    public async Task HostsAddressOutlivesVirtualOnesThatExpireBeforeItCouldBeReordered()
    {
        // As after kill -9: the virtual address came first, with a lifetime, and nobody is there when the host's address comes and the
        // other expires.
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.DoNotPromote();
        await using (TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(100, "10.88.0.100/24"))))
        {
            await host.Becomes(VrrpStateKind.Master);
            Assert.Equal("1", a.Sysctl("net/ipv4/conf/eth0/promote_secondaries"));
        }

        a.Namespace.Run(() => Sysctl.Write("net/ipv4/conf/eth0/promote_secondaries", "1"));
        a.Ip("addr add 10.88.0.100/24 dev eth0 valid_lft 2 preferred_lft 2");
        a.Ip("addr add 10.88.0.1/24 dev eth0");
        await Eventually.True(() => !a.Has("10.88.0.100/24"));
        Assert.True(a.Find("10.88.0.1/24") is { IsSecondary: false });
    }

    [NamespaceFact]
    public async Task WhereProcIsReadOnlyVirtualAddressesWithoutAHostsAddressGetAHostPrefix()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.DoNotPromote();
        VrrpInstance instance = TestHost.Instance(100, "10.88.0.100/24", Vip);
        await using TestHost host = await a.Namespace.Run(() =>
        {
            // A mount namespace for this thread and the host's, as a container has it.
            Assert.Equal(0, Libc.unshare(Libc.CLONE_NEWNS));
            Mount("--make-rprivate", "/");
            Mount("--bind", "/proc/sys", "/proc/sys");
            Mount("-o", "remount,bind,ro", "/proc/sys");
            return TestHost.StartHereAsync(TestHost.Configuration(instance));
        });
        await host.Becomes(VrrpStateKind.Master);
        Assert.True(a.Has("10.88.0.100/32"));
        Assert.False(a.Has("10.88.0.100/24"));
        Assert.True(a.Find(Vip) is { IsSecondary: true });
        Assert.Contains(host.Messages, m => m.Contains("promote_secondaries", StringComparison.Ordinal));

        a.Ip("addr add 10.88.0.1/24 dev eth0");
        await host.Host.StopAsync();
        Assert.True(a.Has("10.88.0.1/24"));
        Assert.False(a.Has("10.88.0.100/32"));
        Assert.False(a.Has(Vip));
    }

    [NamespaceFact]
    public async Task WhereProcIsReadOnlyTheHostsAddressesAreReadOnceForAllThatArePutUp()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.DoNotPromote();
        var routes = new FaultyRoutes();
        VrrpInstance instance = TestHost.Instance(100, [.. Enumerable.Range(1, 200).Select(i => $"10.88.{i}.100/24")]);
        await using TestHost host = await a.Namespace.Run(() =>
        {
            Assert.Equal(0, Libc.unshare(Libc.CLONE_NEWNS));
            Mount("--make-rprivate", "/");
            Mount("--bind", "/proc/sys", "/proc/sys");
            Mount("-o", "remount,bind,ro", "/proc/sys");
            return TestHost.StartHereAsync(TestHost.Configuration(instance), routes: routes);
        });
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => a.Has("10.88.200.100/32"));
        int before = Volatile.Read(ref routes.AddressReadings);
        a.Ip("addr del 10.88.7.100/32 dev eth0");
        await Eventually.True(() => a.Has("10.88.7.100/32"));
        await Eventually.True(() => host.Events.Any(e => e.Kind == "AddressChanged"));
        Assert.InRange(Volatile.Read(ref routes.AddressReadings) - before, 1, 20);
    }

    [NamespaceFact]
    public async Task StopGoesThroughWhereProcHasBecomeReadOnlyAndTellsWhatItLeaves()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.DoNotPromote();
        await using TestHost host = await a.Namespace.Run(async () =>
        {
            Assert.Equal(0, Libc.unshare(Libc.CLONE_NEWNS));
            Mount("--make-rprivate", "/");
            Task<TestHost> started = TestHost.StartHereAsync(TestHost.Configuration(TestHost.Instance(100, "10.88.0.100/24")));
            started.Wait();
            Mount("--bind", "/proc/sys", "/proc/sys");
            Mount("-o", "remount,bind,ro", "/proc/sys");
            return await started;
        });
        await host.Becomes(VrrpStateKind.Master);
        await host.Host.StopAsync();
        Assert.False(a.Has("10.88.0.100/24"));
        Assert.Contains(host.Events, e => e.Kind == "Warning" && e.Message.Contains("cannot be set back", StringComparison.Ordinal));
    }

    [NamespaceFact]
    public async Task AddressThatTwoInstancesHaveStaysWhileOneOfThemIsMaster()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        VrrpInstance first = TestHost.Instance(150);
        VrrpInstance second = TestHost.Instance(150) with { Name = "VI_2", VirtualRouterId = 52 };
        await using TestHost host = await TestHost.StartAsync(
            a, TestHost.Configuration(first, second) with { SelfFencing = SelfFencing.Off });
        await host.Becomes(VrrpStateKind.Master);
        await host.Becomes(VrrpStateKind.Master, "VI_2");

        VrrpInstance better = second with { Priority = 200, VirtualAddresses = [TestHost.Address("10.9.0.101/24")] };
        await using TestHost peer = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(better));
        await host.Becomes(VrrpStateKind.Backup, "VI_2");
        Assert.True(a.Has(Vip));
        Assert.Equal(VrrpStateKind.Master, (await host.StateAsync()).State);
    }

    [NamespaceFact]
    public async Task AddressOwnersOwnAddressIsNeitherFencedNorRemoved()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(255, "10.9.0.1/24", Vip)));
        await host.Becomes(VrrpStateKind.Master);
        Assert.Equal("10.9.0.1", (await host.StateAsync()).Master);
        Assert.Null(a.Find("10.9.0.1/24")!.ValidLifetime);
        Assert.NotNull(a.Find(Vip)!.ValidLifetime);
        await host.Host.StopAsync();
        Assert.True(a.Has("10.9.0.1/24"));
        Assert.False(a.Has(Vip));
    }

    [NamespaceFact]
    public async Task OwnerTellsWhatItTakesForItsOwnAndDoesNotTakeWhatKeepalivedLeft()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.Namespace.Run(() =>
        {
            // Not every ip can say `proto`.
            using RouteClient routes = RouteClient.Open();
            var left = new AddressRequest(routes.FindLink("eth0")!.Index, IPAddress.Parse("10.9.0.100"), 24) { Protocol = 18 };
            Span<int> errno = [0];
            Assert.Equal(0, routes.ReplaceAddresses(new ReadOnlySpan<AddressRequest>(in left), errno));
        });
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(255, "10.9.0.1/24", Vip)));
        await host.Becomes(VrrpStateKind.Master);
        Assert.Contains(host.Messages, m => m.StartsWith("(VI_1) 10.9.0.1 on eth0 is taken for the host's own", StringComparison.Ordinal));
        Assert.NotNull(a.Find(Vip)!.ValidLifetime);
        await host.Host.StopAsync();
        Assert.True(a.Has("10.9.0.1/24"));
        Assert.False(a.Has(Vip));
    }

    [NamespaceFact]
    public async Task ParkedAddressStandsOnLoWheneverTheNodeIsNotMaster()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        const string Parked = "10.9.0.100/32";
        await using TestHost master = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150)), park: true);
        await using TestHost backup = await TestHost.StartAsync(b, TestHost.Configuration(TestHost.Instance(100)), park: true);
        await master.Becomes(VrrpStateKind.Master);
        await backup.Becomes(VrrpStateKind.Backup);
        await Eventually.True(() => !a.Has(Parked, "lo") && b.Has(Parked, "lo") && a.Has(Vip) && !b.Has(Vip));

        await master.Host.StopAsync();
        await backup.Becomes(VrrpStateKind.Master);
        Assert.False(a.Has(Parked, "lo"));
        await Eventually.True(() => !b.Has(Parked, "lo") && b.Has(Vip));
    }

    [NamespaceFact]
    public async Task OneThatComesToBeParkedStandsOnLoAtOnceAndWhatOthersHaveThereIsTheirs()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.Ip("addr add 10.9.0.101/32 dev lo");

        // It is never master: the address is another's.
        VrrpInstance instance = TestHost.Instance(100, "10.9.0.100/24", "10.9.0.101/24") with { AdvertisementInterval = TimeSpan.FromSeconds(40) };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Backup);
        Assert.False(a.Has("10.9.0.100/32", "lo"));
        await host.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(instance), park: true));
        Assert.True(a.Has("10.9.0.100/32", "lo"));

        await host.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(instance)));
        Assert.False(a.Has("10.9.0.100/32", "lo"));
        Assert.True(a.Has("10.9.0.101/32", "lo"));
    }

    [NamespaceFact]
    public async Task AddressThatAScriptPutOnLoIsLeftAlone()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.Ip("addr add 10.9.0.100/32 dev lo label lo:0");
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150)), park: true);
        await host.Becomes(VrrpStateKind.Master);
        Assert.Equal("lo:0", a.Find("10.9.0.100/32", "lo")!.Label);
        await host.Host.StopAsync();
        Assert.Equal("lo:0", a.Find("10.9.0.100/32", "lo")!.Label);
    }

    [NamespaceFact]
    public async Task GatedAddressesWaitForTheDataPlane()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        var gate = new TestGate();
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150)), gate: gate);
        await Eventually.True(() => gate.Asked);
        host.Host.AddressesPrepared("VI_1");
        await Eventually.True(() => a.Has(Vip));
        await Eventually.True(() => host.Messages.Contains("(VI_1) setting VIPs."));
        Assert.Equal(["added VI_1"], host.Callbacks);
        await host.Host.StopAsync();
        Assert.False(a.Has(Vip));
    }

    [NamespaceFact]
    public async Task GateThatIsNeverOpenedHoldsTheAddressesForASecondAtMost()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        var gate = new TestGate();
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150)), gate: gate);
        await Eventually.True(() => gate.Asked);
        await Eventually.True(() => a.Has(Vip));
        await Eventually.True(() =>
            host.Events.Any(e => e.Kind == "Warning" && e.Message.Contains("data plane", StringComparison.Ordinal)));
    }

    [NamespaceFact]
    public async Task ReloadDuringWhichTheDataPlaneIsNotReadyLeavesTheAddressesThatStandToTheirMaster()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        var gate = new TestGate { IsReady = true };
        VrrpInstance instance = TestHost.Instance(150);
        await using TestHost host = await TestHost.StartAsync(a, Unfenced(instance), gate: gate);
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => a.Has(Vip));

        gate.IsReady = false;
        VrrpInstance more = instance with { VirtualAddresses = [.. instance.VirtualAddresses, TestHost.Address("10.9.0.101/24")] };
        await host.Host.ReconfigureAsync(TestHost.Wrap(Unfenced(more), gated: true));
        Assert.True(a.Has("10.9.0.101/24"));
        await host.Host.StopAsync();
        Assert.False(a.Has(Vip) || a.Has("10.9.0.101/24"));

        static HaConfiguration Unfenced(VrrpInstance instance) => TestHost.Configuration(instance) with { SelfFencing = SelfFencing.Off };
    }

    [NamespaceFact]
    public async Task ReconfigurationTouchesOnlyWhatChanged()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        VrrpInstance one = TestHost.Unhurried(100);
        VrrpInstance two = TestHost.Unhurried(100, "10.9.0.110/24", "10.9.0.111/24") with { Name = "VI_2", VirtualRouterId = 52 };
        VrrpInstance gone = TestHost.Unhurried(100, "10.9.0.120/24") with { Name = "VI_3", VirtualRouterId = 53 };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(one, two, gone));
        foreach (string name in new[] { "VI_1", "VI_2", "VI_3" }) await host.Becomes(VrrpStateKind.Master, name);
        DateTimeOffset before = await SinceAsync();

        VrrpInstance changed = two with { VirtualAddresses = [TestHost.Address("10.9.0.111/24"), TestHost.Address("10.9.0.112/24")] };
        VrrpInstance added = TestHost.Unhurried(100, "10.9.0.130/24") with { Name = "VI_4", VirtualRouterId = 54 };
        await host.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(added, changed, one)));
        await host.Becomes(VrrpStateKind.Master, "VI_4");

        Assert.True(a.Has(Vip) && a.Has("10.9.0.111/24") && a.Has("10.9.0.112/24") && a.Has("10.9.0.130/24"));
        Assert.False(a.Has("10.9.0.110/24") || a.Has("10.9.0.120/24"));
        VrrpState after = await host.StateAsync();
        Assert.InRange((await SinceAsync() - before).Duration(), TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
        Assert.Equal((1, 0), (after.Statistic.BecameMaster, after.Statistic.ReleasedMaster));
        Assert.Equal(1, (await host.StateAsync("VI_2")).Statistic.BecameMaster);
        Assert.Equal(["VI_4", "VI_2", "VI_1"], (await host.Host.GetStatesAsync()).Select(s => s.Name));
        Assert.Contains("(VI_3) sent 0 priority", host.Messages);
        Assert.DoesNotContain(host.Events, e => e.Kind == "AddressChanged");

        // All of it is still renewed under the new configuration, longer than the lifetime of 4 s.
        await Task.Delay(6000);
        Assert.True(a.Has(Vip) && a.Has("10.9.0.111/24") && a.Has("10.9.0.112/24") && a.Has("10.9.0.130/24"));

        // The thread looks at two clocks for it: one that stands still in between says later, and never earlier.
        async Task<DateTimeOffset> SinceAsync()
        {
            var told = new List<DateTimeOffset>();
            for (int i = 0; i < 5; i++) told.Add((await host.StateAsync()).Since);
            return told.Min();
        }
    }

    [NamespaceFact]
    public async Task RefusedReconfigurationLeavesTheOldOneInForce()
    {
        using var network = new TestNetwork(1);
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Instance(100)));
        await host.Becomes(VrrpStateKind.Master);
        await Assert.ThrowsAsync<HaEngineException>(
            () => host.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(TestHost.Instance(100) with { Interface = "eth7" }))));
        Assert.Equal(VrrpStateKind.Master, (await host.StateAsync()).State);
        Assert.True(network.Nodes[0].Has(Vip));
    }

    /// <summary>In the mount namespace of the calling thread.</summary>
    internal static void Mount(params string[] arguments)
    {
        var options = new ChildProcessOptions { FileName = "mount", Arguments = arguments, CaptureOutputBytes = 1000 };
        using var child = ChildProcess.Start(options);
        Assert.True(child.WaitAsync().GetAwaiter().GetResult().IsSuccess, child.Output);
    }

    private sealed class TestGate : IMastershipGate
    {
        public volatile bool Asked;

        public volatile bool IsReady;

        public bool Prepare(string instance)
        {
            Asked = true;
            return IsReady;
        }
    }
}
