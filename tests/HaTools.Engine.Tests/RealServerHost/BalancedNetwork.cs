using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.RealServerHost;

/// <summary>A director with a service of IPVS, a real server and a client on one link, each with an address of both families.</summary>
internal sealed class BalancedNetwork : IDisposable
{
    public const string Vip = "10.9.0.100";
    public const string Vip6 = "2001:db8:9::100";
    private const int Port = 8080;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TestNetwork network = new(3);
    private readonly List<Socket> listeners = [];

    public BalancedNetwork()
    {
        for (int i = 0; i < 3; i++) _ = network.Nodes[i].Ip($"addr add 2001:db8:9::{i + 1}/64 dev eth0 nodad");
        _ = Director.Ip($"addr add {Vip}/32 dev eth0");

        // Deprecated, as a director has it: what it sends from the virtual address itself the real server, which has it too, drops.
        _ = Director.Ip($"addr add {Vip6}/128 dev eth0 nodad preferred_lft 0");
    }

    public TestNode Director => network.Nodes[0];

    public TestNode Server => network.Nodes[1];

    public TestNode Client => network.Nodes[2];

    /// <summary>The director sends what comes for an address to the real server, which has a program that listens on it.</summary>
    /// <param name="vip">The virtual address.</param>
    /// <param name="server">How to forward; port and address are set here.</param>
    /// <param name="over6">Whether the real server is named by its IPv6 address.</param>
    public void Balance(string vip, IpvsDestination server, bool over6)
    {
        IPAddress address = IPAddress.Parse(vip);
        Director.Namespace.Run(() =>
        {
            using IpvsClient ipvs = IpvsClient.Open();
            var key = new IpvsServiceKey(IpvsProtocol.Tcp, address, Port);
            ipvs.AddService(new IpvsService { Key = key, Scheduler = "rr" });
            ipvs.AddDestination(key, server with { Address = IPAddress.Parse(over6 ? "2001:db8:9::2" : "10.9.0.2"), Port = Port });
        });
        Socket listener = Server.Namespace.Run(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(address, Port));
        listener.Listen();
        listeners.Add(listener);
        _ = AnswerAsync(listener);
    }

    /// <summary>What the client gets from a service; null: nothing within a time, or it is told that nobody is there.</summary>
    public string? Ask(string vip, TimeSpan? patience = null)
    {
        IPAddress address = IPAddress.Parse(vip);
        using Socket socket = Client.Namespace.Run(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        using var end = new CancellationTokenSource(patience ?? Patience);
        try
        {
            socket.ConnectAsync(new IPEndPoint(address, Port), end.Token).AsTask().GetAwaiter().GetResult();
            byte[] answer = new byte[64];
            int length = socket.ReceiveAsync(answer, SocketFlags.None, end.Token).AsTask().GetAwaiter().GetResult();
            return Encoding.ASCII.GetString(answer, 0, length);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        foreach (Socket listener in listeners) listener.Dispose();
        network.Dispose();
    }

    private static async Task AnswerAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                using Socket accepted = await listener.AcceptAsync();
                _ = await accepted.SendAsync(Encoding.ASCII.GetBytes($"for {((IPEndPoint)accepted.LocalEndPoint!).Address}"));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
                return;
            }
        }
    }
}
