using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>
/// A raw IPv4 socket for VRRP (IP protocol 112) on one interface. It hears that interface's VRRP datagrams to 224.0.0.18 and to the host
/// itself, and not its
/// own; it sends datagrams whose IP header the caller has made.
/// </summary>
internal sealed unsafe class VrrpSocket : IDisposable
{
    // 224.0.0.18, RFC 9568 section 5.1.1.2.
    private const uint Group = 0xE0000012;

    // A node may have hundreds of virtual routers on one wire, whose adverts come together; the usual 208 KiB hold fewer than 300 of them.
    private const int ReceiveBuffer = 1 << 20;

    // TC_PRIO_CONTROL, linux/pkt_sched.h: ahead of bulk traffic in the host's own queues.
    private const int Priority = 7;

    private readonly FileDescriptor descriptor;

    /// <param name="interfaceName">The interface's name, for the binding and for messages.</param>
    /// <param name="interfaceIndex">Its index.</param>
    /// <exception cref="LinuxException">EPERM: no CAP_NET_RAW; ENODEV: no such interface.</exception>
    public VrrpSocket(string interfaceName, int interfaceIndex)
    {
        InterfaceIndex = interfaceIndex;
        int type = Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;
        descriptor = FileDescriptor.OrThrow(
            Libc.socket(Libc.AF_INET, type, Libc.IPPROTO_VRRP),
            "opening the VRRP socket on", interfaceName, "run as root or grant CAP_NET_RAW");
        try
        {
            byte[] name = System.Text.Encoding.UTF8.GetBytes(interfaceName);
            int result;
            fixed (byte* p = name) result = Libc.setsockopt(descriptor, Libc.SOL_SOCKET, Libc.SO_BINDTODEVICE, p, (uint)name.Length);
            Check(result, "binding the VRRP socket to", interfaceName);

            ip_mreqn membership = new() { imr_multiaddr = Network(Group), imr_ifindex = interfaceIndex };
            result = Libc.setsockopt(descriptor, Libc.IPPROTO_IP, Libc.IP_ADD_MEMBERSHIP, &membership, (uint)sizeof(ip_mreqn));
            Check(result, "joining 224.0.0.18 on", interfaceName);
            result = Libc.setsockopt(descriptor, Libc.IPPROTO_IP, Libc.IP_MULTICAST_IF, &membership, (uint)sizeof(ip_mreqn));
            Check(result, "sending multicasts on", interfaceName);
            SetOption(Libc.IPPROTO_IP, Libc.IP_HDRINCL, 1, interfaceName);
            SetOption(Libc.IPPROTO_IP, Libc.IP_MULTICAST_LOOP, 0, interfaceName);
            SetOption(Libc.IPPROTO_IP, Libc.IP_MULTICAST_ALL, 0, interfaceName);
            SetOption(Libc.IPPROTO_IP, Libc.IP_MULTICAST_TTL, 255, interfaceName);
            SetOption(Libc.SOL_SOCKET, Libc.SO_PRIORITY, Priority, interfaceName);

            // Beyond the system's limit where the privilege is there, up to it otherwise.
            if (Libc.setsockopt(descriptor, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, ReceiveBuffer) < 0)
                SetOption(Libc.SOL_SOCKET, Libc.SO_RCVBUF, ReceiveBuffer, interfaceName);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    /// <summary>The descriptor to wait on, for reading.</summary>
    public int Handle => descriptor.Value;

    /// <summary>The interface that it is bound to.</summary>
    public int InterfaceIndex { get; }

    /// <summary>Takes one datagram, whole with its IP header; a longer one than the buffer is cut.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="errno">0; or why there was none when it is not just that nothing has come (ENETDOWN …).</param>
    /// <returns>The length; -1: nothing there.</returns>
    public int Receive(Span<byte> buffer, out int errno)
    {
        nint length;
        fixed (byte* p = buffer) length = Libc.recvfrom(descriptor, p, (nuint)buffer.Length, 0, null, null);
        errno = 0;
        if (length >= 0) return (int)length;
        int last = Marshal.GetLastPInvokeError();
        errno = last is Errno.EAGAIN or Errno.EINTR ? 0 : last;
        return -1;
    }

    /// <summary>Sends one datagram whose IP header is there already; the kernel fills in its total length and header checksum.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="destination">The destination, IPv4 in host byte order.</param>
    /// <returns>0, or the errno (ENETDOWN, ENOBUFS, EPERM by a firewall …).</returns>
    public int Send(ReadOnlySpan<byte> datagram, uint destination)
    {
        sockaddr_in to = new() { sin_family = Libc.AF_INET, sin_addr = Network(destination) };
        nint sent;
        fixed (byte* p = datagram) sent = Libc.sendto(descriptor, p, (nuint)datagram.Length, 0, &to, (uint)sizeof(sockaddr_in));
        return sent >= 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    public void Dispose() => descriptor.Dispose();

    private void SetOption(int level, int name, int value, string interfaceName) =>
        Check(Libc.setsockopt(descriptor, level, name, value), "setting up the VRRP socket on", interfaceName);

    private static void Check(int result, string operation, string interfaceName)
    {
        if (result < 0) throw LinuxException.Last(operation, interfaceName);
    }

    private static uint Network(uint address) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(address) : address;
}
