using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>recvmsg(2) with what the kernel says beside the payload: SO_TIMESTAMPNS (socket(7)), IP_PKTINFO and IP_TTL (ip(7)),
/// IPV6_PKTINFO and IPV6_HOPLIMIT (RFC 3542), where asked for.</summary>
internal static unsafe class PacketReception
{
    private const int ControlLength = 128;

    /// <summary>Takes one datagram.</summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="family">4 or 6: the socket's.</param>
    /// <param name="buffer">Where it goes; a longer one is cut.</param>
    /// <param name="envelope">Where it came from; and what the kernel told of it, else 0.</param>
    /// <returns>The length; negative: the errno says why not.</returns>
    public static nint Receive(FileDescriptor descriptor, int family, Span<byte> buffer, out PacketEnvelope envelope)
    {
        byte* control = stackalloc byte[ControlLength];
        sockaddr_in6 from = default;
        nint length;
        msghdr message;
        fixed (byte* p = buffer)
        {
            iovec part = new() { iov_base = p, iov_len = (nuint)buffer.Length };
            message = new msghdr
            {
                msg_name = &from,
                msg_namelen = (uint)sizeof(sockaddr_in6),
                msg_iov = &part,
                msg_iovlen = 1,
                msg_control = control,
                msg_controllen = ControlLength,
            };
            length = Libc.recvmsg(descriptor, &message, 0);
        }

        envelope = default;
        if (length < 0) return length;
        AddressBits source = family == 6 ? SocketAddress.Read6(from.sin6_addr) : SocketAddress.Network(((sockaddr_in*)&from)->sin_addr);
        envelope = new PacketEnvelope(source, 0, 0, 0);
        var messages = new ControlMessages(control, (int)message.msg_controllen);
        while (messages.Next(out int level, out int type, out ReadOnlySpan<byte> data)) Read(ref envelope, level, type, data);
        return length;
    }

    private static void Read(ref PacketEnvelope envelope, int level, int type, ReadOnlySpan<byte> data)
    {
        switch (level, type)
        {
            case (Libc.SOL_SOCKET, Libc.SO_TIMESTAMPNS) when data.Length >= sizeof(timespec):
                timespec at = MemoryMarshal.Read<timespec>(data);
                envelope = envelope with { ReceivedAt = (at.tv_sec * 1_000_000_000) + at.tv_nsec };
                break;
            case (Libc.IPPROTO_IP, Libc.IP_TTL) when data.Length >= sizeof(int):
            case (Libc.IPPROTO_IPV6, Libc.IPV6_HOPLIMIT) when data.Length >= sizeof(int):
                envelope = envelope with { HopLimit = (byte)MemoryMarshal.Read<int>(data) };
                break;
            case (Libc.IPPROTO_IP, Libc.IP_PKTINFO) when data.Length >= sizeof(in_pktinfo):
                in_pktinfo info = MemoryMarshal.Read<in_pktinfo>(data);
                envelope = envelope with { Destination = SocketAddress.Network(info.ipi_addr), InterfaceIndex = info.ipi_ifindex };
                break;
            case (Libc.IPPROTO_IPV6, Libc.IPV6_PKTINFO) when data.Length >= sizeof(in6_pktinfo):
                in6_pktinfo info6 = MemoryMarshal.Read<in6_pktinfo>(data);
                envelope = envelope with { Destination = SocketAddress.Read6(info6.ipi6_addr), InterfaceIndex = info6.ipi6_ifindex };
                break;
        }
    }
}
