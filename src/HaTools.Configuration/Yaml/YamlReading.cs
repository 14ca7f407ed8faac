using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>One reading of a native text: where messages and places go, and a guard against texts that grow through aliases.</summary>
internal sealed class YamlReading(DiagnosticBag diagnostics, ModelPositions positions)
{
    private const int SuggestionLimit = 200;
    private const int MostObjects = 250_000;

    private int suggestions;
    private int objects;

    public DiagnosticBag Diagnostics => diagnostics;

    public ModelPositions Positions => positions;

    /// <summary>Whether so many objects were read that no more are.</summary>
    public bool IsExhausted => objects > MostObjects;

    public void Count(YamlNode node)
    {
        if (++objects == MostObjects + 1)
            diagnostics.Error("TooLarge", node.Position, null,
                $"A configuration has at most {MostObjects} objects; aliases count each time.");
    }

    public void Error(string code, YamlScalar scalar, string message) => diagnostics.Error(code, scalar.Position, scalar.Text, message);

    public void UnknownWord(YamlScalar scalar, string what, IReadOnlyCollection<string> known) =>
        Error("UnknownValue", scalar, $"`{scalar.Text}` is no {what}; known: {string.Join(", ", known)}.{Suggest(scalar.Text, known)}");

    public void WrongShape(YamlNode node, string what, string expected) =>
        diagnostics.Error("WrongShape", node.Position, (node as YamlScalar)?.Text, $"{what} is {expected}, not {(node switch
        {
            YamlMap => "a map",
            YamlList => "a list",
            _ => "a single value",
        })}.");

    public string Suggest(string word, IEnumerable<string> candidates) =>
        suggestions++ < SuggestionLimit ? Suggestion.Sentence(word, candidates) : "";

    /// <summary>Reads each element of a list; those that cannot be read are left out (an error has been told).</summary>
    public ValueList<T> ReadList<T>(IReadOnlyList<YamlNode> items, Func<YamlNode, int, T?> read) where T : class
    {
        var result = new List<T>(items.Count);
        foreach (YamlNode item in items)
        {
            if (IsExhausted) break;
            if (read(item, result.Count) is { } value) result.Add(value);
        }
        return result.ToValueList();
    }

    /// <summary>An element that has to be a map.</summary>
    public YamlMap? ExpectMap(YamlNode node, string what)
    {
        if (node is YamlMap map) return map;
        WrongShape(node, what, "a map");
        return null;
    }
}
