using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using static HaTools.Netlink.linux_netlink;

namespace HaTools.Netlink;

/// <summary>
/// Reads netlink attributes. The error is sticky: after the first thing that is wrong, <see cref="Next"/> is false and values are zero,
/// so that a decoder reads straight on and asks once, at the end (<see cref="ThrowIfMalformed"/>).
/// </summary>
/// <example><code>
/// while (reader.Next())
/// {
///     switch (reader.Type)
///     {
///         case IFA_LABEL: label = reader.String(); break;
///         case IFLA_LINKINFO: var outer = reader.Enter(); while (reader.Next()) …; reader.Leave(outer); break;
///     }
/// }
/// reader.ThrowIfMalformed("reading an address");
/// </code></example>
public ref struct AttributeReader
{
    private ReadOnlySpan<byte> rest;
    private ReadOnlySpan<byte> value;

    /// <summary>Reads from the first attribute of a message, behind its fixed header.</summary>
    /// <param name="attributes">The bytes of all attributes.</param>
    public AttributeReader(ReadOnlySpan<byte> attributes) => rest = attributes;

    /// <summary>
    /// Reads a message's fixed header and begins with the attributes behind it; malformed where the message is shorter than the header.
    /// </summary>
    /// <typeparam name="T">The header's structure.</typeparam>
    /// <param name="payload">The message behind its netlink header.</param>
    /// <param name="header">The header; all zero where the message is shorter.</param>
    public static AttributeReader Read<T>(ReadOnlySpan<byte> payload, out T header) where T : unmanaged
    {
        if (!MemoryMarshal.TryRead(payload, out header)) return new AttributeReader(default) { Error = AttributeError.Truncated };
        return new AttributeReader(payload[Math.Min(Align(Unsafe.SizeOf<T>()), payload.Length)..]);
    }

    /// <summary>The current attribute's type, without the bits for nested and byte order.</summary>
    public ushort Type { get; private set; }

    /// <summary>The current attribute's bytes.</summary>
    public readonly ReadOnlySpan<byte> Value => Error == AttributeError.None ? value : default;

    /// <summary>The first thing that was wrong.</summary>
    public AttributeError Error { get; private set; }

    /// <summary>The type of the attribute that <see cref="Error"/> is about.</summary>
    public ushort ErrorType { get; private set; }

    /// <summary>Goes to the next attribute. False: there is none, or something is wrong.</summary>
    public bool Next()
    {
        if (Error != AttributeError.None || rest.IsEmpty) return false;
        if (rest.Length < NLA_HDRLEN) return Fail(AttributeError.Truncated);

        ushort length = MemoryMarshal.Read<ushort>(rest);
        Type = (ushort)(MemoryMarshal.Read<ushort>(rest[2..]) & NLA_TYPE_MASK);
        if (length < NLA_HDRLEN || length > rest.Length) return Fail(AttributeError.Truncated);

        value = rest[NLA_HDRLEN..length];
        rest = rest[Math.Min(Align(length), rest.Length)..];
        return true;
    }

    /// <summary>Goes into the current attribute: <see cref="Next"/> then reads what is nested in it.</summary>
    /// <returns>What <see cref="Leave"/> takes to come back.</returns>
    public Place Enter()
    {
        var outer = new Place(rest);
        rest = Value;
        return outer;
    }

    /// <summary>Comes back from a nested attribute.</summary>
    /// <param name="outer">What <see cref="Enter"/> returned.</param>
    public void Leave(Place outer) => rest = outer.Rest;

    /// <summary>The value as an unsigned number of 8 bits.</summary>
    public byte U8() => Is(1) ? value[0] : (byte)0;

    /// <summary>The value as an unsigned number of 16 bits in the host's byte order.</summary>
    public ushort U16() => Is(2) ? MemoryMarshal.Read<ushort>(value) : (ushort)0;

    /// <summary>The value as an unsigned number of 16 bits in network byte order, as ports are.</summary>
    public ushort U16BigEndian() => Is(2) ? BinaryPrimitives.ReadUInt16BigEndian(value) : (ushort)0;

    /// <summary>The value as an unsigned number of 32 bits in the host's byte order.</summary>
    public uint U32() => Is(4) ? MemoryMarshal.Read<uint>(value) : 0;

    /// <summary>The value as an unsigned number of 64 bits in the host's byte order. It need not be aligned.</summary>
    public ulong U64() => Is(8) ? MemoryMarshal.Read<ulong>(value) : 0;

    /// <summary>The value as an unsigned number of 64 bits in network byte order, as tunnel ids are.</summary>
    public ulong U64BigEndian() => Is(8) ? BinaryPrimitives.ReadUInt64BigEndian(value) : 0;

    /// <summary>The value as an unsigned number of 32 or 64 bits: for counters whose width grew.</summary>
    public ulong U32OrU64() => Value.Length == 4 ? U32() : U64();

    /// <summary>The value as text (UTF-8) up to its first NUL.</summary>
    public string String()
    {
        ReadOnlySpan<byte> text = Value;
        int end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }

    /// <summary>The value's first bytes as a structure of the kernel's, which later kernels may have made longer.</summary>
    /// <typeparam name="T">The structure.</typeparam>
    public T Struct<T>() where T : unmanaged
    {
        if (MemoryMarshal.TryRead(Value, out T read)) return read;
        Fail(AttributeError.WrongLength);
        return default;
    }

    /// <summary>Says that the current attribute's value is one that cannot be.</summary>
    public void Invalid() => Fail(AttributeError.InvalidValue);

    /// <summary>Throws where something was wrong.</summary>
    /// <param name="operation">What was being read, for the message.</param>
    /// <exception cref="NetlinkException">Something was wrong; its Errno is 0.</exception>
    public readonly void ThrowIfMalformed(string operation)
    {
        if (Error == AttributeError.None) return;
        throw new NetlinkException($"{operation}: the kernel's answer is malformed (attribute {ErrorType}: {Error})", null, 0);
    }

    private bool Is(int length)
    {
        if (Error != AttributeError.None) return false;
        return value.Length == length || Fail(AttributeError.WrongLength);
    }

    private bool Fail(AttributeError error)
    {
        if (Error == AttributeError.None) (Error, ErrorType) = (error, Type);
        value = default;
        return false;
    }

    /// <summary>A place to come back to.</summary>
    public readonly ref struct Place
    {
        internal Place(ReadOnlySpan<byte> rest) => Rest = rest;

        internal ReadOnlySpan<byte> Rest { get; }
    }
}

/// <summary>What can be wrong with attributes.</summary>
public enum AttributeError
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A header or value ends behind the message.</summary>
    Truncated,

    /// <summary>A value has not the length of its kind.</summary>
    WrongLength,

    /// <summary>A value is one that cannot be.</summary>
    InvalidValue,
}
