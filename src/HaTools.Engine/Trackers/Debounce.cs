namespace HaTools.Engine.Trackers;

/// <summary>
/// A state that only counts once it has lasted (keepalived: interface_up_down_delays), pure. Times are nanoseconds of any steady clock.
/// </summary>
/// <param name="upDelay">How long up must last before it counts.</param>
/// <param name="downDelay">How long down must last before it counts.</param>
internal struct Debounce(long upDelay, long downDelay)
{
    /// <summary>What counts now; null: nothing was heard yet.</summary>
    public bool? Settled { get; private set; }

    /// <summary>When the present state will count; null: it does.</summary>
    public long? Due { get; private set; }

    /// <summary>The delays are others from now on; a wait that is under way ends by the former ones.</summary>
    public void SetDelays(long up, long down) => (upDelay, downDelay) = (up, down);

    /// <summary>One with the same delays that has heard of nothing yet.</summary>
    public readonly Debounce Reset() => new(upDelay, downDelay);

    /// <summary>The state is this. The first one counts at once.</summary>
    /// <returns>Whether what counts has changed.</returns>
    public bool Hear(bool up, long now)
    {
        if (Settled == up)
        {
            Due = null;
            return false;
        }

        long delay = Settled is null ? 0 : up ? upDelay : downDelay;
        if (delay == 0) return Settle(up);
        Due ??= now + delay;
        return now >= Due && Settle(up);
    }

    /// <summary>Time has passed.</summary>
    /// <returns>Whether what counts has changed.</returns>
    public bool Tick(long now) => Due is { } due && now >= due && Settle(!Settled!.Value);

    private bool Settle(bool up)
    {
        (Settled, Due) = (up, null);
        return true;
    }
}
