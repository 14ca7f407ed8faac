namespace HaTools.Configuration;

/// <summary>Tells the language of a text.</summary>
internal static class ConfigurationFormatDetector
{
    /// <summary>
    /// By the file's name, else by the first line that says something: <c>key:</c>, <c>---</c> or <c>{</c> is YAML (or JSON).
    /// </summary>
    public static ConfigurationFormat Detect(ReadOnlySpan<char> text, string? fileName)
    {
        switch (Path.GetExtension(fileName)?.ToLowerInvariant())
        {
            case ".yaml" or ".yml" or ".json":
                return ConfigurationFormat.Yaml;
            case ".conf":
                return ConfigurationFormat.Keepalived;
        }
        foreach (ReadOnlySpan<char> raw in text.EnumerateLines())
        {
            ReadOnlySpan<char> line = raw.Trim().Trim('\uFEFF');
            if (line.IsEmpty || line[0] is '#' or '!') continue;
            int colon = line.IndexOf(':');
            bool key = colon > 0 && (colon == line.Length - 1 || line[colon + 1] == ' ') && line[..colon].IndexOfAny(" \t{") < 0;
            return key || line[0] == '{' || line.StartsWith("---") ? ConfigurationFormat.Yaml : ConfigurationFormat.Keepalived;
        }
        return ConfigurationFormat.Keepalived;
    }
}
