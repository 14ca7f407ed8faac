using System.Net;

namespace HaTools.Engine.Tests.Node;

/// <summary>A node whose check is a program, and a data plane in memory.</summary>
public sealed class HaNodeMiscTests
{
    [Fact]
    public async Task Its_exit_status_decides_whether_a_server_is_there_and_with_which_weight()
    {
        await using var stage = new NodeStage();
        string status = Path.Combine(stage.RunDirectory, "status");
        await SayAsync(status, "12");
        HaConfiguration wanted = Configuration($"sh -c 'exit $(cat {status})'");
        await using HaNode node = await stage.StartAsync(wanted);
        await stage.UntilAsync(() => Task.FromResult(Weights(stage) is [10]));
        IpvsRealServerState server = (await node.GetStatusAsync()).Services[0].RealServers[0];
        IpvsCheckState check = Assert.Single(server.Checks);
        Assert.Equal((10, "misc", 5L, 10L), (server.Weight, check.Type, check.WeightChange, (await node.GetStatusAsync()).Services[0].AliveWeight));

        _ = stage.Plane.TakeApplied();
        await SayAsync(status, "22");
        await stage.UntilAsync(() => Task.FromResult(Weights(stage) is [20]));
        Assert.Equal("SetDestination", Assert.Single(stage.Plane.TakeApplied()).Kind.ToString());
        _ = await stage.UntilEventAsync(node, "Changing weight from 10 to 20 for active service [127.0.0.1]:tcp:80 of VS [127.0.0.2]:tcp:80");

        // A reload that takes the weights away leaves the configured one.
        _ = await node.ApplyAsync(Configuration("true"));
        await stage.UntilAsync(() => Task.FromResult(Weights(stage) is [5]));
        _ = await node.ApplyAsync(wanted);
        await stage.UntilAsync(() => Task.FromResult(Weights(stage) is [20]));

        await SayAsync(status, "1");
        await stage.UntilAsync(() => Task.FromResult(Weights(stage) is []));
        Assert.Equal("exit 1", (await node.GetStatusAsync()).Services[0].RealServers[0].Reason);
        Assert.Contains(stage.Messages(node), m => m == $"Misc check for [[127.0.0.1]:tcp:80 VS [127.0.0.2]:tcp:80] by [sh -c 'exit $(cat {status})'] failed.");
        await SayAsync(status, "0");
        await stage.UntilAsync(() => Task.FromResult(Weights(stage) is [5]));
    }

    [Fact]
    public async Task One_whose_user_is_not_there_is_refused_before_anything_is_changed()
    {
        await using var stage = new NodeStage();
        HaConfiguration wanted = Configuration("true");
        VirtualServer service = wanted.VirtualServers[0];
        RealServer server = service.RealServers[0] with { Checks = [new MiscCheck { Command = "true", User = "no-such-user" }] };
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => stage.StartAsync(wanted with { VirtualServers = [service with { RealServers = [server] }] }));

        Assert.StartsWith("MISC_CHECK true: there is no user 'no-such-user' on this host", e.Message, StringComparison.Ordinal);
        Assert.Empty(stage.Plane.TakeApplied());
    }

    private static HaConfiguration Configuration(string command) => new()
    {
        VirtualServers =
        [
            new VirtualServer
            {
                Address = IPAddress.Parse("127.0.0.2"),
                Port = 80,
                DelayLoop = TimeSpan.FromMilliseconds(100),
                RealServers =
                [
                    new RealServer
                    {
                        Address = IPAddress.Parse("127.0.0.1"),
                        Port = 80,
                        Weight = 5,
                        Checks = [new MiscCheck { Command = command, DynamicWeight = command != "true", Timeout = TimeSpan.FromMinutes(1), Warmup = TimeSpan.Zero }],
                    },
                ],
            },
        ],
        ScriptUser = Environment.UserName,
    };

    // As a whole at once, so that no run finds it empty.
    private static async Task SayAsync(string path, string status)
    {
        await File.WriteAllTextAsync(path + ".new", status);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static int[] Weights(NodeStage stage) => [.. stage.Plane.Read(null).SelectMany(s => s.Destinations).Select(d => d.Weight)];
}
