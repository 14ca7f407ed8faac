using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>sys/syscall.h: calls that older C libraries do not wrap. Numbers from 424 on are the same on every architecture.</summary>
internal static unsafe partial class Libc
{
    public const nint SYS_pidfd_send_signal = 424;
    public const nint SYS_pidfd_open = 434;
    public const nint SYS_epoll_pwait2 = 441;

    [LibraryImport(Name, SetLastError = true)]
    public static partial nint syscall(nint number, nint arg1, nint arg2);

    [LibraryImport(Name, SetLastError = true)]
    public static partial nint syscall(nint number, nint arg1, nint arg2, nint arg3, nint arg4);

    [LibraryImport(Name, SetLastError = true)]
    public static partial nint syscall(
        nint number, nint epfd, byte* events, nint maxevents, timespec* timeout, nint sigmask, nint sigsetsize);
}
