using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Checks;

/// <summary>
/// Runs all checks of a node on one thread: non-blocking connects, epoll, one queue of due times. A running check costs a handful of
/// system calls and
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
    /// <summary>When each slot has something to do: to begin a try, or to give one up.</summary>
    private DeadlineHeap due = new(0);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Epoll epoll = new(256);
    private readonly EventFd wake = new();
    private readonly Thread thread;
    private volatile bool stopping;
    private bool inTrouble;
    private long allocatedBytes;

    public CheckRunner(ICheckSink sink)
    {
        this.sink = sink;
        epoll.Add(wake.Handle, WakeToken, Libc.EPOLLIN);
        thread = new Thread(Run) { Name = "hatools-checks", IsBackground = true };
        thread.Start();
    }

    /// <summary>Ends when the thread ends; faulted when it could not go on.</summary>
    public Task Completion => ended.Task;

    /// <summary>
    /// Goes over to another set of checks. Those that stay keep their state; a check whose target or timing changed begins its next try
    /// anew.
    /// </summary>
    public void Configure(IReadOnlyList<CheckTarget> targets)
    {
        configurations.Enqueue(targets);
        wake.Signal();
    }

    /// <summary>
    /// What the thread has allocated since it began, in bytes; while no result is news it stands still. Only known once a configuration
    /// was taken.
    /// </summary>
    public long AllocatedBytes => Volatile.Read(ref allocatedBytes);

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
                Volatile.Write(ref allocatedBytes, GC.GetAllocatedBytesForCurrentThread());
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
            foreach (Slot slot in slots) Close(slot);
        }
    }

    private void Take(IReadOnlyList<CheckTarget> targets)
    {
        long now = MonotonicClock.Now;
        HashSet<CheckKey> gone = [.. byKey.Keys];
        GrowTo(targets.Count + slots.Count);
        foreach (CheckTarget target in targets)
        {
            _ = gone.Remove(target.Key);
            if (!byKey.TryGetValue(target.Key, out int index))
            {
                index = NewSlot(target);
                Schedule(index, CheckLogic.First(now, Random.Shared.NextDouble(), targets.Count, target.Timing));
            }
            else if (slots[index].Target is { } before && before != target)
            {
                Slot slot = slots[index];
                Close(slot);
                slot.Retarget(target);
                Schedule(index, CheckLogic.First(now, Random.Shared.NextDouble(), targets.Count, target.Timing));
            }
        }

        foreach (CheckKey key in gone)
        {
            _ = byKey.Remove(key, out int index);
            Close(slots[index]);
            slots[index].Clear();
            due.Set(index, DeadlineHeap.Never);
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

    // The heap's size is fixed, so that it allocates nothing while it works; only a configuration makes another.
    private void GrowTo(int count)
    {
        if (due.Count >= count) return;
        DeadlineHeap larger = new(count);
        for (int i = 0; i < slots.Count; i++) larger.Set(i, slots[i].Target is null ? DeadlineHeap.Never : slots[i].Due);
        due = larger;
    }

    private void Schedule(int index, long when)
    {
        slots[index].Due = when;
        due.Set(index, when);
    }

    /// <summary>Does what is due; returns how long to wait for the next (-1: nothing to wait for).</summary>
    private long RunDue()
    {
        while (due.Earliest != DeadlineHeap.Never)
        {
            long left = due.Earliest - MonotonicClock.Now;
            if (left > 0) return left;
            int index = due.EarliestItem;
            Slot slot = slots[index];
            if (slot.Socket < 0) Begin(index, slot);
            else Finish(index, slot, HasAnswered(slot) ? ErrorOf(slot) : Errno.ETIMEDOUT);
        }

        return -1;
    }

    private void Begin(int index, Slot slot)
    {
        slot.Started = MonotonicClock.Now;
        int fd = Libc.socket(slot.Family, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (fd < 0)
        {
            Conclude(index, slot, Marshal.GetLastPInvokeError());
            return;
        }

        slot.Socket = fd;
        int result;
        fixed (byte* address = slot.Sockaddr) result = Libc.connect(fd, address, slot.SockaddrLength);
        int errno = result == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (errno != Errno.EINPROGRESS)
        {
            Conclude(index, slot, errno);
            return;
        }

        inTrouble = false;

        slot.Attempt++;
        epoll.Add(fd, ((ulong)slot.Attempt << 32) | (uint)index, Libc.EPOLLOUT);
        Schedule(index, slot.Started + slot.Target!.Timing.ConnectTimeout);
    }

    /// <summary>Takes the result of a try that ended as soon as it began.</summary>
    private void Conclude(int index, Slot slot, int errno)
    {
        if (!CheckLogic.IsOurOwnTrouble(errno, slot.Family == Libc.AF_INET))
        {
            Finish(index, slot, errno);
            return;
        }

        Close(slot);
        Schedule(index, CheckLogic.PutOff(slot.Started, MonotonicClock.Now, slot.Target!.Timing));
        if (inTrouble) return;
        inTrouble = true;
        sink.OnTrouble(
            $"{Errno.Name(errno)} ({Errno.Describe(errno)}) checking {slot.Target.EndPoint}: this host cannot check its servers, which stay as "
            + "they are; see to its limits (LimitNOFILE, net.ipv4.ip_local_port_range, memory)");
    }

    private void OnReady(ulong token)
    {
        Slot slot = slots[(int)(uint)token];

        // A socket that was closed in this same round may still be reported.
        if (slot.Socket < 0 || slot.Attempt != (uint)(token >> 32)) return;
        Finish((int)(uint)token, slot, ErrorOf(slot));
    }

    /// <summary>
    /// Whether the connection was made or refused all the same: if it is this thread that was late (a machine under load, a stopped
    /// process), the answer waits
    /// unread, and a good server must not be called down for it.
    /// </summary>
    private static bool HasAnswered(Slot slot)
    {
        var ask = new pollfd { fd = slot.Socket, events = Libc.POLLOUT };
        return Libc.poll(&ask, 1, 0) > 0;
    }

    private static int ErrorOf(Slot slot)
    {
        int error;
        uint length = sizeof(int);
        return Libc.getsockopt(slot.Socket, Libc.SOL_SOCKET, Libc.SO_ERROR, &error, &length) < 0 ? Marshal.GetLastPInvokeError() : error;
    }

    private void Finish(int index, Slot slot, int errno)
    {
        Close(slot);
        CheckTarget target = slot.Target!;
        CheckStep step = CheckLogic.Step(slot.State, errno == 0, slot.Started, MonotonicClock.Now, target.Timing);
        slot.State = step.State;
        Schedule(index, step.Next);
        if (step.Verdict == CheckVerdict.None) return;
        string? reason = step.Verdict == CheckVerdict.Failed
            ? $"{Errno.Name(errno)} ({Errno.Describe(errno)}) connecting to {target.EndPoint}"
            : null;
        sink.OnCheck(target.Key, step.Verdict, reason);
    }

    // Closing takes it out of the epoll set, since nobody else holds the descriptor.
    private static void Close(Slot slot)
    {
        if (slot.Socket >= 0) _ = Libc.close(slot.Socket);
        slot.Socket = -1;
    }

    private sealed class Slot
    {
        public readonly byte[] Sockaddr = new byte[MaxSockaddr];

        public CheckTarget? Target { get; private set; }

        public CheckState State { get; set; }

        /// <summary>
        /// The socket of a try in progress, -1: none. A bare number, since no other thread ever sees it and a handle object a try would be
        /// litter.
        /// </summary>
        public int Socket { get; set; } = -1;

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
