using System.Runtime.ExceptionServices;
using HaTools.Linux;

namespace HaTools.Engine.Threading;

/// <summary>
/// Errands (see <see cref="Errand"/>) that are short as a rule and come often: one after the other on a thread that stays, since a thread for each costs more than the
/// errand. One that waits for ever holds the others up for a moment only: where none has come to its end for a while, the line gets as many threads more as it has, so
/// that what stands behind hundreds that hang is done soon as well.
/// </summary>
/// <param name="home">Where their ends are told, and where all of this is called; the threads work in its namespaces.</param>
/// <param name="name">The threads' name.</param>
internal sealed class ErrandLine(WorkThread home, string name) : IDisposable
{
    private const long Moment = 20_000_000;

    private readonly object gate = new();
    private readonly Queue<Waiting> line = new();
    private int threads;
    private int idle;
    private long ended;
    private long endedBefore;
    private bool watched;
    private bool closed;

    /// <summary>Puts an errand into the line.</summary>
    /// <param name="work">What is done. What it throws, which it should not, ends the home thread.</param>
    /// <param name="done">Told its result, on the home thread.</param>
    /// <param name="refused">Told, on the home thread and perhaps at once, that there is no thread to do it (<see cref="Errand.NoThread"/>).</param>
    public void Begin<T>(Func<T> work, Action<T> done, Action refused)
    {
        lock (gate)
        {
            line.Enqueue(new Waiting(() => home.Post(Do(work, done)), refused));
            if (idle > 0) Monitor.Pulse(gate);
        }

        if (threads == 0) StartMore(1);
        if (watched) return;
        watched = true;
        endedBefore = Volatile.Read(ref ended);
        home.At(MonotonicClock.Now + Moment, Watch);
    }

    /// <summary>What has not begun is not done any more; what has, is told all the same. Threads end with the errands that they are at.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            line.Clear();
            Monitor.PulseAll(gate);
        }
    }

    private static Action Do<T>(Func<T> work, Action<T> done)
    {
        try
        {
            T result = work();
            return () => done(result);
        }
        catch (Exception e)
        {
            // Not swallowed: it is thrown where somebody watches.
            return ExceptionDispatchInfo.Capture(e).Throw;
        }
    }

    private void Watch()
    {
        int waiting, more;
        lock (gate) (waiting, more) = (line.Count, idle > 0 ? 0 : threads);
        watched = waiting > 0;
        if (!watched) return;
        long now = Volatile.Read(ref ended);
        if (now == endedBefore) StartMore(Math.Min(more, waiting));
        endedBefore = now;
        home.At(MonotonicClock.Now + Moment, Watch);
    }

    private void StartMore(int count)
    {
        for (int started = 0; started < count; started++)
        {
            if (TryStart()) continue;

            // Those there are may never come back: whoever waits for them is told.
            if (started == 0) RefuseAll();
            return;
        }
    }

    private bool TryStart()
    {
        lock (gate) threads++;
        try
        {
            new Thread(Run) { IsBackground = true, Name = name }.Start();
            return true;
        }
        catch (OutOfMemoryException)
        {
            // What the runtime says when the kernel gives it no thread.
            lock (gate) threads--;
            return false;
        }
    }

    private void RefuseAll()
    {
        Waiting[] all;
        lock (gate)
        {
            all = [.. line];
            line.Clear();
        }

        foreach (Waiting one in all) one.Refused();
    }

    private void Run()
    {
        while (true)
        {
            Waiting next;
            lock (gate)
            {
                while (!line.TryDequeue(out next))
                {
                    // One is enough where none waits.
                    if (closed || idle > 0)
                    {
                        threads--;
                        return;
                    }

                    idle++;
                    _ = Monitor.Wait(gate);
                    idle--;
                }
            }

            next.Do();
            _ = Interlocked.Increment(ref ended);
        }
    }

    private readonly record struct Waiting(Action Do, Action Refused);
}
