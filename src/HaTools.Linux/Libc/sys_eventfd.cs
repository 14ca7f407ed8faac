using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>sys/eventfd.h</summary>
internal static unsafe partial class Libc
{
    public const int EFD_CLOEXEC = 0x80000;
    public const int EFD_NONBLOCK = 0x800;

    [LibraryImport(Name, SetLastError = true)]
    public static partial int eventfd(uint initval, int flags);
}
