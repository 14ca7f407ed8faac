using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>A node of a YAML text, with its place.</summary>
internal abstract class YamlNode(TextPosition position)
{
    public TextPosition Position { get; } = position;
}

/// <summary>A scalar. What it means is decided by what is expected in its place, not by how it looks.</summary>
internal sealed class YamlScalar(TextPosition position, string text, bool plain) : YamlNode(position)
{
    public string Text { get; } = text;

    /// <summary>Whether it stands for nothing: empty, <c>~</c> or <c>null</c> without quotes.</summary>
    public bool IsNull { get; } = plain && text is "" or "~" or "null" or "Null" or "NULL";
}

/// <summary>A list.</summary>
internal sealed class YamlList(TextPosition position) : YamlNode(position)
{
    public List<YamlNode> Items { get; } = [];
}

/// <summary>A map with scalar keys, each once.</summary>
internal sealed class YamlMap(TextPosition position) : YamlNode(position)
{
    public List<(YamlScalar Key, YamlNode Value)> Entries { get; } = [];
}
