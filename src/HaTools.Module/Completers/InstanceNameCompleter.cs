using System.Collections;

namespace HaTools.Module.Completers;

/// <summary>The VRRP instances of running nodes.</summary>
public sealed class InstanceNameCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Explanation)> Names(IDictionary boundParameters) =>
        RunningNodeState.Read(boundParameters).SelectMany(s =>
            s.Instances.Select(i => (i.Name, $"{i.State} on {i.Interface}, node {s.Name}")));
}
