using System.Text;

namespace HaTools.Engine.DnsWire;

/// <summary>Domain names on the wire (RFC 1035 sections 3.1 and 4.1.4).</summary>
internal static class DnsName
{
    /// <summary>How many bytes a name has at most, with the lengths of its labels.</summary>
    public const int Longest = 255;

    private const int Pointer = 0xC0;

    // As many as a name can have labels; a message of nothing but pointers would have one thread read for a tenth of a second.
    private const int MostPointers = 127;

    /// <summary>Writes a name, uncompressed.</summary>
    /// <param name="name">Labels with dots between them, as the rules of the configuration admit them; the dot at the end may be missing, and a dot alone is the root.</param>
    /// <param name="buffer">Of at least <see cref="Longest"/> bytes.</param>
    /// <returns>Its length in bytes.</returns>
    public static int Write(string name, Span<byte> buffer)
    {
        int length = 0;
        ReadOnlySpan<char> labels = name.AsSpan().TrimEnd('.');
        if (!labels.IsEmpty)
        {
            foreach (Range range in labels.Split('.'))
            {
                ReadOnlySpan<char> label = labels[range];
                buffer[length] = (byte)label.Length;
                length += 1 + Encoding.ASCII.GetBytes(label, buffer[(length + 1)..]);
            }
        }

        buffer[length] = 0;
        return length + 1;
    }

    /// <summary>
    /// Reads past a name, and looks at all of it: a pointer leads to before the place where the last one led, so that no name goes on for ever, and there are not more than a name can need;
    /// no name is longer than <see cref="Longest"/>.
    /// </summary>
    /// <param name="message">The whole message.</param>
    /// <param name="at">Where the name begins; then: what follows it.</param>
    /// <returns>Whether it is a name.</returns>
    public static bool TryPass(ReadOnlySpan<byte> message, ref int at) => TryRead(message, ref at, [], out _);

    /// <summary>As <see cref="TryPass"/>, and has the name as it is written uncompressed, in small letters.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="at">Where the name begins; then: what follows it.</param>
    /// <param name="name">Gets it; of <see cref="Longest"/> bytes, or none: it is not wanted.</param>
    /// <param name="length">How many bytes it has, its end included.</param>
    /// <returns>Whether it is a name.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int at, Span<byte> name, out int length)
    {
        int place = at, before = at, pointers = 0;
        length = 1;
        int? behind = null;
        while (place < message.Length)
        {
            byte first = message[place];
            if (first == 0)
            {
                at = behind ?? place + 1;
                if (!name.IsEmpty) name[length - 1] = 0;
                return true;
            }

            if ((first & Pointer) == Pointer)
            {
                if (place + 1 >= message.Length) return false;
                behind ??= place + 2;
                int target = ((first & ~Pointer) << 8) | message[place + 1];
                if (target < DnsMessage.HeaderLength || target >= before || ++pointers > MostPointers) return false;
                (place, before) = (target, target);
            }
            else
            {
                if ((first & Pointer) != 0 || length + 1 + first > Longest) return false;
                if (!name.IsEmpty && place + first < message.Length) Copy(message.Slice(place, 1 + first), name[(length - 1)..]);
                length += 1 + first;
                place += 1 + first;
            }
        }

        return false;
    }

    // No length of a label is a letter's number: they are below 64.
    private static void Copy(ReadOnlySpan<byte> label, Span<byte> name)
    {
        for (int i = 0; i < label.Length; i++) name[i] = label[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(label[i] | 0x20) : label[i];
    }
}
