namespace HaTools.Engine.Notify.Deliveries;

/// <summary>What became of something that was to be delivered.</summary>
internal enum DeliveryResult
{
    Delivered,

    /// <summary>It was refused for good.</summary>
    Refused,

    /// <summary>It was refused for now.</summary>
    Deferred,

    /// <summary>Its turn did not come.</summary>
    Untried,
}

/// <summary>Something that waits to be delivered.</summary>
/// <param name="content">What.</param>
/// <param name="since">Since when it waits.</param>
internal sealed class Parcel<T>(T content, long since)
{
    public T Content => content;

    public long Since => since;

    /// <summary>How often it was deferred.</summary>
    public int Deferrals { get; set; }

    /// <summary>When it may be tried again.</summary>
    public long NotBefore { get; set; }

    /// <summary>Whether it is being delivered.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>Whether it is not known yet if it is to be delivered at all.</summary>
    public bool IsHeld { get; set; }
}

/// <summary>What waits to be delivered, oldest first, pure: so much at most, for so long at most, and what is deferred after pauses that grow.</summary>
internal sealed class Outbox<T>(DeliveryPace pace)
{
    private readonly List<Parcel<T>> parcels = [];

    public int Count => parcels.Count;

    /// <summary>Takes something in.</summary>
    /// <param name="content">What.</param>
    /// <param name="now">The time.</param>
    /// <param name="isHeld">Whether it stays here until <see cref="Confirm"/>.</param>
    /// <returns>Whether the oldest was thrown away for it.</returns>
    public bool Add(T content, long now, bool isHeld = false)
    {
        parcels.Add(new Parcel<T>(content, now) { IsHeld = isHeld });
        if (parcels.Count <= pace.Most) return false;
        parcels.RemoveAt(parcels.FindIndex(p => !p.IsUnderWay));
        return true;
    }

    /// <summary>Takes what may be delivered now; until it is settled it is nobody else's.</summary>
    /// <param name="now">The time; the greatest there is: whatever was deferred to.</param>
    /// <param name="most">How much at most.</param>
    public IReadOnlyList<Parcel<T>> Take(long now, int most)
    {
        List<Parcel<T>> taken = [.. parcels.Where(p => !p.IsUnderWay && !p.IsHeld && p.NotBefore <= now).Take(most)];
        foreach (Parcel<T> one in taken) one.IsUnderWay = true;
        return taken;
    }

    /// <summary>What was deferred may be taken at once, and waits no longer than the first time when it is deferred again.</summary>
    public void Recall()
    {
        foreach (Parcel<T> one in parcels) (one.Deferrals, one.NotBefore) = (0, 0);
    }

    /// <summary>What is held is to be delivered, after what waits already.</summary>
    /// <param name="confirmed">Hears of each, in that order; null: nobody does.</param>
    public void Confirm(Action<T>? confirmed = null)
    {
        Parcel<T>[] held = [.. parcels.Where(p => p.IsHeld)];
        _ = parcels.RemoveAll(p => p.IsHeld);
        foreach (Parcel<T> one in held)
        {
            one.IsHeld = false;
            confirmed?.Invoke(one.Content);
            parcels.Add(one);
        }
    }

    /// <summary>What is held is not to be delivered.</summary>
    /// <param name="isMeant">Whether this is so of one; null: of all.</param>
    public void Revoke(Predicate<T>? isMeant = null) => _ = parcels.RemoveAll(p => p.IsHeld && isMeant?.Invoke(p.Content) != false);

    /// <summary>When there will be something to take; null: there is nothing.</summary>
    public long? NextAt => parcels.Where(p => !p.IsUnderWay && !p.IsHeld).Select(p => (long?)p.NotBefore).Min();

    /// <summary>Takes the word on what became of something that was taken.</summary>
    public void Settle(Parcel<T> parcel, DeliveryResult result, long now)
    {
        parcel.IsUnderWay = false;
        if (result is DeliveryResult.Delivered or DeliveryResult.Refused) _ = parcels.Remove(parcel);
        else if (result == DeliveryResult.Deferred) parcel.NotBefore = now + pace.PauseAfter(++parcel.Deferrals);
    }

    /// <summary>Gives up what has waited for too long.</summary>
    /// <returns>How much that is.</returns>
    public int Expire(long now) => parcels.RemoveAll(p => !p.IsUnderWay && now - p.Since >= pace.Lifetime);
}

/// <summary>How hard something is tried; times in nanoseconds.</summary>
internal sealed record DeliveryPace
{
    /// <summary>How much may wait.</summary>
    public int Most { get; init; } = 1024;

    /// <summary>How much is delivered in one go.</summary>
    public int AtOnce { get; init; } = 50;

    /// <summary>The pause after the first failure; each is twice the one before.</summary>
    public long FirstPause { get; init; } = 5_000_000_000;

    public long LongestPause { get; init; } = 300_000_000_000;

    /// <summary>After this time it is given up.</summary>
    public long Lifetime { get; init; } = 3600_000_000_000;

    /// <summary>The pause that the other side has asked for, between the pause that there is anyway and the longest.</summary>
    public long PauseAfter(int failures, TimeSpan? asked) => Math.Max(PauseAfter(failures), (long)Math.Min(LongestPause, (asked ?? TimeSpan.Zero).TotalNanoseconds));

    public long PauseAfter(int failures) => Math.Min(LongestPause, FirstPause << Math.Min(failures - 1, 16));
}
