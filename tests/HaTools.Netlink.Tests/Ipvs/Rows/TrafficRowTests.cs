using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Ipvs.Rows;

/// <summary>
/// Rows that only traffic shows: what is counted, SCTP, the persistence engine of SIP, this host as a real server. One namespace is
/// client, director and server; what wants three hosts is in the lab (HaTools.Lab.Tests, Services).
/// </summary>
[Trait("Needs", "ipvs")]
public sealed class TrafficRowTests
{
    private static readonly IPAddress Virtual = IPAddress.Parse("192.0.2.1"), Virtual6 = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.11"), Two = IPAddress.Parse("192.0.2.12");
    private static readonly IPAddress One6 = IPAddress.Parse("2001:db8::11"), Two6 = IPAddress.Parse("2001:db8::12");
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.100"), Client6 = IPAddress.Parse("2001:db8::100");
    private static int asked;

    [IpvsTheory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Row", "I14")]
    [Trait("Row", "I15")]
    [Trait("Row", "I17")]
    [Trait("Row", "I1")]
    public void All_ten_counters_are_those_of_ipvsadm_and_both_set_them_to_zero(bool six) => InAddresses(client =>
    {
        (IPAddress address, IPAddress server) = six ? (Virtual6, One6) : (Virtual, One);
        var key = new IpvsServiceKey(IpvsProtocol.Udp, address, 53);
        client.AddService(new IpvsService { Key = key, Scheduler = "rr" });
        client.AddDestination(key, new IpvsDestination { Address = server, Port = 5353 });
        using Socket listener = Datagrams(server, 5353);

        // Rates are of the last seconds and go down again: there is traffic while they are looked at.
        Assert.True(Wait.Until(() =>
        {
            for (int i = 0; i < 20; i++) Ask(listener, new IPEndPoint(address, 53));
            IpvsStatistics now = client.FindService(key)!.Statistics;
            return now is { ConnectionRate: > 0, IncomingPacketRate: > 0, OutgoingPacketRate: > 0, IncomingByteRate: > 0, OutgoingByteRate: > 0 };
        }));

        IpvsStatistics statistics = default;
        Assert.True(Wait.Until(() =>
        {
            statistics = client.FindService(key)!.Statistics;
            return IsShown("--rate", six, $"{statistics.ConnectionRate} {statistics.IncomingPacketRate} {statistics.OutgoingPacketRate} {statistics.IncomingByteRate} {statistics.OutgoingByteRate}")
                && statistics.ConnectionRate > 0;
        }));

        // Counters are brought up every two seconds, the numbers of connections at once; those of UDP are inactive.
        Assert.True(Wait.Until(() => client.FindService(key)!.Statistics.Connections == client.GetDestinations(key)[0].InactiveConnections));
        statistics = client.FindService(key)!.Statistics;
        Assert.True(IsShown("--stats", six, $"{statistics.Connections} {statistics.IncomingPackets} {statistics.OutgoingPackets} {statistics.IncomingBytes} {statistics.OutgoingBytes}"));
        Assert.Equal((statistics.IncomingPackets, statistics.IncomingBytes), (statistics.OutgoingPackets, statistics.OutgoingBytes));
        Assert.Equal(statistics, client.GetDestinations(key)[0].Statistics with
        {
            ConnectionRate = statistics.ConnectionRate,
            IncomingPacketRate = statistics.IncomingPacketRate,
            OutgoingPacketRate = statistics.OutgoingPacketRate,
            IncomingByteRate = statistics.IncomingByteRate,
            OutgoingByteRate = statistics.OutgoingByteRate,
        });

        client.Apply([IpvsCommand.ZeroService(key)]);
        Assert.True(IsShown("--stats", six, "0 0 0 0 0"));
        Ask(listener, new IPEndPoint(address, 53));
        Assert.True(Wait.Until(() => client.FindService(key)!.Statistics.Connections == 1));
        Run("ipvsadm", "-Z", "-u", $"{new IPEndPoint(address, 53)}");
        Assert.Equal(0ul, client.FindService(key)!.Statistics.Connections);
        Ask(listener, new IPEndPoint(address, 53));
        Assert.True(Wait.Until(() => client.FindService(key)!.Statistics.Connections == 1));
        client.Zero();
        Assert.True(IsShown("--stats", six, "0 0 0 0 0"));
        Ask(listener, new IPEndPoint(address, 53));
        Assert.True(Wait.Until(() => client.FindService(key)!.Statistics.Connections == 1));
        Run("ipvsadm", "-Z");
        Assert.Equal(0ul, client.FindService(key)!.Statistics.Connections);
    });

    [IpvsTheory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Row", "I7")]
    [Trait("Row", "I20")]
    public void Sctp_is_balanced_and_its_associations_are_those_of_ipvsadm(bool six) => InAddresses(client =>
    {
        (IPAddress address, IPAddress one, IPAddress two, IPAddress from) =
            six ? (Virtual6, One6, Two6, Client6) : (Virtual, One, Two, Client);
        var key = new IpvsServiceKey(IpvsProtocol.Sctp, address, 9);
        client.AddService(new IpvsService { Key = key, Scheduler = "rr" });
        var servers = new Dictionary<IPAddress, Socket>();
        foreach (IPAddress server in (IPAddress[])[one, two])
        {
            client.AddDestination(key, new IpvsDestination { Address = server, Port = 99 });
            servers[server] = Sctp(server, 99);
            servers[server].Listen();
        }

        List<Socket> open = [];
        foreach (int _ in (int[])[1, 2])
        {
            Socket peer = Sctp(from, 0);
            open.Add(peer);
            peer.Connect(address, 9);
            peer.Send("ping"u8);
            Socket listener = Ready([.. servers.Values]);
            Socket accepted = listener.Accept();
            open.Add(accepted);
            byte[] buffer = new byte[16];
            Assert.Equal(4, accepted.Receive(buffer));
            accepted.Send("pong"u8);
            Assert.Equal(4, peer.Receive(buffer));
        }

        Assert.All(client.GetDestinations(key), d => Assert.Equal((1u, 0u), (d.ActiveConnections, d.InactiveConnections)));
        using IpvsConnectionReader reader = IpvsConnectionReader.Open();
        IpvsConnection[] connections = [.. reader.ReadAll()];
        Assert.Equal([one, two], connections.Select(c => c.Destination.Address).OrderBy(a => a.ToString(), StringComparer.Ordinal));
        Assert.All(connections, c => Assert.Equal((IpvsProtocol.Sctp, IpvsConnectionState.Established), (c.Protocol, c.State)));
        string[] shown = [.. Run("ipvsadm", "-L", "-n", "-c").Split('\n').Where(l => l.StartsWith("SCTP", StringComparison.Ordinal))];
        Assert.Equal(2, shown.Length);
        Assert.All(connections, c => Assert.Contains(shown, l => l.Contains($" ESTABLISHED {c.Client}", StringComparison.Ordinal)));
        foreach (Socket socket in (Socket[])[.. open, .. servers.Values]) socket.Dispose();
    });

    [IpvsTheory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Row", "I23")]
    [Trait("Row", "I26")]
    public void The_engine_of_sip_keeps_a_call_with_its_server_whoever_speaks_of_it(bool six) => InAddresses(client =>
    {
        (IPAddress address, IPAddress one, IPAddress two) = six ? (Virtual6, One6, Two6) : (Virtual, One, Two);
        var key = new IpvsServiceKey(IpvsProtocol.Udp, address, 5060);
        client.AddService(new IpvsService
        {
            Key = key,
            Scheduler = "rr",
            Flags = IpvsServiceFlags.Persistent | IpvsServiceFlags.OnePacket,
            Timeout = 60,
            PersistenceEngine = "sip",
        });
        client.AddDestination(key, new IpvsDestination { Address = one, Port = 5060 });
        client.AddDestination(key, new IpvsDestination { Address = two, Port = 5060 });
        using Socket first = Datagrams(one, 5060), second = Datagrams(two, 5060);

        // Each message comes from a port of its own, and is scheduled by itself: only its Call-ID says where it belongs.
        string[] calls = ["a84b4c76e66710@192.0.2.100", "f81d4fae-7dec-11d0@example.com", "3848276298220188511@192.0.2.100", "1"];
        var servers = new Dictionary<string, List<int>>();
        foreach (string method in (string[])["INVITE", "ACK", "INFO", "BYE"])
        {
            foreach (string call in calls)
            {
                using Socket phone = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                phone.SendTo(Encoding.ASCII.GetBytes(Message(method, call)), new IPEndPoint(address, 5060));
                Socket server = Ready(first, second);
                byte[] buffer = new byte[1500];
                int length = server.Receive(buffer);
                Assert.Contains($"Call-ID: {call}\r\n", Encoding.ASCII.GetString(buffer, 0, length), StringComparison.Ordinal);
                (servers.TryGetValue(call, out List<int>? list) ? list : servers[call] = []).Add(ReferenceEquals(server, first) ? 0 : 1);
            }
        }

        // rr has had the calls in turn, and each stays where its first message went.
        Assert.All(servers.Values, s => Assert.Single(s.Distinct()));
        Assert.Equal(2, servers.Values.Count(s => s[0] == 0));
        using IpvsConnectionReader reader = IpvsConnectionReader.Open();
        IpvsConnection[] templates = [.. reader.ReadAll(new IpvsConnectionFilter { Templates = true })];
        Assert.Equal(calls.Order(StringComparer.Ordinal), templates.Select(t => t.PersistenceData!).Order(StringComparer.Ordinal));
        Assert.All(templates, t => Assert.Equal("sip", t.PersistenceEngine));
        string shown = Run("ipvsadm", "-L", "-n", "-c", "--persistent-conn");
        Assert.All(calls, c => Assert.Contains(c, shown, StringComparison.Ordinal));
        Assert.All(client.GetDestinations(key), d => Assert.Equal(2u, d.PersistentConnections));
    });

    /// <summary>By each method, and as ipvsadm's "Local", which only the kernel and this library write.</summary>
    [IpvsTheory]
    [InlineData(IpvsForwardingMethod.Masquerade, "Masq")]
    [InlineData(IpvsForwardingMethod.Local, "Local")]
    [InlineData(IpvsForwardingMethod.Tunnel, "Tunnel")]
    [InlineData(IpvsForwardingMethod.DirectRoute, "Route")]
    [Trait("Row", "I20")]
    public void The_director_is_a_real_server_itself(IpvsForwardingMethod method, string shown) => InAddresses(client =>
    {
        foreach ((IPAddress address, IPAddress own) in ((IPAddress, IPAddress)[])[(Virtual, One), (Virtual6, One6)])
        {
            // What is not translated keeps its address, and is answered by who listens there.
            bool isTranslated = method == IpvsForwardingMethod.Masquerade;
            var key = new IpvsServiceKey(IpvsProtocol.Tcp, address, 80);
            client.AddService(new IpvsService { Key = key, Scheduler = "rr" });
            client.AddDestination(key, new IpvsDestination { Address = own, Port = 80, ForwardingMethod = method });
            Assert.Contains(
                Run("ipvsadm", "-L", "-n").Split('\n'),
                l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["->", var server, var word, "1", "0", "0"]
                    && server == $"{new IPEndPoint(own, 80)}" && word == shown);
            using var listener = new TcpListener(isTranslated ? own : address, 80);
            listener.Start();
            using var peer = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            peer.Connect(address, 80);
            using Socket accepted = listener.AcceptSocket();
            peer.Send("ping"u8);
            byte[] buffer = new byte[16];
            Assert.Equal(4, accepted.Receive(buffer));
            accepted.Send("pong"u8);
            Assert.Equal(4, peer.Receive(buffer));
            IpvsDestination read = Assert.Single(client.GetDestinations(key));
            Assert.Equal((method, 1u), (read.ForwardingMethod, read.ActiveConnections + read.InactiveConnections));
            using IpvsConnectionReader reader = IpvsConnectionReader.Open();
            IpvsConnection connection = Assert.Single(reader.ReadAll(new IpvsConnectionFilter { Service = key }));
            Assert.Equal((new IPEndPoint(address, 80), new IPEndPoint(own, 80)), (connection.Virtual, connection.Destination));
        }
    });

    private static void InAddresses(Action<IpvsClient> test) => InNamespace(client =>
    {
        foreach (IPAddress address in (IPAddress[])[Virtual, One, Two, Client]) Run("ip", "addr", "add", $"{address}/32", "dev", "lo");
        foreach (IPAddress address in (IPAddress[])[Virtual6, One6, Two6, Client6])
            Run("ip", "-6", "addr", "add", $"{address}/128", "dev", "lo", "nodad");
        test(client);
    });

    private static bool IsShown(string view, bool six, string counters) => Run("ipvsadm", "-L", "-n", view, "--exact").Split('\n').Any(
        l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["UDP", var service, .. var numbers]
            && service == (six ? "[2001:db8::1]:53" : "192.0.2.1:53") && string.Join(' ', numbers) == counters);

    private static Socket Datagrams(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 };
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    /// <summary>A datagram from a new port, and its answer.</summary>
    private static void Ask(Socket listener, IPEndPoint service)
    {
        // From a port of its own: from one that the kernel chooses again it would be no new connection.
        using var asker = new Socket(service.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 };
        asker.Bind(new IPEndPoint(service.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 10_000 + (Interlocked.Increment(ref asked) % 22_000)));
        asker.Connect(service);
        asker.Send(new byte[500]);
        byte[] buffer = new byte[1500];
        EndPoint from = new IPEndPoint(service.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        listener.SendTo(buffer.AsSpan(0, listener.ReceiveFrom(buffer, ref from)), from);
        asker.Receive(buffer);
    }

    /// <summary>A socket that .NET has no name for: made by socket(2).</summary>
    private static Socket Sctp(IPAddress address, int port)
    {
        const int protocol = 132;
        int family = address.AddressFamily == AddressFamily.InterNetwork ? Libc.AF_INET : Libc.AF_INET6;
        int descriptor = Libc.socket(family, 1, protocol);
        Assert.True(descriptor >= 0, "this kernel has no SCTP");
        var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true)) { ReceiveTimeout = 30_000 };
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    /// <summary>The one that has something to read, or to accept.</summary>
    private static Socket Ready(params IEnumerable<Socket> sockets)
    {
        List<Socket> ready = [.. sockets];
        Socket.Select(ready, null, null, 30_000_000);
        return Assert.Single(ready);
    }

    private static string Message(string method, string call) => string.Join("\r\n",
        $"{method} sip:bob@example.com SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.100;branch=z9hG4bK776asdhds",
        "Max-Forwards: 70",
        "To: Bob <sip:bob@example.com>",
        "From: Alice <sip:alice@example.com>;tag=1928301774",
        $"Call-ID: {call}",
        $"CSeq: 314159 {method}",
        "Content-Length: 0",
        "",
        "");
}
