using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>sys/prctl.h. The function is variadic in C; its arguments are passed as unsigned longs, as the kernel reads them.</summary>
internal static unsafe partial class Libc
{
    public const int PR_SET_TIMERSLACK = 29;

    [LibraryImport(Name, SetLastError = true)]
    public static partial int prctl(int option, nuint arg2, nuint arg3, nuint arg4, nuint arg5);
}
