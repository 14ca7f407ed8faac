using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>Real-time scheduling and locked memory, for the thread that must not be late.</summary>
internal static unsafe class Scheduling
{
    /// <summary>
    /// Puts the calling thread (not its process) under SCHED_RR. Children and threads that it starts do not inherit that
    /// (SCHED_RESET_ON_FORK).
    /// </summary>
    /// <param name="priority">1 to 99.</param>
    /// <param name="whyNot">The reason and what to do, when false.</param>
    public static bool TrySetRoundRobin(int priority, out string? whyNot)
    {
        sched_param param = new() { sched_priority = priority };
        if (Libc.sched_setscheduler(0, Libc.SCHED_RR | Libc.SCHED_RESET_ON_FORK, &param) == 0)
        {
            whyNot = null;
            return true;
        }

        string errno = Errno.Name(Marshal.GetLastPInvokeError());
        whyNot = $"no real-time scheduling ({errno}): grant CAP_SYS_NICE, or raise RLIMIT_RTPRIO to {priority}";
        return false;
    }

    /// <summary>
    /// Keeps the process's pages in memory from the moment that they are first touched. Without MCL_ONFAULT all of the runtime's
    /// reservations would be touched at once.
    /// </summary>
    /// <param name="whyNot">The reason and what to do, when false.</param>
    public static bool TryLockMemory(out string? whyNot)
    {
        if (Libc.mlockall(Libc.MCL_CURRENT | Libc.MCL_FUTURE | Libc.MCL_ONFAULT) == 0)
        {
            whyNot = null;
            return true;
        }

        whyNot = $"memory is not locked ({Errno.Name(Marshal.GetLastPInvokeError())}): grant CAP_IPC_LOCK, or raise RLIMIT_MEMLOCK";
        return false;
    }

    /// <summary>Lets the calling thread's timers expire on the nanosecond instead of up to 50 µs later. Real-time threads have no slack
    /// anyway.</summary>
    public static void RemoveTimerSlack() => _ = Libc.prctl(Libc.PR_SET_TIMERSLACK, 1, 0, 0, 0);
}
