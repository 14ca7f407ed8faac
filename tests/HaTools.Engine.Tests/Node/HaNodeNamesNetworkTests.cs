using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Names;
using HaTools.Engine.Tests.VirtualInterfaces;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>Two directors whose servers come from a name that comes to have their own addresses, and loses them again.</summary>
public sealed class HaNodeNamesNetworkTests
{
    private const string Vip = "10.9.0.100/32";

    [NamespaceFact]
    public async Task A_service_whose_name_comes_to_have_this_host_is_loaded_by_the_master_alone()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        await using NodeStage stageA = new(), stageB = new();
        using TestNameServer namesA = a.Namespace.Run(() => new TestNameServer()), namesB = b.Namespace.Run(() => new TestNameServer());
        Have("10.9.0.7");
        await using HaNode master = await stageA.StartAsync(a, Configuration(150, namesA));
        await Eventually.True(() => a.Has(Vip));
        await using HaNode backup = await stageB.StartAsync(b, Configuration(100, namesB));
        await Eventually.True(() => Servers(stageA) == "10.9.0.7:80" && Servers(stageB) == "10.9.0.7:80");
        Assert.False(b.Has(Vip, "lo"));

        Have("10.9.0.1", "10.9.0.2");
        await Eventually.True(() => Servers(stageA) == "10.9.0.1:80 10.9.0.2:80" && Servers(stageB) == "no service", () => $"{Servers(stageA)}; {Servers(stageB)}");
        await Eventually.True(() => b.Has(Vip, "lo"), () => string.Join('\n', stageB.Messages(backup)));
        Assert.True(a.Has(Vip) && !a.Has(Vip, "lo"));
        Assert.Equal(("1", "2"), (b.Sysctl("net/ipv4/conf/all/arp_ignore"), b.Sysctl("net/ipv4/conf/all/arp_announce")));
        Assert.Contains(stageB.Messages(backup), m => m.Contains("loaded only while this node is master of VI_1", StringComparison.Ordinal));
        Assert.Equal(1, (await master.GetStatusAsync()).Instances[0].Statistic.BecameMaster);

        // Not any more.
        Have("10.9.0.7", "10.9.0.8");
        await Eventually.True(() => Servers(stageA) == "10.9.0.7:80 10.9.0.8:80" && Servers(stageB) == "10.9.0.7:80 10.9.0.8:80", () => $"{Servers(stageA)}; {Servers(stageB)}");
        await Eventually.True(() => !b.Has(Vip, "lo") && b.Sysctl("net/ipv4/conf/all/arp_ignore") == "0");

        // And once more; the other one takes over, and has the service before the address.
        Have("10.9.0.1", "10.9.0.2");
        await Eventually.True(() => Servers(stageB) == "no service" && b.Has(Vip, "lo"));
        bool? addressWasFirst = null;
        stageB.Plane.Refuse = change =>
        {
            if (change.Kind == PlaneChangeKind.AddService) addressWasFirst = b.Has(Vip);
            return null;
        };
        await master.StopAsync();
        await Eventually.True(() => Servers(stageB) == "10.9.0.1:80 10.9.0.2:80" && b.Has(Vip) && !b.Has(Vip, "lo"));
        Assert.False(addressWasFirst);

        void Have(params string[] addresses)
        {
            namesA.Has("app.example", addresses);
            namesB.Has("app.example", addresses);
        }
    }

    /// <summary>A mark for the addresses of two instances cannot be loaded by the master alone, which a name server's answer can ask for at any time and for as long as it likes.</summary>
    [NftFact]
    public async Task What_a_name_has_and_cannot_be_served_is_told_once_and_what_was_served_stays()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        using TestNameServer names = host.Namespace.Run(() => new TestNameServer());
        names.Has("app.example", "10.9.0.7");
        HaConfiguration plain = Configuration(150, names);
        await using HaNode node = await stage.StartAsync(host, plain with
        {
            VrrpInstances = [plain.VrrpInstances[0], plain.VrrpInstances[0] with { Name = "VI_2", VirtualRouterId = 52, VirtualAddresses = [new VirtualAddress { Address = IPAddress.Parse("10.9.0.101"), PrefixLength = 32 }] }],
            VirtualServerGroups = [new VirtualServerGroup { Name = "web", Members = [new VirtualServerGroupMember { Address = IPAddress.Parse("10.9.0.100"), LastAddress = IPAddress.Parse("10.9.0.101"), Port = 80 }] }],
            VirtualServers = [plain.VirtualServers[0] with { Address = null, Port = 0, Group = "web" }],
            Ipvs = new() { GroupMarks = new() },
        });
        await Eventually.True(() => Servers(stage) == "10.9.0.7:0");
        foreach (string other in (string[])["10.9.0.8", "10.9.0.9"])
        {
            names.Has("app.example", "10.9.0.1", other);
            await Eventually.True(() => stage.Messages(node).Any(m => m.Contains($"10.9.0.1 {other}", StringComparison.Ordinal)), () => string.Join('\n', stage.Messages(node)));
            await Eventually.True(() => Troubles() > 0);
        }

        Assert.Equal("10.9.0.7:0", Servers(stage));
        names.Has("app.example", "10.9.0.9");
        await Eventually.True(() => Servers(stage) == "10.9.0.9:0" && stage.Messages(node).Contains("What names have now is served"));
        Assert.Equal(1, Troubles());

        int Troubles() => stage.Messages(node).Count(m => m.StartsWith("What names have now cannot be served, and is tried again: fwmark 1000: it is one service for the addresses of a group", StringComparison.Ordinal));
    }

    private static string Servers(NodeStage stage) =>
        stage.Plane.Read(null) is [var service] ? string.Join(' ', service.Destinations.Select(d => $"{d.Key}").Order(StringComparer.Ordinal)) : "no service";

    private static HaConfiguration Configuration(int priority, TestNameServer names) => new()
    {
        VrrpInstances = [TestHost.Instance(priority, Vip) with { AdvertisementInterval = TimeSpan.FromMilliseconds(500) }],
        VirtualServers =
        [
            new VirtualServer
            {
                Address = IPAddress.Parse("10.9.0.100"),
                Port = 80,
                Scheduler = "wrr",
                Forwarding = ForwardingMethod.DirectRouting,
                RealServers = [new RealServer { HostName = "app.example", Port = 80 }],
            },
        ],
        Resolver = TestNameServer.Settings(names),
    };
}
