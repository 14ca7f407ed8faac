using System.Collections.Concurrent;
using HaTools.Engine.Trackers;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Trackers;

/// <summary>Keeps what trackers tell.</summary>
internal sealed class TrackerNews : ITrackerSink
{
    public ConcurrentQueue<(TrackerKey Tracker, TrackerReading Reading)> Readings { get; } = new();

    public ConcurrentQueue<string> Said { get; } = new();

    public TrackerReading? Last => Readings.IsEmpty ? null : Readings.Last().Reading;

    public string All() => string.Join('\n', Said) + string.Join('\n', Readings);

    public void OnReading(TrackerKey tracker, TrackerReading reading) => Readings.Enqueue((tracker, reading));

    public void OnTracker(TrackerKey tracker, HaTrackerStateKind state, string message) => Said.Enqueue(message);

    public void OnTrackerLog(TrackerKey tracker, string message) => Said.Enqueue(message);

    public void OnTrackerWarning(TrackerKey tracker, string message) => Said.Enqueue(message);
}
