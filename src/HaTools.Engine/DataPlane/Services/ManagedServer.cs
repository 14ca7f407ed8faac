using HaTools.Configuration;
using HaTools.Engine.Checks;

namespace HaTools.Engine.DataPlane;

/// <summary>A real server as configured, and what its checks say of it: it is up while none of them says that it is not, and has the weight that they say.</summary>
internal sealed class ManagedServer
{
    private const double Nanoseconds = 1e9;

    private const string Unchecked = "it has not been checked yet";
    private const string UncheckedSince = "it was down, and has not been checked in this way yet";

    private readonly CheckId[] ids;

    /// <summary>What is wrong with it, by the check that says so.</summary>
    private readonly SortedDictionary<int, string?> failures = [];

    /// <summary>What checks have said of its weight, by the check.</summary>
    private readonly SortedDictionary<int, CheckWeight> weights = [];

    /// <summary>Checks that have said something.</summary>
    private readonly HashSet<int> heard = [];

    /// <summary>What checks have said that a person should know, by the check.</summary>
    private readonly Dictionary<int, string> warnings = [];

    private readonly VirtualServer service;

    /// <summary>What its checks ask; null: nobody has wanted to know yet.</summary>
    private CheckWords[]? words;

    /// <summary>What is told of its checks, to everybody and for every place of a group, until one of them says something else; null: nobody has wanted to know since.</summary>
    private IReadOnlyList<IpvsCheckState>? told;

    private DateTimeOffset since;

    public ManagedServer(VirtualServer service, RealServer configured, DateTimeOffset since)
    {
        (this.service, Configured, this.since) = (service, configured, since);
        ids = CheckId.Of(configured.Checks);
        for (int i = 0; i < configured.Checks.Count; i++)
        {
            if (configured.Checks[i].Alpha) failures.Add(i, Unchecked);
        }
    }

    public RealServer Configured { get; }

    public bool Up => failures.Count == 0;

    /// <summary>Whether that is what a check has found, and not only that it has to be checked before it may be up.</summary>
    public bool IsFound => Up || failures.Values.Any(f => f != Unchecked);

    /// <summary>Whether it was up in the configuration before this one; null: it was not in that.</summary>
    public bool? WasUp { get; private init; }

    /// <summary>The weight that it has while it is up.</summary>
    public int Weight => weights.Count == 0 ? Configured.Weight : EffectiveWeight.Of(Configured.Weight, weights.Values);

    /// <summary>
    /// The same server with other properties: it keeps its health, by those of its checks that it still has. A check that it has not had takes nothing from a server that is up until it
    /// has failed, also with alpha; and one that is down stays so until the new one has spoken, since what has been found wrong with it may be wrong still.
    /// </summary>
    /// <param name="itsService">Its service.</param>
    /// <param name="other">The server as it is configured now.</param>
    /// <param name="checkedAs">The server with the checks that run, which say nothing twice, also those that this one has not; null: it has them all.</param>
    public ManagedServer With(VirtualServer itsService, RealServer other, ManagedServer? checkedAs = null)
    {
        var next = new ManagedServer(itsService, other, since) { WasUp = Up };
        next.failures.Clear();
        for (int i = 0; i < next.ids.Length; i++)
        {
            int old = PlaceOf(next.ids[i]);
            if (old >= 0) TakeOver(old, next, i);
            else if (checkedAs?.PlaceOf(next.ids[i]) is >= 0 and var running) checkedAs.TakeOver(running, next, i);
            else if (!Up) next.failures[i] = IsFound ? UncheckedSince : Unchecked;
        }

        if (next.Up != Up) next.since = DateTimeOffset.Now;
        return next;
    }

    /// <summary>Gives what a check has said to a successor.</summary>
    private void TakeOver(int old, ManagedServer next, int check)
    {
        if (failures.TryGetValue(old, out string? failure)) next.failures[check] = failure;
        if (heard.Contains(old)) _ = next.heard.Add(check);
        if (warnings.TryGetValue(old, out string? warning)) next.warnings.Add(check, warning);
        if (weights.TryGetValue(old, out CheckWeight weight) && DynamicWeights.AreGivenBy(next.Configured.Checks[check])) next.weights.Add(check, weight);
    }

    /// <summary>The place of a check in the list, from 0; -1: it is not there.</summary>
    public int PlaceOf(CheckId check) => Array.IndexOf(ids, check);

    public bool Has(int check) => (uint)check < (uint)ids.Length;

    /// <summary>Whether one of its checks says, or has it taken for granted, that it is down.</summary>
    public bool Fails(int check) => failures.ContainsKey(check);

    /// <summary>Takes the word of one of its checks.</summary>
    /// <returns>Whether the server is up now and was not, or the other way round.</returns>
    public bool SetHealth(int check, bool up, string? reason)
    {
        // The word of one that a reload has taken away meanwhile would stand for ever.
        if (!Has(check)) return false;
        bool was = Up;
        told = null;
        _ = heard.Add(check);
        if (up) _ = failures.Remove(check);
        else failures[check] = reason;
        if (Up == was) return false;
        since = DateTimeOffset.Now;
        return true;
    }

    /// <summary>Takes the word of one of its checks on its weight; null: it is as configured.</summary>
    /// <returns>Whether the weight is another one than before.</returns>
    public bool SetWeight(int check, CheckWeight? weight)
    {
        if (!Has(check) || !DynamicWeights.AreGivenBy(Configured.Checks[check])) return false;
        int was = Weight;
        told = null;
        if (weight is { } word) weights[check] = word;
        else _ = weights.Remove(check);
        return Weight != was;
    }

    /// <summary>Takes the word of one of its checks on what a person should know; null: nothing.</summary>
    public void SetWarning(int check, string? warning)
    {
        told = null;
        if (warning is null) _ = warnings.Remove(check);
        else if (Has(check)) warnings[check] = warning;
    }

    public IpvsRealServerState State(ForwardingMethod forwarding, PlaneDestination? present) => new()
    {
        Id = Configured.Id,
        HostName = Configured.HostName,
        Weight = present?.Weight ?? Weight,
        Up = Up,
        Since = since,
        Forwarding = forwarding,
        UpperThreshold = Configured.UpperThreshold,
        LowerThreshold = Configured.LowerThreshold,
        InhibitOnFailure = Configured.InhibitOnFailure,
        Reason = Up ? null : string.Join("; ", failures.Values.OfType<string>()),
        ActiveConnections = present?.ActiveConnections ?? 0,
        InactiveConnections = present?.InactiveConnections ?? 0,
        Checks = told ??= Array.AsReadOnly([.. Configured.Checks.Select(State)]),
    };

    private static string? FollowedBy(HealthCheck check) => check switch
    {
        FileCheck file => file.TrackFile,
        BfdCheck bfd => bfd.Session,
        _ => null,
    };

    private IpvsCheckState State(HealthCheck check, int number)
    {
        bool failed = failures.TryGetValue(number, out string? reason);
        words ??= [.. Configured.Checks.Select(c => new CheckWords(service, Configured, c))];
        CheckWords its = words[number];
        return new IpvsCheckState
        {
            Type = check.Kind,
            Target = its.Target,
            Asks = its.Asks,
            Origin = its.Origin,
            Interval = its.Timing?.DelayLoop / Nanoseconds,
            Timeout = its.Timing?.Timeout / Nanoseconds,
            Retries = its.Timing?.Retry,
            RetryInterval = its.Timing?.DelayBeforeRetry / Nanoseconds,
            Alpha = check.Alpha,
            Follows = FollowedBy(check),
            Up = !failed,
            Spoken = heard.Contains(number),
            Reason = reason,
            Warning = warnings.GetValueOrDefault(number),
            WeightChange = !failed && weights.TryGetValue(number, out CheckWeight weight) ? weight.ChangeOf(Configured.Weight) : null,
        };
    }
}
