using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Threading;
using HaTools.Netlink.Ipvs;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Checks;

/// <summary>Who goes by which tracker, over changes of both.</summary>
public sealed class FollowingChecksTests : ICheckSink, IDisposable
{
    private static readonly TrackerKey Load = new(TrackerKind.File, "load"), Flag = new(TrackerKind.File, "flag"), Session = new(TrackerKind.Bfd, "load");
    private static readonly HashSet<TrackerKey> All = [Load, Flag, Session];

    private readonly WorkThread thread = new("test-following");
    private readonly List<string> told = [];
    private readonly FollowingChecks checks;

    public FollowingChecksTests() => checks = new FollowingChecks(thread, this);

    [Fact]
    public async Task Each_hears_its_own_tracker_and_tells_what_is_news()
    {
        await checks.ConfigureAsync([File(0, "load", 1), File(1, "flag", 0), Bfd(2, "load")], All);
        checks.OnReading(Load, TrackerReading.Of(5));
        Assert.Equal(["0 weight 5", "0 up"], await Told());
        checks.OnReading(Load, TrackerReading.Of(5));
        Assert.Empty(await Told());
        checks.OnReading(Load, TrackerReading.Of(-2));
        Assert.Equal(["0 weight -2"], await Told());
        checks.OnReading(Flag, TrackerReading.Of(1));
        checks.OnReading(Session, TrackerReading.Up);
        Assert.Equal(["1 down: the number in the tracked file flag says so", "2 up"], await Told());
        checks.OnReading(Flag, TrackerReading.Of(2));
        Assert.Empty(await Told());
        checks.OnReading(Flag, TrackerReading.Of(0));
        checks.OnReading(Session, TrackerReading.Down);
        Assert.Equal(["1 up", "2 down: the BFD session load is down"], await Told());
    }

    [Fact]
    public async Task The_weight_is_told_before_the_server_is_up_again_and_not_while_it_is_down()
    {
        await checks.ConfigureAsync([File(0, "load", 2)], All);
        checks.OnReading(Load, TrackerReading.Of(int.MinValue));
        checks.OnReading(Load, TrackerReading.Of(3));
        Assert.Equal(["0 down: the number in the tracked file load says so", "0 weight 6", "0 up"], await Told());
    }

    [Fact]
    public async Task A_new_one_and_one_that_goes_by_another_tracker_go_by_what_that_says_now()
    {
        await checks.ConfigureAsync([File(0, "load", 1)], All);
        checks.OnReading(Load, TrackerReading.Of(5));
        checks.OnReading(Flag, TrackerReading.Of(1));
        _ = await Told();
        await checks.ConfigureAsync([File(0, "load", 1), File(1, "flag", 0), File(2, "load", 3)], All);
        Assert.Equal(["0 weight 5", "1 down: the number in the tracked file flag says so", "2 weight 15", "2 up"], await Told());

        await checks.ConfigureAsync([File(0, "flag", 4), File(1, "load", 0), File(2, "load", 0)], All);
        Assert.Equal(["0 weight 5", "0 weight 4", "2 weight 15", "2 down: the number in the tracked file load says so"], await Told());
    }

    [Fact]
    public async Task One_that_stays_keeps_what_it_knows_and_one_that_is_gone_hears_nothing()
    {
        await checks.ConfigureAsync([File(0, "flag", 0), File(1, "flag", 0)], All);
        checks.OnReading(Flag, TrackerReading.Of(1));
        Assert.Equal(2, (await Told()).Length);
        await checks.ConfigureAsync([File(0, "flag", 0)], All);
        Assert.Empty(await Told());
        checks.OnReading(Flag, TrackerReading.Of(0));
        Assert.Equal(["0 up"], await Told());
    }

    [Fact]
    public async Task One_of_another_kind_in_the_same_place_begins_anew()
    {
        await checks.ConfigureAsync([File(0, "flag", 0)], All);
        checks.OnReading(Flag, TrackerReading.Of(1));
        checks.OnReading(Session, TrackerReading.Up);
        _ = await Told();
        await checks.ConfigureAsync([Bfd(0, "load")], All);
        Assert.Equal(["0 up"], await Told());
    }

    [Fact]
    public async Task What_a_tracker_has_said_that_is_gone_is_forgotten()
    {
        await checks.ConfigureAsync([], All);
        checks.OnReading(Flag, TrackerReading.Of(1));
        await checks.ConfigureAsync([], new HashSet<TrackerKey> { Load });
        await checks.ConfigureAsync([File(0, "flag", 0)], All);
        Assert.Empty(await Told());
    }

    [Fact]
    public async Task With_alpha_the_first_word_is_told_whatever_it_is()
    {
        await checks.ConfigureAsync([File(0, "flag", 0) with { Alpha = true }, Bfd(1, "load") with { Alpha = true }], All);
        checks.OnReading(Session, TrackerReading.NotYetUp);
        Assert.Empty(await Told());
        checks.OnReading(Flag, TrackerReading.Of(1));
        checks.OnReading(Session, TrackerReading.Down);
        Assert.Equal(["0 down: the number in the tracked file flag says so", "1 down: the BFD session load is down"], await Told());
    }

    [Fact]
    public async Task What_is_no_tracker_of_checks_is_passed_over()
    {
        await checks.ConfigureAsync([File(0, "load", 1)], All);
        checks.OnReading(new TrackerKey(TrackerKind.Script, "load"), TrackerReading.Of(7));
        Assert.Empty(await Told());
    }

    void ICheckSink.OnCheck(CheckTarget check, CheckVerdict verdict, string? reason) =>
        told.Add($"{check.Key.Check.Number} {(verdict == CheckVerdict.Succeeded ? "up" : "down")}{(reason is null ? "" : $": {reason}")}");

    void ICheckSink.OnWeight(CheckKey key, CheckWeight? weight) => told.Add($"{key.Check.Number} weight {(weight is { } word ? $"{word.ChangeOf(0)}" : "none")}");

    void ICheckSink.OnFailure(CheckKey key, string reason) => told.Add(reason);

    void ICheckSink.OnWarning(CheckKey key, string? warning) => Assert.Fail("There is nothing to warn of.");

    void ICheckSink.OnTrouble(string message) => told.Add(message);

    public void Dispose() => thread.Dispose();

    /// <summary>What was told since the last time.</summary>
    private Task<string[]> Told() => thread.RunAsync(() =>
    {
        string[] now = [.. told];
        told.Clear();
        return now;
    });

    private static FollowingTarget File(int number, string name, int weight) => new FileTarget(Key(number), name, weight, Reverse: false);

    private static FollowingTarget Bfd(int number, string name) => new BfdTarget(Key(number), name, 0);

    private static CheckKey Key(int number) => new(new ServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80), new DestinationKey(IPAddress.Parse("192.0.2.11"), 80), new CheckId(new FileCheck { TrackFile = "any" }, number));
}
