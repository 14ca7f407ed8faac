using HaTools.Configuration;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Readiness;

/// <summary>
/// Whether this host is ready to take an instance over from a master that lives, pure. IPVS has no bulk transfer: a director learns a connection from its next
/// announcement, one refresh period later at most, and the message that it is in may lie with its sender. Until the first results of the health checks all real servers
/// count as up. Who takes over before that breaks what works.
/// </summary>
internal sealed class ReadinessLogic
{
    /// <summary>The longest wait for what may never come: a sync daemon that does not start, checks that this host cannot make. Longer would be a director out of service.</summary>
    public const long LongestWait = 60 * Second;

    private const long Second = 1_000_000_000;

    /// <summary>From one packet of a slow connection to the next, and for the clock's ticks.</summary>
    private const long Slack = Second;

    private static readonly Dictionary<string, TakeoverHold> None = [];

    private readonly HashSet<CheckKey> heard = [];
    private IReadOnlyDictionary<string, InstanceNeeds> needs = new Dictionary<string, InstanceNeeds>();
    private Dictionary<CheckKey, long> awaited = [];
    private HashSet<CheckKey> configured = [];
    private long learning;
    private long? deafSince;
    private long? namelessSince;

    /// <summary>The instance whose master's daemon sends; null: both daemons run all the time.</summary>
    public string? Followed { get; private set; }

    /// <summary>Whether there is anything to wait for at any time.</summary>
    public bool IsNeeded => needs.Count > 0;

    /// <summary>
    /// Goes over to another configuration: checks that have had a result keep it, also those that it has not, until it is in force. Where it is refused they are there
    /// again, and say nothing that they have said already.
    /// </summary>
    public void Configure(HaConfiguration configuration, long now)
    {
        needs = InstanceNeeds.Of(configuration);
        Followed = configuration.SyncDaemon?.Instance;
        learning = Nanoseconds(SyncAnnouncements.PeriodOf(configuration)) + SyncRoles.LongestStay + Slack;

        // Those of addresses that this host does not have yet say nothing before it has them.
        HashSet<ServiceKey> suspended = [.. configuration.VirtualServers.Where(s => s.HaSuspend).Select(ServiceKey.Of)];
        CheckTarget[] targets = [.. CheckTarget.Of(configuration).Where(t => t is not TimedTarget || !suspended.Contains(t.Key.Service))];
        configured = [.. targets.Select(t => t.Key)];
        Dictionary<CheckKey, long> next = [];
        foreach (CheckTarget target in targets)
        {
            if (heard.Contains(target.Key)) continue;
            long until = Math.Min(target.FirstWordBy(now, targets.Length), now + LongestWait);
            next[target.Key] = awaited.TryGetValue(target.Key, out long known) ? known : until;
        }

        awaited = next;
    }

    /// <summary>The configuration cannot be refused any more: a check that comes back after this begins anew.</summary>
    public void SetInForce() => heard.IntersectWith(configured);

    /// <summary>A check has said whether its server is up.</summary>
    public void Heard(CheckKey check)
    {
        if (awaited.Remove(check)) _ = heard.Add(check);
    }

    /// <summary>The instances for which this host is not ready, by name.</summary>
    public IReadOnlyDictionary<string, TakeoverHold> At(long now, in ReadinessFacts facts)
    {
        namelessSince = facts.Unanswered.Count == 0 ? null : namelessSince ?? now;
        deafSince = facts.Sends || facts.ListeningSince is not null ? null : deafSince ?? now;
        Dictionary<string, TakeoverHold>? holds = null;
        foreach ((string name, InstanceNeeds need) in needs)
        {
            TakeoverHold? hold = Both(Both(need.Connections ? Connections(now, facts) : null, Checks(need, now)), Both(Names(need, facts.Unanswered, now), Services(need, facts.Unwritten)));
            if (hold is not null) (holds ??= []).Add(name, hold);
        }

        return holds ?? None;
    }

    private static TakeoverHold? Both(TakeoverHold? one, TakeoverHold? other) => one is null ? other
        : other is null ? one : new TakeoverHold($"{one.Reason}; {other.Reason}", Math.Max(one.Until, other.Until));

    private TakeoverHold? Connections(long now, in ReadinessFacts facts)
    {
        if (facts.Sends) return null;
        TakeoverHold hold = facts.ListeningSince is { } since
            ? new TakeoverHold("the other director's connections are being learned", since + learning)
            : new TakeoverHold("the IPVS sync daemon does not listen", deafSince!.Value + LongestWait);
        return now < hold.Until ? hold : null;
    }

    private TakeoverHold? Checks(InstanceNeeds need, long now)
    {
        if (awaited.Count == 0) return null;
        long[] open = [.. awaited.Where(a => now < a.Value && need.Services.Contains(a.Key.Service)).Select(a => a.Value)];
        return open.Length == 0 ? null
            : new TakeoverHold(open.Length == 1 ? "a health check has had no result yet" : $"{open.Length} health checks have had no result yet", open.Max());
    }

    private TakeoverHold? Names(InstanceNeeds need, IReadOnlySet<ServiceKey> unanswered, long now)
    {
        if (namelessSince is not { } since || now - since >= LongestWait || !need.Services.Overlaps(unanswered)) return null;
        return new TakeoverHold("a name of real servers has had no answer yet", since + LongestWait);
    }

    private static TakeoverHold? Services(InstanceNeeds need, IReadOnlySet<ServiceKey> unwritten)
    {
        if (unwritten.Count == 0) return null;
        string[] lacking = [.. need.Services.Where(unwritten.Contains).Select(s => $"{s}").Order(StringComparer.Ordinal)];
        return lacking.Length == 0 ? null
            : new TakeoverHold(lacking.Length == 1 ? $"the service {lacking[0]} is not loaded" : $"{lacking.Length} services are not loaded ({lacking[0]} …)", long.MaxValue);
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}
