using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>sys/timerfd.h</summary>
internal static unsafe partial class Libc
{
    public const int TFD_CLOEXEC = 0x80000;
    public const int TFD_NONBLOCK = 0x800;

    [LibraryImport(Name, SetLastError = true)]
    public static partial int timerfd_create(int clockid, int flags);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int timerfd_settime(int fd, int flags, itimerspec* newValue, itimerspec* oldValue);
}
