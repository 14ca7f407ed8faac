using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using HaTools.Engine.Vrrp;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>A VRRP host inside a node of the test's network, and all that it said.</summary>
internal sealed class TestHost : IVrrpHostSink, IAsyncDisposable
{
    private readonly ConcurrentQueue<VrrpHostEvent> events = new();
    private readonly ConcurrentQueue<string> callbacks = new();
    private volatile bool isHanging;

    private TestHost(IMastershipGate? gate, FaultyRoutes? routes) => Host = new VrrpHost(new VrrpHostOptions
    {
        NodeName = "test",
        Sink = this,
        Gate = gate,
        OpenRoutes = routes is null ? RouteClient.Open : routes.Open,
    });

    public VrrpHost Host { get; }

    public IEnumerable<string> Messages => events.Select(e => e.Message);

    public IEnumerable<VrrpHostEvent> Events => events;

    public IEnumerable<string> Callbacks => callbacks;

    public static Task<TestHost> StartAsync(
        TestNode node, HaConfiguration configuration, bool park = false, IMastershipGate? gate = null, FaultyRoutes? routes = null) =>
        node.Namespace.Run(() => StartHereAsync(configuration, park, gate, routes));

    /// <summary>In the namespaces of the calling thread.</summary>
    public static async Task<TestHost> StartHereAsync(
        HaConfiguration configuration, bool park = false, IMastershipGate? gate = null, FaultyRoutes? routes = null)
    {
        var host = new TestHost(gate, routes);
        await host.Host.StartAsync(Wrap(configuration, park, gate is not null));
        return host;
    }

    public static VrrpHostConfiguration Wrap(HaConfiguration configuration, bool park = false, bool gated = false)
    {
        HashSet<string> all = [.. configuration.VrrpInstances.Select(i => i.Name)];
        return new VrrpHostConfiguration(configuration, gated ? all : [], park ? all : []);
    }

    /// <summary>A master that a busy host gives no processor for three of these listens first, as it must, and its test is about something else.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(300);

    /// <summary>VI_1 on eth0, version 3, <see cref="Interval"/>; the address is 10.9.0.100/24 unless others are given.</summary>
    public static VrrpInstance Instance(int priority, params string[] addresses) => new()
    {
        Name = "VI_1",
        Interface = "eth0",
        VirtualRouterId = 51,
        Priority = priority,
        AdvertisementInterval = Interval,
        VirtualAddresses = [.. (addresses.Length == 0 ? ["10.9.0.100/24"] : addresses).Select(Address)],
    };

    /// <summary>Where changes of mastership are counted: the host may stall for a second or two, and nothing changes by that.</summary>
    public static VrrpInstance Unhurried(int priority, params string[] addresses) =>
        Instance(priority, addresses) with { AdvertisementInterval = TimeSpan.FromSeconds(1) };

    public static VirtualAddress Address(string text)
    {
        string[] parts = text.Split('/');
        return new VirtualAddress { Address = IPAddress.Parse(parts[0]), PrefixLength = int.Parse(parts[1], CultureInfo.InvariantCulture) };
    }

    public static HaConfiguration Configuration(params VrrpInstance[] instances) => new() { VrrpInstances = [.. instances] };

    public async Task<VrrpState> StateAsync(string name = "VI_1") => (await Host.GetStatesAsync()).Single(s => s.Name == name);

    public Task Becomes(VrrpStateKind state, string name = "VI_1") =>
        Eventually.True(
            () => StateAsync(name).GetAwaiter().GetResult().State == state,
            () => $"not {state}; it said:\n{string.Join('\n', Messages)}");

    /// <summary>While set, the VRRP thread stands still in its next event, as if it hung.</summary>
    public ManualResetEventSlim? Hang { get; set; }

    /// <summary>Whether it has begun to stand still.</summary>
    public bool IsHanging => isHanging;

    public void Raise(in VrrpHostEvent happened)
    {
        events.Enqueue(happened);
        if (Hang is not { } hang) return;
        isHanging = true;
        hang.Wait();
    }

    public void AddressesAdded(string instance) => callbacks.Enqueue($"added {instance}");

    public void AddressesRemoved(string instance) => callbacks.Enqueue($"removed {instance}");

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
