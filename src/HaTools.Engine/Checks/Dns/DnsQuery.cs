using System.Buffers.Binary;

namespace HaTools.Engine.Checks.Dns;

/// <summary>The query of a check: one question, with recursion desired, as keepalived asks (RFC 1035 section 4.1).</summary>
internal static class DnsQuery
{
    private const int RecursionDesired = 0x0100, Internet = 1;

    /// <returns>The message; its id, the first two bytes, is 0.</returns>
    public static byte[] Of(string name, DnsRecordType type)
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
}
