using System.Management.Automation;
using HaTools.Engine;
using HaTools.Engine.Control;
using HaTools.Module.Errors;

namespace HaTools.Module.Nodes;

/// <summary>Which running node is meant.</summary>
internal static class NodeDirectory
{
    /// <summary>
    /// The name given; without one: <c>default</c> if that runs, else the only node that runs. Whether a named one runs is found out by talking to it.
    /// </summary>
    /// <exception cref="HaErrorException">None runs, or several and none was named.</exception>
    public static string Resolve(string? name)
    {
        if (name is not null) return name;
        IReadOnlyList<string> running = NodeClient.ListNodes();
        if (running.Contains(HaNodeOptions.DefaultName)) return HaNodeOptions.DefaultName;
        return running.Count switch
        {
            0 => throw new HaErrorException(HaErrors.NodeNotRunning(null, running)),
            1 => running[0],
            _ => throw new HaErrorException(HaErrors.NodeNotNamed(running)),
        };
    }

    /// <summary>The running nodes that a list of wildcards means; null means all. What is named without a wildcard is in the answer even if it does not run.</summary>
    public static IReadOnlyList<string> Match(string[]? names)
    {
        IReadOnlyList<string> running = NodeClient.ListNodes();
        if (names is null) return running;
        var found = new List<string>();
        foreach (string name in names)
        {
            if (!WildcardPattern.ContainsWildcardCharacters(name)) found.Add(name);
            else
            {
                var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
                found.AddRange(running.Where(pattern.IsMatch));
            }
        }
        return [.. found.Distinct()];
    }

    /// <summary>One question to a node, on a connection of its own.</summary>
    public static async Task<T> AskAsync<T>(string node, Func<NodeClient, Task<T>> question, CancellationToken stop)
    {
        NodeClient client = await ConnectAsync(node, stop).ConfigureAwait(false);
        await using (client.ConfigureAwait(false)) return await question(client).ConfigureAwait(false);
    }

    public static async Task<NodeClient> ConnectAsync(string node, CancellationToken stop)
    {
        try
        {
            return await NodeClient.ConnectAsync(node, stop).ConfigureAwait(false);
        }
        catch (NodeControlException e) when (e.Error == NodeControlException.Unreachable)
        {
            throw new HaErrorException(HaErrors.NodeNotRunning(node, NodeClient.ListNodes()) with { Cause = e });
        }
    }
}
