using System.Net;
using System.Net.Sockets;
using HaTools.Engine.Bfd;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Trackers;
using HaTools.Linux;
using HaTools.Vrrp;
using HaTools.Vrrp.Bfd;

namespace HaTools.Engine.Tests.Bfd;

/// <summary>Sessions between nodes in namespaces of their own.</summary>
public class BfdHostTests
{
    [NamespaceFact]
    public async Task Two_nodes_come_up_and_a_cut_cable_is_known_to_both()
    {
        using var network = new TestNetwork(2);
        using var a = new Side(network.Nodes[0]);
        using var b = new Side(network.Nodes[1]);
        await a.ConfigureAsync(Session("peer", "10.9.0.2"));
        await b.ConfigureAsync(Session("peer", "10.9.0.1"));
        await Eventually.True(() => a.IsUp("peer") && b.IsUp("peer"));
        Assert.Equal("BFD_Instance(peer) Entering Up state", a.Sink.Messages.Last());
        string words = (await a.Host.GetStatesAsync())[0].LastResult!;
        Assert.StartsWith("Up with 10.9.0.2: sends every ", words, StringComparison.Ordinal);

        network.Nodes[1].Ip("link set eth0 down");
        await Eventually.True(() => !a.IsUp("peer") && !b.IsUp("peer"));
        Assert.Contains("Control Detection Time Expired", a.Sink.Messages.Last(), StringComparison.Ordinal);
        network.Nodes[1].Ip("link set eth0 up");
        await Eventually.True(() => a.IsUp("peer") && b.IsUp("peer"));
    }

    [NamespaceFact]
    public async Task Ipv6_and_multihop_and_a_passive_side()
    {
        using var network = new TestNetwork(2);
        for (int i = 1; i <= 2; i++) network.Nodes[i - 1].Ip($"addr add fd00::{i}/64 dev eth0 nodad");
        using var a = new Side(network.Nodes[0]);
        using var b = new Side(network.Nodes[1]);
        BfdSession six = Session("six", "fd00::2") with { Source = IPAddress.Parse("fd00::1") };
        BfdSession far = Session("far", "10.9.0.2") with { Multihop = true, MaximumHops = 3 };
        await a.ConfigureAsync(six, far);
        BfdSession passive = Session("six", "fd00::1") with { Passive = true };
        await b.ConfigureAsync(passive, Session("far", "10.9.0.1") with { Multihop = true });
        await Eventually.True(() => a.IsUp("six") && b.IsUp("six") && a.IsUp("far") && b.IsUp("far"));
    }

    /// <summary>As with DHCP: the source is taken away, and leased again.</summary>
    [NamespaceFact]
    public async Task A_session_is_up_while_its_source_is_there()
    {
        const string lease = "10.9.0.11/24";
        using var network = new TestNetwork(2);
        TestNode node = network.Nodes[0];
        using var a = new Side(node);
        using var b = new Side(network.Nodes[1]);
        await a.ConfigureAsync(Session("peer", "10.9.0.2") with { Source = IPAddress.Parse("10.9.0.11") });
        await b.ConfigureAsync(Session("peer", "10.9.0.11"));
        for (int i = 0; i < 2; i++)
        {
            node.Ip($"addr add {lease} dev eth0");
            await Eventually.True(() => a.IsUp("peer") && b.IsUp("peer"));
            node.Ip($"addr del {lease} dev eth0");
            await Eventually.True(() => !a.IsUp("peer") && !b.IsUp("peer"));
        }
    }

    /// <summary>Who names no source speaks from the address that there is; the neighbour has to know it.</summary>
    [NamespaceFact]
    public async Task A_session_without_a_source_goes_on_from_the_new_address_of_its_host()
    {
        using var network = new TestNetwork(2);
        TestNode node = network.Nodes[0];
        using var a = new Side(node);
        using var b = new Side(network.Nodes[1]);
        await a.ConfigureAsync(Session("peer", "10.9.0.2"));
        await b.ConfigureAsync(Session("old", "10.9.0.1"));
        await Eventually.True(() => a.IsUp("peer") && b.IsUp("old"));
        node.Command("sysctl", "-qw", "net.ipv4.conf.eth0.promote_secondaries=1");
        node.Ip("addr add 10.9.0.21/24 dev eth0");
        node.Ip("addr del 10.9.0.1/24 dev eth0");
        await Eventually.True(() => !a.IsUp("peer") && !b.IsUp("old"));
        await b.ConfigureAsync(Session("new", "10.9.0.21"));
        await Eventually.True(() => a.IsUp("peer") && b.IsUp("new"));
    }

    [NamespaceFact]
    public async Task Rfc5881_5_a_neighbour_that_sends_with_another_ttl_is_not_heard()
    {
        using var network = new TestNetwork(2);
        using var a = new Side(network.Nodes[0]);
        using var b = new Side(network.Nodes[1]);
        await a.ConfigureAsync(Session("peer", "10.9.0.2"));
        await b.ConfigureAsync(Session("peer", "10.9.0.1") with { Ttl = 64 });

        // The other one hears us, which is all that can come of it.
        await Eventually.True(() => b.States().Result[0].LastResult!.StartsWith("Init", StringComparison.Ordinal));
        Assert.False(a.IsUp("peer"));
        await a.ConfigureAsync(Session("peer", "10.9.0.2") with { MaximumHops = 191 });
        await Eventually.True(() => a.IsUp("peer") && b.IsUp("peer"));
    }

    [NamespaceFact]
    public async Task A_reload_keeps_sessions_that_did_not_change_and_those_whose_timers_did()
    {
        using var network = new TestNetwork(3);
        using var a = new Side(network.Nodes[0]);
        using var b = new Side(network.Nodes[1]);
        using var c = new Side(network.Nodes[2]);
        await a.ConfigureAsync(Slow("b", "10.9.0.2", 200), Slow("c", "10.9.0.3", 200));
        await b.ConfigureAsync(Slow("a", "10.9.0.1", 200));
        await c.ConfigureAsync(Slow("a", "10.9.0.1", 100));
        await Eventually.True(() => a.IsUp("b") && a.IsUp("c") && b.IsUp("a") && c.IsUp("a"));
        int changes = a.Sink.Messages.Count + c.Sink.Messages.Count;

        await a.ConfigureAsync(Slow("c", "10.9.0.3", 300));
        await Eventually.True(() => c.States().Result[0].LastResult == "Up with 10.9.0.1: sends every 300 ms, misses it after 3000 ms");
        Assert.True(a.IsUp("c") && c.IsUp("a"));
        Assert.Equal(changes, a.Sink.Messages.Count + c.Sink.Messages.Count);

        // The one that went was said to be switched off, so that its neighbour took no action.
        await Eventually.True(() => b.States().Result[0].LastResult!.EndsWith("has switched off", StringComparison.Ordinal));
        Assert.True(b.IsUp("a"));
    }

    [NamespaceFact]
    public async Task Rfc5880_6_8_16_a_session_that_is_gone_says_so_more_than_once()
    {
        using var network = new TestNetwork(2);
        using var a = new Side(network.Nodes[0]);
        using BfdSocket neighbour = network.Nodes[1].Namespace.Run(() => BfdSocket.Listen(4, BfdSocket.SingleHopPort));
        await a.ConfigureAsync(Session("peer", "10.9.0.2"), Session("other", "10.9.0.3"));
        await a.ConfigureAsync(Session("other", "10.9.0.3"));
        Dictionary<BfdState, int> heard = [];
        byte[] buffer = new byte[64];
        await Eventually.True(() =>
        {
            for (int length; (length = neighbour.Receive(buffer, out _, out _)) >= 0;)
            {
                Assert.Equal(BfdRejection.None, BfdPacket.TryDecode(buffer.AsSpan(0, length), out BfdPacket packet));
                heard[packet.State] = heard.GetValueOrDefault(packet.State) + 1;
            }

            return heard.GetValueOrDefault(BfdState.AdminDown) >= 3;
        });
        Assert.True(heard[BfdState.Down] > 0);
    }

    [NamespaceFact]
    public void Rfc5881_4_no_two_sessions_send_from_one_port_whatever_their_sources()
    {
        const int sessions = 700;
        using var network = new TestNetwork(1);
        network.Nodes[0].Ip("link set lo up");
        int[] ports = network.Nodes[0].Namespace.Run(() =>
        {
            using var receiver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 };
            receiver.Bind(new IPEndPoint(IPAddress.Loopback, BfdSocket.SingleHopPort));
            var sink = new BfdSink();
            List<HostedBfd> hosted = [];
            int[] seen = new int[sessions];
            for (int i = 0; i < sessions; i++)
            {
                var source = new IPAddress([127, 1, (byte)(i / 250), (byte)(1 + i % 250)]);
                hosted.Add(new HostedBfd(Session($"{i}", "127.0.0.1") with { Source = source }, sink));
                hosted[i].Send([1], BfdSocket.SingleHopPort);
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                receiver.ReceiveFrom(new byte[8], ref from);
                seen[i] = ((IPEndPoint)from).Port;
            }

            foreach (HostedBfd one in hosted) one.Dispose();
            Assert.Empty(sink.Warnings);
            return seen;
        });
        Assert.All(ports, p => Assert.InRange(p, 49152, 65535));
        Assert.Equal(sessions, ports.Distinct().Count());
    }

    [NamespaceFact]
    public async Task A_node_that_ends_is_missed()
    {
        using var network = new TestNetwork(2);
        using var a = new Side(network.Nodes[0]);
        var b = new Side(network.Nodes[1]);
        await a.ConfigureAsync(Session("peer", "10.9.0.2"));
        await b.ConfigureAsync(Session("peer", "10.9.0.1"));
        await Eventually.True(() => a.IsUp("peer"));
        b.Dispose();
        await Eventually.True(() => !a.IsUp("peer"));
    }

    [NamespaceFact]
    public async Task A_source_that_is_not_there_yet_is_told_once_and_used_when_it_comes()
    {
        using var network = new TestNetwork(2);
        using var a = new Side(network.Nodes[0]);
        using var b = new Side(network.Nodes[1]);
        await a.ConfigureAsync(Session("peer", "10.9.0.2") with { Source = IPAddress.Parse("10.9.0.50") });
        await b.ConfigureAsync(Session("peer", "10.9.0.50"));
        await Eventually.True(() => !a.Sink.Warnings.IsEmpty);
        Assert.Contains("10.9.0.50", a.Sink.Warnings.First(), StringComparison.Ordinal);
        network.Nodes[0].Ip("addr add 10.9.0.50/24 dev eth0");
        await Eventually.True(() => a.IsUp("peer") && b.IsUp("peer"));
        Assert.Single(a.Sink.Warnings);
    }

    [NamespaceFact]
    public async Task A_port_that_another_program_has_is_named_and_nothing_changes()
    {
        using var network = new TestNetwork(1);
        using BfdSocket other = network.Nodes[0].Namespace.Run(() => BfdSocket.Listen(4, BfdSocket.MultihopPort));
        using var a = new Side(network.Nodes[0]);
        await a.ConfigureAsync(Session("peer", "10.9.0.2"));
        BfdSession far = Session("far", "10.9.0.2") with { Multihop = true };
        var failure = await Assert.ThrowsAsync<LinuxException>(() => a.ConfigureAsync(far));
        Assert.Contains("4784", failure.Message, StringComparison.Ordinal);
        Assert.Equal("peer", Assert.Single(await a.States()).Name);
    }

    private static BfdSession Session(string name, string neighbour) => new() { Name = name, Neighbour = IPAddress.Parse(neighbour) };

    /// <summary>A machine with much to do is not taken for a failure.</summary>
    private static BfdSession Slow(string name, string neighbour, int milliseconds) => Session(name, neighbour) with
    {
        MinimumReceive = TimeSpan.FromMilliseconds(milliseconds),
        MinimumTransmit = TimeSpan.FromMilliseconds(milliseconds),
        Multiplier = 10,
    };

    private sealed class Side : IDisposable
    {
        public Side(TestNode node) => Host = node.Namespace.Run(() => new BfdHost(Sink, realtime: false));

        public BfdSink Sink { get; } = new();

        public BfdHost Host { get; }

        public Task ConfigureAsync(params BfdSession[] sessions) => Host.ConfigureAsync(sessions.ToValueList());

        public Task<IReadOnlyList<HaTrackerState>> States() => Host.GetStatesAsync();

        public bool IsUp(string name) =>
            Sink.Readings.TryGetValue(new TrackerKey(TrackerKind.Bfd, name), out TrackerReading reading) && reading == TrackerReading.Up;

        public void Dispose() => Host.Dispose();
    }

    private sealed class BfdSink : ITrackerSink
    {
        public System.Collections.Concurrent.ConcurrentDictionary<TrackerKey, TrackerReading> Readings { get; } = new();

        public System.Collections.Concurrent.ConcurrentQueue<string> Messages { get; } = new();

        public System.Collections.Concurrent.ConcurrentQueue<string> Warnings { get; } = new();

        public void OnReading(TrackerKey tracker, TrackerReading reading) => Readings[tracker] = reading;

        public void OnTracker(TrackerKey tracker, HaTrackerStateKind state, string message) => Messages.Enqueue(message);

        public void OnTrackerLog(TrackerKey tracker, string message)
        {
        }

        public void OnTrackerWarning(TrackerKey tracker, string message) => Warnings.Enqueue(message);
    }
}
