using System.Buffers.Binary;
using System.Net;

namespace HaTools.Linux;

/// <summary>Addresses as numbers in host byte order (IPv4 in the low 32 bits), in the kernel's forms.</summary>
internal static unsafe class SocketAddress
{
    /// <summary>An IPv4 address in network byte order.</summary>
    public static uint Network(uint address) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(address) : address;

    /// <summary>A port in network byte order, or from it.</summary>
    public static ushort Network(ushort port) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(port) : port;

    /// <summary>Writes 16 bytes of an IPv6 address.</summary>
    public static void Write6(byte* bytes, AddressBits address) => address.Write(new Span<byte>(bytes, 16));

    /// <summary>Reads 16 bytes of an IPv6 address.</summary>
    public static AddressBits Read6(byte* bytes) => AddressBits.Read(new ReadOnlySpan<byte>(bytes, 16));

    /// <summary>Whether an address needs the interface to be told with it: fe80::/10, or a group of link or interface scope.</summary>
    public static bool NeedsScope(AddressBits address) =>
        (uint)(address >> 118) == 0x3fa || ((byte)(address >> 120) == 0xff && ((int)(uint)(address >> 112) & 0xf) <= 2);

    /// <summary>For messages; it allocates.</summary>
    public static string Text(AddressBits address, int family)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.Write(bytes);
        return new IPAddress(family == 6 ? bytes : bytes[12..]).ToString();
    }
}
