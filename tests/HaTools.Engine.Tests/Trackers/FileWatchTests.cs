using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;
using HaTools.Engine.Trackers;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Trackers;

public sealed class FileWatchTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;
    private readonly WorkThread thread = new("test-files");
    private readonly TrackerNews news = new();
    private readonly FileWatch watch;

    public FileWatchTests() => watch = new FileWatch(thread, news);

    private string File1 => Path.Combine(directory, "number");

    [Fact]
    public async Task The_number_is_read_at_first_and_whenever_the_file_is_written()
    {
        await File.WriteAllTextAsync(File1, "5\n");
        await Configure(new FileTracker { Name = "f", Path = File1 });
        Assert.Equal((new TrackerKey(TrackerKind.File, "f"), TrackerReading.Of(5)), news.Readings.Last());

        await File.WriteAllTextAsync(File1, "-7");
        await Until(-7);
        Assert.Equal("-7", (await States())[0].LastResult);
        Assert.Contains("Tracked file f now -7", news.Said);
    }

    [Fact]
    public async Task A_file_that_is_replaced_deleted_and_made_again_is_followed()
    {
        await Configure(new FileTracker { Name = "f", Path = File1 });
        await Until(0);
        Assert.Equal("0 (there is no file)", (await States())[0].LastResult);

        await File.WriteAllTextAsync(File1, "1");
        await Until(1);
        await File.WriteAllTextAsync(File1 + ".new", "2");
        File.Move(File1 + ".new", File1, overwrite: true);
        await Until(2);
        File.Delete(File1);
        await Until(0);
        await File.WriteAllTextAsync(File1, "3");
        await Until(3);
    }

    [Fact]
    public async Task A_file_whose_directory_the_kernel_does_not_watch_is_looked_at_and_watched_when_it_does()
    {
        using var other = new WorkThread("test-files");
        var said = new TrackerNews();
        bool refuses = false;
        var refused = new FileWatch(other, said, d =>
        {
            if (Volatile.Read(ref refuses) && d.StartsWith(directory, StringComparison.Ordinal))
                throw new LinuxException("watching", d, Errno.ENOSPC, "raise fs.inotify.max_user_watches");
        });
        string below = Path.Combine(directory, "below"), file = Path.Combine(below, "n");
        _ = Directory.CreateDirectory(below);
        await File.WriteAllTextAsync(file, "1");
        await other.RunAsync(() => refused.Configure([new FileTracker { Name = "f", Path = file }]));

        // Its directory is replaced when all watches are taken: the thread, and the node with it, must not end of that.
        Volatile.Write(ref refuses, true);
        Directory.Move(below, below + ".old");
        _ = Directory.CreateDirectory(below);
        await File.WriteAllTextAsync(file, "2");
        await Eventually.True(() => said.Last == TrackerReading.Of(2), said.All);
        await File.WriteAllTextAsync(file, "3");
        await Eventually.True(() => said.Last == TrackerReading.Of(3), said.All);
        Assert.Single(said.Said, s => s.Contains("looked at once a second", StringComparison.Ordinal) && s.Contains("max_user_watches", StringComparison.Ordinal));
        Volatile.Write(ref refuses, false);
        await File.WriteAllTextAsync(file, "4");
        await Eventually.True(() => said.Last == TrackerReading.Of(4), said.All);
        await other.RunAsync(refused.Dispose);
    }

    [Fact]
    public async Task A_file_that_changes_during_each_look_is_told_all_the_same()
    {
        using var other = new WorkThread("test-files");
        var said = new TrackerNews();
        await File.WriteAllTextAsync(File1, "0");
        var busy = new FileWatch(other, said, d =>
        {
            // Time for the thread to hear of it before the look is over.
            if (d != directory) return;
            File.WriteAllText(File1, "0");
            Thread.Sleep(50);
        });

        await other.RunAsync(() => busy.Configure([new FileTracker { Name = "f", Path = File1 }]));

        await Eventually.True(() => said.Last == TrackerReading.Of(0), said.All);
        await other.RunAsync(busy.Dispose);
    }

    [Fact]
    public async Task Each_time_that_a_file_does_not_answer_is_told_once()
    {
        using var other = new WorkThread("test-files");
        using var server = new ManualResetEventSlim();
        var said = new TrackerNews();
        var hanging = new FileWatch(other, said, d =>
        {
            if (d == directory) server.Wait();
        });
        string complaint = $"Tracked file f: {File1} cannot be looked at: its file system does not answer; 0 counts until it does";
        await other.RunAsync(() => hanging.Configure([new FileTracker { Name = "f", Path = File1 }]));
        await other.RunAsync(() => hanging.Configure([new FileTracker { Name = "f", Path = File1 }]));
        Assert.Equal([complaint], said.Said);

        // It answers that there is no such file, and hangs again when there is one.
        server.Set();
        await Eventually.True(() => State() == "0 (there is no file)", State);
        server.Reset();
        await File.WriteAllTextAsync(File1, "1");
        await Eventually.True(() => State() == "0 (its file system does not answer)", State);

        Assert.Equal([complaint, complaint], said.Said);
        server.Set();
        await Eventually.True(() => said.Last == TrackerReading.Of(1), said.All);
        await other.RunAsync(hanging.Dispose);

        string State() => other.RunAsync(() => hanging.States().Single().LastResult!).GetAwaiter().GetResult();
    }

    [Fact]
    public async Task A_directory_that_is_replaced_in_one_go_is_followed()
    {
        string below = Path.Combine(directory, "below"), file = Path.Combine(below, "n");
        _ = Directory.CreateDirectory(below);
        await File.WriteAllTextAsync(file, "1");
        await Configure(new FileTracker { Name = "f", Path = file });
        await Until(1);

        // The watch sees both steps at once: the name is there before and after.
        await thread.RunAsync(() =>
        {
            Directory.Move(below, below + ".old");
            _ = Directory.CreateDirectory(below);
            File.WriteAllText(file, "2");
        });
        await Until(2);
        await File.WriteAllTextAsync(file, "3");
        await Until(3);
    }

    [Fact]
    public async Task A_directory_that_comes_later_or_goes_and_comes_again_is_followed()
    {
        string deep = Path.Combine(directory, "a", "b", "c");
        await Configure(new FileTracker { Name = "f", Path = Path.Combine(deep, "n") });
        await Until(0);

        Directory.CreateDirectory(deep);
        await File.WriteAllTextAsync(Path.Combine(deep, "n"), "4");
        await Until(4);
        Directory.Move(Path.Combine(directory, "a"), Path.Combine(directory, "z"));
        await Until(0);
        Directory.Move(Path.Combine(directory, "z"), Path.Combine(directory, "a"));
        await Until(4);
        Directory.Delete(Path.Combine(directory, "a"), recursive: true);
        await Until(0);
        Directory.CreateDirectory(deep);
        await File.WriteAllTextAsync(Path.Combine(deep, "n"), "6");
        await Until(6);
    }

    [Fact]
    public async Task What_a_link_leads_to_is_followed_and_so_is_the_link()
    {
        Directory.CreateDirectory(Path.Combine(directory, "one"));
        Directory.CreateDirectory(Path.Combine(directory, "two"));
        await File.WriteAllTextAsync(Path.Combine(directory, "one", "n"), "1");
        await File.WriteAllTextAsync(Path.Combine(directory, "two", "n"), "2");
        Directory.CreateSymbolicLink(Path.Combine(directory, "now"), "one");
        await Configure(new FileTracker { Name = "f", Path = Path.Combine(directory, "now", "n") });
        await Until(1);

        await File.WriteAllTextAsync(Path.Combine(directory, "one", "n"), "11");
        await Until(11);
        Directory.CreateSymbolicLink(Path.Combine(directory, "next"), "two");
        Run("mv", "-T", Path.Combine(directory, "next"), Path.Combine(directory, "now"));
        await Until(2);
        await File.WriteAllTextAsync(Path.Combine(directory, "two", "n"), "22");
        await Until(22);
    }

    [Fact]
    public async Task A_number_out_of_range_is_told_and_the_last_one_stays()
    {
        await File.WriteAllTextAsync(File1, "5");
        await Configure(new FileTracker { Name = "f", Path = File1 });
        await File.WriteAllTextAsync(File1, new string('9', 1_000_000));

        await Eventually.True(() => news.Said.Any(s => s.EndsWith("outside -2147483648 to 2147483648; 5 stays", StringComparison.Ordinal)), news.All);
        Assert.Equal(TrackerReading.Of(5), news.Last);
    }

    [Theory]
    [InlineData(null, false, "3\n")]
    [InlineData("9", false, "9")]
    [InlineData("9", true, "3\n")]
    public async Task A_file_is_initialised_once(string? before, bool overwrite, string expected)
    {
        if (before is not null) await File.WriteAllTextAsync(File1, before);
        var tracker = new FileTracker { Name = "f", Path = File1, InitialValue = 3, Overwrite = overwrite };
        await Configure(tracker);
        Assert.Equal(expected, await File.ReadAllTextAsync(File1));

        await File.WriteAllTextAsync(File1, "8");
        await Configure(tracker with { Weight = 2 });
        Assert.Equal("8", await File.ReadAllTextAsync(File1));
        await Until(8);
    }

    [Fact]
    public async Task A_link_is_not_overwritten_through()
    {
        string target = Path.Combine(directory, "target");
        await File.WriteAllTextAsync(target, "7");
        File.CreateSymbolicLink(File1, target);
        await Configure(new FileTracker { Name = "f", Path = File1, InitialValue = 3, Overwrite = true });

        Assert.Equal("7", await File.ReadAllTextAsync(target));
        Assert.Contains(news.Said, s => s.Contains("cannot be initialised: ELOOP", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pipe_and_a_directory_hold_nobody_up()
    {
        Run("mkfifo", File1);
        string folder = Path.Combine(directory, "folder");
        Directory.CreateDirectory(folder);
        await Configure(new FileTracker { Name = "f", Path = File1 }, new FileTracker { Name = "d", Path = folder });

        Assert.Equal(["0", "0"], (await States()).Select(s => s.LastResult));
        Assert.Contains(news.Said, s => s.Contains("cannot be read: EISDIR", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        thread.RunAsync(watch.Dispose).GetAwaiter().GetResult();
        thread.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private Task Configure(params FileTracker[] trackers) => thread.RunAsync(() => watch.Configure(trackers));

    private Task<HaTrackerState[]> States() => thread.RunAsync(() => watch.States().ToArray());

    private Task Until(long number) => Eventually.True(() => news.Last == TrackerReading.Of(number), () => $"not {number}\n{news.All()}");
}
