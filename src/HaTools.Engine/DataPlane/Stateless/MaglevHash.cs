using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Runtime.InteropServices;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// The hash of the scheduler mh: SipHash-1-3 (Aumasson, Bernstein 2012) with keys that everybody has, of the sum of an address, a port and an offset, which is how two
/// servers and two clients may fall together. So it is in kernels of 64 bits; those of 32 bits take HalfSipHash (linux/siphash.h, <c>hsiphash</c>), and choose otherwise. Pure.
/// </summary>
internal static class MaglevHash
{
    /// <summary>Where a server begins in the table, and where a client looks.</summary>
    public static uint Place(uint value) => Hash(value, 2654435761);

    /// <summary>How far a server goes on.</summary>
    public static uint Step(uint value) => Hash(value, 2654446892);

    /// <summary>
    /// What is hashed of an address and a port. Of an address of the other family than the service's (a server behind a tunnel) the kernel reads as many bytes as the service's
    /// addresses have.
    /// </summary>
    public static uint Value(AddressFamily service, IPAddress address, int port)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        _ = address.TryWriteBytes(bytes, out _);
        uint folded = 0;
        foreach (uint word in MemoryMarshal.Cast<byte, uint>(service == AddressFamily.InterNetworkV6 ? bytes : bytes[..4])) folded ^= word;
        if (BitConverter.IsLittleEndian) folded = BinaryPrimitives.ReverseEndianness(folded);
        return folded + (uint)port;
    }

    private static uint Hash(uint value, ulong key)
    {
        // The constants spell "somepseudorandomlygeneratedbytes".
        ulong a = 0x736f6d6570736575 ^ key, b = 0x646f72616e646f6d ^ key, c = 0x6c7967656e657261 ^ key, d = 0x7465646279746573 ^ key;
        ulong word = ((ulong)sizeof(uint) << 56) | value;
        d ^= word;
        Round(ref a, ref b, ref c, ref d);
        a ^= word;
        c ^= 0xff;
        for (int i = 0; i < 3; i++) Round(ref a, ref b, ref c, ref d);
        return (uint)(a ^ b ^ c ^ d);
    }

    private static void Round(ref ulong a, ref ulong b, ref ulong c, ref ulong d)
    {
        a += b;
        b = BitOperations.RotateLeft(b, 13) ^ a;
        a = BitOperations.RotateLeft(a, 32);
        c += d;
        d = BitOperations.RotateLeft(d, 16) ^ c;
        a += d;
        d = BitOperations.RotateLeft(d, 21) ^ a;
        c += b;
        b = BitOperations.RotateLeft(b, 17) ^ c;
        c = BitOperations.RotateLeft(c, 32);
    }
}
