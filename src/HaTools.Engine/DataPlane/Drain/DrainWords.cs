using System.Globalization;
using HaTools.Configuration;

namespace HaTools.Engine.DataPlane;

/// <summary>What is said of a drain. Pure.</summary>
internal static class DrainWords
{
    private const long Second = 1_000_000_000;

    /// <summary>The line of an event.</summary>
    /// <param name="word">What has happened.</param>
    /// <param name="name">The server and its service.</param>
    /// <param name="drain">The drain: before the step where that has ended it.</param>
    /// <param name="now">The time.</param>
    /// <param name="meaning">What weight 0 (at a beginning) or the removal (at an end with connections) does.</param>
    public static string Line(DrainWord word, string name, DrainState drain, long now, IReadOnlyList<string> meaning) => word switch
    {
        DrainWord.Begun => With($"Draining {name}{Why(drain)}: {Counts(drain.Counts)}; {Plan(drain, now)}", meaning),
        DrainWord.Renewed => With($"Draining {name}{Why(drain)} goes on: {Counts(drain.Counts)}; {Plan(drain, now)}", meaning),
        DrainWord.Progress => $"Draining {name}: {Counts(drain.Counts)}{Left(drain, now)}",
        DrainWord.Drained => $"Drained {name}: {Counts(drain.Counts)}; it stays with weight 0 until it is restored",
        DrainWord.Expired => $"The time to drain {name} is over: {Counts(drain.Counts)} left; it stays with weight 0 until it is restored",
        DrainWord.Removed => $"Drained {name}, and removed it: {Counts(drain.Counts)}",
        DrainWord.CutOff => With($"The time to drain {name} is over, and it is removed: {Counts(drain.Counts)} left", meaning),
        DrainWord.Restored => $"Restored {name}",
        DrainWord.Returned => $"Restored {name}: the configuration names it again",
        DrainWord.StandsIn => $"The drain of {name} is over: it is the service's sorry server now",
        DrainWord.Moved => $"Restored {name}: the service is another virtual server's now",
        DrainWord.Failed => $"{name} has failed while it was drained, and is out of the service; it comes back with weight 0 until it is restored",
        DrainWord.WithService => $"The drain of {name} is over: its service is not loaded any more",
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, null),
    };

    /// <summary>The state after it, in a word.</summary>
    public static string StateOf(DrainWord word) => word switch
    {
        DrainWord.Drained => "DRAINED",
        DrainWord.Expired => "EXPIRED",
        DrainWord.Removed or DrainWord.CutOff or DrainWord.WithService => "REMOVED",
        DrainWord.Restored or DrainWord.Returned or DrainWord.StandsIn or DrainWord.Moved => "RESTORED",
        DrainWord.Failed => "DOWN",
        _ => "DRAINING",
    };

    /// <summary>As <c>2 active, 1 inactive connections, 3 persistent clients</c>.</summary>
    private static string Counts(DrainCounts counts)
    {
        string connections = string.Create(CultureInfo.InvariantCulture, $"{counts.Active} active, {counts.Inactive} inactive connections");
        return counts.Persistent == 0 ? connections : string.Create(CultureInfo.InvariantCulture, $"{connections}, {counts.Persistent} persistent clients");
    }

    private static string Why(DrainState drain) => drain.Cause == IpvsDrainCause.Left ? ", which the configuration names no more" : " by hand";

    private static string Plan(DrainState drain, long now)
    {
        string end = drain.Remove ? "it is removed when they have ended" : "it stays with weight 0 until it is restored";
        if (drain.Deadline is not { } deadline) return end;
        string limit = Durations.Format(TimeSpan.FromSeconds(Math.Max(0, (deadline - now + Second - 1) / Second)));
        return drain.Remove ? $"{end}, in {limit} at the latest" : $"{end}, and what is left in {limit} is told";
    }

    private static string Left(DrainState drain, long now) =>
        drain is { Phase: IpvsDrainPhase.Draining, Deadline: { } deadline }
            ? $", {Durations.Format(TimeSpan.FromSeconds(Math.Max(0, (deadline - now) / Second)))} left"
            : "";

    private static string With(string line, IReadOnlyList<string> meaning) => meaning.Count == 0 ? line : $"{line}. {string.Join(' ', meaning)}";
}
