using System.Collections.Concurrent;
using HaTools.Engine.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>A reload that fails in the middle.</summary>
public sealed class FailedReloadTests
{
    private static readonly VrrpInstance Goes = TestHost.Instance(100, "10.9.0.100/24") with { Name = "VI_1", VirtualRouterId = 51 };
    private static readonly VrrpInstance Stays = TestHost.Instance(100, "10.9.0.101/24") with { Name = "VI_2", VirtualRouterId = 52 };

    [NamespaceFact]
    public Task While_an_instance_goes_it_ends_the_thread_without_an_address_left() => Fails("removed VI_1");

    [NamespaceFact]
    public Task While_an_instance_comes_it_ends_the_thread_without_an_address_left() => Fails("(VI_3) Entering BACKUP STATE (init)");

    private static async Task Fails(string at)
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        var sink = new Sink();
        await using VrrpHost host = await a.Namespace.Run(async () =>
        {
            var made = new VrrpHost(new VrrpHostOptions { NodeName = "test", Sink = sink, Realtime = false });
            await made.StartAsync(TestHost.Wrap(TestHost.Configuration(Goes, Stays)));
            return made;
        });
        await Eventually.True(() => a.Has("10.9.0.100/24") && a.Has("10.9.0.101/24"));

        VrrpInstance comes = TestHost.Instance(100, "10.9.0.102/24") with { Name = "VI_3", VirtualRouterId = 53 };
        sink.ThrowsAt = at;
        HaEngineException told = await Assert.ThrowsAsync<HaEngineException>(
            () => host.ReconfigureAsync(TestHost.Wrap(TestHost.Configuration(Stays, comes))));
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
