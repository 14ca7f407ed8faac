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

    /// <summary>With AT_EMPTY_PATH and an empty path the owner of what the descriptor stands for, O_PATH too.</summary>
    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int fchownat(FileDescriptor dirfd, string pathname, uint owner, uint group, int flags);

    public const int R_OK = 4;
    public const int W_OK = 2;

    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int access(string path, int mode);

    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int unlink(string path);

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
