using System.Runtime.InteropServices;
using HaTools.Linux;
using static HaTools.Netlink.linux_netlink;

namespace HaTools.Netlink;

/// <summary>A netlink socket (man 7 netlink) of the calling thread's network namespace.</summary>
internal sealed unsafe class KernelTransport : INetlinkTransport
{
    // The kernel answers within the send; a wait means that an answer was lost, and must not hang the caller.
    private const int AnswerSeconds = 5;

    private readonly FileDescriptor socket;

    private KernelTransport(FileDescriptor socket) => this.socket = socket;

    public uint PortId { get; private set; }

    public FileDescriptor Descriptor => socket;

    /// <summary>Opens a socket.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <param name="receiveBuffer">The receive buffer's size in bytes, as far as the kernel grants it.</param>
    /// <param name="nonBlocking">Whether to receive nothing rather than wait.</param>
    /// <param name="groups">Multicast groups to listen to.</param>
    /// <exception cref="NetlinkException">The kernel gave no socket.</exception>
    public static KernelTransport Open(NetlinkProtocol protocol, int receiveBuffer, bool nonBlocking, params ReadOnlySpan<int> groups)
    {
        int type = Libc.SOCK_RAW | Libc.SOCK_CLOEXEC | (nonBlocking ? Libc.SOCK_NONBLOCK : 0);
        int fd = Libc.socket(Libc.AF_NETLINK, type, (int)protocol);
        if (fd < 0) throw Failure("opening", protocol, Marshal.GetLastPInvokeError());

        var transport = new KernelTransport(new FileDescriptor(fd));
        try
        {
            transport.Configure(protocol, receiveBuffer);
            transport.Bind(protocol);
            foreach (int group in groups) transport.Join(protocol, group);
            return transport;
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }

    /// <summary>What comes in goes through this program from now on; what waits already does not.</summary>
    /// <returns>False: the kernel takes none (ENOMEM: net.core.optmem_max is too small), and everything comes in.</returns>
    public bool TryAttach(ReadOnlySpan<sock_filter> program)
    {
        fixed (sock_filter* first = program)
        {
            sock_fprog all = new() { len = (ushort)program.Length, filter = first };
            return Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_ATTACH_FILTER, &all, (uint)sizeof(sock_fprog)) == 0;
        }
    }

    public int Send(ReadOnlySpan<byte> datagram)
    {
        var kernel = new sockaddr_nl { nl_family = Libc.AF_NETLINK };
        fixed (byte* data = datagram)
        {
            nint sent;
            int errno = 0;
            do
            {
                sent = Libc.sendto(socket, data, (nuint)datagram.Length, 0, &kernel, (uint)sizeof(sockaddr_nl));
                if (sent < 0) errno = Marshal.GetLastPInvokeError();
            }
            while (sent < 0 && errno == Errno.EINTR);
            return sent < 0 ? -errno : 0;
        }
    }

    public int Receive(Span<byte> buffer) => Receive(buffer, 0);

    public int ReceiveAtOnce(Span<byte> buffer) => Receive(buffer, Libc.MSG_DONTWAIT);

    private int Receive(Span<byte> buffer, int flags)
    {
        fixed (byte* data = buffer)
        {
            while (true)
            {
                sockaddr_nl from;
                var vector = new iovec { iov_base = data, iov_len = (nuint)buffer.Length };
                var message = new msghdr { msg_name = &from, msg_namelen = (uint)sizeof(sockaddr_nl), msg_iov = &vector, msg_iovlen = 1 };
                nint length = Libc.recvmsg(socket, &message, Libc.MSG_TRUNC | flags);
                if (length < 0)
                {
                    int errno = Marshal.GetLastPInvokeError();
                    if (errno == Errno.EINTR) continue;
                    return -errno;
                }

                // Any process may send to a port id that it knows; only the kernel's own words count.
                if (from.nl_pid == 0) return (int)length;
            }
        }
    }

    public void Dispose() => socket.Dispose();

    private void Configure(NetlinkProtocol protocol, int receiveBuffer)
    {
        // The first is refused without CAP_NET_ADMIN; the second then gives what net.core.rmem_max allows.
        if (Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, receiveBuffer) != 0)
            Check(Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_RCVBUF, receiveBuffer), "setting the receive buffer of", protocol);

        var timeout = new timeval { tv_sec = AnswerSeconds };
        int set = Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, &timeout, (uint)sizeof(timeval));
        Check(set, "setting the timeout of", protocol);

        // Kernels before 4.12, 4.3 and 4.20 lack these; without them answers say less, and are still read rightly.
        foreach (int option in (ReadOnlySpan<int>)[NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK])
        {
            if (Libc.setsockopt(socket, SOL_NETLINK, option, 1) == 0) continue;
            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.ENOPROTOOPT) throw Failure("setting an option of", protocol, errno);
        }
    }

    private void Bind(NetlinkProtocol protocol)
    {
        var address = new sockaddr_nl { nl_family = Libc.AF_NETLINK };
        Check(Libc.bind(socket, &address, (uint)sizeof(sockaddr_nl)), "binding", protocol);
        uint length = (uint)sizeof(sockaddr_nl);
        Check(Libc.getsockname(socket, &address, &length), "reading the port id of", protocol);
        PortId = address.nl_pid;
    }

    private void Join(NetlinkProtocol protocol, int group) =>
        Check(Libc.setsockopt(socket, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group), $"joining group {group} with", protocol);

    private static void Check(int result, string operation, NetlinkProtocol protocol)
    {
        if (result < 0) throw Failure(operation, protocol, Marshal.GetLastPInvokeError());
    }

    private static NetlinkException Failure(string operation, NetlinkProtocol protocol, int errno) =>
        new(operation, $"a netlink socket (protocol {protocol.ToString().ToLowerInvariant()})", errno);
}
