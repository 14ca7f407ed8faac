using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using HaTools.Linux;

namespace HaTools.Engine.Checks;

/// <summary>Addresses as the kernel reads them (struct sockaddr_in: family, port, address; struct sockaddr_in6: family, port, flow information, address, scope).</summary>
internal static class SocketAddress
{
    /// <summary>The length of the longest one, in bytes.</summary>
    public const int Longest = 28;

    public static int FamilyOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? Libc.AF_INET : Libc.AF_INET6;

    /// <summary>Whether two are one place: family, port and address. Of the scope only the kernel speaks.</summary>
    public static bool IsSame(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        if (!one[..4].SequenceEqual(other[..4])) return false;
        return BitConverter.ToUInt16(one) == Libc.AF_INET ? one[4..8].SequenceEqual(other[4..8]) : one[8..24].SequenceEqual(other[8..24]);
    }

    /// <summary>Writes an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="port">The port.</param>
    /// <param name="buffer">Of at least <see cref="Longest"/> bytes.</param>
    /// <returns>Its length in bytes.</returns>
    public static int Write(IPAddress address, int port, Span<byte> buffer)
    {
        bool v4 = address.AddressFamily == AddressFamily.InterNetwork;
        buffer.Clear();
        _ = BitConverter.TryWriteBytes(buffer, (ushort)FamilyOf(address));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], (ushort)port);
        _ = address.TryWriteBytes(buffer[(v4 ? 4 : 8)..], out _);
        if (v4) return 16;
        _ = BitConverter.TryWriteBytes(buffer[24..], (uint)address.ScopeId);
        return 28;
    }
}
