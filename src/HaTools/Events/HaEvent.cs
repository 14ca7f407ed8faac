namespace HaTools;

/// <summary>Something that happened in a node. Events are numbered without gaps, so that a listener knows whether it missed any.</summary>
public sealed record HaEvent
{
    /// <summary>1 for the first event of an engine, then one more each.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it happened (wall clock).</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The node's name.</summary>
    public required string Node { get; init; }

    /// <summary>The kind: StateChanged, GroupStateChanged, PriorityChanged, TrackerChanged, HealthChanged, WeightChanged, NameChanged, ServiceChanged, DrainChanged, ReadinessChanged, AddressChanged, ConfigurationChanged, Warning, Log.</summary>
    public required string Kind { get; init; }

    /// <summary>The object that it happened to (<c>VI_1</c>), or the node's name.</summary>
    public required string Subject { get; init; }

    /// <summary>The line for a person, in the words that keepalived's users grep for: <c>(VI_1) Entering MASTER STATE</c>.</summary>
    public required string Message { get; init; }

    /// <summary>The new state in a word (<c>MASTER</c>, <c>UP</c>; of a weight, the number), where the kind has one.</summary>
    public string? State { get; init; }
}
