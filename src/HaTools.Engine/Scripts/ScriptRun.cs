using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Scripts;

/// <summary>
/// One run of a command: its end, or that it takes too long, is told once. One that takes too long is asked to end (SIGTERM to its whole group)
/// and killed a second later, and that is not waited for: what hangs in the kernel (a dead disk, a file server that is gone) dies of no signal,
/// and is just what a check is there to find out.
/// </summary>
internal sealed class ScriptRun
{
    private const long Grace = 1_000_000_000;

    // What is killed has gone after a moment, unless it hangs in the kernel.
    private const long Moment = 50_000_000;

    private readonly WorkThread thread;
    private readonly ChildProcess child;
    private readonly Action<ChildProcess, int> signal;
    private readonly Action<string> trouble;
    private bool told;
    private bool killed;
    private Action? gone;

    private ScriptRun(WorkThread thread, ChildProcess child, Action<ChildProcess, int>? signal, Action<string> trouble)
    {
        (this.thread, this.child, this.trouble) = (thread, child, trouble);
        this.signal = signal ?? SendSignal;
    }

    /// <summary>Whether the process that was started has ended.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Starts a run; on the thread.</summary>
    /// <param name="thread">The thread that everything happens on.</param>
    /// <param name="command">What is run.</param>
    /// <param name="more">Arguments after the command's own.</param>
    /// <param name="timeout">The time that it has.</param>
    /// <param name="ended">Told once how it ended, unless it is abandoned before.</param>
    /// <param name="trouble">Told that it cannot be signalled.</param>
    /// <param name="signal">Sends SIGTERM, SIGKILL to the group; null: the kernel does.</param>
    /// <exception cref="IOException">It cannot be run, or must not be.</exception>
    public static ScriptRun Begin(
        WorkThread thread, ScriptCommand command, string[] more, TimeSpan timeout, Action<ScriptOutcome> ended, Action<string> trouble,
        Action<ChildProcess, int>? signal = null)
    {
        ChildProcess child = command.Start(more);
        var run = new ScriptRun(thread, child, signal, trouble);
        Task<ChildExit> ending = child.WaitAsync();
        thread.At(MonotonicClock.Now + (timeout.Ticks * TimeSpan.NanosecondsPerTick), () =>
        {
            // One that has ended in time is not late because we are.
            if (run.told || ending.IsCompleted) return;
            run.told = true;
            run.End();
            ended(ScriptOutcome.TimedOut);
        });
        _ = ending.ContinueWith(
            exit => thread.Post(() =>
            {
                child.Dispose();
                run.HasEnded = true;
                run.Go();
                if (run.told) return;
                run.told = true;
                ended(exit.IsFaulted
                    ? ScriptOutcome.CannotRun(exit.Exception.GetBaseException().Message)
                    : ScriptOutcome.Of(exit.Result, child.Output, command));
            }),
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return run;
    }

    /// <summary>
    /// Has something done once this run, which has been told to be over, is out of the way: when it has ended, or when it should have died of
    /// being killed.
    /// </summary>
    public void WhenGone(Action then)
    {
        if (HasEnded)
        {
            then();
            return;
        }

        gone = then;
        thread.At(MonotonicClock.Now + Grace + Moment, Go);
    }

    /// <summary>Nobody waits for it any more; it goes on.</summary>
    public void Abandon() => told = true;

    /// <summary>Asks it to end, and kills what is left of it a second later.</summary>
    public void End()
    {
        told = true;
        Send(Libc.SIGTERM);
        thread.At(MonotonicClock.Now + Grace, Kill);
    }

    /// <summary>Kills its whole group, if that has not been done.</summary>
    public void Kill()
    {
        told = true;
        if (HasEnded || killed) return;
        killed = true;
        Send(Libc.SIGKILL);
    }

    private void Go()
    {
        Action? then = gone;
        gone = null;
        then?.Invoke();
    }

    private void Send(int number)
    {
        try
        {
            signal(child, number);
        }
        catch (LinuxException e)
        {
            // The script has become another user, whom this node may not signal (EPERM).
            killed = true;
            trouble(e.Message);
        }
    }

    private static void SendSignal(ChildProcess child, int number)
    {
        if (number == Libc.SIGTERM) child.EndGroup();
        else child.KillGroup(number);
    }
}
