using System.Buffers.Binary;
using System.Numerics;

namespace HaTools.Engine.Checks.Http;

/// <summary>
/// MD5 (RFC 1321), which is what genhash prints: no secret depends on it. Its own, since .NET's is OpenSSL's, without which a host could not run the node, and since it takes no memory.
/// </summary>
internal sealed class Md5
{
    /// <summary>The length of a digest, in bytes.</summary>
    public const int Size = 16;

    private const int BlockSize = 64;

    // Section 3.4: the integer part of 4294967296 * abs(sin(i)), i from 1.
    private static readonly uint[] Sines = [.. Enumerable.Range(1, BlockSize).Select(i => (uint)(4294967296.0 * Math.Abs(Math.Sin(i))))];
    private static readonly int[] Shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

    private readonly byte[] block = new byte[BlockSize];
    private int filled;
    private ulong length;
    private uint a, b, c, d;

    public Md5() => Reset();

    /// <summary>Begins with another message.</summary>
    public void Reset()
    {
        (filled, length) = (0, 0);
        (a, b, c, d) = (0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
    }

    /// <summary>Takes the next part of the message in.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        length += (ulong)bytes.Length;
        if (filled > 0)
        {
            int part = Math.Min(bytes.Length, BlockSize - filled);
            bytes[..part].CopyTo(block.AsSpan(filled));
            filled += part;
            bytes = bytes[part..];
            if (filled < BlockSize) return;
            Block(block);
        }

        for (; bytes.Length >= BlockSize; bytes = bytes[BlockSize..]) Block(bytes);
        bytes.CopyTo(block);
        filled = bytes.Length;
    }

    /// <summary>Ends the message; <see cref="Reset"/> before the next.</summary>
    /// <param name="digest">Receives <see cref="Size"/> bytes.</param>
    public void Finish(Span<byte> digest)
    {
        ulong bits = length * 8;
        Append([0x80]);
        Span<byte> padding = stackalloc byte[BlockSize];
        padding.Clear();
        Append(padding[..((BlockSize + 56 - filled) % BlockSize)]);
        BinaryPrimitives.WriteUInt64LittleEndian(padding, bits);
        Append(padding[..8]);
        BinaryPrimitives.WriteUInt32LittleEndian(digest, a);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[4..], b);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[8..], c);
        BinaryPrimitives.WriteUInt32LittleEndian(digest[12..], d);
    }

    private void Block(ReadOnlySpan<byte> bytes)
    {
        Span<uint> x = stackalloc uint[16];
        for (int i = 0; i < x.Length; i++) x[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]);
        (uint p, uint q, uint r, uint s) = (a, b, c, d);
        for (int i = 0; i < BlockSize; i++)
        {
            (uint mixed, int word) = (i >> 4) switch
            {
                0 => ((q & r) | (~q & s), i),
                1 => ((q & s) | (r & ~s), ((5 * i) + 1) & 15),
                2 => (q ^ r ^ s, ((3 * i) + 5) & 15),
                _ => (r ^ (q | ~s), (7 * i) & 15),
            };
            uint next = q + BitOperations.RotateLeft(p + mixed + x[word] + Sines[i], Shifts[((i >> 4) * 4) + (i & 3)]);
            (p, s, r, q) = (s, r, q, next);
        }

        (a, b, c, d) = (a + p, b + q, c + r, d + s);
        filled = 0;
    }
}
