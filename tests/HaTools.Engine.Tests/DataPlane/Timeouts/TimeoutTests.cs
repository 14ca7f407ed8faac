using HaTools.Configuration;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>The kernel's timeouts through a whole node, as ipvsadm shows them.</summary>
[Trait("Needs", "ipvs")]
public sealed class TimeoutTests
{
    [IpvsKernelFact]
    public async Task What_is_configured_is_what_ipvsadm_shows_until_the_node_stops()
    {
        using var host = new TestNode("director");
        _ = host.Ip("link set lo up");
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        host.Command("ipvsadm", "--set", "901", "121", "301");
        HaConfiguration wanted = HaConfigurationReader.ReadText(
            "global_defs {\n lvs_timeouts tcp 7200 udp 30\n}\n", "t.conf", ConfigurationFormat.Keepalived, strict: true).Configuration!;
        HaNode node = await stage.StartAsync(host, wanted);
        Assert.Equal("Timeout (tcp tcpfin udp): 7200 121 30", Shown(host));
        await node.StopAsync();
        Assert.Equal("Timeout (tcp tcpfin udp): 901 121 301", Shown(host));
    }

    [IpvsKernelFact]
    public void What_the_kernel_refuses_is_said_and_0_keeps_a_value()
    {
        using var host = new TestNode("director");
        host.Namespace.Run(() =>
        {
            using IpvsDataPlane plane = IpvsDataPlane.Open();
            IpvsTimeouts before = plane.ReadTimeouts();
            Assert.StartsWith("EINVAL", plane.SetTimeouts(new IpvsTimeouts(int.MaxValue, 0, 0)), StringComparison.Ordinal);
            Assert.Null(plane.SetTimeouts(new IpvsTimeouts(0, 33, 0)));
            Assert.Equal(before with { TcpFin = 33 }, plane.ReadTimeouts());
        });
    }

    private static string Shown(TestNode host) => host.Command("ipvsadm", "-L", "--timeout").Trim();
}
