using System.Globalization;

namespace HaTools;

/// <summary>
/// Text of others on a line of ours: a name in a configuration must neither break the line, which programs read, nor speak to the terminal.
/// </summary>
internal static class Printable
{
    /// <summary>The text with control characters as <c>\u001b</c>.</summary>
    public static string Of(string text) => !text.Any(char.IsControl)
        ? text
        : string.Concat(text.Select(static c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString()));
}
