using System.Buffers.Binary;

namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>A packet on its way, or in a socket; used again when its last receiver has read it.</summary>
internal sealed class Packet
{
    private const int AuthenticationHeaderLength = 24;

    public byte[] Bytes { get; } = new byte[256];

    public int Length { get; set; }

    /// <summary>How many receivers have not read it yet.</summary>
    public int Uses { get; set; }

    /// <summary>4 or 6. Over IPv4 the bytes are a whole datagram, over IPv6 what follows the header.</summary>
    public int Family { get; set; }

    public AddressBits Source { get; set; }

    public AddressBits Destination { get; set; }

    public ReadOnlySpan<byte> Datagram => Bytes.AsSpan(0, Length);

    private int MessageOffset => Family == 6 ? 0
        : Ipv4Header.MinLength + (Bytes[9] == VrrpProtocol.AuthenticationHeaderNumber ? AuthenticationHeaderLength : 0);

    private Span<byte> Message => Bytes.AsSpan(MessageOffset, Length - MessageOffset);

    public int Version => Message[0] >> 4;

    public int VirtualRouterId => Message[1];

    public int Priority => Message[2];

    /// <summary>In nanoseconds, by RFC 3768 section 5.3.7 and RFC 9568 section 5.2.7.</summary>
    public long Interval => Version == 2
        ? Message[5] * Wire.Second
        : (BinaryPrimitives.ReadUInt16BigEndian(Message[4..]) & 0xfff) * 10 * Wire.Ms;

    /// <summary>Version 2: the 8 bytes after the addresses.</summary>
    public ReadOnlySpan<byte> AuthenticationData => Message.Slice(8 + 4 * Message[3], 8);

    /// <summary>Version 2: the authentication type.</summary>
    public int AuthenticationType => Version == 2 ? Message[4] : 0;

    public void CopyFrom(Packet other)
    {
        other.Datagram.CopyTo(Bytes);
        (Length, Family, Source, Destination) = (other.Length, other.Family, other.Source, other.Destination);
    }

    /// <summary>Says another source, with the right checksums.</summary>
    public void SetSource(AddressBits source)
    {
        Source = source;
        if (Family == 4) BinaryPrimitives.WriteUInt32BigEndian(Bytes.AsSpan(12), (uint)source);
        FixChecksums();
    }

    /// <summary>Version 3: says another interval, with the right checksums.</summary>
    public void SetInterval(long interval)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Message[4..], (ushort)(interval / (10 * Wire.Ms)));
        FixChecksums();
    }

    /// <summary>IPv4: has come from that far, with the right checksums.</summary>
    public void SetTtl(int ttl)
    {
        Bytes[8] = (byte)ttl;
        FixChecksums();
    }

    private void FixChecksums()
    {
        Message[6] = Message[7] = 0;
        uint pseudoHeader = Family == 6
            ? InternetChecksum.AddPseudoHeader6(Source, Destination, VrrpProtocol.Number, Message.Length)
            : 0;
        BinaryPrimitives.WriteUInt16BigEndian(Message[6..], InternetChecksum.Finish(InternetChecksum.Add(Message, pseudoHeader)));
        if (Family == 6) return;
        Bytes[10] = Bytes[11] = 0;
        Span<byte> header = Bytes.AsSpan(0, Ipv4Header.MinLength);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum.Finish(InternetChecksum.Add(header)));
    }
}
