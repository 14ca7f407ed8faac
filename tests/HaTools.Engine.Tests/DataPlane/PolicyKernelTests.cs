using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>What is not put right by policy, and what goes by policy, in the kernel, with ipvsadm as the others.</summary>
[Trait("Needs", "ipvs")]
public sealed class PolicyKernelTests
{
    [IpvsKernelFact]
    public async Task What_others_change_is_left_where_it_is_to_be_reported_until_it_no_longer_is()
    {
        using TestNode host = Director();
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        HaConfiguration configuration = Configuration("192.168.1.120") with { Ipvs = new IpvsSettings { TcpTimeout = TimeSpan.FromSeconds(60), Drift = IpvsDriftPolicy.Report } };
        await using HaNode node = await stage.StartAsync(host, configuration);
        string wanted = Table(host);

        _ = host.Command("ipvsadm", "-e", "-t", "192.168.1.120:80", "-r", "192.168.1.103:80", "-g", "-w", "7");
        _ = await stage.UntilEventAsync(node,
            "tcp 192.168.1.120:80: somebody else has changed the weight of real server 192.168.1.103:80 from 3 to 7; it is left so (ipvs: drift: report)");
        _ = host.Command("ipvsadm", "--set", "61", "0", "0");
        _ = await stage.UntilEventAsync(node, "lvs_timeouts tcp was changed from 60 to 61 by others, and is left so (ipvs: drift: report)");
        Assert.Contains("-r 192.168.1.103:80 -g -w 7", Table(host), StringComparison.Ordinal);
        HaNodeStatus status = await node.GetStatusAsync();
        Assert.Equal(IpvsDriftPhase.Left, Assert.Single(status.Services).Drift?.Phase);
        Assert.Equal(61, status.Ipvs!.TcpTimeout);

        _ = host.Command("ipvsadm", "-D", "-t", "192.168.1.120:80");
        _ = await stage.UntilEventAsync(node, "tcp 192.168.1.120:80: somebody else has removed the service; it is left so (ipvs: drift: report)");
        Assert.Equal("", Table(host));

        _ = await node.ApplyAsync(configuration with { Ipvs = configuration.Ipvs with { Drift = IpvsDriftPolicy.Repair } });
        await stage.UntilAsync(() => Task.FromResult(Table(host) == wanted));
        Assert.Equal(60, (await node.GetStatusAsync()).Ipvs!.TcpTimeout);
    }

    [IpvsKernelFact]
    public async Task What_no_node_names_goes_at_the_start_at_a_reload_and_when_it_comes_and_what_one_names_stays()
    {
        using TestNode host = Director();
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        await using HaNode other = await stage.StartAsync(host, Configuration("192.168.1.121"));
        Add("10.1.1.1:53");
        HaConfiguration configuration = Configuration("192.168.1.120") with { Ipvs = new IpvsSettings { Foreign = IpvsForeignPolicy.Purge } };
        await using HaNode node = await stage.StartAsync(host, configuration);
        Assert.Equal(["192.168.1.120:80", "192.168.1.121:80"], Services());

        Add("10.1.1.2:53");
        _ = await stage.UntilEventAsync(node, "VS [10.1.1.2]:udp:53 is removed: neither this node nor another one here names it (ipvs: foreign: purge)");
        await stage.UntilAsync(() => Task.FromResult(Services().Length == 2));

        _ = await node.ApplyAsync(configuration with { Ipvs = IpvsSettings.None });
        Add("10.1.1.3:53");
        Assert.Equal(
            ["Set Node  Ipvs.Foreign: Keep -> Purge", "Remove VirtualServer udp 10.1.1.3:53"], (await node.PlanAsync(configuration)).Select(c => c.ToString()));
        Assert.Equal(3, Services().Length);
        _ = await node.ApplyAsync(configuration);
        Assert.Equal(["192.168.1.120:80", "192.168.1.121:80"], Services());

        void Add(string service) => _ = host.Command("ipvsadm", "-A", "-u", service, "-s", "rr");

        string[] Services() => [.. Table(host).Split('\n').Where(l => l.StartsWith("-A", StringComparison.Ordinal)).Select(l => l.Split(' ')[2])];
    }

    private static string Table(TestNode host) => string.Join('\n', host.Command("ipvsadm", "-S", "-n").Split('\n').Order(StringComparer.Ordinal)).Trim();

    private static TestNode Director()
    {
        var host = new TestNode("director");
        _ = host.Ip("link set lo up");
        return host;
    }

    private static HaConfiguration Configuration(string address) => new()
    {
        VirtualServers =
        [
            new VirtualServer
            {
                Address = IPAddress.Parse(address),
                Port = 80,
                Scheduler = "wrr",
                Forwarding = ForwardingMethod.DirectRouting,
                RealServers =
                [
                    new RealServer { Address = IPAddress.Parse("192.168.1.103"), Port = 80, Weight = 3 },
                    new RealServer { Address = IPAddress.Parse("192.168.1.104"), Port = 80 },
                ],
            },
        ],
    };
}
