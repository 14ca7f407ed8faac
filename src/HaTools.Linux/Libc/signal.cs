using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>signal.h</summary>
internal static unsafe partial class Libc
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;

    /// <summary>sizeof(sigset_t) in glibc and musl.</summary>
    public const int SizeOfSigset = 128;

    [LibraryImport(Name, SetLastError = true)]
    public static partial int kill(int pid, int sig);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int sigemptyset(byte* set);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int sigfillset(byte* set);
}
