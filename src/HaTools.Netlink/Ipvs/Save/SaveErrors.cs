using System.Text;

namespace HaTools.Netlink.Ipvs.Save;

/// <summary>Collects the errors of one reading; however long the text, they stay few and short.</summary>
internal sealed class SaveErrors(int most)
{
    private const int LongestText = 64;

    private readonly List<IpvsSaveError> all = [];

    /// <summary>All of them in the order of the text; some are found only when the whole line is known.</summary>
    public IReadOnlyList<IpvsSaveError> InOrder => [.. all.Take(most).OrderBy(e => (e.Line, e.Column)), .. all.Skip(most)];

    public int Count => all.Count;

    /// <summary>Whether no more are taken.</summary>
    public bool IsFull => all.Count > most;

    public void Add(SaveWord word, string message)
    {
        if (IsFull) return;
        if (all.Count == most) message = $"{most} errors are told, and the text is not read beyond here";
        all.Add(new IpvsSaveError { Line = word.Line, Column = word.Column, Text = Printable(word.Span), Message = message });
    }

    /// <summary>The words as they can be shown on a terminal.</summary>
    private static string Printable(ReadOnlySpan<char> text)
    {
        var shown = new StringBuilder();
        int count = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (count++ == LongestText)
            {
                shown.Append('…');
                break;
            }

            if (Rune.IsControl(rune)) shown.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else shown.Append(rune.ToString());
        }

        return shown.ToString();
    }
}
