using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>Virtual addresses that are looked for on the link first (<c>-nodad</c>), where another machine has them.</summary>
public class DuplicateAddressTests
{
    private const string LinkLocal = "fe80::9:51/64";
    private const string Vip = "2001:db8:9::9/64";
    private const string Told = "(VI_1) another machine on eth0 has 2001:db8:9::9: duplicate address detection failed; tried again";

    private static readonly VirtualAddress Detected = TestHost.Address(Vip) with { Options = AddressOptions.DetectDuplicates };

    [NamespaceFact]
    public Task A_duplicate_that_the_kernel_takes_away_is_told_once_and_announced_only_when_it_is_free() => Runs(SelfFencing.Automatic);

    [NamespaceFact]
    public Task A_duplicate_that_the_kernel_leaves_there_is_told_once_and_announced_only_when_it_is_free() => Runs(SelfFencing.Off);

    private static async Task Runs(SelfFencing fencing)
    {
        using var network = new TestNetwork(3);
        TestNode a = network.Nodes[0], owner = network.Nodes[1];
        owner.Ip($"addr add {Vip} dev eth0 nodad");
        using var capture = new FrameCapture(network.Nodes[2]);

        // Long enough that a busy machine is not taken for one that slept: a master steps down then.
        VrrpInstance instance = TestHost.Instance(150, LinkLocal) with
        {
            GarpDelay = TimeSpan.FromMilliseconds(100),
            AdvertisementInterval = TimeSpan.FromSeconds(1),
        };
        instance = instance with { VirtualAddresses = [.. instance.VirtualAddresses, Detected] };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance) with { SelfFencing = fencing });
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => host.Messages.Contains(Told));
        await Eventually.True(() => !a.Has(Vip));

        // It is tried again meanwhile, at least once.
        await Eventually.True(() => a.Has(Vip));
        await Eventually.True(() => !a.Has(Vip));
        Assert.Single(host.Messages, m => m == Told);
        Assert.DoesNotContain(host.Messages, m => m.Contains("put back", StringComparison.Ordinal));
        Assert.DoesNotContain("na 2001:db8:9::9 O", capture.From(a));
        Assert.Contains("na fe80::9:51 O", capture.From(a));
        VrrpState state = await host.StateAsync();
        Assert.Equal((VrrpStateKind.Master, 0), (state.State, state.Statistic.ReleasedMaster));

        // In the state all the time, also while it is tried again.
        VrrpAddressFailure failed = Assert.Single(state.FailedAddresses);
        Assert.Equal((Vip, "eth0", "another machine on the link has it: duplicate address detection failed"), (failed.Address, failed.Interface, failed.Reason));
        Assert.Equal([LinkLocal], state.StandingAddresses);
        await Eventually.True(() => a.Has(Vip));
        Assert.Equal([failed], (await host.StateAsync()).FailedAddresses);

        owner.Ip($"addr del {Vip} dev eth0");
        await Eventually.True(() => capture.From(a).Contains("na 2001:db8:9::9 O"));
        Assert.Equal(AddressFlags.None, a.Find(Vip)!.Flags & (AddressFlags.Tentative | AddressFlags.DadFailed));
        await Eventually.True(() => host.Messages.Contains("(VI_1) no other machine on eth0 has 2001:db8:9::9 any more: it serves"));
        await Eventually.True(() => host.Messages.Contains("(VI_1) Sending/queueing Unsolicited Neighbour Adverts on eth0 for 2001:db8:9::9"));
        Assert.Equal([LinkLocal, Vip], (await host.StateAsync()).StandingAddresses);
        Assert.Empty((await host.StateAsync()).FailedAddresses);
    }

    [NamespaceFact]
    public async Task An_instance_of_whose_addresses_another_machine_has_all_is_in_fault_until_there_is_news_of_the_interface()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], owner = network.Nodes[1];
        owner.Ip($"addr add {Vip} dev eth0 nodad");
        VrrpInstance instance = TestHost.Instance(150, LinkLocal) with { VirtualAddresses = [Detected] };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Fault);
        await Eventually.True(() => host.Messages.Contains(Told));
        await host.Becomes(VrrpStateKind.Fault);
        Assert.Equal(
            "no virtual address can be put up: EADDRINUSE (address already in use); another machine on the link has it: duplicate address detection failed",
            (await host.StateAsync()).Fault);
        Assert.Empty((await host.StateAsync()).FailedAddresses);

        // An address of the host's is no hope here.
        a.Ip("addr add 2001:db8:9::77/64 dev eth0 nodad");
        await Task.Delay(2000);
        Assert.Equal(1, (await host.StateAsync()).Statistic.BecameMaster);
        owner.Ip($"addr del {Vip} dev eth0");
        a.Ip("link set eth0 down");
        a.Ip("link set eth0 up");
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => a.Find(Vip) is { } found && (found.Flags & (AddressFlags.Tentative | AddressFlags.DadFailed)) == 0);
    }
}
