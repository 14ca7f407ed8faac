using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>Notify FIFOs.</summary>
internal static partial class YamlReader
{
    // A path, or a map where there is more to say.
    private static NotifyFifo? NotifyFifo(YamlReading reading, YamlNode node, ModelPath path)
    {
        if (Word(reading, node, path) is { } word) return new NotifyFifo(word);
        const string what = "notify FIFO";
        if (reading.ExpectMap(node, "A notify FIFO") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.NotifyFifo, path);
        string? user = keys.String("user");
        NotifyScript? script = keys.Value("script", NotifyScript);
        return keys.RequiredString("path", what) is { } file ? new NotifyFifo(file) { User = user, Script = script } : null;
    }
}
