using System.Buffers.Binary;

namespace HaTools.Vrrp;

/// <summary>The header of an IPv4 datagram (RFC 791 section 3.1), as far as VRRP looks at it. Addresses are in host byte order.</summary>
internal readonly record struct Ipv4Header
{
    /// <summary>The length without options.</summary>
    public const int MinLength = 20;

    /// <summary>Internetwork Control (RFC 791 precedence 6; as a DSCP: CS6), what keepalived sends.</summary>
    public const byte InternetworkControl = 0xc0;

    private const int MoreFragmentsAndOffset = 0x3fff;

    /// <summary>The header's length with its options, 20 to 60.</summary>
    public int Length { get; init; }

    /// <summary>The datagram's length; what follows in the buffer is padding of the link.</summary>
    public int TotalLength { get; init; }

    public ushort Identification { get; init; }

    public byte Ttl { get; init; }

    public byte Protocol { get; init; }

    public uint Source { get; init; }

    public uint Destination { get; init; }

    /// <summary>Reads and checks the header of a datagram that may be followed by padding.</summary>
    /// <returns>None, or why the datagram is refused: TooShort (the buffer ends before the datagram) or IpHeader.</returns>
    public static AdvertRejection TryRead(ReadOnlySpan<byte> datagram, out Ipv4Header header)
    {
        header = default;
        if (datagram.Length < MinLength) return AdvertRejection.TooShort;
        if (datagram[0] >> 4 != 4) return AdvertRejection.IpHeader;
        int length = (datagram[0] & 0xf) * 4;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if (length < MinLength || totalLength < length) return AdvertRejection.IpHeader;
        if (datagram.Length < totalLength) return AdvertRejection.TooShort;
        if (!InternetChecksum.IsValid(InternetChecksum.Add(datagram[..length]))) return AdvertRejection.IpHeader;
        header = new Ipv4Header
        {
            Length = length,
            TotalLength = totalLength,
            Identification = BinaryPrimitives.ReadUInt16BigEndian(datagram[4..]),
            Ttl = datagram[8],
            Protocol = datagram[9],
            Source = BinaryPrimitives.ReadUInt32BigEndian(datagram[12..]),
            Destination = BinaryPrimitives.ReadUInt32BigEndian(datagram[16..]),
        };
        // The kernel puts fragments together before a raw socket sees them: a piece is nothing that could be judged.
        bool fragment = (BinaryPrimitives.ReadUInt16BigEndian(datagram[6..]) & MoreFragmentsAndOffset) != 0;
        return fragment || !IsHostAddress(header.Source) ? AdvertRejection.IpHeader : AdvertRejection.None;
    }

    /// <summary>Writes a header of 20 bytes: precedence Internetwork Control, not fragmented and free to be.</summary>
    public void Write(Span<byte> destination)
    {
        destination = destination[..MinLength];
        destination.Clear();
        destination[0] = 0x45;
        destination[1] = InternetworkControl;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)TotalLength);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], Identification);
        destination[8] = Ttl;
        destination[9] = Protocol;
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], Source);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], Destination);
        BinaryPrimitives.WriteUInt16BigEndian(destination[10..], InternetChecksum.Finish(InternetChecksum.Add(destination)));
    }

    /// <summary>A source is a host's: neither "this network" (0.0.0.0/8) nor multicast or above.</summary>
    private static bool IsHostAddress(uint address) => address is >= 0x0100_0000 and < 0xe000_0000;
}
