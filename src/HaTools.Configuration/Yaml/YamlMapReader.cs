using System.Globalization;
using System.Net;
using HaTools.Configuration.Diagnostics;
using HaTools.Configuration.Keepalived;

namespace HaTools.Configuration.Yaml;

/// <summary>
/// Reads the values of one map, notes their places, and says which keys are unknown or missing. A value that cannot be read is told and
/// counts as absent.
/// </summary>
internal sealed class YamlMapReader
{
    private readonly YamlReading reading;
    private readonly ModelPath path;
    private readonly string prefix;
    private readonly Dictionary<string, YamlNode> values = new(StringComparer.Ordinal);
    private readonly TextPosition position;

    /// <param name="reading">The reading.</param>
    /// <param name="map">The map.</param>
    /// <param name="what">What the map describes, for messages.</param>
    /// <param name="keys">The keys that it may have.</param>
    /// <param name="path">Its place in the model.</param>
    /// <param name="prefix">Set for a record within an object (<c>check</c>): its properties are noted as <c>check.retry</c>.</param>
    public YamlMapReader(YamlReading reading, YamlMap map, string what, string[] keys, ModelPath path, string? prefix = null)
    {
        (this.reading, this.path, this.prefix) = (reading, path, prefix is null ? "" : prefix + ".");
        position = map.Position;
        reading.Positions.Note(prefix is null ? path : path with { Property = prefix }, map.Position);
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

    public string? String(string key) => Scalar(key)?.Text;

    public string? RequiredString(string key, string what) => Required(key, what) ? String(key) : null;

    public bool Required(string key, string what)
    {
        if (values.ContainsKey(key)) return true;
        reading.Diagnostics.Error("MissingKey", position, null, $"A {what} needs `{key}`.");
        return false;
    }

    public int? Integer(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        if (int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)) return value;
        reading.Error("InvalidNumber", scalar, $"`{scalar.Text}` is no whole number.");
        return null;
    }

    public int? RequiredInteger(string key, string what) => Required(key, what) ? Integer(key) : null;

    public bool? Boolean(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        switch (scalar.Text)
        {
            case "true":
                return true;
            case "false":
                return false;
            default:
                reading.Error("UnknownValue", scalar, $"`{scalar.Text}` is neither true nor false.");
                return null;
        }
    }

    public TimeSpan? Time(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        if (Durations.TryParse(scalar.Text, out TimeSpan time)) return time;
        reading.Error("InvalidTime", scalar, $"`{scalar.Text}` is no time; write 1s, 100ms, 1.5s, 5m, 2h or a number of seconds.");
        return null;
    }

    public T? Enumeration<T>(string key, string what) where T : struct, Enum
    {
        if (Scalar(key) is not { } scalar) return null;
        if (YamlEnum<T>.TryParse(scalar.Text, out T value)) return value;
        reading.UnknownWord(scalar, what, YamlEnum<T>.Words);
        return null;
    }

    public IPAddress? Address(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        if (ConfValues.TryAddress(scalar.Text, out IPAddress address)) return address;
        reading.Error("InvalidAddress", scalar, $"`{scalar.Text}` is no IP address.");
        return null;
    }

    public IPAddress? RequiredAddress(string key, string what) => Required(key, what) ? Address(key) : null;

    public SelfFencing? Fencing(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        switch (scalar.Text)
        {
            case "off":
                return SelfFencing.Off;
            case "auto":
                return SelfFencing.Automatic;
        }
        if (Durations.TryParse(scalar.Text, out TimeSpan time)
            && time >= TimeSpan.FromSeconds(2)
            && time <= TimeSpan.FromDays(1)
            && time.Ticks % TimeSpan.TicksPerSecond == 0)
        {
            return SelfFencing.After(time);
        }
        reading.Error("ValueOutOfRange", scalar, $"`{scalar.Text}` is neither off, auto nor a whole number of seconds from 2s to 86400s.");
        return null;
    }

    public YamlMap? Map(string key)
    {
        if (Node(key) is not { } node) return null;
        if (node is YamlMap map) return map;
        reading.WrongShape(node, $"`{key}`", "a map");
        return null;
    }

    /// <summary>The elements of a list; none when it is absent.</summary>
    public IReadOnlyList<YamlNode> List(string key)
    {
        if (Node(key) is not { } node) return [];
        reading.Positions.Note(path with { Property = prefix + key }, node.Position);
        if (node is YamlList list) return list.Items;
        reading.WrongShape(node, $"`{key}`", "a list");
        return [];
    }

    public YamlScalar? Scalar(string key)
    {
        if (Node(key) is not { } node) return null;
        reading.Positions.Note(path with { Property = prefix + key }, node.Position);
        if (node is YamlScalar scalar) return scalar;
        reading.WrongShape(node, $"`{key}`", "a single value");
        return null;
    }
}
