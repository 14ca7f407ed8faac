using System.Buffers.Binary;

namespace HaTools;

/// <summary>
/// An address as a big-endian number: one of IPv4 in the low 32 bits. In place of System.UInt128: a method that touches that one, or a struct that holds one, is
/// never compiled ahead (ReadyToRun leaves it to the just-in-time compiler, since its layout in calls is not settled), and every step of the router touches an
/// address.
/// </summary>
public readonly struct AddressBits : IEquatable<AddressBits>
{
    /// <summary>The number of bytes.</summary>
    public const int Size = 16;

    private readonly ulong high;
    private readonly ulong low;

    /// <param name="high">The first 64 bits.</param>
    /// <param name="low">The last 64 bits.</param>
    public AddressBits(ulong high, ulong low) => (this.high, this.low) = (high, low);

    /// <summary>A number of 32 bits, such as an IPv4 address.</summary>
    public static implicit operator AddressBits(uint value) => new(0, value);

    /// <summary>The last 64 bits. None to a shorter number than an address of IPv4: a cast to one between would go by it, and lose bits.</summary>
    public static explicit operator ulong(AddressBits value) => value.low;

    /// <summary>The last 32 bits: an IPv4 address.</summary>
    public static explicit operator uint(AddressBits value) => (uint)value.low;

    /// <summary>Whether they are the same.</summary>
    public static bool operator ==(AddressBits left, AddressBits right) => left.low == right.low && left.high == right.high;

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(AddressBits left, AddressBits right) => !(left == right);

    /// <summary>Whether the one number is below the other.</summary>
    public static bool operator <(AddressBits left, AddressBits right) =>
        left.high != right.high ? left.high < right.high : left.low < right.low;

    /// <summary>Whether the one number is above the other.</summary>
    public static bool operator >(AddressBits left, AddressBits right) => right < left;

    /// <summary>The bits in which they differ.</summary>
    public static AddressBits operator ^(AddressBits left, AddressBits right) => new(left.high ^ right.high, left.low ^ right.low);

    /// <summary>Without the last bits.</summary>
    /// <param name="value">The number.</param>
    /// <param name="count">0 to 127.</param>
    public static AddressBits operator >>(AddressBits value, int count) => count switch
    {
        0 => value,
        < 64 => new(value.high >> count, (value.low >> count) | (value.high << (64 - count))),
        _ => new(0, value.high >> (count - 64)),
    };

    /// <summary>Reads 16 bytes in network byte order.</summary>
    public static AddressBits Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>Writes 16 bytes in network byte order.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], low);
    }

    /// <inheritdoc/>
    public bool Equals(AddressBits other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AddressBits other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(high, low);

    /// <summary>The number in hexadecimal.</summary>
    public override string ToString() => $"0x{high:x16}{low:x16}";
}
