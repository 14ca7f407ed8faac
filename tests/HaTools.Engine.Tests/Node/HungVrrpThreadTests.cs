using HaTools.Configuration;
using HaTools.Engine.Control;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>A node whose VRRP thread does not come back from something.</summary>
public sealed class HungVrrpThreadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [NamespaceFact]
    public async Task A_thread_that_spins_ends_the_node_and_whoever_waits_for_it_hears_so()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        HaConfiguration configuration = TestHost.Configuration(TestHost.Instance(150));
        HaNode node = await stage.StartAsync(network.Nodes[0], configuration);
        await using NodeClient asks = await NodeClient.ConnectAsync(node.Name, stage.RunDirectory);
        await using NodeClient changes = await NodeClient.ConnectAsync(node.Name, stage.RunDirectory);
        await Eventually.True(() => network.Nodes[0].Has("10.9.0.100/24"));
        int generation = (await changes.GetNumberedConfigurationAsync()).Generation;
        using var end = new Spin();

        node.Vrrp!.Post(new VrrpHostNotice(_ => end.Wait()));
        Task<HaNodeStatus> status = asks.GetStatusAsync();
        HaConfiguration wanted = TestHost.Configuration(TestHost.Instance(140));
        Task<PlanReply> apply = changes.ApplyAsync(new ConfigurationText(HaConfigurationWriter.WriteYaml(wanted), ConfigurationText.Yaml), generation);

        HaEngineException told = await Assert.ThrowsAsync<HaEngineException>(() => node.Completion.WaitAsync(Patience));
        Assert.StartsWith($"the VRRP thread hangs: it has done nothing for {VrrpWatch.Looks} s that was due (it runs; it had ", told.Message, StringComparison.Ordinal);
        Assert.Contains($"Node {node.Name} cannot go on: {told.Message}", stage.Messages(node));
        _ = await Assert.ThrowsAsync<NodeControlException>(() => status);
        _ = await Assert.ThrowsAsync<NodeControlException>(() => apply);
        _ = await Assert.ThrowsAsync<HaEngineException>(() => node.StopAsync());

        // Should it come back some day, it takes its leave.
        end.Dispose();
        await Eventually.True(() => !network.Nodes[0].Has("10.9.0.100/24"));
    }

    [NamespaceFact]
    public async Task A_stop_of_a_node_whose_thread_sleeps_ends_with_that_error()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        HaNode node = await stage.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Instance(150)));
        using var end = new ManualResetEventSlim();

        node.Vrrp!.Post(new VrrpHostNotice(_ => end.Wait()));
        HaEngineException told = await Assert.ThrowsAsync<HaEngineException>(() => node.StopAsync().WaitAsync(Patience));

        Assert.Contains("giving up the virtual addresses: the VRRP thread hangs", told.Message, StringComparison.Ordinal);
        Assert.Contains("it sleeps", told.Message, StringComparison.Ordinal);
        _ = await Assert.ThrowsAsync<HaEngineException>(() => node.Completion);
        end.Set();
    }

    private sealed class Spin : IDisposable
    {
        private volatile bool ended;

        public void Wait()
        {
            while (!ended) Thread.SpinWait(1000);
        }

        public void Dispose() => ended = true;
    }
}
