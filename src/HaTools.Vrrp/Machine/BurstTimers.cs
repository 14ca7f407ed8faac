namespace HaTools.Vrrp;

/// <summary>When an instance's next announcements of each kind are due; Never: none is to come.</summary>
internal struct BurstTimers
{
    /// <summary>The second burst after a takeover.</summary>
    public long Second;

    /// <summary>The burst that follows another master's retreat at once.</summary>
    public long Reclaim;

    /// <summary>The second burst after an advert of lower priority.</summary>
    public long LowerPriority;

    public long Refresh;

    public long Extra;

    public static BurstTimers None => new()
    {
        Second = DeadlineHeap.Never,
        Reclaim = DeadlineHeap.Never,
        LowerPriority = DeadlineHeap.Never,
        Refresh = DeadlineHeap.Never,
        Extra = DeadlineHeap.Never,
    };

    public readonly long Earliest =>
        Math.Min(Math.Min(Second, Reclaim), Math.Min(LowerPriority, Math.Min(Refresh, Extra)));
}
