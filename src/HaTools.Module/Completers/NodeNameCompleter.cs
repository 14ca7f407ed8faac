using System.Collections;
using HaTools.Engine.Control;

namespace HaTools.Module.Completers;

/// <summary>The nodes that run on this machine.</summary>
public sealed class NodeNameCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Explanation)> Names(IDictionary boundParameters) =>
        NodeClient.ListNodes().Select(n => (n, "running node"));
}
