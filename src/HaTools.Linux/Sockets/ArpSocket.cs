using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>A packet socket that sends gratuitous ARPs, and other frames, on any Ethernet interface, and receives nothing.</summary>
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

    /// <summary>Tells the link that an IPv4 address is here.</summary>
    /// <param name="interfaceIndex">The interface.</param>
    /// <param name="hardwareAddress">The MAC address, 6 bytes: the interface's, or a virtual router's. The frame comes from it, too.</param>
    /// <param name="address">The address, IPv4 in host byte order.</param>
    /// <param name="targetHardwareAddress">
    /// What stands as target hardware address. Empty: the broadcast address, as keepalived sends it; RFC 9568 (erratum 7949) has the virtual
    /// router's MAC address there. Hosts do not look at it.
    /// </param>
    /// <returns>0, or the errno.</returns>
    public int SendGratuitous(
        int interfaceIndex, ReadOnlySpan<byte> hardwareAddress, uint address, ReadOnlySpan<byte> targetHardwareAddress = default)
    {
        Span<byte> frame = stackalloc byte[FrameLength];
        BuildGratuitous(frame, hardwareAddress, address, targetHardwareAddress);
        return SendFrame(interfaceIndex, frame);
    }

    /// <summary>Sends a whole Ethernet frame as it is: for IPv6, what <c>NeighbourAdvertisement</c> writes.</summary>
    /// <param name="interfaceIndex">The interface.</param>
    /// <param name="frame">The frame, from its destination address on, without checksum.</param>
    /// <returns>0, or the errno (ENETDOWN, ENXIO: no such interface, ENOBUFS …).</returns>
    public int SendFrame(int interfaceIndex, ReadOnlySpan<byte> frame)
    {
        sockaddr_ll to = new() { sll_family = Libc.AF_PACKET, sll_ifindex = interfaceIndex, sll_halen = MacLength };
        // For the kernel's books alone: the frame has its header already.
        frame[..MacLength].CopyTo(new Span<byte>(to.sll_addr, MacLength));
        to.sll_protocol = BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt16LittleEndian(frame[12..])
            : BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        nint sent;
        fixed (byte* p = frame) sent = Libc.sendto(descriptor, p, (nuint)frame.Length, 0, &to, (uint)sizeof(sockaddr_ll));
        return sent >= 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>
    /// The frame of a gratuitous ARP: an ARP request (RFC 826, RFC 5227 section 3) to all, with the address as both sender and target.
    /// </summary>
    /// <inheritdoc cref="SendGratuitous"/>
    /// <param name="frame">42 bytes.</param>
    /// <param name="hardwareAddress">As there.</param>
    /// <param name="address">As there.</param>
    /// <param name="targetHardwareAddress">As there.</param>
    public static void BuildGratuitous(
        Span<byte> frame, ReadOnlySpan<byte> hardwareAddress, uint address, ReadOnlySpan<byte> targetHardwareAddress = default)
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
        if (targetHardwareAddress.IsEmpty) arp.Slice(18, MacLength).Fill(0xff);
        else targetHardwareAddress[..MacLength].CopyTo(arp[18..]);
        BinaryPrimitives.WriteUInt32BigEndian(arp[24..], address);
    }

    public void Dispose() => descriptor.Dispose();
}
