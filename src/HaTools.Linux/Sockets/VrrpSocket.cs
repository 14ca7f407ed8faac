using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>
/// A raw socket for VRRP (IP protocol 112, or 51 with an authentication header) of one family on one interface. It hears that interface's
/// VRRP packets to the groups that it joined and to the host itself, and not its own. Not thread-safe; sending and receiving allocate
/// nothing.
/// </summary>
/// <remarks>
/// IPv4 packets are whole datagrams both ways: the caller makes their header. IPv6 packets are what follows the header: the kernel makes
/// that, and tells of a received one in the <see cref="PacketEnvelope"/>; the VRRP checksum is the caller's in both directions, so that
/// damaged adverts can be counted. TTL ranges and sources are the caller's to judge.
/// </remarks>
internal sealed unsafe partial class VrrpSocket : IDisposable
{
    // 224.0.0.18, RFC 9568 section 5.1.1.2.
    private const uint DefaultGroup = 0xE0000012;

    // TC_PRIO_CONTROL, linux/pkt_sched.h: ahead of bulk traffic in the host's own queues.
    private const int Priority = 7;

    // Internetwork Control, CS6, as keepalived sends it.
    private const int TrafficClass = 0xc0;

    private readonly FileDescriptor descriptor;
    private readonly string place;

    /// <summary>A socket for IPv4 adverts to 224.0.0.18.</summary>
    /// <inheritdoc cref="VrrpSocket(VrrpSocketOptions)"/>
    public VrrpSocket(string interfaceName, int interfaceIndex)
        : this(new VrrpSocketOptions { InterfaceName = interfaceName, InterfaceIndex = interfaceIndex, Group = DefaultGroup })
    {
    }

    /// <param name="options">What it is to be.</param>
    /// <exception cref="LinuxException">EPERM: no CAP_NET_RAW; ENODEV: no such interface; EAFNOSUPPORT: the kernel has no IPv6.</exception>
    public VrrpSocket(VrrpSocketOptions options)
    {
        Options = options;
        place = options.InterfaceName ?? "any interface";
        int type = Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;
        int protocol = options.AuthenticationHeader ? Libc.IPPROTO_AH : Libc.IPPROTO_VRRP;
        descriptor = FileDescriptor.OrThrow(
            Libc.socket(options.Family == 6 ? Libc.AF_INET6 : Libc.AF_INET, type, protocol),
            $"opening the IPv{options.Family} VRRP socket on", place, "run as root or grant CAP_NET_RAW");
        try
        {
            if (options.InterfaceName is { } name) Bind(name);
            if (options.Family == 6) SetUp6();
            else SetUp4();
            SetOption(Libc.SOL_SOCKET, Libc.SO_PRIORITY, Priority);
            SetOption(Libc.SOL_SOCKET, Libc.SO_TIMESTAMPNS, 1);
            // Beyond the system's limit where the privilege is there, up to it otherwise.
            if (Libc.setsockopt(descriptor, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, options.ReceiveBuffer) < 0)
                SetOption(Libc.SOL_SOCKET, Libc.SO_RCVBUF, options.ReceiveBuffer);
            if (options.Group != 0) Join(options.Group);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    public VrrpSocketOptions Options { get; }

    /// <summary>4 or 6.</summary>
    public int Family => Options.Family;

    /// <summary>The descriptor to wait on, for reading.</summary>
    public int Handle => descriptor.Value;

    /// <summary>The interface that it is bound to; 0: none.</summary>
    public int InterfaceIndex => Options.InterfaceIndex;

    /// <summary>Hears a group too. A second time is no error.</summary>
    /// <param name="group">The group, of the socket's family.</param>
    /// <exception cref="LinuxException">ENOBUFS: IPv6: more groups than net.core.optmem_max allows.</exception>
    public void Join(AddressBits group)
    {
        if (SetMembership(group, join: true) < 0 && Marshal.GetLastPInvokeError() != Errno.EADDRINUSE)
            throw LinuxException.Last($"joining {Text(group)} on", place);
    }

    /// <summary>Does not hear a group any more.</summary>
    /// <exception cref="LinuxException">EADDRNOTAVAIL: it was not joined.</exception>
    public void Leave(AddressBits group) => Check(SetMembership(group, join: false), $"leaving {Text(group)} on");

    /// <summary>Takes one packet: IPv4: with its IP header; IPv6: what follows it. A longer one than the buffer is cut.</summary>
    /// <param name="buffer">Where it goes; 4,200 bytes hold any advert.</param>
    /// <param name="envelope">When it came, and who from. IPv6: where to and from how far, too; of IPv4 that is in the header.</param>
    /// <param name="errno">0; or why there was none when it is not just that nothing has come (ENETDOWN …).</param>
    /// <returns>The length; -1: nothing there.</returns>
    public int Receive(Span<byte> buffer, out PacketEnvelope envelope, out int errno)
    {
        nint length = Family == 6 ? Receive6(buffer, out envelope) : Receive4(buffer, out envelope);
        errno = 0;
        if (length >= 0) return (int)length;
        int last = Marshal.GetLastPInvokeError();
        errno = last is Errno.EAGAIN or Errno.EINTR ? 0 : last;
        return -1;
    }

    /// <summary>Takes one IPv4 datagram.</summary>
    /// <inheritdoc cref="Receive(Span{byte}, out PacketEnvelope, out int)"/>
    public int Receive(Span<byte> buffer, out int errno) => Receive(buffer, out _, out errno);

    /// <summary>Sends one packet.</summary>
    /// <param name="packet">IPv4: a datagram whose IP header is there already (the kernel fills in its total length and header checksum);
    /// IPv6: what follows the header.</param>
    /// <param name="destination">The group or the peer.</param>
    /// <param name="source">IPv6: the source; the checksum was made with it. 0: the kernel's choice. IPv4: it is in the header.</param>
    /// <param name="hopLimit">IPv6: the hop limit; -1: 255 to a group, the host's default (net.ipv6.conf.*.hop_limit, 64) to a peer, as
    /// keepalived does.</param>
    /// <returns>0, or the errno (ENETDOWN, ENOBUFS, EPERM by a firewall, EINVAL: the IPv6 source is not there or tentative …).</returns>
    public int Send(ReadOnlySpan<byte> packet, AddressBits destination, AddressBits source = default, int hopLimit = -1)
    {
        nint sent = Family == 6 ? Send6(packet, destination, source, hopLimit) : Send4(packet, (uint)destination);
        return sent >= 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    public void Dispose()
    {
        foreach (FileDescriptor helper in helpers) helper.Dispose();
        descriptor.Dispose();
    }

    private void Bind(string interfaceName)
    {
        byte[] name = System.Text.Encoding.UTF8.GetBytes(interfaceName);
        int result;
        fixed (byte* p = name) result = Libc.setsockopt(descriptor, Libc.SOL_SOCKET, Libc.SO_BINDTODEVICE, p, (uint)name.Length);
        Check(result, "binding the VRRP socket to");
    }

    private int SetMembership(AddressBits group, bool join) => Family == 6 ? SetMembership6(group, join) : SetMembership4((uint)group, join);

    private string Text(AddressBits address) => SocketAddress.Text(address, Family);

    private void SetOption(int level, int name, int value) =>
        Check(Libc.setsockopt(descriptor, level, name, value), "setting up the VRRP socket on");

    private void Check(int result, string operation)
    {
        if (result < 0) throw LinuxException.Last(operation, place);
    }
}
