using HaTools.Engine.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// Puts right, within a second or two, what somebody else changes of services of ours (<c>ipvsadm -C</c>, a weight, a server …), and says what it was. What the watch
/// suspects is read once more on the controller's thread, where no writing of ours is under way: so it is never taken for somebody else's. Where one is changed again and again, that is told
/// once, and it is put right less and less often, down to every 32 s.
/// </summary>
/// <param name="open">Opens a plane for the watch, on its thread.</param>
/// <param name="sink">Hears what was found and done.</param>
/// <param name="watchOver">Is given the watch's thread, whose end it must hear of.</param>
internal sealed class DriftDuty(Func<IDataPlane> open, IServiceSink sink, Action<Task> watchOver) : IServiceDuty, IDisposable
{
    private const long Second = 1_000_000_000;
    private const long Peace = 5 * Second;
    private const int Fighting = 9;
    private const int SameAgain = 4;
    private const int MostEvents = 10;

    /// <summary>What was brought to what it should be, as that is.</summary>
    private readonly Dictionary<ServiceKey, PlaneService> settled = [];

    /// <summary>What is being put right, with the words for what was found.</summary>
    private readonly Dictionary<ServiceKey, string> repairing = [];
    private readonly Dictionary<ServiceKey, Fight> fights = [];
    private IServiceHost? host;
    private volatile DriftWatch? watch;

    /// <summary>The time, of <see cref="MonotonicClock"/>; tests have their own.</summary>
    public Func<long> Now { get; init; } = () => MonotonicClock.Now;

    public void Begin(IServiceHost host) => this.host = host;

    public PlaneService? Shape(ServiceKey key, ManagedService? configured, PlaneService? desired, PlaneService? present)
    {
        watch?.Forget(key);
        return desired;
    }

    public void OnSettled(ServiceKey key, PlaneService? desired, bool isReached)
    {
        if (desired is not null && isReached)
        {
            settled[key] = desired;
            Watch().Expect(key, desired);
        }
        else
        {
            _ = settled.Remove(key);
        }

        if (repairing.Remove(key, out string? found))
            sink.OnService("Warning", key.ToString(), $"{key}: somebody else {found}; {(isReached ? "it has been put right" : "it could not be put right yet")}", null);
    }

    /// <summary>Reads what is suspected once more, and has put right what differs. On the controller's thread.</summary>
    public void Confirm(IReadOnlyList<ServiceKey> suspects)
    {
        long now = Now();
        ServiceKey[] open = [.. suspects.Where(k => settled.ContainsKey(k) && !host!.IsPending(k) && !(fights.TryGetValue(k, out Fight? fight) && now < fight.Until))];
        if (open.Length == 0) return;
        OrderedDictionary<ServiceKey, PlaneService> table;
        try
        {
            table = PlaneTable.ByKey(host!.Read(open));
        }
        catch (IOException)
        {
            // The next look suspects the same, and the watch tells that the kernel does not answer.
            return;
        }

        bool order = !open.Any(k => ServerOrder.Matters(settled[k].Scheduler)) || host.MayReenter;
        List<(ServiceKey Key, string Words)> found = [];
        foreach (ServiceKey key in open)
        {
            PlaneService? present = table.GetValueOrDefault(key);
            if (DriftWords.Of(settled[key], present, order) is { } words) found.Add((key, words));

            // Its servers may stand in an order that was said when it was written.
            else watch?.Accept(key, present!);
        }

        if (found.Count == 0) return;
        bool allAreGone = found.Count > MostEvents && table.Count == 0;
        if (allAreGone)
            sink.OnService("Warning", "virtual_server", $"somebody else has removed {found.Count} services of this node (as ipvsadm -C does); they are put back", null);
        int told = 0;
        foreach ((ServiceKey key, string words) in found)
        {
            bool quiet = IsFight(key, words, now) || allAreGone || ++told > MostEvents;
            if (!quiet) repairing[key] = words;
            host.Touch(key);
        }

        if (told > MostEvents)
            sink.OnService("Warning", "virtual_server", $"somebody else has changed {told - MostEvents} more services of this node; they are put right", null);
    }

    public void Dispose() => watch?.Dispose();

    // Not before it is needed: most nodes have no services. On the controller's thread, since that has the namespace.
    private DriftWatch Watch()
    {
        if (watch is { } present) return present;
        var made = new DriftWatch(
            open,
            suspects => host!.Post(() => Confirm(suspects)),
            reason => host!.Post(() => sink.OnService("Warning", "virtual_server", $"whether others change services cannot be seen now: {reason}", null)));
        watchOver(made.Completion);
        return watch = made;
    }

    /// <summary>Whether somebody changes it each time that it is put right: the same three times in a row, or anything nine times.</summary>
    private bool IsFight(ServiceKey key, string words, long now)
    {
        if (!fights.TryGetValue(key, out Fight? fight) || now - Math.Max(fight.Last, fight.Until) > Peace) fights[key] = fight = new Fight();
        fight.Score += words == fight.Words ? SameAgain : 1;
        (fight.Words, fight.Last) = (words, now);
        if (fight.Score < Fighting) return false;
        if (fight.Pauses++ == 0)
        {
            sink.OnService("Warning", key.ToString(),
                $"{key}: somebody else {words}, again and again after it has been put right: it is put right less and less often from now on, down to every 32 s; find out who it is", null);
        }

        fight.Until = now + Backoff.Usual(fight.Pauses + 1);
        return true;
    }

    private sealed class Fight
    {
        public string? Words { get; set; }

        public int Score { get; set; }

        public int Pauses { get; set; }

        public long Last { get; set; }

        /// <summary>It is not put right before.</summary>
        public long Until { get; set; }
    }
}
