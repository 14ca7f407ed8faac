using System.Runtime.InteropServices;
using System.Text;

namespace HaTools.Linux.Bpf;

/// <summary>eBPF programs, loaded into the kernel: bpf(2).</summary>
internal static unsafe class BpfProgram
{
    /// <summary>What to do where the kernel refuses; without any capability it says EPERM.</summary>
    public const string Advice = "grant CAP_BPF (or CAP_SYS_ADMIN), and let the system call filter of the service or container pass bpf(2)";

    private const int LogLength = 1 << 16;

    // Programs of the kernel's licence may call functions that others may not; those of this one call none of them.
    private static ReadOnlySpan<byte> Licence => "MIT\0"u8;

    /// <summary>Loads a program that says of each packet of a socket how much of it is received: 0, nobody hears of it; uint.MaxValue, all of it.</summary>
    /// <param name="program">The program.</param>
    /// <returns>The program; it lives as long as this, or a socket that it is attached to.</returns>
    /// <exception cref="LinuxException">EPERM: no CAP_BPF; EINVAL, EACCES: the kernel's verifier refuses it (the text has its last words), or does not know an
    /// instruction or a function; ENOSYS.</exception>
    public static FileDescriptor LoadSocketFilter(ReadOnlySpan<bpf_insn> program)
    {
        int loaded = Load(program, []);
        if (loaded >= 0) return new FileDescriptor(loaded);
        int errno = Marshal.GetLastPInvokeError();
        throw new LinuxException($"loading a BPF program{Words(program, errno)}", null, errno, Advice);
    }

    private static int Load(ReadOnlySpan<bpf_insn> program, Span<byte> log)
    {
        fixed (bpf_insn* first = program)
        fixed (byte* licence = Licence)
        fixed (byte* words = log)
        {
            var attributes = new bpf_attr_prog_load
            {
                prog_type = Libc.BPF_PROG_TYPE_SOCKET_FILTER,
                insn_cnt = (uint)program.Length,
                insns = (ulong)first,
                license = (ulong)licence,
                log_level = log.IsEmpty ? 0u : 1,
                log_size = (uint)log.Length,
                log_buf = (ulong)words,
            };
            return Libc.bpf(Libc.BPF_PROG_LOAD, &attributes);
        }
    }

    /// <summary>The verifier speaks only to those who ask, and then takes its time.</summary>
    private static string Words(ReadOnlySpan<bpf_insn> program, int errno)
    {
        if (errno is not (Errno.EINVAL or Errno.EACCES)) return "";
        var log = new byte[LogLength];
        int loaded = Load(program, log);
        if (loaded >= 0)
        {
            new FileDescriptor(loaded).Dispose();
            return "";
        }

        int end = log.AsSpan().IndexOf((byte)0);
        string[] lines = Encoding.UTF8.GetString(log, 0, Math.Max(0, end)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // After its last objection it tells how much work it had.
        string? objection = Array.FindLast(lines, static l => !l.StartsWith("processed ", StringComparison.Ordinal));
        return objection is null ? "" : $" ({objection})";
    }
}
