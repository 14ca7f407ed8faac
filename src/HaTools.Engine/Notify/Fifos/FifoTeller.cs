using HaTools.Engine.Scripts;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Notify.Fifos;

/// <summary>
/// One FIFO: waits for a reader, tells him what everything is and then what happens, and waits for the next when he goes; where one comes while another reads, or goes and another stays, it
/// says what everything is once more. Everything happens on the thread but what may wait for ever (the open, which waits for the reader; whoever serves the directory).
/// </summary>
internal sealed class FifoTeller
{
    // A reader who opens the FIFO for each line would be told what everything is as fast as he can read.
    private const long Pause = 100_000_000;
    private const long RetryPause = 5_000_000_000;

    private readonly WorkThread thread;
    private readonly INotifySink sink;
    private readonly NamedPipe pipe;
    private readonly FifoLines lines;
    private readonly FifoReaders readers = new();
    private readonly FifoScript script;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FileDescriptor? end;
    private int? watched;
    private long saidAllAt;
    private bool saysAllSoon;
    private bool saidUnwatched;
    private bool wantsRoom;
    private bool saidBehind;
    private bool saidTrouble;
    private bool isWaiting;
    private bool isClosing;
    private bool isRemoved;
    private bool isFinishing;
    private bool isOver;

    public FifoTeller(WorkThread thread, INotifySink sink, NamedPipe pipe, FifoPlan plan, Func<FifoPlan, IEnumerable<string>> present)
    {
        (this.thread, this.sink, this.pipe, Plan, Next, Owner) = (thread, sink, pipe, plan, plan, plan.Owner);
        lines = new FifoLines(() => present(Plan));
        script = new FifoScript(thread, sink) { Ended = ScriptEnded };
        Await();
    }

    /// <summary>How it is in the configuration in force, or in the one that brought it.</summary>
    public FifoPlan Plan { get; private set; }

    /// <summary>How it is in the configuration that is to come; null: it is not.</summary>
    public FifoPlan? Next { get; set; }

    /// <summary>Whose it is; a configuration that fails may have changed that.</summary>
    public ScriptUser Owner { get; private set; }

    /// <summary>Whether it is more than a configuration that may yet fail.</summary>
    public bool IsInForce { get; private set; }

    /// <summary>Ends when nothing of it is left, after <see cref="Close"/>.</summary>
    public Task Ending => ended.Task;

    public HaNotifyFifoState State => new()
    {
        Keyword = Plan.Keyword,
        Path = Plan.Path,
        Connected = end is not null,
        Written = lines.Written,
        Dropped = lines.Dropped,
        ScriptRuns = script.Runs,
        ScriptEnds = script.Ends,
        LastScriptResult = script.LastResult,
    };

    /// <summary>Gives the file the owner that a configuration names. It may wait for ever, on any thread.</summary>
    /// <exception cref="IOException">That is refused.</exception>
    public void GiveTo(FifoPlan plan)
    {
        pipe.GiveTo(plan.Owner.UserId, plan.Owner.GroupId);
        Owner = plan.Owner;
    }

    /// <summary>The configuration to come is in force.</summary>
    public void Force()
    {
        bool hearsMore = Plan.Scope != Next!.Scope;
        Plan = Next;
        IsInForce = true;
        if (hearsMore && end is not null)
        {
            lines.Repeat();
            Write();
        }

        script.Configure(Plan);
    }

    /// <summary>Writes a line, now or when there is room; nobody is told who does not read.</summary>
    public void Tell(string line)
    {
        if (end is null) return;
        if (!lines.Tell(line) && !saidBehind)
        {
            saidBehind = true;
            sink.OnNotifyWarning(
                Plan.Path, $"{Plan.Keyword} {Plan.Path}: whoever reads it is too slow: {FifoLines.MostWaiting} changes wait, which are thrown away; what everything is then is written when there is room again");
        }

        if (!wantsRoom) Write();
    }

    /// <summary>What waits is written, as far as the reader takes it in time, then it is closed and removed, and its script ended.</summary>
    public void Close()
    {
        isClosing = true;
        if (end is not null) Write();
        else if (script.Runs != true) Finish();
        After(NotifyRunner.StopTimeout, Finish);
    }

    private void Await()
    {
        isWaiting = true;
        try
        {
            Errand.Begin(thread, "notify-fifo", WaitForReader, Opened);
        }
        catch (OutOfMemoryException)
        {
            // What the runtime says when the kernel gives it no thread.
            isWaiting = false;
            Trouble(Errand.NoThread);
        }
    }

    private Wait WaitForReader()
    {
        string? unwatched = null;
        try
        {
            pipe.WatchReaders();
        }
        catch (LinuxException e)
        {
            // Who comes alone is told everything all the same.
            unwatched = e.Message;
        }

        try
        {
            return new Wait(pipe.WaitForReader(), null, unwatched);
        }
        catch (LinuxException e)
        {
            return new Wait(null, e.Message, unwatched);
        }
    }

    private void Opened(Wait wait)
    {
        isWaiting = false;
        if (isOver)
        {
            wait.End?.Dispose();
            LetGo();
            return;
        }

        if (wait.WhyNot is { } why)
        {
            Trouble(why);
            return;
        }

        if (wait.End is not { } opened) return;
        (end, wantsRoom, saidBehind, saidTrouble) = (opened, false, false, false);
        thread.WatchWriting(opened.Value, Ready);
        if (wait.Unwatched is { } unwatched && !saidUnwatched)
        {
            saidUnwatched = true;
            sink.OnNotifyWarning(Plan.Path, $"{Plan.Keyword} {Plan.Path}: {unwatched}; one who begins to read it while another does is not told what everything is");
        }

        if (pipe.ReaderEvents is { } told && watched is null) thread.Watch((watched = told).Value, ReadersChanged);
        _ = pipe.TakeReaderEvents();
        readers.Begin();
        saidAllAt = MonotonicClock.Now;
        lines.Begin();
        Write();
    }

    private void ReadersChanged()
    {
        FifoNews news = readers.Take(pipe.TakeReaderEvents());
        if (end is null || isClosing || news == FifoNews.None) return;

        // One that goes is seen before it has gone: whether another stays shows when there has been time for that.
        long now = MonotonicClock.Now;
        long due = news == FifoNews.Gone ? now + Pause : saidAllAt + Pause;
        if (due <= now)
        {
            SayAll();
        }
        else if (!saysAllSoon)
        {
            saysAllSoon = true;
            FileDescriptor toWhom = end;
            thread.At(due, () =>
            {
                saysAllSoon = false;
                if (end == toWhom && !isClosing) SayAll();
            });
        }
    }

    private void SayAll()
    {
        saidAllAt = MonotonicClock.Now;
        lines.Repeat();
        if (!wantsRoom) Write();
    }

    private void Trouble(string why)
    {
        if (!saidTrouble) sink.OnNotifyWarning(Plan.Path, $"{Plan.Keyword} {Plan.Path}: {why}; it is tried again");
        saidTrouble = true;
        thread.At(MonotonicClock.Now + RetryPause, AwaitAgain);
    }

    private void AwaitAgain()
    {
        if (!isOver && !isFinishing && !isWaiting && end is null) Await();
    }

    // There is room, or the reader has gone.
    private void Ready()
    {
        if (lines.IsEmpty) Lost();
        else Write();
    }

    private void Write()
    {
        while (lines.Next is { Length: > 0 } next)
        {
            int bytes;
            try
            {
                bytes = NamedPipe.Write(end!, next);
            }
            catch (LinuxException e)
            {
                sink.OnNotifyWarning(Plan.Path, $"{Plan.Keyword} {Plan.Path}: {e.Message}");
                bytes = -1;
            }

            if (bytes < 0)
            {
                Lost();
                return;
            }

            if (bytes == 0)
            {
                WantRoom(true);
                return;
            }

            lines.Wrote(bytes);
        }

        WantRoom(false);
        if (isClosing) Finish();
    }

    private void WantRoom(bool wanted)
    {
        if (wanted == wantsRoom) return;
        wantsRoom = wanted;
        thread.WantRoom(end!.Value, wanted);
    }

    private void Lost()
    {
        CloseEnd();
        if (isClosing && script.Runs != true) Finish();
        else thread.At(MonotonicClock.Now + Pause, AwaitAgain);
    }

    private void CloseEnd()
    {
        if (end is null) return;
        thread.Unwatch(end.Value);
        end.Dispose();
        end = null;
    }

    // Before the end of the file, so that nobody opens it once more.
    private void Finish()
    {
        if (isFinishing) return;
        isFinishing = true;
        try
        {
            Errand.Begin(thread, "notify-fifo", Remove, Removed);
        }
        catch (OutOfMemoryException)
        {
            Removed(Remove());
        }

        After(NotifyRunner.StopTimeout, Over);
    }

    private string? Remove()
    {
        try
        {
            pipe.Remove();
            pipe.Cancel();
            return null;
        }
        catch (LinuxException e)
        {
            return e.Message;
        }
    }

    private void Removed(string? whyNot)
    {
        if (whyNot is not null) sink.OnNotifyWarning(Plan.Path, $"{Plan.Keyword} {Plan.Path}: {whyNot}");
        isRemoved = true;
        Over();
        LetGo();
    }

    private void Over()
    {
        if (isOver) return;
        isOver = true;
        CloseEnd();
        if (watched is { } events) thread.Unwatch(events);
        script.Stop(NotifyRunner.StopTimeout, () => ended.TrySetResult());
    }

    private void LetGo()
    {
        if (isRemoved && !isWaiting) pipe.Dispose();
    }

    private void ScriptEnded()
    {
        if (isClosing && end is null) Finish();
    }

    private void After(TimeSpan time, Action work) => thread.At(MonotonicClock.Now + (time.Ticks * TimeSpan.NanosecondsPerTick), work);

    private readonly record struct Wait(FileDescriptor? End, string? WhyNot, string? Unwatched);
}
