using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using HaTools.Engine.DataPlane;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Checks;

/// <summary>
/// Runs all checks of a node that connect on one thread: non-blocking sockets, epoll, one queue of due times. A running check costs a handful of
/// system calls and
/// allocates nothing, so that thousands of servers leave the collector, and with it the VRRP thread, in peace.
/// </summary>
internal sealed unsafe partial class CheckRunner : IDisposable
{
    private const ulong WakeToken = ulong.MaxValue - 1;

    /// <summary>How often at most it is told, while it lasts, that this host lacks what all checks need.</summary>
    private const long BetweenTroubles = 60_000_000_000;

    private readonly ICheckSink sink;
    private readonly ConcurrentQueue<(IReadOnlyList<SocketTarget> Targets, IReadOnlySet<ServiceKey>? Suspended)> configurations = new();
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
    private long quietUntil;
    private long allocatedBytes;

    /// <param name="sink">Hears the results.</param>
    /// <param name="openFiles">How many descriptors the process may have; null: what its limit is at each configuration. For tests.</param>
    public CheckRunner(ICheckSink sink, long? openFiles = null)
    {
        this.sink = sink;
        this.openFiles = openFiles;
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
    /// <param name="targets">The checks.</param>
    /// <param name="suspended">The services whose servers are not checked now; null: none.</param>
    public void Configure(IReadOnlyList<SocketTarget> targets, IReadOnlySet<ServiceKey>? suspended = null)
    {
        configurations.Enqueue((targets, suspended));
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
                while (configurations.TryDequeue(out (IReadOnlyList<SocketTarget> Targets, IReadOnlySet<ServiceKey>? Suspended) next)) Take(next.Targets, next.Suspended);
                int count = epoll.Wait(ready, RunDue());
                Volatile.Write(ref allocatedBytes, GC.GetAllocatedBytesForCurrentThread());
                for (int i = 0; i < count; i++)
                {
                    if (ready[i].Token == WakeToken) wake.Drain();
                    else OnReady(ready[i].Token, ready[i].Events);
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

    private void Take(IReadOnlyList<SocketTarget> targets, IReadOnlySet<ServiceKey>? suspended)
    {
        long now = MonotonicClock.Now;
        mostSockets = SocketBudget.Of(openFiles ?? OpenFiles.Limit);
        HashSet<CheckKey> gone = [.. byKey.Keys];
        GrowTo(targets.Count + slots.Count);
        _ = line.EnsureCapacity(targets.Count);
        foreach (SocketTarget target in targets)
        {
            _ = gone.Remove(target.Key);
            bool isSuspended = suspended?.Contains(target.Key.Service) == true;
            if (!byKey.TryGetValue(target.Key, out int index))
            {
                index = NewSlot(target);
            }
            else if (slots[index] is { Target: { } before } slot && (before != target || slot.IsSuspended != isSuspended))
            {
                Close(slot);
                slot.Retarget(target);
            }
            else
            {
                continue;
            }

            slots[index].IsSuspended = isSuspended;
            Schedule(index, isSuspended ? DeadlineHeap.Never : CheckLogic.First(now, Random.Shared.NextDouble(), targets.Count, target.Timing));
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

    private int NewSlot(SocketTarget target)
    {
        if (!free.TryPop(out int index))
        {
            index = slots.Count;
            slots.Add(new Slot());
        }

        slots[index].State = CheckState.Initial(target.Alpha);
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
        while (true)
        {
            LetIn();
            if (due.Earliest == DeadlineHeap.Never) return -1;
            long left = due.Earliest - MonotonicClock.Now;
            if (left > 0) return left;
            int index = due.EarliestItem;
            Slot slot = slots[index];
            if (slot.Socket < 0) BeginOrWait(index, slot);
            else if (slot.Probe is null) Finish(index, slot, EventsOf(slot) is var events and not 0 ? ErrorOf(slot, events) : Errno.ETIMEDOUT);
            else GiveUp(index, slot, -left);
        }
    }

    private void Begin(int index, Slot slot)
    {
        slot.Ticket = 0;
        slot.Started = MonotonicClock.Now;
        slot.Phase = Phase.Connecting;
        int fd = MakeSocket(slot);
        if (fd < 0)
        {
            int lack = Marshal.GetLastPInvokeError();
            if (!slot.Kind.IsPing || lack is not (Errno.EPERM or Errno.EACCES)) Conclude(index, slot, lack);
            else if (PutOffForLack(index, slot))
            {
                sink.OnTrouble($"{Errno.Name(lack)} ({Errno.Describe(lack)}) opening a socket to ping {slot.Target!.Place}: net.ipv4.ping_group_range lets this node have none, a raw one needs CAP_NET_RAW, "
                    + "and the server stays as it is; put the node's group into the range (0 0: root's), or grant the capability");
            }

            return;
        }

        slot.Socket = fd;
        openSockets++;
        if (slot.Origin?.Apply(fd) is int refusal and not 0)
        {
            if (PutOffForLack(index, slot))
            {
                sink.OnTrouble($"{Errno.Name(refusal)} ({Errno.Describe(refusal)}) beginning a check of {slot.Target!.Place} from {slot.Target.Origin}: this host cannot check from there, "
                    + "and the server stays as it is; see to the address, port or interface (bindto, bind_port, bind_if)");
            }

            return;
        }

        slot.IsLackTold = false;
        if (slot.Kind.IsDatagram && HearErrors(slot) is var deaf and not 0)
        {
            Conclude(index, slot, deaf);
            return;
        }

        int result;
        fixed (byte* address = slot.Address) result = Libc.connect(fd, address, slot.AddressLength);
        int errno = result == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (errno is not (0 or Errno.EINPROGRESS) || (errno == 0 && slot.Probe is null))
        {
            Conclude(index, slot, errno);
            return;
        }

        slot.Attempt++;
        (slot.Interest, slot.MayHaveInput) = (0, false);
        Schedule(index, slot.Started + slot.Target!.Timing.Timeout);
        if (errno == 0)
        {
            Open(index, slot, slot.Probe!);
            return;
        }

        Await(index, slot, Phase.Connecting, slot.Probe is null ? Libc.EPOLLOUT : WholeTalk);
    }

    /// <summary>Takes the result of a try that ended as soon as it began.</summary>
    private void Conclude(int index, Slot slot, int errno)
    {
        if (!CheckLogic.IsOurOwnTrouble(errno, slot.Family == Libc.AF_INET))
        {
            Finish(index, slot, errno);
            return;
        }

        PutOff(index, slot);
        TellOfTrouble(errno, slot);
    }

    private void TellOfTrouble(int errno, Slot slot)
    {
        // Of thousands of checks some go meanwhile, so that one that goes is no end of the trouble.
        long now = MonotonicClock.Now;
        if (now < quietUntil) return;
        quietUntil = now + BetweenTroubles;
        sink.OnTrouble($"{Errno.Name(errno)} ({Errno.Describe(errno)}) checking {slot.Target!.Place}: this host cannot check its servers, which stay as "
            + "they are; see to its limits (LimitNOFILE, net.ipv4.ip_local_port_range, memory)");
    }

    /// <summary>A try that could not be begun says nothing of the server.</summary>
    private void PutOff(int index, Slot slot)
    {
        Close(slot);
        Schedule(index, CheckLogic.PutOff(slot.Started, MonotonicClock.Now, slot.Target!.Timing));
    }

    /// <summary>This host lacks what this check needs. Others go on meanwhile, so that each has to remember for itself whether it was told.</summary>
    /// <returns>Whether it is news.</returns>
    private bool PutOffForLack(int index, Slot slot)
    {
        PutOff(index, slot);
        bool isNews = !slot.IsLackTold;
        slot.IsLackTold = true;
        return isNews;
    }

    private void OnReady(ulong token, uint events)
    {
        Slot slot = slots[(int)(uint)token];

        // A socket that was closed in this same round may still be reported.
        if (slot.Socket < 0 || slot.Attempt != (uint)(token >> 32)) return;
        if (slot.Probe is { } probe) Talk((int)(uint)token, slot, probe, events);
        else Finish((int)(uint)token, slot, ErrorOf(slot, events));
    }

    /// <summary>
    /// What is ready at the socket all the same, 0: nothing. If it is this thread that was late (a machine under load, a stopped process), that the connection was made or refused, or the
    /// answer, waits unread, and a good server must not be called down for it.
    /// </summary>
    private static uint EventsOf(Slot slot)
    {
        var ask = new pollfd { fd = slot.Socket, events = slot.Phase == Phase.Reading ? Libc.POLLIN : Libc.POLLOUT };
        return Libc.poll(&ask, 1, 0) > 0 ? (ushort)ask.revents : 0u;
    }

    /// <summary>What the connection came to; only where the kernel tells of an error there is one to ask for.</summary>
    private static int ErrorOf(Slot slot, uint events)
    {
        if ((events & (Libc.EPOLLERR | Libc.EPOLLHUP)) == 0) return 0;
        int error;
        uint length = sizeof(int);
        return Libc.getsockopt(slot.Socket, Libc.SOL_SOCKET, Libc.SO_ERROR, &error, &length) < 0 ? Marshal.GetLastPInvokeError() : error;
    }

    private void Finish(int index, Slot slot, int errno) => Finish(index, slot, errno == 0, errno);

    /// <summary>Takes a result in.</summary>
    /// <param name="index">The slot's place.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="success">Whether the try was good.</param>
    /// <param name="errno">What went wrong with the socket; 0: nothing, and it is the probe that knows what did.</param>
    private void Finish(int index, Slot slot, bool success, int errno)
    {
        SocketTarget target = slot.Target!;
        bool wasUp = slot.State.Up;
        CheckStep step = CheckLogic.Step(slot.State, success, slot.Started, MonotonicClock.Now, target.Timing);
        slot.State = step.State;
        bool isTold = !success && wasUp && target.LogAllFailures;
        string? reason = !success && (isTold || step.Verdict != CheckVerdict.None) ? ReasonOf(slot, errno) : null;
        string? warning = success ? slot.Probe?.Warning : slot.Warning;
        Close(slot);
        Schedule(index, step.Next);
        if (warning != slot.Warning)
        {
            slot.Warning = warning;
            sink.OnWarning(target.Key, warning);
        }

        if (isTold) sink.OnFailure(target.Key, reason!);
        if (step.Verdict != CheckVerdict.None) sink.OnCheck(target, step.Verdict, reason);
    }

    private static string ReasonOf(Slot slot, int errno)
    {
        if (errno == 0) return $"{slot.Target!.Place}: {slot.Probe!.Reason}";
        string words = $"{Errno.Name(errno)} ({Errno.Describe(errno)})";
        return slot.Probe is null || slot.Phase == Phase.Connecting ? $"{words} connecting to {slot.Target!.Place}"
            : $"{words} {(slot.Phase == Phase.Writing ? "writing to" : "reading from")} {slot.Target!.Place} ({slot.Probe.Question})";
    }

    // Closing takes it out of the epoll set, since nobody else holds the descriptor.
    private void Close(Slot slot)
    {
        if (slot.Socket < 0) return;
        _ = Libc.close(slot.Socket);
        slot.Socket = -1;
        openSockets--;
        slot.Probe?.End();
    }
}
