using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>
/// A UDP socket for BFD: one that hears all of a port, or one that sends for one session. Not thread-safe; sending and receiving allocate
/// nothing.
/// </summary>
internal sealed unsafe class BfdSocket : IDisposable
{
    /// <summary>RFC 5881 section 4.</summary>
    public const int SingleHopPort = 3784;

    /// <summary>RFC 5883 section 5.</summary>
    public const int MultihopPort = 4784;

    // RFC 5881 section 4: source ports are from here to 65535.
    private const int FirstSourcePort = 49152;
    private const int SourcePorts = 65536 - FirstSourcePort;

    // Internetwork Control, CS6.
    private const int TrafficClass = 0xc0;
    private const int Priority = 7;

    private readonly FileDescriptor descriptor;
    private readonly int family;
    private readonly string what;

    private BfdSocket(int family, string what)
    {
        this.family = family;
        this.what = what;
        int type = Libc.SOCK_DGRAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;
        descriptor = FileDescriptor.OrThrow(Libc.socket(family == 6 ? Libc.AF_INET6 : Libc.AF_INET, type, Libc.IPPROTO_UDP), "opening", what);
    }

    /// <summary>The descriptor to wait on, for reading.</summary>
    public int Handle => descriptor.Value;

    /// <summary>A socket that hears what comes to a port on any address of this host.</summary>
    /// <exception cref="LinuxException">EADDRINUSE: another program speaks BFD here; EAFNOSUPPORT: the kernel has no IPv6.</exception>
    public static BfdSocket Listen(int family, int port)
    {
        var socket = new BfdSocket(family, $"the BFD socket on UDP port {port} of IPv{family}");
        try
        {
            if (family == 6)
            {
                socket.SetOption(Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 1);
                socket.SetOption(Libc.IPPROTO_IPV6, Libc.IPV6_RECVPKTINFO, 1);
                socket.SetOption(Libc.IPPROTO_IPV6, Libc.IPV6_RECVHOPLIMIT, 1);
            }
            else
            {
                socket.SetOption(Libc.IPPROTO_IP, Libc.IP_PKTINFO, 1);
                socket.SetOption(Libc.IPPROTO_IP, Libc.IP_RECVTTL, 1);
            }

            if (socket.Bind(0, port) == 0) return socket;
            string? advice = Marshal.GetLastPInvokeError() == Errno.EADDRINUSE
                ? "another program speaks BFD in this network namespace (bfdd, bird, keepalived): stop it, or leave BFD to it"
                : null;
            throw LinuxException.Last("binding", socket.what, advice);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A socket that sends the packets of one session.</summary>
    /// <param name="family">4 or 6.</param>
    /// <param name="source">The source address; 0: the route's.</param>
    /// <param name="ttl">The TTL or hop limit, 1 to 255.</param>
    /// <param name="firstTry">Any number: where among the source ports a free one is looked for first.</param>
    /// <exception cref="LinuxException">EADDRNOTAVAIL: the source address is not there (yet).</exception>
    public static BfdSocket Open(int family, AddressBits source, int ttl, int firstTry)
    {
        string from = source == 0 ? "" : $" from {SocketAddress.Text(source, family)}";
        var socket = new BfdSocket(family, $"a BFD socket of IPv{family}{from}");
        try
        {
            bool six = family == 6;
            socket.SetOption(six ? Libc.IPPROTO_IPV6 : Libc.IPPROTO_IP, six ? Libc.IPV6_UNICAST_HOPS : Libc.IP_TTL, ttl);
            socket.SetOption(six ? Libc.IPPROTO_IPV6 : Libc.IPPROTO_IP, six ? Libc.IPV6_TCLASS : Libc.IP_TOS, TrafficClass);
            socket.SetOption(Libc.SOL_SOCKET, Libc.SO_PRIORITY, Priority);
            int first = (int)((uint)firstTry % SourcePorts);
            for (int i = 0; i < SourcePorts; i++)
            {
                if (socket.Bind(source, FirstSourcePort + ((first + i) % SourcePorts)) == 0) return socket;
                if (Marshal.GetLastPInvokeError() != Errno.EADDRINUSE) break;
            }

            throw LinuxException.Last("binding", socket.what);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Takes one payload.</summary>
    /// <param name="buffer">Where it goes; a longer one is cut.</param>
    /// <param name="envelope">Where it came from, and how far.</param>
    /// <param name="errno">0; or why there was none when it is not just that nothing has come.</param>
    /// <returns>The length; -1: nothing there.</returns>
    public int Receive(Span<byte> buffer, out PacketEnvelope envelope, out int errno)
    {
        nint length = PacketReception.Receive(descriptor, family, buffer, out envelope);
        errno = 0;
        if (length >= 0) return (int)length;
        int last = Marshal.GetLastPInvokeError();
        errno = last is Errno.EAGAIN or Errno.EINTR ? 0 : last;
        return -1;
    }

    /// <summary>Sends one payload.</summary>
    /// <returns>0, or the errno (ENETUNREACH, EPERM by a firewall …).</returns>
    public int Send(ReadOnlySpan<byte> payload, AddressBits destination, int port)
    {
        nint sent;
        fixed (byte* p = payload)
        {
            if (family == 6)
            {
                sockaddr_in6 to = new() { sin6_family = Libc.AF_INET6, sin6_port = SocketAddress.Network((ushort)port) };
                SocketAddress.Write6(to.sin6_addr, destination);
                sent = Libc.sendto(descriptor, p, (nuint)payload.Length, 0, &to, (uint)sizeof(sockaddr_in6));
            }
            else
            {
                sockaddr_in to = new()
                {
                    sin_family = Libc.AF_INET,
                    sin_port = SocketAddress.Network((ushort)port),
                    sin_addr = SocketAddress.Network((uint)destination),
                };
                sent = Libc.sendto(descriptor, p, (nuint)payload.Length, 0, &to, (uint)sizeof(sockaddr_in));
            }
        }

        return sent >= 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    public void Dispose() => descriptor.Dispose();

    private int Bind(AddressBits address, int port)
    {
        if (family == 6)
        {
            sockaddr_in6 at = new() { sin6_family = Libc.AF_INET6, sin6_port = SocketAddress.Network((ushort)port) };
            SocketAddress.Write6(at.sin6_addr, address);
            return Libc.bind(descriptor, &at, (uint)sizeof(sockaddr_in6));
        }

        sockaddr_in at4 = new()
        {
            sin_family = Libc.AF_INET,
            sin_port = SocketAddress.Network((ushort)port),
            sin_addr = SocketAddress.Network((uint)address),
        };
        return Libc.bind(descriptor, &at4, (uint)sizeof(sockaddr_in));
    }

    private void SetOption(int level, int name, int value)
    {
        if (Libc.setsockopt(descriptor, level, name, value) < 0) throw LinuxException.Last("setting up", what);
    }
}
