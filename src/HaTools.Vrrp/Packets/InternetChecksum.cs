using System.Buffers.Binary;

namespace HaTools.Vrrp;

/// <summary>The Internet checksum (RFC 1071): the complement of the ones' complement sum of 16-bit words.</summary>
internal static class InternetChecksum
{
    /// <summary>Adds data to a running sum. Only the last piece may have an odd length; it is taken as padded with a zero.</summary>
    /// <param name="data">At most 65,535 bytes, so that the sum of a few pieces cannot overflow.</param>
    /// <param name="sum">The sum so far, not folded.</param>
    public static uint Add(ReadOnlySpan<byte> data, uint sum = 0)
    {
        for (; data.Length >= 2; data = data[2..]) sum += BinaryPrimitives.ReadUInt16BigEndian(data);
        return data.IsEmpty ? sum : sum + ((uint)data[0] << 8);
    }

    /// <summary>Adds the pseudo-header of IPv4 (RFC 793 section 3.1, RFC 5798 section 5.2.8) to a running sum.</summary>
    public static uint AddPseudoHeader(uint source, uint destination, byte protocol, int length, uint sum = 0) =>
        sum + (source >> 16) + (source & 0xffff) + (destination >> 16) + (destination & 0xffff) + protocol + (uint)length;

    /// <summary>Adds the pseudo-header of IPv6 (RFC 8200 section 8.1) to a running sum.</summary>
    public static uint AddPseudoHeader6(AddressBits source, AddressBits destination, byte nextHeader, int length, uint sum = 0)
    {
        for (int shift = 0; shift < 128; shift += 16) sum += (ushort)(source >> shift) + (uint)(ushort)(destination >> shift);
        return sum + ((uint)length >> 16) + ((uint)length & 0xffff) + nextHeader;
    }

    /// <summary>The value for the checksum field, which was zero when it was summed.</summary>
    public static ushort Finish(uint sum) => (ushort)~Fold(sum);

    /// <summary>Whether data summed together with its checksum field is intact.</summary>
    public static bool IsValid(uint sum) => Fold(sum) == 0xffff;

    private static uint Fold(uint sum)
    {
        sum = (sum & 0xffff) + (sum >> 16);
        return (sum & 0xffff) + (sum >> 16);
    }
}
