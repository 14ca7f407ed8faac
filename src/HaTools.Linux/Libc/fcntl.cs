using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>fcntl.h, and pipe2 of unistd.h which takes its flags.</summary>
internal static unsafe partial class Libc
{
    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_TRUNC = 0x200;
    public const int O_APPEND = 0x400;
    public const int O_NONBLOCK = 0x800;
    public static readonly int O_NOFOLLOW = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;
    public const int O_CLOEXEC = 0x80000;
    public const int O_PATH = 0x200000;

    public const int F_SETFL = 4;

    /// <summary>Without O_CREAT, so without the third argument.</summary>
    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string pathname, int flags);

    /// <summary>With O_CREAT; the umask is taken off the mode.</summary>
    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string pathname, int flags, uint mode);

    /// <summary>Variadic in C; the argument is an int for the commands used here.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int fcntl(FileDescriptor fd, int command, nint argument);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int pipe2(int* pipefd, int flags);
}
