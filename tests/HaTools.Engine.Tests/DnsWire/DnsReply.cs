using System.Buffers.Binary;
using HaTools.Engine.DnsWire;

namespace HaTools.Engine.Tests.DnsWire;

/// <summary>Responses, whole and broken.</summary>
internal static class DnsReply
{
    public const int Truncated = 0x0200;

    /// <summary>A pointer to the question's name.</summary>
    public static readonly byte[] SameName = [0xC0, 12];

    /// <summary>A response to a query: its id and question, and these records as answers.</summary>
    public static byte[] To(ReadOnlySpan<byte> query, int code = 0, int flags = 0, params byte[][] records)
    {
        byte[] reply = [.. query, .. records.SelectMany(r => r)];
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(2), (ushort)(0x8180 | flags | code));
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(6), (ushort)records.Length);
        return reply;
    }

    /// <summary>Header and question of a query, without the extension that it may have.</summary>
    public static byte[] Plain(byte[] query)
    {
        int at = DnsMessage.HeaderLength;
        Assert.True(DnsName.TryPass(query, ref at));
        byte[] plain = query[..(at + 4)];
        plain[11] = 0;
        return plain;
    }

    /// <summary>A record of the class IN that may be kept for a minute.</summary>
    public static byte[] Record(byte[] name, int type, params byte[] data) => [.. name, 0, (byte)type, 0, 1, 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)data.Length, .. data];

    /// <summary>A message with its length before it, as a stream has it.</summary>
    public static byte[] Framed(byte[] message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];
}
