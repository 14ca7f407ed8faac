using HaTools.Configuration;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>Nodes whose checks go by tracked files and BFD sessions, with real ones, and a data plane in memory.</summary>
public sealed class HaNodeFollowingTests
{
    [Fact]
    public async Task The_number_in_a_file_changes_weights_and_takes_servers_out_as_soon_as_it_changes()
    {
        await using var stage = new NodeStage();
        string load = Path.Combine(stage.RunDirectory, "load"), flag = Path.Combine(stage.RunDirectory, "flag");
        Write(load, "5");
        await using HaNode node = await stage.StartAsync(Read($$"""
            {{Tracked("load", load, "weight 2")}}{{Tracked("flag", flag)}}
            virtual_server 127.0.0.2 80 {
            protocol TCP
            {{Server(1, "FILE_CHECK {\ntrack_file load\n}")}}
            {{Server(2, "FILE_CHECK {\ntrack_file load\nweight 3 reverse\n}\nFILE_CHECK {\ntrack_file flag\nweight 0\n}")}}
            }
            """));
        await UntilAsync(stage, node, "1=110 2=85");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Services[0].RealServers[0].Checks[0].Spoken);
        IpvsRealServerState first = (await node.GetStatusAsync()).Services[0].RealServers[0];
        IpvsCheckState check = Assert.Single(first.Checks);
        Assert.Equal(("file", "load", true, true, 10L), (check.Type, check.Follows, check.Up, check.Spoken, check.WeightChange));
        Assert.Equal("5", (await node.GetStatusAsync()).Trackers.First(t => t.Name == "load").LastResult);

        Write(load, "-4");
        await UntilAsync(stage, node, "1=92 2=112");
        _ = await stage.UntilEventAsync(node, "Changing weight from 110 to 92 for active service [127.0.0.1]:tcp:1 of VS [127.0.0.2]:tcp:80");
        Write(flag, "1");
        await UntilAsync(stage, node, "1=92");
        _ = await stage.UntilEventAsync(node, "([127.0.0.1]:tcp:2): tracked file flag now FAULT state");
        Assert.Equal("the number in the tracked file flag says so", (await node.GetStatusAsync()).Services[0].RealServers[1].Reason);
        Write(load, "-2147483648");
        await UntilAsync(stage, node, "");
        File.Delete(load);
        File.Delete(flag);
        await UntilAsync(stage, node, "1=100 2=100");
    }

    [Fact]
    public async Task A_reload_keeps_what_others_know_and_a_new_check_goes_by_what_its_file_says_now()
    {
        await using var stage = new NodeStage();
        string load = Path.Combine(stage.RunDirectory, "load"), flag = Path.Combine(stage.RunDirectory, "flag");
        Write(load, "5");
        Write(flag, "1");
        string byLoad = "FILE_CHECK {\ntrack_file load\n}", byFlag = "FILE_CHECK {\ntrack_file flag\nweight 0\n}";
        await using HaNode node = await stage.StartAsync(Of(Server(1, byLoad) + Server(2, byFlag) + Server(3, "")));
        await UntilAsync(stage, node, "1=105 3=100");

        _ = stage.Plane.TakeApplied();
        _ = await node.ApplyAsync(Of(Server(1, byLoad) + Server(2, byFlag) + Server(3, byLoad)));
        await UntilAsync(stage, node, "1=105 3=105");
        Assert.Equal("SetDestination", Assert.Single(stage.Plane.TakeApplied()).Kind.ToString());

        // By another file, another weight, none.
        _ = await node.ApplyAsync(Of(Server(1, byFlag) + Server(2, byLoad) + Server(3, byLoad.Replace("load", "load\nweight 7", StringComparison.Ordinal))));
        await UntilAsync(stage, node, "2=105 3=135");
        _ = await node.ApplyAsync(Of(Server(1, "") + Server(2, "") + Server(3, "")));
        await UntilAsync(stage, node, "1=100 2=100 3=100");

        HaConfiguration Of(string servers) => Read($"{Tracked("load", load)}{Tracked("flag", flag)}virtual_server 127.0.0.2 80 {{\nprotocol TCP\n{servers}}}\n");
    }

    [NamespaceFact]
    public async Task A_server_is_there_while_its_session_is_up_and_so_is_the_instance_that_follows_it()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        await using var stage = new NodeStage();
        await using HaNode director = await stage.StartAsync(a, Read($$"""
            {{Bfd("near", "10.9.0.2", "multiplier 2")}}{{Bfd("far", "10.9.0.3", "multiplier 255")}}
            vrrp_instance VI_1 {
            interface eth0
            virtual_router_id 51
            version 3
            advert_int 0.1
            virtual_ipaddress {
            10.9.0.100/32
            }
            track_bfd {
            near
            }
            }
            virtual_server 10.9.0.100 80 {
            protocol TCP
            {{Server(1, "BFD_CHECK {\nname near\n}")}}
            {{Server(2, "BFD_CHECK {\nname near\nalpha\n}")}}
            {{Server(3, "BFD_CHECK {\nname far\n}")}}
            {{Server(4, "BFD_CHECK {\nname far\nalpha\n}")}}
            }
            """));

        // Who has a minute to come up says nothing yet, and who had two seconds is down.
        await UntilAsync(stage, director, "3=100");
        await stage.UntilAsync(async () => (await director.GetStatusAsync()).Services[0].RealServers[1].Checks[0].Spoken);
        IReadOnlyList<IpvsRealServerState> servers = (await director.GetStatusAsync()).Services[0].RealServers;
        Assert.Equal([(true, "near"), (true, "near"), (false, "far"), (false, "far")], servers.Select(s => (s.Checks[0].Spoken, s.Checks[0].Follows)));
        Assert.Equal("the BFD session near is down", servers[1].Reason);

        // One that goes by another session goes by what that is now.
        HaConfiguration current = director.Configuration;
        VirtualServer service = current.VirtualServers[0];
        _ = await director.ApplyAsync(current with
        {
            VirtualServers = [service with { RealServers = [.. service.RealServers.Select(s => s with { Checks = [(BfdCheck)s.Checks[0] with { Session = "near" }] })] }],
            BfdSessions = [current.BfdSessions[0]],
        });
        await UntilAsync(stage, director, "");

        HaConfiguration other = Read("bfd_instance director {\nneighbor_ip 10.9.0.1\nmin_tx 500\nmin_rx 500\nmultiplier 2\npassive\n}\n");
        HaNode server = await stage.StartAsync(b, other);
        await UntilAsync(stage, director, "1=100 2=100 3=100 4=100");
        _ = await stage.UntilEventAsync(director, "BFD check of [near] RS([127.0.0.1]:tcp:2) is UP");
        await Eventually.True(() => a.Has("10.9.0.100/32"));

        await server.StopAsync();
        await UntilAsync(stage, director, "");
        await Eventually.True(() => !a.Has("10.9.0.100/32"));
    }

    private static string Tracked(string name, string path, string more = "") => $"track_file {name} {{\nfile {path}\n{more}\n}}\n";

    private static string Bfd(string name, string neighbour, string more) => $"bfd_instance {name} {{\nneighbor_ip {neighbour}\nmin_tx 500\nmin_rx 500\n{more}\n}}\n";

    private static string Server(int port, string checks) => $"real_server 127.0.0.1 {port} {{\nweight 100\n{checks}\n}}\n";

    // As a whole at once, so that nobody finds it empty.
    private static void Write(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static string Weights(NodeStage stage) =>
        string.Join(' ', stage.Plane.Read(null).SelectMany(s => s.Destinations).OrderBy(d => d.Key.Port).Select(d => $"{d.Key.Port}={d.Weight}"));

    private static async Task UntilAsync(NodeStage stage, HaNode node, string weights)
    {
        try
        {
            await stage.UntilAsync(() => Task.FromResult(Weights(stage) == weights));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"the servers are {Weights(stage)}, not {weights}\n{string.Join('\n', stage.Messages(node))}");
        }
    }

    private static HaConfiguration Read(string text)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText(text, "t.conf", ConfigurationFormat.Keepalived);
        Assert.Empty(read.Diagnostics);
        return read.Configuration!;
    }
}
