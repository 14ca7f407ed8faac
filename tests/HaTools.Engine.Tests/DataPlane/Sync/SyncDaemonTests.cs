using HaTools.Configuration;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>The kernel's sync daemons through whole nodes, as ipvsadm shows them.</summary>
[Trait("Needs", "ipvs")]
public sealed class SyncDaemonTests
{
    private const string Vip = "10.9.0.101/32";
    private const string Follows = "eth0 inst VI_1 ttl 3";

    [IpvsKernelFact]
    public async Task The_role_follows_the_instance_and_nothing_is_left_after_the_stop()
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode b) = (network.Nodes[0], network.Nodes[1]);
        await using var stageA = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        await using var stageB = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        HaNode first = await stageA.StartAsync(a, Read(150, Follows));
        try
        {
            await Eventually.True(() => a.Has(Vip));
            await using HaNode second = await stageB.StartAsync(b, Read(100, Follows));
            await Eventually.True(() => Shown(a).StartsWith("master sync daemon (mcast=eth0, syncid=51, ", StringComparison.Ordinal), () => Shown(a));
            await Eventually.True(() => Shown(b).StartsWith("backup sync daemon (mcast=eth0, syncid=51, ", StringComparison.Ordinal), () => Shown(b));
            Assert.Contains("ttl=3", Shown(a), StringComparison.Ordinal);
            Assert.Equal(("0\t0", "3", "0\t0", "3"), (Threshold(a), Period(a), Threshold(b), Period(b)));
            Assert.Equal((IpvsSyncRole.Master, "eth0", 51, "VI_1", true, null), State((await first.GetStatusAsync()).SyncDaemons));
            Assert.Equal((IpvsSyncRole.Backup, "eth0", 51, "VI_1", true, null), State((await second.GetStatusAsync()).SyncDaemons));

            // The master's link fails: it is in fault, and listens.
            a.Ip("link set eth0 down");
            await Eventually.True(() => b.Has(Vip) && Role(b) == "master" && Role(a) == "backup", () => Shown(a) + Shown(b));
            a.Ip("link set eth0 up");
            await Eventually.True(() => a.Has(Vip) && Role(a) == "master" && Role(b) == "backup", () => Shown(a) + Shown(b));

            await first.DisposeAsync();
            Assert.Equal(("", "3\t50", "0"), (Shown(a), Threshold(a), Period(a)));
            await Eventually.True(() => Role(b) == "master", () => Shown(b));
        }
        finally
        {
            await first.DisposeAsync();
        }

        Assert.Equal("", Shown(b));
    }

    [IpvsKernelFact]
    public async Task Without_an_instance_both_roles_run_whoever_is_master()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        await using HaNode node = await stage.StartAsync(host, Read(150, "eth0 group 224.0.0.90 port 9000"));
        await Eventually.True(() => host.Has(Vip));
        string[] lines = Shown(host).Split('\n').Order().ToArray();
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("backup sync daemon (mcast=eth0, syncid=0, ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("master sync daemon (mcast=eth0, syncid=0, ", lines[1], StringComparison.Ordinal);
        Assert.All(lines, l => Assert.Contains("group=224.0.0.90, port=9000", l, StringComparison.Ordinal));
        await node.DisposeAsync();
        Assert.Equal("", Shown(host));
    }

    [IpvsKernelFact]
    public async Task A_reload_changes_the_daemon_that_runs_and_takes_it_away()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        await using HaNode node = await stage.StartAsync(host, Read(150, null));
        await Eventually.True(() => host.Has(Vip));
        Assert.Empty((await node.GetStatusAsync()).SyncDaemons);

        // It is master already.
        _ = await node.ApplyAsync(Read(150, Follows));
        Assert.StartsWith("master sync daemon (mcast=eth0, syncid=51, ", Shown(host), StringComparison.Ordinal);
        _ = await node.ApplyAsync(Read(150, "eth0 inst VI_1 id 7"));
        Assert.StartsWith("master sync daemon (mcast=eth0, syncid=7, ", Shown(host), StringComparison.Ordinal);
        Assert.Contains("ttl=1", Shown(host), StringComparison.Ordinal);

        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(Read(150, "nosuch inst VI_1")));
        Assert.StartsWith("No such interface: nosuch (lvs_sync_daemon). The host has lo, ", e.Message, StringComparison.Ordinal);
        Assert.StartsWith("master sync daemon (mcast=eth0, syncid=7, ", Shown(host), StringComparison.Ordinal);

        _ = await node.ApplyAsync(Read(150, null));
        Assert.Equal("", Shown(host));
        Assert.True(host.Has(Vip));
    }

    [IpvsKernelFact]
    public async Task An_interface_that_is_not_there_stops_the_start_and_with_dynamic_interfaces_is_waited_for()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        HaConfiguration later = Read(150, "later inst VI_1");
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => stage.StartAsync(host, later));
        Assert.Equal(FailureCode.InterfaceNotFound, e.Code);
        Assert.False(host.Has(Vip));

        await using HaNode node = await stage.StartAsync(host, later with { DynamicInterfaces = true });
        await Eventually.True(() => host.Has(Vip));
        HaNodeStatus status = await node.GetStatusAsync();
        Assert.False(status.SyncDaemons.Single().Running);
        Assert.Contains(status.Notes, n => n.Contains("there is no interface later", StringComparison.Ordinal));
        host.AddInterface("later");
        host.Ip("addr add 10.10.0.1/24 dev later");
        await Eventually.True(() => Shown(host).StartsWith("master sync daemon (mcast=later, ", StringComparison.Ordinal), () => Shown(host));
        Assert.DoesNotContain((await node.GetStatusAsync()).Notes, n => n.Contains("later", StringComparison.Ordinal));

        // One of the same name is another interface: the daemon must not go on with the former one.
        host.Ip("link del later");
        await stage.UntilAsync(async () => !(await node.GetStatusAsync()).SyncDaemons.Single().Running);
        host.AddInterface("later");
        host.Ip("addr add 10.10.0.1/24 dev later");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).SyncDaemons.Single().Running);
    }

    [IpvsKernelFact]
    public async Task One_that_others_stop_or_change_runs_again_and_one_that_ran_before_is_used()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        _ = host.Command("ipvsadm", "--start-daemon", "master", "--mcast-interface", "eth0", "--syncid", "51", "--mcast-ttl", "3");
        _ = host.Command("ipvsadm", "--start-daemon", "backup", "--mcast-interface", "eth0", "--syncid", "9");
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        await using HaNode node = await stage.StartAsync(host, Read(150, Follows));
        await Eventually.True(() => host.Has(Vip));
        await Eventually.True(() => Shown(host).StartsWith("master sync daemon (mcast=eth0, syncid=51, ", StringComparison.Ordinal), () => Shown(host));

        // The other role stays for a while.
        await Eventually.True(() => !Shown(host).Contains("backup", StringComparison.Ordinal), () => Shown(host));
        _ = host.Command("ipvsadm", "--stop-daemon", "master");
        _ = host.Command("ipvsadm", "--start-daemon", "backup", "--mcast-interface", "eth0", "--syncid", "9");
        await stage.UntilEventAsync(node, "the IPVS sync daemon master on eth0 (id 51) had been stopped or changed by others, and runs again");
        Assert.StartsWith("master sync daemon (mcast=eth0, syncid=51, ", Shown(host), StringComparison.Ordinal);
    }

    [NamespaceFact]
    public async Task Connections_are_announced_early_while_a_daemon_is_configured_and_as_before_once_it_is_not()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(network.Nodes[0], Read(150, Follows));
        Assert.Equal("0\t0 3", Announcing());
        HaConfiguration daemon = Read(150, Follows);
        _ = await node.ApplyAsync(daemon with { SyncDaemon = daemon.SyncDaemon! with { RefreshPeriod = TimeSpan.FromSeconds(7) } });
        Assert.Equal("0\t0 7", Announcing());
        _ = await node.ApplyAsync(daemon with { Ipvs = new() { Parameters = [new("sync_threshold", "0 10")] } });
        Assert.Equal("0\t10 0", Announcing());
        _ = await node.ApplyAsync(daemon with { SyncDaemon = daemon.SyncDaemon! with { RefreshPeriod = null } });
        Assert.Equal("3\t50 0", Announcing());
        _ = await node.ApplyAsync(daemon);
        Assert.Equal("0\t0 3", Announcing());
        _ = await node.ApplyAsync(Read(150, null));
        Assert.Equal("3\t50 0", Announcing());

        string Announcing() => string.Join(' ', new[] { "sync_threshold", "sync_refresh_period" }.Select(n => stage.Plane.ReadParameter(IpvsParameterCatalogue.Find(n)!)));
    }

    [NamespaceFact]
    public async Task Where_the_kernel_s_parameters_are_out_of_reach_the_daemon_runs_and_that_is_told()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        stage.Plane.Without("sync_refresh_period");
        await using HaNode node = await stage.StartAsync(network.Nodes[0], Read(150, Follows));
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).SyncDaemons is [{ Running: true }]);
        await stage.UntilEventAsync(node, "net.ipv4.vs.sync_refresh_period: it is not here: the other director learns of a connection when the kernel announces it of itself");
        Assert.Empty((await node.GetStatusAsync()).IpvsParameters);
    }

    [NamespaceFact]
    public async Task What_the_plane_refuses_is_told_once_and_tried_again()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        stage.Plane.RefuseSync = _ => "not now";
        await using HaNode node = await stage.StartAsync(network.Nodes[0], Read(150, Follows));
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).SyncDaemons is [{ Role: IpvsSyncRole.Master }]);
        const string Refused = "the IPVS sync daemon master on eth0 (id 51) does not run: not now";
        await stage.UntilEventAsync(node, Refused);
        Assert.Equal((false, Refused), ((await node.GetStatusAsync()).SyncDaemons[0].Running, (await node.GetStatusAsync()).SyncDaemons[0].Reason));
        Assert.Contains(Refused, (await node.GetStatusAsync()).Notes);
        stage.Plane.RefuseSync = null;
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).SyncDaemons[0].Running);

        // A master that had no processor for long listens first, and so does its daemon, which stays for a while.
        await stage.UntilAsync(() => Task.FromResult(stage.Plane.ReadSyncDaemons() is [{ Role: IpvsSyncRole.Master }]));
        Assert.Equal(3, Assert.Single(stage.Plane.ReadSyncDaemons()).Ttl);
        Assert.Single(stage.Messages(node), m => m == Refused);
        await node.DisposeAsync();
        Assert.Empty(stage.Plane.ReadSyncDaemons());
    }

    private static (IpvsSyncRole, string, int, string?, bool, string?) State(IReadOnlyList<IpvsSyncDaemonState> states)
    {
        IpvsSyncDaemonState one = Assert.Single(states);
        return (one.Role, one.Interface, one.SyncId, one.Instance, one.Running, one.Reason);
    }

    private static string? Threshold(TestNode host) => host.Sysctl("net/ipv4/vs/sync_threshold");

    private static string? Period(TestNode host) => host.Sysctl("net/ipv4/vs/sync_refresh_period");

    private static string Role(TestNode host) => Shown(host).Split(' ')[0];

    private static string Shown(TestNode host) => host.Command("ipvsadm", "-L", "--daemon").Trim();

    private static HaConfiguration Read(int priority, string? daemon)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText(
            $$"""
            global_defs {
                {{(daemon is null ? "" : $"lvs_sync_daemon {daemon}")}}
            }
            vrrp_instance VI_1 {
                interface eth0
                version 3
                virtual_router_id 51
                priority {{priority}}
                advert_int 0.5
                virtual_ipaddress {
                    10.9.0.101
                }
            }
            """, "keepalived.conf", ConfigurationFormat.Keepalived);
        Assert.Empty(read.Diagnostics);
        return read.Configuration!;
    }
}
