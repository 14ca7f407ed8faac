using System.Runtime.InteropServices;
using HaTools.Engine.Tests.Control;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Scripts;

/// <summary>
/// While it lives the kernel gives a thread no further ones (EAGAIN), as where a service's limit of tasks is reached. The limit is the process's, but does not
/// hold for root: only that one thread counts as another user's meanwhile. Otherwise it is root's still, since it needs that: the runtime's memory is locked
/// once a VRRP thread has been here, and there is little of that for others.
/// </summary>
internal sealed partial class NoThreads : IDisposable
{
    private const int RLIMIT_NPROC = 6;
    private const uint Somebody = 64_123;

    private readonly WorkThread thread;
    private readonly nuint[] limits = new nuint[2];

    public NoThreads(WorkThread thread)
    {
        this.thread = thread;
        if (getrlimit(RLIMIT_NPROC, limits) < 0) throw LinuxException.Last("reading the limit of tasks");
        if (setrlimit(RLIMIT_NPROC, [0, limits[1]]) < 0) throw LinuxException.Last("setting the limit of tasks");
        OnTheThread(() =>
        {
            OtherUser.Become(Somebody, effective: 0, saved: 0);
            Privilege.SuspendTaskLimitExemption();
        });
    }

    public void Dispose()
    {
        // The limit first: the thread may have ended over the lack.
        if (setrlimit(RLIMIT_NPROC, limits) < 0) throw LinuxException.Last("setting the limit of tasks");
        OnTheThread(() =>
        {
            Privilege.RegainAll();
            OtherUser.Become(0, effective: 0, saved: 0);
        });
    }

    // Not by a task: what follows on that is the pool's, which the thread might have to give one more thread.
    private void OnTheThread(Action work)
    {
        using var done = new ManualResetEventSlim();
        thread.Post(() =>
        {
            work();
            done.Set();
        });
        Assert.True(done.Wait(TimeSpan.FromSeconds(30)));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, [Out] nuint[] limits);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setrlimit(int resource, nuint[] limits);
}

/// <summary>A test with <see cref="NoThreads"/>; skipped where the limit would hold for every thread of the process.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NoThreadsFactAttribute : FactAttribute
{
    public NoThreadsFactAttribute()
    {
        if (Libc.geteuid() != 0) Skip = "needs root: it makes a thread another user's";
        else if (!File.ReadAllText("/proc/self/uid_map").Contains("4294967295", StringComparison.Ordinal)) Skip = "needs the host's root, whom no limit of tasks holds";
    }
}

/// <summary>Not beside others: what they start as another user would run into the limit.</summary>
[CollectionDefinition(nameof(NoThreads), DisableParallelization = true)]
public sealed class NoThreadsAlone;
