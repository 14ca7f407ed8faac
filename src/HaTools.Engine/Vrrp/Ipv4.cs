using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace HaTools.Engine.Vrrp;

/// <summary>IPv4 addresses as the router speaks of them: numbers, in the low 32 bits and in host byte order.</summary>
internal static class Ipv4
{
    public static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out int length) && length == 4
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : throw new ArgumentException($"{address} is not an IPv4 address.", nameof(address));
    }

    public static string Text(UInt128 address)
    {
        uint bits = (uint)address;
        return string.Create(CultureInfo.InvariantCulture, $"{bits >> 24}.{(bits >> 16) & 255}.{(bits >> 8) & 255}.{bits & 255}");
    }

    public static UInt128 Mask(int prefixLength) => prefixLength == 0 ? 0 : uint.MaxValue << (32 - prefixLength);
}
