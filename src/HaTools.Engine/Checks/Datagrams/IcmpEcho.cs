using System.Buffers.Binary;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Checks.Datagrams;

/// <summary>
/// Echo requests and replies of ICMP (RFC 792) and ICMPv6 (RFC 4443 section 4): type, code, checksum, identifier, sequence number, data. ICMPv6's checksum, which covers addresses that only the kernel knows, is the
/// kernel's to make and to look at (RFC 3542 section 3.1).
/// </summary>
internal static class IcmpEcho
{
    /// <summary>The length of what stands before the data, in bytes.</summary>
    public const int HeaderLength = 8;

    private const byte Request = 8, Reply = 0, Request6 = 128, Reply6 = 129;
    private const int ShortestIpv4Header = 20;

    /// <summary>Writes the header of a request before its data.</summary>
    /// <param name="message">The message; its data are in place.</param>
    /// <param name="family">AF_INET or AF_INET6.</param>
    /// <param name="identifier">Tells those who ask from each other; sockets of type SOCK_DGRAM have one of their own, which the kernel puts in its place.</param>
    /// <param name="sequence">Tells their questions from each other.</param>
    public static void WriteRequest(Span<byte> message, int family, ushort identifier, ushort sequence)
    {
        message[..HeaderLength].Clear();
        message[0] = family == Libc.AF_INET ? Request : Request6;
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], identifier);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], sequence);
        if (family == Libc.AF_INET) BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Finish(InternetChecksum.Add(message)));
    }

    /// <summary>Reads a reply; false: it is something else.</summary>
    /// <param name="message">Any bytes.</param>
    /// <param name="family">AF_INET or AF_INET6.</param>
    /// <param name="identifier">The request's.</param>
    /// <param name="sequence">The request's.</param>
    public static bool TryReadReply(ReadOnlySpan<byte> message, int family, out ushort identifier, out ushort sequence)
    {
        (identifier, sequence) = (0, 0);
        if (message.Length < HeaderLength || message[0] != (family == Libc.AF_INET ? Reply : Reply6) || message[1] != 0) return false;
        identifier = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        sequence = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        return true;
    }

    /// <summary>
    /// What a raw socket of IPv4 reads, without the header of IP that it has there (raw(7)); empty: it is no whole message of ICMP. The kernel gives it to such sockets before it looks at the checksum.
    /// </summary>
    public static ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < ShortestIpv4Header) return [];
        int length = (packet[0] & 0xf) * 4;
        if (length < ShortestIpv4Header || length > packet.Length) return [];
        ReadOnlySpan<byte> message = packet[length..];
        return InternetChecksum.IsValid(InternetChecksum.Add(message)) ? message : [];
    }
}
