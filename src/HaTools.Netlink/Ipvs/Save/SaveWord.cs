namespace HaTools.Netlink.Ipvs.Save;

/// <summary>A word of the text, or a part of one, and where it stands (from 1).</summary>
internal readonly record struct SaveWord(string Source, int Start, int Length, int Line, int Column)
{
    public ReadOnlySpan<char> Span => Source.AsSpan(Start, Length);

    /// <summary>The rest of it; what is before consists of letters of ASCII, each a column wide.</summary>
    public SaveWord From(int offset) => Part(offset, Length - offset);

    /// <inheritdoc cref="From"/>
    public SaveWord Part(int offset, int length) => new(Source, Start + offset, length, Line, Column + offset);

    public override string ToString() => Span.ToString();
}
