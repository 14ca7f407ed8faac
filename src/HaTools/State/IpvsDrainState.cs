namespace HaTools;

/// <summary>
/// The drain of a real server: it gets no new clients (weight 0), and its connections are given time to end. What that does to them the kernel decides by parameters
/// (<see cref="Meaning"/>).
/// </summary>
public sealed record IpvsDrainState
{
    /// <summary>How far it is.</summary>
    public required IpvsDrainPhase Phase { get; init; }

    /// <summary>Why the server is drained.</summary>
    public required IpvsDrainCause Cause { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The seconds that are left; null: no end is set, or it is over.</summary>
    public double? EndsIn { get; init; }

    /// <summary>Whether the server is taken out of the service at the end.</summary>
    public required bool Remove { get; init; }

    /// <summary>The weight that it has when it comes back, 0 to 65535; null: it has left the configuration.</summary>
    public int? Weight { get; init; }

    /// <summary>Clients that stay with the server (persistence templates in the kernel).</summary>
    public long PersistentClients { get; init; }

    /// <summary>What weight 0 and the removal do to the server's connections here, a sentence each.</summary>
    public IReadOnlyList<string> Meaning { get; init; } = [];
}

/// <summary>How far a drain is.</summary>
public enum IpvsDrainPhase
{
    /// <summary>There are connections left, or persistent clients that may come back.</summary>
    Draining,

    /// <summary>Nothing is left; the server stays in the service with weight 0.</summary>
    Drained,

    /// <summary>Something is left and the time is over; the server stays in the service with weight 0.</summary>
    Expired,

    /// <summary>The server is out of the service until it is restored.</summary>
    Removed,
}

/// <summary>Why a server is drained.</summary>
public enum IpvsDrainCause
{
    /// <summary>The configuration names it no more.</summary>
    Left,

    /// <summary>Somebody asked for it (<c>hanode drain</c>, Suspend-IpvsRealServer).</summary>
    ByHand,
}
