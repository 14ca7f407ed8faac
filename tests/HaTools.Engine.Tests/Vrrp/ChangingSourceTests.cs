using System.Net;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.VirtualInterfaces;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>The address that adverts come from changes while the node runs, as with DHCP: a client of it adds the new one first, or takes the old one away first.</summary>
public sealed class ChangingSourceTests
{
    private const string Vip = "10.9.0.100/24";
    private const string Old = "10.9.0.1/24";
    private const string New = "10.9.0.21/24";

    [NamespaceFact]
    public Task Adverts_come_from_the_new_address_when_the_old_one_goes() => Replaces(static instance => instance);

    [NamespaceFact]
    public Task Adverts_to_unicast_peers_come_from_the_new_address_when_the_old_one_goes() =>
        Replaces(static instance => instance with { UnicastPeers = [Peer(instance.Priority == 150 ? "10.9.0.2" : "10.9.0.1"), Peer(instance.Priority == 150 ? "10.9.0.3" : "10.9.0.21")] });

    [NamespaceFact]
    public Task So_they_do_with_an_authentication_header() => Replaces(static instance => instance with
    {
        Version = 2,
        AdvertisementInterval = TimeSpan.FromSeconds(1),
        Authentication = new VrrpAuthentication(VrrpAuthenticationType.AuthenticationHeader, "secret"),
    });

    [NamespaceFact]
    public async Task A_master_whose_address_goes_before_there_is_another_hands_over_at_once_and_comes_back_with_the_new_one()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        await using TestHost master = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150)));
        await master.Becomes(VrrpStateKind.Master);
        await using TestHost backup = await TestHost.StartAsync(b, TestHost.Configuration(TestHost.Instance(100)));
        await Eventually.True(() => State(backup) is { Master: "10.9.0.1", State: VrrpStateKind.Backup });

        a.Ip($"addr del {Old} dev eth0");
        await backup.Becomes(VrrpStateKind.Master);
        Assert.Equal("no IPv4 address on eth0", State(master).Fault);
        Assert.Contains("(VI_1) sent 0 priority", master.Messages);
        Assert.Contains("(VI_1) Backup received priority 0 advertisement", backup.Messages);
        await Eventually.True(() => !a.Has(Vip) && b.Has(Vip));

        a.Ip($"addr add {New} dev eth0");
        await master.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => State(backup) is { Master: "10.9.0.21", State: VrrpStateKind.Backup });
        await Eventually.True(() => a.Has(Vip) && !b.Has(Vip));
    }

    [NamespaceFact]
    public async Task Adverts_of_ipv6_come_from_the_link_local_address_that_is_there()
    {
        const string sixVip = "2001:db8:9::9/64";
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        foreach (TestNode node in network.Nodes) node.Ip("-6 addr flush dev eth0");
        a.Ip("addr add fe80::a1/64 dev eth0 nodad");
        network.Nodes[1].Ip("addr add fe80::b1/64 dev eth0 nodad");
        await using TestHost master = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Unhurried(150, sixVip)));
        await master.Becomes(VrrpStateKind.Master);
        await using TestHost backup = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(TestHost.Unhurried(100, sixVip)));
        await Eventually.True(() => State(backup).Master == "fe80::a1");

        a.Ip("addr add fe80::a2/64 dev eth0 nodad");
        a.Ip("addr del fe80::a1/64 dev eth0");
        await Eventually.True(() => State(backup).Master == "fe80::a2");
        Assert.Equal((VrrpStateKind.Master, 0L), (State(master).State, State(master).Statistic.ReleasedMaster));
        Assert.Equal((VrrpStateKind.Backup, 0L), (State(backup).State, State(backup).Statistic.BecameMaster));
    }

    /// <summary>They have the parent's address.</summary>
    [NftFact]
    public async Task Adverts_of_a_virtual_mac_interface_come_from_the_new_address_of_its_parent()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        using var capture = new EthernetCapture(network.Nodes[1]);
        await using var stage = new NodeStage();

        // Else the new address goes with the old one, as on any host; no virtual one stands there.
        a.Command("sysctl", "-qw", "net.ipv4.conf.eth0.promote_secondaries=1");
        VrrpInstance instance = TestHost.Unhurried(150, "10.9.0.100/32") with { VirtualInterface = new() };
        await using HaNode node = await stage.StartAsync(a, TestHost.Configuration(instance));
        await Eventually.True(() => capture.Frames.Any(f => f is { Kind: "advert", Address: "10.9.0.1" }));

        a.Ip($"addr add {New} dev eth0");
        a.Ip($"addr del {Old} dev eth0");
        await Eventually.True(() => capture.Frames.Any(f => f is { Kind: "advert", Address: "10.9.0.21" }));
        VrrpState state = (await node.GetStatusAsync()).Instances[0];
        Assert.Equal((VrrpStateKind.Master, "10.9.0.21", 0L), (state.State, state.SourceAddress, state.Statistic.ReleasedMaster));
    }

    private static async Task Replaces(Func<VrrpInstance, VrrpInstance> change)
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        await using TestHost master = await TestHost.StartAsync(a, TestHost.Configuration(change(TestHost.Unhurried(150))));
        await master.Becomes(VrrpStateKind.Master);
        await using TestHost backup = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(change(TestHost.Unhurried(100))));
        await Eventually.True(() => State(backup).Master == "10.9.0.1");

        a.Ip($"addr add {New} dev eth0");
        Assert.Equal("10.9.0.1", State(master).SourceAddress);
        a.Ip($"addr del {Old} dev eth0");
        await Eventually.True(() => State(backup).Master == "10.9.0.21");
        Assert.Equal((VrrpStateKind.Master, "10.9.0.21", 0L), (State(master).State, State(master).SourceAddress, State(master).Statistic.ReleasedMaster));
        Assert.Equal((VrrpStateKind.Backup, 0L), (State(backup).State, State(backup).Statistic.BecameMaster));

        // The host's own address is the primary of the subnet, as before.
        await Eventually.True(() => a.Find(New) is { IsSecondary: false } && a.Find(Vip) is { IsSecondary: true });
    }

    private static UnicastPeer Peer(string address) => new(IPAddress.Parse(address));

    private static VrrpState State(TestHost host) => host.StateAsync().GetAwaiter().GetResult();
}
