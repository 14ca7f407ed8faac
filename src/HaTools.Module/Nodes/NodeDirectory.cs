using System.Diagnostics;
using System.Management.Automation;
using HaTools.Engine;
using HaTools.Engine.Control;
using HaTools.Module.Errors;

namespace HaTools.Module.Nodes;

/// <summary>A node that a command is about.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ByName">Whether the user named it; else it was in the list of running nodes a moment ago, and may have ended since without
/// that being an error.</param>
internal readonly record struct MeantNode(string Name, bool ByName)
{
    public bool MayBeGone(HaErrorException e) => !ByName && e.Error.Id == HaErrors.NodeNotRunningId;
}

/// <summary>Which running node is meant.</summary>
internal static class NodeDirectory
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// The name given; without one: <c>default</c> if that runs, else the only node that runs. Whether a named one runs is found out by
    /// talking to it.
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

    /// <summary>
    /// The nodes that a list of wildcards means; null means all. What is named without a wildcard is in the answer even if it does not run.
    /// </summary>
    public static IReadOnlyList<MeantNode> Match(string[]? names)
    {
        IReadOnlyList<string> running = NodeClient.ListNodes();
        if (names is null) return [.. running.Select(n => new MeantNode(n, ByName: false))];
        var found = new List<MeantNode>();
        foreach (string name in names)
        {
            if (!WildcardPattern.ContainsWildcardCharacters(name)) found.Add(new MeantNode(name, ByName: true));
            else
            {
                var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
                found.AddRange(running.Where(pattern.IsMatch).Select(n => new MeantNode(n, ByName: false)));
            }
        }
        return [.. found.DistinctBy(n => n.Name)];
    }

    /// <summary>
    /// One question to a node, on a connection of its own. A node that is starting or leaving is asked again, for a while.
    /// </summary>
    public static async Task<T> AskAsync<T>(string node, Func<NodeClient, Task<T>> question, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            NodeClient client = await ConnectAsync(node, stop).ConfigureAwait(false);
            try
            {
                await using (client.ConfigureAwait(false)) return await question(client).ConfigureAwait(false);
            }
            catch (NodeControlException e) when (e.Error == NodeControlException.NotReady && Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Pause, stop).ConfigureAwait(false);
            }
        }
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
