namespace HaTools.Vrrp;

/// <summary>An instance's use of a tracker.</summary>
/// <param name="Tracker">The tracker's index.</param>
/// <param name="Weight">Added to the priority (positive: while up; negative: while failed); 0: a failure is a fault.</param>
/// <param name="InitFail">Whether no result yet counts as failed. Without it, it counts as nothing: neither weight is added.</param>
internal readonly record struct TrackerUse(int Tracker, int Weight, bool InitFail)
{
    public bool IsFailed(ReadOnlySpan<TrackerReading> readings) => readings[Tracker].State switch
    {
        TrackerState.Down => true,
        TrackerState.Unknown => InitFail,
        _ => false,
    };
}
