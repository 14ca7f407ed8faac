using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// Renews the lifetimes of the virtual addresses, on a thread of its own: every renewal needs the kernel's routing lock (RTNL), and whoever holds
/// that for long (a driver that resets its card, a container runtime that takes down hundreds of interfaces) must not keep the VRRP thread from its
/// adverts. The methods are the VRRP thread's; only <see cref="Withdraw"/> and <see cref="Hold"/> may
/// wait for it, while a renewal of the same addresses is on its way.
/// </summary>
/// <remarks>
/// Two things must be so.
/// <para>
/// A VRRP thread that hangs is fenced. The renewer has no clock of its own: it renews on a <see cref="Beat"/> of the VRRP thread, what is due at
/// that moment or soon after, and nothing on a beat that has become older than a third of the lifetime meanwhile. No beat, no renewal: the
/// addresses expire as if that thread renewed them itself.
/// </para>
/// <para>
/// An address that goes does not come again by a renewal. To the kernel a renewal is RTM_NEWADDR with NLM_F_REPLACE, and that makes the address
/// where it is absent: both families look for the address first, and NLM_F_CREATE decides nothing (net/ipv4/devinet.c, inet_rtm_newaddr;
/// net/ipv6/addrconf.c, inet6_rtm_newaddr). A renewal that waits for RTNL while the address is removed would put it back for a whole lifetime, on
/// a node that is not master any more. So who removes an address withdraws its lease first. That ends only when no renewal of the lease is on its
/// way, and from then on none begins. Under contention a renewal goes out alone, so that a removal waits for one at most; it needs RTNL itself,
/// and would have to queue behind that one anyway.
/// </para>
/// </remarks>
internal sealed class AddressRenewer : IDisposable
{
    /// <summary>Renewals in one system call, while the kernel is quick.</summary>
    private const int MostTogether = 16;

    /// <summary>A call of that many nanoseconds has waited for somebody: 2 ms.</summary>
    private const long Slow = 2_000_000;

    private readonly RouteClient routes;
    private readonly Action<AddressLease> failed;
    private readonly int realtimePriority;
    private readonly Epoll epoll = new();
    private readonly EventFd wakeUp = new();
    private readonly Thread thread;

    // Guards the leases. Never held across a system call, so that the VRRP thread never waits for one through it.
    private readonly object gate = new();
    private readonly AddressRequest[] requests = new AddressRequest[MostTogether];
    private readonly int[] errnos = new int[MostTogether];
    private readonly AddressLease[] owners = new AddressLease[MostTogether];
    private AddressLease[] leases = new AddressLease[16];
    private int leaseCount;
    private int cursor;
    private long beat;
    private long slack;
    private long allocatedBytes;
    private volatile int threadId;
    private bool isSlow;
    private volatile bool stopping;

    /// <param name="routes">A client of its own, which it disposes of.</param>
    /// <param name="failed">Called on the renewer's thread when a lease could not be renewed; once, until it is held anew.</param>
    /// <param name="realtimePriority">Of SCHED_RR, 1 to 99; 0: the usual scheduling.</param>
    public AddressRenewer(RouteClient routes, Action<AddressLease> failed, int realtimePriority)
    {
        this.routes = routes;
        this.failed = failed;
        this.realtimePriority = realtimePriority;
        epoll.Add(wakeUp.Handle, 0, Libc.EPOLLIN);
        thread = new Thread(Run) { Name = "vrrp-renewals", IsBackground = true };
        thread.Start();
    }

    /// <summary>The port id of its socket, which notifications of renewals carry.</summary>
    public uint PortId => routes.PortId;

    /// <summary>The kernel's number of its thread; 0: that has not begun yet.</summary>
    public int ThreadId => threadId;

    /// <summary>What its thread has allocated since it began.</summary>
    public long AllocatedBytes => Volatile.Read(ref allocatedBytes);

    /// <summary>Whether there is anything to renew; the VRRP thread alone changes that.</summary>
    public bool HoldsAny => leaseCount > 0;

    /// <summary>From now on the addresses of the lease are renewed. They were added by the caller just now.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="wanted">The requests, with their lifetimes; not to be changed while the lease is held.</param>
    /// <param name="interval">From renewal to renewal, in nanoseconds: a third of the lifetime.</param>
    /// <param name="now">Now.</param>
    public void Hold(AddressLease lease, AddressRequest[] wanted, long interval, long now)
    {
        lock (gate)
        {
            WaitUntilIdle(lease);
            lease.Requests = wanted;
            lease.Interval = interval;
            lease.RenewAt = now + interval;
            lease.Done = 0;
            lease.HasFailed = false;
            if (lease.Position >= 0) return;
            if (leaseCount == leases.Length) Array.Resize(ref leases, leaseCount * 2);
            lease.Position = leaseCount;
            leases[leaseCount++] = lease;
        }
    }

    /// <summary>
    /// Ends the renewals of a lease: when this returns none is on its way, and none begins. To be called before any of its addresses is removed.
    /// </summary>
    public void Withdraw(AddressLease lease)
    {
        lock (gate)
        {
            int position = lease.Position;
            if (position >= 0)
            {
                AddressLease last = leases[--leaseCount];
                leases[position] = last;
                last.Position = position;
                leases[leaseCount] = null!;
                lease.Position = -1;
            }

            WaitUntilIdle(lease);
        }
    }

    /// <summary>The VRRP thread is alive: what is due is renewed.</summary>
    /// <param name="now">Now.</param>
    /// <param name="soon">In nanoseconds: what becomes due within that time need not wait for another beat.</param>
    public void Beat(long now, long soon)
    {
        Volatile.Write(ref slack, soon);
        Volatile.Write(ref beat, now);
        wakeUp.Signal();
    }

    /// <summary>Ends the thread; a renewal on its way is waited for.</summary>
    public void Dispose()
    {
        stopping = true;
        wakeUp.Signal();
        thread.Join();
        epoll.Dispose();
        wakeUp.Dispose();
        routes.Dispose();
    }

    private void WaitUntilIdle(AddressLease lease)
    {
        while (lease.IsInFlight) _ = Monitor.Wait(gate);
    }

    private void Run()
    {
        // Below the VRRP thread, and above everything that is not urgent: late renewals cost the addresses. Without the privilege it runs as it can,
        // of which the VRRP thread tells for both.
        threadId = Libc.gettid();
        Scheduling.RemoveTimerSlack();
        if (realtimePriority > 0) _ = Scheduling.TrySetRoundRobin(realtimePriority, out _);
        Span<EpollReady> ready = stackalloc EpollReady[1];
        while (!stopping)
        {
            _ = epoll.Wait(ready, -1);
            wakeUp.Drain();
            cursor = 0;
            int count;
            while (!stopping && (count = Collect()) > 0) Renew(count);
            Volatile.Write(ref allocatedBytes, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    /// <summary>Takes the next addresses that are due, and marks their leases.</summary>
    private int Collect()
    {
        int most = isSlow ? 1 : MostTogether;
        int count = 0;
        lock (gate)
        {
            // Read here, since the call before may have waited long: what has come meanwhile counts, and what has become old does not.
            long stamp = Volatile.Read(ref beat);
            long age = MonotonicClock.Now - stamp, until = stamp + Volatile.Read(ref slack);

            // A withdrawal moves the last lease forward, perhaps to where we have been: that one comes with the next beat, early enough.
            for (; cursor < leaseCount && count < most; cursor++)
            {
                AddressLease lease = leases[cursor];
                if (lease.RenewAt > until || age > lease.Interval) continue;
                int taken = Math.Min(most - count, lease.Requests.Length - lease.Done);
                lease.Requests.AsSpan(lease.Done, taken).CopyTo(requests.AsSpan(count));
                owners.AsSpan(count, taken).Fill(lease);
                lease.IsInFlight = taken > 0;
                lease.Done += taken;
                count += taken;
                if (lease.Done < lease.Requests.Length) break;
                lease.Done = 0;
                lease.RenewAt = stamp + lease.Interval;
            }
        }

        return count;
    }

    private void Renew(int count)
    {
        Span<int> results = errnos.AsSpan(0, count);
        long before = MonotonicClock.Now;
        try
        {
            _ = routes.ReplaceAddresses(requests.AsSpan(0, count), results);
        }
        catch (NetlinkException e)
        {
            // Answers were lost: nobody knows what was renewed, so that all of it counts as failed, and the VRRP thread sees to it.
            results.Fill(e.Errno == 0 ? Errno.EIO : e.Errno);
        }

        isSlow = MonotonicClock.Now - before > Slow;
        lock (gate)
        {
            foreach (AddressLease owner in owners.AsSpan(0, count)) owner.IsInFlight = false;
            Monitor.PulseAll(gate);
        }

        for (int i = 0; i < count; i++)
        {
            AddressLease owner = owners[i];
            if (results[i] == 0 || owner.HasFailed) continue;
            owner.HasFailed = true;
            failed(owner);
        }
    }
}

/// <summary>What the <see cref="AddressRenewer"/> knows of an instance's addresses; it alone looks inside.</summary>
internal sealed class AddressLease(HostedInstance owner)
{
    public HostedInstance Owner { get; } = owner;

    public AddressRequest[] Requests { get; set; } = [];

    public long Interval { get; set; }

    public long RenewAt { get; set; }

    /// <summary>How many of the requests the present round has got through.</summary>
    public int Done { get; set; }

    /// <summary>Where it stands among the leases that are held; -1: it is not held.</summary>
    public int Position { get; set; } = -1;

    /// <summary>A renewal is on its way to the kernel.</summary>
    public bool IsInFlight { get; set; }

    /// <summary>Its owner was told of a failure.</summary>
    public volatile bool HasFailed;
}
