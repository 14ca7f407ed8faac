namespace HaTools.Netlink;

/// <summary>linux/connector.h and linux/cn_proc.h: the kernel's news of processes.</summary>
internal static class linux_cn_proc
{
    public const int CN_IDX_PROC = 1;
    public const int CN_VAL_PROC = 1;
    public const int PROC_CN_MCAST_LISTEN = 1;

    public const uint PROC_EVENT_NONE = 0;
    public const uint PROC_EVENT_FORK = 0x1;
    public const uint PROC_EVENT_EXEC = 0x2;
    public const uint PROC_EVENT_COMM = 0x200;
    public const uint PROC_EVENT_EXIT = 0x80000000;

    /// <summary>sizeof(struct cn_msg): idx, val, seq, ack (u32), len, flags (u16).</summary>
    public const int CnMessageSize = 20;

    /// <summary>struct proc_event: what, cpu (u32), timestamp (u64), then what happened.</summary>
    public const int ProcEventDataOffset = 16;

    /// <summary>comm has 16 bytes with its NUL.</summary>
    public const int CommSize = 16;
}
