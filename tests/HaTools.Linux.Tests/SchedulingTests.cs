namespace HaTools.Linux.Tests;

public class SchedulingTests
{
    [RootFact]
    public void RealTimeSchedulingIsForTheCallingThreadAloneAndNotInherited()
    {
        int own = -1, inherited = -1;
        string? whyNot = null;
        var thread = new Thread(() =>
        {
            Scheduling.TrySetRoundRobin(10, out whyNot);
            own = Libc.sched_getscheduler(0);
            var child = new Thread(() => inherited = Libc.sched_getscheduler(0));
            child.Start();
            child.Join();
        });
        thread.Start();
        thread.Join();
        Assert.Null(whyNot);
        Assert.Equal(Libc.SCHED_RR | Libc.SCHED_RESET_ON_FORK, own);
        Assert.Equal(Libc.SCHED_OTHER, inherited);
        Assert.Equal(Libc.SCHED_OTHER, Libc.sched_getscheduler(0));
    }

    [RootFact]
    public async Task ANegativeNiceValueIsForAllThreadsAndForNoChild()
    {
        int before = Libc.getpriority(Libc.PRIO_PROCESS, 0);
        try
        {
            Assert.True(Scheduling.TrySetNice(-3, out string? whyNot), whyNot);
            foreach (string thread in Directory.EnumerateDirectories("/proc/self/task")) Assert.Equal(-3, NiceOf($"{thread}/stat") ?? -3);
            int later = 0;
            var started = new Thread(() => later = Libc.getpriority(Libc.PRIO_PROCESS, 0));
            started.Start();
            started.Join();
            Assert.Equal(-3, later);

            using ChildProcess child = ChildProcess.Start(new ChildProcessOptions { FileName = "/bin/sh", Arguments = ["-c", "cat /proc/$$/stat"], CaptureOutputBytes = 1000 });
            _ = await child.WaitAsync().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(0, Nice(child.Output));
            Assert.Equal(-3, Libc.getpriority(Libc.PRIO_PROCESS, 0));
        }
        finally
        {
            Assert.True(Scheduling.TrySetNice(before, out string? whyNot), whyNot);
        }
    }

    [RootFact]
    public void ThreadsThatAreMadeMeanwhileHaveTheNiceValueToo()
    {
        int before = Libc.getpriority(Libc.PRIO_PROCESS, 0);
        int settled = 0;
        var values = new System.Collections.Concurrent.ConcurrentBag<int>();
        using var ends = new CountdownEvent(8);
        for (int i = 0; i < ends.InitialCount; i++) new Thread(Link).Start();
        try
        {
            Assert.True(Scheduling.TrySetNice(-3, out string? whyNot), whyNot);
            Volatile.Write(ref settled, 1);
            ends.Wait();
            Assert.All(values, value => Assert.Equal(-3, value));
        }
        finally
        {
            Volatile.Write(ref settled, 1);
            ends.Wait();
            Assert.True(Scheduling.TrySetNice(before, out string? whyNot), whyNot);
        }

        // Each makes the next and ends, so that a list of the threads is out of date as soon as it is made.
        void Link()
        {
            if (Volatile.Read(ref settled) == 0)
            {
                new Thread(Link).Start();
                return;
            }

            values.Add(Libc.getpriority(Libc.PRIO_PROCESS, 0));
            ends.Signal();
        }
    }

    // null: the thread ended since it was listed.
    private static int? NiceOf(string stat)
    {
        try
        {
            return Nice(File.ReadAllText(stat));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The 19th field of proc(5)'s /proc/PID/stat.</summary>
    private static int Nice(string stat) =>
        int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], System.Globalization.CultureInfo.InvariantCulture);
}
