namespace HaTools.Configuration.Yaml;

/// <summary>The words of an enumeration in the native language: its members' names in camelCase; a set of flags has none for the empty set.</summary>
internal static class YamlEnum<T> where T : struct, Enum
{
    private static readonly Dictionary<string, T> Values = Enum.GetValues<T>()
        .Where(v => !typeof(T).IsDefined(typeof(FlagsAttribute), false) || !v.Equals(default(T)))
        .ToDictionary(v => Format(v), StringComparer.Ordinal);

    public static IReadOnlyCollection<string> Words => Values.Keys;

    public static bool TryParse(string word, out T value) => Values.TryGetValue(word, out value);

    public static string Format(T value)
    {
        string name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>The words of the flags that are set.</summary>
    public static IEnumerable<string> FormatFlags(T value) => Values.Where(v => value.HasFlag(v.Value)).Select(v => v.Key);
}
