using System.Net;
using HaTools.Configuration;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>How much of a service must be up, and what several checks of one server say together.</summary>
public sealed class QuorumTests : IServiceSink
{
    private static readonly RealServer First = Server(1), Second = Server(2), Third = Server(3) with { Weight = 2 }, Spare = Server(9) with { Checks = [] };
    private static readonly VirtualServer Web = new() { Address = IPAddress.Parse("10.0.0.1"), Port = 80, RealServers = [First, Second, Third] };

    private readonly List<string> said = [];

    [Theory]
    [InlineData(3, 1, 4, 2)]
    [InlineData(1, 0, 1, 1)]
    [InlineData(9, 0, 4, 4)] // more than all weigh
    [InlineData(2, 5, 3, 1)] // more than the quorum itself
    [InlineData(4, 3, 4, 1)] // more than could ever be gained
    public void It_is_gained_above_and_lost_below(int quorum, int hysteresis, long gained, long lost)
    {
        var found = Quorum.Of(Web with { Quorum = quorum, Hysteresis = hysteresis });
        Assert.Equal((gained, lost), (found.GainedAt, found.LostBelow));
        for (long alive = 0; alive <= 4; alive++)
        {
            Assert.Equal(alive >= gained, found.Holds(false, alive));
            Assert.Equal(alive >= lost, found.Holds(true, alive));
        }
    }

    [Fact]
    public void Servers_that_are_up_and_are_not_enough_leave_the_clients_to_the_sorry_server_until_there_are_enough_again()
    {
        ManagedService service = Service(Web with { Quorum = 3, Hysteresis = 1, SorryServer = Spare });
        Assert.Equal("1=1 2=1 3=2", Table(service));
        Down(service, First);
        Assert.Equal("2=1 3=2", Table(service));
        Down(service, Second);
        Assert.Equal("3=2", Table(service));
        Up(service, Second);
        Down(service, Third);
        Assert.Equal("9=1", Table(service));
        Assert.Equal(
            ["Lost quorum 3-1=2 > 1 for VS [10.0.0.1]:tcp:80", "Adding sorry server [10.0.1.9]:tcp:80 to VS [10.0.0.1]:tcp:80"], said[^2..]);
        IpvsServiceState state = service.State(null);
        Assert.Equal((3, 1, false), (state.Quorum, state.AliveWeight, state.QuorumUp));
        Up(service, Third);
        Assert.Equal("9=1", Table(service));
        Up(service, First);
        Assert.Equal("1=1 2=1 3=2", Table(service));
        Assert.Equal(
            ["Gained quorum 3+1=4 <= 4 for VS [10.0.0.1]:tcp:80", "Removing sorry server [10.0.1.9]:tcp:80 from VS [10.0.0.1]:tcp:80"], said[^2..]);
    }

    [Fact]
    public void Without_a_sorry_server_those_that_are_up_go_on()
    {
        ManagedService service = Service(Web with { Quorum = 4 });
        Down(service, Third);
        Assert.Equal("1=1 2=1", Table(service));
        Assert.False(service.State(null).QuorumUp);
    }

    [Fact]
    public void Those_that_stay_on_failure_stay_with_weight_0_while_it_is_lost()
    {
        ManagedService service = Service(Web with { Quorum = 4, SorryServer = Spare, RealServers = [First with { InhibitOnFailure = true }, Second, Third] });
        Down(service, Third);
        Assert.Equal("1=0 9=1", Table(service));
    }

    [Fact]
    public void A_reload_changes_what_is_needed_and_a_lost_quorum_is_not_gained_by_it_below_its_upper_threshold()
    {
        ManagedService before = Service(Web with { Quorum = 3, SorryServer = Spare });
        Down(before, Third);
        Assert.False(before.State(null).QuorumUp);
        ManagedService same = Begun(ManagedService.Of(Web with { Quorum = 2, Hysteresis = 1, SorryServer = Spare }, before));
        Assert.False(same.State(null).QuorumUp);
        ManagedService lower = Begun(ManagedService.Of(Web with { Quorum = 2, SorryServer = Spare }, before));
        Assert.True(lower.State(null).QuorumUp);
        Assert.Equal("Removing sorry server [10.0.1.9]:tcp:80 from VS [10.0.0.1]:tcp:80", said[^1]);
        Assert.Equal("1=1 2=1", Table(lower));
    }

    [Fact]
    public void With_alpha_no_server_serves_before_its_check_has_succeeded_and_a_reload_forgets_nothing()
    {
        RealServer[] alphas = [.. Web.RealServers.Select(s => s with { Checks = [new TcpCheck { Alpha = true }] })];
        VirtualServer alpha = Web with { SorryServer = Spare, RealServers = [.. alphas] };
        ManagedService service = Service(alpha);
        Assert.Equal("9=1", Table(service));
        Assert.Equal("Starting with quorum down 1-0=1 > 0 for VS [10.0.0.1]:tcp:80", Assert.Single(said));
        Assert.Equal("it has not been checked yet", service.State(null).RealServers[0].Reason);
        Up(service, First);
        Assert.Equal("1=1", Table(service));
        Assert.Equal("1=1", Table(Begun(ManagedService.Of(alpha with { Scheduler = "rr" }, service))));
    }

    [Fact]
    public void A_server_is_up_while_all_of_its_checks_say_so()
    {
        RealServer twice = First with { Checks = [new TcpCheck(), new TcpCheck { ConnectPort = 81 }] };
        ManagedService service = Service(Web with { RealServers = [twice, Second] });
        Assert.True(service.Health.SetHealth(DestinationKey.Of(First), 1, false, "refused", this));
        Assert.False(service.Health.SetHealth(DestinationKey.Of(First), 0, false, "silent", this));
        Assert.Equal("silent; refused", service.State(null).RealServers[0].Reason);
        Assert.False(service.Health.SetHealth(DestinationKey.Of(First), 1, true, null, this));
        Assert.Equal("2=1", Table(service));

        // What the check has said that is no longer there is forgotten; what the other one said is not.
        ManagedService one = Begun(ManagedService.Of(Web with { RealServers = [twice with { Checks = [new TcpCheck()] }, Second] }, service));
        Assert.Equal("2=1", Table(one));
        ManagedService none = Begun(ManagedService.Of(Web with { RealServers = [twice with { Checks = [] }, Second] }, service));
        Assert.Equal("1=1 2=1", Table(none));
        Assert.False(none.Health.SetHealth(DestinationKey.Of(First), 0, false, "what was on its way", this));
        Assert.Equal("1=1 2=1", Table(none));
        Assert.True(service.Health.SetHealth(DestinationKey.Of(First), 0, true, null, this));
        Assert.Equal("1=1 2=1", Table(service));
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state) => said.Add(message);

    void IServiceSink.OnPrepared(string instance)
    {
    }

    private static RealServer Server(int host) => new() { Address = IPAddress.Parse($"10.0.1.{host}"), Port = 80, Checks = [new TcpCheck()] };

    private ManagedService Service(VirtualServer configured) => Begun(ManagedService.Of(configured));

    private ManagedService Begun(ManagedService service)
    {
        service.Health.Begin(this);
        return service;
    }

    private static string Table(ManagedService service) =>
        string.Join(' ', service.Desired().Destinations.Select(d => $"{d.Key.Address.GetAddressBytes()[3]}={d.Weight}"));

    private void Down(ManagedService service, RealServer server) => Assert.True(service.Health.SetHealth(DestinationKey.Of(server), 0, false, "refused", this));

    private void Up(ManagedService service, RealServer server) => Assert.True(service.Health.SetHealth(DestinationKey.Of(server), 0, true, null, this));
}
