using HaTools.Vrrp;

namespace HaTools.Engine.Trackers;

/// <summary>Hears what becomes of trackers. Called on the threads that run them.</summary>
internal interface ITrackerSink
{
    /// <summary>What instances and checks go by: told at the first result and at every change, and again after a configuration.</summary>
    void OnReading(TrackerKey tracker, TrackerReading reading);

    /// <summary>The tracker's state changed, in keepalived's words.</summary>
    void OnTracker(TrackerKey tracker, HaTrackerStateKind state, string message);

    /// <summary>Something that may help a person.</summary>
    void OnTrackerLog(TrackerKey tracker, string message);

    /// <summary>Something that a person should see to.</summary>
    void OnTrackerWarning(TrackerKey tracker, string message);
}
