using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Netlink.Ipvs;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Checks;

/// <summary>What readings say of servers.</summary>
public sealed class FollowingTargetTests
{
    private static readonly CheckKey Key = new(new ServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80), new DestinationKey(IPAddress.Parse("192.0.2.11"), 80), new CheckId(new FileCheck { TrackFile = "any" }, 0));

    // As keepalived computes them (track_file.c: update_track_file_status, weight_range).
    [Theory]
    [InlineData(0, 1, false, true, 0L)]
    [InlineData(5, 1, false, true, 5L)]
    [InlineData(5, -3, false, true, -15L)]
    [InlineData(5, 3, true, true, -15L)]
    [InlineData(-5, 3, true, true, 15L)]
    [InlineData(2147483648, 254, false, true, 2147483647L)]
    [InlineData(-2147483647, 1, false, true, -2147483647L)]
    [InlineData(-2147483648, 1, false, false, null)]
    [InlineData(2147483648, 1, true, false, null)]
    [InlineData(-1073741824, 2, false, false, null)]
    [InlineData(2147483647, -2147483647, false, false, null)]
    [InlineData(2147483648, 2147483647, false, true, 2147483647L)]
    [InlineData(0, 0, false, true, null)]
    [InlineData(1, 0, false, false, null)]
    [InlineData(-1, 0, false, false, null)]
    [InlineData(0, 0, true, false, null)]
    [InlineData(1, 0, true, true, null)]
    public void A_number_changes_the_weight_or_means_that_the_server_is_down(long number, int weight, bool reverse, bool success, long? change)
    {
        FollowedWord word = new FileTarget(Key, "f", weight, reverse).Of(TrackerReading.Of(number))!.Value;
        Assert.Equal((success, change), (word.Success, word.Weight?.ChangeOf(10)));
    }

    [Fact]
    public void A_session_is_up_or_down_and_says_nothing_before_it_had_the_time_to_come_up()
    {
        var target = new BfdTarget(Key, "b", 0);
        Assert.Equal(new FollowedWord(true), target.Of(TrackerReading.Up));
        Assert.Equal(new FollowedWord(false), target.Of(TrackerReading.Down));
        Assert.Null(target.Of(TrackerReading.NotYetUp));
        Assert.Null(target.Of(TrackerReading.Unknown));
    }

    [Fact]
    public void A_check_has_the_weight_of_its_file_s_tracker_unless_it_says_another()
    {
        HaConfiguration c = Configuration(
            new FileCheck { TrackFile = "f" }, new FileCheck { TrackFile = "f", Weight = 3 }, new FileCheck { TrackFile = "f", Reverse = false, Alpha = true });
        Assert.Equal([(7, true, false), (3, true, false), (7, false, true)], CheckTarget.Of(c).Cast<FileTarget>().Select(t => (t.Weight, t.Reverse, t.Alpha)));
    }

    [Fact]
    public void Their_first_word_is_waited_for_as_long_as_a_file_server_or_a_session_may_take()
    {
        IReadOnlyList<CheckTarget> targets = CheckTarget.Of(Configuration(new FileCheck { TrackFile = "f" }, new BfdCheck { Session = "b" }));
        Assert.Equal([1_000 + 5_000_000_000L, 1_000 + 7_000_000_000L], targets.Select(t => t.FirstWordBy(1_000, 9)));
    }

    private static HaConfiguration Configuration(params HealthCheck[] checks) => new()
    {
        Files = [new FileTracker { Name = "f", Path = "/run/f", Weight = 7, Reverse = true }],
        BfdSessions = [new BfdSession { Name = "b", Neighbour = IPAddress.Parse("192.0.2.11") }],
        VirtualServers = [new VirtualServer { Address = IPAddress.Parse("192.0.2.1"), Port = 80, RealServers = [new RealServer { Address = IPAddress.Parse("192.0.2.11"), Port = 80, Checks = [.. checks] }] }],
    };
}
