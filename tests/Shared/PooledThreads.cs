using System.Runtime.CompilerServices;

namespace HaTools.Tests;

/// <summary>
/// The pool's threads, made before the first test. A thread is born in the network namespace of the one that makes it, and one of the pool is made by
/// whoever has work for it when none is idle: after twenty seconds without work, when all have gone, that may be a thread inside a test's namespace. All
/// that follow are its children, and what tests do on them, opening sockets or starting programs, they do in the wrong network. So there are as many as
/// will be wanted from the beginning, and they stay (ThreadsToKeepAlive in tests/Directory.Build.props).
/// </summary>
internal static class PooledThreads
{
    /// <summary>More than ever work at once.</summary>
    public const int Count = 32;

    // The pool belongs to the process, which is the test host's: no library does this to a program of others.
#pragma warning disable CA2255
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void MakeAll()
    {
        ThreadPool.GetMinThreads(out int workers, out int completions);
        _ = ThreadPool.SetMinThreads(Count, completions);

        // Nothing of this assembly runs there: it would wait for the end of this initializer.
        var together = new Barrier(Count + 1);
        for (int i = 0; i < Count; i++) _ = Task.Run(together.SignalAndWait);
        together.SignalAndWait();
        _ = ThreadPool.SetMinThreads(workers, completions);
    }
}
