namespace HaTools.Engine.Trackers;

/// <summary>
/// Whether as many processes run as should, pure (keepalived: quorum, quorum_max, fork_delay, terminate_delay). What a process that came has
/// changed waits for the fork delay, what one that went has changed for the terminate delay; if it is undone before, nothing happened.
/// </summary>
internal struct ProcessQuorum(int least, int most, long forkDelay, long terminateDelay)
{
    private int count;

    /// <summary>What counts now; null: nothing was counted yet.</summary>
    public bool? Settled { get; private set; }

    /// <summary>When what is now will count; null: it does.</summary>
    public long? Due { get; private set; }

    public static ProcessQuorum Of(ProcessTracker tracker) => new(
        tracker.QuorumMax == 0 ? 0 : tracker.Quorum, tracker.QuorumMax ?? int.MaxValue, TrackerTiming.Nanoseconds(tracker.ForkDelay),
        TrackerTiming.Nanoseconds(tracker.TerminateDelay));

    /// <summary>So many run. The first count holds at once.</summary>
    /// <returns>Whether what counts has changed.</returns>
    public bool Hear(int processes, long now)
    {
        bool came = processes > count;
        count = processes;
        bool right = IsRight;
        if (Settled == right)
        {
            Due = null;
            return false;
        }

        long delay = Settled is null ? 0 : came ? forkDelay : terminateDelay;
        if (Due is null && delay > 0) Due = now + delay;
        return (Due is null || now >= Due) && Settle();
    }

    /// <summary>Time has passed.</summary>
    /// <returns>Whether what counts has changed.</returns>
    public bool Tick(long now) => Due is { } due && now >= due && Settle();

    private readonly bool IsRight => count >= least && count <= most;

    private bool Settle()
    {
        bool changed = Settled != IsRight;
        (Settled, Due) = (IsRight, null);
        return changed;
    }
}
