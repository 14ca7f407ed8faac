using System.Net.Sockets;
using System.Runtime.InteropServices;
using HaTools.Linux;

namespace HaTools.Engine.Control;

/// <summary>Who is at the other end of a Unix socket, as the kernel recorded it at connect (unix(7), SO_PEERCRED).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct PeerCredentials
{
    private const int SolSocket = 1;
    private const int SoPeercred = 17;

    public readonly int ProcessId;
    public readonly uint UserId;
    public readonly uint GroupId;

    /// <summary>Whether the peer may change the node: root, and the node's own user.</summary>
    public bool MayChange => UserId == 0 || UserId == Libc.geteuid();

    public static PeerCredentials Of(Socket socket)
    {
        PeerCredentials credentials = default;
        _ = socket.GetRawSocketOption(SolSocket, SoPeercred, MemoryMarshal.AsBytes(new Span<PeerCredentials>(ref credentials)));
        return credentials;
    }
}
