using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Notify;
using HaTools.Engine.Scripts;
using HaTools.Engine.Tests.Scripts;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Notify;

/// <summary>Real FIFOs and real readers.</summary>
public sealed class NotifyFifoTests : INotifySink, IDisposable
{
    private static readonly NotifyKey Service = NotifyKey.Service("tcp 10.0.0.1:80"), Server = NotifyKey.RealServer("tcp 10.0.0.1:80", "10.0.1.1:81");

    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;
    private readonly WorkThread thread = new("test-fifo");
    private readonly ConcurrentQueue<string> said = new();
    private readonly List<Process> started = [];
    private readonly NotifyRunner runner;
    private readonly NotifyKey vi1 = NotifyKey.Instance("VI_1");
    private int readers;

    public NotifyFifoTests() => runner = new NotifyRunner(thread, this);

    private string Pipe => Path.Combine(directory, "fifo");

    private string Log => Path.Combine(directory, "log");

    [Fact]
    public async Task Who_begins_to_read_is_told_what_everything_is_and_then_what_happens_in_order()
    {
        await Force(Configuration(new NotifyFifo(Pipe)));
        await Tell(VrrpStateKind.Backup, 100);
        await thread.RunAsync(() => runner.OnState(NotifyKey.Group("VG"), VrrpStateKind.Backup, 0));
        await thread.RunAsync(() => runner.OnHealth(Service, true, HealthNews.Begins));
        await thread.RunAsync(() => runner.OnHealth(Server, true, HealthNews.Begins));

        string read = Read();
        await Until(read, "INSTANCE \"VI_1\" BACKUP 100\nGROUP \"VG\" BACKUP 0\nRS [10.0.1.1]:tcp:81 [10.0.0.1]:tcp:80 UP\nVS [10.0.0.1]:tcp:80 UP\n");

        await Tell(VrrpStateKind.Master, 150);
        await thread.RunAsync(() => runner.OnLowerPriority("VI_1"));
        await thread.RunAsync(() => runner.OnPriority("VI_1", 140));
        await Tell(VrrpStateKind.Fault, 140);
        await thread.RunAsync(() => runner.OnHealth(Server, false, HealthNews.Changed));
        await thread.RunAsync(() => runner.OnHealth(Service, false, HealthNews.Changed));
        await thread.RunAsync(runner.StopAsync);

        await Until(
            read,
            """
            INSTANCE "VI_1" BACKUP 100
            GROUP "VG" BACKUP 0
            RS [10.0.1.1]:tcp:81 [10.0.0.1]:tcp:80 UP
            VS [10.0.0.1]:tcp:80 UP
            INSTANCE "VI_1" MASTER 150
            INSTANCE "VI_1" MASTER_RX_LOWER_PRI 150
            INSTANCE "VI_1" FAULT 140
            RS [10.0.1.1]:tcp:81 [10.0.0.1]:tcp:80 DOWN
            VS [10.0.0.1]:tcp:80 DOWN
            INSTANCE "VI_1" STOP 140
            GROUP "VG" STOP 0

            """);
        Assert.False(File.Exists(Pipe));
        Assert.Empty(said);
    }

    [Fact]
    public async Task Each_of_the_three_is_told_of_its_part()
    {
        string vrrp = Path.Combine(directory, "vrrp"), ipvs = Path.Combine(directory, "ipvs");
        await Force(Configuration(new NotifyFifo(Pipe)) with { VrrpNotifyFifo = new NotifyFifo(vrrp), IpvsNotifyFifo = new NotifyFifo(ipvs) });
        await Tell(VrrpStateKind.Master, 100);
        await thread.RunAsync(() => runner.OnHealth(Service, false, HealthNews.Begins));

        string first = Read(), second = Read(vrrp), third = Read(ipvs);

        await Until(first, "INSTANCE \"VI_1\" MASTER 100\nVS [10.0.0.1]:tcp:80 DOWN\n");
        await Until(second, "INSTANCE \"VI_1\" MASTER 100\n");
        await Until(third, "VS [10.0.0.1]:tcp:80 DOWN\n");
        Assert.Equal(
            [("notify_fifo", true, 2L), ("vrrp_notify_fifo", true, 1L), ("lvs_notify_fifo", true, 1L)],
            (await States()).Select(s => (s.Keyword, s.Connected, s.Written)));
    }

    [Theory]
    [InlineData(true, null, null, true)]
    [InlineData(true, false, null, false)]
    [InlineData(false, false, true, true)]
    [InlineData(true, true, false, false)]
    [InlineData(false, null, null, false)]
    [InlineData(false, true, null, true)]
    public async Task Changes_of_priority_are_told_where_the_instance_else_its_group_else_the_node_says_so(bool node, bool? group, bool? instance, bool expected)
    {
        HaConfiguration plain = Configuration(new NotifyFifo(Pipe));
        await Force(plain with
        {
            NotifyPriorityChanges = node,
            SyncGroups = [plain.SyncGroups[0] with { NotifyPriorityChanges = group }],
            VrrpInstances = [plain.VrrpInstances[0] with { NotifyPriorityChanges = instance }],
        });
        string read = Read();
        await Connected();
        await Tell(VrrpStateKind.Backup, 100);
        await thread.RunAsync(() => runner.OnPriority("VI_1", 90));
        await Tell(VrrpStateKind.Master, 90);
        await thread.RunAsync(() => runner.OnPriority("VI_1", 80));
        await thread.RunAsync(runner.StopAsync);

        await Until(read, expected
            ? "INSTANCE \"VI_1\" BACKUP 100\nINSTANCE \"VI_1\" BACKUP_PRIORITY 90\nINSTANCE \"VI_1\" MASTER 90\nINSTANCE \"VI_1\" MASTER_PRIORITY 80\nINSTANCE \"VI_1\" STOP 80\nGROUP \"VG\" STOP 0\n"
            : "INSTANCE \"VI_1\" BACKUP 100\nINSTANCE \"VI_1\" MASTER 90\nINSTANCE \"VI_1\" STOP 80\nGROUP \"VG\" STOP 0\n");
    }

    [Fact]
    public async Task Who_reads_and_dies_is_followed_by_the_next_who_is_told_what_everything_is()
    {
        await Force(Configuration(new NotifyFifo(Pipe)));
        await Tell(VrrpStateKind.Backup, 100);
        string first = Read();
        await Until(first, "INSTANCE \"VI_1\" BACKUP 100\n");

        started[0].Kill(entireProcessTree: true);
        await started[0].WaitForExitAsync();
        await Eventually.True(() => !States().Result[0].Connected);
        await Tell(VrrpStateKind.Master, 100);
        string second = Read();
        await Until(second, "INSTANCE \"VI_1\" MASTER 100\n");
        await Tell(VrrpStateKind.Fault, 100);
        await Until(second, "INSTANCE \"VI_1\" MASTER 100\nINSTANCE \"VI_1\" FAULT 100\n");
        Assert.Equal("INSTANCE \"VI_1\" BACKUP 100\n", File.ReadAllText(first));
    }

    [Fact]
    public async Task Who_reads_too_slowly_is_told_what_everything_is_instead_of_all_that_he_missed()
    {
        await Force(Configuration(new NotifyFifo(Pipe)));
        using FileDescriptor slow = FileDescriptor.OrThrow(Libc.open(Pipe, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC), "opening");
        await Connected();
        await thread.RunAsync(() =>
        {
            for (int i = 0; i < 10_000; i++) runner.OnState(vi1, i % 2 == 0 ? VrrpStateKind.Backup : VrrpStateKind.Master, 100);
            runner.OnState(vi1, VrrpStateKind.Fault, 99);
        });
        Assert.Contains("is too slow", Assert.Single(said), StringComparison.Ordinal);
        HaNotifyFifoState state = (await States())[0];
        Assert.True(state.Dropped > 0);

        string all = "";
        await Eventually.True(() => (all += Take(slow)).EndsWith("INSTANCE \"VI_1\" FAULT 99\n", StringComparison.Ordinal));
        state = (await States())[0];
        Assert.Equal(state.Written, all.Count(c => c == '\n'));
        Assert.Equal(10_001 + 1, state.Written + state.Dropped);

        // It is up to date again, and is told what happens then.
        await Tell(VrrpStateKind.Master, 100);
        await Eventually.True(() => Take(slow) == "INSTANCE \"VI_1\" MASTER 100\n");
        Assert.Single(said);
    }

    [Fact]
    public async Task Who_comes_while_another_reads_is_told_what_everything_is_and_so_is_who_stays_when_another_goes()
    {
        const string all = "INSTANCE \"VI_1\" BACKUP 100\n";
        await Force(Configuration(new NotifyFifo(Pipe)));
        await Tell(VrrpStateKind.Backup, 100);
        FileDescriptor first = Open();
        string read = "";
        await Eventually.True(() => (read += Take(first)) == all);

        // It has stopped to read: whatever comes is for the second.
        using FileDescriptor second = Open();
        await Eventually.True(() => Take(second) == all);
        first.Dispose();
        await Eventually.True(() => Take(second) == all);

        // Two of them change in one moment: the end of the one is not seen any more, and the next is told all the same.
        FileDescriptor third = await thread.RunAsync(() =>
        {
            second.Dispose();
            return Open();
        });
        string told = "";
        await Eventually.True(() => (told += Take(third)).Length >= all.Length);
        Assert.StartsWith(all, told, StringComparison.Ordinal);
        Assert.Empty(said);
        third.Dispose();
        await Eventually.True(() => !States().Result[0].Connected);

        FileDescriptor Open() => FileDescriptor.OrThrow(Libc.open(Pipe, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC), "opening");
    }

    [Fact]
    public async Task Who_comes_and_goes_all_the_time_is_told_less_often()
    {
        const string all = "INSTANCE \"VI_1\" BACKUP 100\n";
        await Force(Configuration(new NotifyFifo(Pipe)));
        await Tell(VrrpStateKind.Backup, 100);
        using FileDescriptor reader = FileDescriptor.OrThrow(Libc.open(Pipe, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC), "opening");
        await Eventually.True(() => Take(reader) == all);
        const int times = 20_000;
        for (int i = 0; i < times; i++) FileDescriptor.OrThrow(Libc.open(Pipe, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC), "opening").Dispose();
        await Eventually.True(() => Take(reader).StartsWith(all, StringComparison.Ordinal));
        Assert.InRange((await States())[0].Written, 2, times / 20);
        Assert.Equal(0, (await States())[0].Dropped);
    }

    [Fact]
    public async Task Each_reader_who_is_too_slow_is_told_of_once()
    {
        await Force(Configuration(new NotifyFifo(Pipe)));
        for (int reader = 1; reader <= 2; reader++)
        {
            using (FileDescriptor slow = FileDescriptor.OrThrow(Libc.open(Pipe, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC), "opening"))
            {
                await Connected();
                for (int turn = 0; turn < 2; turn++)
                {
                    await thread.RunAsync(() =>
                    {
                        for (int i = 0; i < 10_000; i++) runner.OnState(vi1, i % 2 == 0 ? VrrpStateKind.Backup : VrrpStateKind.Master, 100);
                    });
                }

                Assert.Equal(reader, said.Count);
                Assert.All(said, s => Assert.Contains("is too slow", s, StringComparison.Ordinal));
            }

            await Eventually.True(() => !States().Result[0].Connected);
        }
    }

    [Fact]
    public async Task Who_reads_a_part_and_is_to_hear_all_is_told_what_everything_is_once_more()
    {
        await Force(Configuration(null) with { VrrpNotifyFifo = new NotifyFifo(Pipe) });
        await Tell(VrrpStateKind.Backup, 100);
        string read = Read();
        await Until(read, "INSTANCE \"VI_1\" BACKUP 100\n");

        await Force(Configuration(new NotifyFifo(Pipe)));
        await Until(read, "INSTANCE \"VI_1\" BACKUP 100\nINSTANCE \"VI_1\" BACKUP 100\n");
        await thread.RunAsync(() => runner.OnHealth(Service, true, HealthNews.Begins));
        await Until(read, "INSTANCE \"VI_1\" BACKUP 100\nINSTANCE \"VI_1\" BACKUP 100\nVS [10.0.0.1]:tcp:80 UP\n");
    }

    [Fact]
    public async Task What_waits_when_the_node_stops_is_written_to_whoever_reads_it()
    {
        // More than the 64 KiB that a pipe takes, and less than is thrown away.
        const int Many = 3000;
        await Force(Configuration(new NotifyFifo(Pipe)));
        using FileDescriptor slow = FileDescriptor.OrThrow(Libc.open(Pipe, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC), "opening");
        await Connected();
        await thread.RunAsync(() =>
        {
            for (int i = 0; i < Many; i++) runner.OnState(vi1, i % 2 == 0 ? VrrpStateKind.Backup : VrrpStateKind.Master, 100);
        });
        Task stop = thread.RunAsync(runner.StopAsync);
        string all = "";
        await Eventually.True(() =>
        {
            while (Take(slow) is { Length: > 0 } part) all += part;
            return stop.IsCompleted;
        });
        await stop;
        Assert.EndsWith("INSTANCE \"VI_1\" STOP 100\nGROUP \"VG\" STOP 0\n", all, StringComparison.Ordinal);
        Assert.Equal(Many + 2, all.Count(c => c == '\n'));
        Assert.Empty(said);
    }

    [Fact]
    public async Task What_nobody_reads_holds_up_nothing()
    {
        await Force(Configuration(new NotifyFifo(Pipe)));
        for (int i = 0; i < 3000; i++) await Tell(i % 2 == 0 ? VrrpStateKind.Backup : VrrpStateKind.Master, 100);
        HaNotifyFifoState state = (await States())[0];
        Assert.Equal((false, 0L, 0L), (state.Connected, state.Written, state.Dropped));
        await thread.RunAsync(runner.StopAsync);
        Assert.False(File.Exists(Pipe));
    }

    [Fact]
    public async Task The_script_has_the_path_as_its_last_argument_and_reads_to_the_end_of_file()
    {
        string script = Script("script", "echo \"$# $2\" >> LOG; cat \"$2\" >> LOG; echo end >> LOG");
        await Force(Configuration(new NotifyFifo(Pipe) { Script = new NotifyScript($"{script} 'of mine'") }));
        await Tell(VrrpStateKind.Backup, 100);
        await Until(Log, $"2 {Pipe}\nINSTANCE \"VI_1\" BACKUP 100\n");
        Assert.Equal((true, 0L, null), ((await States())[0].ScriptRuns, (await States())[0].ScriptEnds, (await States())[0].LastScriptResult));

        await thread.RunAsync(runner.StopAsync);

        Assert.Equal($"2 {Pipe}\nINSTANCE \"VI_1\" BACKUP 100\nINSTANCE \"VI_1\" STOP 100\nGROUP \"VG\" STOP 0\nend\n", File.ReadAllText(Log));
        Assert.Empty(said);
    }

    [Fact]
    public async Task A_script_that_ends_is_told_of_and_started_again()
    {
        string script = Script("script", "read line < \"$1\"; echo \"$line\" >> LOG; echo why >&2; exit 3");
        await Force(Configuration(new NotifyFifo(Pipe) { Script = new NotifyScript(script) }));
        await Tell(VrrpStateKind.Master, 100);
        await Eventually.True(() => File.Exists(Log) && File.ReadAllText(Log).StartsWith("INSTANCE \"VI_1\" MASTER 100\nINSTANCE \"VI_1\" MASTER 100\n", StringComparison.Ordinal));
        Assert.Equal("notify_fifo_script has ended (exit 3; it said: why) and is started again in 1 s", said.First());
        Assert.True((await States())[0].ScriptEnds > 0);
    }

    [Fact]
    public async Task Between_the_ends_of_a_script_is_twice_the_time_each()
    {
        await Force(Configuration(new NotifyFifo(Pipe) { Script = new NotifyScript(Script("script", "exit 3")) }));
        await Eventually.True(() => said.Count >= 3);
        Assert.Equal(
            ["1 s", "2 s", "4 s"], said.Take(3).Select(s => s.Replace("notify_fifo_script has ended (exit 3) and is started again in ", "", StringComparison.Ordinal)));
    }

    [RootFact]
    public async Task At_a_reload_a_script_goes_on_unless_it_is_another_or_another_s()
    {
        File.SetUnixFileMode(directory, (UnixFileMode)Convert.ToInt32("755", 8));
        File.WriteAllText(Log, "");
        File.SetUnixFileMode(Log, (UnixFileMode)Convert.ToInt32("666", 8));
        string script = Script("script", "id -un >> LOG; exec sleep 1000");
        HaConfiguration before = Configuration(new NotifyFifo(Pipe) { Script = new NotifyScript(script, "root") });
        await Force(before);
        await Until(Log, "root\n");
        await Force(before with { VrrpNotifyFifo = new NotifyFifo(Path.Combine(directory, "other")) });
        await Force(Configuration(new NotifyFifo(Pipe) { Script = new NotifyScript(script, "nobody") }));
        await Until(Log, "root\nnobody\n");
        await Force(Configuration(new NotifyFifo(Pipe) { Script = new NotifyScript($"{script} 1", "nobody") }));
        await Until(Log, "root\nnobody\nnobody\n");
        Assert.Empty(said);
    }

    [Fact]
    public async Task A_script_that_does_not_end_keeps_no_node_from_stopping()
    {
        string script = Script("script", "trap '' TERM; exec 3< \"$1\"; echo begun >> LOG; while :; do sleep 1000; done");
        await Force(Configuration(new NotifyFifo(Pipe) { Script = new NotifyScript(script) }));
        await Until(Log, "begun\n");
        await thread.RunAsync(runner.StopAsync).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.False(File.Exists(Pipe));
    }

    [Fact]
    public async Task At_a_reload_readers_stay_what_is_new_begins_and_what_is_gone_is_removed()
    {
        string other = Path.Combine(directory, "other");
        HaConfiguration before = Configuration(new NotifyFifo(Pipe)) with { VrrpNotifyFifo = new NotifyFifo(other) };
        await Force(before);
        await Tell(VrrpStateKind.Backup, 100);
        string stays = Read(), goes = Read(other);
        await Until(stays, "INSTANCE \"VI_1\" BACKUP 100\n");
        await Until(goes, "INSTANCE \"VI_1\" BACKUP 100\n");

        string third = Path.Combine(directory, "third");
        await Force(before with { VrrpNotifyFifo = null, IpvsNotifyFifo = new NotifyFifo(third) });
        await started[1].WaitForExitAsync();
        await Eventually.True(() => !File.Exists(other));
        await thread.RunAsync(() => runner.OnHealth(Service, true, HealthNews.Stays));
        string begins = Read(third);
        await Until(begins, "VS [10.0.0.1]:tcp:80 UP\n");
        await Tell(VrrpStateKind.Master, 100);
        await Until(stays, "INSTANCE \"VI_1\" BACKUP 100\nINSTANCE \"VI_1\" MASTER 100\n");

        // And back: the place is free.
        await Force(before);
        string again = Read(other);
        await Until(again, "INSTANCE \"VI_1\" MASTER 100\n");
        await Eventually.True(() => !File.Exists(third));
    }

    [Fact]
    public async Task What_a_configuration_made_that_fails_is_removed_and_the_former_stays()
    {
        string other = Path.Combine(directory, "other"), wrong = Path.Combine(directory, "wrong");
        HaConfiguration before = Configuration(new NotifyFifo(Pipe));
        await Force(before);
        await Tell(VrrpStateKind.Backup, 100);
        string read = Read();
        await Connected();

        // It fails at a part that comes later.
        await Prepare(before with { NotifyFifo = new NotifyFifo(other) });
        Assert.True(File.Exists(other));
        await Force(before);
        await Eventually.True(() => !File.Exists(other));

        // It fails at the second of two.
        File.WriteAllText(wrong, "");
        HaEngineException refused = await Assert.ThrowsAsync<HaEngineException>(
            () => Prepare(before with { NotifyFifo = new NotifyFifo(other), VrrpNotifyFifo = new NotifyFifo(wrong) }));
        Assert.Equal($"vrrp_notify_fifo {wrong}: {wrong} is a regular file and no FIFO: remove it, or name another path", refused.Message);
        Assert.False(File.Exists(other));
        await Force(before);

        await Tell(VrrpStateKind.Master, 100);
        await Until(read, "INSTANCE \"VI_1\" BACKUP 100\nINSTANCE \"VI_1\" MASTER 100\n");
    }

    [Fact]
    public async Task States_are_written_again_at_a_reload_where_that_is_asked_for()
    {
        HaConfiguration configuration = Configuration(new NotifyFifo(Pipe)) with { NotifyStatesOnReload = true };
        await Force(configuration);
        await Tell(VrrpStateKind.Backup, 100);
        await thread.RunAsync(() => runner.OnState(NotifyKey.Group("VG"), VrrpStateKind.Backup, 0));
        await thread.RunAsync(() => runner.OnHealth(Service, true, HealthNews.Begins));
        string read = Read();
        const string begin = "INSTANCE \"VI_1\" BACKUP 100\nGROUP \"VG\" BACKUP 0\nVS [10.0.0.1]:tcp:80 UP\n";
        await Until(read, begin);

        // Each once: the group's is told by this reload.
        await Prepare(configuration);
        await thread.RunAsync(() => runner.OnState(NotifyKey.Group("VG"), VrrpStateKind.Master, 0));
        await thread.RunAsync(() => runner.Forget(configuration));
        const string reloaded = begin + "GROUP \"VG\" MASTER 0\nINSTANCE \"VI_1\" BACKUP 100\n";
        await Until(read, reloaded);

        await thread.RunAsync(runner.TellStatesAgain);
        const string again = reloaded + "INSTANCE \"VI_1\" BACKUP 100\nGROUP \"VG\" MASTER 0\n";
        await Until(read, again);

        await Force(configuration with { NotifyStatesOnReload = false });
        await Tell(VrrpStateKind.Master, 100);
        await Until(read, again + "INSTANCE \"VI_1\" MASTER 100\n");
    }

    [Fact]
    public async Task An_instance_that_a_fifo_is_new_for_is_known_when_somebody_has_asked()
    {
        HaConfiguration none = Configuration(null);
        await Force(none);
        await Tell(VrrpStateKind.Master, 100);
        HaConfiguration configuration = Configuration(new NotifyFifo(Pipe));
        await Prepare(configuration);
        Assert.True(await thread.RunAsync(() => runner.LacksStates));
        await thread.RunAsync(() => runner.Know(vi1, VrrpStateKind.Master, 120));
        await thread.RunAsync(() => runner.Know(vi1, VrrpStateKind.Backup, 100));
        await thread.RunAsync(() => runner.Forget(configuration));
        await Until(Read(), "INSTANCE \"VI_1\" MASTER 120\n");
    }

    [Theory]
    [InlineData(false, "FAULT")]
    [InlineData(true, "DELETED")]
    public async Task An_instance_that_a_reload_takes_away_is_told_so(bool saysDeleted, string word)
    {
        HaConfiguration configuration = Configuration(new NotifyFifo(Pipe));
        await Force(configuration with { VrrpInstances = [configuration.VrrpInstances[0] with { Notify = new NotifyScripts { SaysDeleted = saysDeleted } }] });
        await Tell(VrrpStateKind.Backup, 100);
        string read = Read();
        await Until(read, "INSTANCE \"VI_1\" BACKUP 100\n");
        await Force(configuration with { VrrpInstances = [], SyncGroups = [] });
        await Until(read, $"INSTANCE \"VI_1\" BACKUP 100\nINSTANCE \"VI_1\" {word} 100\n");
    }

    [Fact]
    public async Task A_fifo_that_is_there_is_used_and_stays()
    {
        using (var make = Process.Start("mkfifo", Pipe)) await make.WaitForExitAsync();
        await Force(Configuration(new NotifyFifo(Pipe)));
        await Tell(VrrpStateKind.Master, 100);
        string read = Read();
        await Until(read, "INSTANCE \"VI_1\" MASTER 100\n");
        await thread.RunAsync(runner.StopAsync);
        Assert.True(File.Exists(Pipe));
    }

    [Fact]
    public async Task What_is_no_fifo_of_ours_is_refused()
    {
        string file = Path.Combine(directory, "file"), link = Path.Combine(directory, "link"), absent = Path.Combine(directory, "no", "fifo");
        File.WriteAllText(file, "text");
        using (var make = Process.Start("mkfifo", Pipe)) await make.WaitForExitAsync();
        File.CreateSymbolicLink(link, Pipe);
        Assert.Equal($"notify_fifo {file}: {file} is a regular file and no FIFO: remove it, or name another path", await Refusal(file));
        Assert.Equal($"notify_fifo {link}: {link} is a symbolic link and no FIFO: remove it, or name another path", await Refusal(link));
        Assert.Equal($"notify_fifo {directory}: {directory} is a directory and no FIFO: remove it, or name another path", await Refusal(directory));
        Assert.StartsWith($"notify_fifo {absent}: ENOENT", await Refusal(absent), StringComparison.Ordinal);
        Assert.Equal("text", File.ReadAllText(file));
        Assert.True(File.Exists(link));
    }

    [RootFact]
    public async Task It_is_given_to_the_user_who_is_named_and_another_s_is_refused()
    {
        await Force(Configuration(new NotifyFifo(Pipe) { User = "nobody" }));
        Assert.True(FileStatus.TryRead(Pipe, out FileStatus status, out _));
        Assert.Equal((Users.Find("nobody")!.UserId, true), (status.UserId, status.IsFifo));

        // Another owner is wanted then.
        await Force(Configuration(new NotifyFifo(Pipe) { User = "root" }));
        Assert.True(FileStatus.TryRead(Pipe, out status, out _));
        Assert.Equal(0U, status.UserId);

        // One that fails gives it back.
        string other = Path.Combine(directory, "other");
        File.WriteAllText(other, "");
        _ = await Assert.ThrowsAsync<HaEngineException>(() => Prepare(Configuration(new NotifyFifo(Pipe) { User = "nobody" }) with { VrrpNotifyFifo = new NotifyFifo(other) }));
        await Force(Configuration(new NotifyFifo(Pipe) { User = "root" }));
        Assert.True(FileStatus.TryRead(Pipe, out status, out _));
        Assert.Equal(0U, status.UserId);

        File.Delete(other);
        using (var make = Process.Start("mkfifo", other)) await make.WaitForExitAsync();
        Assert.Equal(0, Libc.chown(other, Users.Find("nobody")!.UserId, 0));
        Assert.Contains($"the FIFO {other} is there already and belongs to user", await Refusal(other), StringComparison.Ordinal);
    }

    [RootFact]
    public async Task What_root_would_run_and_others_could_change_is_refused()
    {
        string script = Script("script", "true");
        File.SetUnixFileMode(script, (UnixFileMode)Convert.ToInt32("777", 8));
        ScriptCheck check = await ScriptCheck.OfAsync(Configuration(new NotifyFifo(Pipe) { Script = new NotifyScript(script, "root") }), Policies.Own);
        Assert.StartsWith($"notify_fifo_script: {script} is unsafe to run with root's rights", Assert.Single(check.Refusals), StringComparison.Ordinal);
    }

    void INotifySink.OnNotifyLog(string subject, string message) => said.Enqueue(message);

    void INotifySink.OnNotifyWarning(string subject, string message) => said.Enqueue(message);

    public void Dispose()
    {
        thread.RunAsync(runner.StopAsync).Wait();
        thread.Dispose();
        foreach (Process one in started)
        {
            one.Kill(entireProcessTree: true);
            one.WaitForExit();
            one.Dispose();
        }

        Directory.Delete(directory, recursive: true);
    }

    private static HaConfiguration Configuration(NotifyFifo? fifo) => new()
    {
        NotifyFifo = fifo,
        SyncGroups = [new VrrpSyncGroup { Name = "VG", Members = ["VI_1"] }],
        VrrpInstances = [new VrrpInstance { Name = "VI_1", Interface = "eth0", VirtualRouterId = 1 }],
        VirtualServers =
        [
            new VirtualServer
            {
                Address = IPAddress.Parse("10.0.0.1"),
                Port = 80,
                SorryServer = new RealServer { Address = IPAddress.Parse("10.0.1.9"), Port = 80 },
                RealServers = [new RealServer { Address = IPAddress.Parse("10.0.1.1"), Port = 81 }],
            },
        ],
    };

    private static string Take(FileDescriptor from)
    {
        unsafe
        {
            byte* buffer = stackalloc byte[4096];
            nint length = Libc.read(from, buffer, 4096);
            return length <= 0 ? "" : System.Text.Encoding.UTF8.GetString(buffer, (int)length);
        }
    }

    private string Script(string name, string body) =>
        Executable.Script(Path.Combine(directory, name), body.Replace("LOG", Log, StringComparison.Ordinal));

    private Task Prepare(HaConfiguration configuration) => runner.PrepareAsync(configuration, Policies.Own);

    private async Task Force(HaConfiguration configuration)
    {
        await Prepare(configuration);
        await thread.RunAsync(() => runner.Forget(configuration));
    }

    private async Task<string> Refusal(string path) => (await Assert.ThrowsAsync<HaEngineException>(() => Prepare(Configuration(new NotifyFifo(path))))).Message;

    private Task Tell(VrrpStateKind state, int priority) => thread.RunAsync(() => runner.OnState(vi1, state, priority));

    private Task<IReadOnlyList<HaNotifyFifoState>> States() => thread.RunAsync(() => runner.FifoStates);

    private Task Connected() => Eventually.True(() => States().Result[0].Connected);

    /// <summary>Begins to read; where it is written down.</summary>
    private string Read(string? path = null)
    {
        string into = Path.Combine(directory, $"read{readers++}");

        // A child of another test has this process's descriptors until it becomes its program, and a FIFO whose former end it has comes to its end then.
        started.Add(Process.Start("/bin/sh", ["-c", "while [ -p \"$1\" ] && ! [ -s \"$2\" ]; do cat \"$1\" > \"$2\"; done", "sh", path ?? Pipe, into]));
        return into;
    }

    private Task Until(string file, string text) => Eventually.True(
        () => File.Exists(file) && File.ReadAllText(file) == text, () => $"{string.Join('\n', said)}\nexpected:\n{text}\nfound:\n{(File.Exists(file) ? File.ReadAllText(file) : "")}");
}
