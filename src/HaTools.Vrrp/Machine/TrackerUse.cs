namespace HaTools.Vrrp;

/// <summary>
/// An instance's use of a tracker (keepalived's track_script, track_interface, track_file, track_process, track_bfd, and track groups).
/// </summary>
/// <param name="Tracker">The tracker's index.</param>
/// <param name="Kind">Its kind: a file is a number.</param>
/// <param name="Weight">
/// 0: while the tracker is down the instance is in fault. Positive: added to the priority while it is up; negative: added, so that it lowers,
/// while it is down. A file's number is multiplied by it.
/// </param>
/// <param name="Reverse">Turns the sign of what is added; with weight 0 the tracker's being up is the fault.</param>
/// <param name="InitFail">Whether no result yet counts as down. Else it counts as nothing, and with weight 0 it is waited for.</param>
internal sealed record TrackerUse(int Tracker, TrackerKind Kind, int Weight, bool Reverse = false, bool InitFail = false)
{
    /// <summary>A file's number times its weight that is less than this is a fault, like a failure without weight.</summary>
    private const int FaultBelow = -253;

    /// <summary>The most that a tracker can add.</summary>
    private const int MostAdded = 253;

    /// <summary>Whether the instance is in fault for it.</summary>
    public bool IsFault(in TrackerReading reading)
    {
        if (Weight != 0) return Product(reading) < FaultBelow;
        return IsKnown(reading) && IsDown(reading) != Reverse;
    }

    /// <summary>Whether the instance cannot begin before there is a result.</summary>
    public bool IsAwaited(in TrackerReading reading) => Weight == 0 && Kind != TrackerKind.StaticGroup && !IsKnown(reading);

    /// <summary>What it adds to the priority.</summary>
    public int Contribution(in TrackerReading reading)
    {
        if (Weight == 0 || !IsKnown(reading)) return 0;
        if (Kind == TrackerKind.File) return (int)Math.Clamp(Product(reading), FaultBelow, MostAdded);
        bool counts = IsDown(reading) ? Weight < 0 : Weight > 0;
        return counts ? Sign * Weight : 0;
    }

    private int Sign => Reverse ? -1 : 1;

    private bool IsKnown(in TrackerReading reading) => reading.State != TrackerState.Unknown || InitFail;

    private bool IsDown(in TrackerReading reading) =>
        Kind == TrackerKind.File ? reading.Number != 0 : reading.State is TrackerState.Down or TrackerState.Unknown;

    /// <summary>A file's number, which is one of 32 bits, times the weight.</summary>
    private long Product(in TrackerReading reading) =>
        Kind == TrackerKind.File ? Math.Clamp(reading.Number, int.MinValue, int.MaxValue) * Sign * Weight : 0;
}
