using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using HaTools.Linux;

namespace HaTools.Engine.Checks;

/// <summary>
/// Runs all checks of a node on one thread: non-blocking connects, epoll, one queue of due times. A running check costs a handful of system calls and
/// allocates nothing, so that thousands of servers leave the collector, and with it the VRRP thread, in peace.
/// </summary>
internal sealed unsafe class CheckRunner : IDisposable
{
    private const int MaxSockaddr = 28;
    private const ulong WakeToken = ulong.MaxValue - 1;

    private readonly ICheckSink sink;
    private readonly ConcurrentQueue<IReadOnlyList<CheckTarget>> configurations = new();
    private readonly Dictionary<CheckKey, int> byKey = [];
    private readonly List<Slot> slots = [];
    private readonly Stack<int> free = new();
    private readonly PriorityQueue<(int Slot, long Due), long> due = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Epoll epoll = new(256);
    private readonly EventFd wake = new();
    private readonly Thread thread;
    private volatile bool stopping;

    public CheckRunner(ICheckSink sink)
    {
        this.sink = sink;
        epoll.Add(wake.Handle, WakeToken, Libc.EPOLLIN);
        thread = new Thread(Run) { Name = "hatools-checks", IsBackground = true };
        thread.Start();
    }

    /// <summary>Ends when the thread ends; faulted when it could not go on.</summary>
    public Task Completion => ended.Task;

    /// <summary>Goes over to another set of checks. Those that stay keep their state; a check whose target or timing changed begins its next try anew.</summary>
    public void Configure(IReadOnlyList<CheckTarget> targets)
    {
        configurations.Enqueue(targets);
        wake.Signal();
    }

    public void Dispose()
    {
        stopping = true;
        wake.Signal();
        thread.Join();
        epoll.Dispose();
        wake.Dispose();
    }

    private void Run()
    {
        Span<EpollReady> ready = stackalloc EpollReady[256];
        try
        {
            while (!stopping)
            {
                while (configurations.TryDequeue(out IReadOnlyList<CheckTarget>? targets)) Take(targets);
                int count = epoll.Wait(ready, RunDue());
                for (int i = 0; i < count; i++)
                {
                    if (ready[i].Token == WakeToken) wake.Drain();
                    else OnReady(ready[i].Token);
                }
            }

            ended.SetResult();
        }
        catch (Exception e)
        {
            // Not swallowed: the node watches Completion.
            ended.SetException(e);
        }
        finally
        {
            foreach (Slot slot in slots) slot.Socket?.Dispose();
        }
    }

    private void Take(IReadOnlyList<CheckTarget> targets)
    {
        long now = MonotonicClock.Now;
        HashSet<CheckKey> gone = [.. byKey.Keys];
        foreach (CheckTarget target in targets)
        {
            _ = gone.Remove(target.Key);
            if (!byKey.TryGetValue(target.Key, out int index))
            {
                index = NewSlot(target);
                Schedule(index, CheckLogic.First(now, Random.Shared.NextDouble(), target.Timing));
            }
            else if (slots[index].Target is { } before && before != target)
            {
                Slot slot = slots[index];
                Close(slot);
                slot.Retarget(target);
                Schedule(index, CheckLogic.First(now, Random.Shared.NextDouble(), target.Timing));
            }
        }

        foreach (CheckKey key in gone)
        {
            _ = byKey.Remove(key, out int index);
            Close(slots[index]);
            slots[index].Clear();
            free.Push(index);
        }
    }

    private int NewSlot(CheckTarget target)
    {
        if (!free.TryPop(out int index))
        {
            index = slots.Count;
            slots.Add(new Slot());
        }

        slots[index].State = CheckState.Initial;
        slots[index].Retarget(target);
        byKey.Add(target.Key, index);
        return index;
    }

    private void Schedule(int index, long when)
    {
        slots[index].Due = when;
        due.Enqueue((index, when), when);
    }

    /// <summary>Does what is due; returns how long to wait for the next (-1: nothing to wait for).</summary>
    private long RunDue()
    {
        while (due.TryPeek(out (int Slot, long Due) entry, out _))
        {
            Slot slot = slots[entry.Slot];

            // An entry that its slot no longer speaks of was overtaken by a result.
            if (slot.Target is null || slot.Due != entry.Due)
            {
                _ = due.Dequeue();
                continue;
            }

            long left = entry.Due - MonotonicClock.Now;
            if (left > 0) return left;
            _ = due.Dequeue();
            if (slot.Socket is null) Begin(entry.Slot, slot);
            else Finish(entry.Slot, slot, Errno.ETIMEDOUT);
        }

        return -1;
    }

    private void Begin(int index, Slot slot)
    {
        slot.Started = MonotonicClock.Now;
        int fd = Libc.socket(slot.Family, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (fd < 0)
        {
            Finish(index, slot, Marshal.GetLastPInvokeError());
            return;
        }

        slot.Socket = new FileDescriptor(fd);
        int result;
        fixed (byte* address = slot.Sockaddr) result = Libc.connect(slot.Socket, address, slot.SockaddrLength);
        int errno = result == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (errno != Errno.EINPROGRESS)
        {
            Finish(index, slot, errno);
            return;
        }

        slot.Attempt++;
        epoll.Add(fd, ((ulong)slot.Attempt << 32) | (uint)index, Libc.EPOLLOUT);
        Schedule(index, slot.Started + slot.Target!.Timing.ConnectTimeout);
    }

    private void OnReady(ulong token)
    {
        Slot slot = slots[(int)(uint)token];

        // A socket that was closed in this same round may still be reported.
        if (slot.Socket is null || slot.Attempt != (uint)(token >> 32)) return;
        int error;
        uint length = sizeof(int);
        if (Libc.getsockopt(slot.Socket, Libc.SOL_SOCKET, Libc.SO_ERROR, &error, &length) < 0) error = Marshal.GetLastPInvokeError();
        Finish((int)(uint)token, slot, error);
    }

    private void Finish(int index, Slot slot, int errno)
    {
        Close(slot);
        CheckTarget target = slot.Target!;
        CheckStep step = CheckLogic.Step(slot.State, errno == 0, slot.Started, MonotonicClock.Now, target.Timing);
        slot.State = step.State;
        Schedule(index, step.Next);
        if (step.Verdict == CheckVerdict.None) return;
        string? reason = step.Verdict == CheckVerdict.Failed ? $"{Errno.Name(errno)} ({Errno.Describe(errno)}) connecting to {target.EndPoint}" : null;
        sink.OnCheck(target.Key, step.Verdict, reason);
    }

    // Closing takes it out of the epoll set, since nobody else holds the descriptor.
    private static void Close(Slot slot)
    {
        slot.Socket?.Dispose();
        slot.Socket = null;
    }

    private sealed class Slot
    {
        public readonly byte[] Sockaddr = new byte[MaxSockaddr];

        public CheckTarget? Target { get; private set; }

        public CheckState State { get; set; }

        public FileDescriptor? Socket { get; set; }

        /// <summary>Counts the slot's connects, so that a report of an earlier socket is told from one of this.</summary>
        public uint Attempt { get; set; }

        public long Started { get; set; }

        public long Due { get; set; }

        public int Family { get; private set; }

        public uint SockaddrLength { get; private set; }

        public void Retarget(CheckTarget target)
        {
            Target = target;
            State = State with { Retries = 0 };
            IPEndPoint end = target.EndPoint;
            bool v4 = end.AddressFamily == AddressFamily.InterNetwork;
            Family = v4 ? Libc.AF_INET : Libc.AF_INET6;

            // struct sockaddr_in: family, port, address; struct sockaddr_in6: family, port, flow information, address, scope.
            SockaddrLength = v4 ? 16u : 28u;
            Array.Clear(Sockaddr);
            BitConverter.TryWriteBytes(Sockaddr, (ushort)Family);
            BinaryPrimitives.WriteUInt16BigEndian(Sockaddr.AsSpan(2), (ushort)end.Port);
            _ = end.Address.TryWriteBytes(Sockaddr.AsSpan(v4 ? 4 : 8), out _);
            if (!v4) BitConverter.TryWriteBytes(Sockaddr.AsSpan(24), (uint)end.Address.ScopeId);
        }

        public void Clear() => Target = null;
    }
}
