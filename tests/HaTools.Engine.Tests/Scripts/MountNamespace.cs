using System.Runtime.InteropServices;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Scripts;

/// <summary>Mounts that only a test's own threads see.</summary>
internal static partial class MountNamespace
{
    /// <summary>Runs a function on a thread with a mount namespace of its own, which threads that it starts share.</summary>
    public static T OfItsOwn<T>(Func<T> make)
    {
        const nuint recursive = 0x4000, isPrivate = 0x40000;
        T? made = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Libc.unshare(Libc.CLONE_NEWNS) < 0) throw LinuxException.Last("creating a mount namespace");
                Mount("none", "/", "none", recursive | isPrivate, "");
                made = make();
            }
            catch (Exception e)
            {
                // Thrown below.
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? made! : throw failure;
    }

    public static void Mount(string source, string target, string type, nuint flags, string data)
    {
        if (mount(source, target, type, flags, data) < 0) throw LinuxException.Last("mounting", target);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string source, string target, string type, nuint flags, string data);
}
