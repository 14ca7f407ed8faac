using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using static HaTools.Netlink.linux_netlink;

namespace HaTools.Netlink;

/// <summary>
/// Writes a message's fixed header and attributes into a span. The error is sticky: what does not fit sets <see cref="Overflowed"/> and
/// nothing more is written; <see cref="NetlinkBatch.End"/> throws for it.
/// </summary>
public ref struct AttributeWriter
{
    private readonly Span<byte> buffer;

    /// <summary>Writes from the beginning of a span.</summary>
    /// <param name="buffer">Where to write.</param>
    public AttributeWriter(Span<byte> buffer) => this.buffer = buffer;

    /// <summary>The bytes written, padding included.</summary>
    public int Length { get; private set; }

    /// <summary>Whether something did not fit.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => buffer[..Length];

    /// <summary>A fixed header (ifaddrmsg, genlmsghdr …), padded to 4 bytes. It goes before all attributes.</summary>
    /// <typeparam name="T">The header's structure.</typeparam>
    public void Header<T>(scoped in T header) where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in header));
        Span<byte> target = Take(bytes.Length);
        if (!Overflowed) bytes.CopyTo(target);
    }

    /// <summary>An unsigned number of 8 bits.</summary>
    public void U8(ushort type, byte value) => Bytes(type, [value]);

    /// <summary>An unsigned number of 16 bits in the host's byte order.</summary>
    public void U16(ushort type, ushort value) => Bytes(type, MemoryMarshal.AsBytes(new ReadOnlySpan<ushort>(in value)));

    /// <summary>An unsigned number of 16 bits in network byte order, as ports are.</summary>
    public void U16BigEndian(ushort type, ushort value) =>
        U16(type, BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value);

    /// <summary>An unsigned number of 32 bits in the host's byte order.</summary>
    public void U32(ushort type, uint value) => Bytes(type, MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value)));

    /// <summary>An unsigned number of 64 bits in the host's byte order.</summary>
    public void U64(ushort type, ulong value) => Bytes(type, MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in value)));

    /// <summary>An unsigned number of 64 bits in network byte order, as tunnel ids are.</summary>
    public void U64BigEndian(ushort type, ulong value) =>
        U64(type, BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value);

    /// <summary>A structure of the kernel's.</summary>
    /// <typeparam name="T">The structure.</typeparam>
    public void Struct<T>(ushort type, scoped in T value) where T : unmanaged =>
        Bytes(type, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>Text (UTF-8) with a NUL at its end.</summary>
    public void String(ushort type, string value)
    {
        Span<byte> target = Attribute(type, Encoding.UTF8.GetByteCount(value) + 1);
        if (Overflowed) return;
        Encoding.UTF8.GetBytes(value, target);
        target[^1] = 0;
    }

    /// <summary>Bytes as they are.</summary>
    public void Bytes(ushort type, scoped ReadOnlySpan<byte> value)
    {
        Span<byte> target = Attribute(type, value.Length);
        if (!Overflowed) value.CopyTo(target);
    }

    /// <summary>Room for a value of a known length, all zero, to be filled by the caller; empty where it does not fit.</summary>
    public Span<byte> Attribute(ushort type, int length)
    {
        Span<byte> target = Take(NLA_HDRLEN + length);
        if (Overflowed) return default;
        MemoryMarshal.Write(target, (ushort)(NLA_HDRLEN + length));
        MemoryMarshal.Write(target[2..], type);
        return target[NLA_HDRLEN..];
    }

    /// <summary>Begins a nested attribute; what is written until <see cref="EndNested"/> is inside it.</summary>
    /// <returns>What <see cref="EndNested"/> takes.</returns>
    public int BeginNested(ushort type) => BeginUnmarked((ushort)(type | NLA_F_NESTED));

    /// <summary>As <see cref="BeginNested"/>, without NLA_F_NESTED: for nests that are older than that flag, as RTA_METRICS.</summary>
    /// <returns>What <see cref="EndNested"/> takes.</returns>
    public int BeginUnmarked(ushort type)
    {
        int start = Length;
        Attribute(type, 0);
        return start;
    }

    /// <summary>Begins a structure that has its length in its first 16 bits, with attributes behind it, as struct rtnexthop.</summary>
    /// <typeparam name="T">The structure.</typeparam>
    /// <returns>What <see cref="EndNested"/> takes, which writes the length.</returns>
    public int BeginStruct<T>(scoped in T value) where T : unmanaged
    {
        int start = Length;
        Header(value);
        return start;
    }

    /// <summary>Ends a nested attribute.</summary>
    /// <param name="start">What <see cref="BeginNested"/> returned.</param>
    public void EndNested(int start)
    {
        if (Overflowed) return;
        if (Length - start > ushort.MaxValue) Overflowed = true;
        else MemoryMarshal.Write(buffer[start..], (ushort)(Length - start));
    }

    private Span<byte> Take(int length)
    {
        int padded = Align(length);
        if (Overflowed || length > ushort.MaxValue || padded > buffer.Length - Length)
        {
            Overflowed = true;
            return default;
        }

        Span<byte> target = buffer.Slice(Length, padded);
        target.Clear();
        Length += padded;
        return target[..length];
    }
}
