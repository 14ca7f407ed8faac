using System.Net;
using System.Net.Sockets;
using HaTools.Engine.RealServerHost;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.RealServerHost;

/// <summary>What is said of a host that somebody else has prepared.</summary>
public sealed class RealServerCheckTests : IDisposable
{
    private static readonly IPAddress Vip = IPAddress.Parse("192.168.188.120");
    private static readonly IPAddress Vip6 = IPAddress.Parse("2001:db8::120");
    private readonly TestNetwork network = new(1);

    private TestNode Host => network.Nodes[0];

    public void Dispose() => network.Dispose();

    [NamespaceFact]
    public void What_the_script_of_seed_002_does_is_enough()
    {
        RunScript();
        Assert.All(Look(Vip), f => Assert.True(f.IsGood, f.Text));
    }

    [NamespaceFact]
    public void A_host_that_nobody_has_prepared_is_told_all_that_it_needs()
    {
        string[] problems = Problems(Vip);

        Assert.Equal(3, problems.Length);
        Assert.Contains("ip addr add 192.168.188.120/32 dev lo", problems[0], StringComparison.Ordinal);
        Assert.Contains("eth0 answers ARP for 192.168.188.120: arp_ignore is 0", problems[1], StringComparison.Ordinal);
        Assert.Contains("arp_announce is 0, and is to be 2", problems[2], StringComparison.Ordinal);
        Assert.Contains("ip addr add 2001:db8::120/128 dev lo", Assert.Single(Problems(Vip6)), StringComparison.Ordinal);
    }

    [NamespaceFact]
    public void The_greater_of_all_and_the_interface_counts()
    {
        RunScript();
        Sysctl("net.ipv4.conf.eth0.arp_ignore=3");
        Assert.Contains("arp_ignore is 3", Assert.Single(Problems(Vip)), StringComparison.Ordinal);
        Sysctl("net.ipv4.conf.eth0.arp_ignore=2");
        Sysctl("net.ipv4.conf.all.arp_ignore=0");
        Assert.Empty(Problems(Vip));
        Sysctl("net.ipv4.conf.all.arp_announce=0");
        Assert.Contains("arp_announce is 0", Assert.Single(Problems(Vip)), StringComparison.Ordinal);
        Sysctl("net.ipv4.conf.eth0.arp_announce=2");
        Assert.Empty(Problems(Vip));
    }

    [NamespaceFact]
    public void An_address_on_the_link_is_answered_for_unless_this_node_is_its_director()
    {
        _ = Host.Ip($"addr add {Vip6}/128 dev eth0 nodad");
        Assert.Contains("stands on eth0, which answers for it", Assert.Single(Problems(Vip6)), StringComparison.Ordinal);
        Assert.Empty(Problems(Vip6, mayBeElsewhere: true));
    }

    [NamespaceFact]
    public void An_interface_that_is_down_takes_nothing()
    {
        RunScript();
        _ = Host.Ip("link set lo down");
        Assert.Contains("ip link set lo up", Assert.Single(Problems(Vip)), StringComparison.Ordinal);
    }

    [NamespaceFact]
    public void A_tunnel_needs_its_end()
    {
        RunScript();
        string problem = Assert.Single(Look(Vip, new TunnelAddress(Vip)), f => !f.IsGood && f.Text.Contains("tunl0", StringComparison.Ordinal)).Text;
        Assert.True(problem.Contains("modprobe ipip", StringComparison.Ordinal) || problem.Contains("ip link set tunl0 up", StringComparison.Ordinal), problem);
    }

    [NamespaceFact]
    public void A_port_that_nobody_listens_on_is_told()
    {
        // Not even where the network would lead to somebody who does: the director.
        _ = Host.Ip("route add default via 10.9.0.2");
        Assert.Contains("(AddressNotAvailable)", Host.Namespace.Run(() => RealServerCheck.LookAtPort(Vip, 8080)).Text, StringComparison.Ordinal);
        _ = Host.Ip($"addr add {Vip}/32 dev lo");
        RealServerFinding finding = Host.Namespace.Run(() => RealServerCheck.LookAtPort(Vip, 8080));
        Assert.False(finding.IsGood);
        Assert.Contains("nobody takes connections to 192.168.188.120:8080 (ConnectionRefused)", finding.Text, StringComparison.Ordinal);

        using Socket listener = Host.Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Any, 8080));
        listener.Listen();
        Assert.True(Host.Namespace.Run(() => RealServerCheck.LookAtPort(Vip, 8080)).IsGood);
    }

    private void RunScript()
    {
        _ = Host.Ip($"addr add {Vip}/32 broadcast {Vip} dev lo label lo:0");
        foreach (string device in (string[])["lo", "all"]) Sysctl($"net.ipv4.conf.{device}.arp_ignore=1", $"net.ipv4.conf.{device}.arp_announce=2");
    }

    private void Sysctl(params string[] settings) => _ = Host.Command("sysctl", ["-qw", .. settings]);

    private string[] Problems(IPAddress address, bool mayBeElsewhere = false) => [.. Look(address, null, mayBeElsewhere).Where(f => !f.IsGood).Select(f => f.Text)];

    private List<RealServerFinding> Look(IPAddress address, TunnelAddress? tunnel = null, bool mayBeElsewhere = false) => Host.Namespace.Run(() =>
    {
        using RouteClient route = RouteClient.Open();
        return RealServerCheck.Look(route, address, tunnel, mayBeElsewhere);
    });
}
