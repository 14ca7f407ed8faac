using HaTools.Engine.Control;

namespace HaTools.Engine;

/// <summary>One running node: the engine as a library. Its control socket is open while it runs.</summary>
internal sealed class HaNode : IAsyncDisposable
{
    internal HaNode(HaNodeOptions options) => Name = options.Name;

    /// <summary>The node's name.</summary>
    public string Name { get; }

    /// <summary>The desired state in force.</summary>
    public HaConfiguration Configuration => throw new NotImplementedException();

    /// <summary>Ends when the node has stopped, for whatever reason; faulted when it could not go on.</summary>
    public Task Completion => throw new NotImplementedException();

    /// <summary>Starts a node. On an exception nothing is left behind.</summary>
    /// <exception cref="HaEngineException">The configuration cannot run here (no IPVS, no such interface, the name is taken …).</exception>
    /// <exception cref="IOException">The kernel refused something.</exception>
    public static Task<HaNode> StartAsync(HaNodeOptions options, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>What the node is doing now.</summary>
    public Task<HaNodeStatus> GetStatusAsync() => throw new NotImplementedException();

    /// <summary>What <see cref="ApplyAsync"/> would do.</summary>
    public IReadOnlyList<HaChange> Plan(HaConfiguration configuration) => throw new NotImplementedException();

    /// <summary>Goes over to another desired state; what did not change is untouched. On an exception the old one is still in force.</summary>
    /// <param name="configuration">The new desired state.</param>
    /// <param name="path">Its file, for later reloads; null: as before.</param>
    /// <exception cref="HaEngineException">It cannot run here.</exception>
    public Task<ApplyResult> ApplyAsync(HaConfiguration configuration, string? path = null) => throw new NotImplementedException();

    /// <summary>Reads the configuration's file again and applies it; with errors in it nothing changes and all of them are in the reply.</summary>
    /// <exception cref="HaEngineException">The configuration did not come from a file, or cannot run here.</exception>
    public Task<PlanReply> ReloadAsync() => throw new NotImplementedException();

    /// <summary>The events after the one numbered <paramref name="since"/> (0: all that are kept), then new ones as they come, until the node stops.</summary>
    public IAsyncEnumerable<HaEvent> Events(long since, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Gives up mastership (priority 0), then takes away services, then what direct routing needed. Does nothing the second time.</summary>
    public Task StopAsync() => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
