using System.Net;
using HaTools.Engine.DirectRouting;
using HaTools.Engine.Tests.HostState;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.DirectRouting;

public sealed class DirectRoutingSetupTests
{
    private static readonly IPAddress Vip = IPAddress.Parse("192.168.188.120");

    [NamespaceFact]
    public async Task After_an_engine_was_killed_its_successor_restores_the_true_originals()
    {
        await using var stage = new NodeStage();
        using var host = new TestNode("rs1");
        string file = Path.Combine(stage.RunDirectory, "n.state.json");
        _ = host.Command("sysctl", "-qw", "net.ipv4.conf.all.arp_announce=1");

        // Killed: nothing of the first is undone.
        host.Namespace.Run(() => new DirectRoutingSetup(file).Apply([Vip], quietArp: true));
        Assert.True(host.Has($"{Vip}/32", "lo"));
        Assert.Equal(("1", "2"), (host.Sysctl("net/ipv4/conf/all/arp_ignore"), host.Sysctl("net/ipv4/conf/all/arp_announce")));

        host.Namespace.Run(() =>
        {
            var successor = new DirectRoutingSetup(file);
            successor.Apply([Vip], quietArp: true);
            successor.Apply([], quietArp: false);
        });

        Assert.False(host.Has($"{Vip}/32", "lo"));
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
        _ = host.Command("sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=2");

        host.Namespace.Run(() =>
        {
            var setup = new DirectRoutingSetup(file);
            setup.Apply([Vip], quietArp: true);
            setup.Apply([], quietArp: false);
        });

        Assert.True(host.Has($"{Vip}/32", "lo"));
        Assert.Equal(("2", "0"), (host.Sysctl("net/ipv4/conf/all/arp_ignore"), host.Sysctl("net/ipv4/conf/all/arp_announce")));
    }

    [NamespaceFact]
    public async Task A_parameter_that_cannot_be_given_back_keeps_no_other_from_it()
    {
        await using var stage = new NodeStage();
        using var host = new TestNode("rs1");
        string file = Path.Combine(stage.RunDirectory, "n.state.json");
        host.Namespace.Run(() => new DirectRoutingSetup(file).Apply([Vip], quietArp: true));
        string remembered = File.ReadAllText(file);
        string spoiled = remembered.Replace("\"net/ipv4/conf/lo/arp_ignore\": \"0\"", $"\"net/ipv4/conf/lo/arp_ignore\": \"{SysctlKeeperTests.NoNumber}\"", StringComparison.Ordinal);
        Assert.NotEqual(remembered, spoiled);
        File.WriteAllText(file, spoiled);

        var successor = new DirectRoutingSetup(file);
        HaEngineException told = Assert.Throws<HaEngineException>(() => host.Namespace.Run(() => successor.Apply([], quietArp: false)));

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
        first.Namespace.Run(() => new DirectRoutingSetup(file).Apply([Vip], quietArp: true));

        second.Namespace.Run(() =>
        {
            var setup = new DirectRoutingSetup(file);
            setup.Apply([Vip], quietArp: true);
            setup.Apply([], quietArp: false);
        });

        Assert.Equal("0", second.Sysctl("net/ipv4/conf/all/arp_announce"));
    }
}
