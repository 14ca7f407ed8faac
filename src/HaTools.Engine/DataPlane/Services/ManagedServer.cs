using HaTools.Configuration;

namespace HaTools.Engine.DataPlane;

/// <summary>A real server as configured, and what its checks say of it: it is up while none of them says that it is not, and has the weight that they say.</summary>
internal sealed class ManagedServer
{
    private const string Unchecked = "it has not been checked yet";

    /// <summary>What is wrong with it, by the check that says so.</summary>
    private readonly SortedDictionary<int, string?> failures = [];

    /// <summary>What checks have said of its weight, by the check.</summary>
    private readonly SortedDictionary<int, CheckWeight> weights = [];

    /// <summary>Checks that have said something.</summary>
    private readonly HashSet<int> heard = [];

    /// <summary>What checks have said that a person should know, by the check.</summary>
    private readonly Dictionary<int, string> warnings = [];

    private DateTimeOffset since;

    public ManagedServer(RealServer configured, DateTimeOffset since)
    {
        (Configured, this.since) = (configured, since);
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

    /// <summary>The same server with other properties: it keeps its health, by those of its checks that it still has.</summary>
    public ManagedServer With(RealServer other)
    {
        var next = new ManagedServer(other, since) { WasUp = Up };
        for (int i = 0; i < Math.Min(Configured.Checks.Count, other.Checks.Count); i++)
        {
            if (failures.TryGetValue(i, out string? failure)) next.failures[i] = failure;
            else _ = next.failures.Remove(i);
            if (heard.Contains(i)) _ = next.heard.Add(i);
            if (warnings.TryGetValue(i, out string? warning) && other.Checks[i].GetType() == Configured.Checks[i].GetType()) next.warnings.Add(i, warning);
            if (weights.TryGetValue(i, out CheckWeight weight) && SaysWeightsAsBefore(other.Checks[i], Configured.Checks[i])) next.weights.Add(i, weight);
        }

        if (next.Up != Up) next.since = DateTimeOffset.Now;
        return next;
    }

    /// <summary>Whether one of its checks says, or has it taken for granted, that it is down.</summary>
    public bool Fails(int check) => failures.ContainsKey(check);

    /// <summary>Takes the word of one of its checks.</summary>
    /// <returns>Whether the server is up now and was not, or the other way round.</returns>
    public bool SetHealth(int check, bool up, string? reason)
    {
        // The word of one that a reload has taken away meanwhile would stand for ever.
        if (check >= Configured.Checks.Count) return false;
        bool was = Up;
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
        if (check >= Configured.Checks.Count || !DynamicWeights.AreGivenBy(Configured.Checks[check])) return false;
        int was = Weight;
        if (weight is { } word) weights[check] = word;
        else _ = weights.Remove(check);
        return Weight != was;
    }

    /// <summary>Takes the word of one of its checks on what a person should know; null: nothing.</summary>
    public void SetWarning(int check, string? warning)
    {
        if (warning is null) _ = warnings.Remove(check);
        else if (check < Configured.Checks.Count) warnings[check] = warning;
    }

    public IpvsRealServerState State(ForwardingMethod forwarding, PlaneDestination? present) => new()
    {
        Id = Configured.Id,
        HostName = Configured.HostName,
        Weight = present?.Weight ?? Weight,
        Up = Up,
        Since = since,
        Forwarding = forwarding,
        Reason = Up ? null : string.Join("; ", failures.Values.OfType<string>()),
        ActiveConnections = present?.ActiveConnections ?? 0,
        InactiveConnections = present?.InactiveConnections ?? 0,
        Checks = [.. Configured.Checks.Select(State)],
    };

    private static bool SaysWeightsAsBefore(HealthCheck after, HealthCheck before) => DynamicWeights.AreGivenBy(after) && after.GetType() == before.GetType();

    private static string? FollowedBy(HealthCheck check) => check switch
    {
        FileCheck file => file.TrackFile,
        BfdCheck bfd => bfd.Session,
        _ => null,
    };

    private IpvsCheckState State(HealthCheck check, int number)
    {
        bool failed = failures.TryGetValue(number, out string? reason);
        return new IpvsCheckState
        {
            Type = check.Kind,
            Follows = FollowedBy(check),
            Up = !failed,
            Spoken = heard.Contains(number),
            Reason = reason,
            Warning = warnings.GetValueOrDefault(number),
            WeightChange = !failed && weights.TryGetValue(number, out CheckWeight weight) ? weight.ChangeOf(Configured.Weight) : null,
        };
    }
}
