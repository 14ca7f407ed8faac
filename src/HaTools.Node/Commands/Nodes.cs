using HaTools.Engine.Control;

namespace HaTools.Node.Commands;

/// <summary>Finds the node that is meant.</summary>
internal static class Nodes
{
    /// <summary>Connects to the node named, or to the only one that runs.</summary>
    /// <exception cref="NodeControlException">It does not run, or several do and none was named.</exception>
    public static Task<NodeClient> ConnectAsync(string? name, string runDirectory, CancellationToken cancellationToken) =>
        NodeClient.ConnectAsync(name ?? TheOnly(runDirectory), runDirectory, cancellationToken);

    private static string TheOnly(string runDirectory)
    {
        IReadOnlyList<string> running = NodeClient.ListNodes(runDirectory);
        return running.Count switch
        {
            1 => running[0],
            0 => throw new NodeControlException(NodeControlException.Unreachable, $"No node runs here (there is no live socket in {runDirectory})."),
            _ => throw new NodeControlException(NodeControlException.Unreachable, $"Several nodes run here; say which with --name: {string.Join(", ", running)}."),
        };
    }
}
