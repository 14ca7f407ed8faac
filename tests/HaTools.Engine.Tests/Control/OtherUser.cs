using System.Net.Sockets;
using System.Runtime.InteropServices;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Control;

/// <summary>
/// Acts as another user. The C library changes the credentials of the whole process; the bare system call changes those of the calling thread alone,
/// which is what the kernel records for the peer.
/// </summary>
internal static partial class OtherUser
{
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
                // All memory of this process is locked once a VRRP thread has been here: root may have any amount of it, another user soon runs out.
                Become(0, effective: userId, saved: 0);
                Privilege.RegainMemoryLock();
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
