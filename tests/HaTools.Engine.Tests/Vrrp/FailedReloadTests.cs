using System.Collections.Concurrent;
using HaTools.Engine.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>A reload that fails in the middle.</summary>
public sealed class FailedReloadTests
{
    private static readonly VrrpInstance Goes = TestHost.Instance(100, "10.9.0.100/24") with { Name = "VI_1", VirtualRouterId = 51 };
    private static readonly VrrpInstance Stays = TestHost.Instance(100, "10.9.0.101/24") with { Name = "VI_2", VirtualRouterId = 52 };
    private static readonly VrrpInstance Comes = TestHost.Instance(100, "10.9.0.102/24") with { Name = "VI_3", VirtualRouterId = 53 };

    [NamespaceFact]
    public Task While_an_instance_goes_it_ends_the_thread_without_an_address_left() => Fails("removed VI_1");

    [NamespaceFact]
    public Task While_an_instance_comes_it_ends_the_thread_without_an_address_left() => Fails("(VI_3) Entering BACKUP STATE (init)");

    [NamespaceFact]
    public Task Between_the_router_and_the_host_it_ends_the_thread_as_well_where_there_are_fewer_instances() => FailsBetween(Stays);

    [NamespaceFact]
    public Task Between_the_router_and_the_host_it_ends_the_thread_as_well_where_there_are_more_instances() =>
        FailsBetween(Comes, Comes with { Name = "VI_4", VirtualRouterId = 54, VirtualAddresses = [TestHost.Address("10.9.0.103/24")] }, Stays);

    /// <summary>The router's numbers are those of the next plan already: what is said and taken away last must be by these.</summary>
    private static async Task FailsBetween(params VrrpInstance[] next)
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        var sink = new Sink();
        await using VrrpHost host = await StartAsync(a, sink);

        // No reader makes such a list. The host alone looks at it, once the router has gone over.
        HaConfiguration unreadable = TestHost.Configuration(next) with { InterfaceDelays = [null!] };
        HaEngineException told = await Assert.ThrowsAsync<HaEngineException>(() => host.ReconfigureAsync(TestHost.Wrap(unreadable)));
        Assert.IsType<NullReferenceException>(told.InnerException);

        await Assert.ThrowsAsync<NullReferenceException>(() => host.Completion.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.False(a.Has("10.9.0.100/24") || a.Has("10.9.0.101/24"), string.Join('\n', sink.Callbacks));
        Assert.Equal(
            ["(VI_1) sent 0 priority", "(VI_2) sent 0 priority"], sink.Callbacks.Where(c => c.EndsWith("sent 0 priority", StringComparison.Ordinal)));
        Assert.Single(sink.Callbacks, "removed VI_2");
    }

    private static async Task<VrrpHost> StartAsync(TestNode node, Sink sink)
    {
        VrrpHost host = await node.Namespace.Run(async () =>
        {
            var made = new VrrpHost(new VrrpHostOptions { NodeName = "test", Sink = sink, Realtime = false });
            await made.StartAsync(TestHost.Wrap(TestHost.Configuration(Goes, Stays)));
            return made;
        });
        await Eventually.True(() => node.Has("10.9.0.100/24") && node.Has("10.9.0.101/24"));
        return host;
    }

    private static async Task Fails(string at)
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        var sink = new Sink();
        await using VrrpHost host = await StartAsync(a, sink);

        sink.ThrowsAt = at;
        HaEngineException told = await Assert.ThrowsAsync<HaEngineException>(
            () => host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(Stays, Comes))));
        Assert.Equal($"The VRRP thread ends, because it failed halfway between two configurations: at {at}", told.Message);

        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Completion.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal($"at {at}", fault.Message);
        Assert.Contains("removed VI_2", sink.Callbacks);
        Assert.False(a.Has("10.9.0.100/24") || a.Has("10.9.0.101/24") || a.Has("10.9.0.102/24"));
        await Assert.ThrowsAsync<HaEngineException>(host.GetStatesAsync);
    }

    /// <summary>Stands for what nobody thought of.</summary>
    private sealed class Sink : IVrrpHostSink
    {
        public ConcurrentQueue<string> Callbacks { get; } = new();

        public string? ThrowsAt { get; set; }

        public void Raise(in VrrpHostEvent happened) => Hear(happened.Message);

        public void AddressesAdded(string instance) => Hear($"added {instance}");

        public void AddressesRemoved(string instance) => Hear($"removed {instance}");

        private void Hear(string what)
        {
            Callbacks.Enqueue(what);
            if (what != ThrowsAt) return;
            ThrowsAt = null;
            throw new InvalidOperationException($"at {what}");
        }
    }
}
