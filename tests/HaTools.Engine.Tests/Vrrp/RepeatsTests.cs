using System.Net;
using HaTools.Engine.Vrrp;
using HaTools.Linux;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>A backup is not woken for adverts that say what the last one said, and misses nothing by that.</summary>
public sealed class RepeatsTests
{
    private const int Usual = 12;

    // In hundredths of a second: RFC 9568 section 5.2.7.
    private const int LongestInterval = 4095;

    private static readonly VrrpInstance Ipv6 = TestHost.Unhurried(100) with
    {
        VirtualAddresses = [new VirtualAddress { Address = IPAddress.Parse("fe80::6464"), PrefixLength = 64 }],
    };

    [NamespaceFact]
    public Task A_backup_is_woken_once_in_a_down_interval_and_counts_every_advert() => IsWoken(TestHost.Unhurried(100), rarely: true);

    [NamespaceFact]
    public Task Over_ipv6_too() => IsWoken(Ipv6, rarely: true);

    [NamespaceFact]
    public Task By_unicast_too() => IsWoken(
        TestHost.Unhurried(100) with { UnicastPeers = [new UnicastPeer(IPAddress.Parse("10.9.0.1"))] },
        rarely: true,
        master: TestHost.Unhurried(150) with { UnicastPeers = [new UnicastPeer(IPAddress.Parse("10.9.0.2"))] });

    [NamespaceFact]
    public Task Numbered_adverts_are_heard_one_by_one()
    {
        VrrpInstance numbered = TestHost.Unhurried(100) with
        {
            Version = 2,
            Authentication = new VrrpAuthentication(VrrpAuthenticationType.AuthenticationHeader, "secret"),
        };
        return IsWoken(numbered, rarely: false, adverts: 6);
    }

    [NamespaceFact]
    public async Task Where_bpf_is_refused_each_advert_is_heard_by_itself_and_that_is_told_once()
    {
        using var network = new TestNetwork(2);
        await using TestHost master = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Unhurried(150)));
        await using TestHost backup = await network.Nodes[1].Namespace.Run(() =>
        {
            Privilege.DropBpf();
            return TestHost.StartHereAsync(TestHost.Configuration(TestHost.Unhurried(100)));
        });
        await Follows(backup, master);
        VrrpHostEvent told = Assert.Single(backup.Events, e => e.Code == VrrpHostEventCode.RepeatsNotKept);
        Assert.Equal(("Log", Errno.EPERM), (told.Kind, told.First));
        await CountWakes(network.Nodes[1], backup, master, rarely: false, Usual);
        await master.Host.StopAsync();
        await backup.Becomes(VrrpStateKind.Master);
    }

    [NamespaceFact]
    public async Task Nothing_is_allocated_for_what_is_kept()
    {
        using var network = new TestNetwork(2);
        await using TestHost master = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Unhurried(150)));
        await using TestHost backup = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(TestHost.Unhurried(100)));
        await Follows(backup, master);

        using var capture = new FrameCapture(network.Nodes[1]);
        await Allocations.NoneAsync(() => backup.Host.AllocatedBytes, () =>
        {
            int said = capture.Adverts.Count;
            return Eventually.True(() => capture.Adverts.Count >= said + 8);
        });
    }

    [NamespaceFact]
    public async Task A_dead_master_is_succeeded_and_when_it_is_back_it_is_heard_at_once()
    {
        using var network = new TestNetwork(2);
        await using TestHost master = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Instance(150)));
        await using TestHost backup = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(TestHost.Instance(100)));
        await Follows(backup, master);
        network.Switch.Ip("link set port1 nomaster");
        await backup.Becomes(VrrpStateKind.Master);

        // The old one still speaks, and says what it said: the new one yields to it.
        network.Switch.Ip("link set port1 master br0");
        await backup.Becomes(VrrpStateKind.Backup);
        await Follows(backup, master);
    }

    [NamespaceFact]
    public async Task The_word_of_a_master_that_stops_is_heard_and_so_is_one_that_says_something_else()
    {
        using var network = new TestNetwork(2);
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Instance(100)));
        await host.Becomes(VrrpStateKind.Master);
        using var peer = new Peer(network.Nodes[1]);

        int changes = Count(host, VrrpHostEventCode.StateChanged);

        // At 5 s the thread has nothing to do for 18 s but to hear, and nobody asks it for anything.
        for (int i = 0; i < Usual; i++) peer.Send(150, 500);
        await Said(host, VrrpHostEventCode.StateChanged, changes + 1);
        peer.Send(150, 500, "10.9.0.77");
        await Said(host, VrrpHostEventCode.AddressListDiffers, 1);
        for (int i = 0; i < Usual; i++) peer.Send(150, 500);
        await Hears(host, (2 * Usual) + 1);

        for (int i = 0; i < Usual; i++) peer.Send(150, 500);
        peer.Send(0, 500);
        await Said(host, VrrpHostEventCode.StateChanged, changes + 2);
        await host.Becomes(VrrpStateKind.Master);
        await Hears(host, (3 * Usual) + 1 + 1);
    }

    [NamespaceFact]
    public async Task What_was_kept_of_a_master_counts_as_said_before_its_last_word()
    {
        using var network = new TestNetwork(2);
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Instance(254)));
        await host.Becomes(VrrpStateKind.Master);
        using var peer = new Peer(network.Nodes[1]);
        int changes = Count(host, VrrpHostEventCode.StateChanged);
        peer.Send(255, LongestInterval);
        await Said(host, VrrpHostEventCode.StateChanged, changes + 1);
        peer.Send(255, LongestInterval);
        await Hears(host, 2);

        // A wait that begins anew is over after two minutes only, and a third of a second is what a stopped master leaves of it.
        for (int i = 0; i < Usual; i++) peer.Send(255, LongestInterval);
        peer.Send(0, LongestInterval);
        await Said(host, VrrpHostEventCode.StateChanged, changes + 2);
        await Hears(host, Usual + 3);
        Assert.Equal(VrrpStateKind.Master, (await host.StateAsync()).State);
        Assert.Equal(changes + 2, Count(host, VrrpHostEventCode.StateChanged));
    }

    [NamespaceFact]
    public async Task A_new_master_hears_one_that_says_what_it_said_before()
    {
        using var network = new TestNetwork(2);
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Instance(100)));
        await host.Becomes(VrrpStateKind.Master);
        using var peer = new Peer(network.Nodes[1]);
        int changes = Count(host, VrrpHostEventCode.StateChanged);
        peer.Send(150, 10);
        await Said(host, VrrpHostEventCode.StateChanged, changes + 1);

        // It is silent, and succeeded; and then it speaks once more, while nobody asks the new one for anything.
        await Said(host, VrrpHostEventCode.StateChanged, changes + 2);
        peer.Send(150, 10);
        await Said(host, VrrpHostEventCode.StateChanged, changes + 3);
    }

    [NamespaceFact]
    public async Task What_is_known_of_a_master_is_as_new_as_its_last_advert_whenever_somebody_asks()
    {
        using var network = new TestNetwork(2);
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Instance(100)));
        using var peer = new Peer(network.Nodes[1]);
        for (int i = 1; i <= 20; i++)
        {
            peer.Send(150, 4000);
            await Hears(host, i);
            Assert.Equal("10.9.0.2", (await host.StateAsync()).Master);
        }
    }

    [NamespaceFact]
    public async Task A_reload_misses_no_advert_and_a_higher_priority_of_ours_ends_it()
    {
        using var network = new TestNetwork(2);
        VrrpInstance instance = TestHost.Instance(100);
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(instance));
        using var peer = new Peer(network.Nodes[1]);
        int sent = 0;
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; i < 10; i++, sent++) peer.Send(150, 4000);
            VrrpInstance another = TestHost.Instance(90) with { Name = "VI_2", VirtualRouterId = 60 + round, VirtualAddresses = [TestHost.Address("10.9.0.101/24")] };
            HaConfiguration next = TestHost.Configuration(round % 3 == 0 ? [instance with { Priority = 101 + round }] : [instance with { Priority = 101 + round }, another]);
            await host.Host.ReconfigureAsync(TestHost.Wrap(next));
            await Hears(host, sent);
            Assert.Equal(VrrpStateKind.Backup, (await host.StateAsync()).State);
        }

        peer.Send(150, 10);
        await host.Host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(instance with { Priority = 200 })));
        for (int i = 0; (await host.StateAsync()).State != VrrpStateKind.Master; i++)
        {
            Assert.True(i < 300, "a lower master is not preempted while it speaks");
            peer.Send(150, 10);
            await Task.Delay(20);
        }
    }

    /// <summary>Whether a backup of that configuration sleeps through most adverts of a master.</summary>
    private static async Task IsWoken(VrrpInstance instance, bool rarely, VrrpInstance? master = null, int adverts = Usual)
    {
        using var network = new TestNetwork(2);
        await using TestHost speaker = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(master ?? instance with { Priority = 150 }));
        await using TestHost backup = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(instance));
        await Follows(backup, speaker);
        await CountWakes(network.Nodes[1], backup, speaker, rarely, adverts);
    }

    private static async Task CountWakes(TestNode node, TestHost backup, TestHost speaker, bool rarely, int adverts)
    {
        // After a stall of the host a thread is seen to wake that nobody woke; one that is woken for each advert is so each time.
        (long heard, long wakes) = (0, 0);
        for (int attempt = 0; attempt < (rarely ? 5 : 1); attempt++)
        {
            (heard, wakes) = (await Heard(backup), ThreadWakes.Of(node, "vrrp"));

            // Nobody asks the one that is to sleep.
            long said = (await speaker.StateAsync()).Statistic.AdvertsSent;
            await Eventually.True(() => speaker.StateAsync().GetAwaiter().GetResult().Statistic.AdvertsSent >= said + adverts);
            wakes = ThreadWakes.Of(node, "vrrp") - wakes;
            heard = await Heard(backup) - heard;
            Assert.InRange(heard, adverts - 3, adverts * 3);
            if (rarely == wakes * 3 < heard * 2) break;
        }

        Assert.True(rarely == wakes * 3 < heard * 2, $"woken {wakes} times for {heard} adverts");
        Assert.Equal(VrrpStateKind.Backup, (await backup.StateAsync()).State);
    }

    private static async Task<long> Heard(TestHost host) => (await host.StateAsync()).Statistic.AdvertsReceived;

    /// <summary>On a busy machine what was sent may come a moment later.</summary>
    private static async Task Hears(TestHost host, int adverts)
    {
        await Eventually.True(() => Heard(host).GetAwaiter().GetResult() >= adverts, () => $"not {adverts} adverts were heard");
        Assert.Equal(adverts, await Heard(host));
    }

    /// <summary>It has heard several adverts of a master.</summary>
    private static async Task Follows(TestHost backup, TestHost master)
    {
        await master.Becomes(VrrpStateKind.Master);
        await backup.Becomes(VrrpStateKind.Backup);
        long heard = await Heard(backup);
        await Eventually.True(() => Heard(backup).GetAwaiter().GetResult() >= heard + 3);
    }

    private static int Count(TestHost host, VrrpHostEventCode code) => host.Events.Count(e => e.Code == code);

    private static Task Said(TestHost host, VrrpHostEventCode code, int times) =>
        Eventually.True(() => Count(host, code) >= times, () => string.Join('\n', host.Messages));

    /// <summary>Another router, which says what the test tells it to.</summary>
    private sealed class Peer : IDisposable
    {
        private readonly VrrpSocket socket;
        private ushort identification;

        public Peer(TestNode node) => socket = node.Namespace.Run(() =>
        {
            using RouteClient routes = RouteClient.Open();
            return new VrrpSocket("eth0", routes.FindLink("eth0")!.Index);
        });

        public void Send(int priority, int intervalUnits, string address = "10.9.0.100")
        {
            var advert = new byte[VrrpRouter.MaxAdvertLength];
            int length = VrrpAdvertWriter.Write(
                new VrrpAdvertFields
                {
                    Version = 3,
                    VirtualRouterId = 51,
                    Priority = (byte)priority,
                    IntervalUnits = intervalUnits,
                    Source = 0x0A090002,
                    Destination = VrrpProtocol.MulticastAddress,
                    Ttl = VrrpProtocol.Ttl,
                    Identification = ++identification,
                },
                [WireAddress.Of(IPAddress.Parse(address))], [], advert);
            Assert.Equal(0, socket.Send(advert.AsSpan(0, length), VrrpProtocol.MulticastAddress));
        }

        public void Dispose() => socket.Dispose();
    }
}
