using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Engine.RealServerHost;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.RealServerHost;

/// <summary>What a neighbour on the same link sees of a virtual address: the real server takes packets for it, and does not say so.</summary>
public sealed class NeighbourSilenceTests
{
    private static readonly IPAddress Vip = IPAddress.Parse("10.9.0.120");
    private static readonly IPAddress Vip6 = IPAddress.Parse("2001:db8::120");
    private static readonly RealServerPlan Wanted = new([Vip, Vip6], QuietArp: true);

    [NamespaceFact]
    public async Task Nobody_who_asks_for_a_virtual_address_is_answered()
    {
        await using var stage = new NodeStage();
        using var network = new TestNetwork(2);
        (TestNode server, TestNode neighbour) = (network.Nodes[0], network.Nodes[1]);
        Hurry(neighbour);
        server.Namespace.Run(() => new RealServerSetup(Path.Combine(stage.RunDirectory, "n.state.json")).Apply(Wanted));

        await AsksInVainAsync(neighbour, Vip);
        await AsksInVainAsync(neighbour, Vip6);
    }

    [NamespaceFact]
    public async Task The_question_is_answered_where_the_address_is_on_the_link_or_ARP_is_not_quiet()
    {
        using var network = new TestNetwork(2);
        (TestNode server, TestNode neighbour) = (network.Nodes[0], network.Nodes[1]);
        Hurry(neighbour);

        // IPv4: on lo alone it is answered for. IPv6: on the link's interface.
        _ = server.Ip($"addr add {Vip}/32 dev lo");
        _ = server.Ip($"addr add {Vip6}/128 dev eth0 nodad");

        await IsAnsweredAsync(neighbour, Vip);
        await IsAnsweredAsync(neighbour, Vip6);
    }

    [NamespaceFact]
    public async Task A_packet_that_a_director_sends_is_taken_and_a_question_to_the_server_alone_is_not_answered_either()
    {
        await using var stage = new NodeStage();
        using var network = new TestNetwork(2);
        (TestNode server, TestNode director) = (network.Nodes[0], network.Nodes[1]);
        Hurry(director);
        server.Namespace.Run(() => new RealServerSetup(Path.Combine(stage.RunDirectory, "n.state.json")).Apply(Wanted));
        string mac = MacOf(server);
        foreach (IPAddress vip in (IPAddress[])[Vip, Vip6])
        {
            using Socket listener = server.Namespace.Run(() => new Socket(vip.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 });
            listener.Bind(new IPEndPoint(vip, 5000));

            // As IPVS sends it: to the server's hardware address. The kernel then asks the server itself whether it is still there.
            _ = director.Ip($"neigh replace {vip} lladdr {mac} dev eth0 nud stale");
            Send(director, vip);
            byte[] received = new byte[16];
            Assert.Equal("hello", Encoding.ASCII.GetString(received, 0, listener.Receive(received)));
            await Eventually.True(() => StateOf(director, vip).Contains("FAILED", StringComparison.Ordinal), () => StateOf(director, vip));
        }
    }

    private static async Task AsksInVainAsync(TestNode neighbour, IPAddress address)
    {
        Send(neighbour, address);
        await Eventually.True(() => StateOf(neighbour, address).Contains("FAILED", StringComparison.Ordinal), () => StateOf(neighbour, address));
    }

    private static async Task IsAnsweredAsync(TestNode neighbour, IPAddress address)
    {
        Send(neighbour, address);
        await Eventually.True(() => StateOf(neighbour, address).Contains("lladdr", StringComparison.Ordinal), () => StateOf(neighbour, address));
    }

    /// <summary>Questions follow each other within hundredths of a second, and addresses of the service's network are on the link.</summary>
    private static void Hurry(TestNode node)
    {
        _ = node.Ip($"route add {Vip6}/128 dev eth0");
        foreach (string family in (string[])["ipv4", "ipv6"])
            _ = node.Command("sysctl", "-qw", $"net.{family}.neigh.eth0.retrans_time_ms=50", $"net.{family}.neigh.eth0.delay_first_probe_time=1");
        node.Namespace.Run(() => Assert.True(SpinWait.SpinUntil(() => !node.Ip("-6 addr show dev eth0").Contains("tentative", StringComparison.Ordinal), TimeSpan.FromSeconds(30))));
    }

    private static void Send(TestNode node, IPAddress to)
    {
        using Socket socket = node.Namespace.Run(() => new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        _ = socket.SendTo("hello"u8, new IPEndPoint(to, 5000));
    }

    private static string MacOf(TestNode node) => node.Namespace.Run(() =>
    {
        using RouteClient routes = RouteClient.Open();
        return string.Join(':', routes.FindLink("eth0")!.HardwareAddress.GetAddressBytes().Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
    });

    private static string StateOf(TestNode node, IPAddress address) => node.Ip($"neigh show to {address}");
}
