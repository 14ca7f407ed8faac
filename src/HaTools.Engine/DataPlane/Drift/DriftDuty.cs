using HaTools.Linux;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// Puts right, within a second or two, what somebody else changes of services of ours (<c>ipvsadm -C</c>, a weight, a server …), and says what it was. What the watch
/// suspects is read once more on the controller's thread, where no writing of ours is under way: so it is never taken for somebody else's. Where one is changed again and again, that is told
/// once, and it is put right less and less often, down to every 32 s. By policy it is told and left (<see cref="IpvsDriftPolicy"/>), and services that are nobody's
/// go (<see cref="IpvsForeignPolicy"/>).
/// </summary>
/// <param name="open">Opens a plane for the watch, on its thread.</param>
/// <param name="sink">Hears what was found and done.</param>
/// <param name="watchOver">Is given the watch's thread, whose end it must hear of.</param>
internal sealed partial class DriftDuty(Func<IDataPlane> open, IServiceSink sink, Action<Task> watchOver) : IServiceDuty, IDisposable
{
    private const int MostEvents = 10;

    /// <summary>What is being planned.</summary>
    private readonly Dictionary<ServiceKey, Wanted> planned = [];

    /// <summary>What was wanted when it was reached last. Where changes of others are left it need not be what there is.</summary>
    private readonly Dictionary<ServiceKey, Wanted> settled = [];

    /// <summary>What is being put right, with the words for what was found.</summary>
    private readonly Dictionary<ServiceKey, string> repairing = [];

    /// <summary>What others have changed and is left.</summary>
    private readonly Dictionary<ServiceKey, Left> left = [];
    private IServiceHost? host;
    private volatile DriftWatch? watch;
    private IpvsDriftPolicy policy;

    /// <summary>The time, of <see cref="MonotonicClock"/>; tests have their own.</summary>
    public Func<long> Now { get; init; } = () => MonotonicClock.Now;

    public void Begin(IServiceHost host) => this.host = host;

    /// <summary>Goes over to other policies. What was left is put right where it no longer is to be left. On the controller's thread.</summary>
    public void SetPolicies(IpvsSettings settings)
    {
        if (watch is not null || settings.Foreign == IpvsForeignPolicy.Purge) Watch().SeekStrangers(settings.Foreign == IpvsForeignPolicy.Purge);
        if (policy == settings.Drift) return;
        policy = settings.Drift;
        fights.Clear();
        foreach ((ServiceKey key, Left one) in left)
        {
            repairing[key] = one.Words;
            host!.Touch(key);
        }

        left.Clear();
    }

    public PlaneService? Shape(ServiceKey key, ManagedService? configured, PlaneService? desired, PlaneService? present)
    {
        watch?.Forget(key);
        if (desired is null)
        {
            _ = planned.Remove(key);
            return null;
        }

        planned[key] = new Wanted(desired, configured?.Configured);

        // What the configuration says anew of a service holds for all of it, and so does it for one that is loaded.
        bool isNew = policy == IpvsDriftPolicy.Repair || !settled.TryGetValue(key, out Wanted? before) || before.Configured != configured?.Configured;
        return isNew ? desired : DriftMerge.Of(settled[key].Service, desired, present);
    }

    public void OnSettled(ServiceKey key, PlaneService? desired, bool isReached)
    {
        if (!planned.Remove(key, out Wanted? wanted))
        {
            _ = settled.Remove(key);
            _ = left.Remove(key);
        }
        else if (isReached)
        {
            settled[key] = wanted;
            if (desired is null) Watch().Accept(key, null);
            else Watch().Expect(key, desired);
            if (DriftWords.Of(wanted.Service, desired, order: false) is not { } words) _ = left.Remove(key);
            else if (Leave(key, words)) TellLeft(key, words);
        }
        else if (policy == IpvsDriftPolicy.Repair)
        {
            _ = settled.Remove(key);
        }

        if (repairing.Remove(key, out string? found))
            sink.OnService("Warning", key.ToString(), $"{key}: somebody else {found}; {(isReached ? "it has been put right" : "it could not be put right yet")}", null);
    }

    /// <summary>A service's state, with what others have changed of it.</summary>
    public IpvsServiceState Describe(ServiceKey key, IpvsServiceState state)
    {
        if (left.TryGetValue(key, out Left? one))
            return state with { Drift = new IpvsDriftState { Phase = IpvsDriftPhase.Left, Change = one.Words, Since = one.Since } };
        return FightOver(key) is { } fight ? state with { Drift = fight } : state;
    }

    /// <summary>Reads what is suspected once more, and has put right what differs, or leaves it. On the controller's thread.</summary>
    public void Confirm(IReadOnlyList<ServiceKey> suspects)
    {
        long now = Now();
        ServiceKey[] open = [.. suspects.Where(k => settled.ContainsKey(k) && !host!.IsPending(k) && !IsPaused(k, now))];
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

        List<(ServiceKey Key, string Words)> found = [];
        bool order = !open.Any(k => ServerOrder.Matters(settled[k].Service.Scheduler)) || host.MayReenter;
        foreach (ServiceKey key in open)
        {
            PlaneService? present = table.GetValueOrDefault(key);
            string? words = DriftWords.Of(settled[key].Service, present, order);
            if (words is not null) found.Add((key, words));
            else if (left.Remove(key)) sink.OnService("Log", key.ToString(), $"{key} is what it should be again", null);

            // Its servers may stand in an order that was said when it was written.
            if (words is null || policy == IpvsDriftPolicy.Report) watch?.Accept(key, present);
        }

        if (found.Count > 0) Tell(found, areGone: found.Count > MostEvents && table.Count == 0, now);
    }

    public void Dispose() => watch?.Dispose();

    private void Tell(List<(ServiceKey Key, string Words)> found, bool areGone, long now)
    {
        bool isLeft = policy == IpvsDriftPolicy.Report;
        if (areGone)
        {
            sink.OnService("Warning", "virtual_server",
                $"somebody else has removed {found.Count} services of this node (as ipvsadm -C does); they are {(isLeft ? "left so (ipvs: drift: report)" : "put back")}", null);
        }

        int told = 0;
        foreach ((ServiceKey key, string words) in found)
        {
            if (isLeft)
            {
                if (Leave(key, words) && !areGone && ++told <= MostEvents) TellLeft(key, words);
                continue;
            }

            bool isQuiet = IsFight(key, words, now) || areGone || ++told > MostEvents;
            if (!isQuiet) repairing[key] = words;
            host!.Touch(key);
        }

        if (told > MostEvents)
        {
            sink.OnService("Warning", "virtual_server",
                $"somebody else has changed {told - MostEvents} more services of this node; they are {(isLeft ? "left so" : "put right")}", null);
        }
    }

    /// <returns>False: it says nothing new.</returns>
    private bool Leave(ServiceKey key, string words)
    {
        Left? before = left.GetValueOrDefault(key);
        left[key] = new Left(words, before?.Since ?? DateTimeOffset.Now);
        return before?.Words != words;
    }

    private void TellLeft(ServiceKey key, string words) =>
        sink.OnService("Warning", key.ToString(), $"{key}: somebody else {words}; it is left so (ipvs: drift: report)", null);

    // Not before it is needed: most nodes have no services. On the controller's thread, since that has the namespace.
    private DriftWatch Watch()
    {
        if (watch is { } present) return present;
        var made = new DriftWatch(
            open,
            suspects => host!.Post(() => Confirm(suspects)),
            strangers => host!.Post(() => Purge(strangers)),
            reason => host!.Post(() => sink.OnService("Warning", "virtual_server", $"whether others change services cannot be seen now: {reason}", null)));
        watchOver(made.Completion);
        return watch = made;
    }

    /// <summary>What this node wants of a service.</summary>
    /// <param name="Service">In the plane.</param>
    /// <param name="Configured">What the configuration says of it.</param>
    private sealed record Wanted(PlaneService Service, VirtualServer? Configured);

    private sealed record Left(string Words, DateTimeOffset Since);
}
