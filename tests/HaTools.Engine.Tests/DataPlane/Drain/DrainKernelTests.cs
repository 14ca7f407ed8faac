using HaTools.Engine.Control;

namespace HaTools.Engine.Tests.DataPlane.Drain;

/// <summary>What drains do to real TCP connections through a kernel's IPVS: clients behind the director, two servers before it, NAT between them.</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "I30")]
public sealed class DrainKernelTests
{
    [IpvsKernelFact]
    public async Task A_weight_change_and_a_drain_break_no_connection_and_the_drain_ends_with_the_last()
    {
        await using var lab = new DrainLab();
        HaNode node = await lab.StartAsync(lab.Configuration(1, 1));
        List<LabConnection> connections = [lab.Connect(), lab.Connect(), lab.Connect(), lab.Connect()];
        Assert.Equal((2, 2), (connections.Count(c => c.Server == 'a'), connections.Count(c => c.Server == 'b')));

        _ = await node.ApplyAsync(lab.Configuration(5, 1));
        Assert.All(connections, c => Assert.True(c.Echoes()));

        _ = await node.ApplyAsync(lab.Configuration(1, null));
        Assert.Equal((0, 2), lab.ServerB());
        connections.AddRange([lab.Connect(), lab.Connect()]);
        Assert.Equal(2, connections.Count(c => c.Server == 'b'));
        Assert.All(connections, c => Assert.True(c.Echoes()));

        LabConnection[] draining = [.. connections.Where(c => c.Server == 'b')];
        draining[0].Dispose();
        await lab.Stage.UntilAsync(() => Task.FromResult(lab.ServerB() == (0, 1)));
        Assert.True(draining[1].Echoes());
        draining[1].Dispose();
        await lab.Stage.UntilAsync(() => Task.FromResult(lab.ServerB() is null));
        Assert.All(connections.Except(draining), c => Assert.True(c.Echoes()));
        Assert.Contains(lab.Stage.Messages(node), m => m.StartsWith("Drained [10.9.0.3]:tcp:80 of VS [10.10.0.100]:tcp:80, and removed it: 0 active, ", StringComparison.Ordinal));
        connections.ForEach(c => c.Dispose());
    }

    [IpvsKernelFact]
    public async Task A_server_that_comes_back_during_its_drain_keeps_its_connections_and_gets_new_ones()
    {
        await using var lab = new DrainLab();
        HaNode node = await lab.StartAsync(lab.Configuration(1, 1));
        LabConnection[] connections = [lab.Connect(), lab.Connect()];
        _ = await node.ApplyAsync(lab.Configuration(1, null));
        Assert.Equal((0, 1), lab.ServerB());
        _ = await node.ApplyAsync(lab.Configuration(1, 1));
        Assert.Equal((1, 1), lab.ServerB());
        Assert.All(connections, c => Assert.True(c.Echoes()));
        Assert.Contains([lab.Connect(), lab.Connect()], c => c.Server == 'b');
    }

    [IpvsKernelTheory]
    [InlineData("0", "hang: expire_nodest_conn is 0")]
    [InlineData("1", "end at once: expire_nodest_conn is 1, and their next packet is reset")]
    public async Task At_the_deadline_what_is_left_hangs_or_ends_as_it_was_said(string expire, string said)
    {
        await using var lab = new DrainLab();
        HaNode node = await lab.StartAsync(lab.Configuration(1, 1, drain: 3, parameter: ("expire_nodest_conn", expire)));
        LabConnection[] connections = [lab.Connect(), lab.Connect()];
        LabConnection left = connections.Single(c => c.Server == 'b');
        _ = await node.ApplyAsync(lab.Configuration(1, null, drain: 3, parameter: ("expire_nodest_conn", expire)));
        Assert.True(left.Echoes());
        Assert.Contains(lab.Stage.Messages(node), m => m.StartsWith("Draining [10.9.0.3]", StringComparison.Ordinal) && m.Contains(said, StringComparison.Ordinal));
        await lab.Stage.UntilAsync(() => Task.FromResult(lab.ServerB() is null));
        Assert.Contains(lab.Stage.Messages(node), m => m.StartsWith("The time to drain [10.9.0.3]", StringComparison.Ordinal) && m.Contains("1 active", StringComparison.Ordinal));
        Assert.True(connections.Single(c => c.Server == 'a').Echoes());

        left.Send();
        if (expire == "1")
        {
            Assert.True(left.IsReset());
            return;
        }

        // In silence: and when the server comes back in time, it goes on.
        Assert.False(left.HasAnswer(TimeSpan.FromSeconds(1)));
        _ = await node.ApplyAsync(lab.Configuration(1, 1, drain: 3, parameter: ("expire_nodest_conn", expire)));
        Assert.True(left.HasAnswer(TimeSpan.FromSeconds(30)));
    }

    [IpvsKernelTheory]
    [InlineData("0", "expire_quiescent_template is 0, and the drain waits for them")]
    [InlineData("1", "are scheduled anew: expire_quiescent_template is 1")]
    public async Task Persistent_clients_keep_coming_or_do_not_as_it_was_said(string expire, string said)
    {
        await using var lab = new DrainLab();
        HaConfiguration both = lab.Configuration(1, 1, parameter: ("expire_quiescent_template", expire), persistence: 300);
        HaNode node = await lab.StartAsync(both);
        LabConnection first = lab.Connect();
        string server = first.Server == 'a' ? "10.9.0.2" : "10.9.0.3";
        IReadOnlyList<string> meaning = await ((IControlledNode)node).DrainAsync("10.10.0.100:80", server, null, remove: false);
        Assert.Contains(meaning, m => m.Contains(said, StringComparison.Ordinal));
        await lab.Stage.UntilAsync(() => Task.FromResult(lab.Weights().ContainsValue(0)));

        LabConnection second = lab.Connect();
        Assert.Equal(expire == "0", second.Server == first.Server);
        Assert.True(first.Echoes());
        first.Dispose();
        second.Dispose();
        if (expire == "1")
        {
            await lab.Stage.UntilAsync(async () => (await State(node, server)).Drain?.Phase == IpvsDrainPhase.Drained);
            return;
        }

        // Nothing is active, and yet it is not over: the client may come back.
        await lab.Stage.UntilAsync(async () => await State(node, server) is { ActiveConnections: 0, Drain.PersistentClients: 1 });
        for (int i = 0; i < 30; i++)
        {
            Assert.Equal(IpvsDrainPhase.Draining, (await State(node, server)).Drain!.Phase);
            await Task.Delay(100);
        }
    }

    [IpvsKernelTheory]
    [InlineData("0", "in spite of the weight, until the former connection is forgotten: conn_reuse_mode is 0")]
    [InlineData("1", "after its connection has ended is scheduled anew: conn_reuse_mode is 1")]
    public async Task A_port_that_is_used_again_finds_the_server_or_does_not_as_it_was_said(string mode, string said)
    {
        await using var lab = new DrainLab();
        HaNode node = await lab.StartAsync(lab.Configuration(1, 1, parameter: ("conn_reuse_mode", mode)));
        const int port = 40_000;
        LabConnection first = lab.Connect(port);
        IReadOnlyList<string> meaning = await ((IControlledNode)node).DrainAsync("10.10.0.100:80", first.Server == 'a' ? "10.9.0.2" : "10.9.0.3", null, remove: false);
        Assert.Contains(meaning, m => m.Contains(said, StringComparison.Ordinal));
        await lab.Stage.UntilAsync(() => Task.FromResult(lab.Weights().ContainsValue(0)));
        first.Abort();
        LabConnection second = lab.Connect(port);
        Assert.Equal(mode == "0", second.Server == first.Server);
    }

    private static async Task<IpvsRealServerState> State(HaNode node, string server) =>
        (await node.GetStatusAsync()).Services[0].RealServers.Single(r => r.Id == $"{server}:80");
}
