using HaTools.Linux;

namespace HaTools.Engine.Checks;

/// <summary>What kind of socket a check takes (socket(2)).</summary>
/// <param name="Type">SOCK_STREAM or SOCK_DGRAM.</param>
/// <param name="Protocol">The protocol; 0: the type's usual one.</param>
internal readonly record struct SocketKind(int Type, int Protocol)
{
    public static SocketKind Tcp { get; } = new(Libc.SOCK_STREAM, 0);

    public static SocketKind Udp { get; } = new(Libc.SOCK_DGRAM, 0);

    /// <summary>
    /// Whether what is written is a datagram, and what is read is one: connecting says nothing of the server but whether there is a way to it, an empty one is no end, and one that
    /// could not be sent for want of memory says nothing of the server either.
    /// </summary>
    public bool IsDatagram => Type == Libc.SOCK_DGRAM;
}
