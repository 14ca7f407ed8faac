using System.Collections;
using HaTools.Engine.Control;

namespace HaTools.Module.Completers;

/// <summary>Asks running nodes for completers: quickly, or not at all.</summary>
internal static class RunningNodeState
{
    public static IReadOnlyList<HaNodeStatus> Read(IDictionary boundParameters)
    {
        string? asked = boundParameters["Node"] as string;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var found = new List<HaNodeStatus>();
        foreach (string node in NodeClient.ListNodes())
        {
            if (asked is not null && asked != node) continue;
            try
            {
                Task<HaNodeStatus> status = Nodes.NodeDirectory.AskAsync(node, c => c.GetStatusAsync(patience.Token), patience.Token);
                found.Add(status.GetAwaiter().GetResult());
            }
            catch (Exception e) when (e is NodeControlException or Errors.HaErrorException or OperationCanceledException)
            {
                // A completer has nobody to tell: this node's names are simply not offered.
            }
        }
        return found;
    }
}
