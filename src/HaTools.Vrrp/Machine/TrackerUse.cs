namespace HaTools.Vrrp;

/// <summary>What is known of a tracker.</summary>
internal enum TrackerState : byte
{
    /// <summary>No result yet.</summary>
    Unknown,
    Up,
    Down,
}

/// <summary>An instance's use of a tracker.</summary>
/// <param name="Tracker">The tracker's index.</param>
/// <param name="Weight">Added to the priority (positive: while up; negative: while failed); 0: a failure is a fault.</param>
/// <param name="InitFail">Whether no result yet counts as failed. Without it, it counts as nothing: neither weight is added.</param>
internal readonly record struct TrackerUse(int Tracker, int Weight, bool InitFail)
{
    public bool IsFailed(ReadOnlySpan<TrackerState> states) => states[Tracker] switch
    {
        TrackerState.Down => true,
        TrackerState.Unknown => InitFail,
        _ => false,
    };
}
