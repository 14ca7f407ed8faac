using System.Net;
using System.Net.Sockets;
using HaTools.Engine.Notify.Deliveries;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Notify.Deliveries;

/// <summary>Connections to names with several addresses.</summary>
public sealed class OutgoingTests
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(6);

    [NamespaceFact]
    public void One_address_that_drops_packets_leaves_the_next_its_share_of_the_time() => InNetwork(listener =>
    {
        using Socket socket = Connect(((IPEndPoint)listener.LocalEndPoint!).Port, "192.0.2.2", "192.0.2.1");
        Assert.Equal(listener.LocalEndPoint, socket.RemoteEndPoint);
    });

    [NamespaceFact]
    public void One_address_that_refuses_or_has_no_way_to_it_is_passed_over() => InNetwork(listener =>
    {
        using Socket socket = Connect(((IPEndPoint)listener.LocalEndPoint!).Port, "2001:db8::1", "127.0.0.1", "192.0.2.1");
        Assert.Equal(listener.LocalEndPoint, socket.RemoteEndPoint);
    });

    [NamespaceFact]
    public void The_last_one_has_what_is_left() => InNetwork(_ =>
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        Assert.ThrowsAny<OperationCanceledException>(() => Outgoing.Connect("192.0.2.2", 25, TimeSpan.Zero, patience.Token));
    });

    private static Socket Connect(int port, params string[] addresses)
    {
        long end = MonotonicClock.Now + (Time.Ticks * TimeSpan.NanosecondsPerTick);
        using var patience = new CancellationTokenSource(Time);
        return Outgoing.Connect([.. addresses.Select(IPAddress.Parse)], port, end, patience.Token);
    }

    // 192.0.2.1 listens; what is sent to its neighbour 192.0.2.2 has nobody's MAC address, and is thrown away without a word.
    private static void InNetwork(Action<Socket> test)
    {
        using var node = new TestNode("outgoing");
        node.Ip("link set lo up");
        node.AddInterface("nowhere");
        node.Ip("addr add 192.0.2.1/24 dev nowhere");
        node.Ip("neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev nowhere nud permanent");
        node.Namespace.Run(() =>
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0));
            listener.Listen();
            test(listener);
        });
    }
}
