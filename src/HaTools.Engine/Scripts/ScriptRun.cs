using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Scripts;

/// <summary>
/// One run of a command: its end, or that it takes too long, is told once. One that takes too long is asked to end (SIGTERM to its whole group)
/// and killed a second later, and that is not waited for: what hangs in the kernel (a dead disk, a file server that is gone) dies of no signal,
/// and is just what a check is there to find out. One that takes too long to be started is given up: it does not run any more.
/// </summary>
internal sealed class ScriptRun
{
    private const long Grace = 1_000_000_000;

    // What is killed has gone after a moment, unless it hangs in the kernel.
    private const long Moment = 50_000_000;

    private readonly WorkThread thread;
    private readonly ScriptCommand command;
    private readonly Action<ScriptOutcome> ended;
    private readonly Action<ChildProcess, int> signal;
    private readonly Action<string> trouble;
    private ScriptStart? start;
    private ChildProcess? child;
    private Task<ChildExit>? ending;
    private bool told;
    private bool unwanted;
    private bool killed;
    private bool explaining;
    private Action? gone;

    private ScriptRun(
        WorkThread thread, ScriptCommand command, Action<ScriptOutcome> ended, Action<string> trouble, Action<ChildProcess, int>? signal)
    {
        (this.thread, this.command, this.ended, this.trouble) = (thread, command, ended, trouble);
        this.signal = signal ?? SendSignal;
    }

    /// <summary>Whether nothing of it is left: the process that was started has ended, or none will be.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether its process has not been started yet.</summary>
    public bool IsStarting => child is null && !HasEnded;

    /// <summary>Whether its end, or that it takes too long, was told, or will not be.</summary>
    public bool IsOver => told;

    /// <summary>How it ended, or one that it keeps from being begun, if that is over now because it takes too long.</summary>
    public ScriptOutcome Late => IsStarting || explaining ? ScriptOutcome.StartHangs : ScriptOutcome.TimedOut;

    /// <summary>Starts a run; on the thread, which does not wait for it.</summary>
    /// <param name="thread">The thread that everything is told on.</param>
    /// <param name="command">What is run.</param>
    /// <param name="more">Arguments after the command's own.</param>
    /// <param name="timeout">The time that it has, its start included; null: as long as it likes.</param>
    /// <param name="ended">Told once how it ended (also that it could not be run), unless it is abandoned before; never before this returns.</param>
    /// <param name="trouble">Told that it cannot be signalled.</param>
    /// <param name="signal">Sends SIGTERM, SIGKILL to the group; null: the kernel does.</param>
    public static ScriptRun Begin(
        WorkThread thread, ScriptCommand command, string[] more, TimeSpan? timeout, Action<ScriptOutcome> ended, Action<string> trouble,
        Action<ChildProcess, int>? signal = null)
    {
        var run = new ScriptRun(thread, command, ended, trouble, signal);
        run.start = ScriptStart.Begin(thread, command, more, run.Started);
        if (timeout is { } time) thread.At(MonotonicClock.Now + (time.Ticks * TimeSpan.NanosecondsPerTick), run.TimedOut);
        return run;
    }

    /// <summary>
    /// Has something done once this run, which has been told to be over, is out of the way: when it has ended, or when it should have died of
    /// being killed.
    /// </summary>
    /// <param name="then">What is done.</param>
    /// <param name="waitForStart">
    /// Whether a start that hangs is waited for, for as long as that takes: another start would hang as well, and take one more thread.
    /// </param>
    public void WhenGone(Action then, bool waitForStart)
    {
        if (HasEnded)
        {
            then();
            return;
        }

        gone = then;
        if (!IsStarting || !waitForStart) thread.At(MonotonicClock.Now + Grace + Moment, WaitNoLonger);
    }

    /// <summary>What <see cref="WhenGone"/> was told is done now, if it has not been.</summary>
    public void WaitNoLonger()
    {
        Action? then = gone;
        gone = null;
        then?.Invoke();
    }

    /// <summary>Nobody waits for it any more; it goes on.</summary>
    public void Abandon() => told = true;

    /// <summary>Asks it to end, and kills what is left of it a second later.</summary>
    public void End()
    {
        (told, unwanted) = (true, true);
        if (IsStarting) Cancel();
        else Send(Libc.SIGTERM);
        thread.At(MonotonicClock.Now + Grace, Kill);
    }

    /// <summary>Kills its whole group, if that has not been done.</summary>
    public void Kill()
    {
        (told, unwanted) = (true, true);
        if (HasEnded || killed) return;
        if (IsStarting)
        {
            Cancel();
            return;
        }

        killed = true;
        Send(Libc.SIGKILL);
    }

    private void TimedOut()
    {
        // One that has ended in time is not late because we are.
        if (told || ending is { IsCompleted: true }) return;
        ScriptOutcome late = Late;
        End();
        ended(late);
    }

    private void Started(ChildProcess? process, string whyNot)
    {
        if (process is null)
        {
            Gone(ScriptOutcome.CannotRun(whyNot));
            return;
        }

        child = process;
        ending = process.WaitAsync();
        _ = ending.ContinueWith(
            exit => thread.Post(() => Exited(exit)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (unwanted) Kill();
    }

    private void Exited(Task<ChildExit> exit)
    {
        child!.Dispose();
        if (exit.IsFaulted) Gone(ScriptOutcome.CannotRun(exit.Exception.GetBaseException().Message));
        else if (told || exit.Result.ExitCode is not { } code || !command.IsToBeExplained(code)) Gone(ScriptOutcome.Of(exit.Result, child.Output, null));
        else Explain(exit.Result, code);
    }

    // It looks at the files, which may not answer any more: then the exit status has to do.
    private void Explain(ChildExit exit, int code)
    {
        string output = child!.Output;
        explaining = true;
        try
        {
            Errand.Begin(thread, "script-explain", () => command.Explain(code), why => Gone(ScriptOutcome.Of(exit, output, why)));
        }
        catch (OutOfMemoryException)
        {
            // The kernel gives no thread for it.
            Gone(ScriptOutcome.Of(exit, output, null));
            return;
        }

        thread.At(MonotonicClock.Now + Grace, () => Tell(ScriptOutcome.Of(exit, output, null)));
    }

    private void Gone(in ScriptOutcome outcome)
    {
        HasEnded = true;
        WaitNoLonger();
        Tell(outcome);
    }

    private void Tell(in ScriptOutcome outcome)
    {
        if (told) return;
        told = true;
        ended(outcome);
    }

    private void Cancel()
    {
        try
        {
            start!.Cancel();
        }
        catch (LinuxException e)
        {
            trouble(e.Message);
        }
    }

    private void Send(int number)
    {
        try
        {
            signal(child!, number);
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
