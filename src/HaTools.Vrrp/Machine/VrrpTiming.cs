namespace HaTools.Vrrp;

/// <summary>The intervals of the protocol, in nanoseconds.</summary>
internal static class VrrpTiming
{
    /// <summary>As many intervals of silence make a master dead (RFC 9568 section 6.1; keepalived: <c>down_timer_adverts</c>).</summary>
    public const int DownTimerAdverts = 3;

    private const long Second = 1_000_000_000;

    /// <summary>
    /// What spreads the backups, so that the one of the highest priority is first: version 2 (256 - priority) / 256 seconds (RFC 3768
    /// section 6.1), version 3 that part of the master's interval (RFC 9568 section 6.1). Fractions of a nanosecond are cut off.
    /// </summary>
    public static long Skew(int version, int priority, long masterInterval) =>
        (256 - priority) * (version == 2 ? Second : masterInterval) / 256;

    /// <summary>The silence after which a backup takes over (RFC 3768: Master_Down_Interval; RFC 9568: Active_Down_Interval).</summary>
    public static long MasterDownInterval(int version, int priority, long masterInterval, int adverts = DownTimerAdverts) =>
        adverts * masterInterval + Skew(version, priority, masterInterval);
}
