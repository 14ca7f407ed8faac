using System.Runtime.InteropServices;
using HaTools.Linux;

namespace HaTools.Engine.Checks;

// What is different where datagrams are written and read.
internal sealed unsafe partial class CheckRunner
{
    /// <summary>Makes the socket of a try; negative: it could not be made, and the errno is that of the last way.</summary>
    private static int MakeSocket(Slot slot)
    {
        const int always = Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;
        int type = slot.Kind.Type;
        int fd = Libc.socket(slot.Family, type | always, slot.Kind.Protocol);
        if (fd < 0 && slot.Kind.IsPing && Marshal.GetLastPInvokeError() == Errno.EACCES)
        {
            type = Libc.SOCK_RAW;
            fd = Libc.socket(slot.Family, type | always, slot.Kind.Protocol);
        }

        if (fd >= 0) slot.Probe?.Open(type);
        return fd;
    }

    /// <summary>Has those errors of ICMP told as well that may pass: nobody answers for the address, a router knows no way (IP_RECVERR, ip(7)).</summary>
    /// <returns>0, or the errno.</returns>
    private static int HearErrors(Slot slot)
    {
        int on = 1;
        int result = slot.Family == Libc.AF_INET ? Libc.setsockopt(slot.Socket, Libc.IPPROTO_IP, Libc.IP_RECVERR, &on, sizeof(int))
            : Libc.setsockopt(slot.Socket, Libc.IPPROTO_IPV6, Libc.IPV6_RECVERR, &on, sizeof(int));
        return result < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>
    /// Whether an error is a router's word that there is a shorter way: it has passed the request on all the same, and a socket for echo requests is told of that too (ping_err in
    /// net/ipv4/ping.c).
    /// </summary>
    private bool IsOfRedirect(Slot slot, int error)
    {
        if (!slot.Kind.IsPing || error != Errno.EREMOTEIO) return false;

        // What the kernel keeps of it would wake us until the answer comes.
        fixed (byte* bytes = input) _ = Libc.recv(slot.Socket, bytes, (nuint)input.Length, Libc.MSG_ERRQUEUE);
        return true;
    }

    /// <summary>Reads into <see cref="input"/>.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="count">As recv(2) returns it.</param>
    /// <returns>
    /// false: it is a datagram from elsewhere. A socket hears them until it is connected, one for echo requests also afterwards: the kernel goes by the identifier alone.
    /// </returns>
    private bool Receive(Slot slot, out nint count)
    {
        fixed (byte* bytes = input)
        {
            if (!slot.Kind.IsDatagram)
            {
                count = Libc.recv(slot.Socket, bytes, StreamPart, 0);
                return true;
            }

            byte* from = stackalloc byte[SocketAddress.Longest];
            uint length = SocketAddress.Longest;
            count = Libc.recvfrom(slot.Socket, bytes, (nuint)input.Length, 0, from, &length);
            return count < 0 || SocketAddress.IsSame(new ReadOnlySpan<byte>(from, SocketAddress.Longest), slot.Address);
        }
    }
}
