using HaTools.Engine.Trackers;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Trackers;

public sealed class HostTrackersTests
{
    [Fact]
    public async Task Who_waits_for_readings_hears_that_the_thread_has_ended()
    {
        using var trackers = new HostTrackers(new Failing());
        HaConfiguration configuration = new() { Files = [new FileTracker { Name = "f", Path = "/no/such/file" }] };

        Exception told = await Assert.ThrowsAsync<InvalidOperationException>(
            () => trackers.ConfigureAsync(configuration).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal("what nothing known does", told.Message);
        _ = await Assert.ThrowsAsync<InvalidOperationException>(() => trackers.Completion);
    }

    private sealed class Failing : ITrackerSink
    {
        public void OnReading(TrackerKey tracker, TrackerReading reading) => throw new InvalidOperationException("what nothing known does");

        public void OnTracker(TrackerKey tracker, HaTrackerStateKind state, string message)
        {
        }

        public void OnTrackerLog(TrackerKey tracker, string message)
        {
        }

        public void OnTrackerWarning(TrackerKey tracker, string message)
        {
        }
    }
}
