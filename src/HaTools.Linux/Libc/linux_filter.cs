using System.Runtime.InteropServices;

namespace HaTools.Linux;

// linux/filter.h, linux/bpf_common.h
internal static partial class Libc
{
    public const ushort BPF_LD_W_ABS = 0x20;
    public const ushort BPF_LD_H_ABS = 0x28;
    public const ushort BPF_LD_B_ABS = 0x30;
    public const ushort BPF_LD_B_IND = 0x50;
    public const ushort BPF_LDX_B_MSH = 0xb1;
    public const ushort BPF_JMP_JEQ_K = 0x15;
    public const ushort BPF_RET_K = 0x06;

    /// <summary>Offsets from here on are those of the link layer's header.</summary>
    public const uint SKF_LL_OFF = unchecked((uint)-0x200000);
}

[StructLayout(LayoutKind.Sequential)]
internal struct sock_filter
{
    public ushort code;
    public byte jt;
    public byte jf;
    public uint k;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct sock_fprog
{
    public ushort len;
    public sock_filter* filter;
}
