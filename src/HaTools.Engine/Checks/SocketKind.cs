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

    /// <summary>
    /// Whether it is for echo requests (icmp(7)). Where net.ipv4.ping_group_range, which is about IPv6 too, lets nobody have one, a raw one does the same: it needs CAP_NET_RAW. keepalived widens that range.
    /// </summary>
    public bool IsPing => Protocol is Libc.IPPROTO_ICMP or Libc.IPPROTO_ICMPV6;

    /// <summary>A socket for echo requests, which the kernel gives an identifier of its own.</summary>
    /// <param name="family">AF_INET or AF_INET6.</param>
    public static SocketKind Ping(int family) => new(Libc.SOCK_DGRAM, family == Libc.AF_INET ? Libc.IPPROTO_ICMP : Libc.IPPROTO_ICMPV6);
}
