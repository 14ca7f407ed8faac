using System.Collections;

namespace HaTools.Module.Completers;

/// <summary>The IPVS services of running nodes.</summary>
public sealed class ServiceIdCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Explanation)> Names(IDictionary boundParameters) =>
        RunningNodeState.Read(boundParameters).SelectMany(s => s.Services.Select(v => (v.Id, $"{v.Scheduler}, node {s.Name}")));
}
