using System.Net;
using System.Net.Sockets;
using HaTools.Engine.Checks;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Checks.Datagrams;

/// <summary>Checks by echo request on the thread of checks: with sockets that the kernel keeps for them, and with raw ones where it lets nobody have those.</summary>
public sealed class PingCheckRunnerTests
{
    private static readonly PingCheck Check = new();

    private readonly VerdictSink sink = new();

    [NamespaceFact]
    public async Task A_host_that_is_there_answers()
    {
        using TestNetwork network = Network();
        TestNode here = network.Nodes[0];
        foreach (bool lets in new[] { false, true })
        {
            Let(here, lets);
            using CheckRunner runner = here.Namespace.Run(() => new CheckRunner(sink));
            int first = lets ? 10 : 0;
            runner.Configure([Ping(first, "10.9.0.2"), Ping(first + 1, "fd09::2"), Ping(first + 2, "10.9.0.1"), Ping(first + 3, "::1")]);
            await Eventually.True(() => Enumerable.Range(first, 4).All(sink.Last.ContainsKey));
        }

        Assert.All(sink.Last.Values, Assert.Null);
        Assert.Equal(8, sink.Last.Count);
        Assert.Empty(sink.Troubles);
    }

    [NamespaceFact]
    public async Task It_takes_the_kernels_own_kind_of_socket_where_it_may()
    {
        using TestNetwork network = Network();
        TestNode here = network.Nodes[0];
        EchoPeer.Silence(network.Nodes[1]);
        foreach (bool lets in new[] { false, true })
        {
            Let(here, lets);
            using var four = new EchoPeer(network.Nodes[1], IPAddress.Parse("10.9.0.2"), (_, _, _) => { });
            using var six = new EchoPeer(network.Nodes[1], IPAddress.Parse("fd09::2"), (_, _, _) => { });
            using CheckRunner runner = here.Namespace.Run(() => new CheckRunner(sink));
            runner.Configure([Ping(1, "10.9.0.2"), Ping(2, "fd09::2")]);
            await Eventually.True(() => !four.Requests.IsEmpty && !six.Requests.IsEmpty);
            foreach (string family in new[] { "", "6" })
            {
                Assert.Equal(lets ? 1 : 0, Sockets(here, $"icmp{family}"));
                Assert.Equal(lets ? 0 : 1, Sockets(here, $"raw{family}"));
            }

            // 128 bytes as keepalived, and the sum right on the wire.
            Assert.All([.. four.Requests, .. six.Requests], r => Assert.Equal(136, r.Length));
            Assert.True(EchoPeer.IsIntact(Assert.Single(four.Requests)));
        }

        Assert.Empty(sink.Last);
    }

    [NamespaceFact]
    public async Task Only_the_reply_to_this_very_request_from_the_host_that_was_asked_counts()
    {
        using TestNetwork network = Network();
        (TestNode here, TestNode there) = (network.Nodes[0], network.Nodes[1]);
        EchoPeer.Silence(there);
        foreach (bool lets in new[] { false, true })
        {
            Let(here, lets);
            foreach (int version in new[] { 4, 6 })
            {
                List<EchoPeer> peers = [];
                using CheckRunner runner = here.Namespace.Run(() => new CheckRunner(sink));
                try
                {
                    peers.Add(Peer(0, (p, request, from) => p.Send(EchoPeer.Reply(request, version), from)));
                    EchoPeer other = Peer(1, (p, request, from) => p.Send(Altered(request, m => m[7] ^= 1), from));
                    peers.Add(other);
                    peers.Add(Peer(2, (p, request, from) => p.Send(Altered(request, m => m[5] ^= 1), from)));
                    peers.Add(Peer(3, (p, request, from) => p.Send(Altered(request, m => m[1] = 1), from)));
                    peers.Add(Peer(4, (p, request, from) => p.Send(EchoPeer.Reply(request, version)[..7], from)));
                    peers.Add(Peer(5, (p, request, from) => p.Send(request, from)));
                    peers.Add(Peer(6, (_, request, from) => other.Send(EchoPeer.Reply(request, version), from)));

                    // The reply to the first try comes when the second has begun.
                    peers.Add(Peer(7, (p, _, from) =>
                    {
                        if (p.Requests.Count == 2) p.Send(EchoPeer.Reply(p.Requests.First(), version), from);
                    }));
                    if (version == 4)
                    {
                        peers.Add(Peer(8, (p, request, from) =>
                        {
                            byte[] broken = EchoPeer.Reply(request, version);
                            broken[^1] ^= 1;
                            p.Send(broken, from);
                        }));
                    }

                    sink.Last.Clear();
                    runner.Configure([.. peers.Select((_, i) => Ping(i, $"{Address(i)}") with { Timing = i == 0 ? VerdictSink.Patient : VerdictSink.Once with { Retry = 1 } })]);
                    await Eventually.True(() => sink.Last.Count == peers.Count);
                    Assert.Null(sink.Last[0]);
                    Assert.All(Enumerable.Range(1, peers.Count - 1), i => Assert.Equal($"ETIMEDOUT (connection timed out) reading from {Address(i)} (echo request)", sink.Last[i]));
                    Assert.All(peers.Skip(1), p => Assert.Equal(2, p.Requests.Count));
                }
                finally
                {
                    foreach (EchoPeer peer in peers) peer.Dispose();
                }

                EchoPeer Peer(int number, Action<EchoPeer, byte[], EndPoint> answer) => new(there, Address(number), answer);

                IPAddress Address(int number) => IPAddress.Parse(version == 4 ? $"10.9.0.{10 + number}" : $"fd09::{10 + number}");

                byte[] Altered(byte[] request, Action<byte[]> alter)
                {
                    byte[] reply = EchoPeer.Reply(request, version);
                    alter(reply);
                    if (version == 4) EchoPeer.Sum(reply);
                    return reply;
                }
            }
        }
    }

    [NamespaceFact]
    public async Task Others_are_checked_while_one_sends_wrong_replies_without_end_which_take_no_memory_and_no_more_than_its_time()
    {
        using TestNetwork network = Network();
        (TestNode here, TestNode there) = (network.Nodes[0], network.Nodes[1]);
        EchoPeer.Silence(there);
        foreach (bool lets in new[] { false, true })
        {
            Let(here, lets);
            foreach (int version in new[] { 4, 6 })
            {
                int sent = 0;
                using var wrong = new EchoPeer(there, Address(0), (peer, request, from) => _ = Task.Run(() => Flood(peer, request, from)));
                using var good = new EchoPeer(there, Address(1), (peer, request, from) => peer.Send(EchoPeer.Reply(request, version), from));
                sink.Last.Clear();
                sink.Verdicts = 0;
                using CheckRunner runner = here.Namespace.Run(() => new CheckRunner(sink));
                SocketTarget[] others = [.. Enumerable.Range(1, 5).Select(i => Ping(i, $"{Address(1)}") with { Timing = VerdictSink.Often })];
                runner.Configure([Ping(0, $"{Address(0)}"), .. others]);
                await Eventually.True(() => good.Requests.Count > 100 && Volatile.Read(ref sent) > 20_000);
                Assert.Equal([1, 2, 3, 4, 5], sink.Last.Keys.Order());
                Assert.All(sink.Last.Values, Assert.Null);

                // The time-out of the one that is flooded is its own.
                runner.Configure([Ping(0, $"{Address(0)}") with { Timing = VerdictSink.Once }, .. others]);
                await Eventually.True(() => sink.Last.ContainsKey(0));
                Assert.Equal($"ETIMEDOUT (connection timed out) reading from {Address(0)} (echo request)", sink.Last[0]);
                Assert.All(Enumerable.Range(1, 5), i => Assert.Null(sink.Last[i]));
                Assert.Equal(6, sink.Verdicts);
                Assert.InRange(runner.AllocatedBytes, 0, 4_000_000);

                IPAddress Address(int number) => IPAddress.Parse(version == 4 ? $"10.9.0.{10 + number}" : $"fd09::{10 + number}");

                // Another's identifier, another number, another kind, cut short, and one whose data do not fit its sum.
                void Flood(EchoPeer peer, byte[] request, EndPoint from)
                {
                    byte[][] replies = [Altered(m => m[5] ^= 1), Altered(m => m[7] ^= 1), Altered(m => m[1] = 1), EchoPeer.Reply(request, version)[..7], request];
                    if (version == 4)
                    {
                        byte[] broken = EchoPeer.Reply(request, version);
                        broken[^1] ^= 1;
                        replies = [.. replies, broken];
                    }

                    try
                    {
                        while (true)
                        {
                            foreach (byte[] reply in replies) peer.Send(reply, from);
                            Interlocked.Add(ref sent, replies.Length);
                        }
                    }
                    catch (Exception e) when (e is SocketException or ObjectDisposedException)
                    {
                        // The test is over.
                    }

                    byte[] Altered(Action<byte[]> alter)
                    {
                        byte[] reply = EchoPeer.Reply(request, version);
                        alter(reply);
                        if (version == 4) EchoPeer.Sum(reply);
                        return reply;
                    }
                }
            }
        }

        Assert.Empty(sink.Troubles);
    }

    [NamespaceFact]
    public async Task One_that_is_not_reached_is_down_at_once_with_what_the_kernel_or_a_router_says()
    {
        using TestNetwork network = Network();
        (TestNode here, TestNode router) = (network.Nodes[0], network.Nodes[1]);
        router.Namespace.Run(() =>
        {
            Sysctl.Write("net/ipv4/ip_forward", "1");
            Sysctl.Write("net/ipv6/conf/all/forwarding", "1");
            Sysctl.Write("net/ipv4/icmp_ratelimit", "0");
            Sysctl.Write("net/ipv6/icmp/ratelimit", "0");
        });
        here.IpBatch(["route add 10.10.0.0/24 via 10.9.0.2", "route add fd10::/64 via fd09::2", "route add blackhole 10.12.0.0/24"]);
        router.IpBatch(["route add unreachable 10.10.0.0/25", "route add prohibit 10.10.0.128/25", "route add unreachable fd10::/64"]);
        foreach (bool lets in new[] { false, true })
        {
            Let(here, lets);
            sink.Last.Clear();
            using CheckRunner runner = here.Namespace.Run(() => new CheckRunner(sink));
            runner.Configure([Ping(0, "10.10.0.1"), Ping(1, "10.10.0.129"), Ping(2, "fd10::1"), Ping(3, "10.11.0.1"), Ping(4, "fd11::1"), Ping(5, "10.9.0.99"), Ping(6, "fd09::99")]);
            await Eventually.True(() => sink.Last.Count == 7, () => string.Join("; ", sink.Last));
            Assert.StartsWith("EHOSTUNREACH (no route to host) reading from 10.10.0.1 (echo request)", sink.Last[0], StringComparison.Ordinal);
            Assert.StartsWith("EHOSTUNREACH (no route to host) reading from 10.10.0.129 ", sink.Last[1], StringComparison.Ordinal);
            Assert.Matches("^E(NET|HOST)UNREACH .* reading from fd10::1 ", sink.Last[2]);
            Assert.Equal("ENETUNREACH (network is unreachable) connecting to 10.11.0.1", sink.Last[3]);
            Assert.Equal("ENETUNREACH (network is unreachable) connecting to fd11::1", sink.Last[4]);

            // Nobody there has the address.
            Assert.StartsWith("EHOSTUNREACH (no route to host) reading from 10.9.0.99 ", sink.Last[5], StringComparison.Ordinal);
            Assert.StartsWith("EHOSTUNREACH (no route to host) reading from fd09::99 ", sink.Last[6], StringComparison.Ordinal);
        }
    }

    [NamespaceFact]
    public async Task A_server_stays_as_it_is_while_this_host_lets_us_ping_in_neither_way()
    {
        using TestNetwork network = Network();
        TestNode here = network.Nodes[0];
        using CheckRunner runner = here.Namespace.Run(() =>
        {
            Privilege.DropNetRaw();
            return new CheckRunner(sink);
        });
        runner.Configure([Ping(0, "10.9.0.2") with { Timing = VerdictSink.Often }, Ping(1, "fd09::2") with { Timing = VerdictSink.Often }]);
        await Eventually.True(() => sink.Troubles.Count == 2 || !sink.Last.IsEmpty);
        await Task.Delay(200);
        Assert.Empty(sink.Last);
        Assert.Equal(["10.9.0.2", "fd09::2"], sink.Troubles.Select(t => t.Split(' ').Single(w => w is "10.9.0.2:" or "fd09::2:").TrimEnd(':')).Order());
        Assert.All(sink.Troubles, t => Assert.StartsWith("EPERM (operation not permitted) opening a socket to ping ", t, StringComparison.Ordinal));
        Assert.All(sink.Troubles, t => Assert.Contains("net.ipv4.ping_group_range", t, StringComparison.Ordinal));

        Let(here, true);
        await Eventually.True(() => sink.Last.Count == 2);
        Assert.All(sink.Last.Values, Assert.Null);
    }

    [NamespaceFact]
    public async Task A_router_that_knows_a_shorter_way_has_passed_the_request_on()
    {
        using var network = new TestNetwork(3);
        (TestNode here, TestNode router, TestNode there) = (network.Nodes[0], network.Nodes[1], network.Nodes[2]);
        there.Ip("addr add 10.77.0.5/32 dev lo");
        router.Ip("route add 10.77.0.5 via 10.9.0.3");
        router.Namespace.Run(() =>
        {
            foreach (string name in new[] { "ip_forward", "conf/all/send_redirects", "conf/eth0/send_redirects" }) Sysctl.Write($"net/ipv4/{name}", "1");
        });
        here.Ip("route add 10.77.0.5 via 10.9.0.2");
        here.Namespace.Run(() =>
        {
            foreach (string name in new[] { "all", "eth0" }) Sysctl.Write($"net/ipv4/conf/{name}/accept_redirects", "0");
        });

        // With both kinds of socket. A router redirects a host only now and then.
        foreach (bool lets in new[] { true, false })
        {
            Let(here, lets);
            sink.Last.Clear();
            using CheckRunner runner = here.Namespace.Run(() => new CheckRunner(sink));
            runner.Configure([Ping(0, "10.77.0.5") with { Timing = VerdictSink.Once }]);
            await Eventually.True(() => sink.Last.Count == 1, () => string.Join("; ", sink.Last));
            Assert.Null(sink.Last[0]);
            if (lets) Assert.NotEqual(0, Redirects());
        }

        int Redirects()
        {
            string[][] icmp = [.. here.Namespace.Run(() => File.ReadAllLines("/proc/thread-self/net/snmp")).Where(l => l.StartsWith("Icmp:", StringComparison.Ordinal)).Select(l => l.Split(' '))];
            return int.Parse(icmp[1][Array.IndexOf(icmp[0], "InRedirects")], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    [NamespaceFact]
    public async Task It_comes_from_where_it_is_told()
    {
        using TestNetwork network = Network();
        (TestNode here, TestNode there) = (network.Nodes[0], network.Nodes[1]);
        here.IpBatch(["addr add 10.9.0.77/24 dev eth0", "link add d0 type veth peer name d1", "link set d1 up", "link set d0 up", "rule add fwmark 5 lookup 55", "route add unreachable 10.9.0.12 table 55"]);
        EchoPeer.Silence(there);
        foreach (bool lets in new[] { false, true })
        {
            Let(here, lets);
            sink.Last.Clear();
            EndPoint? asked = null;
            using var peer = new EchoPeer(there, IPAddress.Parse("10.9.0.10"), (p, request, from) =>
            {
                asked = from;
                p.Send(EchoPeer.Reply(request, 4), from);
            });
            using var second = new EchoPeer(there, IPAddress.Parse("10.9.0.12"), (p, request, from) => p.Send(EchoPeer.Reply(request, 4), from));
            using CheckRunner runner = here.Namespace.Run(() => new CheckRunner(sink));
            runner.Configure(
            [
                Ping(0, "10.9.0.10", Check with { BindAddress = IPAddress.Parse("10.9.0.77") }),
                Ping(1, "10.9.0.12"),
                Ping(2, "10.9.0.12", Check with { FirewallMark = 5 }),
                Ping(3, "10.9.0.12", Check with { BindInterface = "d0" }) with { Timing = VerdictSink.Once },
                Ping(4, "10.9.0.12", Check with { BindInterface = "eth0" }),
            ]);
            await Eventually.True(() => sink.Last.Count == 5, () => string.Join("; ", sink.Last));
            Assert.Equal("10.9.0.77", $"{((IPEndPoint)asked!).Address}");
            Assert.All([0, 1, 4], i => Assert.Null(sink.Last[i]));
            Assert.StartsWith("EHOSTUNREACH", sink.Last[2], StringComparison.Ordinal);
            Assert.NotNull(sink.Last[3]);
        }

        Assert.Empty(sink.Troubles);
    }

    /// <summary>Two hosts with IPv6 too; the second has more addresses: 10.9.0.10 to 19, fd09::10 to 19.</summary>
    private static TestNetwork Network()
    {
        var network = new TestNetwork(2);
        for (int i = 0; i < 2; i++)
        {
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

        network.Nodes[0].Ip("addr add fd09::1/64 dev eth0 nodad");
        network.Nodes[1].IpBatch([
            "addr add fd09::2/64 dev eth0 nodad",
            .. Enumerable.Range(10, 10).SelectMany(i => new[] { $"addr add 10.9.0.{i}/24 dev eth0", $"addr add fd09::{i}/64 dev eth0 nodad" }),
        ]);
        return network;
    }

    /// <summary>Whether this host lets root's group have the kernel's own kind of socket.</summary>
    private static void Let(TestNode node, bool lets) => node.Namespace.Run(() => Sysctl.Write("net/ipv4/ping_group_range", lets ? "0 0" : "1 0"));

    private static int Sockets(TestNode node, string table) => node.Namespace.Run(() => File.ReadAllLines($"/proc/thread-self/net/{table}").Length - 1);

    private static SocketTarget Ping(int number, string address, PingCheck? check = null) =>
        VerdictSink.Target(number, new IPEndPoint(IPAddress.Parse(address), 0), check ?? Check, VerdictSink.Patient);
}
