namespace HaTools.Vrrp;

/// <summary>What a tracker watches.</summary>
internal enum TrackerKind
{
    /// <summary><see cref="ScriptTracker"/>: up, down.</summary>
    Script,

    /// <summary>An interface, by its own name: up, down. One that does not exist is down.</summary>
    Interface,

    /// <summary><see cref="FileTracker"/>: a number.</summary>
    File,

    /// <summary><see cref="ProcessTracker"/>: up (as many processes as there should be), down.</summary>
    Process,

    /// <summary><see cref="BfdSession"/>: up, down.</summary>
    Bfd,

    /// <summary><see cref="StaticTrackGroup"/>: up while all that names the group is in its place, down when something of it is gone.</summary>
    StaticGroup,
}

/// <summary>A tracker by name.</summary>
/// <param name="Kind">The kind; names are unique within it.</param>
/// <param name="Name">The tracker's name; for an interface its own.</param>
internal sealed record TrackerKey(TrackerKind Kind, string Name);

/// <summary>What is known of a tracker.</summary>
internal enum TrackerState : byte
{
    /// <summary>No result yet.</summary>
    Unknown,

    /// <summary>Bad, after fall counts and delays.</summary>
    Down,

    /// <summary>Good, after rise counts and delays.</summary>
    Up,

    /// <summary>The number in a file.</summary>
    Number,
}

/// <summary>The present result of a tracker, before anybody's weight and <c>reverse</c>.</summary>
internal readonly record struct TrackerReading
{
    private TrackerReading(TrackerState state, long number = 0) => (State, Number) = (state, number);

    /// <summary>No result yet.</summary>
    public static TrackerReading Unknown => default;

    public static TrackerReading Down => new(TrackerState.Down);

    public static TrackerReading Up => new(TrackerState.Up);

    /// <summary>Down, and never up so far, though there was not the time for it: down for instances, and nothing yet for checks.</summary>
    public static TrackerReading NotYetUp => Down with { IsProvisional = true };

    public TrackerState State { get; }

    /// <summary>Whether it is down only for <see cref="NotYetUp"/>.</summary>
    public bool IsProvisional { get; private init; }

    /// <summary>The number of a file tracker; 0 with any other state.</summary>
    public long Number { get; }

    /// <summary>A file's number.</summary>
    public static TrackerReading Of(long number) => new(TrackerState.Number, number);

    /// <summary>Up or down.</summary>
    public static TrackerReading Of(bool up) => up ? Up : Down;
}
