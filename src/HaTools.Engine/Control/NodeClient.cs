namespace HaTools.Engine.Control;

/// <summary>
/// A connection to a running node's control socket. Calls on one client wait for each other; <see cref="MonitorAsync"/> opens a connection of its own.
/// Every method throws <see cref="NodeControlException"/> when the node answers with an error or goes away.
/// </summary>
internal sealed class NodeClient : IAsyncDisposable
{
    internal NodeClient(string node) => Node = node;

    /// <summary>The node's name.</summary>
    public string Node { get; }

    /// <summary>Connects to the node of that name.</summary>
    /// <exception cref="NodeControlException">No such node runs, or the caller may not talk to it.</exception>
    public static Task<NodeClient> ConnectAsync(string node, CancellationToken cancellationToken = default) =>
        ConnectAsync(node, HaNodeOptions.DefaultRunDirectory, cancellationToken);

    /// <summary>Connects to the node of that name whose socket is in another directory.</summary>
    /// <exception cref="NodeControlException">No such node runs, or the caller may not talk to it.</exception>
    public static Task<NodeClient> ConnectAsync(string node, string runDirectory, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>The names of the nodes that run on this machine (in this mount namespace), sorted.</summary>
    public static IReadOnlyList<string> ListNodes(string runDirectory = HaNodeOptions.DefaultRunDirectory) => throw new NotImplementedException();

    public Task<HaNodeStatus> GetStatusAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>The configuration in force, as YAML text.</summary>
    public Task<ConfigurationText> GetConfigurationAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>What <see cref="ApplyAsync"/> would do; a text with errors is answered with its diagnostics and no change.</summary>
    public Task<PlanReply> PlanAsync(ConfigurationText configuration, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Goes over to that configuration; a text with errors is answered with its diagnostics, and nothing changes.</summary>
    public Task<PlanReply> ApplyAsync(ConfigurationText configuration, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Has the node read its configuration's file again and apply it.</summary>
    public Task<PlanReply> ReloadAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Stops the node: returns when it has given up its addresses and services.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>
    /// The events after the one numbered <paramref name="since"/>, then new ones as they come, until the node stops. A listener that is too slow
    /// sees a gap in <see cref="HaEvent.Sequence"/>.
    /// </summary>
    public IAsyncEnumerable<HaEvent> MonitorAsync(long since = 0, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
