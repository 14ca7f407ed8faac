namespace HaTools;

/// <summary>The state of a static address, or of a static or virtual route or rule.</summary>
public sealed record HaNetworkObjectState
{
    /// <summary>What it is.</summary>
    public required HaNetworkObjectKind Kind { get; init; }

    /// <summary>The object in iproute2's words: <c>198.51.100.0/24 via 192.0.2.254 dev eth0</c>.</summary>
    public required string Text { get; init; }

    /// <summary>The VRRP instances whose mastership it follows; empty: it is static.</summary>
    public IReadOnlyList<string> Instances { get; init; } = [];

    /// <summary>The state.</summary>
    public required HaNetworkObjectStateKind State { get; init; }

    /// <summary>Why it is not in its place, in words; null: it is, or it is not wanted now.</summary>
    public string? Reason { get; init; }

    /// <summary>The track groups that suffer from its loss.</summary>
    public IReadOnlyList<string> TrackGroups { get; init; } = [];
}

/// <summary>Kinds of objects that are kept in the kernel.</summary>
public enum HaNetworkObjectKind
{
    /// <summary>An address.</summary>
    Address,

    /// <summary>A route.</summary>
    Route,

    /// <summary>A rule of policy routing.</summary>
    Rule,
}

/// <summary>How it stands with an object.</summary>
public enum HaNetworkObjectStateKind
{
    /// <summary>It is not wanted now: no instance that it follows is master.</summary>
    Absent,

    /// <summary>It is in its place.</summary>
    Present,

    /// <summary>An interface that it needs does not exist.</summary>
    Waiting,

    /// <summary>Others have removed it, and it is left so (<c>no_track</c>), or its time is over.</summary>
    Missing,

    /// <summary>The kernel does not take it.</summary>
    Failed,
}
