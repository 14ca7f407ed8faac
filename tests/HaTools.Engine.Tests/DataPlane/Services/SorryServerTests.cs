using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>What should be in the plane, by the health of a service's servers.</summary>
public sealed class SorryServerTests : IServiceSink
{
    private static readonly RealServer First = Server(1), Second = Server(2) with { Weight = 5 }, Spare = Server(9);

    private readonly List<string> said = [];

    [Fact]
    public void It_stands_in_while_no_server_is_up()
    {
        ManagedService service = Service(Spare, First, Second);
        Assert.Equal("1=1 2=5", Table(service));
        Down(service, First);
        Assert.Equal("2=5", Table(service));
        Down(service, Second);
        Assert.Equal("9=1", Table(service));
        Assert.Equal("Adding sorry server [10.0.1.9]:tcp:80 to VS [10.0.0.1]:tcp:80", said[^1]);
        Assert.Equal((true, 1), (service.State(null).SorryServer!.Up, service.State(null).SorryServer!.Weight));
        Up(service, First);
        Assert.Equal("1=1", Table(service));
        Assert.Equal("Removing sorry server [10.0.1.9]:tcp:80 from VS [10.0.0.1]:tcp:80", said[^1]);
        Assert.False(service.State(null).SorryServer!.Up);
    }

    [Fact]
    public void Inhibited_ones_stay_with_weight_0()
    {
        ManagedService service = Service(Spare with { InhibitOnFailure = true }, First with { InhibitOnFailure = true }, Second);
        Assert.Equal("1=1 2=5 9=0", Table(service));
        Down(service, First);
        Assert.Equal("Disabling service [10.0.1.1]:tcp:80 of VS [10.0.0.1]:tcp:80", said[^1]);
        Assert.Equal("1=0 2=5 9=0", Table(service));
        Down(service, Second);
        Assert.Equal("1=0 9=1", Table(service));
        Assert.Equal("Enabling sorry server [10.0.1.9]:tcp:80 to VS [10.0.0.1]:tcp:80", said[^1]);
        Up(service, First);
        Assert.Equal("1=1 9=0", Table(service));
        Assert.Equal("Disabling sorry server [10.0.1.9]:tcp:80 from VS [10.0.0.1]:tcp:80", said[^1]);
    }

    [Fact]
    public void One_that_is_a_real_server_too_stands_once()
    {
        ManagedService service = Service(First with { Weight = 7 }, First, Second);
        Down(service, First);
        Assert.Equal("2=5", Table(service));
        Down(service, Second);
        Assert.Equal("1=7", Table(service));
        Up(service, Second);
        Assert.Equal("2=5", Table(service));
    }

    [Fact]
    public void A_server_that_is_up_and_takes_nobody_keeps_its_connections_beside_it()
    {
        ManagedService service = Service(Spare, First with { Weight = 0 }, Second);
        Down(service, Second);
        Assert.Equal("1=0 9=1", Table(service));
        Assert.Equal("1=0 2=0 9=1", Table(Service(Spare, First with { Weight = 0 }, Second with { Weight = 0 })));
    }

    [Fact]
    public void It_has_the_service_s_way_or_its_own()
    {
        var gue = new IpvsTunnel { Type = TunnelType.Gue, Port = 6080 };
        ManagedService service = ManagedService.Of(
            new VirtualServer { Address = IPAddress.Parse("10.0.0.1"), Port = 80, Forwarding = ForwardingMethod.Tunnel, Tunnel = gue, SorryServer = Spare, RealServers = [First] });
        Down(service, First);
        PlaneDestination spare = Assert.Single(service.Desired().Destinations);
        Assert.Equal((IpvsForwardingMethod.Tunnel, new PlaneTunnel(IpvsTunnelType.Gue, 6080, IpvsTunnelFlags.None)), (spare.Forwarding, spare.Tunnel));
        service = Service(Spare with { Forwarding = ForwardingMethod.Tunnel }, First);
        Down(service, First);
        spare = Assert.Single(service.Desired().Destinations);
        Assert.Equal((IpvsForwardingMethod.Tunnel, default), (spare.Forwarding, spare.Tunnel));
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state) => said.Add(message);

    void IServiceSink.OnPrepared(string instance)
    {
    }

    private static RealServer Server(int host) => new() { Address = IPAddress.Parse($"10.0.1.{host}"), Port = 80, Checks = [new TcpCheck()] };

    private static ManagedService Service(RealServer sorry, params RealServer[] servers) =>
        ManagedService.Of(new VirtualServer { Address = IPAddress.Parse("10.0.0.1"), Port = 80, SorryServer = sorry with { Checks = [] }, RealServers = [.. servers] });

    private static string Table(ManagedService service) =>
        string.Join(' ', service.Desired().Destinations.Select(d => $"{d.Key.Address.GetAddressBytes()[3]}={d.Weight}"));

    private void Down(ManagedService service, RealServer server) => Assert.True(service.Health.SetHealth(DestinationKey.Of(server), 0, false, "refused", this));

    private void Up(ManagedService service, RealServer server) => Assert.True(service.Health.SetHealth(DestinationKey.Of(server), 0, true, null, this));
}
