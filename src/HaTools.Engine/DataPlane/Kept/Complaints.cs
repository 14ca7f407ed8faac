namespace HaTools.Engine.DataPlane;

/// <summary>What is wrong with some things, a sentence each, told when it is first so and shown as long as it is.</summary>
/// <param name="sink">Hears of it.</param>
/// <param name="subject">What it is about, for events.</param>
internal sealed class Complaints(IServiceSink sink, string subject)
{
    private readonly SortedDictionary<string, string> texts = new(StringComparer.Ordinal);

    /// <summary>The sentences.</summary>
    public IReadOnlyList<string> All => [.. texts.Values];

    public void Set(string name, string text)
    {
        if (texts.GetValueOrDefault(name) == text) return;
        texts[name] = text;
        sink.OnService("Warning", subject, text, null);
    }

    public void Clear(string name) => _ = texts.Remove(name);
}
