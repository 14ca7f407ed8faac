using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace HaTools.Vrrp;

/// <summary>
/// Addresses of both families as numbers in host byte order: an IPv4 address in the low 32 bits. 0 is none; which family it is, is known
/// from elsewhere.
/// </summary>
internal static class WireAddress
{
    /// <summary>The length on the wire: 4 or 16.</summary>
    /// <param name="family">4 or 6.</param>
    public static int Length(int family) => family == 6 ? 16 : 4;

    /// <summary>Reads an address in network byte order.</summary>
    public static AddressBits Read(ReadOnlySpan<byte> source, int family) =>
        family == 6 ? AddressBits.Read(source) : BinaryPrimitives.ReadUInt32BigEndian(source);

    /// <summary>Writes an address in network byte order.</summary>
    public static void Write(Span<byte> destination, AddressBits address, int family)
    {
        if (family == 6) address.Write(destination);
        else BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)address);
    }

    /// <summary>The number of an address; its scope is lost.</summary>
    public static AddressBits Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return Read(bytes, length == 16 ? 6 : 4);
    }

    /// <summary>The address of a number. It allocates: for texts and state.</summary>
    public static IPAddress ToIPAddress(AddressBits address, int family)
    {
        Span<byte> bytes = stackalloc byte[Length(family)];
        Write(bytes, address, family);
        return new IPAddress(bytes);
    }

    /// <summary>4 or 6.</summary>
    public static int FamilyOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? 6 : 4;

    /// <summary>Whether two IPv4 addresses are of one subnet.</summary>
    public static bool SameSubnet(AddressBits one, AddressBits other, int prefixLength) =>
        prefixLength == 0 || (uint)(one ^ other) >> (32 - prefixLength) == 0;

    /// <summary>Whether it is a group: 224.0.0.0/4 or ff00::/8.</summary>
    public static bool IsMulticast(AddressBits address, int family) =>
        family == 6 ? (byte)(address >> 120) == 0xff : (uint)address >> 28 == 0xe;
}
