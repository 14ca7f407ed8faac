using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Ipvs;

/// <summary>The connections that a kernel has, against what ipvsadm shows of them.</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "I3")]
[Trait("Row", "I26")]
public sealed class IpvsConnectionKernelTests
{
    private const int SocketMark = 36;

    private static readonly IPAddress Virtual = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Virtual6 = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress Server = IPAddress.Parse("192.0.2.11");
    private static readonly IPAddress MarkServer = IPAddress.Parse("192.0.2.12");
    private static readonly IPAddress Server6 = IPAddress.Parse("2001:db8::11");

    [IpvsFact]
    public void Connections_and_templates_are_those_that_ipvsadm_shows() => InTraffic(client =>
    {
        string[] before = Shown();
        IpvsConnection[] read = [.. Open()];
        string[] after = Shown();
        Assert.Equal(before.Select(WithoutTime).Order(StringComparer.Ordinal), read.Select(c => Words(c)).Order(StringComparer.Ordinal));

        // Nothing comes, so that every time runs down: ours lies between those that ipvsadm saw before and after.
        foreach (IpvsConnection connection in read)
        {
            uint earlier = Seconds(Assert.Single(before, l => WithoutTime(l) == Words(connection)));
            uint later = Seconds(Assert.Single(after, l => WithoutTime(l) == Words(connection)));
            Assert.InRange(connection.Expires, later, earlier);
        }

        Assert.Equal(
            ["None", "Tcp", "Tcp", "Tcp", "Tcp", "Udp", "Udp", "Udp"],
            read.Select(c => c.Protocol.ToString()).Order(StringComparer.Ordinal));
    });

    [IpvsFact]
    public void Templates_are_as_many_as_the_servers_persistent_connections() => InTraffic(client =>
    {
        // -> ADDRESS:PORT weight persistent active inactive
        foreach (string[] words in Run("ipvsadm", "-L", "-n", "--persistent-conn").Split('\n')
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(w => w is ["->", not "RemoteAddress:Port", _, _, _, _]))
        {
            IPEndPoint server = IPEndPoint.Parse(words[1]);
            using IpvsConnectionReader templates = IpvsConnectionReader.Open();
            var filter = new IpvsConnectionFilter { Templates = true, Server = server.Address, ServerPort = server.Port };
            Assert.Equal($"{server} {words[3]}", $"{server} {templates.ReadAll(filter).Count()}");
        }

        foreach (IpvsService service in client.GetServices())
        {
            using IpvsConnectionReader templates = IpvsConnectionReader.Open();
            var filter = new IpvsConnectionFilter { Templates = true, Service = service.Key };
            Assert.Equal(
                $"{service.Key} {client.GetDestinations(service.Key).Sum(d => d.PersistentConnections)}",
                $"{service.Key} {templates.ReadAll(filter).Count()}");
        }
    });

    [IpvsFact]
    public void The_other_file_tells_that_they_were_made_here() => InTraffic(_ =>
    {
        IpvsConnection[] read = [.. Open(origins: true)];
        Assert.Equal(Shown().Select(WithoutTime).Order(StringComparer.Ordinal), read.Select(c => Words(c)).Order(StringComparer.Ordinal));
        Assert.All(read, c => Assert.Equal(IpvsConnectionOrigin.Local, c.Origin));
    });

    [IpvsFact]
    public void A_server_of_the_other_family_is_told() => InNamespace(client =>
    {
        Run("ip", "addr", "add", $"{Virtual}/32", "dev", "lo");
        Run("ip", "link", "add", "eth9", "type", "dummy");
        Run("ip", "link", "set", "eth9", "up");
        Run("ip", "-6", "addr", "add", "2001:db8::1/64", "dev", "eth9", "nodad");
        var key = new IpvsServiceKey(IpvsProtocol.Udp, Virtual, 53);
        client.AddService(new IpvsService { Key = key, Scheduler = "rr" });
        client.AddDestination(key, new IpvsDestination { Address = Server6, Port = 53, ForwardingMethod = IpvsForwardingMethod.Tunnel });
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SendTo("question"u8, new IPEndPoint(Virtual, 53));
        IpvsConnection read = Assert.Single(Open());
        Assert.Equal((new IPEndPoint(Virtual, 53), new IPEndPoint(Server6, 53)), (read.Virtual, read.Destination));
        Assert.Equal(WithoutTime(Assert.Single(Shown())), Words(read));
    });

    [IpvsFact]
    public void The_table_is_the_namespace_s_own() => InTraffic(_ => InNamespace(_ => Assert.Empty(Open())));

    /// <summary>Connections of TCP and UDP over IPv4 and IPv6, two services of them persistent, and one of a firewall mark.</summary>
    private static void InTraffic(Action<IpvsClient> test) => InNamespace(client =>
    {
        foreach (IPAddress address in (IPAddress[])[Virtual, Server, MarkServer, IPAddress.Parse("192.0.2.3")])
            Run("ip", "addr", "add", $"{address}/32", "dev", "lo");
        foreach (IPAddress address in (IPAddress[])[Virtual6, Server6]) Run("ip", "-6", "addr", "add", $"{address}/128", "dev", "lo", "nodad");
        Add(client, new IpvsServiceKey(IpvsProtocol.Tcp, Virtual, 80), Server, 8080, persistent: true);
        Add(client, new IpvsServiceKey(IpvsProtocol.Tcp, Virtual6, 80), Server6, 8080, persistent: false);
        Add(client, new IpvsServiceKey(IpvsProtocol.Udp, Virtual, 53), Server, 5353, persistent: false);
        Add(client, new IpvsServiceKey(IpvsProtocol.Udp, Virtual6, 53), Server6, 5353, persistent: true);
        Add(client, IpvsServiceKey.OfFirewallMark(7), MarkServer, 8080, persistent: true);

        using var four = new TcpListener(Server, 8080);
        four.Start();
        using var marked = new TcpListener(MarkServer, 8080);
        marked.Start();
        using var six = new TcpListener(Server6, 8080);
        six.Start();
        using Socket first = Connected(new IPEndPoint(Virtual, 80));
        using Socket second = Connected(new IPEndPoint(Virtual6, 80));
        using Socket third = Connected(new IPEndPoint(IPAddress.Parse("192.0.2.3"), 8080), mark: 7);
        using var questions = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        questions.SendTo("question"u8, new IPEndPoint(Virtual, 53));
        using var questions6 = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        questions6.SendTo("question"u8, new IPEndPoint(Virtual6, 53));
        test(client);
    });

    private static void Add(IpvsClient client, IpvsServiceKey key, IPAddress server, int port, bool persistent)
    {
        client.AddService(new IpvsService
        {
            Key = key,
            Scheduler = "rr",
            Flags = persistent ? IpvsServiceFlags.Persistent : IpvsServiceFlags.None,
            Timeout = persistent ? 300u : 0,
        });
        client.AddDestination(key, new IpvsDestination { Address = server, Port = port });
    }

    private static Socket Connected(IPEndPoint to, int mark = 0)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (mark != 0) socket.SetRawSocketOption(1, SocketMark, BitConverter.GetBytes(mark));
        socket.Connect(to);
        return socket;
    }

    private static List<IpvsConnection> Open(bool origins = false)
    {
        using IpvsConnectionReader reader = IpvsConnectionReader.Open(origins);
        return [.. reader.ReadAll()];
    }

    /// <summary>ipvsadm's lines: TCP 14:59  ESTABLISHED 127.0.0.1:40000    192.0.2.1:80       192.0.2.11:8080.</summary>
    private static string[] Shown() =>
        [.. Run("ipvsadm", "-L", "-n", "-c").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2)];

    private static string WithoutTime(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', (string[])[words[0], .. words[2..]]);
    }

    private static uint Seconds(string line)
    {
        string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Split(':');
        return (60 * uint.Parse(parts[0], CultureInfo.InvariantCulture)) + uint.Parse(parts[1], CultureInfo.InvariantCulture);
    }

    private static string Words(IpvsConnection connection)
    {
        string protocol = connection.Protocol == IpvsProtocol.None ? "IP" : connection.Protocol.ToString().ToUpperInvariant();
        byte[] mark = BitConverter.GetBytes(connection.FirewallMark);
        Array.Reverse(mark);
        IPEndPoint address = connection.Virtual ?? new IPEndPoint(new IPAddress(mark), 0);
        string state = connection.State.ToString().ToUpperInvariant();
        return $"{protocol} {state} {connection.Client} {address} {connection.Destination}";
    }
}
