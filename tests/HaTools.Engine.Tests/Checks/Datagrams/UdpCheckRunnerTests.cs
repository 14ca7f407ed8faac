using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using HaTools.Engine.Checks;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Checks.Datagrams;

/// <summary>UDP checks on the thread of checks, with servers that are good and that are not.</summary>
public sealed class UdpCheckRunnerTests
{
    private static readonly UdpCheck Any = new();
    private static readonly UdpCheck Exact = new() { Payload = "0102", Reply = "81 x2", MinimumReplyLength = 2, MaximumReplyLength = 3 };

    private readonly VerdictSink sink = new();

    [NamespaceFact]
    public async Task A_server_is_up_or_down_by_what_it_answers()
    {
        using TestNetwork network = Network();
        (TestNode here, TestNode there) = (network.Nodes[0], network.Nodes[1]);
        using CheckRunner runner = here.Namespace.Run(() => new CheckRunner(sink));
        foreach (string host in new[] { "10.9.0.2", "fd09::2" })
        {
            using var right = new Server(there, host, (s, _, from) => s.Send("81f2", from));
            using var wrong = new Server(there, host, (s, _, from) => s.Send("8203", from));
            using var tooShort = new Server(there, host, (s, _, from) => s.Send("81", from));
            using var tooLong = new Server(there, host, (s, _, from) => s.Send("81f20304", from));
            using var empty = new Server(there, host, (s, _, from) => s.Send("", from));
            using var longest = new Server(there, host, (s, _, from) => s.Send(new string('0', 2 * 65507), from));
            using var silent = new Server(there, host, (_, _, _) => { });
            using var foreign = new Server(there, host, (_, _, from) => right.Send("81f2", from));

            // The reply to the first try comes when the second has begun, from another port of ours.
            EndPoint? first = null;
            using var late = new Server(there, host, (s, _, from) =>
            {
                if (first is null) first = from;
                else s.Send("81f2", first);
            });
            SocketTarget[] targets =
            [
                Udp(0, right, Exact), Udp(1, wrong, Exact), Udp(2, tooShort, Exact), Udp(3, tooLong, Exact), Udp(4, empty, Exact),
                Udp(5, silent, Exact, VerdictSink.Once), Udp(6, foreign, Exact, VerdictSink.Once), Udp(7, late, Exact, VerdictSink.Once with { Retry = 1 }),
                Udp(8, wrong, Any), Udp(9, empty, Any), Udp(10, silent, Any, VerdictSink.Once), Udp(11, foreign, Any, VerdictSink.Once),
                Udp(12, empty, Any with { RequireReply = true }), Udp(13, empty, Any with { RequireReply = true, MinimumReplyLength = 1 }), Udp(14, longest, Any with { RequireReply = true, MinimumReplyLength = 65507 }),
                Udp(15, longest, Any with { RequireReply = true, MaximumReplyLength = 65506 }), Udp(16, silent, Any with { RequireReply = true }, VerdictSink.Once),
            ];
            sink.Last.Clear();
            runner.Configure(targets);
            await Eventually.True(() => sink.Last.Count == targets.Length, () => string.Join("; ", sink.Last));
            Assert.All([0, 8, 9, 10, 11, 12, 14], i => Assert.Null(sink.Last[i]));
            Assert.Equal($"{wrong.Place}: octet 1 of its reply is 82, and not 81", sink.Last[1]);
            Assert.Equal($"{tooShort.Place}: its reply has 1 octets, and not 2 or more", sink.Last[2]);
            Assert.Equal($"{tooLong.Place}: its reply has 4 octets, and not 3 or fewer", sink.Last[3]);
            Assert.Equal($"{empty.Place}: its reply has 0 octets, and not 2 or more", sink.Last[4]);
            Assert.All(new[] { (5, silent), (6, foreign), (7, late) }, p => Assert.Equal($"ETIMEDOUT (connection timed out) reading from {p.Item2.Place} (a datagram of 2 octets)", sink.Last[p.Item1]));
            Assert.Equal($"{empty.Place}: its reply has 0 octets, and not 1 or more", sink.Last[13]);
            Assert.Equal($"{longest.Place}: its reply has 65507 octets, and not 65506 or fewer", sink.Last[15]);
            Assert.StartsWith("ETIMEDOUT ", sink.Last[16], StringComparison.Ordinal);
            Assert.All(right.Datagrams, d => Assert.Equal("0102", d));
            Assert.All(wrong.Datagrams, d => Assert.Contains(d, new[] { "0102", Convert.ToHexStringLower("HaTools check - HaTools check - "u8) }));
            runner.Configure([]);
        }

        Assert.Empty(sink.Troubles);
    }

    [NamespaceFact]
    public async Task One_that_is_not_reached_is_down_whether_a_reply_is_required_or_not()
    {
        // Ports that nobody listens at are told of by another host: a router's errors would count together with them, by rates that are not the same.
        using TestNetwork network = Network();
        (TestNode here, TestNode router) = (network.Nodes[0], network.Nodes[2]);
        router.Namespace.Run(() =>
        {
            Sysctl.Write("net/ipv4/ip_forward", "1");
            Sysctl.Write("net/ipv4/icmp_ratelimit", "0");
        });
        here.Ip("route add 10.10.0.0/24 via 10.9.0.3");
        router.Ip("route add unreachable 10.10.0.0/24");
        using CheckRunner runner = here.Namespace.Run(() => new CheckRunner(sink));
        string[] places = ["10.9.0.2:9", "[fd09::2]:9", "10.10.0.1:9", "10.11.0.1:9", "10.9.0.99:9", "[fd09::99]:9"];
        SocketTarget[] targets = [.. places.SelectMany((p, i) => new[] { Udp(2 * i, p, Any), Udp((2 * i) + 1, p, Exact) })];
        runner.Configure(targets);
        await Eventually.True(() => sink.Last.Count == targets.Length, () => string.Join("; ", sink.Last));
        string[] reasons = ["ECONNREFUSED (connection refused) reading from ", "EHOSTUNREACH (no route to host) reading from ", "ENETUNREACH (network is unreachable) connecting to "];
        for (int i = 0; i < targets.Length; i++)
        {
            int which = (i / 2) switch { 0 or 1 => 0, 3 => 2, _ => 1 };
            Assert.StartsWith(reasons[which] + places[i / 2], sink.Last[i] ?? $"{places[i / 2]} is good", StringComparison.Ordinal);
        }
    }

    [NamespaceFact]
    public async Task It_comes_from_where_it_is_told()
    {
        using TestNetwork network = Network();
        (TestNode here, TestNode there) = (network.Nodes[0], network.Nodes[1]);
        here.IpBatch(["addr add 10.9.0.77/24 dev eth0", "rule add fwmark 5 lookup 55", "route add unreachable 10.9.0.2 table 55"]);
        ConcurrentQueue<EndPoint> callers = new();
        using var server = new Server(there, "10.9.0.2", (s, _, from) =>
        {
            callers.Enqueue(from);
            s.Send("81f2", from);
        });
        using var second = new Server(there, "10.9.0.2", (s, _, from) => s.Send("81f2", from));
        using CheckRunner runner = here.Namespace.Run(() => new CheckRunner(sink));

        // Several from one port, each to another server, again and again.
        UdpCheck bound = Exact with { BindAddress = IPAddress.Parse("10.9.0.77"), BindPort = 7777, BindInterface = "eth0" };
        runner.Configure([Udp(0, server, bound, VerdictSink.Often), Udp(1, second, bound, VerdictSink.Often), Udp(2, second, Exact with { FirewallMark = 5 })]);
        await Eventually.True(() => callers.Count > 5 && second.Datagrams.Count > 5 && sink.Last.Count == 3);
        Assert.All(callers, c => Assert.Equal(IPEndPoint.Parse("10.9.0.77:7777"), c));
        Assert.Null(sink.Last[0]);
        Assert.Null(sink.Last[1]);
        Assert.StartsWith("EHOSTUNREACH", sink.Last[2], StringComparison.Ordinal);
        Assert.Empty(sink.Troubles);
    }

    [NamespaceFact]
    public async Task While_nothing_is_news_nothing_is_allocated()
    {
        using TestNetwork network = Network();
        network.Nodes[0].Namespace.Run(() => Sysctl.Write("net/ipv4/ping_group_range", "0 0"));
        using var server = new Server(network.Nodes[1], "10.9.0.2", (s, _, from) => s.Send("81f2", from));
        using CheckRunner runner = network.Nodes[0].Namespace.Run(() => new CheckRunner(sink));
        runner.Configure([
            .. Enumerable.Range(0, 20).Select(i => Udp(i, server, Exact, VerdictSink.Often with { Retry = 5 })),
            .. Enumerable.Range(20, 20).Select(i => Udp(i, "10.9.0.2:0", new PingCheck(), VerdictSink.Often with { Retry = 5 })),
        ]);
        await Eventually.True(() => server.Datagrams.Count > 200);
        await Allocations.NoneAsync(() => runner.AllocatedBytes, () =>
        {
            int from = server.Datagrams.Count;
            return Eventually.True(() => server.Datagrams.Count > from + 500);
        });
        Assert.Equal(40, sink.Verdicts);
        Assert.All(sink.Last.Values, Assert.Null);
    }

    [NamespaceFact]
    public async Task Whatever_a_server_sends_the_others_are_checked_on()
    {
        using TestNetwork network = Network();
        (TestNode here, TestNode there) = (network.Nodes[0], network.Nodes[1]);
        var random = new Random(15);
        using var noise = new Server(there, "10.9.0.2", (s, _, from) =>
        {
            for (int i = 0; i < 20; i++)
            {
                byte[] bytes = new byte[random.Next(200)];
                random.NextBytes(bytes);
                s.Send(Convert.ToHexString(bytes), from);
            }
        });
        using var good = new Server(there, "10.9.0.2", (s, _, from) => s.Send("81f2", from));
        using CheckRunner runner = here.Namespace.Run(() => new CheckRunner(sink));
        runner.Configure([Udp(0, noise, Exact, VerdictSink.Often), Udp(1, good, Exact, VerdictSink.Often)]);
        await Eventually.True(() => noise.Datagrams.Count > 50);
        int from = good.Datagrams.Count;
        await Eventually.True(() => good.Datagrams.Count > from + 20);
        Assert.Null(sink.Last[1]);
        Assert.False(runner.Completion.IsCompleted);
    }

    [NamespaceFact]
    public async Task Others_are_checked_while_one_sends_without_end_which_takes_no_memory()
    {
        using TestNetwork network = Network();
        (TestNode here, TestNode there) = (network.Nodes[0], network.Nodes[1]);
        int sent = 0;

        // What is not from the server itself is passed over, and the try goes on.
        using var other = new Server(there, "10.9.0.2", (_, _, _) => { });
        using var foreign = new Server(there, "10.9.0.2", (_, _, from) => Begin(other, from));
        using var wrong = new Server(there, "10.9.0.2", (s, _, from) => Begin(s, from));
        using var good = new Server(there, "10.9.0.2", (s, _, from) => s.Send("81f2", from));
        using CheckRunner runner = here.Namespace.Run(() => new CheckRunner(sink));
        runner.Configure([Udp(0, foreign, Exact), Udp(1, wrong, Exact), Udp(2, good, Exact, VerdictSink.Often)]);
        await Eventually.True(() => good.Datagrams.Count > 100 && Volatile.Read(ref sent) > 20_000 && sink.Last.Count == 2);
        Assert.Equal($"{wrong.Place}: octet 1 of its reply is 82, and not 81", sink.Last[1]);
        Assert.Null(sink.Last[2]);
        Assert.Equal(2, sink.Verdicts);
        Assert.InRange(runner.AllocatedBytes, 0, 4_000_000);

        void Begin(Server from, EndPoint to) => _ = Task.Run(() => Flood(from, to));

        void Flood(Server from, EndPoint to)
        {
            try
            {
                for (; ; Interlocked.Increment(ref sent)) from.Send("8203", to);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over, or the try is.
            }
        }
    }

    private static TestNetwork Network()
    {
        var network = new TestNetwork(3);
        for (int i = 0; i < 3; i++)
        {
            network.Nodes[i].Ip($"addr add fd09::{i + 1}/64 dev eth0 nodad");
            network.Nodes[i].Namespace.Run(() =>
            {
                // A host that is not there is known to be not there sooner.
                foreach (string version in new[] { "ipv4", "ipv6" })
                {
                    Sysctl.Write($"net/{version}/neigh/eth0/retrans_time_ms", "50");
                    Sysctl.Write($"net/{version}/neigh/eth0/mcast_solicit", "2");
                }
            });
        }

        return network;
    }

    private static SocketTarget Udp(int number, Server server, UdpCheck check, CheckTiming? timing = null) => VerdictSink.Target(number, server.Place, check, timing ?? VerdictSink.Patient);

    private static SocketTarget Udp(int number, string place, NetworkCheck check, CheckTiming? timing = null) => VerdictSink.Target(number, IPEndPoint.Parse(place), check, timing ?? VerdictSink.Patient);

    /// <summary>A server that does what it is told with each datagram.</summary>
    private sealed class Server : IDisposable
    {
        private readonly Socket socket;
        private readonly Action<Server, byte[], EndPoint> answer;

        public Server(TestNode node, string host, Action<Server, byte[], EndPoint> answer)
        {
            this.answer = answer;
            var address = IPAddress.Parse(host);
            socket = node.Namespace.Run(() => new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
            socket.Bind(new IPEndPoint(address, 0));
            _ = Task.Run(ServeAsync);
        }

        public IPEndPoint Place => (IPEndPoint)socket.LocalEndPoint!;

        /// <summary>What has come, in hexadecimal.</summary>
        public ConcurrentQueue<string> Datagrams { get; } = new();

        public void Send(string octets, EndPoint to) => socket.SendTo(Convert.FromHexString(octets), to);

        public void Dispose() => socket.Dispose();

        private async Task ServeAsync()
        {
            byte[] buffer = new byte[65536];
            try
            {
                while (true)
                {
                    SocketReceiveFromResult got = await socket.ReceiveFromAsync(buffer, Place);
                    Datagrams.Enqueue(Convert.ToHexStringLower(buffer.AsSpan(0, got.ReceivedBytes)));
                    answer(this, buffer[..got.ReceivedBytes], got.RemoteEndPoint);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
