using System.Globalization;
using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>
/// A FIFO that this process writes to (man 7 fifo). Making it, waiting and removing it may wait for whoever serves the directory; what is written never waits.
/// </summary>
internal sealed unsafe class NamedPipe : IDisposable
{
    private const uint Mode = 0x1a4;

    // O_PATH: the file that was looked at is the one that is opened, whatever has its name by then.
    private readonly FileDescriptor file;
    private readonly string way;
    private FileDescriptor? waker;
    private volatile Inotify? events;
    private volatile bool cancelled;

    private NamedPipe(string path, FileDescriptor file, bool isMade)
    {
        (Path, this.file, IsMade) = (path, file, isMade);
        way = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.Value}");
    }

    public string Path { get; }

    /// <summary>Whether it was not there before.</summary>
    public bool IsMade { get; }

    /// <summary>Makes it, readable by all (0644, less the umask), where nothing is yet.</summary>
    /// <param name="path">Where.</param>
    /// <param name="userId">Its owner; one that was there may be this process's user's, too.</param>
    /// <param name="groupId">Its group, if it is made.</param>
    /// <exception cref="IOException">It cannot be made, or what is there is no FIFO, is another user's, or may not be opened.</exception>
    public static NamedPipe Make(string path, uint userId, uint groupId)
    {
        bool isMade = Libc.mkfifo(path, Mode) == 0;
        int errno = isMade ? 0 : Marshal.GetLastPInvokeError();
        if (!isMade && errno != Errno.EEXIST) throw new LinuxException("making the FIFO", path, errno);
        FileDescriptor file = FileDescriptor.OrThrow(Libc.open(path, Libc.O_PATH | Libc.O_NOFOLLOW | Libc.O_CLOEXEC), "opening the FIFO", path);
        var pipe = new NamedPipe(path, file, isMade);
        try
        {
            pipe.GiveTo(userId, groupId);
            return pipe;
        }
        catch
        {
            pipe.Remove();
            pipe.Dispose();
            throw;
        }
    }

    /// <summary>Gives it another owner, if this process has made it; else looks whether it may be used.</summary>
    /// <exception cref="IOException">It must not be used, or may not be given away.</exception>
    public void GiveTo(uint userId, uint groupId)
    {
        FileStatus status = FileStatus.Of(file, Path);
        if (!status.IsFifo)
        {
            string kind = status switch
            {
                { IsSymbolicLink: true } => "a symbolic link",
                { IsDirectory: true } => "a directory",
                { IsRegular: true } => "a regular file",
                _ => "something else",
            };
            throw new IOException($"{Path} is {kind} and no FIFO: remove it, or name another path");
        }

        if (IsMade && (status.UserId != userId || status.GroupId != groupId))
        {
            if (Libc.fchownat(file, "", userId, groupId, Libc.AT_EMPTY_PATH) < 0) throw LinuxException.Last("giving its owner to the FIFO", Path);
        }
        else if (status.UserId != userId && status.UserId != Libc.geteuid())
        {
            throw new IOException(string.Create(
                CultureInfo.InvariantCulture,
                $"the FIFO {Path} is there already and belongs to user {status.UserId}, who might read it and write to it: it must be this process's user's or user {userId}'s"));
        }

        // Reading, too: so is a wait ended that nobody needs any more.
        if (Libc.access(way, Libc.R_OK | Libc.W_OK) < 0) throw LinuxException.Last("opening the FIFO for reading and writing:", Path);
    }

    /// <summary>The descriptor to wait on, for reading, for what readers do; null: <see cref="WatchReaders"/> has not succeeded.</summary>
    public int? ReaderEvents => events?.Handle;

    /// <summary>Has what readers do told from now on; once is enough. It may wait for whoever serves the directory.</summary>
    /// <exception cref="LinuxException">It cannot be watched: fs.inotify.max_user_instances is used up …</exception>
    public void WatchReaders()
    {
        if (events is not null) return;
        var made = new Inotify();
        try
        {
            _ = made.AddFile(way, Libc.IN_OPEN | Libc.IN_ACCESS | Libc.IN_CLOSE_NOWRITE);
        }
        catch
        {
            made.Dispose();
            throw;
        }

        events = made;
    }

    /// <summary>
    /// What has happened since the last call, in order: IN_OPEN (this process's own opening too, and that of another who writes), IN_ACCESS (somebody has read), IN_CLOSE_NOWRITE (a reader has
    /// gone), IN_Q_OVERFLOW. Of the same in a row one may stand for all.
    /// </summary>
    public IReadOnlyList<uint> TakeReaderEvents()
    {
        List<InotifyEvent> happened = [];
        events?.Read(happened);
        return [.. happened.Select(e => e.Mask)];
    }

    /// <summary>Waits until somebody has opened it for reading, for as long as that takes.</summary>
    /// <returns>The end to write to, which never waits; null: <see cref="Cancel"/> came first.</returns>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public FileDescriptor? WaitForReader()
    {
        while (!cancelled)
        {
            int number = Libc.open(way, Libc.O_WRONLY | Libc.O_CLOEXEC);
            if (number < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR) continue;
            var end = FileDescriptor.OrThrow(number, "opening the FIFO", Path);
            if (!cancelled)
            {
                if (Libc.fcntl(end, Libc.F_SETFL, Libc.O_NONBLOCK) == 0) return end;
                var failure = LinuxException.Last("setting up the FIFO", Path);
                end.Dispose();
                throw failure;
            }

            end.Dispose();
        }

        return null;
    }

    /// <summary>Ends <see cref="WaitForReader"/>, also one that is yet to begin.</summary>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public void Cancel()
    {
        // A reader of our own, which stays: the wait may not have come to its open yet.
        cancelled = true;
        waker ??= FileDescriptor.OrThrow(Libc.open(way, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC), "opening the FIFO", Path);
    }

    /// <summary>Writes; up to PIPE_BUF (4096) bytes whole or not at all.</summary>
    /// <param name="end">What <see cref="WaitForReader"/> gave.</param>
    /// <param name="bytes">What.</param>
    /// <returns>How many bytes; 0: there is no room; -1: nobody reads any more.</returns>
    /// <exception cref="LinuxException">It is refused for another reason.</exception>
    public static int Write(FileDescriptor end, ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            nint written;
            fixed (byte* data = bytes) written = Libc.write(end, data, (nuint)bytes.Length);
            if (written >= 0) return (int)written;
            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    continue;
                case Errno.EAGAIN:
                    return 0;
                case Errno.EPIPE:
                    return -1;
                default:
                    throw LinuxException.Last("writing to a FIFO");
            }
        }
    }

    /// <summary>Takes it away, if this process has made it and nobody has put another file in its place.</summary>
    /// <exception cref="LinuxException">It cannot be taken away.</exception>
    public void Remove()
    {
        if (!IsMade || !FileStatus.TryRead(Path, out FileStatus there, out _) || there.Identity != FileStatus.Of(file, Path).Identity) return;
        if (Libc.unlink(Path) < 0 && Marshal.GetLastPInvokeError() != Errno.ENOENT) throw LinuxException.Last("removing the FIFO", Path);
    }

    public void Dispose()
    {
        waker?.Dispose();
        events?.Dispose();
        file.Dispose();
    }
}
