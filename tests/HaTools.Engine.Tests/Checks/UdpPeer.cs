using System.Net;
using System.Net.Sockets;

namespace HaTools.Engine.Tests.Checks;

/// <summary>A server that does what it is told with each datagram, good or bad.</summary>
internal sealed class UdpPeer : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Func<Socket, EndPoint, byte[], Task> serve;
    private int received;

    /// <param name="serve">What it does.</param>
    /// <param name="place">Where; null: at a port of the loopback that is free.</param>
    public UdpPeer(Func<Socket, EndPoint, byte[], Task> serve, IPEndPoint? place = null)
    {
        this.serve = serve;
        socket.Bind(place ?? new IPEndPoint(IPAddress.Loopback, 0));
        _ = Task.Run(ReceiveAsync);
    }

    public IPEndPoint EndPoint => (IPEndPoint)socket.LocalEndPoint!;

    /// <summary>How many datagrams have come.</summary>
    public int Received => Volatile.Read(ref received);

    /// <summary>A server that answers each datagram with these.</summary>
    public static UdpPeer Answering(Func<byte[], IEnumerable<byte[]>> answer, IPEndPoint? place = null) => new(
        async (socket, from, query) =>
        {
            foreach (byte[] reply in answer(query)) await socket.SendToAsync(reply, from);
        },
        place);

    public void Dispose() => socket.Dispose();

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[65536];
        try
        {
            while (true)
            {
                SocketReceiveFromResult result = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                Interlocked.Increment(ref received);
                _ = ServeAsync(result.RemoteEndPoint, buffer[..result.ReceivedBytes]);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(EndPoint from, byte[] query)
    {
        try
        {
            await serve(socket, from, query);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
