using System.Globalization;

namespace HaTools.Engine.Trackers;

/// <summary>The number in a tracked file, as strtol(3) with base 0 reads it: blanks, a sign, then 0x…, 0… or decimal; what follows is ignored.</summary>
internal static class FileNumber
{
    /// <summary>No more than this much of a file is looked at.</summary>
    public const int MostBytes = 128;

    /// <summary>Reads it; what holds no number is 0.</summary>
    /// <returns>False: it is outside -2147483648 to 2147483648, and the last one stays (as in keepalived).</returns>
    public static bool TryParse(ReadOnlySpan<byte> content, out long number)
    {
        number = 0;
        int at = 0;
        while (at < content.Length && content[at] is (byte)' ' or (>= 9 and <= 13)) at++;
        bool negative = false;
        if (at < content.Length && content[at] is (byte)'-' or (byte)'+') negative = content[at++] == '-';
        int radix = 10;
        if (at < content.Length && content[at] == '0')
        {
            radix = 8;
            if (at + 2 < content.Length && content[at + 1] is (byte)'x' or (byte)'X' && Digit(content[at + 2]) < 16) (radix, at) = (16, at + 2);
        }

        for (; at < content.Length && Digit(content[at]) is var digit && digit < radix; at++)
        {
            number = (number * radix) + digit;
            if (number > (long)int.MaxValue + 1) return false;
        }

        if (negative) number = -number;
        return true;
    }

    /// <summary>For status.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Digit(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => character - '0',
        >= (byte)'a' and <= (byte)'f' => character - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => character - 'A' + 10,
        _ => int.MaxValue,
    };
}
