namespace HaTools.Engine.Control;

/// <summary>What the control socket asks of its node. Any method may throw <see cref="NodeControlException"/>, which the caller gets as it is.</summary>
internal interface IControlledNode
{
    Task<HaNodeStatus> GetStatusAsync();

    /// <summary>The desired state in force, as YAML, and its number: see <see cref="HaNodeStatus.Generation"/>.</summary>
    /// <param name="withSecrets">False: passwords are masked. They are for those who may change the node.</param>
    (string Yaml, int Generation) GetConfiguration(bool withSecrets);

    /// <summary>The file that a reload would read; null: none.</summary>
    string? ConfigurationPath { get; }

    Task<PlanReply> PlanAsync(ConfigurationText configuration);

    /// <summary>Goes over to that configuration.</summary>
    /// <param name="configuration">The text.</param>
    /// <param name="generation">The number of the configuration that it was made from: if another is in force by now, nothing is applied and
    /// <see cref="NodeControlException.Conflict"/> thrown. null: whatever is in force.</param>
    Task<PlanReply> ApplyAsync(ConfigurationText configuration, int? generation);

    Task<PlanReply> ReloadAsync();

    /// <summary>Has the addresses that this node holds announced once more (gratuitous ARPs, unsolicited neighbour advertisements).</summary>
    /// <param name="instance">The instance whose addresses they are; null: of all.</param>
    /// <returns>The instances that were announced: those that are master.</returns>
    Task<IReadOnlyList<string>> AnnounceAsync(string? instance);

    /// <summary>Drains a real server of the configuration, or gives a drain another limit.</summary>
    /// <param name="service">The service as <c>tcp 192.0.2.1:80</c>; <c>192.0.2.1:80</c> is a TCP one.</param>
    /// <param name="server">The server as <c>192.0.2.11:80</c>, or its address where that is clear.</param>
    /// <param name="limit">The longest time; null: none.</param>
    /// <param name="remove">Whether it is taken out of the service at the end, until it is restored.</param>
    /// <returns>What it means for the server's connections, a sentence each.</returns>
    Task<IReadOnlyList<string>> DrainAsync(string service, string server, TimeSpan? limit, bool remove);

    /// <summary>Gives a real server that is drained its weight again.</summary>
    Task RestoreAsync(string service, string server);

    /// <summary>Begins to stop the node; ends when its addresses and services are given up, while the control socket can still say so.</summary>
    /// <param name="by">Who has asked for it, for the log.</param>
    Task ReleaseAsync(string by);

    /// <summary>The events after number <paramref name="since"/>, then new ones as they come, until the node stops.</summary>
    IAsyncEnumerable<HaEvent> Events(long since, CancellationToken cancellationToken);
}
