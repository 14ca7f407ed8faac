using System.Net;
using System.Net.Sockets;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Tests.Services;

/// <summary>A real server that takes connections and says nothing: all that a TCP_CHECK asks for.</summary>
internal static class Listener
{
    /// <summary>Listens at all of a machine's addresses until the socket is closed.</summary>
    public static Task<Socket> OnAsync(LabNode node, int port) => NamespaceThread.Start(node, "real server", () =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        socket.Listen();
        return socket;
    });
}
