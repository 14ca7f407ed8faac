using HaTools.Engine.DataPlane;
using HaTools.Engine.Threading;
using HaTools.Vrrp;

namespace HaTools.Engine.Checks;

/// <summary>Hears the trackers that somebody else runs, and says what they mean for servers.</summary>
/// <param name="thread">Where everything happens.</param>
/// <param name="sink">Hears of the results, on the thread.</param>
internal sealed class FollowingChecks(WorkThread thread, ICheckSink sink)
{
    private readonly Dictionary<CheckKey, Slot> slots = [];

    /// <summary>The last readings, also of trackers that nobody goes by now: the next configuration may.</summary>
    private readonly Dictionary<TrackerKey, TrackerReading> readings = [];

    /// <summary>
    /// Goes over to other checks, after the trackers have told their readings. Those that stay keep their state, and say their weights again; one that is new, or goes by another
    /// tracker, goes by what that says now.
    /// </summary>
    /// <param name="targets">The checks.</param>
    /// <param name="trackers">The trackers that there are; what others have said is forgotten.</param>
    public Task ConfigureAsync(IReadOnlyList<FollowingTarget> targets, IReadOnlySet<TrackerKey> trackers) => thread.RunAsync(() =>
    {
        HashSet<CheckKey> gone = [.. slots.Keys];
        foreach (FollowingTarget target in targets)
        {
            _ = gone.Remove(target.Key);
            if (slots.TryGetValue(target.Key, out Slot? slot) && slot.Target.GetType() == target.GetType()) slot.Target = target;
            else slots[target.Key] = slot = new Slot(target);
            if (slot.Weight is { } weight) sink.OnWeight(target.Key, weight);
            Judge(slot);
        }

        foreach (CheckKey key in gone) _ = slots.Remove(key);
        foreach (TrackerKey key in readings.Keys.Where(k => !trackers.Contains(k)).ToArray()) _ = readings.Remove(key);
    });

    /// <summary>A tracker has spoken; from any thread.</summary>
    public void OnReading(TrackerKey tracker, TrackerReading reading)
    {
        if (tracker.Kind is TrackerKind.File or TrackerKind.Bfd) thread.Post(() => Hear(tracker, reading));
    }

    private void Hear(TrackerKey tracker, TrackerReading reading)
    {
        readings[tracker] = reading;
        foreach (Slot slot in slots.Values)
        {
            if (slot.Target.Tracker == tracker) Judge(slot);
        }
    }

    private void Judge(Slot slot)
    {
        FollowingTarget target = slot.Target;
        if (!readings.TryGetValue(target.Tracker, out TrackerReading reading) || target.Of(reading) is not { } word) return;
        CheckStep step = CheckLogic.Hear(slot.State, word.Success);
        slot.State = step.State;

        // Before it is said that the server is up, so that it comes with its weight.
        if (word.Success && word.Weight != slot.Weight) sink.OnWeight(target.Key, slot.Weight = word.Weight);
        if (step.Verdict != CheckVerdict.None) sink.OnCheck(target, step.Verdict, word.Success ? null : target.Reason);
    }

    private sealed class Slot(FollowingTarget target)
    {
        public FollowingTarget Target { get; set; } = target;

        public CheckState State { get; set; } = CheckState.Initial(target.Alpha);

        /// <summary>What was said of the server's weight.</summary>
        public CheckWeight? Weight { get; set; }
    }
}
