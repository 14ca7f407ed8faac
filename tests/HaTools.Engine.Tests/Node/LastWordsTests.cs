using HaTools.Engine.Logging;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>Whoever hears that a node has ended closes the log: nothing is written to it after that.</summary>
public sealed class LastWordsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [NamespaceFact]
    public async Task A_node_that_cannot_go_on_has_written_why_and_what_it_leaves_when_it_ends()
    {
        using var network = new TestNetwork(1);
        var log = new SlowLog();
        await using var stage = new NodeStage { Log = log };
        HaNode node = await stage.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Instance(150)));

        node.Vrrp!.Post(new VrrpHostNotice(_ => throw new InvalidOperationException("a test")));
        _ = await Assert.ThrowsAsync<InvalidOperationException>(() => node.Completion.WaitAsync(Patience));

        string[] lines = log.Lines;
        Assert.Contains($"Node {node.Name} cannot go on: a test", lines);
        Assert.Contains($"node {node.Name} has stopped, but: giving up the virtual addresses: a test", lines);
        _ = await Assert.ThrowsAsync<HaEngineException>(() => node.StopAsync());
        Assert.Equal(lines, log.Lines);
    }

    [NamespaceFact]
    public async Task A_part_that_fails_while_the_node_is_stopped_is_told_before_the_end()
    {
        using var network = new TestNetwork(1);
        var log = new SlowLog();
        await using var stage = new NodeStage { Log = log };
        HaNode node = await stage.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Instance(150)));
        using var go = new ManualResetEventSlim();
        node.Vrrp!.Post(new VrrpHostNotice(_ =>
        {
            go.Wait();
            throw new InvalidOperationException("a test");
        }));

        Task stop = node.StopAsync();
        await Eventually.True(() => log.Lines.Contains($"Stopping node {node.Name}"));
        go.Set();
        _ = await Assert.ThrowsAsync<HaEngineException>(() => stop.WaitAsync(Patience));

        string[] lines = log.Lines;
        int told = Array.IndexOf(lines, $"Node {node.Name} cannot go on: a test");
        Assert.True(told >= 0 && told < Array.IndexOf(lines, $"Stopped node {node.Name}"), string.Join('\n', lines));
        Assert.Contains($"node {node.Name} has stopped, but: giving up the virtual addresses: a test", lines);
        _ = await Assert.ThrowsAsync<InvalidOperationException>(() => node.Completion);
        Assert.Equal(lines, log.Lines);
    }

    /// <summary>Takes its time over what is said of a failure: who does not wait for that line has ended before it is there.</summary>
    private sealed class SlowLog : INodeLog
    {
        private readonly List<string> lines = [];

        public string[] Lines
        {
            get
            {
                lock (lines) return [.. lines];
            }
        }

        public void Write(DateTimeOffset time, string message)
        {
            if (message.Contains("cannot go on:", StringComparison.Ordinal) || message.Contains("has stopped, but", StringComparison.Ordinal)) Thread.Sleep(300);
            lock (lines) lines.Add(message);
        }
    }
}
