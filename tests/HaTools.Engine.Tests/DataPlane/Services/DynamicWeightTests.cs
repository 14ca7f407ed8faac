using System.Net;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>What the weights that checks say do to a service.</summary>
public sealed class DynamicWeightTests : IServiceSink
{
    private static readonly HealthCheck Saying = new MiscCheck { Command = "true", DynamicWeight = true };
    private static readonly RealServer First = Server(1) with { Weight = 5 }, Second = Server(2) with { Weight = 5, Checks = [new TcpCheck()] }, Spare = Server(9) with { Checks = [] };

    private readonly List<string> said = [];

    [Fact]
    public void A_server_has_the_weight_that_its_check_says_and_the_configured_one_again_when_it_says_none()
    {
        ManagedService service = Service();
        Assert.True(Weight(service, First, 10));
        Assert.Equal("1=10 2=5", Table(service));
        Assert.Equal("WeightChanged 10 Changing weight from 5 to 10 for active service [10.0.1.1]:tcp:80 of VS [10.0.0.1]:tcp:80", said[^1]);
        Assert.Equal((10, 15L), (service.State(null).RealServers[0].Weight, service.State(null).AliveWeight));
        Assert.False(Weight(service, First, 10));
        Assert.True(Weight(service, First, 0));
        Assert.Equal("1=0 2=5", Table(service));
        Assert.True(Weight(service, First, null));
        Assert.Equal("1=5 2=5", Table(service));
    }

    [Fact]
    public void Status_tells_what_each_check_says()
    {
        ManagedService service = Service();
        IpvsCheckState check = Assert.Single(service.State(null).RealServers[0].Checks);
        Assert.Equal(("misc", true, false, null, null), (check.Type, check.Up, check.Spoken, check.Reason, check.WeightChange));
        _ = Weight(service, First, 3);
        Health(service, First, true);
        check = Assert.Single(service.State(null).RealServers[0].Checks);
        Assert.Equal((true, true, -2L), (check.Up, check.Spoken, check.WeightChange));
        Health(service, First, false);
        check = Assert.Single(service.State(null).RealServers[0].Checks);
        Assert.Equal((false, true, "gone", null), (check.Up, check.Spoken, check.Reason, check.WeightChange));
    }

    [Fact]
    public void The_weight_of_one_that_is_down_counts_when_it_is_up_again()
    {
        ManagedService service = Service(null, First with { InhibitOnFailure = true }, Second);
        _ = Weight(service, First, 10);
        Health(service, First, false);
        Assert.Equal("1=0 2=5", Table(service));
        Assert.Equal(5L, service.State(null).AliveWeight);
        Assert.True(Weight(service, First, 12));
        Assert.Equal("WeightChanged 12 Changing weight from 10 to 12 for inactive service [10.0.1.1]:tcp:80 of VS [10.0.0.1]:tcp:80", said[^1]);
        Assert.Equal("1=0 2=5", Table(service));
        Health(service, First, true);
        Assert.Equal("1=12 2=5", Table(service));
    }

    [Fact]
    public void Weights_of_several_checks_add_up()
    {
        ManagedService service = Service(null, First with { Checks = [Saying, new TcpCheck(), Saying] });
        _ = Weight(service, First, 10);
        Assert.True(Weight(service, First, 7, check: 2));
        Assert.Equal("1=12", Table(service));
        Assert.False(Weight(service, First, 7, check: 1));
        Assert.False(Weight(service, First, 7, check: 3));
        Assert.Equal("1=12", Table(service));
    }

    [Fact]
    public void They_stay_over_a_reload_with_another_configured_weight_and_go_with_the_check_that_says_them()
    {
        ManagedService service = Service();
        _ = Weight(service, First, 10);
        service = ManagedService.Of(service.Configured with { RealServers = [First with { Weight = 7 }, Second] }, service);
        Assert.Equal("1=10 2=5", Table(service));
        var other = ManagedService.Of(service.Configured with { RealServers = [First with { Checks = [new TcpCheck()] }, Second] }, service);
        Assert.Equal("1=5 2=5", Table(other));
        other = ManagedService.Of(service.Configured with { RealServers = [First with { Checks = [new MiscCheck { Command = "true" }] }, Second] }, service);
        Assert.Equal("1=5 2=5", Table(other));
    }

    [Fact]
    public void The_quorum_goes_by_them_and_is_what_the_configuration_says()
    {
        ManagedService service = Service(Spare, 12, First, Second);
        Assert.False(service.State(null).QuorumUp);
        _ = Weight(service, First, 7);
        Assert.Equal((true, 12L, 12L), (service.State(null).QuorumUp, service.State(null).Quorum, service.State(null).AliveWeight));
        Assert.Equal("1=7 2=5", Table(service));
    }

    [Fact]
    public void One_that_loses_the_quorum_leaves_all_that_are_up_with_weight_0_and_so_their_connections()
    {
        ManagedService service = Service(Spare, 8, First, Second);
        Assert.True(service.State(null).QuorumUp);
        _ = Weight(service, First, 1);
        Assert.False(service.State(null).QuorumUp);
        Assert.Equal("1=0 2=0 9=1", Table(service));
        _ = Weight(service, First, 2);
        Assert.Equal("1=0 2=0 9=1", Table(service));
        Health(service, Second, false);
        Assert.Equal("1=0 9=1", Table(service));
        _ = Weight(service, First, 8);
        Assert.Equal("1=8", Table(service));
    }

    [Fact]
    public void One_that_is_drained_carries_nothing_whatever_its_check_says()
    {
        ManagedService service = Service(Spare, 1, First);
        Assert.True(service.SetDrained([DestinationKey.Of(First)], this));
        _ = Weight(service, First, 10);
        Assert.Equal((0L, false), (service.State(null).AliveWeight, service.State(null).QuorumUp));
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state) => said.Add($"{kind} {state} {message}");

    void IServiceSink.OnPrepared(string instance)
    {
    }

    private static RealServer Server(int host) => new() { Address = IPAddress.Parse($"10.0.1.{host}"), Port = 80, Checks = [Saying] };

    private static ManagedService Service() => Service(null, First, Second);

    private static ManagedService Service(RealServer? sorry, params RealServer[] servers) => Service(sorry, 1, servers);

    private static ManagedService Service(RealServer? sorry, int quorum, params RealServer[] servers) =>
        ManagedService.Of(new VirtualServer { Address = IPAddress.Parse("10.0.0.1"), Port = 80, Quorum = quorum, SorryServer = sorry, RealServers = [.. servers] });

    private static string Table(ManagedService service) =>
        string.Join(' ', service.Desired().Destinations.Select(d => $"{d.Key.Address.GetAddressBytes()[3]}={d.Weight}"));

    private bool Weight(ManagedService service, RealServer server, int? weight, int check = 0) =>
        service.Health.SetWeight(DestinationKey.Of(server), check, weight is { } word ? CheckWeight.Instead(word) : null, this);

    private void Health(ManagedService service, RealServer server, bool up) => service.Health.SetHealth(DestinationKey.Of(server), 0, up, up ? null : "gone", this);
}
