using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Names;
using HaTools.Engine.Tests.Names;

namespace HaTools.Engine.Tests.Node;

/// <summary>A node whose real servers come from names, with a data plane in memory.</summary>
public sealed class HaNodeNamesTests
{
    [Fact]
    public async Task The_table_follows_the_name_and_what_stays_is_untouched()
    {
        await using var stage = new NodeStage();
        using var names = new TestNameServer();
        names.Has("app.example", "127.0.0.11", "127.0.0.12");
        var fixedOne = new RealServer { Address = IPAddress.Parse("127.0.0.30"), Port = 80, Weight = 9 };
        await using HaNode node = await stage.StartAsync(Configuration(names, Named, fixedOne));
        await UntilAsync(stage, "127.0.0.11:80 4", "127.0.0.12:80 4", "127.0.0.30:80 9");
        Assert.Equal(["127.0.0.11:80", "127.0.0.12:80", "127.0.0.30:80"], stage.Plane.TakeApplied().Where(c => c.Kind == PlaneChangeKind.AddDestination).Select(c => $"{c.Destination!.Key}").Order());

        // One goes, which is drained, and one comes; the fixed one is not doubled.
        names.Has("app.example", "127.0.0.30", "127.0.0.13", "127.0.0.11");
        await UntilAsync(stage, "127.0.0.11:80 4", "127.0.0.13:80 4", "127.0.0.30:80 9");
        Assert.Equal(["AddDestination 127.0.0.13:80 4", "SetDestination 127.0.0.12:80 0", "RemoveDestination 127.0.0.12:80 0"], stage.Plane.TakeApplied().Select(c => $"{c.Kind} {c.Destination!.Key} {c.Destination.Weight}"));
        Assert.Contains(stage.Messages(node), m => m == "tcp 127.0.0.2:80: 127.0.0.30:80 of app.example:80 is in the service already, and stays as it is there");
        HaNodeStatus status = await node.GetStatusAsync();
        Assert.Equal("127.0.0.11 127.0.0.13 127.0.0.30", string.Join(' ', Assert.Single(status.Names).Records));
        Assert.Equal(["127.0.0.11:80 app.example", "127.0.0.13:80 app.example", "127.0.0.30:80 "], status.Services[0].RealServers.Select(r => $"{r.Id} {r.HostName}"));
        Assert.Equal(0, status.Generation);
    }

    [Fact]
    public async Task What_is_configured_is_the_name_and_a_change_of_it_is_planned_as_one()
    {
        await using var stage = new NodeStage();
        using var names = new TestNameServer();
        names.Has("app.example", "127.0.0.11", "127.0.0.12");
        HaConfiguration before = Configuration(names, Named);
        await using HaNode node = await stage.StartAsync(before);
        await UntilAsync(stage, "127.0.0.11:80 4", "127.0.0.12:80 4");
        Assert.Equal(before, node.Configuration);
        _ = stage.Plane.TakeApplied();

        HaConfiguration after = Configuration(names, Named with { Weight = 6 });
        ApplyResult result = await node.ApplyAsync(after);
        Assert.Equal(["Set RealServer tcp 127.0.0.2:80 app.example:80 Weight: 4 -> 6"], result.Changes.Select(c => c.ToString()));
        Assert.Equal(["SetDestination 127.0.0.11:80", "SetDestination 127.0.0.12:80"], stage.Plane.TakeApplied().Select(c => $"{c.Kind} {c.Destination!.Key}").Order());

        result = await node.ApplyAsync(Configuration(names));
        Assert.Equal(["Remove RealServer tcp 127.0.0.2:80 app.example:80"], result.Changes.Select(c => c.ToString()));
        await UntilAsync(stage);
        Assert.Empty((await node.GetStatusAsync()).Names);
    }

    [Fact]
    public async Task Checks_of_servers_that_stay_keep_what_they_know()
    {
        await using var stage = new NodeStage();
        using var names = new TestNameServer();
        names.Has("app.example", "127.0.0.1");

        // Nobody is there: it is down before long, and stays so.
        TcpCheck check = new() { ConnectPort = 1, Retry = 0, DelayLoop = TimeSpan.FromSeconds(1), Warmup = TimeSpan.Zero };
        await using HaNode node = await stage.StartAsync(Configuration(names, Named with { Checks = [check] }));
        _ = await stage.UntilEventAsync(node, "Removing service [127.0.0.1]:tcp:80 from VS [127.0.0.2]:tcp:80");
        names.Has("app.example", "127.0.0.1", "127.0.0.3");
        _ = await stage.UntilEventAsync(node, "Removing service [127.0.0.3]:tcp:80 from VS [127.0.0.2]:tcp:80");
        Assert.Single(stage.Messages(node), m => m == "Removing service [127.0.0.1]:tcp:80 from VS [127.0.0.2]:tcp:80");
        Assert.DoesNotContain(stage.Messages(node), m => m.StartsWith("Adding service [127.0.0.1]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_with_silent_name_servers_begins_with_what_a_former_engine_knew()
    {
        await using var stage = new NodeStage();
        using var names = new TestNameServer();
        names.Has("app.example", "127.0.0.11");
        await using (HaNode node = await stage.StartAsync(Configuration(names, Named))) await UntilAsync(stage, "127.0.0.11:80 4");
        names.IsSilent = true;
        File.Copy(Path.Combine(stage.RunDirectory, "n1.names.json"), Path.Combine(stage.RunDirectory, "n2.names.json"));
        _ = stage.Plane.TakeApplied();

        await using HaNode successor = await stage.StartAsync(Configuration(names, Named));
        Assert.Equal(["AddService", "AddDestination"], stage.Plane.TakeApplied().Select(c => $"{c.Kind}"));
    }

    [Fact]
    public async Task An_answer_that_comes_while_a_configuration_is_carried_out_is_followed_after_it()
    {
        using ManualResetEventSlim begun = new(), answered = new();
        await using var stage = new NodeStage();
        using var names = new TestNameServer();
        names.Has("app.example", "127.0.0.11");
        await using HaNode node = await stage.StartAsync(Configuration(names, Named));
        await UntilAsync(stage, "127.0.0.11:80 4");
        stage.Plane.Refuse = _ =>
        {
            begun.Set();
            return answered.Wait(TimeSpan.FromSeconds(60)) ? null : "nobody answered";
        };
        Task<ApplyResult> applying = node.ApplyAsync(Configuration(names, Named with { Weight = 6 }));
        begun.Wait();
        names.Has("app.example", "127.0.0.12");

        // The state of names is told by their own thread, and the file follows the answers that are in force.
        await stage.UntilAsync(async () => (await File.ReadAllTextAsync(Path.Combine(stage.RunDirectory, "n1.names.json"))).Contains("127.0.0.12", StringComparison.Ordinal));
        Assert.False(applying.IsCompleted);
        answered.Set();
        _ = await applying;
        await UntilAsync(stage, "127.0.0.12:80 6");
        Assert.Equal(1, (await node.GetStatusAsync()).Generation);
    }

    [Fact]
    public async Task A_name_server_that_fails_and_comes_back_with_the_same_changes_nothing_and_with_others_is_followed()
    {
        await using var stage = new NodeStage();
        using var names = new TestNameServer();
        names.Has("app.example", "127.0.0.11", "127.0.0.12");
        await using HaNode node = await stage.StartAsync(Configuration(names, Named));
        await UntilAsync(stage, "127.0.0.11:80 4", "127.0.0.12:80 4");
        _ = stage.Plane.TakeApplied();
        foreach (string[] next in (string[][])[["127.0.0.12", "127.0.0.11"], ["127.0.0.13", "127.0.0.11"]])
        {
            names.IsSilent = true;
            await stage.UntilAsync(async () => (await node.GetStatusAsync()).Names[0].Trouble is not null);
            Assert.Empty(stage.Plane.TakeApplied());
            names.Has("app.example", next);
            names.IsSilent = false;
            await stage.UntilAsync(async () => (await node.GetStatusAsync()).Names[0].Trouble is null);
        }

        await UntilAsync(stage, "127.0.0.11:80 4", "127.0.0.13:80 4");
        Assert.Equal(["AddDestination 127.0.0.13:80 4", "SetDestination 127.0.0.12:80 0", "RemoveDestination 127.0.0.12:80 0"], stage.Plane.TakeApplied().Select(c => $"{c.Kind} {c.Destination!.Key} {c.Destination.Weight}"));
    }

    [Fact]
    public async Task A_service_s_records_change_weights_in_place_and_ports_by_another_server()
    {
        await using var stage = new NodeStage();
        using var names = new TestNameServer();
        names.Has("a.example", "127.0.0.11");
        names.Serves("_http._tcp.example", new ServiceRecord(1, 5, 81, "a.example"));
        await using HaNode node = await stage.StartAsync(Configuration(names, new RealServer { HostName = "_http._tcp.example", Records = ServerRecords.Srv, Port = 0 }));
        await UntilAsync(stage, "127.0.0.11:81 5");
        _ = stage.Plane.TakeApplied();
        names.Serves("_http._tcp.example", new ServiceRecord(1, 8, 81, "a.example"));
        await UntilAsync(stage, "127.0.0.11:81 8");
        Assert.Equal(["SetDestination 127.0.0.11:81"], stage.Plane.TakeApplied().Select(c => $"{c.Kind} {c.Destination!.Key}"));
        names.Serves("_http._tcp.example", new ServiceRecord(1, 8, 82, "a.example"));
        await UntilAsync(stage, "127.0.0.11:82 8");
        Assert.Equal(["AddDestination 127.0.0.11:82", "SetDestination 127.0.0.11:81", "RemoveDestination 127.0.0.11:81"], stage.Plane.TakeApplied().Select(c => $"{c.Kind} {c.Destination!.Key}"));
    }

    [Fact]
    public async Task An_address_that_another_name_has_too_stays_when_the_first_one_loses_it()
    {
        await using var stage = new NodeStage();
        using var names = new TestNameServer();
        names.Has("app.example", "127.0.0.11", "127.0.0.12");
        names.Has("other.example", "127.0.0.12");
        await using HaNode node = await stage.StartAsync(Configuration(names, Named, Named with { HostName = "other.example", Weight = 7 }));
        await UntilAsync(stage, "127.0.0.11:80 4", "127.0.0.12:80 4");
        _ = stage.Plane.TakeApplied();
        names.Has("app.example", "127.0.0.11");
        await UntilAsync(stage, "127.0.0.11:80 4", "127.0.0.12:80 7");
        Assert.Equal(["SetDestination 127.0.0.12:80"], stage.Plane.TakeApplied().Select(c => $"{c.Kind} {c.Destination!.Key}"));
    }

    private static readonly RealServer Named = new() { HostName = "app.example", Port = 80, Weight = 4 };

    private static HaConfiguration Configuration(TestNameServer names, params RealServer[] servers) => new()
    {
        VirtualServers = [new VirtualServer { Address = IPAddress.Parse("127.0.0.2"), Port = 80, Scheduler = "wrr", RealServers = [.. servers] }],
        Resolver = TestNameServer.Settings(names),
    };

    private static Task UntilAsync(NodeStage stage, params string[] servers) => stage.UntilAsync(() =>
        Task.FromResult(stage.Plane.Read(null) is [var service] && service.Destinations.Select(d => $"{d.Key} {d.Weight}").Order(StringComparer.Ordinal).SequenceEqual(servers)));
}
