namespace HaTools.Linux;

/// <summary>CLOCK_MONOTONIC: nanoseconds since some moment in the past; it is never set, and stands still while the machine is
/// suspended.</summary>
internal static class MonotonicClock
{
    public static long Now => Clock.Read(Libc.CLOCK_MONOTONIC);

    /// <summary>CLOCK_BOOTTIME: how long the host has been up, the time that it slept included.</summary>
    public static long SinceBoot => Clock.Read(Libc.CLOCK_BOOTTIME);
}

/// <summary>CLOCK_REALTIME, which may be set, and may be wrong.</summary>
internal static class WallClock
{
    /// <summary>Nanoseconds since 1970.</summary>
    public static long UnixNanoseconds => Clock.Read(Libc.CLOCK_REALTIME);
}

file static class Clock
{
    public static unsafe long Read(int clock)
    {
        timespec now;
        _ = Libc.clock_gettime(clock, &now);
        return (now.tv_sec * 1_000_000_000) + now.tv_nsec;
    }
}
