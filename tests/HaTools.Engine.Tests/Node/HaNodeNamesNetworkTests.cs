using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Names;
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
