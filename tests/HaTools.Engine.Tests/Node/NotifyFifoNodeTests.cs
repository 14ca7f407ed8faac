using System.Diagnostics;
using System.Net;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>Notify FIFOs of a whole node.</summary>
public sealed class NotifyFifoNodeTests : IDisposable
{
    private readonly NodeStage stage = new();
    private readonly List<Process> started = [];

    private string Pipe => Path.Combine(stage.RunDirectory, "fifo");

    [NamespaceFact]
    public async Task A_fifo_that_a_reload_brings_is_told_what_is_there_already_and_follows_an_instance_under_another_name()
    {
        using var network = new TestNetwork(1);
        await using HaNode node = await stage.StartAsync(network.Nodes[0], Named("OLD", null));
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Instances[0].State == VrrpStateKind.Master);

        _ = await node.ApplyAsync(Named("OLD", Pipe));
        string read = Read(Pipe);
        await Until(read, "INSTANCE \"OLD\" MASTER 150\n");
        _ = await node.ApplyAsync(Named("NEW", Pipe));
        const string renamed = "INSTANCE \"OLD\" MASTER 150\nINSTANCE \"NEW\" MASTER 150\n";
        await Until(read, renamed);
        HaNotifyFifoState state = Assert.Single((await node.GetStatusAsync()).NotifyFifos);
        Assert.Equal(("notify_fifo", Pipe, true, 2L, 0L, null), (state.Keyword, state.Path, state.Connected, state.Written, state.Dropped, state.ScriptRuns));

        // One that cannot run leaves the reader alone, and nothing behind.
        string other = Path.Combine(stage.RunDirectory, "other");
        HaConfiguration failing = Named("NEW", Pipe) with { VrrpNotifyFifo = new NotifyFifo(other) };
        _ = await Assert.ThrowsAsync<HaEngineException>(
            () => node.ApplyAsync(failing with { VrrpInstances = [.. failing.VrrpInstances, TestHost.Instance(100) with { Name = "X", VirtualRouterId = 9, Interface = "nowhere0" }] }));
        await stage.UntilAsync(() => Task.FromResult(!File.Exists(other)));

        // What a reload leaves as it is is written again where that is asked for.
        HaConfiguration again = Named("NEW", Pipe) with { NotifyStatesOnReload = true };
        _ = await node.ApplyAsync(again);
        await Until(read, renamed + "INSTANCE \"NEW\" MASTER 150\n");
        _ = await node.ApplyAsync(again);
        await Until(read, renamed + "INSTANCE \"NEW\" MASTER 150\nINSTANCE \"NEW\" MASTER 150\n");

        await node.StopAsync();
        await Until(read, renamed + "INSTANCE \"NEW\" MASTER 150\nINSTANCE \"NEW\" MASTER 150\nINSTANCE \"NEW\" STOP 150\n");
        Assert.False(File.Exists(Pipe));
    }

    [Fact]
    public async Task Services_without_scripts_are_told_of_from_the_start_and_by_one_that_a_reload_brings()
    {
        HaConfiguration configuration = new()
        {
            ScriptUser = "root|nobody",
            IpvsNotifyFifo = new NotifyFifo(Pipe),
            VirtualServers =
            [
                new VirtualServer
                {
                    Address = IPAddress.Parse("127.0.0.2"),
                    Port = 80,
                    RealServers = [new RealServer { Address = IPAddress.Parse("127.0.0.9"), Port = 9 }],
                },
            ],
        };
        await using HaNode node = await stage.StartAsync(configuration);
        const string all = "RS [127.0.0.9]:tcp:9 [127.0.0.2]:tcp:80 UP\nVS [127.0.0.2]:tcp:80 UP\n";
        await Until(Read(Pipe), all);
        string other = Path.Combine(stage.RunDirectory, "other");
        _ = await node.ApplyAsync(configuration with { IpvsNotifyFifo = null });
        _ = await node.ApplyAsync(configuration with { IpvsNotifyFifo = new NotifyFifo(other) });
        string read = Read(other);
        await Until(read, all);
        _ = await node.ApplyAsync(configuration with { IpvsNotifyFifo = new NotifyFifo(other), VirtualServers = [] });
        await Until(read, all + "RS [127.0.0.9]:tcp:9 [127.0.0.2]:tcp:80 DOWN\nVS [127.0.0.2]:tcp:80 DOWN\n");
    }

    public void Dispose()
    {
        foreach (Process one in started)
        {
            one.Kill();
            one.WaitForExit();
            one.Dispose();
        }

        stage.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static HaConfiguration Named(string name, string? fifo) => new()
    {
        ScriptUser = "root",
        NotifyFifo = fifo is null ? null : new NotifyFifo(fifo),
        VrrpInstances = [TestHost.Instance(150) with { Name = name }],
    };

    private string Read(string path)
    {
        string into = Path.Combine(stage.RunDirectory, $"read{started.Count}");
        started.Add(Process.Start("/bin/sh", ["-c", "exec cat \"$1\" > \"$2\"", "sh", path, into]));
        return into;
    }

    private static Task Until(string file, string text) => Eventually.True(
        () => File.Exists(file) && File.ReadAllText(file) == text, () => $"expected:\n{text}\nfound:\n{(File.Exists(file) ? File.ReadAllText(file) : "")}");
}
