using System.Net;
using HaTools.Engine.Bfd;
using HaTools.Engine.Trackers;
using HaTools.Vrrp;
using HaTools.Vrrp.Bfd;

namespace HaTools.Engine.Tests.Bfd;

/// <summary>What others are told of a session's states.</summary>
public sealed class HostedBfdTests : IDisposable
{
    private readonly Heard heard = new();
    private readonly HostedBfd session;

    public HostedBfdTests()
    {
        session = new HostedBfd(new BfdSession { Name = "peer", Neighbour = IPAddress.Loopback }, heard);
        Enter(BfdState.Init);
        Enter(BfdState.Up);
        Assert.Equal([true], heard.Readings);
    }

    [Fact]
    public void A_failure_is_told_and_the_recovery_when_it_is_up()
    {
        Enter(BfdState.Down);
        Enter(BfdState.Init);
        Assert.Equal([true, false], heard.Readings);
        Enter(BfdState.Up);
        Assert.Equal([true, false, true], heard.Readings);
    }

    [Fact]
    public void Rfc5882_3_2_a_neighbour_that_is_switched_off_and_on_again_changes_nothing()
    {
        Enter(BfdState.Down, neighbourIsAdminDown: true);
        Enter(BfdState.Init);
        Enter(BfdState.Up);
        Assert.Equal([true], heard.Readings);
        Enter(BfdState.Down);
        Assert.Equal([true, false], heard.Readings);
    }

    [Fact]
    public void A_neighbour_that_is_switched_on_again_and_does_not_come_up_is_down()
    {
        Enter(BfdState.Down, neighbourIsAdminDown: true);
        Enter(BfdState.Init);
        Enter(BfdState.Down);
        Assert.Equal([true, false], heard.Readings);
    }

    [Fact]
    public void A_neighbour_that_is_switched_off_again_on_its_way_up_changes_nothing()
    {
        Enter(BfdState.Down, neighbourIsAdminDown: true);
        Enter(BfdState.Init);
        Enter(BfdState.Down, neighbourIsAdminDown: true);
        Assert.Equal([true], heard.Readings);
    }

    [Fact]
    public void What_keeps_the_word_of_parting_from_going_is_not_told()
    {
        BfdSession nowhere = new() { Name = "gone", Neighbour = IPAddress.Loopback, Source = IPAddress.Parse("192.0.2.77") };
        using var hosted = new HostedBfd(nowhere, heard);
        Assert.Throws<InvalidOperationException>(() => hosted.Send(new byte[BfdPacket.Length], 3784));
        using var gone = new HostedBfd(nowhere, heard) { IsParting = true };
        gone.Send(new byte[BfdPacket.Length], 3784);
    }

    [Fact]
    public void One_that_was_never_up_is_down_for_instances_and_nothing_for_checks_until_it_has_had_the_time()
    {
        using var late = new HostedBfd(new BfdSession { Name = "late", Neighbour = IPAddress.Loopback }, heard);
        late.TellReading();
        Assert.Equal(TrackerReading.NotYetUp, heard.Last);
        Assert.Equal(TrackerState.Down, heard.Last.State);
        late.Settle();
        Assert.Equal(TrackerReading.Down, heard.Last);
        late.Settle();
        Assert.Equal(3, heard.Readings.Count);
    }

    [Fact]
    public void One_that_was_up_is_down_for_all_when_it_is()
    {
        Enter(BfdState.Down);
        Assert.Equal(TrackerReading.Down, heard.Last);
        session.Settle();
        session.TellReading();
        Assert.Equal((3, TrackerReading.Down), (heard.Readings.Count, heard.Last));
    }

    [Theory]
    [InlineData(5, 1000, 5)]
    [InlineData(3, 2000, 6)]
    [InlineData(255, 1_000_000, 60)]
    public void A_session_has_as_long_to_come_up_as_a_neighbour_may_be_silent_at_the_idle_pace_and_a_minute_at_most(int multiplier, int milliseconds, int seconds)
    {
        var one = new BfdSession { Name = "b", Neighbour = IPAddress.Loopback, Multiplier = multiplier, IdleTransmit = TimeSpan.FromMilliseconds(milliseconds) };
        Assert.Equal(seconds * 1_000_000_000L, HostedBfd.PatienceOf(one));
    }

    public void Dispose() => session.Dispose();

    private void Enter(BfdState state, bool neighbourIsAdminDown = false) => session.OnStateChanged(
        new BfdAction(BfdActionKind.StateChanged, 0) { To = state, NeighbourIsAdminDown = neighbourIsAdminDown });

    private sealed class Heard : ITrackerSink
    {
        public List<bool> Readings { get; } = [];

        public TrackerReading Last { get; private set; }

        public void OnReading(TrackerKey tracker, TrackerReading reading)
        {
            Readings.Add(reading == TrackerReading.Of(true));
            Last = reading;
        }

        public void OnTracker(TrackerKey tracker, HaTrackerStateKind state, string message)
        {
        }

        public void OnTrackerLog(TrackerKey tracker, string message)
        {
        }

        public void OnTrackerWarning(TrackerKey tracker, string message) => throw new InvalidOperationException(message);
    }
}
