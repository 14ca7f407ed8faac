using System.Collections.Concurrent;
using HaTools.Linux;

namespace HaTools.Engine.Threading;

/// <summary>
/// A thread that carries out work handed to it, in order, timers, and what descriptors have to read. It belongs to the network namespace of
/// the thread that made it, and so does every socket, child and sysctl file that its work opens. Handing work over takes no lock: the VRRP
/// thread may do it.
/// </summary>
internal sealed class WorkThread : IDisposable
{
    private readonly ConcurrentQueue<Work> urgent = new();
    private readonly ConcurrentQueue<Work> queue = new();
    private readonly PriorityQueue<Action, long> timers = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Epoll epoll = new();
    private readonly Dictionary<int, Action> watched = [];

    // Not disposed of: anybody may still hand work over, and signal, after the end. Its handle closes itself when nobody can any more.
    private readonly EventFd wake = new();
    private readonly Thread thread;
    private volatile bool stopping;
    private volatile bool closed;

    public WorkThread(string name)
    {
        epoll.Add(wake.Handle, (ulong)wake.Handle, Libc.EPOLLIN);
        thread = new Thread(Run) { Name = name, IsBackground = true };
        thread.Start();
    }

    /// <summary>Ends when the thread ends; faulted when a piece of work threw.</summary>
    public Task Completion => ended.Task;

    /// <summary>Hands work over; from any thread. After the end it is dropped.</summary>
    public void Post(Action work) => Post(queue, new Work(work, null));

    /// <summary>Hands work over that goes before everything that waits.</summary>
    public void PostUrgent(Action work) => Post(urgent, new Work(work, null));

    /// <summary>Has work done at a time of <see cref="MonotonicClock"/>; only from the thread itself.</summary>
    public void At(long due, Action work)
    {
        if (Thread.CurrentThread != thread) throw new InvalidOperationException("Timers are set on the thread itself.");
        timers.Enqueue(work, due);
    }

    /// <summary>
    /// Has work done whenever a descriptor can be read (or has failed), until <see cref="Unwatch"/>; only from the thread itself. It must read
    /// until there is nothing left to read.
    /// </summary>
    public void Watch(int descriptor, Action readable)
    {
        if (Thread.CurrentThread != thread) throw new InvalidOperationException("Descriptors are watched from the thread itself.");
        watched.Add(descriptor, readable);
        epoll.Add(descriptor, (ulong)descriptor, Libc.EPOLLIN);
    }

    /// <summary>
    /// The same for a descriptor that is written to: whenever it has failed (a pipe: nobody reads it any more), and when there is room while <see cref="WantRoom"/> says so.
    /// </summary>
    public void WatchWriting(int descriptor, Action ready)
    {
        if (Thread.CurrentThread != thread) throw new InvalidOperationException("Descriptors are watched from the thread itself.");
        watched.Add(descriptor, ready);
        epoll.Add(descriptor, (ulong)descriptor, 0);
    }

    /// <summary>Whether what <see cref="WatchWriting"/> was told is done when there is room.</summary>
    public void WantRoom(int descriptor, bool wanted) => epoll.Modify(descriptor, (ulong)descriptor, wanted ? Libc.EPOLLOUT : 0);

    /// <summary>Stops watching; before the descriptor is closed, and only from the thread itself.</summary>
    public void Unwatch(int descriptor)
    {
        if (Thread.CurrentThread != thread) throw new InvalidOperationException("Descriptors are watched from the thread itself.");
        if (watched.Remove(descriptor)) epoll.Remove(descriptor);
    }

    /// <summary>Has a function run here, and hands its result or exception to the caller.</summary>
    public Task<T> RunAsync<T>(Func<T> function)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(queue, new Work(
            () =>
            {
                try
                {
                    result.SetResult(function());
                }
                catch (Exception e)
                {
                    // The caller gets it.
                    result.SetException(e);
                }
            },
            () => result.SetException(new ObjectDisposedException(thread.Name))));
        return result.Task;
    }

    /// <inheritdoc cref="RunAsync{T}(Func{T})"/>
    public Task RunAsync(Action action) => RunAsync(() =>
    {
        action();
        return true;
    });

    /// <summary>
    /// Has work begin here that goes on by itself, and hands its end to the caller. It may need this thread to come to one: when the thread ends first, the caller
    /// hears that instead of waiting for ever.
    /// </summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        Task<T> begun = await RunAsync<Task<T>>(work).ConfigureAwait(false);
        await EndOfAsync(begun).ConfigureAwait(false);
        return await begun.ConfigureAwait(false);
    }

    /// <inheritdoc cref="RunAsync{T}(Func{Task{T}})"/>
    public async Task RunAsync(Func<Task> work) => await EndOfAsync(await RunAsync<Task>(work).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>Ends the thread after the work that was handed over before; timers are dropped.</summary>
    public void Dispose()
    {
        stopping = true;
        wake.Signal();
        if (Thread.CurrentThread != thread) thread.Join();
    }

    private async Task EndOfAsync(Task begun)
    {
        _ = await Task.WhenAny(begun, Completion).ConfigureAwait(false);
        if (!begun.IsCompleted)
        {
            // Why it ended, where it did not end as it should.
            await Completion.ConfigureAwait(false);
            throw new ObjectDisposedException(thread.Name);
        }

        await begun.ConfigureAwait(false);
    }

    private void Post(ConcurrentQueue<Work> to, Work work)
    {
        to.Enqueue(work);
        if (closed) DropAll();
        else wake.Signal();
    }

    // Whoever waits for the result of work that will never run must hear of it.
    private void DropAll()
    {
        while (urgent.TryDequeue(out Work work) || queue.TryDequeue(out work)) work.Dropped?.Invoke();
    }

    private void Run()
    {
        try
        {
            Span<EpollReady> ready = stackalloc EpollReady[8];
            while (true)
            {
                DrainWork();
                if (stopping && queue.IsEmpty && urgent.IsEmpty) break;
                int count = epoll.Wait(ready, RunTimers());
                wake.Drain();
                for (int i = 0; i < count; i++)
                {
                    // One that an earlier of these stopped watching is passed over.
                    if (watched.TryGetValue((int)ready[i].Token, out Action? readable)) readable();
                }
            }

            ended.SetResult();
        }
        catch (Exception e)
        {
            // Not swallowed: whoever owns the thread watches Completion.
            ended.SetException(e);
        }
        finally
        {
            closed = true;
            DropAll();
            epoll.Dispose();
        }
    }

    private void DrainWork()
    {
        while (true)
        {
            if (urgent.TryDequeue(out Work work) || queue.TryDequeue(out work)) work.Run();
            else return;
            _ = RunTimers();
        }
    }

    /// <summary>Runs what is due; returns how long to wait for the next (0: there is work; -1: no timer).</summary>
    private long RunTimers()
    {
        while (timers.TryPeek(out Action? work, out long due))
        {
            long left = due - MonotonicClock.Now;
            if (left > 0) return urgent.IsEmpty && queue.IsEmpty ? left : 0;
            _ = timers.Dequeue();
            work();
        }

        return urgent.IsEmpty && queue.IsEmpty ? -1 : 0;
    }

    private readonly record struct Work(Action Run, Action? Dropped);
}
