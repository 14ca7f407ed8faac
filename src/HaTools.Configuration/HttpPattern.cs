using System.Text.RegularExpressions;

namespace HaTools.Configuration;

/// <summary>
/// The regular expression of an HTTP check, which keepalived has PCRE2 understand. Here it is .NET's that takes a time that grows with the body alone, so that no body can hold up the
/// other checks: it has no lookaround, backreferences and atomic groups. What both read, but not alike, is refused.
/// </summary>
internal static class HttpPattern
{
    /// <summary>How many bytes of a body are searched.</summary>
    public const int Searched = 65536;

    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(1);

    /// <summary>The expression of a URL that has one.</summary>
    /// <exception cref="ArgumentException">.NET cannot read it.</exception>
    /// <exception cref="NotSupportedException">It wants what takes longer than the body is long.</exception>
    public static Regex Make(HttpUrl url)
    {
        RegexOptions options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
        if (url.RegexOptions.HasFlag(HttpRegexOptions.Caseless)) options |= RegexOptions.IgnoreCase;
        if (url.RegexOptions.HasFlag(HttpRegexOptions.Dotall)) options |= RegexOptions.Singleline;
        if (url.RegexOptions.HasFlag(HttpRegexOptions.Extended)) options |= RegexOptions.IgnorePatternWhitespace;
        if (url.RegexOptions.HasFlag(HttpRegexOptions.Multiline)) options |= RegexOptions.Multiline;
        return new Regex(url.Regex!, options, LongestSearch);
    }

    /// <summary>Why the expression cannot be used, in words; null: it can.</summary>
    public static string? Refusal(HttpUrl url)
    {
        if (Differing(url.Regex!) is { } difference) return difference;
        try
        {
            _ = Make(url);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
        catch (NotSupportedException)
        {
            return "lookaround, backreferences, conditions and atomic groups are not supported, since a body could make their search last as long as it likes";
        }
    }

    /// <summary>What PCRE2 and .NET both read, but each in its own way.</summary>
    private static string? Differing(string pattern)
    {
        bool isClass = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            char next = i + 1 < pattern.Length ? pattern[i + 1] : '\0';
            switch (pattern[i])
            {
                case '\\':
                    if (next == 'v') return @"\v is any vertical white space in PCRE2 and the vertical tab in .NET: write [\n\x0B\f\r]";
                    i++;
                    break;
                case '[' when !isClass:
                    isClass = true;
                    if (next == '^') next = pattern.ElementAtOrDefault(++i + 1);
                    if (next == ']') i++;
                    break;
                case '[' when next is ':' or '.' or '=':
                    return $"classes such as [:alpha:] have no counterpart in .NET: write [A-Za-z], \\d, \\w or \\s";
                case '[' when pattern[i - 1] == '-':
                    return "-[ in a class takes the inner class away from it in .NET, and is two characters in PCRE2: write -\\[";
                case ']':
                    isClass = false;
                    break;
            }
        }

        return null;
    }
}
