using System.Buffers.Binary;

namespace HaTools.Engine.DnsWire;

/// <summary>Queries: one question, with recursion desired, as keepalived asks (RFC 1035 section 4.1).</summary>
internal static class DnsQuery
{
    private const int RecursionDesired = 0x0100, Internet = 1, OptionType = 41, AdditionalCount = 10;

    /// <returns>The message; its id, the first two bytes, is 0.</returns>
    public static byte[] Of(string name, DnsRecordType type) => Of(name, (int)type);

    /// <inheritdoc cref="Of(string, DnsRecordType)"/>
    public static byte[] Of(string name, int type)
    {
        Span<byte> message = stackalloc byte[DnsMessage.HeaderLength + DnsName.Longest + 4];
        message.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], RecursionDesired);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], 1);
        int length = DnsMessage.HeaderLength;
        length += DnsName.Write(name, message[length..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[length..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(message[(length + 2)..], Internet);
        return message[..(length + 4)].ToArray();
    }

    /// <summary>The same query of one who takes longer answers over UDP than 512 bytes (RFC 6891).</summary>
    /// <param name="query">The query.</param>
    /// <param name="longest">How many bytes.</param>
    public static byte[] Extended(ReadOnlySpan<byte> query, int longest)
    {
        byte[] message = [.. query, 0, 0, OptionType, (byte)(longest >> 8), (byte)longest, 0, 0, 0, 0, 0, 0];
        message[AdditionalCount + 1] = 1;
        return message;
    }
}
