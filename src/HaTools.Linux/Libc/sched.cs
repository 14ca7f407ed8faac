using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>sched.h</summary>
internal static unsafe partial class Libc
{
    public const int SCHED_OTHER = 0;
    public const int SCHED_RR = 2;
    public const int SCHED_RESET_ON_FORK = 0x40000000;

    public const int CLONE_NEWNS = 0x00020000;
    public const int CLONE_NEWNET = 0x40000000;

    [LibraryImport(Name, SetLastError = true)]
    public static partial int sched_setscheduler(int pid, int policy, sched_param* param);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int sched_getscheduler(int pid);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int unshare(int flags);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int setns(int fd, int nstype);
}

internal struct sched_param
{
    public int sched_priority;
}
