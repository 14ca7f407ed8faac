using System.Net;
using HaTools.Engine.RealServerHost;
using HaTools.Engine.Tests.HostState;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.RealServerHost;

public sealed class RealServerSetupTests
{
    private static readonly IPAddress Vip = IPAddress.Parse("192.168.188.120");
    private static readonly IPAddress Vip6 = IPAddress.Parse("2001:db8::120");
    private static readonly RealServerPlan Wanted = new([Vip, Vip6], QuietArp: true);

    [NamespaceFact]
    public async Task After_an_engine_was_killed_its_successor_restores_the_true_originals()
    {
        await using var stage = new NodeStage();
        using var host = new TestNode("rs1");
        string file = Path.Combine(stage.RunDirectory, "n.state.json");
        _ = host.Command("sysctl", "-qw", "net.ipv4.conf.all.arp_announce=1");

        // Killed: nothing of the first is undone.
        host.Namespace.Run(() => new RealServerSetup(file).Apply(Wanted));
        Assert.True(host.Has($"{Vip}/32", "lo") && host.Has($"{Vip6}/128", "lo"));
        Assert.Equal(("1", "2"), (host.Sysctl("net/ipv4/conf/all/arp_ignore"), host.Sysctl("net/ipv4/conf/all/arp_announce")));

        host.Namespace.Run(() =>
        {
            var successor = new RealServerSetup(file);
            successor.Apply(Wanted);
            successor.Apply(RealServerPlan.None);
        });

        Assert.False(host.Has($"{Vip}/32", "lo") || host.Has($"{Vip6}/128", "lo"));
        Assert.Equal(("0", "1"), (host.Sysctl("net/ipv4/conf/all/arp_ignore"), host.Sysctl("net/ipv4/conf/all/arp_announce")));
        Assert.False(File.Exists(file));
    }

    [NamespaceFact]
    public async Task What_an_administrator_has_set_up_is_used_and_left()
    {
        await using var stage = new NodeStage();
        using var host = new TestNode("rs1");
        string file = Path.Combine(stage.RunDirectory, "n.state.json");
        _ = host.Ip($"addr add {Vip}/32 dev lo");
        _ = host.Ip($"addr add {Vip6}/128 dev lo");
        _ = host.Command("sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=2");

        host.Namespace.Run(() =>
        {
            var setup = new RealServerSetup(file);
            setup.Apply(Wanted);
            setup.Apply(RealServerPlan.None);
        });

        Assert.True(host.Has($"{Vip}/32", "lo") && host.Has($"{Vip6}/128", "lo"));
        Assert.Equal(("2", "0"), (host.Sysctl("net/ipv4/conf/all/arp_ignore"), host.Sysctl("net/ipv4/conf/all/arp_announce")));
    }

    [NamespaceFact]
    public async Task A_parameter_that_cannot_be_given_back_keeps_no_other_from_it()
    {
        await using var stage = new NodeStage();
        using var host = new TestNode("rs1");
        string file = Path.Combine(stage.RunDirectory, "n.state.json");
        host.Namespace.Run(() => new RealServerSetup(file).Apply(Wanted));
        string remembered = File.ReadAllText(file);
        int place = remembered.IndexOf("\"0\"", remembered.IndexOf("lo/arp_ignore", StringComparison.Ordinal), StringComparison.Ordinal);
        string spoiled = string.Concat(remembered.AsSpan(0, place), $"\"{SysctlKeeperTests.NoNumber}\"", remembered.AsSpan(place + 3));
        Assert.NotEqual(remembered, spoiled);
        File.WriteAllText(file, spoiled);

        var successor = new RealServerSetup(file);
        HaEngineException told = Assert.Throws<HaEngineException>(() => host.Namespace.Run(() => successor.Apply(RealServerPlan.None)));

        Assert.Contains("cannot set net/ipv4/conf/lo/arp_ignore", told.Message, StringComparison.Ordinal);
        Assert.Equal(("0", "0", "0"), (
            host.Sysctl("net/ipv4/conf/lo/arp_announce"), host.Sysctl("net/ipv4/conf/all/arp_ignore"), host.Sysctl("net/ipv4/conf/all/arp_announce")));

        // What is still to be given back is remembered, and nothing else.
        Assert.Contains("lo/arp_ignore", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.DoesNotContain("arp_announce", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [NamespaceFact]
    public async Task What_was_remembered_in_another_namespace_is_not_believed()
    {
        await using var stage = new NodeStage();
        using var first = new TestNode("one");
        using var second = new TestNode("two");
        string file = Path.Combine(stage.RunDirectory, "n.state.json");
        _ = first.Command("sysctl", "-qw", "net.ipv4.conf.all.arp_announce=1");
        first.Namespace.Run(() => new RealServerSetup(file).Apply(Wanted));

        second.Namespace.Run(() =>
        {
            var setup = new RealServerSetup(file);
            setup.Apply(Wanted);
            setup.Apply(RealServerPlan.None);
        });

        Assert.Equal("0", second.Sysctl("net/ipv4/conf/all/arp_announce"));
    }

    [NamespaceFact]
    public async Task The_host_does_not_take_a_virtual_address_for_its_own_connections()
    {
        await using var stage = new NodeStage();
        using var host = new TestNode("rs1");
        _ = host.Ip("link set lo up");

        host.Namespace.Run(() => new RealServerSetup(Path.Combine(stage.RunDirectory, "n.state.json")).Apply(Wanted));

        AddressInfo address = Assert.IsType<AddressInfo>(host.Find($"{Vip6}/128", "lo"));
        Assert.Equal(0u, address.PreferredLifetime);
        Assert.Null(address.ValidLifetime);
        Assert.Equal(AddressFlags.NoDad | AddressFlags.Deprecated, address.Flags & (AddressFlags.NoDad | AddressFlags.Deprecated | AddressFlags.Tentative));
    }

    [NamespaceFact]
    public async Task An_interface_that_answers_in_spite_of_all_is_quiet_too_and_gets_its_value_back()
    {
        await using var stage = new NodeStage();
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        string file = Path.Combine(stage.RunDirectory, "n.state.json");

        // The kernel takes the greater of the two, and 3 to 7 answer for an address of lo.
        _ = host.Command("sysctl", "-qw", "net.ipv4.conf.eth0.arp_ignore=3");

        host.Namespace.Run(() => new RealServerSetup(file).Apply(Wanted));
        Assert.Equal("1", host.Sysctl("net/ipv4/conf/eth0/arp_ignore"));

        host.Namespace.Run(() => new RealServerSetup(file).Apply(RealServerPlan.None));
        Assert.Equal("3", host.Sysctl("net/ipv4/conf/eth0/arp_ignore"));
    }
}
