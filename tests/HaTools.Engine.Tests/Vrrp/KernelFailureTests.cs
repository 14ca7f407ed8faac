using HaTools.Linux;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>Conversations with the kernel that fail, and a kernel that refuses.</summary>
public class KernelFailureTests
{
    private const string Vip = "10.9.0.100/24";

    [NamespaceFact]
    public async Task MasterWhoseAnswersFromTheKernelAreLostGoesOnTellsItOnceAndIsInOrderAgainAfterwards()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        var routes = new FaultyRoutes();
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Unhurried(150)), routes: routes);
        await host.Becomes(VrrpStateKind.Master);

        routes.LosesAnswers = true;
        a.Ip("addr del 10.9.0.100/24 dev eth0");
        a.Ip("addr add 10.9.0.7/24 dev eth0");
        await Eventually.True(() => host.Messages.Any(m => m.Contains("ENOBUFS", StringComparison.Ordinal)));
        await Eventually.True(() => host.Messages.Any(m => m.Contains("could not be read from the kernel", StringComparison.Ordinal)));

        // Several retries.
        await Task.Delay(3000);
        Assert.False(host.Host.Completion.IsCompleted);

        // Not again before the kernel answers.
        Assert.Single(host.Messages, m => m.StartsWith("(VI_1) 10.9.0.100 on eth0: ENOBUFS", StringComparison.Ordinal));
        Assert.Equal(1, (await host.StateAsync()).Statistic.BecameMaster);
        Assert.Single(host.Messages, m => m.Contains("could not be read from the kernel", StringComparison.Ordinal));

        routes.LosesAnswers = false;
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => a.Has(Vip));
    }

    [NamespaceFact]
    public async Task MasterThatCanPutUpNoneOfItsAddressesIsInFaultUntilItCan()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        var routes = new FaultyRoutes { RefusesAdditions = Errno.EPERM };
        await using TestHost peer = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(TestHost.Instance(100)));
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150)), routes: routes);
        await host.Becomes(VrrpStateKind.Fault);
        await peer.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => host.Messages.Any(m =>
            m.StartsWith("(VI_1) entering FAULT state (no virtual address can be put up: EPERM", StringComparison.Ordinal)));
        Assert.DoesNotContain(host.Messages, m => m.Contains("CANNOT BE REMOVED", StringComparison.Ordinal));

        // Each attempt would take the service from the peer: there is none on no news.
        await Task.Delay(4000);
        Assert.True((await host.StateAsync()).Statistic.BecameMaster == 1, string.Join("\n", host.Messages));
        Assert.DoesNotContain(host.Messages, m => m.Contains("gratuitous ARPs", StringComparison.Ordinal));

        routes.RefusesAdditions = 0;
        a.Ip("addr add 10.9.0.7/24 dev eth0");
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => a.Has(Vip));
    }

    [NamespaceFact]
    public async Task AddressesThatAreRefusedAreAnnouncedToNobody()
    {
        using var network = new TestNetwork(2);
        var routes = new FaultyRoutes { RefusesAdditions = Errno.EPERM };
        using var capture = new FrameCapture(network.Nodes[1]);
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Instance(150)), routes: routes);
        await host.Becomes(VrrpStateKind.Fault);
        await Eventually.True(() => capture.Frames.Contains("advert 0"));
        Assert.DoesNotContain("garp 10.9.0.100", capture.Frames);
    }

    [NamespaceFact]
    public async Task RemovalThatFailsIsToldLoudlyAndTriedUntilItIsDone()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        var routes = new FaultyRoutes();
        HaConfiguration configuration = TestHost.Configuration(TestHost.Instance(150)) with { SelfFencing = SelfFencing.Off };
        await using TestHost host = await TestHost.StartAsync(a, configuration, routes: routes);
        await host.Becomes(VrrpStateKind.Master);

        routes.LosesAnswers = true;
        await using TestHost better = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(TestHost.Instance(200)));
        await host.Becomes(VrrpStateKind.Backup);
        await Eventually.True(() => host.Events.Any(e => e.Kind == "Warning" && e.Message.Contains("CANNOT BE REMOVED", StringComparison.Ordinal)));
        int before = routes.Removals;
        await Eventually.True(() => routes.Removals >= before + 3);
        Assert.True(a.Has(Vip));
        VrrpAddressFailure stuck = Assert.Single((await host.StateAsync()).FailedAddresses);
        Assert.Equal((Vip, "eth0"), (stuck.Address, stuck.Interface));
        Assert.StartsWith("it cannot be removed: ENOBUFS", stuck.Reason, StringComparison.Ordinal);

        routes.LosesAnswers = false;
        await Eventually.True(() => !a.Has(Vip));
        await Eventually.True(() => host.Messages.Any(m => m.Contains("is gone from eth0 at last", StringComparison.Ordinal)));
        Assert.Single(host.Messages, m => m.Contains("CANNOT BE REMOVED", StringComparison.Ordinal));
        Assert.Empty((await host.StateAsync()).FailedAddresses);
    }

    [NamespaceFact]
    public async Task An_address_that_is_refused_beside_others_that_stand_is_in_the_state_until_it_stands()
    {
        const string Refused = "2001:db8:9::9/64";
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.Command("sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=1");
        VrrpInstance instance = TestHost.Instance(150) with { ExcludedAddresses = [TestHost.Address(Refused)] };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => host.StateAsync().GetAwaiter().GetResult().FailedAddresses.Count > 0);
        VrrpState state = await host.StateAsync();
        VrrpAddressFailure failed = Assert.Single(state.FailedAddresses);
        Assert.Equal(
            (Refused, "eth0", "EACCES (permission denied); IPv6 is disabled on the interface (disable_ipv6)"), (failed.Address, failed.Interface, failed.Reason));
        Assert.Contains(host.Messages, m => m == $"(VI_1) 2001:db8:9::9 on eth0: {failed.Reason}");
        Assert.Equal((null, VrrpStateKind.Master), (state.Fault, state.State));
        Assert.Equal([Vip], state.StandingAddresses);

        a.Command("sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=0");
        await Eventually.True(() => a.Has(Refused));
        await Eventually.True(() => host.StateAsync().GetAwaiter().GetResult().FailedAddresses.Count == 0);
        Assert.Equal([Vip, Refused], (await host.StateAsync()).StandingAddresses);
    }
}
