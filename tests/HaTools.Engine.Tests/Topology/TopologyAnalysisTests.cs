using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Topology;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.Topology;

public sealed class TopologyAnalysisTests
{
    private static readonly ServiceKey Web = new(IpvsProtocol.Tcp, IPAddress.Parse("192.168.1.120"), 80);

    [Theory]
    [InlineData("192.168.1.104")]
    [InlineData("192.168.1.103")]
    public void Directors_that_are_each_others_real_servers_load_the_service_as_master_only(string here)
    {
        HostTopology place = TopologyAnalysis.Analyze(Seed000(), Addresses("127.0.0.1", here));

        Assert.Equal("VI_1", place.Gates[Web]);
        Assert.Equal(["VI_1"], place.GatedInstances);
        Assert.Equal(["VI_1"], place.ParkedInstances);
        string note = Assert.Single(place.Notes);
        Assert.Contains($"this host ({here})", note, StringComparison.Ordinal);
        Assert.Contains("192.168.1.120 stands on lo", note, StringComparison.Ordinal);
    }

    [Fact]
    public void With_remote_real_servers_only_nothing_special_is_done() =>
        Assert.Same(HostTopology.Plain, TopologyAnalysis.Analyze(Seed000(), Addresses("127.0.0.1", "192.168.1.101", "192.168.1.120")));

    [Fact]
    public void With_no_other_real_server_there_is_no_other_director()
    {
        HaConfiguration alone = Seed000() with { VirtualServers = [Service("192.168.1.104")] };

        Assert.Same(HostTopology.Plain, TopologyAnalysis.Analyze(alone, Addresses("192.168.1.104")));
    }

    [Fact]
    public void Translated_services_come_back_through_the_director_and_need_nothing()
    {
        HaConfiguration nat =
            Seed000() with { VirtualServers = [Service("192.168.1.103", "192.168.1.104") with { Forwarding = ForwardingMethod.Nat }] };

        Assert.Same(HostTopology.Plain, TopologyAnalysis.Analyze(nat, Addresses("192.168.1.104")));
    }

    [Fact]
    public void A_service_on_an_address_that_does_not_move_is_not_gated()
    {
        HaConfiguration fixedAddress = Seed000() with { VrrpInstances = [] };

        Assert.Same(HostTopology.Plain, TopologyAnalysis.Analyze(fixedAddress, Addresses("192.168.1.104")));
    }

    private static HaConfiguration Seed000() => new()
    {
        VrrpInstances =
        [
            new VrrpInstance
            {
                Name = "VI_1",
                Interface = "eno16777736",
                VirtualRouterId = 51,
                VirtualAddresses = [new VirtualAddress { Address = Web.Address }],
            },
        ],
        VirtualServers = [Service("192.168.1.103", "192.168.1.104")],
    };

    private static VirtualServer Service(params string[] servers) => new()
    {
        Address = Web.Address,
        Port = 80,
        Scheduler = "wrr",
        Forwarding = ForwardingMethod.DirectRouting,
        RealServers = servers.Select(s => new RealServer { Address = IPAddress.Parse(s), Port = 80 }).ToValueList(),
    };

    private static IPAddress[] Addresses(params string[] texts) => [.. texts.Select(IPAddress.Parse)];
}
