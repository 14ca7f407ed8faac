using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>sys/resource.h</summary>
internal static unsafe partial class Libc
{
    public const int PRIO_PROCESS = 0;
    public const int RLIMIT_NOFILE = 7;

    /// <summary>-1 may be a nice value, too: errno tells, which the caller clears before.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int getpriority(int which, int who);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int setpriority(int which, int who, int prio);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int getrlimit(int resource, rlimit* rlim);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int setrlimit(int resource, rlimit* rlim);
}

[StructLayout(LayoutKind.Sequential)]
internal struct rlimit
{
    public nuint rlim_cur;
    public nuint rlim_max;
}
