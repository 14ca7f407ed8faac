namespace HaTools;

/// <summary>
/// How virtual addresses leave the interface when the engine is killed or hangs: they have a finite valid lifetime in the kernel, which the engine
/// renews at a third of it.
/// </summary>
public sealed record SelfFencing
{
    private SelfFencing(bool enabled, TimeSpan? lifetime) => (Enabled, Lifetime) = (enabled, lifetime);

    /// <summary>On; the lifetime is the peers' longest down interval rounded up to whole seconds, at least 2 s.</summary>
    public static SelfFencing Automatic { get; } = new(true, null);

    /// <summary>Off: addresses last for ever, as keepalived's do.</summary>
    public static SelfFencing Off { get; } = new(false, null);

    /// <summary>Whether addresses expire.</summary>
    public bool Enabled { get; }

    /// <summary>The lifetime that was asked for, whole seconds from 2; null: computed.</summary>
    public TimeSpan? Lifetime { get; }

    /// <summary>On, with a lifetime of one's own.</summary>
    /// <param name="lifetime">Whole seconds, 2 s to 86400 s.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime is outside the range or has a fraction of a second.</exception>
    public static SelfFencing After(TimeSpan lifetime)
    {
        if (lifetime < TimeSpan.FromSeconds(2) || lifetime > TimeSpan.FromDays(1) || lifetime.Ticks % TimeSpan.TicksPerSecond != 0)
            throw new ArgumentOutOfRangeException(nameof(lifetime), lifetime, "A self-fencing lifetime is a whole number of seconds from 2 to 86400.");
        return new SelfFencing(true, lifetime);
    }

    /// <inheritdoc/>
    public override string ToString() => !Enabled ? "off" : Lifetime is { } t ? $"{t.TotalSeconds:0}s" : "auto";
}
