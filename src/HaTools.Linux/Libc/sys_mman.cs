using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>sys/mman.h</summary>
internal static unsafe partial class Libc
{
    public const int MCL_CURRENT = 1;
    public const int MCL_FUTURE = 2;
    public const int MCL_ONFAULT = 4;

    public const uint MFD_CLOEXEC = 1;

    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_SHARED = 1;

    /// <summary>What <see cref="mmap"/> returns when it fails.</summary>
    public static readonly void* MAP_FAILED = (void*)-1;

    [LibraryImport(Name, SetLastError = true)]
    public static partial int mlockall(int flags);

    [LibraryImport(Name, SetLastError = true)]
    public static partial void* mmap(void* addr, nuint length, int prot, int flags, FileDescriptor fd, nint offset);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int munmap(void* addr, nuint length);

    /// <summary>Linux; glibc from 2.27.</summary>
    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int memfd_create(string name, uint flags);
}
