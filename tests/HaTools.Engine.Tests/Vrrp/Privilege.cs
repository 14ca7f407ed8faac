using System.Runtime.InteropServices;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>Gives up privileges of the calling thread, and of those that it starts: the system calls know nothing of processes.</summary>
internal static partial class Privilege
{
    private const uint Version3 = 0x20080522;
    private const int CapNetAdmin = 12;

    public static void DropNetAdmin()
    {
        (nuint get, nuint set) = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? (125u, 126u) : ((nuint)90, (nuint)91);
        uint[] header = [Version3, 0];

        // Two sets of (effective, permitted, inheritable), 32 capabilities each.
        var sets = new uint[6];
        if (Syscall(get, header, sets) != 0) throw new InvalidOperationException("capget failed");
        for (int i = 0; i < 3; i++) sets[i] &= ~(1u << CapNetAdmin);
        if (Syscall(set, header, sets) != 0) throw new InvalidOperationException("capset failed");
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long Syscall(nuint number, uint[] header, uint[] sets);
}
