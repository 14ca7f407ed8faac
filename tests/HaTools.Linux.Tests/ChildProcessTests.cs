namespace HaTools.Linux.Tests;

public class ChildProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task ExitCodeIsReported()
    {
        using var child = Shell("exit 3");
        Assert.Equal(new ChildExit(3, null), await child.WaitAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task KillingSignalIsReported()
    {
        using var child = Shell("kill -9 $$");
        Assert.Equal(new ChildExit(null, 9), await child.WaitAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task OutputOfBothStreamsIsCapturedUpToTheLimit()
    {
        using var child = Shell("printf abc; printf def >&2; head -c 1000000 /dev/zero", capture: 6);
        Assert.Equal(0, (await child.WaitAsync().WaitAsync(Patience)).ExitCode);
        Assert.Equal("abcdef", child.Output);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1_000_000)]
    public async Task TextOfAnyLengthIsReadFromStdin(int length)
    {
        using var child = ChildProcess.Start(new ChildProcessOptions
        {
            FileName = "/bin/sh",
            Arguments = ["-c", "tr -d '\\n' | wc -c"],
            Input = new string('x', length) + "\n",
            CaptureOutputBytes = 100,
        });
        Assert.Equal(0, (await child.WaitAsync().WaitAsync(Patience)).ExitCode);
        Assert.Equal($"{length}\n", child.Output);
    }

    [Fact]
    public async Task KillGroupReachesGrandchildren()
    {
        using var child = Shell("sleep 1000 & echo $!; wait", capture: 100);
        await Until(() => child.Output.EndsWith('\n'));
        int grandchild = int.Parse(child.Output, System.Globalization.CultureInfo.InvariantCulture);
        child.KillGroup(Libc.SIGKILL);
        Assert.Equal(9, (await child.WaitAsync().WaitAsync(Patience)).Signal);

        // Gone, or a zombie of whoever inherited it.
        string stat = $"/proc/{grandchild}/stat";
        await Until(() => !File.Exists(stat) || File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ChildLeadsItsOwnSessionWithDefaultSignalsAndNoneOfOurDescriptors()
    {
        using var ours = new EventFd();

        // Fields 5 and 6 of stat are the group and the session; SigIgn must be empty although the runtime ignores SIGPIPE.
        using var child = Shell("cut -d' ' -f5,6 /proc/$$/stat; grep SigIgn /proc/$$/status; ls -l /proc/$$/fd", capture: 10000);
        await child.WaitAsync().WaitAsync(Patience);
        string[] lines = child.Output.Split('\n');
        Assert.Equal($"{child.Pid} {child.Pid}", lines[0]);
        // glibc leaves its two internal signals, 32 and 33, ignored in every child that it spawns.
        ulong ignored = Convert.ToUInt64(lines[1]["SigIgn:\t".Length..], 16);
        Assert.Equal(0ul, ignored & ~0x1_8000_0000ul);
        Assert.DoesNotContain("anon_inode", child.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("socket:", child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ProgramThatIsNotThereIsNamed()
    {
        var failure = Assert.Throws<LinuxException>(() => ChildProcess.Start(new ChildProcessOptions { FileName = "/nowhere/check.sh" }));
        Assert.Equal(Errno.ENOENT, failure.Errno);
        Assert.Contains("/nowhere/check.sh", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FileWithoutExecuteBitIsRefusedWithAdvice()
    {
        string file = Path.GetTempFileName();
        try
        {
            var failure = Assert.Throws<LinuxException>(() => ChildProcess.Start(new ChildProcessOptions { FileName = file }));
            Assert.Equal(Errno.EACCES, failure.Errno);
            Assert.Contains("chmod +x", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task EnvironmentIsExactlyTheOneGiven()
    {
        using var child = ChildProcess.Start(new ChildProcessOptions
        {
            FileName = "/usr/bin/env",
            Environment = new Dictionary<string, string> { ["A"] = "eins", ["B"] = "zwei drei" },
            CaptureOutputBytes = 100,
        });
        await child.WaitAsync().WaitAsync(Patience);
        Assert.Equal("A=eins\nB=zwei drei\n", child.Output);
    }

    [Fact]
    public async Task DaemonThatAChildLeavesBehindIsNotKilledByItsClosedPipe()
    {
        string file = Path.GetTempFileName();
        using var child = Shell($"(sleep 0.3; echo one; sleep 0.1; echo two; echo done > {file}) & exit 0", capture: 100);
        Assert.Equal(0, (await child.WaitAsync().WaitAsync(Patience)).ExitCode);
        await Until(() => File.ReadAllText(file) == "done\n");
        File.Delete(file);
    }

    [RootFact]
    public async Task UserIsTakenOnWithItsGroupsAndWithoutPrivileges()
    {
        UserAccount nobody = Users.Find("nobody")!;
        using var child = ChildProcess.Start(new ChildProcessOptions
        {
            FileName = "sh",
            Arguments = ["-c", "id -u; id -G; grep CapEff /proc/self/status"],
            User = new ChildUser(nobody.UserId, nobody.GroupId, Users.GroupsOf(nobody)),
            CaptureOutputBytes = 1000,
        });
        Assert.Equal(0, (await child.WaitAsync().WaitAsync(Patience)).ExitCode);
        Assert.Equal($"{nobody.UserId}\n{nobody.GroupId}\nCapEff:\t0000000000000000\n", child.Output);
    }

    [Fact]
    public void AChildWhoseEndIsLostIsExplainedToProcessOne()
    {
        Assert.Contains("docker run --init", ChildProcess.AdviceOnLostChild(Errno.ECHILD, 1), StringComparison.Ordinal);
        Assert.Null(ChildProcess.AdviceOnLostChild(Errno.ECHILD, 2));
        Assert.Null(ChildProcess.AdviceOnLostChild(Errno.EINVAL, 1));
    }

    [Fact]
    public async Task ManyChildrenAtOnceAreAllReaped()
    {
        var children = Enumerable.Range(0, 50).Select(i => Shell($"exit {i}")).ToList();
        ChildExit[] exits = await Task.WhenAll(children.Select(c => c.WaitAsync())).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 50), exits.Select(e => e.ExitCode!.Value));
        Assert.All(children, c => Assert.False(Directory.Exists($"/proc/{c.Pid}")));
    }

    private static ChildProcess Shell(string script, int capture = 0) =>
        ChildProcess.Start(new ChildProcessOptions { FileName = "sh", Arguments = ["-c", script], CaptureOutputBytes = capture });

    private static async Task Until(Func<bool> condition)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, "the condition did not come true");
            await Task.Delay(10);
        }
    }
}
