using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;
using HaTools.Engine.Trackers;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Trackers;

public sealed class ProcessWatchTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;
    private readonly WorkThread thread = new("test-processes");
    private readonly TrackerNews news = new();
    private readonly List<ChildProcess> children = [];
    private ProcessWatch? watch;

    /// <summary>A program's name that no other process of this machine has.</summary>
    private readonly string name = $"hp{Guid.NewGuid():N}"[..12];

    [RootFact]
    public async Task Processes_that_begin_and_end_are_heard_of()
    {
        await Configure(Open(), new ProcessTracker { Name = "p", Command = [name], Quorum = 2 });
        Assert.Equal(TrackerReading.Down, news.Last);

        Start("1000");
        Start("1000");
        await Eventually.True(() => news.Last == TrackerReading.Up, news.All);
        Assert.Contains("Quorum gained for tracked process p (2 processes)", news.Said);

        children[0].KillGroup(Libc.SIGKILL);
        await Eventually.True(() => news.Last == TrackerReading.Down, news.All);
        Assert.Contains("Quorum lost for tracked process p (1 process)", news.Said);
        Assert.Equal("1 process", (await thread.RunAsync(() => watch!.States().ToArray()))[0].LastResult);
    }

    [Fact]
    public async Task Where_the_kernel_does_not_tell_of_them_they_are_looked_at()
    {
        await Configure(() => (null, "no news here"), new ProcessTracker { Name = "p", Command = [Program, "1000"] });
        Assert.Equal("no news here", watch!.Note);

        Start("1000");
        await Eventually.True(() => news.Last == TrackerReading.Up, news.All);
        children[0].KillGroup(Libc.SIGKILL);
        await Eventually.True(() => news.Last == TrackerReading.Down, news.All);
    }

    [Fact]
    public async Task Processes_that_run_already_are_found_and_their_arguments_compared()
    {
        Start("1001");
        await HasItsArguments();
        await Configure(
            () => (null, "no news here"), new ProcessTracker { Name = "a", Command = [Program, "100"], Parameters = ParameterMatch.Initial },
            new ProcessTracker { Name = "b", Command = [Program, "100"] });

        Assert.Equal([TrackerReading.Up, TrackerReading.Down], news.Readings.ToArray()[^2..].Select(r => r.Reading));
    }

    [RootFact]
    public async Task A_process_that_takes_another_name_is_counted_by_it()
    {
        await Configure(Open(), new ProcessTracker { Name = "p", Command = [name] });
        Assert.Equal(TrackerReading.Down, news.Last);

        var child = ChildProcess.Start(new ChildProcessOptions
        {
            FileName = "sh",
            Arguments = ["-c", $"printf %s {name} > /proc/$$/comm; sleep 1000 & wait"],
        });
        children.Add(child);

        await Eventually.True(() => news.Last == TrackerReading.Up, news.All);
    }

    [RootFact]
    public async Task In_a_network_namespace_of_its_own_the_kernel_is_asked_in_the_initial_one()
    {
        using NetworkNamespace elsewhere = NetworkNamespace.Create();
        await Configure(elsewhere.Run(() => Open()), new ProcessTracker { Name = "p", Command = [name] });

        Start("1000");
        await Eventually.True(() => news.Last == TrackerReading.Up, news.All);
    }

    [Fact]
    public async Task What_cannot_be_looked_at_is_told_once_not_judged_and_looked_at_again()
    {
        Start("1000");
        await HasItsArguments();
        int failures = 0;
        bool fails = true;
        IEnumerable<int> List()
        {
            bool failing = Volatile.Read(ref fails);
            foreach (int process in ProcessFiles.All())
            {
                if (!failing) yield return process;
            }

            if (!failing) yield break;
            failures++;
            throw new IOException("Too many open files", 24);
        }

        ProcessTracker tracker = new() { Name = "p", Command = [Program, "1000"] };
        await Configure(() => (null, "no news here"), List, tracker);
        await Eventually.True(() => Volatile.Read(ref failures) >= 3, news.All);
        Assert.Empty(news.Readings);
        Assert.Equal("Too many open files", (await thread.RunAsync(() => watch!.States().ToArray()))[0].LastResult);

        Volatile.Write(ref fails, false);
        await Eventually.True(() => news.Last == TrackerReading.Up, news.All);

        int before = failures;
        Volatile.Write(ref fails, true);
        await Eventually.True(() => Volatile.Read(ref failures) >= before + 2, news.All);
        Volatile.Write(ref fails, false);
        children[0].KillGroup(Libc.SIGKILL);
        await Eventually.True(() => news.Last == TrackerReading.Down, news.All);

        Assert.Equal([TrackerReading.Up, TrackerReading.Down], news.Readings.Select(r => r.Reading));
        Assert.Equal(2, news.Said.Count(s => s.StartsWith("Processes cannot be followed: Too many open files;", StringComparison.Ordinal)));
    }

    [Fact]
    public void Only_a_process_that_has_ended_or_is_hidden_is_gone()
    {
        Assert.All(
            new Exception[] { new FileNotFoundException(), new DirectoryNotFoundException(), new UnauthorizedAccessException(), new IOException("", 3) },
            e => Assert.True(ProcessFiles.IsGone(e)));
        Assert.False(ProcessFiles.IsGone(new IOException("Too many open files", 24)));
        Assert.False(ProcessFiles.TryRead(int.MaxValue, true, ProcessFiles.NewBuffer(), out _, out _));
    }

    public void Dispose()
    {
        if (watch is not null) thread.RunAsync(watch.Dispose).GetAwaiter().GetResult();
        thread.Dispose();
        foreach (ChildProcess child in children) child.KillGroup(Libc.SIGKILL);
        Directory.Delete(directory, recursive: true);
    }

    private string Program => Path.Combine(directory, name);

    // In a container there may be no news; then the look at /proc is what these tests prove.
    private static Func<(HaTools.Netlink.Connector.ProcessMonitor?, string?)> Open()
    {
        (HaTools.Netlink.Connector.ProcessMonitor? monitor, string? whyNot) = ProcessNews.Open();
        return () => (monitor, whyNot);
    }

    private void Start(string argument)
    {
        // No copy: while another test starts a process, that one holds all files that are being written, and what is being written cannot be run.
        if (!File.Exists(Program)) File.CreateSymbolicLink(Program, "/bin/sleep");
        children.Add(ChildProcess.Start(new ChildProcessOptions { FileName = Program, Arguments = [argument] }));
    }

    // It runs a moment before the kernel has noted them.
    private Task HasItsArguments() =>
        Eventually.True(() => File.ReadAllText($"/proc/{children[0].Pid}/cmdline").StartsWith(Program, StringComparison.Ordinal));

    private Task Configure(
        Func<(HaTools.Netlink.Connector.ProcessMonitor?, string?)> open, params ProcessTracker[] trackers) => Configure(open, null, trackers);

    private Task Configure(
        Func<(HaTools.Netlink.Connector.ProcessMonitor?, string?)> open, Func<IEnumerable<int>>? list, params ProcessTracker[] trackers) => thread.RunAsync(() =>
    {
        watch = new ProcessWatch(thread, news, open, list);
        watch.Configure(trackers);
    });
}
