using System.Buffers;
using System.Globalization;
using System.Text;

namespace HaTools.Configuration.Yaml;

/// <summary>Writes YAML by indentation.</summary>
internal sealed class YamlText
{
    private static readonly SearchValues<char> PlainCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-+=,:@% ");

    private readonly StringBuilder text = new();
    private int depth;
    private bool itemBegins;

    /// <summary>Writes <c>key: value</c>; a null value is left out.</summary>
    public void Value(string key, string? value)
    {
        if (value is not null) Line($"{key}: {Quote(value)}");
    }

    public void Value(string key, int? value)
    {
        if (value is { } number) Line(string.Create(CultureInfo.InvariantCulture, $"{key}: {number}"));
    }

    public void Value(string key, bool value) => Line($"{key}: {(value ? "true" : "false")}");

    /// <summary>Writes <c>key: word</c> as it is: a number that needs no quotes.</summary>
    public void Bare(string key, string word) => Line($"{key}: {word}");

    /// <summary>Writes a list; an empty one is left out.</summary>
    public void List<T>(string key, ValueList<T> items, Action<T> write)
    {
        if (items.Count == 0) return;
        Line(key + ":");
        depth++;
        foreach (T item in items)
        {
            itemBegins = true;
            write(item);
            // A record whose properties are all as the defaults have them.
            if (itemBegins) Line("{}");
        }
        depth--;
    }

    /// <summary>Writes a map under a key.</summary>
    public void Map(string key, Action write)
    {
        Line(key + ":");
        depth++;
        int begin = text.Length;
        write();
        depth--;
        if (text.Length == begin) text.Insert(begin - 1, " {}");
    }

    /// <summary>Writes a list element that is a single value.</summary>
    public void Item(string value) => Line(Quote(value));

    public override string ToString() => text.ToString();

    private void Line(string line)
    {
        // A list's elements stand at depth; the lines of an element that is a map stand behind its dash.
        text.Append(' ', (itemBegins ? depth - 1 : depth) * 2);
        if (itemBegins) text.Append("- ");
        itemBegins = false;
        text.Append(line).Append('\n');
    }

    // Plain where every YAML reader takes it for text or for what it is; else as a JSON string, which YAML's double quotes include.
    private static string Quote(string value)
    {
        if (IsPlain(value)) return value;
        var quoted = new StringBuilder("\"");
        foreach (char c in value)
        {
            switch (c)
            {
                case '"' or '\\':
                    quoted.Append('\\').Append(c);
                    break;
                case '\n':
                    quoted.Append("\\n");
                    break;
                case '\t':
                    quoted.Append("\\t");
                    break;
                case < ' ' or (>= '\u007f' and <= '\u00a0') or '\u2028' or '\u2029' or '\uFEFF' or (>= '\uFFFE' and <= '\uFFFF'):
                    quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    quoted.Append(c);
                    break;
            }
        }
        return quoted.Append('"').ToString();
    }

    private static bool IsPlain(string value)
    {
        if (value.Length == 0 || value.AsSpan().ContainsAnyExcept(PlainCharacters)) return false;
        if (value[0] is not '_' and not '/' && !char.IsAsciiLetterOrDigit(value[0])) return false;
        if (value[^1] is ' ' or ':' || value.Contains(": ", StringComparison.Ordinal)) return false;
        // What YAML 1.1 or 1.2 would take for a number, a date, a truth value or nothing.
        if (char.IsAsciiDigit(value[0]))
            return value.Count(c => c == '.') == 3 || Durations.TryParse(value, out _) && !char.IsAsciiDigit(value[^1]);
        return value.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "y" or "n" or "null" or "nan" or "inf");
    }
}
