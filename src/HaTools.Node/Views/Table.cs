namespace HaTools.Node.Views;

/// <summary>Rows in columns as wide as their widest cell. A heading that begins with <c>&gt;</c> makes its column right-aligned.</summary>
internal sealed class Table(params string[] headings)
{
    private const string Gap = "  ";
    private readonly List<string[]> rows = [];

    public void Add(params string[] cells) => rows.Add(cells);

    public void Write(TextWriter output)
    {
        bool[] right = [.. headings.Select(h => h.StartsWith('>'))];
        string[] names = [.. headings.Select(h => h.TrimStart('>'))];
        int[] widths = [.. names.Select((name, i) => rows.Select(row => row[i].Length).Append(name.Length).Max())];
        foreach (string[] row in rows.Prepend(names))
            output.WriteLine(("  " + string.Join(Gap, row.Select((cell, i) => right[i] ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i])))).TrimEnd());
    }
}
