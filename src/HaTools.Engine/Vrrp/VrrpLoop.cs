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

    private readonly VrrpHostOptions options;
    private readonly IVrrpHostSink sink;
    private readonly ConcurrentQueue<VrrpHostRequest> mailbox;
    private readonly EventFd wakeUp;
    private readonly Epoll epoll = new();
    private readonly EpollReady[] ready = new EpollReady[64];
    private readonly KernelAddresses kernel;
    private readonly AddressRenewer renewer;
    private readonly RouteMonitor monitor;
    private readonly ArpSocket arp;
    private readonly RouterActions actions = new();
    private readonly Dictionary<ulong, HostedSocket> listening = [];

    private readonly VrrpRouter router;
    private readonly RouterEffects effects;
    private volatile HostPlan plan;
    private ulong lastToken = FirstInterfaceToken;
    private bool stopping;
    private bool mayBreathe;
    private bool monitorHasMore;
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
            monitor.IgnoreAddressesOf(kernel.PortId, renewer.PortId);
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

    public RouterEffects Effects => effects;

    /// <summary>What this thread shows of its progress.</summary>
    public VrrpPulse Pulse { get; } = new();

    /// <summary>The kernel's number of the thread that renews the lifetimes, for which this one may wait.</summary>
    public int RenewerThreadId => renewer.ThreadId;

    private long NextDeadline => Math.Min(Math.Min(router.NextDeadline, effects.NextDeadline), lookForSourcesAt);

    /// <summary>Plays a failover through, before the instances begin.</summary>
    public void Rehearse() => _ = Rehearsal.Run(plan.Configuration.Configuration, arp);

    /// <summary>The instances begin.</summary>
    public void Begin()
    {
        long now = MonotonicClock.Now;
        Adopt(plan, now);
        TakeStock(plan.Interfaces, now);
        TellOwnPeers();
        TellHolds();
        for (int i = 0; i < plan.Instances.Length; i++) TellInterface(i, now);
        foreach (HostedSocket hosted in listening.Values) Rehearsal.Touch(hosted.Socket!);
        router.Start(now, sinceBoot: now, actions);
        effects.Execute(actions, now);
        mayBreathe = true;
        Settle();
    }

    /// <summary>Until <see cref="RequestStop"/>.</summary>
    public void Run()
    {
        while (!stopping)
        {
            Pulse.Wait(monitorHasMore ? 0 : NextDeadline);
            int count = epoll.Wait(ready, WaitTime());
            Pulse.Step();
            // Before anything is heard, here and below: a master that slept steps down on what it hears, and then nothing is due any more.
            NoteLateness();
            if (repeatsDue - VigilLength <= MonotonicClock.Now) TakeRepeats();
            if (count == 0) KeepVigil();
            Handle(count, untilEmpty: false);
            if (NextDeadline <= MonotonicClock.Now)
            {
                // The wait may have ended, or this thread been stopped, just before something came.
                NoteLateness();
                HandleAllThatWaits();
                RunTimers();
            }

            Settle();
            ReconsiderRepeats();
            Volatile.Write(ref allocatedBytes, GC.GetAllocatedBytesForCurrentThread());
        }

        End();
    }

    /// <summary>Ends <see cref="Run"/>; on the thread itself.</summary>
    public void RequestStop() => stopping = true;

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
        if (untold.Count > 0) TellUntold(MonotonicClock.Now);
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

    /// <summary>A node that may not set addresses must not become master: it would take the service from one that may, and serve nobody.</summary>
    private static void DemandPrivilege(RouteClient routes)
    {
        // The kernel looks at the privilege before it looks for the interface.
        var request = new AddressRequest(HostedInterface.NoSuchIndex, IPAddress.Loopback, 32);
        Span<int> errno = [0];
        if (routes.DeleteAddresses(new ReadOnlySpan<AddressRequest>(in request), errno) == 0) return;
        throw new LinuxException("setting virtual addresses", null, errno[0], "run as root or grant CAP_NET_ADMIN");
    }
}
