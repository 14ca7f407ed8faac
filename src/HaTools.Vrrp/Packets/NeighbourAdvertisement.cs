using System.Buffers.Binary;

namespace HaTools.Vrrp;

/// <summary>
/// The unsolicited neighbour advertisement (RFC 4861 section 7.2.6, RFC 9568 section 8.2.2) that tells a link where an IPv6 address is now:
/// IPv6's gratuitous ARP.
/// </summary>
internal static class NeighbourAdvertisement
{
    /// <summary>Ethernet, IPv6 and ICMPv6 headers, target, and the option with the MAC address.</summary>
    public const int FrameLength = EthernetLength + IpLength + MessageLength;

    private const int EthernetLength = 14;
    private const int IpLength = 40;
    private const int MessageLength = 24 + 8;
    private const int MacLength = 6;
    private const ushort EtherType = 0x86dd;
    private const byte Icmpv6 = 58;
    private const byte Type = 136;
    private const byte Router = 0x80;
    private const byte Override = 0x20;
    private const byte TargetLinkLayerAddress = 2;

    // ff02::1, all nodes of the link; and its MAC address by RFC 2464 section 7.
    private static readonly AddressBits AllNodes = new(0xff02_0000_0000_0000, 1);

    private static ReadOnlySpan<byte> AllNodesMac => [0x33, 0x33, 0, 0, 0, 1];

    /// <summary>Writes the whole Ethernet frame, as keepalived does: S 0, O 1, from the address itself to all nodes, hop limit 255.</summary>
    /// <param name="frame">At least <see cref="FrameLength"/> bytes.</param>
    /// <param name="hardwareAddress">The MAC address, 6 bytes: the interface's, or a virtual router's. The frame comes from it, too.</param>
    /// <param name="address">The IPv6 address, host byte order.</param>
    /// <param name="isRouter">The R flag. RFC 9568 demands it of a virtual router; keepalived sets it only where the interface forwards
    /// (net.ipv6.conf.*.forwarding), so that hosts do not take a host for a router.</param>
    public static void Write(Span<byte> frame, ReadOnlySpan<byte> hardwareAddress, AddressBits address, bool isRouter)
    {
        frame = frame[..FrameLength];
        frame.Clear();
        AllNodesMac.CopyTo(frame);
        hardwareAddress[..MacLength].CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], EtherType);

        Span<byte> ip = frame[EthernetLength..];
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], MessageLength);
        ip[6] = Icmpv6;
        ip[7] = 255;
        WireAddress.Write(ip[8..], address, 6);
        WireAddress.Write(ip[24..], AllNodes, 6);

        Span<byte> message = ip[IpLength..];
        message[0] = Type;
        message[4] = (byte)(Override | (isRouter ? Router : 0));
        WireAddress.Write(message[8..], address, 6);
        message[24] = TargetLinkLayerAddress;
        message[25] = 1; // in units of 8 bytes
        hardwareAddress[..MacLength].CopyTo(message[26..]);
        uint sum = InternetChecksum.AddPseudoHeader6(address, AllNodes, Icmpv6, MessageLength);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Finish(InternetChecksum.Add(message, sum)));
    }
}
