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

    private static readonly Func<ServiceMemory> NoMemory = () => new ServiceMemory(null, "n");

    private readonly WorkThread thread = new("test-services");
    private readonly MemoryDataPlane plane = new();
    private readonly ServiceController controller;
    private readonly List<string> prepared = [];

    public ServiceControllerTests() => controller = new ServiceController(thread, () => plane, this, NoMemory());

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
        using var repeating = new ServiceController(thread, () => new Repeating(plane), this, NoMemory());
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

    [Fact]
    public async Task What_a_new_configuration_leaves_as_it_is_is_not_even_read()
    {
        VirtualServer[] all = [.. Enumerable.Range(1, 1000).Select(p => Service with { Port = p })];
        await controller.RequireAsync(all);
        await controller.ConfigureAsync(all, new Dictionary<ServiceKey, string>(), _ => true);
        Assert.Equal(1000, plane.Read(null).Count);
        Assert.Equal(2000, plane.TakeApplied().Count);
        int before = plane.ReadKeys;

        all[500] = all[500] with { Scheduler = "rr" };
        await controller.ConfigureAsync(all, new Dictionary<ServiceKey, string>(), _ => true);

        Assert.Equal(["SetService tcp 127.0.0.2:501"], plane.TakeApplied().Select(c => c.ToString()));
        Assert.Equal(2, plane.ReadKeys - before);
    }

    [Fact]
    public async Task The_services_of_a_new_master_do_not_wait_for_all_others()
    {
        VirtualServer[] all = [.. Enumerable.Range(1, 1000).Select(p => Service with { Port = p })];
        var last = ServiceKey.Of(all[^1]);
        await controller.RequireAsync(all);
        bool asked = false;
        plane.Before = _ =>
        {
            // The VRRP thread asks while the first of all are being written.
            if (asked) return;
            asked = true;
            Assert.False(controller.Prepare("VI_1"));
        };
        await controller.ConfigureAsync(all, new Dictionary<ServiceKey, string> { [last] = "VI_1" }, _ => false);

        PlaneChange[] added = [.. plane.TakeApplied().Where(c => c.Kind == PlaneChangeKind.AddService)];
        Assert.Equal(1000, added.Length);
        Assert.InRange(Array.FindIndex(added, c => c.Service.Key == last), 1, 500);
        Assert.Equal(["VI_1"], prepared);
        Assert.True(controller.Prepare("VI_1"));
    }

    [Fact]
    public async Task A_duty_has_the_last_word_and_is_asked_again_when_it_says_so()
    {
        var duty = new Holding();
        using var others = new ServiceController(thread, () => plane, this, NoMemory(), duty);
        await others.RequireAsync([Service]);
        await others.ConfigureAsync([Service], new Dictionary<ServiceKey, string>(), _ => true);
        await others.RemoveAllAsync();

        Assert.Equal([0], Assert.Single(plane.Read(null)).Destinations.Select(d => d.Weight));
        Assert.Equal([(1, true), (0, true)], duty.Settled);

        await thread.RunAsync(duty.LetGo);
        await thread.RunAsync(() => { });
        Assert.False(IsLoaded());
        Assert.Equal((-1, true), duty.Settled[^1]);
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state)
    {
    }

    void IServiceSink.OnPrepared(string instance) => prepared.Add(instance);

    public void Dispose()
    {
        thread.Dispose();
        controller.Dispose();
    }

    private bool IsLoaded() => plane.Read(null).Count == 1;

    /// <summary>Keeps what is removed, at weight 0.</summary>
    private sealed class Holding : IServiceDuty
    {
        private IServiceHost? host;
        private bool holds = true;

        public List<(int Weight, bool IsReached)> Settled { get; } = [];

        public void Begin(IServiceHost controller) => host = controller;

        public PlaneService? Shape(ServiceKey key, ManagedService? configured, PlaneService? desired, PlaneService? present) =>
            configured is null && holds && present is not null
                ? present with { Destinations = [.. present.Destinations.Select(d => d with { Weight = 0 })] }
                : desired;

        public void OnSettled(ServiceKey key, PlaneService? desired, bool isReached) => Settled.Add((desired?.Destinations[0].Weight ?? -1, isReached));

        public void LetGo()
        {
            holds = false;
            host!.Touch(ServiceKey.Of(Service));
        }
    }

    /// <summary>Reads as the kernel does where others write between two parts of its answer.</summary>
    private sealed class Repeating(IDataPlane plane) : IDataPlane
    {
        public DataPlaneCapabilities Capabilities => plane.Capabilities;

        public bool ReenteringKeepsConnections => plane.ReenteringKeepsConnections;

        public IReadOnlyList<PlaneService> Read(IReadOnlyCollection<ServiceKey>? only) =>
        [
            .. plane.Read(only).SelectMany(s => Enumerable.Repeat(s with { Destinations = [.. s.Destinations, .. s.Destinations] }, 2)),
        ];

        public void Glance(ITableGlance into) => plane.Glance(into);

        public IReadOnlyList<PlaneFailure> Apply(IReadOnlyList<PlaneChange> changes) => plane.Apply(changes);

        public IpvsTimeouts ReadTimeouts() => plane.ReadTimeouts();

        public string? SetTimeouts(IpvsTimeouts timeouts) => plane.SetTimeouts(timeouts);

        public string? RequireParameter(IpvsParameter parameter) => plane.RequireParameter(parameter);

        public string? ReadParameter(IpvsParameter parameter) => plane.ReadParameter(parameter);

        public string? SetParameter(IpvsParameter parameter, string value) => plane.SetParameter(parameter, value);

        public IReadOnlyList<PlaneSyncDaemon> ReadSyncDaemons() => plane.ReadSyncDaemons();

        public string? StartSyncDaemon(PlaneSyncDaemon daemon) => plane.StartSyncDaemon(daemon);

        public string? StopSyncDaemon(IpvsSyncRole role) => plane.StopSyncDaemon(role);

        public void Dispose() => plane.Dispose();
    }
}
