using System.Collections;

namespace HaTools.Module.Completers;

/// <summary>The network interfaces of this namespace.</summary>
public sealed class InterfaceNameCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Explanation)> Names(IDictionary boundParameters)
    {
        const string folder = "/sys/class/net";
        if (!Directory.Exists(folder)) yield break;
        foreach (string path in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
            yield return (Path.GetFileName(path), "network interface");
    }
}
