using System.Collections.Concurrent;
using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// Runs the pure router on the kernel: one thread that owns the VRRP sockets, the timers, the virtual addresses and their gratuitous ARPs.
/// Everything is opened in the network namespace of the thread that calls <see cref="StartAsync"/>.
/// </summary>
internal sealed class VrrpHost : IAsyncDisposable
{
    /// <summary>In the middle: kernel threads that must come first (migration, watchdog) run at 99, and the lower half is for what can wait
    /// for us.</summary>
    private const int RealtimePriority = 50;

    /// <summary>Renewals are urgent, but never more so than adverts.</summary>
    private const int RenewalPriority = RealtimePriority - 1;

    private readonly VrrpHostOptions options;
    private readonly ConcurrentQueue<VrrpHostRequest> mailbox = new();
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Not disposed of but left to its finalizer: any thread may signal at any time, also after the end.
    private readonly EventFd wakeUp = new();
    private volatile IReadOnlyList<string> notes = [];
    private volatile bool ended;
    private volatile HaEngineException? hang;
    private readonly SemaphoreSlim reconfiguring = new(1, 1);
    private volatile VrrpLoop? loop;
    private WorkThread? planner;
    private Thread? thread;

    public VrrpHost(VrrpHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
    }

    /// <summary>What the host found itself unable to do (no real-time scheduling …), one sentence each.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Ends when the thread ends: after <see cref="StopAsync"/>, or faulted when the thread could not go on, or hangs (<see cref="VrrpWatch"/>).</summary>
    public Task Completion => completion.Task;

    /// <summary>What the VRRP thread has allocated since it began, in bytes; while nothing changes it stands still.</summary>
    public long AllocatedBytes => loop?.AllocatedBytes ?? 0;

    /// <summary>How often a takeover was drilled: only shortly before one is due.</summary>
    public long TakeoverDrills => loop?.TakeoverDrills ?? 0;

    /// <summary>Opens everything and starts the thread.</summary>
    /// <exception cref="HaEngineException">An interface of the configuration does not exist.</exception>
    /// <exception cref="LinuxException">The kernel refused a socket (no privilege …).</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public Task StartAsync(VrrpHostConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        thread = thread is null
            ? new Thread(() => Main(configuration)) { Name = "vrrp", IsBackground = true, Priority = ThreadPriority.Normal }
            : throw new InvalidOperationException("The host was started before.");

        // A new thread is in the network namespace of the one that starts it.
        planner = new WorkThread("vrrp-plans");
        thread.Start();
        return started.Task;
    }

    /// <summary>Goes over to another configuration; instances (by name) that did not change are untouched. On an exception the old one is
    /// still in force, unless the thread has ended over it (<see cref="Completion"/>).</summary>
    /// <exception cref="HaEngineException">An interface does not exist, or the thread has ended.</exception>
    /// <exception cref="LinuxException">The kernel refused a socket.</exception>
    /// <exception cref="ArgumentException">An instance cannot be put on the wire.</exception>
    public async Task ReconfigureAsync(VrrpHostConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);

        // One after the other: each plan is made against the one in force.
        await reconfiguring.WaitAsync().ConfigureAwait(false);
        try
        {
            // Everything that takes time, and all that can fail, on a thread for which no peer waits.
            HostPlan next = await PlanAsync(configuration).ConfigureAwait(false);
            try
            {
                var request = new VrrpHostReconfiguration(next);
                Post(request);
                await UnlessEndedAsync(request.Done).ConfigureAwait(false);
            }
            catch (HaEngineException) when (hang is null)
            {
                // The thread has ended before it could, or ends over it: then it still says goodbye, perhaps by these sockets.
                await completion.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                next.Abandon();
                throw;
            }
        }
        finally
        {
            _ = reconfiguring.Release();
        }
    }

    /// <summary>Tells the outcome of a tracker; from any thread. One that no instance and no group follows is ignored.</summary>
    public void SetTracker(TrackerKey key, TrackerReading reading) => Post(new VrrpHostNotice(l => l.SetTracker(key, reading)));

    /// <summary><see cref="VrrpHostOptions.IsHeld"/> says something else than it did; from any thread.</summary>
    public void HoldsChanged() => Post(new VrrpHostNotice(l => l.TellHolds()));

    /// <summary>The answer to <see cref="IMastershipGate.Prepare"/>; from any thread.</summary>
    public void AddressesPrepared(string instance) => Post(new VrrpHostNotice(l => l.AddressesPrepared(instance)));

    /// <summary>The states of all instances, in the configuration's order, as of one moment.</summary>
    public async Task<IReadOnlyList<VrrpState>> GetStatesAsync()
    {
        // The thread only copies numbers; the records are made here.
        VrrpSnapshot snapshot = await Ask(VrrpSnapshot.Take).ConfigureAwait(false);
        return snapshot.ToStates(options.NodeName);
    }

    /// <summary>The states of all instances and of all sync groups, in the configuration's order: those of a group and its members are of one moment, too.</summary>
    public async Task<(IReadOnlyList<VrrpState> Instances, IReadOnlyList<VrrpGroupState> Groups)> GetAllStatesAsync()
    {
        VrrpSnapshot snapshot = await Ask(VrrpSnapshot.Take).ConfigureAwait(false);
        return (snapshot.ToStates(options.NodeName), snapshot.ToGroupStates());
    }

    /// <summary>Announces the addresses of an instance (null: of all) that is master; the result names those.</summary>
    public Task<IReadOnlyList<string>> AnnounceAsync(string? instance) => Ask(l => l.Announce(instance));

    /// <summary>Priority 0 where this node is master, addresses removed, thread ended. Does nothing the second time.</summary>
    public async Task StopAsync()
    {
        if (thread is null) return;
        Post(new VrrpHostNotice(l => l.RequestStop()));
        await completion.Task.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (thread is null) return;
        Post(new VrrpHostNotice(l => l.RequestStop()));

        // A failure was told to whoever watches Completion; disposing is for being rid of it.
        await completion.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<HostPlan> PlanAsync(VrrpHostConfiguration configuration)
    {
        if (ended || planner is not { } thread || loop is not { } running) throw HasEnded();
        try
        {
            return await thread.RunAsync(() =>
            {
                using RouteClient routes = options.OpenRoutes();
                return HostPlan.Make(configuration, routes, running.Plan);
            }).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            throw HasEnded();
        }
    }

    private HaEngineException HasEnded() => new(hang is { } known ? $"The VRRP thread is given up: {known.Message}" : "The VRRP thread has ended.");

    private async Task<T> Ask<T>(Func<VrrpLoop, T> function)
    {
        var question = new VrrpHostQuestion<T>(function);
        Post(question);
        await UnlessEndedAsync(question.Answer).ConfigureAwait(false);
        return await question.Answer.ConfigureAwait(false);
    }

    /// <summary>Waits for what the thread was asked; one that hangs in the middle of it answers no more.</summary>
    private async Task UnlessEndedAsync(Task answer)
    {
        _ = await Task.WhenAny(answer, completion.Task).ConfigureAwait(false);
        if (!answer.IsCompleted) throw HasEnded();
        await answer.ConfigureAwait(false);
    }

    /// <summary>The thread hangs: whoever waits for it waits no longer. Should it go on some day, it finds that it is to stop.</summary>
    private void GiveUp(HaEngineException why)
    {
        hang = why;
        ended = true;
        if (!completion.TrySetException(why)) return;
        _ = started.TrySetException(why);
        AbandonRequests();
        mailbox.Enqueue(new VrrpHostNotice(l => l.RequestStop()));
        wakeUp.Signal();
        planner!.Dispose();
    }

    /// <summary>Hands a request to the thread; after the end it is abandoned.</summary>
    internal void Post(VrrpHostRequest request)
    {
        mailbox.Enqueue(request);
        if (ended) AbandonRequests();
        else wakeUp.Signal();
    }

    private void AbandonRequests()
    {
        while (mailbox.TryDequeue(out VrrpHostRequest? request)) request.Abandon();
    }

    private void Main(VrrpHostConfiguration configuration)
    {
        try
        {
            using (var running = new VrrpLoop(options, configuration, mailbox, wakeUp, options.Realtime ? RenewalPriority : 0))
            {
                loop = running;
                // First, so that what it has brought into memory stays there.
                running.Rehearse();
                BecomePunctual();
                using var watch = new VrrpWatch(running, options.Realtime ? RealtimePriority : 0, () => mailbox.Count, GiveUp);
                RunLoop(running);
            }

            ended = true;
            _ = completion.TrySetResult();
        }
        catch (Exception e)
        {
            // Told to whoever waits for the start, or watches the completion. Addresses that could not be removed expire.
            ended = true;
            _ = completion.TrySetException(e);
            started.TrySetException(e);
        }

        AbandonRequests();
        planner!.Dispose();
    }

    private void RunLoop(VrrpLoop running)
    {
        try
        {
            running.Begin();
            _ = started.TrySetResult();
            running.Run();
        }
        catch (Exception failure)
        {
            // Let the peers know and the addresses go, if that much still works.
            try
            {
                running.End();
            }
            catch (Exception another)
            {
                throw new AggregateException(failure, another);
            }

            throw;
        }
    }

    private void BecomePunctual()
    {
        Scheduling.RemoveTimerSlack();
        if (!options.Realtime) return;
        List<string> found = [];
        if (!Scheduling.TrySetRoundRobin(RealtimePriority, out string? whyNot)) found.Add(whyNot!);
        if (!Scheduling.TryLockMemory(out whyNot)) found.Add(whyNot!);
        notes = found;
    }
}
