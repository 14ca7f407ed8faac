namespace HaTools.Netlink.Tests;

/// <summary>Bytes written by hand: hexadecimal digits with blanks, line ends, and comments from # to the line's end.</summary>
internal static class Hex
{
    public static byte[] Bytes(string text)
    {
        IEnumerable<string> lines = text.Split('\n').Select(line => line.Split('#')[0]);
        return Convert.FromHexString(string.Concat(lines.Select(line => line.Replace(" ", "", StringComparison.Ordinal).Trim())));
    }

    public static string Text(ReadOnlySpan<byte> bytes)
    {
        string digits = Convert.ToHexStringLower(bytes);
        return string.Join('\n', digits.Chunk(8).Select(four => new string(four)));
    }
}
