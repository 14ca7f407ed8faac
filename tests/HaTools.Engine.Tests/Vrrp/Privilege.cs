using System.Runtime.InteropServices;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>Gives up privileges of the calling thread, and of those that it starts: the system calls know nothing of processes.</summary>
internal static partial class Privilege
{
    private const uint Version3 = 0x20080522;
    private const int CapNetAdmin = 12;
    private const int CapNetRaw = 13;
    private const int CapSysAdmin = 21;
    private const int CapSysResource = 24;

    // In the second half of the set.
    private const int CapBpf = 39 - 32;

    private static bool IsX64 => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    public static void DropNetAdmin() => Drop(CapNetAdmin);

    /// <summary>Raw sockets are refused.</summary>
    public static void DropNetRaw() => Drop(CapNetRaw);

    /// <summary>bpf(2) is refused.</summary>
    public static void DropBpf()
    {
        uint[] sets = Get();
        for (int i = 0; i < 3; i++)
        {
            sets[i] &= ~(1u << CapSysAdmin);
            sets[i + 3] &= ~(1u << CapBpf);
        }

        Set(sets);
    }

    /// <summary>Without effect until <see cref="RegainAll"/>: what lets a thread pass the limit of tasks.</summary>
    public static void SuspendTaskLimitExemption()
    {
        uint[] sets = Get();
        sets[0] &= ~((1u << CapSysAdmin) | (1u << CapSysResource));
        Set(sets);
    }

    /// <summary>What is permitted has effect again.</summary>
    public static void RegainAll()
    {
        uint[] sets = Get();
        (sets[0], sets[3]) = (sets[1], sets[4]);
        Set(sets);
    }

    private static void Drop(int capability)
    {
        uint[] sets = Get();
        for (int i = 0; i < 3; i++) sets[i] &= ~(1u << capability);
        Set(sets);
    }

    // Two sets of (effective, permitted, inheritable), 32 capabilities each.
    private static uint[] Get()
    {
        var sets = new uint[6];
        if (Syscall(IsX64 ? 125u : 90, [Version3, 0], sets) != 0) throw new InvalidOperationException("capget failed");
        return sets;
    }

    private static void Set(uint[] sets)
    {
        if (Syscall(IsX64 ? 126u : 91, [Version3, 0], sets) != 0) throw new InvalidOperationException("capset failed");
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long Syscall(nuint number, uint[] header, uint[] sets);
}
