namespace HaTools.Engine.Vrrp;

/// <summary>How long virtual addresses live in the kernel without being renewed.</summary>
internal static class FencingLifetime
{
    private const uint Shortest = 2;

    /// <summary>The valid lifetime in seconds; null: for ever.</summary>
    /// <remarks>
    /// Automatic: the longest that any peer waits before it takes over, that is 3 intervals (<see cref="VrrpInstance.DownTimerAdverts"/>) and the
    /// skew of priority 1 (RFC 9568 section 6.1, RFC 3768 section 6.1), in whole seconds. Earlier would leave the address nowhere, later in two places.
    /// </remarks>
    public static uint? Seconds(VrrpInstance instance, SelfFencing ofNode)
    {
        SelfFencing fencing = instance.SelfFencing ?? ofNode;
        if (!fencing.Enabled) return null;
        if (fencing.Lifetime is { } asked) return (uint)asked.TotalSeconds;
        double interval = instance.AdvertisementInterval.TotalSeconds;
        // Version 2 reckons with a second, whatever the interval; where both are spoken, the slower peer counts.
        double unit = instance.Version == 2 ? 1 : instance.AlsoVersion2 ? Math.Max(1, interval) : interval;
        double skew = 255.0 / 256 * unit;
        return Math.Max(Shortest, (uint)Math.Ceiling((instance.DownTimerAdverts * interval) + skew));
    }
}
