namespace HaTools.Configuration;

/// <summary>
/// Octets as <c>UDP_CHECK</c> writes them: hexadecimal digits in pairs, with blanks between octets as one likes; a digit alone is an octet below 16. In a pattern an <c>x</c> stands for any four bits.
/// </summary>
internal sealed class OctetPattern
{
    private readonly byte[] octets;

    /// <summary>The bits that count, of each octet.</summary>
    private readonly byte[] mask;

    private OctetPattern(byte[] octets, byte[] mask) => (this.octets, this.mask) = (octets, mask);

    /// <summary>The octets; bits that any will do for are 0.</summary>
    public ReadOnlyMemory<byte> Octets => octets;

    /// <summary>Reads octets; null: there are none, or something else stands among them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="wildcards">Whether an <c>x</c> may stand for a digit.</param>
    public static OctetPattern? Parse(string text, bool wildcards)
    {
        List<byte> octets = [], mask = [];
        for (int i = 0; i < text.Length;)
        {
            if (IsBlank(text[i]))
            {
                i++;
                continue;
            }

            if (Digit(text[i++], wildcards) is not { } digit) return null;
            (int value, int bits) = (digit.Value, 0xf0 | digit.Bits);
            if (i < text.Length && !IsBlank(text[i]))
            {
                if (Digit(text[i++], wildcards) is not { } low) return null;
                (value, bits) = ((digit.Value << 4) | low.Value, (digit.Bits << 4) | low.Bits);
            }

            octets.Add((byte)value);
            mask.Add((byte)bits);
        }

        return octets.Count == 0 ? null : new OctetPattern([.. octets], [.. mask]);
    }

    /// <summary>The place, from 0, of the first octet that is not as it should be; -1: all are, as far as both go.</summary>
    public int Mismatch(ReadOnlySpan<byte> found)
    {
        int length = Math.Min(found.Length, octets.Length);
        for (int i = 0; i < length; i++)
        {
            if (((found[i] ^ octets[i]) & mask[i]) != 0) return i;
        }

        return -1;
    }

    /// <summary>The two digits of the octet at a place, from 0.</summary>
    public string At(int place) => $"{Written(octets[place] >> 4, mask[place] >> 4)}{Written(octets[place] & 0xf, mask[place] & 0xf)}";

    /// <summary>Digits in pairs without blanks.</summary>
    public override string ToString() => string.Concat(Enumerable.Range(0, octets.Length).Select(At));

    private static char Written(int value, int bits) => bits == 0 ? 'x' : "0123456789abcdef"[value];

    private static bool IsBlank(char c) => c is ' ' or '\t';

    private static (int Value, int Bits)? Digit(char c, bool wildcards) =>
        char.IsAsciiHexDigit(c) ? (Convert.ToInt32($"{c}", 16), 0xf) : wildcards && c is 'x' or 'X' ? (0, 0) : null;
}
