using HaTools.Engine.Tests.Vrrp;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>What a status says of a group and of its members is of one moment.</summary>
public sealed class StatusMomentTests
{
    [NamespaceFact]
    public async Task A_group_and_its_members_agree_in_every_status()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        string path = stage.NewFlag("number");
        VrrpInstance first = TestHost.Instance(255) with { InitialState = VrrpInitialState.Master };
        HaConfiguration configuration = new()
        {
            Files = [new FileTracker { Name = "number", Path = path }],
            VrrpInstances = [first, first with { Name = "VI_2", VirtualRouterId = 52, VirtualAddresses = [TestHost.Address("10.9.0.101/24")] }],
            SyncGroups = [new VrrpSyncGroup { Name = "G", Members = ["VI_1", "VI_2"], TrackFiles = [new Tracked("number")] }],
        };
        await using HaNode node = await stage.StartAsync(network.Nodes[0], configuration);
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).SyncGroups[0].State == VrrpStateKind.Master);
        using var enough = new CancellationTokenSource();
        var tracker = new TrackerKey(TrackerKind.File, "number");
        Task flipping = Task.Run(() =>
        {
            for (int i = 0; !enough.IsCancellationRequested; i++)
            {
                node.Vrrp!.SetTracker(tracker, TrackerReading.Of((long)(i % 2)));
                Thread.SpinWait(20_000);
            }
        });
        HashSet<VrrpStateKind> seen = [];
        for (int i = 0; i < 300; i++)
        {
            HaNodeStatus status = await node.GetStatusAsync();
            Assert.All(status.Instances, s => Assert.Equal(status.SyncGroups[0].State, s.State));
            _ = seen.Add(status.SyncGroups[0].State);
        }

        await enough.CancelAsync();
        await flipping;
        Assert.True(seen.Count > 1, "it was seen in one state alone");
    }
}
