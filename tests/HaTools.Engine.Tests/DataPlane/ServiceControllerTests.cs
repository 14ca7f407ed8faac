using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>Services that are loaded only while this node is master, and mastership that changes at awkward moments.</summary>
public sealed class ServiceControllerTests : IServiceSink, IDisposable
{
    private static readonly VirtualServer Service = new()
    {
        Address = IPAddress.Parse("127.0.0.2"),
        Port = 80,
        RealServers = [new RealServer { Address = IPAddress.Parse("127.0.0.1"), Port = 80 }],
    };

    private static readonly Dictionary<ServiceKey, string> Gated = new() { [ServiceKey.Of(Service)] = "VI_1" };

    private readonly WorkThread thread = new("test-services");
    private readonly MemoryDataPlane plane = new();
    private readonly ServiceController controller;

    public ServiceControllerTests() => controller = new ServiceController(thread, () => plane, this);

    [Fact]
    public async Task A_master_whose_service_comes_to_be_gated_keeps_it_loaded()
    {
        await controller.RequireAsync([Service]);
        await controller.ConfigureAsync([Service], new Dictionary<ServiceKey, string>(), _ => true);
        await controller.ConfigureAsync([Service], Gated, _ => true);

        Assert.True(IsLoaded());
        Assert.Single(plane.TakeApplied(), c => c.Kind == PlaneChangeKind.AddService);
    }

    [Fact]
    public async Task An_instance_that_becomes_master_just_before_it_is_told_that_it_is_gated_gets_its_service()
    {
        await controller.RequireAsync([Service]);
        await controller.ConfigureAsync([Service], Gated, _ => false);
        Assert.False(IsLoaded());

        controller.Hold("VI_1");
        await Eventually.True(IsLoaded);
        controller.Release("VI_1");
        await Eventually.True(() => !IsLoaded());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mastership_that_changes_while_a_gate_is_made_is_not_missed(bool becomesMaster)
    {
        bool master = !becomesMaster, asked = false;
        await controller.RequireAsync([Service]);
        await controller.ConfigureAsync([Service], Gated, _ =>
        {
            if (asked) return master;

            // The VRRP thread acts between our question and our use of the answer.
            asked = true;
            master = becomesMaster;
            if (becomesMaster) controller.Hold("VI_1");
            else controller.Release("VI_1");
            return !becomesMaster;
        });
        await thread.RunAsync(() => { });

        Assert.Equal(becomesMaster, IsLoaded());
    }

    [Fact]
    public async Task A_plane_that_says_everything_twice_is_written_and_told_as_if_it_had_not()
    {
        using var repeating = new ServiceController(thread, () => new Repeating(plane), this);
        await repeating.RequireAsync([Service]);
        await repeating.ConfigureAsync([Service], new Dictionary<ServiceKey, string>(), _ => true);
        await repeating.ConfigureAsync([Service with { Scheduler = "rr" }], new Dictionary<ServiceKey, string>(), _ => true);

        IpvsServiceState state = Assert.Single(await repeating.GetStatesAsync());
        Assert.Equal((true, "rr", 1), (state.Loaded, state.Scheduler, Assert.Single(state.RealServers).Weight));
        Assert.Empty(await repeating.GetComplaintsAsync());

        await repeating.RemoveAllAsync();
        Assert.False(IsLoaded());
        Assert.Empty(await repeating.GetComplaintsAsync());
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
        controller.Dispose();
    }

    private bool IsLoaded() => plane.Read(null).Count == 1;

    /// <summary>Reads as the kernel does where others write between two parts of its answer.</summary>
    private sealed class Repeating(IDataPlane plane) : IDataPlane
    {
        public DataPlaneCapabilities Capabilities => plane.Capabilities;

        public IReadOnlyList<PlaneService> Read(IReadOnlySet<ServiceKey>? only) =>
        [
            .. plane.Read(only).SelectMany(s => Enumerable.Repeat(s with { Destinations = [.. s.Destinations, .. s.Destinations] }, 2)),
        ];

        public IReadOnlyList<PlaneFailure> Apply(IReadOnlyList<PlaneChange> changes) => plane.Apply(changes);

        public IpvsTimeouts ReadTimeouts() => plane.ReadTimeouts();

        public string? SetTimeouts(IpvsTimeouts timeouts) => plane.SetTimeouts(timeouts);

        public IReadOnlyList<PlaneSyncDaemon> ReadSyncDaemons() => plane.ReadSyncDaemons();

        public string? StartSyncDaemon(PlaneSyncDaemon daemon) => plane.StartSyncDaemon(daemon);

        public string? StopSyncDaemon(IpvsSyncRole role) => plane.StopSyncDaemon(role);

        public void Dispose() => plane.Dispose();
    }
}
