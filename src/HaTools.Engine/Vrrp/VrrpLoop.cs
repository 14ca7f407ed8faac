using System.Collections.Concurrent;
using System.Net;
using HaTools.Linux;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// What runs on the VRRP thread: it waits for adverts, changes of interfaces and addresses, requests of other threads, and deadlines, and
/// hands them to the
/// router. What has been received always comes before what is due, so that a thread that stood still does not act on old knowledge.
/// </summary>
internal sealed partial class VrrpLoop : IDisposable
{
    private const ulong MailboxToken = 0;
    private const ulong MonitorToken = 1;
    private const ulong FirstInterfaceToken = 2;

    /// <summary>Datagrams from one socket in one go: a flood on one interface cannot keep the thread from its timers.</summary>
    private const int MostDatagrams = 1024;

    /// <summary>Notifications of interfaces and addresses in one go: somebody who adds thousands cannot either.</summary>
    private const int MostNotifications = 256;

    /// <summary>keepalived complains of timers that are late by this much, and so do we.</summary>
    private const long ConspicuousLateness = 1_000_000_000;

    private readonly VrrpHostOptions options;
    private readonly IVrrpHostSink sink;
    private readonly ConcurrentQueue<VrrpHostRequest> mailbox;
    private readonly EventFd wakeUp;
    private readonly Epoll epoll = new();
    private readonly EpollReady[] ready = new EpollReady[64];
    private readonly RouteClient routes;
    private readonly RouteMonitor monitor;
    private readonly ArpSocket arp;
    private readonly RouterActions actions = new();
    private readonly byte[] datagram = new byte[2048];
    private readonly Dictionary<ulong, HostedInterface> listening = [];

    /// <summary>The last result of each tracker, also of those that nobody follows now: the next configuration may.</summary>
    private readonly Dictionary<TrackerKey, TrackerReading> readings = [];

    private HostPlan plan;
    private VrrpRouter router;
    private RouterEffects effects;
    private ulong lastToken = FirstInterfaceToken;
    private bool stopping;
    private bool monitorHasMore;
    private long allocatedBytes;

    /// <summary>Opens everything in the network namespace of the calling thread.</summary>
    /// <exception cref="HaEngineException">An interface does not exist.</exception>
    /// <exception cref="LinuxException">The kernel refused something.</exception>
    public VrrpLoop(VrrpHostOptions options, VrrpHostConfiguration configuration, ConcurrentQueue<VrrpHostRequest> mailbox, EventFd wakeUp)
    {
        this.options = options;
        this.mailbox = mailbox;
        this.wakeUp = wakeUp;
        sink = options.Sink;
        try
        {
            // The monitor before the first look, so that no change falls between the two.
            monitor = RouteMonitor.Open();
            routes = RouteClient.Open();
            DemandPrivilege();
            arp = new ArpSocket();
            epoll.Add(wakeUp.Handle, MailboxToken, Libc.EPOLLIN);
            epoll.Add(monitor.Handle, MonitorToken, Libc.EPOLLIN);
            plan = HostPlan.Make(configuration, routes, []);
            router = new VrrpRouter(configuration.Configuration);
            effects = new RouterEffects(routes, arp, options) { Router = router };
            plan.OpenSockets();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the thread has allocated since it began; at rest it stands still.</summary>
    public long AllocatedBytes => Volatile.Read(ref allocatedBytes);

    public HostPlan Plan => plan;

    public VrrpRouter Router => router;

    /// <summary>The instances begin.</summary>
    public void Begin()
    {
        long now = MonotonicClock.Now;
        Adopt(plan);
        TakeStock(now);
        for (int i = 0; i < plan.Instances.Length; i++) TellInterface(i, now);
        foreach (HostedInterface carrier in listening.Values) Rehearsal.Touch(carrier.Socket!);
        router.Start(now, MonotonicClock.SinceBoot, actions);
        effects.Execute(actions, now);
        RemoveOutdatedLeftovers();
    }

    /// <summary>Until <see cref="RequestStop"/>.</summary>
    public void Run()
    {
        while (!stopping)
        {
            long deadline = Math.Min(router.NextDeadline, effects.NextDeadline);
            if (monitorHasMore) deadline = 0;
            int count = epoll.Wait(ready, deadline == long.MaxValue ? -1 : Math.Max(0, deadline - MonotonicClock.Now));
            Handle(count);
            if (Math.Min(router.NextDeadline, effects.NextDeadline) <= MonotonicClock.Now)
            {
                // The wait may have ended, or this thread been stopped, just before something came.
                HandleAllThatWaits();
                RunTimers();
            }

            Volatile.Write(ref allocatedBytes, GC.GetAllocatedBytesForCurrentThread());
        }

        End();
    }

    /// <summary>Ends <see cref="Run"/>; on the thread itself.</summary>
    public void RequestStop() => stopping = true;

    public void SetTracker(TrackerKey key, TrackerReading reading)
    {
        readings[key] = reading;
        int index = effects.Trackers.IndexOf(key);
        if (index < 0) return;
        long now = MonotonicClock.Now;
        router.OnTracker(index, reading, now, actions);
        effects.Execute(actions, now);
    }

    public void AddressesPrepared(string name)
    {
        foreach (HostedInstance instance in plan.Instances)
        {
            if (instance.Name == name) effects.OpenGate(instance, MonotonicClock.Now);
        }
    }

    public void Dispose()
    {
        foreach (HostedInterface carrier in plan?.Interfaces ?? [])
        {
            carrier.Socket?.Dispose();
            carrier.Socket = null;
        }

        arp?.Dispose();
        routes?.Dispose();
        monitor?.Dispose();
        epoll.Dispose();
    }

    /// <summary>The instances end: priority 0, addresses gone, everything on the host as it was.</summary>
    public void End()
    {
        long now = MonotonicClock.Now;
        effects.IsStopping = true;
        router.Stop(now, actions);
        effects.Execute(actions, now);
        foreach (HostedInstance instance in plan.Instances)
        {
            effects.RemoveLeftovers(instance);
            if (instance.IsParked) effects.Unpark(instance);
        }

        foreach (HostedInterface carrier in plan.Interfaces) effects.Unprotect(carrier);
    }

    private void HandleAllThatWaits()
    {
        // One wait reports no more than a part of many interfaces. Their number bounds the rounds, should one be flooded.
        int count = ready.Length;
        for (int seen = 0; count == ready.Length && seen < listening.Count + ready.Length; seen += count)
        {
            count = epoll.Wait(ready, 0);
            Handle(count);
        }
    }

    /// <summary>A node that may not set addresses must not become master: it would take the service from one that may, and serve nobody.</summary>
    private void DemandPrivilege()
    {
        // The kernel looks at the privilege before it looks for the interface.
        var request = new AddressRequest(HostedInterface.NoSuchIndex, IPAddress.Loopback, 32);
        Span<int> errno = [0];
        if (routes.DeleteAddresses(new ReadOnlySpan<AddressRequest>(in request), errno) == 0) return;
        throw new LinuxException("setting virtual addresses", null, errno[0], "run as root or grant CAP_NET_ADMIN");
    }

    private void Handle(int count)
    {
        // Adverts first: whether we are still master decides what a lost address or a result means.
        bool monitored = false;
        bool posted = false;
        for (int i = 0; i < count; i++)
        {
            switch (ready[i].Token)
            {
                case MailboxToken:
                    posted = true;
                    break;
                case MonitorToken:
                    monitored = true;
                    break;
                default:
                    if (listening.TryGetValue(ready[i].Token, out HostedInterface? carrier)) Receive(carrier);
                    break;
            }
        }

        if (monitored || monitorHasMore) ReadMonitor();
        if (posted) ReadMailbox();
        RemoveOutdatedLeftovers();
    }

    private void Receive(HostedInterface carrier)
    {
        long now = 0;
        for (int i = 0; i < MostDatagrams && carrier.Socket is { } socket; i++)
        {
            int length = socket.Receive(datagram, out int errno);
            if (length < 0)
            {
                // ENETDOWN comes once when the interface goes down, which the monitor tells too.
                if (errno is not (0 or Errno.ENETDOWN))
                    sink.Raise(new VrrpHostEvent(VrrpHostEventCode.SocketFailed, options.NodeName) { First = errno, Name = carrier.Name });
                break;
            }

            ReadOnlySpan<byte> received = datagram.AsSpan(0, length);
            int routerId = VrrpRouter.PeekVirtualRouterId(received);
            int instance = routerId < 0 ? -1 : carrier.InstanceByRouterId[routerId];
            if (instance < 0) continue;
            now = MonotonicClock.Now;
            router.OnAdvert(instance, received, new ReceiveTime(now, WallClock.UnixNanoseconds), actions);
        }

        effects.Execute(actions, now);
    }

    private void RunTimers()
    {
        long now = MonotonicClock.Now;
        long lateness = now - router.NextDeadline;
        if (lateness >= 0)
        {
            router.OnTimer(now, actions);
            effects.Execute(actions, now);
            if (lateness >= ConspicuousLateness)
                sink.Raise(new VrrpHostEvent(VrrpHostEventCode.TimerLate, options.NodeName) { First = lateness });
        }

        if (effects.NextDeadline <= now) effects.Housekeeping(now);
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            if (carrier.NeedsVerification) effects.Verify(carrier);
        }
    }

    private void ReadMailbox()
    {
        wakeUp.Drain();
        while (mailbox.TryDequeue(out VrrpHostRequest? request)) request.Run(this);
    }

    private void RemoveOutdatedLeftovers()
    {
        foreach (HostedInstance instance in plan.Instances)
        {
            if (!instance.HasLeftovers || instance.IsHeld) continue;
            InstanceView view = router[Array.IndexOf(plan.Instances, instance)];
            if (view.State == VrrpStateKind.Fault || (view.State != VrrpStateKind.Master && view.MasterAddress != 0))
                effects.RemoveLeftovers(instance);
        }
    }
}
