using System.Globalization;

namespace HaTools.Netlink.Ipvs.Save;

/// <summary>Numbers as strtol(3) takes them with base 10: a sign and leading zeros may be there.</summary>
internal static class SaveNumber
{
    /// <returns>The number; null: it is none, or outside the range.</returns>
    public static long? Read(ReadOnlySpan<char> text, long least, long most)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign;
        return long.TryParse(text, Style, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most ? number : null;
    }
}
