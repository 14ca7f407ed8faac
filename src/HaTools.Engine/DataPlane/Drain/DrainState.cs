namespace HaTools.Engine.DataPlane;

/// <summary>The connections of a server.</summary>
/// <param name="Active">Those that are established or begin.</param>
/// <param name="Inactive">Those that have ended and are remembered.</param>
/// <param name="Persistent">Clients that stay with the server.</param>
internal readonly record struct DrainCounts(long Active, long Inactive, long Persistent)
{
    public static DrainCounts Of(PlaneDestination server) => new(server.ActiveConnections, server.InactiveConnections, server.PersistentConnections);
}

/// <summary>A drain as it stands. Times are of <see cref="HaTools.Linux.MonotonicClock"/>.</summary>
internal sealed record DrainState
{
    public required IpvsDrainCause Cause { get; init; }

    /// <summary>Whether the server is taken out of the service at the end; always where it has left the configuration.</summary>
    public required bool Remove { get; init; }

    public required long Began { get; init; }

    /// <summary>When it is over in any case; null: when the last connection has gone.</summary>
    public long? Deadline { get; init; }

    public IpvsDrainPhase Phase { get; init; }

    /// <summary>Whether weight 0 was read back: what is counted before says nothing.</summary>
    public bool InForce { get; init; }

    public DrainCounts Counts { get; init; }

    /// <summary>How many looks in a row have seen nothing to wait for.</summary>
    public int QuietLooks { get; init; }

    /// <summary>What was told last, and when.</summary>
    public DrainCounts Told { get; init; }

    public long ToldAt { get; init; }
}

/// <summary>What happens to a drain.</summary>
internal abstract record DrainEvent
{
    /// <summary>The server is to be drained, or it is with another limit.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="Limit">The longest time; null: none.</param>
    /// <param name="Remove">Whether it is taken out at the end.</param>
    /// <param name="Counts">What it has now.</param>
    public sealed record Begun(IpvsDrainCause Cause, TimeSpan? Limit, bool Remove, DrainCounts Counts) : DrainEvent;

    /// <summary>Weight 0 is in the plane.</summary>
    public sealed record InForce : DrainEvent;

    /// <summary>The server was looked at.</summary>
    /// <param name="Counts">What it has.</param>
    /// <param name="WaitsForClients">Whether persistent clients keep coming to it.</param>
    public sealed record Counted(DrainCounts Counts, bool WaitsForClients) : DrainEvent;

    /// <summary>Its check has failed, and it is out of the service.</summary>
    public sealed record Failed : DrainEvent;

    /// <summary>The configuration names the server, which it did not.</summary>
    public sealed record Returned : DrainEvent;

    /// <summary>The configuration names the server no more, which is drained by hand.</summary>
    /// <param name="Limit">How long its service lets such servers drain; null: not at all.</param>
    public sealed record Left(TimeSpan? Limit) : DrainEvent;

    /// <summary>The server, which has left the real servers, has its place in the service as the sorry server.</summary>
    public sealed record StandsIn : DrainEvent;

    /// <summary>The service is another virtual server's from now on.</summary>
    public sealed record Moved : DrainEvent;

    /// <summary>Somebody wants the server back.</summary>
    public sealed record Restored : DrainEvent;

    /// <summary>The service is not loaded any more: another node is its master.</summary>
    public sealed record Unloaded : DrainEvent;

    /// <summary>The service is no longer configured.</summary>
    public sealed record ServiceGone : DrainEvent;
}

/// <summary>What there is to say of a step.</summary>
internal enum DrainWord
{
    None,

    /// <summary>It has begun.</summary>
    Begun,

    /// <summary>It has another limit.</summary>
    Renewed,

    /// <summary>The counts have changed.</summary>
    Progress,

    /// <summary>Nothing is left; the server stays with weight 0.</summary>
    Drained,

    /// <summary>The time is over; the server stays with weight 0.</summary>
    Expired,

    /// <summary>Nothing is left, and it is taken out.</summary>
    Removed,

    /// <summary>The time is over, and it is taken out with what is left.</summary>
    CutOff,

    /// <summary>It has its weight again.</summary>
    Restored,

    /// <summary>It has its weight again, since the configuration names it.</summary>
    Returned,

    /// <summary>It has become the sorry server.</summary>
    StandsIn,

    /// <summary>The service has become another virtual server's.</summary>
    Moved,

    /// <summary>Its check has failed.</summary>
    Failed,

    /// <summary>It went with its service.</summary>
    WithService,
}

/// <summary>A step of <see cref="DrainLogic"/>.</summary>
/// <param name="Next">The drain from here on; null: there is none.</param>
/// <param name="Word">What there is to say.</param>
/// <param name="Write">Whether the service must be written.</param>
internal readonly record struct DrainStep(DrainState? Next, DrainWord Word = DrainWord.None, bool Write = false);
