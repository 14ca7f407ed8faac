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

    /// <summary>Takes a thread of this process out of real-time scheduling, which needs no privilege.</summary>
    /// <param name="thread">The kernel's number of it; one that has ended is passed over.</param>
    public static void MakeUsual(int thread)
    {
        sched_param param = default;
        _ = Libc.sched_setscheduler(thread, Libc.SCHED_OTHER | Libc.SCHED_RESET_ON_FORK, &param);
    }

    /// <summary>
    /// Gives every thread of the process a nice value, which threads that they start inherit, and children do not
    /// (<see cref="ChildrenAreUsual"/>). A collection of garbage holds the real-time thread up until every other thread has been on a processor once: beside
    /// programs that want them all, threads of the usual priority need tens of milliseconds for that.
    /// </summary>
    /// <param name="nice">-20 to 19.</param>
    /// <param name="whyNot">The reason and what to do, when false.</param>
    public static bool TrySetNice(int nice, out string? whyNot)
    {
        bool found;
        do
        {
            // A thread that was made meanwhile may be in no list, and its maker may not have had the value yet: until there is none without it.
            found = false;
            foreach (string thread in Directory.EnumerateDirectories("/proc/self/task"))
            {
                int id = int.Parse(Path.GetFileName(thread), System.Globalization.CultureInfo.InvariantCulture);
                if (Libc.getpriority(Libc.PRIO_PROCESS, id) == nice) continue;
                if (Libc.setpriority(Libc.PRIO_PROCESS, id, nice) == 0)
                {
                    found = true;
                    continue;
                }

                int error = Marshal.GetLastPInvokeError();
                // It ended since it was listed.
                if (error == Errno.ESRCH) continue;
                whyNot = $"no nice value of {nice} ({Errno.Name(error)}): grant CAP_SYS_NICE, or raise RLIMIT_NICE";
                return false;
            }
        }
        while (found);

        whyNot = null;
        return true;
    }

    /// <summary>
    /// Until the result is disposed of, on this same thread: children of the calling thread have the usual nice value instead of inheriting a negative one.
    /// </summary>
    public static UsualChildren ChildrenAreUsual()
    {
        bool raised = Libc.getpriority(Libc.PRIO_PROCESS, 0) < 0;
        if (raised) ResetOnFork(true);
        return new UsualChildren(raised);
    }

    private static void ResetOnFork(bool reset)
    {
        sched_param param = default;
        // Whoever may have a negative nice value may do this too; if not, a child is favoured, and nothing else is wrong.
        _ = Libc.sched_setscheduler(0, Libc.SCHED_OTHER | (reset ? Libc.SCHED_RESET_ON_FORK : 0), &param);
    }

    /// <summary>Ends <see cref="ChildrenAreUsual"/>.</summary>
    public readonly ref struct UsualChildren(bool raised)
    {
        public void Dispose()
        {
            if (raised) ResetOnFork(false);
        }
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
