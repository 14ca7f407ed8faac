using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>
/// What a file holds that is not UTF-8. Comments of a keepalived.conf may be in any encoding that leaves ASCII alone (GBK, ISO 8859); what means something may not.
/// </summary>
internal static class NotUtf8
{
    public const string Code = "NotUtf8";

    /// <summary>What a decoder puts in its place.</summary>
    public const char Replacement = '\uFFFD';

    /// <summary>Where the first of it stands in a text.</summary>
    public static TextPosition FirstIn(string text)
    {
        int at = Math.Max(0, text.IndexOf(Replacement, StringComparison.Ordinal));
        ReadOnlySpan<char> before = text.AsSpan(0, at);
        ReadOnlySpan<char> line = before[(before.LastIndexOf('\n') + 1)..];
        int pairs = 0;
        foreach (char c in line)
        {
            if (char.IsLowSurrogate(c)) pairs++;
        }

        return new TextPosition(before.Count('\n') + 1, line.Length - pairs + 1);
    }
}
