using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Route;

namespace HaTools.Engine.RealServerHost;

/// <summary>
/// Keeps this host the real server that the configuration asks for, on a thread of its own, which is there only when there is something to keep. That an
/// address is gone is told by the kernel; parameters are looked at each second, since nobody is told of those.
/// </summary>
/// <param name="statePath">The file of <see cref="RealServerState"/>.</param>
/// <param name="sink">Hears what happens.</param>
internal sealed class RealServerKeeper(string statePath, IRealServerSink sink) : IDisposable
{
    private const long Second = 1_000_000_000;

    /// <summary>After a notification others follow: a restart of a network manager takes away all that it does not know.</summary>
    private const long Gathering = Second / 100;

    /// <summary>That the same was changed again is told when the last time is this long ago.</summary>
    private const long TellAgain = 60 * Second;

    private readonly RealServerSetup setup = new(statePath, message => sink.OnRealServer("Warning", message));
    private readonly Dictionary<string, long> told = [];
    private IReadOnlyList<string> complaints = [];
    private volatile WorkThread? thread;
    private volatile IpvsDriftPolicy drift;
    private RealServerPlan plan = RealServerPlan.None;
    private RouteMonitor? monitor;
    private long lastRepair = long.MinValue / 2;
    private bool ticks;
    private bool looksSoon;
    private bool linksChanged;

    /// <summary>What becomes of what others change; from any thread.</summary>
    public IpvsDriftPolicy Drift
    {
        get => drift;
        set => drift = value;
    }

    /// <summary>Ends when its thread ends; faulted when it could not go on. Null: there is no thread yet.</summary>
    public Task? Completion => thread?.Completion;

    /// <summary>Goes over to a plan, in the network namespace of the thread that asks for it first.</summary>
    /// <exception cref="HaEngineException">It cannot be done here; the message says what to do.</exception>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public Task ApplyAsync(RealServerPlan wanted)
    {
        if (thread is null)
        {
            // A predecessor that was killed may have left something.
            if (wanted.IsEmpty && !File.Exists(statePath)) return Task.CompletedTask;
            thread = new WorkThread("hatools-real");
        }

        return thread.RunAsync(() => Apply(wanted));
    }

    /// <summary>What could not be set right so far, one sentence each.</summary>
    public async Task<IReadOnlyList<string>> GetComplaintsAsync() =>
        thread is { } running ? await running.RunAsync(() => complaints).ConfigureAwait(false) : [];

    /// <summary>How each address stands now.</summary>
    public async Task<IReadOnlyList<HaRealServerAddressState>> GetStatesAsync() =>
        thread is { } running ? await running.RunAsync(() => RealServerSetup.Look(plan)).ConfigureAwait(false) : [];

    public void Dispose()
    {
        thread?.Dispose();
        monitor?.Dispose();
    }

    private void Apply(RealServerPlan wanted)
    {
        plan = wanted;

        // Heard from now on, so that nothing is missed between.
        if (!plan.IsEmpty) Watch();
        setup.Apply(plan);
        (complaints, linksChanged) = ([], false);
        if (plan.IsEmpty) Unwatch();
    }

    private void Watch()
    {
        if (monitor is null)
        {
            monitor = RouteMonitor.Open();
            thread!.Watch(monitor.Handle, Hear);
        }

        if (!ticks) Tick();
        ticks = true;
    }

    private void Unwatch()
    {
        if (monitor is null) return;
        thread!.Unwatch(monitor.Handle);
        monitor.Dispose();
        monitor = null;
    }

    private void Tick() => thread!.At(MonotonicClock.Now + Second, () =>
    {
        ticks = !plan.IsEmpty;
        if (!ticks) return;
        Look();
        Tick();
    });

    private void Hear()
    {
        bool look = false;
        try
        {
            while (monitor!.TryRead(out RouteNotification heard))
            {
                linksChanged |= heard.Kind is RouteNotificationKind.LinkChanged or RouteNotificationKind.LinkRemoved or RouteNotificationKind.Overrun;
                look |= heard.Kind is RouteNotificationKind.AddressRemoved or RouteNotificationKind.Overrun || IsOfTunnel(heard);
            }
        }
        catch (NetlinkException)
        {
            // The next look does without what it had to say.
            look = linksChanged = true;
        }

        if (!look || looksSoon) return;
        looksSoon = true;

        // Two who want different things must not keep a processor busy: at most once in a second.
        thread!.At(Math.Max(MonotonicClock.Now + Gathering, lastRepair + Second), () =>
        {
            looksSoon = false;
            if (!plan.IsEmpty) Look();
        });
    }

    private bool IsOfTunnel(in RouteNotification heard)
    {
        if (heard.Link is not { } link) return false;
        foreach (TunnelEnd end in plan.Ends)
        {
            if (end.Interface.Name == link.Name) return true;
        }

        return false;
    }

    private void Look()
    {
        long now = MonotonicClock.Now;
        List<RealServerDrift> found = drift == IpvsDriftPolicy.Report ? RealServerSetup.Report(plan) : setup.Repair(plan, linksChanged);
        linksChanged = false;
        IReadOnlyList<string> before = complaints;
        complaints = [.. found.Where(d => !d.IsRepaired).Select(d => d.Message)];
        foreach (string complaint in complaints.Except(before)) sink.OnRealServer("Warning", complaint);
        foreach (RealServerDrift repaired in found.Where(d => d.IsRepaired))
        {
            lastRepair = now;
            if (!told.TryGetValue(repaired.Subject, out long last) || now - last >= TellAgain) sink.OnRealServer("Warning", repaired.Message);
            told[repaired.Subject] = now;
        }
    }
}
