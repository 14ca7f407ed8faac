using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>Weights that checks say, on their way into the plane, beside drains and the watch over what others change.</summary>
public sealed class DynamicWeightWritingTests : IServiceSink, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;
    private readonly WorkThread thread = new("test-weights");
    private readonly MemoryDataPlane plane = new();
    private readonly Drainer drainer;
    private readonly DriftDuty drift;
    private readonly ServiceController controller;

    public DynamicWeightWritingTests()
    {
        drainer = new Drainer(Path.Combine(directory, "n.drains.json"), this);
        drift = new DriftDuty(() => plane, this, _ => { });
        controller = new ServiceController(thread, () => plane, this, new ServiceMemory(directory, "n"), drainer, drift);
    }

    [Theory]
    [InlineData("wlc")]
    [InlineData("mh")]
    [InlineData("sh")]
    public async Task A_weight_is_changed_in_place(string scheduler)
    {
        await GoAsync(scheduler);
        _ = plane.TakeApplied();
        await SayAsync(10);
        await SayAsync(0);
        await SayAsync(3);

        Assert.Equal([(PlaneChangeKind.SetDestination, 10), (PlaneChangeKind.SetDestination, 0), (PlaneChangeKind.SetDestination, 3)], Applied());
        Assert.Equal([(1, 3), (2, 1)], Weights());
    }

    [Fact]
    public async Task The_weight_of_one_that_is_down_comes_with_it()
    {
        await GoAsync("wlc");
        controller.SetHealth(Key, false, "gone");
        await Eventually.True(() => Weights() is [(2, 1)]);
        _ = plane.TakeApplied();
        controller.SetWeight(Key, CheckWeight.Instead(10));
        controller.SetHealth(Key, true, null);
        await Eventually.True(() => Weights() is [(1, 10), (2, 1)]);

        Assert.Equal([(PlaneChangeKind.AddDestination, 10)], Applied());
    }

    [Theory]
    [InlineData("wlc")]
    [InlineData("mh")]
    public async Task One_that_is_drained_stays_at_0_without_a_moment_of_anything_else_and_comes_back_with_the_weight_that_was_said(string scheduler)
    {
        await GoAsync(scheduler);
        _ = await thread.RunAsync(() => drainer.Drain("192.0.2.1:80", "192.0.2.101", null, remove: false));
        await Eventually.True(() => Weights() is [(1, 0), (2, 1)]);
        _ = plane.TakeApplied();
        await SayAsync(10);
        await SayAsync(20);
        await GoAsync(scheduler, 6);
        controller.SetHealth(Key, false, "gone");
        controller.SetHealth(Key, true, null);
        await SettleAsync();

        Assert.DoesNotContain(Applied(), c => c.Weight != 0);
        Assert.Equal([(1, 0), (2, 1)], Weights());
        Assert.Equal(20, (await controller.GetStatesAsync())[0].RealServers[0].Drain!.Weight);
        await thread.RunAsync(() => drainer.Restore("192.0.2.1:80", "192.0.2.101"));
        await Eventually.True(() => Weights() is [(1, 20), (2, 1)]);
    }

    [Fact]
    public async Task What_others_make_of_it_is_put_right_and_where_that_is_only_told_the_next_word_holds_all_the_same()
    {
        await GoAsync("wlc");
        await SayAsync(10);
        await InterfereAsync(99);
        await Eventually.True(() => Weights() is [(1, 10), (2, 1)]);

        await thread.RunAsync(() => drift.SetPolicies(new IpvsSettings { Drift = IpvsDriftPolicy.Report }));
        await InterfereAsync(99);
        Assert.Equal([(1, 99), (2, 1)], Weights());
        await SayAsync(11);
        Assert.Equal([(1, 11), (2, 1)], Weights());
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state)
    {
    }

    void IServiceSink.OnPrepared(string instance)
    {
    }

    public void Dispose()
    {
        thread.Dispose();
        drift.Dispose();
        controller.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static CheckKey Key { get; } = new(ServiceKey.Of(Service("wlc", 5)), DestinationKey.Of(Service("wlc", 5).RealServers[0]), CheckId.Of(Service("wlc", 5).RealServers[0].Checks)[0]);

    private static VirtualServer Service(string scheduler, int weight) => new()
    {
        Address = IPAddress.Parse("192.0.2.1"),
        Port = 80,
        Scheduler = scheduler,
        RealServers =
        [
            new RealServer { Address = IPAddress.Parse("192.0.2.101"), Port = 80, Weight = weight, Checks = [new MiscCheck { Command = "true", DynamicWeight = true }] },
            new RealServer { Address = IPAddress.Parse("192.0.2.102"), Port = 80 },
        ],
    };

    private async Task GoAsync(string scheduler, int weight = 5)
    {
        VirtualServer service = Service(scheduler, weight);
        await controller.RequireAsync([service]);
        await controller.ConfigureAsync([service], new Dictionary<ServiceKey, string>(), _ => true);
    }

    private async Task SayAsync(int weight)
    {
        controller.SetWeight(Key, CheckWeight.Instead(weight));
        await SettleAsync();
    }

    // What is written is written behind what waits.
    private async Task SettleAsync()
    {
        for (int i = 0; i < 4; i++) await thread.RunAsync(() => { });
    }

    private async Task InterfereAsync(int weight)
    {
        PlaneService present = Assert.Single(plane.Read(null));
        PlaneDestination server = present.Destinations.First(d => d.Key == Key.Server);
        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.SetDestination, present, server with { Weight = weight }));
        await thread.RunAsync(() => drift.Confirm([present.Key]));
        await SettleAsync();
    }

    private IEnumerable<(PlaneChangeKind Kind, int Weight)> Applied() => [.. plane.TakeApplied().Where(c => c.Destination?.Key == Key.Server).Select(c => (c.Kind, c.Destination!.Weight))];

    private List<(int Host, int Weight)> Weights() =>
        [.. plane.Read(null).SelectMany(s => s.Destinations).Select(d => (d.Key.Address.GetAddressBytes()[3] - 100, d.Weight)).Order()];
}
