using System.Net;
using System.Net.Sockets;

namespace HaTools.Engine.Tests.Checks;

/// <summary>A server that answers no SYN: its queue holds one connection, which is there (listen(2)).</summary>
internal sealed class DeafServer : IDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket first = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public DeafServer()
    {
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        first.Connect(EndPoint);
    }

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndPoint!;

    public void Dispose()
    {
        first.Dispose();
        listener.Dispose();
    }
}
