using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Scripts;

/// <summary>
/// The start of a run: the walk over the script's path and posix_spawn, both of which wait for whoever serves the files. It has a thread of its own, so that a dead
/// file server holds up this script alone.
/// </summary>
internal sealed class ScriptStart
{
    private readonly Lock gate = new();
    private volatile bool isWanted = true;

    // The kernel's id of the thread while it starts the process; 0 before and after, when the number may be another thread's.
    private int threadId;

    private ScriptStart()
    {
    }

    /// <summary>Begins; on the thread that its end is told on.</summary>
    /// <param name="thread">Where its end is told.</param>
    /// <param name="command">What is started.</param>
    /// <param name="more">Arguments after the command's own.</param>
    /// <param name="done">Told the process, or why there is none.</param>
    public static ScriptStart Begin(WorkThread thread, ScriptCommand command, string[] more, Action<ChildProcess?, string> done)
    {
        var start = new ScriptStart();
        try
        {
            Errand.Begin(thread, "script-start", () => start.Do(command, more), end => done(end.Child, end.WhyNot));
        }
        catch (OutOfMemoryException)
        {
            // What the runtime says when the kernel gives it no thread.
            thread.Post(() => done(null, Errand.NoThread));
        }

        return start;
    }

    /// <summary>
    /// It is not to be started any more: what has not begun will not, and what is being begun is killed now or, where it cannot be, the moment that it runs. May be said
    /// again.
    /// </summary>
    /// <exception cref="LinuxException">What is being begun cannot be signalled.</exception>
    public void Cancel()
    {
        isWanted = false;
        lock (gate)
        {
            if (threadId != 0) UnbornChildren.Kill(threadId);
        }
    }

    private (ChildProcess? Child, string WhyNot) Do(ScriptCommand command, string[] more)
    {
        try
        {
            IsAtWork(Libc.gettid());
            ChildProcess? child = command.Start(more, () => isWanted);
            if (child is not null && !isWanted) KillLate(child);
            return (child, child is null ? "it was given up before it was started" : "");
        }
        catch (IOException e)
        {
            return (null, e.Message);
        }
        finally
        {
            IsAtWork(0);
        }
    }

    // Here, and not only where the end is told: the node may have stopped since, and nobody listen there.
    private static void KillLate(ChildProcess child)
    {
        try
        {
            child.KillGroup(Libc.SIGKILL);
        }
        catch (LinuxException e) when (e.Errno == Errno.EPERM)
        {
            // A program of another user's (set-user-ID). Whoever is told of the process tries again, and says so.
        }
    }

    private void IsAtWork(int id)
    {
        lock (gate) threadId = id;
    }
}
