using System.Runtime.InteropServices;
using System.Text;
using HaTools.Engine.Scripts;
using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Trackers;

/// <summary>
/// Follows the numbers in files by inotify. Every directory on the way to a file is watched, and every one that a link on the way leads
/// through: a file that is written, replaced, deleted, or whose directory comes later is seen. Where the kernel watches no more directories
/// (fs.inotify.max_user_watches, which all of root's programs share), the file is looked at once a second. Everything happens on the thread.
/// </summary>
/// <param name="thread">The thread.</param>
/// <param name="sink">Hears of it.</param>
/// <param name="beforeWatching">Told of each directory that the kernel is to watch; may refuse as it would (LinuxException).</param>
internal sealed class FileWatch(WorkThread thread, ITrackerSink sink, Action<string>? beforeWatching = null) : IDisposable
{
    private const uint Interest = Libc.IN_CLOSE_WRITE | Libc.IN_CREATE | Libc.IN_DELETE | Libc.IN_MOVED_FROM | Libc.IN_MOVED_TO
        | Libc.IN_ATTRIB | Libc.IN_DELETE_SELF | Libc.IN_MOVE_SELF;

    // A way that changes while it is looked at is looked at again, but not for ever.
    private const int MostLooks = 5;
    private const long LookInterval = 1_000_000_000;

    private readonly Dictionary<string, Watched> files = [];
    private readonly Dictionary<string, int> watches = [];
    private readonly List<InotifyEvent> events = [];
    private IReadOnlyList<string> order = [];
    private Inotify? inotify;

    /// <summary>Goes over to other files.</summary>
    public void Configure(IReadOnlyList<FileTracker> trackers)
    {
        foreach (string gone in files.Keys.Except(trackers.Select(t => t.Name)).ToArray()) _ = files.Remove(gone);
        order = [.. trackers.Select(t => t.Name)];
        if (trackers.Count == 0)
        {
            Close();
            return;
        }

        if (inotify is null)
        {
            inotify = new Inotify();
            thread.Watch(inotify.Handle, ReadEvents);
        }

        foreach (FileTracker tracker in trackers)
        {
            if (!files.TryGetValue(tracker.Name, out Watched? file) || file.Tracker.Path != tracker.Path)
            {
                files[tracker.Name] = file = new Watched(tracker);
                Initialize(file);
            }

            file.Tracker = tracker;
            Look(file, reread: true);
            sink.OnReading(file.Key, TrackerReading.Of(file.Number));
        }

        DropWatches();
    }

    /// <summary>The states, in the configuration's order.</summary>
    public IEnumerable<HaTrackerState> States() => order.Select(name => files[name]).Select(f => new HaTrackerState
    {
        Name = f.Tracker.Name,
        Type = HaTrackerType.File,
        State = HaTrackerStateKind.Up,
        Since = f.Since,
        LastResult = f.Missing ? $"{FileNumber.Text(f.Number)} (there is no file)" : FileNumber.Text(f.Number),
    });

    public void Dispose() => Close();

    private void Close()
    {
        if (inotify is null) return;
        thread.Unwatch(inotify.Handle);
        inotify.Dispose();
        inotify = null;
        watches.Clear();
    }

    private void ReadEvents()
    {
        events.Clear();
        inotify!.Read(events);
        HashSet<Watched> touched = [];
        foreach (InotifyEvent happened in events)
        {
            if ((happened.Mask & Libc.IN_IGNORED) != 0)
            {
                // The directory is gone, and its number with it.
                foreach (string gone in watches.Where(w => w.Value == happened.Watch).Select(w => w.Key).ToArray()) _ = watches.Remove(gone);
            }

            bool all = (happened.Mask & Libc.IN_Q_OVERFLOW) != 0;
            foreach (Watched file in files.Values)
            {
                if (all || file.IsTouched(happened)) _ = touched.Add(file);
            }
        }

        foreach (Watched file in touched) Look(file, reread: true);
        if (touched.Count > 0) DropWatches();
    }

    /// <summary>Goes the way to the file anew, watches it, and reads the file.</summary>
    private void Look(Watched file, bool reread)
    {
        for (int look = 0; reread && look < MostLooks; look++)
        {
            var path = ScriptPath.Walk(file.Tracker.Path, KernelFiles.Instance);
            reread = Follow(file, path);
        }

        Read(file);
        if (file.IsUnwatched) LookLater(file);
    }

    private void LookLater(Watched file)
    {
        if (file.IsLookedAtLater) return;
        file.IsLookedAtLater = true;
        thread.At(MonotonicClock.Now + LookInterval, () =>
        {
            file.IsLookedAtLater = false;
            if (inotify is null || files.GetValueOrDefault(file.Tracker.Name) != file) return;
            Look(file, reread: true);
            DropWatches();
        });
    }

    /// <returns>Whether a directory came to be watched by this, so that something may have happened before.</returns>
    private bool Follow(Watched file, ScriptPath path)
    {
        bool added = false;
        LinuxException? refusal = null;
        file.Forget();
        foreach ((string directory, string name) in path.Lookups)
        {
            // Also one that is watched: its name may be another directory's by now. The same one gets the same number.
            int watch;
            try
            {
                beforeWatching?.Invoke(directory);
                if (!inotify!.TryAdd(directory, Interest, out watch)) continue;
            }
            catch (LinuxException e)
            {
                refusal = e;
                continue;
            }

            if (!watches.TryGetValue(directory, out int former) || former != watch)
            {
                bool had = watches.Remove(directory);
                if (had && !watches.ContainsValue(former)) inotify.Remove(former);
                watches.Add(directory, watch);
                added = true;
            }

            file.Expect(directory, watch, name);
        }

        if (refusal is not null && !file.IsUnwatched)
            sink.OnTrackerWarning(file.Key, $"Tracked file {file.Tracker.Name} is looked at once a second: {refusal.Message}");
        file.IsUnwatched = refusal is not null;
        return added;
    }

    private void DropWatches()
    {
        HashSet<string> needed = [.. files.Values.SelectMany(f => f.Directories)];
        foreach ((string directory, int watch) in watches.Where(w => !needed.Contains(w.Key)).ToArray())
        {
            _ = watches.Remove(directory);

            // The same directory by another path has the same number.
            if (!watches.ContainsValue(watch)) inotify!.Remove(watch);
        }
    }

    private unsafe void Read(Watched file)
    {
        byte* buffer = stackalloc byte[FileNumber.MostBytes];
        long number = 0;
        int fd = Libc.open(file.Tracker.Path, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        file.Missing = fd < 0;
        if (fd < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno is not (Errno.ENOENT or Errno.ENOTDIR)) Complain(file, $"cannot be read: {Errno.Name(errno)} ({Errno.Describe(errno)}); it counts as 0");
        }
        else
        {
            using var descriptor = new FileDescriptor(fd);
            nint length = Libc.read(descriptor, buffer, FileNumber.MostBytes);
            if (length < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                Complain(file, $"cannot be read: {Errno.Name(errno)} ({Errno.Describe(errno)}); it counts as 0");
            }
            else if (!FileNumber.TryParse(new ReadOnlySpan<byte>(buffer, (int)length), out number))
            {
                Complain(file, $"holds a number outside -2147483648 to 2147483648; {FileNumber.Text(file.Number)} stays");
                return;
            }
            else
            {
                file.Complaint = null;
            }
        }

        if (number == file.Number) return;
        file.Number = number;
        file.Since = DateTimeOffset.Now;
        sink.OnTracker(file.Key, HaTrackerStateKind.Up, $"Tracked file {file.Tracker.Name} now {FileNumber.Text(number)}");
        sink.OnReading(file.Key, TrackerReading.Of(number));
    }

    /// <summary>What init_file asks for, once for each tracker: a reload writes nothing into a file that is tracked already.</summary>
    private unsafe void Initialize(Watched file)
    {
        if (file.Tracker.InitialValue is not { } value) return;
        string path = file.Tracker.Path;
        int flags = Libc.O_WRONLY | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NONBLOCK | Libc.O_NOFOLLOW
            | (file.Tracker.Overwrite ? Libc.O_TRUNC : Libc.O_EXCL);
        int fd = Libc.open(path, flags, 0x1a4);
        if (fd < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EEXIST || file.Tracker.Overwrite)
                sink.OnTrackerWarning(file.Key, $"Tracked file {file.Tracker.Name}: {path} cannot be initialised: {Errno.Name(errno)} ({Errno.Describe(errno)})");
            return;
        }

        using var descriptor = new FileDescriptor(fd);
        byte[] text = Encoding.ASCII.GetBytes(FileNumber.Text(value) + "\n");
        fixed (byte* bytes = text)
        {
            if (Libc.write(descriptor, bytes, (nuint)text.Length) == text.Length) return;
        }

        sink.OnTrackerWarning(file.Key, $"Tracked file {file.Tracker.Name}: {path} cannot be initialised: {Errno.Name(Marshal.GetLastPInvokeError())}");
    }

    private void Complain(Watched file, string what)
    {
        string complaint = $"Tracked file {file.Tracker.Name}: {file.Tracker.Path} {what}";
        if (file.Complaint == complaint) return;
        file.Complaint = complaint;
        sink.OnTrackerWarning(file.Key, complaint);
    }

    private sealed class Watched(FileTracker tracker)
    {
        private readonly HashSet<(int Watch, string Name)> expected = [];

        public FileTracker Tracker { get; set; } = tracker;

        public TrackerKey Key { get; } = new(TrackerKind.File, tracker.Name);

        public long Number { get; set; }

        public bool Missing { get; set; }

        public string? Complaint { get; set; }

        /// <summary>Whether a directory on the way is not watched, for want of the kernel's leave.</summary>
        public bool IsUnwatched { get; set; }

        public bool IsLookedAtLater { get; set; }

        public DateTimeOffset Since { get; set; } = DateTimeOffset.Now;

        public HashSet<string> Directories { get; } = [];

        public void Forget()
        {
            expected.Clear();
            Directories.Clear();
        }

        public void Expect(string directory, int watch, string name)
        {
            _ = Directories.Add(directory);
            _ = expected.Add((watch, name));
            _ = expected.Add((watch, ""));
        }

        public bool IsTouched(in InotifyEvent happened) => expected.Contains((happened.Watch, happened.Name));
    }
}
