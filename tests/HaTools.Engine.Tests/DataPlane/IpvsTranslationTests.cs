using System.Net;
using System.Net.Sockets;
using HaTools.Engine.DataPlane;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

public sealed class IpvsTranslationTests
{
    private static readonly DestinationKey[] Servers =
        [new(IPAddress.Parse("192.168.1.103"), 80), new(IPAddress.Parse("2001:db8::103"), 8080)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_service_that_goes_there_and_back_is_what_it_was(int seed)
    {
        var plane = new RandomPlane(seed);
        for (int round = 0; round < 5000; round++)
        {
            ServiceKey key = plane.One(RandomPlane.Keys);
            PlaneDestination[] servers = [.. Servers.Where(_ => plane.Coin()).Select(s => plane.Server(s, key.Address.AddressFamily))];
            PlaneService service = plane.Service(key, servers);

            IpvsService there = IpvsTranslation.Service(service);
            PlaneService back = IpvsTranslation.Service(there, servers.Select(IpvsTranslation.Server));

            Assert.Equal(service with { Destinations = [] }, back with { Destinations = [] });
            Assert.Equal(servers, back.Destinations);
            Assert.Equal(service.Key.ToString(), there.Key.ToString());
            Assert.Equal(service.Persistence is not null, (there.Flags & IpvsServiceFlags.Persistent) != 0);
        }
    }

    [Fact]
    public void A_server_that_is_read_has_its_counts_and_no_tunnel_where_there_is_none()
    {
        PlaneDestination read = IpvsTranslation.Server(new IpvsDestination
        {
            Address = Servers[0].Address,
            Port = 80,
            ForwardingMethod = IpvsForwardingMethod.DirectRoute,
            TunnelType = IpvsTunnelType.Gue,
            TunnelPort = 6080,
            ActiveConnections = 3,
            InactiveConnections = uint.MaxValue,
        });

        Assert.Equal((3, uint.MaxValue), (read.ActiveConnections, read.InactiveConnections));
        Assert.Equal(default, read.Tunnel);
    }

    [Theory]
    [InlineData(IpvsForwardingMethod.Masquerade)]
    [InlineData(IpvsForwardingMethod.Local)]
    [InlineData(IpvsForwardingMethod.Tunnel)]
    [InlineData(IpvsForwardingMethod.DirectRoute)]
    [InlineData(IpvsForwardingMethod.Bypass)]
    public void Every_way_of_the_kernel_to_forward_is_read_as_what_it_is(IpvsForwardingMethod method)
    {
        var server = new IpvsDestination { Address = Servers[0].Address, Port = 80, ForwardingMethod = method };

        Assert.Equal(method, IpvsTranslation.Server(server).Forwarding);
    }

    [Fact]
    public void The_model_s_words_have_the_kernel_s_numbers()
    {
        var service = new VirtualServer { Address = Servers[0].Address, Port = 80, Protocol = TransportProtocol.Udp };
        Assert.Equal(IpvsProtocol.Udp, ServiceKey.Of(service).Protocol);
        Assert.Equal(IpvsProtocol.Tcp, ServiceKey.Of(service with { Protocol = TransportProtocol.Tcp }).Protocol);
        Assert.All(Enum.GetValues<TransportProtocol>(), p => Assert.True(Enum.IsDefined((IpvsProtocol)p)));
        Assert.Equal((int)IpvsForwardingMethod.Masquerade, (int)ForwardingMethod.Nat);
        Assert.Equal((int)IpvsForwardingMethod.DirectRoute, (int)ForwardingMethod.DirectRouting);
        Assert.All(Enum.GetValues<ForwardingMethod>(), m => Assert.True(Enum.IsDefined((IpvsForwardingMethod)m)));
    }

    [Fact]
    public void Services_have_the_names_that_people_know()
    {
        Assert.Equal("[192.168.1.103]:sctp:9", KeepalivedName.Of(new ServiceKey(IpvsProtocol.Sctp, Servers[0].Address, 9)));
        Assert.Equal("FWM 7", KeepalivedName.Of(ServiceKey.OfFirewallMark(7, AddressFamily.InterNetwork)));
        Assert.Equal("fwmark 7 ipv6", ServiceKey.OfFirewallMark(7, AddressFamily.InterNetworkV6).ToString());
        Assert.NotEqual(ServiceKey.OfFirewallMark(7, AddressFamily.InterNetwork), ServiceKey.OfFirewallMark(7, AddressFamily.InterNetworkV6));
    }

    [Fact]
    public void A_mask_of_all_bits_is_none()
    {
        PlaneService service = new() { Key = RandomPlane.Keys[0], Scheduler = "rr" };

        Assert.Null((service with { Netmask = IPAddress.Broadcast }).Netmask);
        Assert.Null((service with { Netmask = IPAddress.Parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff") }).Netmask);
        Assert.NotNull((service with { Netmask = IPAddress.Any }).Netmask);
    }
}
