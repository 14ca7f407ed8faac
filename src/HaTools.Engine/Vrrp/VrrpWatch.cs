using HaTools.Linux;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// Watches the VRRP thread. One that hangs is fenced by the lifetimes of its addresses (<see cref="AddressRenewer"/>); but the node would live on, deaf to adverts
/// and to whoever wants to stop it, and nobody would start another one in its place.
/// </summary>
internal sealed class VrrpWatch : IDisposable
{
    /// <summary>
    /// How many looks in a row must find a thread that has something to do and does nothing; a second lies between two. Automatic self-fencing has long taken the
    /// addresses then, and a peer is master: nothing is lost by waiting, and much by ending a node that is only slow.
    /// </summary>
    public const int Looks = 15;

    /// <summary>Seconds between two looks at a thread that gets on: each costs as much as an advert, and a backup that hears one a second has nothing else to do.</summary>
    public const int Rest = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(Rest);
    private readonly VrrpLoop loop;
    private readonly int watched = Libc.gettid();
    private readonly int priority;
    private readonly Func<int> waiting;
    private readonly Action<HaEngineException> hangs;
    private readonly StandstillCount count = new(Looks);

    // Not disposed of: its thread may look at it after the end. It never ends within a moment, so that nothing is spun for it.
    private readonly ManualResetEventSlim ended = new(false, spinCount: 0);

    /// <summary>Watches the calling thread.</summary>
    /// <param name="loop">What it runs.</param>
    /// <param name="priority">Its own of SCHED_RR; 0: none. The watcher has the same: a watcher that came first would see a thread starve that does not hang, and one that
    /// came later would starve beside a thread that spins.</param>
    /// <param name="waiting">How many requests wait for it.</param>
    /// <param name="hangs">Told, on the watcher's thread, when it hangs.</param>
    public VrrpWatch(VrrpLoop loop, int priority, Func<int> waiting, Action<HaEngineException> hangs)
    {
        (this.loop, this.priority, this.waiting, this.hangs) = (loop, priority, waiting, hangs);
        new Thread(Run) { Name = "vrrp-watch", IsBackground = true }.Start();
    }

    /// <summary>Ends the watch; it is not waited for.</summary>
    public void Dispose() => ended.Set();

    private void Run()
    {
        // Of a missing privilege the VRRP thread tells.
        if (priority > 0) _ = Scheduling.TrySetRoundRobin(priority, out _);
        Func<ThreadStatus?> look = () => ThreadStatus.Of(watched);
        Func<bool> isHeld = () => ThreadStatus.Of(loop.RenewerThreadId) is { IsInKernel: true };
        while (!ended.Wait(count.Looks == 0 ? LongPause : Pause))
        {
            bool isDue = loop.Pulse.IsDue(MonotonicClock.Now) || waiting() > 0;
            if (!count.Add(loop.Pulse.Steps, isDue, look, isHeld)) continue;

            // One that spins must not keep others from a processor, in a process that goes on.
            Scheduling.MakeUsual(watched);
            hangs(new HaEngineException(Describe()));
            return;
        }
    }

    private string Describe() =>
        $"the VRRP thread hangs: it has done nothing for {Looks} s that was due ({Words(ThreadStatus.Of(watched))}; it had {count.ProcessorTime.TotalSeconds:0.0} s of a "
        + $"processor; requests that wait for it: {waiting()}). Virtual addresses with a lifetime (self_fence) have expired or will; others stay until the next node of this "
        + "name takes them over. The thread and its sockets are freed when the process ends";

    private static string Words(ThreadStatus? status) => status switch
    {
        { State: 'R' } => "it runs",
        { State: 'S' } => "it sleeps",
        { State: 't' } => "a debugger has stopped it",
        { State: var other } => $"its state is {other}",
        null => "its state is unknown",
    };
}
