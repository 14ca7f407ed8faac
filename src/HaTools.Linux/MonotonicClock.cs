namespace HaTools.Linux;

/// <summary>CLOCK_MONOTONIC: nanoseconds since some moment in the past; it is never set, and stands still while the machine is
/// suspended.</summary>
internal static class MonotonicClock
{
    public static unsafe long Now
    {
        get
        {
            timespec now;
            _ = Libc.clock_gettime(Libc.CLOCK_MONOTONIC, &now);
            return (now.tv_sec * 1_000_000_000) + now.tv_nsec;
        }
    }
}
