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

    public void Dispose() => session.Dispose();

    private void Enter(BfdState state, bool neighbourIsAdminDown = false) => session.OnStateChanged(
        new BfdAction(BfdActionKind.StateChanged, 0) { To = state, NeighbourIsAdminDown = neighbourIsAdminDown });

    private sealed class Heard : ITrackerSink
    {
        public List<bool> Readings { get; } = [];

        public void OnReading(TrackerKey tracker, TrackerReading reading) => Readings.Add(reading == TrackerReading.Of(true));

        public void OnTracker(TrackerKey tracker, HaTrackerStateKind state, string message)
        {
        }

        public void OnTrackerLog(TrackerKey tracker, string message)
        {
        }

        public void OnTrackerWarning(TrackerKey tracker, string message) => throw new InvalidOperationException(message);
    }
}
