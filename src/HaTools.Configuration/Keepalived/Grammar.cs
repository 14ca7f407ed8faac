using System.Diagnostics.CodeAnalysis;

namespace HaTools.Configuration.Keepalived;

/// <summary>What a kind of block knows.</summary>
internal interface IGrammar
{
    /// <summary>The block's keyword; empty at the top level.</summary>
    string Block { get; }

    /// <summary>The keywords that are read here.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>Whether the keyword is read here.</summary>
    bool Knows(string name);
}

/// <summary>
/// The keywords of one kind of block: those that are read, and those of keepalived's that may be passed over, with what that means.
/// </summary>
/// <typeparam name="T">What the block is read into.</typeparam>
internal sealed class Grammar<T> : IGrammar
{
    private readonly Dictionary<string, Entry> keywords = new(StringComparer.Ordinal);

    public Grammar(string block, IEnumerable<Keyword<T>> keywords, IReadOnlyDictionary<string, string>? harmless = null)
    {
        Block = block;
        Harmless = harmless ?? new Dictionary<string, string>();
        foreach (Keyword<T> keyword in keywords) this.keywords.Add(keyword.Name, new Entry(this.keywords.Count, keyword));
    }

    public string Block { get; }

    /// <summary>How many keywords are read here.</summary>
    public int Count => keywords.Count;

    public IEnumerable<string> Names => keywords.Keys;

    /// <summary>keyword -> what passing it over means.</summary>
    public IReadOnlyDictionary<string, string> Harmless { get; }

    public bool Knows(string name) => keywords.ContainsKey(name);

    public bool TryFind(string name, out int number, [NotNullWhen(true)] out Keyword<T>? keyword)
    {
        bool found = keywords.TryGetValue(name, out Entry? entry);
        (number, keyword) = (entry?.Number ?? 0, entry?.Keyword);
        return found;
    }

    private sealed record Entry(int Number, Keyword<T> Keyword);
}
