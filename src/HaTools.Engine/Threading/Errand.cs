using System.Runtime.ExceptionServices;

namespace HaTools.Engine.Threading;

/// <summary>
/// A piece of work that may wait for ever (for a file server that is gone), on a thread of its own: who asked for it goes on. No pool, since what hangs would
/// keep its places from what does not; a thread costs a fraction of the process that is started on it.
/// </summary>
internal static class Errand
{
    /// <summary>Why one cannot be begun.</summary>
    public const string NoThread = "EAGAIN: there is no thread left to start it on; raise the limit of tasks (systemd: TasksMax, ulimit -u)";

    /// <summary>Begins it; on the thread that its end is told on, whose namespaces it works in.</summary>
    /// <param name="home">Where its end is told. What the work throws, which it should not, ends this thread.</param>
    /// <param name="name">The thread's name.</param>
    /// <param name="work">What is done.</param>
    /// <param name="done">Told its result.</param>
    /// <exception cref="OutOfMemoryException">There can be no more threads.</exception>
    public static void Begin<T>(WorkThread home, string name, Func<T> work, Action<T> done)
    {
        var thread = new Thread(() =>
        {
            T result;
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                // Not swallowed: it is thrown where somebody watches.
                var failure = ExceptionDispatchInfo.Capture(e);
                home.Post(failure.Throw);
                return;
            }

            home.Post(() => done(result));
        })
        { IsBackground = true, Name = name };
        thread.Start();
    }

    /// <summary>Begins it, in the namespaces of the thread that asks for it.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="work">What is done.</param>
    /// <returns>Its result, or what it threw; it may never come.</returns>
    /// <exception cref="IOException">There can be no more threads.</exception>
    public static Task<T> Begin<T>(string name, Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                result.SetResult(work());
            }
            catch (Exception e)
            {
                // Whoever asked gets it.
                result.SetException(e);
            }
        })
        { IsBackground = true, Name = name };
        try
        {
            thread.Start();
        }
        catch (OutOfMemoryException e)
        {
            // What the runtime says when the kernel gives it no thread.
            throw new IOException(NoThread, e);
        }

        return result.Task;
    }
}
