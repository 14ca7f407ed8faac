using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>A packet socket that sends ARP on any Ethernet interface, and receives nothing.</summary>
internal sealed unsafe class ArpSocket : IDisposable
{
    /// <summary>Ethernet header and ARP packet.</summary>
    public const int FrameLength = 14 + 28;

    private const ushort ETH_P_IP = 0x0800;
    private const ushort ETH_P_ARP = 0x0806;
    private const ushort ARPHRD_ETHER = 1;
    private const ushort ARPOP_REQUEST = 1;
    private const int MacLength = 6;

    private readonly FileDescriptor descriptor;

    /// <exception cref="LinuxException">EPERM: no CAP_NET_RAW.</exception>
    public ArpSocket() => descriptor = FileDescriptor.OrThrow(
        // Protocol 0: no frame is ever queued for it.
        Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0),
        "opening the socket for gratuitous ARPs", null, "run as root or grant CAP_NET_RAW");

    /// <summary>Tells the link that an address is here.</summary>
    /// <param name="interfaceIndex">The interface.</param>
    /// <param name="hardwareAddress">Its MAC address, 6 bytes.</param>
    /// <param name="address">The address, IPv4 in host byte order.</param>
    /// <returns>0, or the errno.</returns>
    public int SendGratuitous(int interfaceIndex, ReadOnlySpan<byte> hardwareAddress, uint address)
    {
        byte* frame = stackalloc byte[FrameLength];
        BuildGratuitous(new Span<byte>(frame, FrameLength), hardwareAddress, address);
        sockaddr_ll to = new() { sll_family = Libc.AF_PACKET, sll_ifindex = interfaceIndex, sll_halen = MacLength };
        for (int i = 0; i < MacLength; i++) to.sll_addr[i] = 0xff;
        nint sent = Libc.sendto(descriptor, frame, FrameLength, 0, &to, (uint)sizeof(sockaddr_ll));
        return sent >= 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>
    /// The frame of a gratuitous ARP: an ARP request (RFC 826, RFC 5227 section 3) to all, with the address as both sender and target, and
    /// as target
    /// hardware address the broadcast address, as keepalived sends it.
    /// </summary>
    public static void BuildGratuitous(Span<byte> frame, ReadOnlySpan<byte> hardwareAddress, uint address)
    {
        frame[..MacLength].Fill(0xff);
        hardwareAddress[..MacLength].CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], ETH_P_ARP);
        Span<byte> arp = frame[14..];
        BinaryPrimitives.WriteUInt16BigEndian(arp, ARPHRD_ETHER);
        BinaryPrimitives.WriteUInt16BigEndian(arp[2..], ETH_P_IP);
        arp[4] = MacLength;
        arp[5] = sizeof(uint);
        BinaryPrimitives.WriteUInt16BigEndian(arp[6..], ARPOP_REQUEST);
        hardwareAddress[..MacLength].CopyTo(arp[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(arp[14..], address);
        arp.Slice(18, MacLength).Fill(0xff);
        BinaryPrimitives.WriteUInt32BigEndian(arp[24..], address);
    }

    public void Dispose() => descriptor.Dispose();
}
