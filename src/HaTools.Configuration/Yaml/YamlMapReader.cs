using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>
/// Reads the values of one map, notes their places, and says which keys are unknown or missing. A value that cannot be read is told and
/// counts as absent.
/// </summary>
internal sealed partial class YamlMapReader
{
    private readonly YamlReading reading;
    private readonly ModelPath path;
    private readonly Dictionary<string, YamlNode> values = new(StringComparer.Ordinal);
    private readonly TextPosition position;

    /// <param name="reading">The reading.</param>
    /// <param name="map">The map.</param>
    /// <param name="what">What the map describes, for messages.</param>
    /// <param name="keys">The keys that it may have.</param>
    /// <param name="path">Its place in the model.</param>
    public YamlMapReader(YamlReading reading, YamlMap map, string what, string[] keys, ModelPath path)
    {
        (this.reading, this.path) = (reading, path);
        position = map.Position;
        reading.Positions.Note(path, map.Position);
        reading.Count(map);
        foreach ((YamlScalar key, YamlNode value) in map.Entries)
        {
            if (!keys.Contains(key.Text))
            {
                string hint = key.Text == "<<" ? " Merge keys are not supported." : reading.Suggest(key.Text, keys);
                reading.Error("UnknownKey", key, $"A {what} has no `{key.Text}`.{hint}");
            }
            else if (value is not YamlScalar { IsNull: true }) values.Add(key.Text, value);
        }
    }

    public YamlNode? Node(string key) => values.GetValueOrDefault(key);

    public bool Required(string key, string what)
    {
        if (values.ContainsKey(key)) return true;
        reading.Diagnostics.Error("MissingKey", position, null, $"A {what} needs `{key}`.");
        return false;
    }

    /// <summary>A record in this one; null when it is absent or cannot be read.</summary>
    public T? Record<T>(string key, Func<YamlReading, YamlMap, ModelPath, T?> read) where T : class =>
        Map(key) is { } map ? read(reading, map, path.Section.Length == 0 ? new ModelPath(key) : path.Key(key)) : null;

    /// <summary>A value in this record that has a short form besides the map.</summary>
    public T? Value<T>(string key, Func<YamlReading, YamlNode, ModelPath, T?> read) where T : class =>
        Node(key) is { } node ? read(reading, node, path.Key(key)) : null;

    /// <summary>A list of records; none when it is absent.</summary>
    public ValueList<T> Records<T>(string key, Func<YamlReading, YamlNode, ModelPath, T?> read) where T : class =>
        reading.ReadList(List(key), (node, i) => read(reading, node, ElementOf(key, i)));

    /// <summary>A list of records, where a single one stands for a list of one.</summary>
    public ValueList<T> RecordOrRecords<T>(string key, Func<YamlReading, YamlMap, ModelPath, T?> read) where T : class
    {
        if (Node(key) is YamlMap map) return read(reading, map, ElementOf(key, 0)) is { } one ? [one] : [];
        return Records(key, (r, node, place) => r.ExpectMap(node, $"An element of `{key}`") is { } element ? read(r, element, place) : null);
    }

    /// <summary>A map of names that are no keys of the language, each with a single value.</summary>
    public ValueList<T> Named<T>(string key, Func<string, string, T> make)
    {
        if (Map(key) is not { } map) return [];
        reading.Positions.Note(path.Key(key), map.Position);
        var result = new List<T>(map.Entries.Count);
        foreach ((YamlScalar name, YamlNode value) in map.Entries)
        {
            reading.Count(value);
            reading.Positions.Note(path.Key($"{key}.{name.Text}"), name.Position);
            if (value is YamlScalar scalar) result.Add(make(name.Text, scalar.Text));
            else reading.WrongShape(value, $"`{name.Text}`", "a single value");
        }
        return result.ToValueList();
    }

    /// <summary>A list of words.</summary>
    public ValueList<string> Words(string key, string what) => reading.ReadList(List(key), (node, i) => Word(node, what, ElementOf(key, i)));

    /// <summary>A list of words, where a single word stands for a list of one.</summary>
    public ValueList<string> WordOrWords(string key, string what) =>
        Node(key) is YamlScalar && Scalar(key) is { } one ? [one.Text] : Words(key, what);

    /// <summary>A set of flags, as a list of their words.</summary>
    public T? Flags<T>(string key, string what) where T : struct, Enum
    {
        if (Node(key) is null) return null;
        long bits = 0;
        foreach (YamlNode node in List(key))
        {
            if (node is not YamlScalar scalar) reading.WrongShape(node, $"An element of `{key}`", "a single value");
            else if (YamlEnum<T>.TryParse(scalar.Text, out T value)) bits |= Convert.ToInt64(value, null);
            else reading.UnknownWord(scalar, what, YamlEnum<T>.Words);
        }
        return (T)Enum.ToObject(typeof(T), bits);
    }

    public YamlScalar? Scalar(string key)
    {
        if (Node(key) is not { } node) return null;
        reading.Positions.Note(path.Key(key), node.Position);
        if (node is YamlScalar scalar) return scalar;
        reading.WrongShape(node, $"`{key}`", "a single value");
        return null;
    }

    private YamlMap? Map(string key)
    {
        if (Node(key) is not { } node) return null;
        if (node is YamlMap map) return map;
        reading.WrongShape(node, $"`{key}`", "a map");
        return null;
    }

    private List<YamlNode> List(string key)
    {
        if (Node(key) is not { } node) return [];
        reading.Positions.Note(path.Key(key), node.Position);
        if (node is YamlList list) return list.Items;
        reading.WrongShape(node, $"`{key}`", "a list");
        return [];
    }

    private string? Word(YamlNode node, string what, ModelPath place)
    {
        reading.Count(node);
        reading.Positions.Note(place, node.Position);
        if (node is YamlScalar scalar) return scalar.Text;
        reading.WrongShape(node, what, "a single value");
        return null;
    }

    // The configuration's own lists are sections, as its own records are.
    private ModelPath ElementOf(string key, int item) => path.Section.Length == 0 ? new ModelPath(key, item) : path.Element(key, item);
}
