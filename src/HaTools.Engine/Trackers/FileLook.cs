using System.Runtime.InteropServices;
using System.Text;
using HaTools.Engine.Scripts;
using HaTools.Linux;

namespace HaTools.Engine.Trackers;

/// <summary>What a file was found to hold.</summary>
internal enum FileContent
{
    /// <summary>A number; none counts as 0.</summary>
    Number,

    /// <summary>There is no file.</summary>
    Missing,

    /// <summary>It cannot be read.</summary>
    Unreadable,

    /// <summary>A number that is none of a tracker's.</summary>
    OutOfRange,
}

/// <summary>A directory on the way to a file, the kernel's number of its watch, and the name that is looked up in it.</summary>
internal readonly record struct WatchedName(string Directory, int Watch, string Name);

/// <summary>
/// One look at a tracked file: the way to it is gone and watched, and its number read. All of that may wait for ever, for a file server that is gone, so none of it is
/// done on the thread that follows the others.
/// </summary>
internal sealed class FileLook
{
    private const uint Interest = Libc.IN_CLOSE_WRITE | Libc.IN_CREATE | Libc.IN_DELETE | Libc.IN_MOVED_FROM | Libc.IN_MOVED_TO
        | Libc.IN_ATTRIB | Libc.IN_DELETE_SELF | Libc.IN_MOVE_SELF;

    // A way that changes while it is looked at is looked at again, but not for ever.
    private const int MostLooks = 5;

    private FileLook(IReadOnlyList<WatchedName> names) => Names = names;

    /// <summary>Every name on the way whose directory the kernel watches now.</summary>
    public IReadOnlyList<WatchedName> Names { get; private set; }

    /// <summary>Why the kernel does not watch all of them; null: it does.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Why the file could not be initialised, as it was to be; null: it was not to be, or is.</summary>
    public string? InitializationFailure { get; private set; }

    public FileContent Content { get; private set; }

    public long Number { get; private set; }

    /// <summary>Why it cannot be read.</summary>
    public int ReadErrno { get; private set; }

    /// <summary>Looks.</summary>
    /// <param name="tracker">The file.</param>
    /// <param name="initialize">Whether what init_file asks for is done first.</param>
    /// <param name="watched">What is watched already.</param>
    /// <param name="inotify">What watches; it may be disposed of meanwhile.</param>
    /// <param name="beforeWatching">Told of each directory that the kernel is to watch; may refuse as it would (LinuxException).</param>
    /// <returns>What was found; null: nobody watches any more.</returns>
    public static FileLook? At(
        FileTracker tracker, bool initialize, IReadOnlyList<WatchedName> watched, Inotify inotify, Action<string>? beforeWatching)
    {
        var look = new FileLook(watched);
        try
        {
            if (initialize) look.Initialize(tracker);

            // What happened between a look and the watch that it led to is seen by the next look; what was watched all the time needs no other.
            for (int more = MostLooks; more > 0; more--)
            {
                IReadOnlyList<WatchedName> before = look.Names;
                look.Follow(ScriptPath.Walk(tracker.Path, KernelFiles.Instance), inotify, beforeWatching);
                if (look.Names.SequenceEqual(before)) break;
            }
        }
        catch (ObjectDisposedException)
        {
            return null;
        }

        look.Read(tracker.Path);
        return look;
    }

    private void Follow(ScriptPath path, Inotify inotify, Action<string>? beforeWatching)
    {
        List<WatchedName> names = [];
        Refusal = null;
        foreach ((string directory, string name) in path.Lookups)
        {
            try
            {
                // Also one that was watched before: its name may be another directory's by now. The same one gets the same number.
                beforeWatching?.Invoke(directory);
                if (inotify.TryAdd(directory, Interest, out int watch)) names.Add(new WatchedName(directory, watch, name));
            }
            catch (LinuxException e)
            {
                Refusal = e.Message;
            }
        }

        Names = names;
    }

    private unsafe void Read(string path)
    {
        byte* buffer = stackalloc byte[FileNumber.MostBytes];
        int fd = Libc.open(path, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        if (fd < 0)
        {
            ReadErrno = Marshal.GetLastPInvokeError();
            Content = ReadErrno is Errno.ENOENT or Errno.ENOTDIR ? FileContent.Missing : FileContent.Unreadable;
            return;
        }

        using var descriptor = new FileDescriptor(fd);
        nint length = Libc.read(descriptor, buffer, FileNumber.MostBytes);
        if (length < 0)
        {
            (Content, ReadErrno) = (FileContent.Unreadable, Marshal.GetLastPInvokeError());
            return;
        }

        bool good = FileNumber.TryParse(new ReadOnlySpan<byte>(buffer, (int)length), out long number);
        (Content, Number) = good ? (FileContent.Number, number) : (FileContent.OutOfRange, 0);
    }

    private unsafe void Initialize(FileTracker tracker)
    {
        if (tracker.InitialValue is not { } value) return;
        int flags = Libc.O_WRONLY | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NONBLOCK | Libc.O_NOFOLLOW
            | (tracker.Overwrite ? Libc.O_TRUNC : Libc.O_EXCL);
        int fd = Libc.open(tracker.Path, flags, 0x1a4);
        if (fd < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EEXIST || tracker.Overwrite) InitializationFailure = $"{Errno.Name(errno)} ({Errno.Describe(errno)})";
            return;
        }

        using var descriptor = new FileDescriptor(fd);
        byte[] text = Encoding.ASCII.GetBytes(FileNumber.Text(value) + "\n");
        fixed (byte* bytes = text)
        {
            if (Libc.write(descriptor, bytes, (nuint)text.Length) != text.Length) InitializationFailure = Errno.Name(Marshal.GetLastPInvokeError());
        }
    }
}
