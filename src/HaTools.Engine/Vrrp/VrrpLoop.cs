using System.Buffers.Binary;
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

    /// <summary>255 IPv6 addresses, and every header.</summary>
    private const int LongestPacket = 4608;

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
    private readonly EpollReady[] heard = new EpollReady[64];
    private readonly KernelAddresses kernel;
    private readonly AddressRenewer renewer;
    private readonly RouteMonitor monitor;
    private readonly ArpSocket arp;
    private readonly RouterActions actions = new();
    private readonly byte[] datagram = new byte[LongestPacket];
    private readonly Dictionary<ulong, HostedSocket> listening = [];

    /// <summary>The last result of each tracker, also of those that nobody follows now: the next configuration may.</summary>
    private readonly Dictionary<TrackerKey, TrackerReading> readings = [];

    private readonly VrrpRouter router;
    private readonly RouterEffects effects;
    private volatile HostPlan plan;
    private ulong lastToken = FirstInterfaceToken;
    private bool stopping;
    private bool mayBreathe;
    private bool monitorHasMore;
    private long lateDeadline = long.MinValue;
    private long allocatedBytes;

    /// <summary>Opens everything in the network namespace of the calling thread.</summary>
    /// <param name="options">What surrounds it.</param>
    /// <param name="configuration">What is to be run.</param>
    /// <param name="mailbox">What other threads want.</param>
    /// <param name="wakeUp">Signalled when there is something in it.</param>
    /// <param name="renewalPriority">Of SCHED_RR, for the thread that renews the lifetimes; 0: none.</param>
    /// <exception cref="HaEngineException">An interface does not exist.</exception>
    /// <exception cref="LinuxException">The kernel refused something.</exception>
    public VrrpLoop(
        VrrpHostOptions options,
        VrrpHostConfiguration configuration,
        ConcurrentQueue<VrrpHostRequest> mailbox,
        EventFd wakeUp,
        int renewalPriority)
    {
        this.options = options;
        this.mailbox = mailbox;
        this.wakeUp = wakeUp;
        sink = options.Sink;
        try
        {
            // The monitor before the first look, so that no change falls between the two.
            monitor = RouteMonitor.Open();
            RouteClient routes = options.OpenRoutes();
            kernel = new KernelAddresses(routes);
            DemandPrivilege(routes);
            renewer = new AddressRenewer(options.OpenRoutes(), TellRenewalFailed, renewalPriority);
            arp = new ArpSocket();
            epoll.Add(wakeUp.Handle, MailboxToken, Libc.EPOLLIN);
            epoll.Add(monitor.Handle, MonitorToken, Libc.EPOLLIN);
            plan = HostPlan.Make(configuration, routes, null);
            router = new VrrpRouter(plan.Settings);
            effects = new RouterEffects(kernel, renewer, arp, options) { Router = router, Breathe = Breathe };
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the thread has allocated since it began, and the one that renews with it; at rest it stands still.</summary>
    public long AllocatedBytes => Volatile.Read(ref allocatedBytes) + renewer.AllocatedBytes;

    /// <summary>The plan in force; to be read from other threads too.</summary>
    public HostPlan Plan => plan;

    public VrrpRouter Router => router;

    private long NextDeadline => Math.Min(router.NextDeadline, effects.NextDeadline);

    /// <summary>The instances begin.</summary>
    public void Begin()
    {
        long now = MonotonicClock.Now;
        Adopt(plan, now);
        TakeStock(plan.Interfaces, now);
        for (int i = 0; i < plan.Instances.Length; i++) TellInterface(i, now);
        foreach (HostedSocket hosted in listening.Values) Rehearsal.Touch(hosted.Socket!);
        router.Start(now, MonotonicClock.SinceBoot, actions);
        effects.Execute(actions, now);
        mayBreathe = true;
        Settle();
    }

    /// <summary>Until <see cref="RequestStop"/>.</summary>
    public void Run()
    {
        while (!stopping)
        {
            long deadline = monitorHasMore ? 0 : NextDeadline;
            int count = epoll.Wait(ready, deadline == long.MaxValue ? -1 : Math.Max(0, deadline - MonotonicClock.Now));
            // Before anything is heard, here and below: a master that slept steps down on what it hears, and then nothing is due any more.
            NoteLateness();
            Handle(count);
            if (NextDeadline <= MonotonicClock.Now)
            {
                // The wait may have ended, or this thread been stopped, just before something came.
                NoteLateness();
                HandleAllThatWaits();
                RunTimers();
            }

            Settle();
            Volatile.Write(ref allocatedBytes, GC.GetAllocatedBytesForCurrentThread());
        }

        End();
    }

    /// <summary>Ends <see cref="Run"/>; on the thread itself.</summary>
    public void RequestStop() => stopping = true;

    public void SetTracker(TrackerKey key, TrackerReading reading)
    {
        readings[key] = reading;
        int index = Array.IndexOf(effects.Trackers, key);
        if (index < 0) return;
        long now = MonotonicClock.Now;
        router.OnTracker(index, reading, now, actions);
        effects.Execute(actions, now);
    }

    /// <summary>Announces the addresses of an instance (null: of all) once more, where it is master; the result names those.</summary>
    public IReadOnlyList<string> Announce(string? name)
    {
        List<string> announced = [];
        foreach (HostedInstance instance in plan.Instances)
        {
            if (name is not null && instance.Name != name) continue;
            router.Announce(instance.Index, actions);
            if (actions.Count > 0) announced.Add(instance.Name);
            effects.Execute(actions, MonotonicClock.Now);
        }

        return announced;
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
        foreach (HostedSocket hosted in (plan?.Interfaces ?? []).SelectMany(i => i.Sockets)) hosted.Close();

        arp?.Dispose();
        renewer?.Dispose();
        kernel?.Dispose();
        monitor?.Dispose();
        epoll.Dispose();
    }

    /// <summary>The instances end: priority 0, addresses gone, everything on the host as it was.</summary>
    public void End()
    {
        long now = MonotonicClock.Now;
        mayBreathe = false;
        effects.IsStopping = true;
        router.Stop(now, actions);
        effects.Execute(actions, now);
        effects.Work();
        foreach (HostedInstance instance in plan.Instances)
        {
            effects.RemoveLeftovers(instance);
            if (instance.IsParked) effects.Unpark(instance);
        }

        effects.RemoveAtLast();
        foreach (HostedInterface carrier in plan.Interfaces) effects.Unprotect(carrier);
    }

    /// <summary>Does what the router asked for, and what follows from that.</summary>
    private void Settle()
    {
        effects.Work();
        while (effects.ObstaclesChanged)
        {
            effects.ObstaclesChanged = false;
            long now = MonotonicClock.Now;
            for (int i = 0; i < plan.Instances.Length; i++) TellInterface(i, now);
            effects.Execute(actions, now);
            effects.Work();
        }

        if (mayHaveLeftovers) RemoveOutdatedLeftovers();
    }

    /// <summary>Adverts that have become due while something else is done.</summary>
    private void Breathe()
    {
        if (!mayBreathe || router.NextDeadline > MonotonicClock.Now) return;
        NoteLateness();
        HearAll();
        RunRouterTimers(MonotonicClock.Now);
    }

    /// <summary>Reads the VRRP sockets empty, and nothing else.</summary>
    private void HearAll()
    {
        int count = heard.Length;
        for (int seen = 0; count == heard.Length && seen < listening.Count + heard.Length; seen += count)
        {
            count = epoll.Wait(heard, 0);
            for (int i = 0; i < count; i++)
            {
                if (listening.TryGetValue(heard[i].Token, out HostedSocket? hosted)) Receive(hosted);
            }
        }
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
    private static void DemandPrivilege(RouteClient routes)
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
                    if (listening.TryGetValue(ready[i].Token, out HostedSocket? hosted)) Receive(hosted);
                    break;
            }
        }

        if (!monitored && !posted && !monitorHasMore) return;

        // What was heard may have made us backup: the addresses go before anybody asks for them.
        effects.Work();
        if (monitored || monitorHasMore) ReadMonitor();
        if (posted) ReadMailbox();
    }

    private void Receive(HostedSocket hosted)
    {
        long now = 0;
        for (int i = 0; i < MostDatagrams && hosted.Socket is { } socket; i++)
        {
            int length = socket.Receive(datagram, out PacketEnvelope envelope, out int errno);
            if (length < 0)
            {
                // ENETDOWN comes once when the interface goes down, which the monitor tells too.
                if (errno is not (0 or Errno.ENETDOWN)) TellSocketFailed(hosted, errno);
                break;
            }

            now = MonotonicClock.Now;
            ReadOnlySpan<byte> packet = datagram.AsSpan(0, length);
            if (hosted.Family == 6) Hear6(hosted, envelope, packet, now);
            else Hear4(hosted, packet, now);
        }

        effects.Execute(actions, now);
    }

    private void Hear4(HostedSocket hosted, ReadOnlySpan<byte> packet, long now)
    {
        int routerId = VrrpRouter.PeekVirtualRouterId(packet);
        if (routerId < 0) return;
        UInt128 source = BinaryPrimitives.ReadUInt32BigEndian(packet[12..]), destination = BinaryPrimitives.ReadUInt32BigEndian(packet[16..]);
        if (Find(hosted, routerId, source, destination) is { } instance)
            router.OnAdvert(instance.Index, packet, new ReceiveTime(now, WallClock.UnixNanoseconds), actions);
    }

    private void Hear6(HostedSocket hosted, in PacketEnvelope envelope, ReadOnlySpan<byte> message, long now)
    {
        if (message.Length < 2) return;
        if (Find(hosted, message[1], envelope.Source, envelope.Destination) is not { } instance) return;
        var at = new ReceiveTime(now, WallClock.UnixNanoseconds);
        router.OnAdvert(instance.Index, new Ipv6Envelope(envelope.Source, envelope.Destination, envelope.HopLimit), message, at, actions);
    }

    private HostedInstance? Find(HostedSocket hosted, int routerId, UInt128 source, UInt128 destination)
    {
        HostedInstance? instance = hosted.Find(routerId, source, destination);
        if (instance is null && plan.Configuration.Configuration.LogUnknownVirtualRouters && hosted.NoteUnknown(routerId))
        {
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.UnknownVirtualRouter, options.NodeName)
            {
                First = routerId,
                Address = source,
                Family = hosted.Family,
                Name = hosted.Carrier.Name,
            });
        }

        return instance;
    }

    private void TellSocketFailed(HostedSocket hosted, int errno) =>
        sink.Raise(new VrrpHostEvent(VrrpHostEventCode.SocketFailed, options.NodeName) { First = errno, Name = hosted.Carrier.Name });

    private void RunTimers()
    {
        long now = MonotonicClock.Now;
        RunRouterTimers(now);
        effects.Work();
        if (effects.NextDeadline <= now)
        {
            RetryInterfaces(now);
            effects.Housekeeping(now);
        }

        if (!effects.NeedsVerification) return;
        effects.NeedsVerification = false;
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            if (!carrier.NeedsVerification) continue;
            effects.Verify(carrier, now);
            Breathe();
        }
    }

    private void RunRouterTimers(long now)
    {
        if (router.NextDeadline > now) return;
        router.OnTimer(now, actions);
        effects.Execute(actions, now);
    }

    /// <summary>Tells of a stand-still, before what is heard makes the router set its timers anew.</summary>
    private void NoteLateness()
    {
        long due = router.NextDeadline, lateness = MonotonicClock.Now - due;
        if (lateness < ConspicuousLateness || due == lateDeadline) return;
        lateDeadline = due;
        sink.Raise(new VrrpHostEvent(VrrpHostEventCode.TimerLate, options.NodeName) { First = lateness });
    }

    private void ReadMailbox()
    {
        wakeUp.Drain();
        while (mailbox.TryDequeue(out VrrpHostRequest? request))
        {
            request.Run(this);
            effects.Work();
        }
    }

    // On the renewer's thread.
    private void TellRenewalFailed(AddressLease lease)
    {
        mailbox.Enqueue(new VrrpHostNotice(l => l.effects.OnRenewalFailed(lease.Owner, MonotonicClock.Now)));
        wakeUp.Signal();
    }
}
