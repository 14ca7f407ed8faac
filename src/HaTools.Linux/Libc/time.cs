using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>time.h</summary>
internal static unsafe partial class Libc
{
    public const int CLOCK_REALTIME = 0;
    public const int CLOCK_MONOTONIC = 1;
    public const int CLOCK_BOOTTIME = 7;

    // Answered by the vDSO without entering the kernel, so the transition out of managed code may be left out too.
    [LibraryImport(Name), SuppressGCTransition]
    public static partial int clock_gettime(int clockid, timespec* tp);
}

internal struct timespec
{
    public long tv_sec;
    public long tv_nsec;
}

internal struct itimerspec
{
    public timespec it_interval;
    public timespec it_value;
}
