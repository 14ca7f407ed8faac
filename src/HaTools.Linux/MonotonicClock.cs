namespace HaTools.Linux;

/// <summary>
/// CLOCK_BOOTTIME: nanoseconds since the host was started. It is never set, and goes on while the machine is suspended; CLOCK_MONOTONIC stands
/// still then, and a node that wakes from it as master would not see that it has slept, and that another is master by now.
/// </summary>
internal static class MonotonicClock
{
    public static long Now => Clock.Read(Libc.CLOCK_BOOTTIME);
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
