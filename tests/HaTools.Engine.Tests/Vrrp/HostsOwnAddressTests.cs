using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>The host's only address on an interface, given as a virtual one: a node does not cut the host off.</summary>
public class HostsOwnAddressTests
{
    private const string Own = "10.9.0.1/24";

    [NamespaceFact]
    public async Task The_only_address_of_an_interface_is_no_virtual_one_and_stays()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        HaEngineException refused = await Assert.ThrowsAsync<HaEngineException>(() => TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(100, Own))));
        Assert.Contains("10.9.0.1/24 is the only IPv4 address of eth0, and a virtual address of VI_1", refused.Message, StringComparison.Ordinal);
        Assert.Null(a.Find(Own)!.ValidLifetime);

        // Another virtual address is none of the host's either.
        a.Ip("addr add 10.9.0.100/24 dev eth0");
        await Assert.ThrowsAsync<HaEngineException>(() => TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(100, Own, "10.9.0.100/24"))));
        Assert.True(a.Has(Own) && a.Has("10.9.0.100/24"));
    }

    [NamespaceFact]
    public async Task A_reload_that_makes_it_virtual_is_refused()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(100)));
        await host.Becomes(VrrpStateKind.Master);
        await Assert.ThrowsAsync<HaEngineException>(
            () => host.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(TestHost.Instance(100, "10.9.0.100/24", Own)))));
        Assert.Equal(VrrpStateKind.Master, (await host.StateAsync()).State);
        Assert.Null(a.Find(Own)!.ValidLifetime);
    }

    [NamespaceFact]
    public async Task The_only_global_address_of_IPv6_counts_and_the_link_local_one_beside_it_does_not()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.Ip("addr add 2001:db8:9::1/64 dev eth0 nodad");
        HaConfiguration configuration = TestHost.Configuration(TestHost.Instance(100, "fe80::9:51/64", "2001:db8:9::1/64"));
        HaEngineException refused = await Assert.ThrowsAsync<HaEngineException>(() => TestHost.StartAsync(a, configuration));
        Assert.Contains("2001:db8:9::1/64 is the only IPv6 address of eth0", refused.Message, StringComparison.Ordinal);
        a.Ip("addr add 2001:db8:9::2/64 dev eth0 nodad");
        await using TestHost host = await TestHost.StartAsync(a, configuration);
        await host.Becomes(VrrpStateKind.Master);
    }

    [NamespaceFact]
    public async Task What_a_predecessor_without_fencing_left_alone_on_an_interface_is_adopted()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.AddInterface("eth1");
        VrrpInstance instance = TestHost.Instance(100) with { VirtualAddresses = [TestHost.Address("192.0.2.9/24") with { Device = "eth1" }] };
        HaConfiguration configuration = TestHost.Configuration(instance) with { SelfFencing = SelfFencing.Off };
        AddressRequest left;
        await using (TestHost predecessor = await TestHost.StartAsync(a, configuration))
        {
            await predecessor.Becomes(VrrpStateKind.Master);
            await Eventually.True(() => a.Has("192.0.2.9/24", "eth1"));
            AddressInfo found = a.Find("192.0.2.9/24", "eth1")!;
            Assert.Null(found.ValidLifetime);
            left = new AddressRequest(found.Index, found.Address, found.PrefixLength) { Protocol = found.Protocol };
        }

        // As after a kill.
        a.Namespace.Run(() =>
        {
            using RouteClient routes = RouteClient.Open();
            Span<int> errno = [0];
            Assert.Equal(0, routes.ReplaceAddresses(new ReadOnlySpan<AddressRequest>(in left), errno));
        });
        await using TestHost host = await TestHost.StartAsync(a, configuration);
        await host.Becomes(VrrpStateKind.Master);
        await host.Host.StopAsync();
        Assert.False(a.Has("192.0.2.9/24", "eth1"));
    }
}
