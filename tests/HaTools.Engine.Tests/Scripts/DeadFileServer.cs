using System.Globalization;
using System.Runtime.InteropServices;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Scripts;

/// <summary>
/// A file server that does not answer: a FUSE mount that nobody serves. Whoever looks at anything behind it waits, as with NFS when its server is gone. It stands in a
/// mount namespace of its own, where <see cref="Engine"/> lives; what was in the folder before is there again once it is back.
/// </summary>
internal sealed partial class DeadFileServer : IDisposable
{
    private readonly string folder;
    private readonly WorkThread operations;
    private readonly string? mounts;
    private FileDescriptor? device;

    /// <param name="folder">The folder that it serves.</param>
    public DeadFileServer(string folder)
    {
        this.folder = folder;
        (Engine, operations, mounts) = MountNamespace.OfItsOwn(
            () => (new WorkThread("test-engine"), new WorkThread("test-mount"), MountsOf("/proc/thread-self")));
    }

    /// <summary>A thread that sees the folder as its server serves it.</summary>
    public WorkThread Engine { get; }

    /// <summary>From now on nothing in the folder answers.</summary>
    public Task GoAwayAsync() => operations.RunAsync(() =>
    {
        device = FileDescriptor.OrThrow(Libc.open("/dev/fuse", Libc.O_RDWR | Libc.O_CLOEXEC), "opening", "/dev/fuse");
        string options = string.Create(CultureInfo.InvariantCulture, $"fd={device.Value},rootmode=40000,user_id=0,group_id=0");
        MountNamespace.Mount("dead", folder, "fuse", 0, options);
    });

    /// <summary>The folder answers again. What waits for it fails with ENOTCONN.</summary>
    public Task ComeBackAsync() => operations.RunAsync(ComeBack);

    /// <summary>How many threads of its engine are starting a script.</summary>
    public int Starters() => Threads("script-start");

    /// <summary>How many threads of that name see the folder as its server serves it.</summary>
    public int Threads(string name) => Directory.EnumerateDirectories("/proc/self/task").Count(task =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")) == name + "\n" && MountsOf(task) == mounts;
        }
        catch (IOException)
        {
            // The thread has ended.
            return false;
        }
    });

    public void Dispose()
    {
        operations.RunAsync(ComeBack).GetAwaiter().GetResult();
        Engine.Dispose();
        operations.Dispose();
    }

    private static string? MountsOf(string task) => new FileInfo(Path.Combine(task, "ns", "mnt")).LinkTarget;

    private void ComeBack()
    {
        const int detach = 2;
        if (device is null) return;

        // First out of the way, then what waits is let go: by force both would be one call, in the midst of which what is begun next still fails.
        if (umount2(folder, detach) < 0) throw LinuxException.Last("unmounting", folder);
        device.Dispose();
        device = null;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int umount2(string target, int flags);
}

/// <summary>A test with a <see cref="DeadFileServer"/>; skipped where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FuseFactAttribute : FactAttribute
{
    public FuseFactAttribute()
    {
        if (Libc.geteuid() != 0) Skip = "needs root: it mounts a file system in a namespace";
        else if (!File.Exists("/dev/fuse")) Skip = "needs FUSE in the kernel (modprobe fuse)";
    }
}
