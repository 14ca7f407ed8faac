using System.Net;
using System.Net.Sockets;

namespace HaTools.Engine.Notify.Deliveries;

/// <summary>Connections to those who are told something. They belong to the network namespace of the thread that asks for them.</summary>
internal static class Outgoing
{
    /// <summary>Connects, to whichever of a name's addresses answers first in their order.</summary>
    /// <param name="host">An address or a name.</param>
    /// <param name="port">The port.</param>
    /// <param name="patience">Ends the wait for the connection.</param>
    /// <exception cref="SocketException">Nobody has that name, or nobody answers.</exception>
    /// <exception cref="OperationCanceledException">The patience is over.</exception>
    public static Socket Connect(string host, int port, CancellationToken patience)
    {
        SocketException? last = null;
        foreach (IPAddress address in IPAddress.TryParse(host, out IPAddress? given) ? [given] : Dns.GetHostAddresses(host))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.ConnectAsync(new IPEndPoint(address, port), patience).AsTask().GetAwaiter().GetResult();
                return socket;
            }
            catch (SocketException e)
            {
                socket.Dispose();
                last = e;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }
}
