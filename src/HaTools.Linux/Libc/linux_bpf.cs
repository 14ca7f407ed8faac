using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>linux/bpf.h, bpf(2)</summary>
internal static unsafe partial class Libc
{
    public const int BPF_MAP_CREATE = 0;
    public const int BPF_PROG_LOAD = 5;

    public const uint BPF_MAP_TYPE_ARRAY = 2;
    public const uint BPF_PROG_TYPE_SOCKET_FILTER = 1;

    /// <summary>Linux 5.5.</summary>
    public const uint BPF_F_MMAPABLE = 1 << 10;

    public const int BPF_FUNC_map_lookup_elem = 1;
    public const int BPF_FUNC_skb_load_bytes = 26;

    /// <summary>Linux 4.18.</summary>
    public const int BPF_FUNC_skb_load_bytes_relative = 68;

    /// <summary>Linux 5.8.</summary>
    public const int BPF_FUNC_ktime_get_boot_ns = 125;

    public const int BPF_HDR_START_NET = 1;

    /// <summary>asm/unistd.h; 0: not known here.</summary>
    private static nint SYS_bpf => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 321,
        Architecture.X86 => 357,
        Architecture.Arm => 386,
        Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => 280,
        Architecture.S390x => 351,
        Architecture.Ppc64le => 361,
        _ => 0,
    };

    /// <summary>The C library has no function for it.</summary>
    /// <returns>A descriptor, or -1 with errno set.</returns>
    public static int bpf<T>(int cmd, T* attr)
        where T : unmanaged
    {
        if (SYS_bpf == 0)
        {
            Marshal.SetLastPInvokeError(Errno.ENOSYS);
            return -1;
        }

        return (int)syscall(SYS_bpf, cmd, (nint)attr, sizeof(T), 0);
    }
}

/// <summary>union bpf_attr as BPF_MAP_CREATE takes it; what is left out is 0.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct bpf_attr_map_create
{
    public uint map_type;
    public uint key_size;
    public uint value_size;
    public uint max_entries;
    public uint map_flags;
}

/// <summary>union bpf_attr as BPF_PROG_LOAD takes it; what is left out is 0.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct bpf_attr_prog_load
{
    public uint prog_type;
    public uint insn_cnt;
    public ulong insns;
    public ulong license;
    public uint log_level;
    public uint log_size;
    public ulong log_buf;
}

/// <summary>struct bpf_insn</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct bpf_insn
{
    public byte code;

    /// <summary>Two fields of four bits: the destination, which comes first in memory, and the source.</summary>
    public byte registers;
    public short off;
    public int imm;
}
