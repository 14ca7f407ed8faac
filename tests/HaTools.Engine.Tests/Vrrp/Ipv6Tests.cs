using System.Net;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>Virtual routers that speak IPv6.</summary>
public class Ipv6Tests
{
    private const string LinkLocal = "fe80::9:100/128";
    private const string Vip = "2001:db8:9::100/64";

    [NamespaceFact]
    public async Task HigherPriorityHoldsTheAddressesAndStoppingItHandsThemOver()
    {
        using var network = new TestNetwork(3);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        using var capture = new FrameCapture(network.Nodes[2]);
        await using TestHost backup = await TestHost.StartAsync(b, TestHost.Configuration(TestHost.Instance(100, LinkLocal, Vip)));
        await using TestHost master = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150, LinkLocal, Vip)));
        await master.Becomes(VrrpStateKind.Master);
        await backup.Becomes(VrrpStateKind.Backup);
        await Eventually.True(() => a.Has(Vip) && a.Has(LinkLocal) && !b.Has(Vip) && !b.Has(LinkLocal));

        // From the host's own link-local address, which is not the virtual one.
        await Eventually.True(() => backup.StateAsync().GetAwaiter().GetResult().Master is not null);
        VrrpState seen = await backup.StateAsync();
        Assert.Equal(6, seen.AddressFamily);
        Assert.StartsWith("fe80::", seen.Master, StringComparison.Ordinal);
        Assert.True(a.Has($"{seen.Master}/64"));
        await Eventually.True(() => capture.Frames.Contains("advert6 150") && capture.Frames.Contains("na 2001:db8:9::100 O")
            && capture.Frames.Contains("na fe80::9:100 O"));
        await Eventually.True(() => master.Messages.Contains(
            "(VI_1) Sending/queueing Unsolicited Neighbour Adverts on eth0 for 2001:db8:9::100"));

        await master.Host.StopAsync();
        Assert.False(a.Has(Vip) || a.Has(LinkLocal));
        await backup.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => b.Has(Vip) && b.Has(LinkLocal));
    }

    [NamespaceFact]
    public async Task AddressesAreUsableAtOnceFencedAndNotPreferredUnlessTheyAreASubnetsOrAreToBe()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        VrrpInstance instance = TestHost.Unhurried(150, Vip, "2001:db8:9::101/128", "2001:db8:9::102/128", "2001:db8:9::103/64");
        ValueList<VirtualAddress> addresses = instance.VirtualAddresses;
        instance = instance with
        {
            VirtualAddresses = [addresses[0], addresses[1], addresses[2] with { Preferred = true }, addresses[3] with { Preferred = false }],
        };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => a.Has("2001:db8:9::103/64"));
        foreach ((string address, bool preferred) in ((string, bool)[])
            [(Vip, true), ("2001:db8:9::101/128", false), ("2001:db8:9::102/128", true), ("2001:db8:9::103/64", false)])
        {
            AddressInfo found = a.Find(address)!;
            Assert.InRange(found.ValidLifetime!.Value, 0u, 4u);
            Assert.Equal(preferred, (found.Flags & AddressFlags.Deprecated) == 0);
            Assert.Equal(AddressFlags.NoDad, found.Flags & (AddressFlags.NoDad | AddressFlags.Tentative));
        }

        // They outlive their lifetime, because they are renewed, and stay what they are.
        await Task.Delay(6000);
        Assert.True(a.Find(Vip) is { } renewed && (renewed.Flags & AddressFlags.Deprecated) == 0);
        Assert.True(a.Find("2001:db8:9::101/128") is { } other && (other.Flags & AddressFlags.Deprecated) != 0);
        Assert.DoesNotContain(host.Events, e => e.Kind == "AddressChanged");
    }

    [NamespaceFact]
    public async Task AddressThatSomebodyRemovesIsPutBackAndAnnounced()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        VrrpInstance instance = TestHost.Unhurried(150, LinkLocal, Vip) with { GarpDelay = TimeSpan.Zero };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => a.Has(Vip));
        await Task.Delay(500);
        using var capture = new FrameCapture(network.Nodes[1]);
        a.Ip("addr del 2001:db8:9::100/64 dev eth0");
        await Eventually.True(() => a.Has(Vip));
        await Eventually.True(() => capture.Frames.Contains("na 2001:db8:9::100 O"));
        Assert.Equal(0, (await host.StateAsync()).Statistic.ReleasedMaster);
    }

    [NamespaceFact]
    public async Task AddressesThatGoWithTheLinkAreNotPutBackBeforeTheFault()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150, LinkLocal, Vip)));
        for (int i = 1; i <= 10; i++)
        {
            await host.Becomes(VrrpStateKind.Master);
            await Eventually.True(() => a.Has(Vip));
            a.Ip("link set eth0 down");
            await host.Becomes(VrrpStateKind.Fault);
            Assert.False(a.Has(Vip));
            a.Ip("link set eth0 up");
        }

        Assert.DoesNotContain(host.Messages, m => m.Contains("put back", StringComparison.Ordinal));
    }

    [NamespaceFact]
    public async Task WithoutALinkLocalAddressTheInstanceIsInFaultUntilOneIsUsable()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.Ip("-6 addr flush dev eth0");
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150, Vip)));
        await host.Becomes(VrrpStateKind.Fault);
        Assert.Equal("no IPv6 address on eth0", (await host.StateAsync()).Fault);
        a.Ip("addr add 2001:db8:9::1/64 dev eth0");
        await Task.Delay(300);
        Assert.Equal(VrrpStateKind.Fault, (await host.StateAsync()).State);
        a.Ip("addr add fe80::1:1/64 dev eth0");
        await host.Becomes(VrrpStateKind.Master);
        Assert.Equal("fe80::1:1", (await host.StateAsync()).Master);
    }

    [NamespaceFact]
    public async Task ForwardingHostSaysThatItIsARouter()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        a.Namespace.Run(() => Linux.Sysctl.Write("net/ipv6/conf/eth0/forwarding", "1"));
        using var capture = new FrameCapture(network.Nodes[1]);
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150, Vip)));
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => capture.Frames.Contains("na 2001:db8:9::100 RO"));
    }

    [NamespaceFact]
    public async Task OneVirtualRouterIdServesBothFamiliesOnOneInterface()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        VrrpInstance[] Both(int four, int six) =>
            [TestHost.Instance(four), TestHost.Instance(six, LinkLocal, Vip) with { Name = "VI_6" }];
        await using TestHost one = await TestHost.StartAsync(a, TestHost.Configuration(Both(150, 100)));
        await using TestHost other = await TestHost.StartAsync(b, TestHost.Configuration(Both(100, 150)));
        await one.Becomes(VrrpStateKind.Master);
        await other.Becomes(VrrpStateKind.Master, "VI_6");
        await one.Becomes(VrrpStateKind.Backup, "VI_6");
        await other.Becomes(VrrpStateKind.Backup);
        await Eventually.True(() => a.Has("10.9.0.100/24") && !a.Has(Vip) && b.Has(Vip) && !b.Has("10.9.0.100/24"));
    }

    [NamespaceFact]
    public async Task ExcludedAddressesOfBothFamiliesFollowMastershipAndAreNotInTheAdvert()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        VrrpInstance instance = TestHost.Instance(150) with
        {
            ExcludedAddresses = [TestHost.Address("10.9.0.200/32"), TestHost.Address("2001:db8:9::200/64")],
        };
        using var capture = new FrameCapture(network.Nodes[1]);

        // A peer without them finds no difference.
        await using TestHost peer = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(TestHost.Instance(100)));
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);
        await peer.Becomes(VrrpStateKind.Backup);
        await Eventually.True(() => a.Has("10.9.0.100/24") && a.Has("10.9.0.200/32") && a.Has("2001:db8:9::200/64"));
        await Eventually.True(() => capture.Frames.Contains("garp 10.9.0.200") && capture.Frames.Contains("na 2001:db8:9::200 O"));
        Assert.Empty((await peer.StateAsync()).Statistic.Rejected);
        a.Ip("addr del 10.9.0.200/32 dev eth0");
        await Eventually.True(() => a.Has("10.9.0.200/32"));
        await host.Host.StopAsync();
        Assert.False(a.Has("10.9.0.200/32") || a.Has("2001:db8:9::200/64"));
    }

    [NamespaceFact]
    public async Task AddressThatIsToBeLookedForOnTheLinkFirstIsTentativeThenServes()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        VrrpInstance instance = TestHost.Instance(150, Vip);
        instance = instance with { VirtualAddresses = [instance.VirtualAddresses[0] with { Options = AddressOptions.DetectDuplicates }] };
        HaConfiguration configuration = TestHost.Configuration(instance) with { SelfFencing = SelfFencing.Off };
        await using TestHost host = await TestHost.StartAsync(a, configuration);
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => a.Find(Vip) is { } found && (found.Flags & (AddressFlags.Tentative | AddressFlags.NoDad)) == 0);
        Assert.Equal(IPAddress.Parse("2001:db8:9::100"), a.Find(Vip)!.Address);
    }
}
