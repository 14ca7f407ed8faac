using System.Runtime.InteropServices;
using System.Text;

namespace HaTools.Linux;

/// <summary>Something that happened in a watched directory, or to a watched file.</summary>
/// <param name="Watch">What <see cref="Inotify.TryAdd"/> or <see cref="Inotify.AddFile"/> gave.</param>
/// <param name="Mask">IN_CLOSE_WRITE, IN_DELETE …; IN_IGNORED: the watch is no more; IN_Q_OVERFLOW: events were lost (the watch is -1).</param>
/// <param name="Name">The entry of the directory; empty where it is the directory itself, or the file.</param>
internal readonly record struct InotifyEvent(int Watch, uint Mask, string Name);

/// <summary>inotify(7). It never waits: poll <see cref="Handle"/>.</summary>
internal sealed unsafe class Inotify : IDisposable
{
    private readonly FileDescriptor descriptor;
    private readonly byte[] buffer = new byte[16 * 1024];

    /// <exception cref="LinuxException">EMFILE: fs.inotify.max_user_instances is used up.</exception>
    public Inotify() => descriptor = FileDescriptor.OrThrow(
        Libc.inotify_init1(Libc.IN_CLOEXEC | Libc.IN_NONBLOCK), "watching files", null, "raise fs.inotify.max_user_instances");

    /// <summary>The descriptor to wait on, for reading.</summary>
    public int Handle => descriptor.Value;

    /// <summary>Watches a directory; the same directory gives the same number, whatever its path.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="mask">IN_CLOSE_WRITE …</param>
    /// <param name="watch">The watch's number.</param>
    /// <returns>False: there is no such directory, or it may not be read.</returns>
    /// <exception cref="LinuxException">ENOSPC: fs.inotify.max_user_watches is used up.</exception>
    public bool TryAdd(string directory, uint mask, out int watch)
    {
        watch = Libc.inotify_add_watch(descriptor, directory, mask | Libc.IN_ONLYDIR);
        if (watch >= 0) return true;
        int errno = Marshal.GetLastPInvokeError();
        return errno is Errno.ENOENT or Errno.EACCES or Errno.ENOTDIR or Errno.ELOOP or Errno.ENAMETOOLONG
            ? false
            : throw new LinuxException(
                "watching", directory, errno, errno == Errno.ENOSPC ? "raise fs.inotify.max_user_watches" : null);
    }

    /// <summary>Watches one file, whatever it is; it may wait for whoever serves it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mask">IN_OPEN …</param>
    /// <returns>The watch's number.</returns>
    /// <exception cref="LinuxException">It may not be read; ENOSPC: fs.inotify.max_user_watches is used up.</exception>
    public int AddFile(string path, uint mask)
    {
        int watch = Libc.inotify_add_watch(descriptor, path, mask);
        if (watch >= 0) return watch;
        int errno = Marshal.GetLastPInvokeError();
        throw new LinuxException("watching", path, errno, errno == Errno.ENOSPC ? "raise fs.inotify.max_user_watches" : null);
    }

    /// <summary>Stops a watch; one that has ended by itself is passed over.</summary>
    public void Remove(int watch) => _ = Libc.inotify_rm_watch(descriptor, watch);

    /// <summary>Reads what has happened, without waiting.</summary>
    public void Read(List<InotifyEvent> into)
    {
        fixed (byte* data = buffer)
        {
            while (true)
            {
                nint length = Libc.read(descriptor, data, (nuint)buffer.Length);
                if (length < 0)
                {
                    int errno = Marshal.GetLastPInvokeError();
                    if (errno == Errno.EINTR) continue;
                    if (errno == Errno.EAGAIN) return;
                    throw new LinuxException("reading what happened to files", null, errno);
                }

                for (nint at = 0; at + sizeof(inotify_event) <= length;)
                {
                    inotify_event* one = (inotify_event*)(data + at);
                    var name = new ReadOnlySpan<byte>(one + 1, (int)one->len);
                    int end = name.IndexOf((byte)0);
                    into.Add(new InotifyEvent(one->wd, one->mask, Encoding.UTF8.GetString(end < 0 ? name : name[..end])));
                    at += sizeof(inotify_event) + (nint)one->len;
                }
            }
        }
    }

    public void Dispose() => descriptor.Dispose();
}
