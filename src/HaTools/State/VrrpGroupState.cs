namespace HaTools;

/// <summary>The state of a sync group: that of its members, which agree.</summary>
public sealed record VrrpGroupState
{
    /// <summary>The group's name.</summary>
    public required string Name { get; init; }

    /// <summary>The state.</summary>
    public required VrrpStateKind State { get; init; }

    /// <summary>When it was entered.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The members' names.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>The notify scripts; null when there are none.</summary>
    public HaNotifyState? Notify { get; init; }
}
