using System.Net.Sockets;
using System.Runtime.InteropServices;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Control;

/// <summary>
/// Acts as another user. The C library changes the credentials of the whole process; the bare system call changes those of the calling thread alone,
/// which is what the kernel records for the peer.
/// </summary>
internal static partial class OtherUser
{
    // linux/prctl.h, linux/securebits.h
    private const int PR_SET_SECUREBITS = 28;
    private const int SECBIT_NO_SETUID_FIXUP = 4;

    private static readonly long SysSetresuid = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 117 : 147;

    /// <summary>The calling thread is another user's from now on.</summary>
    public static void Become(uint real, uint effective, uint saved)
    {
        if (Syscall(SysSetresuid, real, effective, saved) != 0) throw new InvalidOperationException("setresuid failed");
    }

    public static Socket Connect(string path, uint userId)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                // With root's powers, though not by its name: all memory of this process is locked once a VRRP thread has been here, and another user soon runs out of that.
                if (Libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) < 0) throw LinuxException.Last("keeping root's powers");
                Become(userId, userId, userId);
                socket.Connect(new UnixDomainSocketEndPoint(path));
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? socket : throw failure;
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long Syscall(long number, nuint a, nuint b, nuint c);
}
