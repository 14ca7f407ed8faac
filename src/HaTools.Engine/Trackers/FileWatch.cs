using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Trackers;

/// <summary>
/// Follows the numbers in files by inotify. Every directory on the way to a file is watched, and every one that a link on the way leads
/// through: a file that is written, replaced, deleted, or whose directory comes later is seen. Where the kernel watches no more directories
/// (fs.inotify.max_user_watches, which all of root's programs share), the file is looked at once a second. Everything happens on the thread but the looks themselves
/// (<see cref="FileLook"/>): each file has one at a time, and one whose file system does not answer keeps its number.
/// </summary>
/// <param name="thread">The thread.</param>
/// <param name="sink">Hears of it.</param>
/// <param name="beforeWatching">Told of each directory that the kernel is to watch, on any thread; may refuse as it would (LinuxException).</param>
internal sealed class FileWatch(WorkThread thread, ITrackerSink sink, Action<string>? beforeWatching = null) : IDisposable
{
    private const long LookInterval = 1_000_000_000;
    private static readonly long Patience = FilePatience.Courtesy.Ticks * TimeSpan.NanosecondsPerTick;

    private readonly Dictionary<string, Watched> files = [];
    private readonly Dictionary<string, int> watches = [];
    private readonly List<InotifyEvent> events = [];
    private IReadOnlyList<string> order = [];
    private Inotify? inotify;
    private TaskCompletionSource? told;

    /// <summary>Goes over to other files.</summary>
    /// <returns>Ends when all have been looked at, or do not answer for too long, and their readings are told.</returns>
    public Task Configure(IReadOnlyList<FileTracker> trackers)
    {
        foreach (string gone in files.Keys.Except(trackers.Select(t => t.Name)).ToArray()) _ = files.Remove(gone);
        order = [.. trackers.Select(t => t.Name)];
        if (trackers.Count == 0)
        {
            Close();
            return Task.CompletedTask;
        }

        if (inotify is null)
        {
            inotify = new Inotify();
            thread.Watch(inotify.Handle, ReadEvents);
        }

        foreach (FileTracker tracker in trackers)
        {
            if (!files.TryGetValue(tracker.Name, out Watched? file) || file.Tracker.Path != tracker.Path)
                files[tracker.Name] = file = new Watched(tracker);
            file.Tracker = tracker;
            file.IsToBeTold = true;
            Look(file);

            // What has kept us waiting once does not do so at each reload.
            if (file.Hangs) Tell(file);
        }

        DropWatches();
        return AllTold();
    }

    /// <summary>The states, in the configuration's order.</summary>
    public IEnumerable<HaTrackerState> States() => order.Select(name => files[name]).Select(f => new HaTrackerState
    {
        Name = f.Tracker.Name,
        Type = HaTrackerType.File,
        State = HaTrackerStateKind.Up,
        Since = f.Since,
        LastResult = FileNumber.Text(f.Number) + (f.Hangs ? " (its file system does not answer)" : f.Missing ? " (there is no file)" : ""),
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

    private Task AllTold()
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        told = all;
        thread.At(MonotonicClock.Now + Patience, () => all.TrySetResult());
        CompleteTold();
        return all.Task;
    }

    private void CompleteTold()
    {
        if (!files.Values.Any(f => f.IsToBeTold)) _ = told?.TrySetResult();
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

            foreach (Watched file in files.Values)
            {
                file.Remember(happened);
                if (file.IsTouched(happened)) _ = touched.Add(file);
            }
        }

        foreach (Watched file in touched) Look(file);
    }

    /// <summary>Has the way to the file gone anew and watched, and the file read.</summary>
    private void Look(Watched file)
    {
        if (file.IsLooking)
        {
            file.IsToBeLookedAtAgain = true;
            return;
        }

        file.BeginLook();
        (FileTracker tracker, bool initialize, Inotify watching) = (file.Tracker, file.IsToBeInitialized, inotify!);
        try
        {
            Errand.Begin(
                thread, "track-file", () => FileLook.At(tracker, initialize, watching, beforeWatching), look => Looked(file, watching, look));
        }
        catch (OutOfMemoryException)
        {
            // What the runtime says when the kernel gives it no thread.
            file.IsLooking = false;
            Complain(file, $"cannot be looked at: {Errand.NoThread}");
            Tell(file);
            LookLater(file);
            return;
        }

        file.IsToBeInitialized = false;
        Guard(file);
    }

    private void Looked(Watched file, Inotify watching, FileLook? look)
    {
        file.IsLooking = false;
        if (look is null || watching != inotify) return;
        foreach (WatchedName name in look.Names) Take(name);
        if (files.GetValueOrDefault(file.Tracker.Name) == file)
        {
            TakeIn(file, look);

            // Before it is looked at again, which has no end where it changes during each look: an instance that waits for a first reading would never begin.
            Tell(file);
            if (file.IsToBeLookedAtAgain || file.HasMissed) Look(file);
            else if (file.IsUnwatched) LookLater(file);
        }

        DropWatches();
    }

    /// <summary>Tells its reading, if that is still to be done.</summary>
    private void Tell(Watched file)
    {
        if (!file.IsToBeTold) return;
        file.IsToBeTold = false;
        sink.OnReading(file.Key, TrackerReading.Of(file.Number));
        CompleteTold();
    }

    private void Guard(Watched file)
    {
        if (file.IsGuarded) return;
        file.IsGuarded = true;
        thread.At(file.LookBegan + Patience, () =>
        {
            file.IsGuarded = false;
            if (!file.IsLooking || files.GetValueOrDefault(file.Tracker.Name) != file) return;
            if (MonotonicClock.Now < file.LookBegan + Patience)
            {
                Guard(file);
                return;
            }

            file.Hangs = true;
            Complain(file, $"cannot be looked at: its file system does not answer; {FileNumber.Text(file.Number)} counts until it does");
            Tell(file);
        });
    }

    private void LookLater(Watched file)
    {
        if (file.IsLookedAtLater) return;
        file.IsLookedAtLater = true;
        thread.At(MonotonicClock.Now + LookInterval, () =>
        {
            file.IsLookedAtLater = false;
            if (inotify is not null && files.GetValueOrDefault(file.Tracker.Name) == file) Look(file);
        });
    }

    private void Take(in WatchedName name)
    {
        bool had = watches.TryGetValue(name.Directory, out int former);
        watches[name.Directory] = name.Watch;

        // The same directory by another path has the same number.
        if (had && !watches.ContainsValue(former)) inotify!.Remove(former);
    }

    private void DropWatches()
    {
        HashSet<string> needed = [.. files.Values.SelectMany(f => f.Directories)];
        foreach ((string directory, int watch) in watches.Where(w => !needed.Contains(w.Key)).ToArray())
        {
            _ = watches.Remove(directory);
            if (!watches.ContainsValue(watch)) inotify!.Remove(watch);
        }
    }

    private void TakeIn(Watched file, FileLook look)
    {
        file.Hangs = false;
        file.Expect(look.Names);
        if (look.Refusal is { } refusal && !file.IsUnwatched)
            sink.OnTrackerWarning(file.Key, $"Tracked file {file.Tracker.Name} is looked at once a second: {refusal}");
        file.IsUnwatched = look.Refusal is not null;
        if (look.InitializationFailure is { } failure)
            sink.OnTrackerWarning(file.Key, $"Tracked file {file.Tracker.Name}: {file.Tracker.Path} cannot be initialised: {failure}");

        file.Missing = look.Content == FileContent.Missing;
        switch (look.Content)
        {
            case FileContent.Number:
                file.Complaint = null;
                break;
            case FileContent.Unreadable:
                Complain(file, $"cannot be read: {Errno.Name(look.ReadErrno)} ({Errno.Describe(look.ReadErrno)}); it counts as 0");
                break;
            case FileContent.OutOfRange:
                Complain(file, $"holds a number outside -2147483648 to 2147483648; {FileNumber.Text(file.Number)} stays");
                return;
        }

        if (look.Number == file.Number) return;
        file.Number = look.Number;
        file.Since = DateTimeOffset.Now;
        sink.OnTracker(file.Key, HaTrackerStateKind.Up, $"Tracked file {file.Tracker.Name} now {FileNumber.Text(look.Number)}");
        file.IsToBeTold = true;
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
        // More than happens on the way to a file while it is looked at; one whose server is gone for days is not to remember them all.
        private const int MostMissed = 256;

        private readonly HashSet<(int Watch, string Name)> expected = [];
        private readonly List<InotifyEvent> missed = [];

        public FileTracker Tracker { get; set; } = tracker;

        public TrackerKey Key { get; } = new(TrackerKind.File, tracker.Name);

        public long Number { get; set; }

        public bool Missing { get; set; }

        public string? Complaint { get; set; }

        /// <summary>What init_file asks for is done once for each tracker: a reload writes nothing into a file that is tracked already.</summary>
        public bool IsToBeInitialized { get; set; } = true;

        /// <summary>Whether its reading is told when it has been looked at, though it be the same.</summary>
        public bool IsToBeTold { get; set; }

        public bool IsLooking { get; set; }

        public long LookBegan { get; private set; }

        public bool IsToBeLookedAtAgain { get; set; }

        /// <summary>Whether a timer watches that the look does not take too long.</summary>
        public bool IsGuarded { get; set; }

        /// <summary>Whether the look takes too long.</summary>
        public bool Hangs { get; set; }

        /// <summary>Whether something happened on the way while it was looked at.</summary>
        public bool HasMissed => missed.Count >= MostMissed || missed.Exists(e => IsTouched(e));

        /// <summary>Whether a directory on the way is not watched, for want of the kernel's leave.</summary>
        public bool IsUnwatched { get; set; }

        public bool IsLookedAtLater { get; set; }

        public DateTimeOffset Since { get; set; } = DateTimeOffset.Now;

        public HashSet<string> Directories { get; } = [];

        public void BeginLook()
        {
            (IsLooking, LookBegan, IsToBeLookedAtAgain) = (true, MonotonicClock.Now, false);
            missed.Clear();
        }

        public void Remember(in InotifyEvent happened)
        {
            if (IsLooking && missed.Count < MostMissed) missed.Add(happened);
        }

        public void Expect(IReadOnlyList<WatchedName> names)
        {
            expected.Clear();
            Directories.Clear();
            foreach (WatchedName name in names)
            {
                _ = Directories.Add(name.Directory);
                _ = expected.Add((name.Watch, name.Name));
                _ = expected.Add((name.Watch, ""));
            }
        }

        public bool IsTouched(in InotifyEvent happened) =>
            (happened.Mask & Libc.IN_Q_OVERFLOW) != 0 || expected.Contains((happened.Watch, happened.Name));
    }
}
