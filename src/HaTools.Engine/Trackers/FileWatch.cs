using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Trackers;

/// <summary>
/// Follows the numbers in files by inotify. Every directory on the way to a file is watched, and every one that a link on the way leads
/// through: a file that is written, replaced, deleted, or whose directory comes later is seen. Where the kernel watches no more directories
/// (fs.inotify.max_user_watches, which all of root's programs share), the file is looked at once a second. Everything happens on the thread but the looks themselves
/// (<see cref="FileLook"/>), which stand in an <see cref="ErrandLine"/>: each file has one at a time, and one whose file system does not answer keeps its number.
/// </summary>
/// <param name="thread">The thread.</param>
/// <param name="sink">Hears of it.</param>
/// <param name="beforeWatching">Told of each directory that the kernel is to watch, on any thread; may refuse as it would (LinuxException).</param>
internal sealed class FileWatch(WorkThread thread, ITrackerSink sink, Action<string>? beforeWatching = null) : IDisposable
{
    private const long LookInterval = 1_000_000_000;
    private static readonly long Patience = FilePatience.Courtesy.Ticks * TimeSpan.NanosecondsPerTick;

    // More than happens while a file is looked at; one whose server is gone for days is not to remember it all.
    private const int MostRecent = 4096;

    private readonly Dictionary<string, Watched> files = [];
    private readonly Dictionary<string, int> watches = [];
    private readonly Dictionary<(int Watch, string Name), HashSet<Watched>> expecting = [];
    private readonly List<InotifyEvent> events = [];

    /// <summary>What has happened while any file was looked at.</summary>
    private readonly List<InotifyEvent> recent = [];
    private IReadOnlyList<string> order = [];
    private Inotify? inotify;
    private ErrandLine? looks;
    private TaskCompletionSource? told;

    /// <summary>Goes over to other files.</summary>
    /// <returns>Ends when all have been looked at, or do not answer for too long, and their readings are told.</returns>
    public Task Configure(IReadOnlyList<FileTracker> trackers)
    {
        foreach (string gone in files.Keys.Except(trackers.Select(t => t.Name)).ToArray()) Forget(files[gone]);
        order = [.. trackers.Select(t => t.Name)];
        if (trackers.Count == 0)
        {
            Close();
            return Task.CompletedTask;
        }

        if (inotify is null)
        {
            inotify = new Inotify();
            looks = new ErrandLine(thread, "track-file");
            thread.Watch(inotify.Handle, ReadEvents);
        }

        foreach (FileTracker tracker in trackers)
        {
            if (files.TryGetValue(tracker.Name, out Watched? file) && file.Tracker.Path != tracker.Path)
            {
                Forget(file);
                file = null;
            }

            if (file is null) files.Add(tracker.Name, file = new Watched(tracker));
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
        looks!.Dispose();
        (inotify, looks) = (null, null);
        watches.Clear();
    }

    private void Forget(Watched file)
    {
        _ = files.Remove(file.Tracker.Name);
        Expect(file, []);
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

            if ((happened.Mask & Libc.IN_Q_OVERFLOW) != 0) touched.UnionWith(files.Values);
            else if (expecting.TryGetValue((happened.Watch, happened.Name), out HashSet<Watched>? those)) touched.UnionWith(those);
        }

        Remember();
        foreach (Watched file in touched) Look(file);
    }

    /// <summary>A look may find names on the way that were not expected when something happened to them.</summary>
    private void Remember()
    {
        Watched[] looking = [.. files.Values.Where(f => f.IsLooking)];
        if (looking.Length == 0) recent.Clear();
        else if (recent.Count + events.Count <= MostRecent) recent.AddRange(events);
        else
        {
            recent.Clear();
            foreach (Watched file in looking) (file.IsToBeLookedAtAgain, file.Recent) = (true, 0);
        }
    }

    /// <summary>Has the way to the file gone anew and watched, and the file read.</summary>
    private void Look(Watched file)
    {
        if (file.IsLooking)
        {
            file.IsToBeLookedAtAgain = true;
            return;
        }

        (FileTracker tracker, bool initialize, IReadOnlyList<WatchedName> names, Inotify watching) = (file.Tracker, file.IsToBeInitialized, file.Names, inotify!);
        file.BeginLook(recent.Count);
        Guard(file);
        looks!.Begin(
            () => FileLook.At(tracker, initialize, names, watching, beforeWatching), look => Looked(file, watching, look), () => NotLooked(file, initialize));
    }

    /// <summary>The kernel gives no thread for it.</summary>
    private void NotLooked(Watched file, bool initialize)
    {
        (file.IsLooking, file.IsToBeInitialized) = (false, initialize);
        if (files.GetValueOrDefault(file.Tracker.Name) != file) return;
        Complain(file, $"cannot be looked at: {Errand.NoThread}");
        Tell(file);
        LookLater(file);
    }

    private void Looked(Watched file, Inotify watching, FileLook? look)
    {
        file.IsLooking = false;
        if (look is null || watching != inotify) return;
        foreach (WatchedName name in look.Names) Take(name);
        if (files.GetValueOrDefault(file.Tracker.Name) == file)
        {
            bool isAsExpected = file.Names.SequenceEqual(look.Names);
            TakeIn(file, look);

            // Before it is looked at again, which has no end where it changes during each look: an instance that waits for a first reading would never begin.
            Tell(file);
            if (file.IsToBeLookedAtAgain || (!isAsExpected && HasMissed(file))) Look(file);
            else if (file.IsUnwatched) LookLater(file);
        }

        DropWatches();
    }

    /// <summary>Whether something happened on the way while it was looked at.</summary>
    private bool HasMissed(Watched file)
    {
        HashSet<(int, string)> names = [.. Expected(file.Names)];
        return recent.Skip(file.Recent).Any(e => names.Contains((e.Watch, e.Name)));
    }

    /// <summary>What may happen to the names, or to the directories themselves.</summary>
    private static IEnumerable<(int Watch, string Name)> Expected(IReadOnlyList<WatchedName> names) =>
        names.SelectMany(n => new[] { (n.Watch, n.Name), (n.Watch, "") }).Distinct();

    private void Expect(Watched file, IReadOnlyList<WatchedName> names)
    {
        if (file.Names.SequenceEqual(names)) return;
        foreach ((int, string) one in Expected(file.Names))
        {
            HashSet<Watched> those = expecting[one];
            if (those.Remove(file) && those.Count == 0) _ = expecting.Remove(one);
        }

        file.Names = names;
        foreach ((int, string) one in Expected(names))
        {
            if (!expecting.TryGetValue(one, out HashSet<Watched>? those)) expecting.Add(one, those = []);
            _ = those.Add(file);
        }
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
        HashSet<string> needed = [.. files.Values.SelectMany(f => f.Names).Select(n => n.Directory)];
        foreach ((string directory, int watch) in watches.Where(w => !needed.Contains(w.Key)).ToArray())
        {
            _ = watches.Remove(directory);
            if (!watches.ContainsValue(watch)) inotify!.Remove(watch);
        }
    }

    private void TakeIn(Watched file, FileLook look)
    {
        file.Hangs = false;
        Expect(file, look.Names);
        if (look.Refusal is { } refusal && !file.IsUnwatched)
            sink.OnTrackerWarning(file.Key, $"Tracked file {file.Tracker.Name} is looked at once a second: {refusal}");
        file.IsUnwatched = look.Refusal is not null;
        if (look.InitializationFailure is { } failure)
            sink.OnTrackerWarning(file.Key, $"Tracked file {file.Tracker.Name}: {file.Tracker.Path} cannot be initialised: {failure}");

        file.Missing = look.Content == FileContent.Missing;
        switch (look.Content)
        {
            case FileContent.Number or FileContent.Missing:
                // What is complained of after this is news, also if it is the same as before.
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

        /// <summary>How much of what is remembered had happened when the look began.</summary>
        public int Recent { get; set; }

        /// <summary>Whether a directory on the way is not watched, for want of the kernel's leave.</summary>
        public bool IsUnwatched { get; set; }

        public bool IsLookedAtLater { get; set; }

        public DateTimeOffset Since { get; set; } = DateTimeOffset.Now;

        /// <summary>Every name on the way whose directory the kernel watches.</summary>
        public IReadOnlyList<WatchedName> Names { get; set; } = [];

        public void BeginLook(int recent) =>
            (IsLooking, LookBegan, IsToBeLookedAtAgain, IsToBeInitialized, Recent) = (true, MonotonicClock.Now, false, false, recent);
    }
}
