namespace HaTools.Linux;

/// <summary>
/// libc, with C's own names: one partial file for each header, holding what HaTools uses of it. The numbers are those of the generic Linux ABI
/// (x86-64, arm64, riscv64: all the architectures that .NET runs on here share them).
/// </summary>
/// <remarks>
/// A call that fails returns -1 and leaves its errno in <see cref="System.Runtime.InteropServices.Marshal.GetLastPInvokeError"/>.
/// Callers turn it into a <see cref="LinuxException"/> that names the object.
/// </remarks>
internal static partial class Libc
{
    private const string Name = "libc";
}
