using System.Buffers.Binary;

namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>A datagram on its way, or in a socket; used again when its last receiver has read it.</summary>
internal sealed class Packet
{
    private const int MessageOffset = Ipv4Header.MinLength;

    public byte[] Bytes { get; } = new byte[256];

    public int Length { get; set; }

    /// <summary>How many receivers have not read it yet.</summary>
    public int Uses { get; set; }

    public ReadOnlySpan<byte> Datagram => Bytes.AsSpan(0, Length);

    public uint Source => BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(12));

    private Span<byte> Message => Bytes.AsSpan(MessageOffset, Length - MessageOffset);

    public int Version => Message[0] >> 4;

    public int VirtualRouterId => Message[1];

    public int Priority => Message[2];

    /// <summary>In nanoseconds, by RFC 3768 section 5.3.7 and RFC 9568 section 5.2.7.</summary>
    public long Interval => Version == 2 ? Message[5] * Wire.Second : (BinaryPrimitives.ReadUInt16BigEndian(Message[4..]) & 0xfff) * 10 * Wire.Ms;

    /// <summary>Version 2 with a password: its 8 bytes.</summary>
    public ReadOnlySpan<byte> AuthenticationData => Message[^8..];

    /// <summary>Says another source, with the right checksums.</summary>
    public void SetSource(uint source)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Bytes.AsSpan(12), source);
        FixChecksums();
    }

    /// <summary>Version 3: says another interval, with the right checksums.</summary>
    public void SetInterval(long interval)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Message[4..], (ushort)(interval / (10 * Wire.Ms)));
        FixChecksums();
    }

    private void FixChecksums()
    {
        Message[6] = Message[7] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(Message[6..], InternetChecksum.Finish(InternetChecksum.Add(Message)));
        Bytes[10] = Bytes[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(Bytes.AsSpan(10), InternetChecksum.Finish(InternetChecksum.Add(Bytes.AsSpan(0, MessageOffset))));
    }
}
