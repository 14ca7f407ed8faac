namespace HaTools.Configuration;

/// <summary>How long an interface's loss may go unnoticed: a link that is gone has to count before a peer's down interval is over.</summary>
internal static class InterfaceDelays
{
    /// <summary>One interval less than the shortest down interval of a peer, to microseconds; nothing where that is one interval.</summary>
    public static TimeSpan LongestDown(VrrpInstance instance)
    {
        if (instance.DownTimerAdverts <= 1) return TimeSpan.Zero;
        long interval = instance.AdvertisementInterval.Ticks / TimeSpan.TicksPerMicrosecond;
        return TimeSpan.FromMicroseconds(interval * (instance.DownTimerAdverts - 1) - interval / 256);
    }
}
