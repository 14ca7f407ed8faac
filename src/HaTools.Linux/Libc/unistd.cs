using System.Runtime.InteropServices;

namespace HaTools.Linux;

// unistd.h
internal static unsafe partial class Libc
{
    [LibraryImport(Name, SetLastError = true)]
    public static partial int close(int fd);

    [LibraryImport(Name, SetLastError = true)]
    public static partial nint read(FileDescriptor fd, void* buf, nuint count);

    [LibraryImport(Name, SetLastError = true)]
    public static partial nint write(FileDescriptor fd, void* buf, nuint count);

    [LibraryImport(Name, SetLastError = true)]
    public static partial nint pwrite(FileDescriptor fd, void* buf, nuint count, long offset);

    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int chown(string path, uint owner, uint group);

    /// <summary>Never fails.</summary>
    [LibraryImport(Name)]
    public static partial uint getegid();

    /// <summary>Never fails.</summary>
    [LibraryImport(Name)]
    public static partial uint geteuid();

    /// <summary>Never fails.</summary>
    [LibraryImport(Name)]
    public static partial int gettid();
}
