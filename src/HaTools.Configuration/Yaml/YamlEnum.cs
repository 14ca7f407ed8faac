namespace HaTools.Configuration.Yaml;

/// <summary>The words of an enumeration in the native language: its members' names in camelCase.</summary>
internal static class YamlEnum<T> where T : struct, Enum
{
    private static readonly Dictionary<string, T> Values = Enum.GetValues<T>().ToDictionary(v => Format(v), StringComparer.Ordinal);

    public static IReadOnlyCollection<string> Words => Values.Keys;

    public static bool TryParse(string word, out T value) => Values.TryGetValue(word, out value);

    public static string Format(T value)
    {
        string name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
