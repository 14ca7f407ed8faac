using System.Buffers.Binary;
using System.Net;

namespace HaTools.Engine.Vrrp;

/// <summary>Addresses as the router speaks of them: numbers, IPv4 in the low 32 bits and in host byte order; the family is 4 or 6.</summary>
internal static class IpNumber
{
    public static UInt128 Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out int length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>4 or 6.</summary>
    public static int Family(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? 6 : 4;

    public static string Text(UInt128 address, int family)
    {
        Span<byte> bytes = stackalloc byte[family == 6 ? 16 : 4];
        if (family == 6) BinaryPrimitives.WriteUInt128BigEndian(bytes, address);
        else BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)address);
        return new IPAddress(bytes).ToString();
    }

    /// <summary>Whether two IPv4 addresses are of one subnet.</summary>
    public static bool SameSubnet(UInt128 one, UInt128 other, int prefixLength) =>
        prefixLength == 0 || (uint)(one ^ other) >> (32 - prefixLength) == 0;
}
