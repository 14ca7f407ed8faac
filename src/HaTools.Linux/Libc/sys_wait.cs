using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>sys/wait.h</summary>
internal static unsafe partial class Libc
{
    public const int P_PID = 1;
    public const int P_PIDFD = 3;

    public const int WNOHANG = 1;
    public const int WEXITED = 4;

    public const int CLD_EXITED = 1;
    public const int CLD_KILLED = 2;
    public const int CLD_DUMPED = 3;

    [LibraryImport(Name, SetLastError = true)]
    public static partial int waitid(int idtype, int id, siginfo_t* infop, int options);
}

/// <summary>The fields of siginfo_t that SIGCHLD fills (asm-generic/siginfo.h, 64-bit): 128 bytes in all.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct siginfo_t
{
    [FieldOffset(0)] public int si_signo;
    [FieldOffset(8)] public int si_code;
    [FieldOffset(16)] public int si_pid;
    [FieldOffset(24)] public int si_status;
}
