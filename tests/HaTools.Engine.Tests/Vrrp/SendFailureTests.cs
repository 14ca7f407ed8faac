using System.Net;
using HaTools.Engine.Tests.VirtualInterfaces;
using HaTools.Engine.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>Adverts that the kernel does not take.</summary>
public sealed class SendFailureTests
{
    [NftFact]
    public async Task A_master_behind_a_firewall_says_what_it_does_not_send_and_that_it_sends_again()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0];
        VrrpInstance second = TestHost.Instance(150, "10.9.0.101/24") with { Name = "VI_2", VirtualRouterId = 52 };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150), second));
        await host.Becomes(VrrpStateKind.Master);
        await host.Becomes(VrrpStateKind.Master, "VI_2");
        Assert.Null((await host.StateAsync()).SendFailure);

        Nft("add table ip t");
        Nft("add chain ip t out { type filter hook output priority 0; }");
        Nft("add rule ip t out ip protocol 112 drop");
        await Eventually.True(() => State().SendFailure is not null && State("VI_2").SendFailure is not null);
        VrrpState dumb = State();
        Assert.StartsWith("cannot send adverts: EPERM; a firewall rule drops outgoing VRRP", dumb.SendFailure, StringComparison.Ordinal);
        await Eventually.True(() => State().Statistic.AdvertsFailed >= dumb.Statistic.AdvertsFailed + 5);
        Assert.Equal((VrrpStateKind.Master, dumb.Statistic.AdvertsSent, "EPERM"), (State().State, State().Statistic.AdvertsSent, State().Statistic.LastSendError));

        Nft("delete table ip t");
        await Eventually.True(() => State().Statistic.AdvertsSent >= dumb.Statistic.AdvertsSent + 5 && State("VI_2").SendFailure is null);
        Assert.Equal((null, "EPERM"), (State().SendFailure, State().Statistic.LastSendError));

        // Once for both, since they go one way.
        Assert.Single(host.Events, e => e.Code == VrrpHostEventCode.SendFailed);
        Assert.Single(host.Events, e => e.Code == VrrpHostEventCode.SendsAgain);
        Assert.Contains(host.Messages, m => m is "(VI_1) sends adverts on eth0 again" or "(VI_2) sends adverts on eth0 again");

        VrrpState State(string name = "VI_1") => host.StateAsync(name).GetAwaiter().GetResult();

        void Nft(string command) => _ = a.Command("nft", command);
    }

    [NamespaceFact]
    public async Task Of_several_peers_one_that_cannot_be_reached_counts_as_failed_and_the_advert_as_sent()
    {
        using var network = new TestNetwork(2);
        VrrpInstance instance = TestHost.Instance(150) with { UnicastPeers = [Peer("10.9.0.255"), Peer("10.9.0.2")] };
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);

        // A broadcast address, to which a socket may not send unless it has said so.
        await Eventually.True(() => State().Statistic.AdvertsFailed >= 5);
        VrrpStatistic counted = State().Statistic;
        Assert.Equal((counted.AdvertsFailed, "EACCES"), (counted.AdvertsSent, counted.LastSendError));
        Assert.Single(host.Events, e => e.Code == VrrpHostEventCode.SendFailed);

        VrrpState State() => host.StateAsync().GetAwaiter().GetResult();

        static UnicastPeer Peer(string address) => new(IPAddress.Parse(address));
    }

    [NftFact]
    public async Task A_master_that_goes_behind_a_firewall_says_that_its_priority_0_was_not_sent()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(TestHost.Instance(150)));
        await host.Becomes(VrrpStateKind.Master);
        _ = a.Command("nft", "add table ip t; add chain ip t out { type filter hook output priority 0; }; add rule ip t out ip protocol 112 drop");

        await host.Host.StopAsync();

        VrrpHostEvent told = Assert.Single(host.Events, e => e.Message.Contains("0 priority", StringComparison.Ordinal));
        Assert.Equal(
            ("Warning", "(VI_1) cannot send 0 priority: EPERM (operation not permitted); a firewall rule drops outgoing VRRP (IP protocol 112): let it pass; backups wait for their down interval"),
            (told.Kind, told.Message));
    }

    [NamespaceFact]
    public async Task A_master_that_goes_says_how_many_of_its_peers_were_not_told()
    {
        using var network = new TestNetwork(2);
        VrrpInstance instance = TestHost.Instance(150) with { UnicastPeers = [new(IPAddress.Parse("10.9.0.255")), new(IPAddress.Parse("10.9.0.2"))] };
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);

        await host.Host.StopAsync();

        VrrpHostEvent told = Assert.Single(host.Events, e => e.Message.Contains("0 priority", StringComparison.Ordinal));
        Assert.Equal(
            ("Warning", "(VI_1) sent 0 priority, but not to 1 of its peers: EACCES (permission denied); they wait for their down interval"), (told.Kind, told.Message));
    }

    [NamespaceFact]
    public async Task An_advert_that_no_peer_can_be_sent_does_not_count_as_sent()
    {
        using var network = new TestNetwork(2);
        VrrpInstance instance = TestHost.Instance(150) with { UnicastPeers = [new(IPAddress.Parse("10.9.0.255"))] };
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);

        await Eventually.True(() => host.StateAsync().GetAwaiter().GetResult().Statistic.AdvertsFailed >= 5);
        VrrpState state = await host.StateAsync();
        Assert.Equal((0, "cannot send adverts: EACCES"), (state.Statistic.AdvertsSent, state.SendFailure));
    }

    [Fact]
    public void What_one_instance_alone_cannot_send_is_told_once_and_not_with_each_advert_of_another()
    {
        HostedInstance[] masters = [Hosted("VI_1"), Hosted("VI_2")];
        var trouble = new SendTrouble();

        Assert.True(IsNews(0, Errno.EMSGSIZE));
        for (int i = 0; i < 3; i++)
        {
            Assert.False(IsNews(1, 0));
            Assert.False(IsNews(0, Errno.EMSGSIZE));
        }

        // Another reason is news, of the one that was told of.
        Assert.False(IsNews(1, Errno.EPERM));
        Assert.True(IsNews(0, Errno.EPERM));
        Assert.True(IsNews(0, 0));
        Assert.False(IsNews(0, 0));

        // One that is master no more speaks no more: what another one meets counts in its place.
        Assert.True(IsNews(0, Errno.EPERM));
        masters = [.. masters[1..]];
        Assert.False(IsNews(0, Errno.EPERM));
        Assert.True(IsNews(0, 0));

        bool IsNews(int master, int errno) => trouble.IsNews(masters[master], errno, masters.Contains);
    }

    private static HostedInstance Hosted(string name) =>
        new(TestHost.Instance(100) with { Name = name }, new HostedInterface("eth0"), [], null, isGated: false, isParked: false);
}
