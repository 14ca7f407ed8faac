using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>What becomes of a server's health when a reload changes its list of checks.</summary>
public sealed class CheckReloadTests : IServiceSink
{
    private static readonly TcpCheck Tcp = new();
    private static readonly HttpCheck Http = new() { Urls = [new() { Path = "/" }] };
    private static readonly MiscCheck Misc = new() { Command = "/bin/true", DynamicWeight = true };

    private readonly List<(bool Up, HealthNews News)> told = [];

    [Fact]
    public void Its_times_and_alpha_make_no_other_check_of_one_and_what_it_asks_does()
    {
        CheckId id = Id(Http);
        Assert.Equal(id, Id(Http with { Retry = 7, DelayBeforeRetry = null, DelayLoop = TimeSpan.FromHours(1), Warmup = TimeSpan.Zero, ConnectTimeout = TimeSpan.FromSeconds(9), Alpha = true, FastRecovery = true }));
        Assert.NotEqual(id, Id(Http with { Urls = [new() { Path = "/other" }] }));
        Assert.NotEqual(id, Id(Http with { ConnectPort = 81 }));
        Assert.Equal(Id(Misc), Id(Misc with { DynamicWeight = false, Timeout = TimeSpan.FromSeconds(1) }));
        Assert.NotEqual(Id(Misc), Id(Misc with { Command = "/bin/false" }));
        FileCheck file = new() { TrackFile = "load" };
        Assert.Equal(Id(file), Id(file with { Weight = 3, Reverse = true }));
        Assert.Equal([0, 0, 1], CheckId.Of([Tcp, Http, Tcp with { Retry = 3 }]).Select(i => i.Number));
    }

    [Fact]
    public void The_verdict_of_a_check_stays_its_own_when_another_one_goes_or_comes_before_it()
    {
        ManagedServer server = Server(Tcp, Http);
        _ = server.SetHealth(0, true, null);
        _ = server.SetHealth(1, false, "status 500");

        Assert.Equal((false, "status 500"), Said(server.With(Web, Of(Http))));
        Assert.Equal((false, "status 500"), Said(server.With(Web, Of(Http, Tcp))));
        Assert.True(server.With(Web, Of(Tcp)).Up);
    }

    [Fact]
    public void The_weight_of_a_program_is_not_taken_for_that_of_another()
    {
        ManagedServer server = Server(Misc);
        Assert.True(server.SetWeight(0, CheckWeight.Instead(7)));
        Assert.Equal(7, server.With(Web, Of(Tcp, Misc)).Weight);
        Assert.Equal(1, server.With(Web, Of(Misc with { Command = "/bin/false" })).Weight);
        Assert.Equal(1, server.With(Web, Of(Misc with { DynamicWeight = false })).Weight);
    }

    [Fact]
    public void A_server_that_is_up_stays_so_when_a_check_with_alpha_is_added_until_that_has_failed()
    {
        ManagedServer server = Server(Tcp).With(Web, Of(Tcp, Http with { Alpha = true }));
        Assert.True(server.Up);
        Assert.True(server.SetHealth(1, false, "status 500"));
        Assert.False(server.Up);
    }

    [Fact]
    public void A_server_that_is_down_stays_so_until_the_check_that_takes_the_place_has_spoken()
    {
        ServiceHealth before = Health(Http, null);
        _ = before.SetHealth(Place, 0, false, "status 500", this);
        told.Clear();
        ServiceHealth health = Health(Http with { Urls = [new() { Path = "/health" }] }, before);
        Assert.False(health.InOrder[0].Up);
        Assert.StartsWith("it was down, and has not been checked", health.InOrder[0].State(ForwardingMethod.DirectRouting, null).Reason, StringComparison.Ordinal);

        // That it is down is no news then.
        Assert.False(health.SetHealth(Place, 0, false, "status 404", this));
        Assert.DoesNotContain((false, HealthNews.Changed), told);
        Assert.True(health.SetHealth(Place, 0, true, null, this));
        Assert.Contains((true, HealthNews.Changed), told);
    }

    [Fact]
    public void One_that_nobody_has_looked_at_yet_is_not_taken_for_one_that_was_found_to_be_down()
    {
        ManagedServer server = Server(Http with { Alpha = true }).With(Web, Of(Tcp with { Alpha = true }));
        Assert.False(server.Up);
        Assert.False(server.IsFound);
    }

    [Fact]
    public void The_words_of_a_check_that_is_not_there_any_more_are_not_taken_for_those_of_its_successor()
    {
        ServiceHealth health = Health(Http, null);
        CheckKey[] keys = [.. new HealthCheck[] { Http, Tcp }.Select(c => new CheckKey(health.Key, Place, Id(c)))];
        Assert.Equal([0, -1], keys.Select(health.PlaceOf));
        Assert.Equal(-1, health.PlaceOf(keys[0] with { Server = Place with { Port = 81 } }));
        Assert.False(health.SetHealth(Place, -1, false, "late", this));
        Assert.False(health.SetWeight(Place, -1, CheckWeight.Instead(3), this));
        health.SetWarning(Place, -1, "late");
        Assert.True(health.InOrder[0].Up);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Servers_that_get_no_client_by_configuration_leave_them_to_the_sorry_server(int weight, bool carries)
    {
        VirtualServer service = Service(Tcp) with { SorryServer = Of() with { Port = 81 } };
        var health = new ServiceHealth(service with { RealServers = [service.RealServers[0] with { Weight = weight }] }, Name(service), null);
        Assert.Equal((carries, !carries), (health.HasQuorum, health.SorryServerStands));
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state)
    {
    }

    void IServiceSink.OnPrepared(string instance)
    {
    }

    void IServiceSink.OnHealth(ServiceKey service, DestinationKey? server, bool up, HealthNews news, long weight) => told.Add((up, news));

    private static DestinationKey Place => DestinationKey.Of(Of());

    private static CheckId Id(HealthCheck check) => Assert.Single(CheckId.Of([check]));

    private static RealServer Of(params HealthCheck[] checks) => new() { Address = IPAddress.Parse("10.0.1.1"), Port = 80, Checks = [.. checks] };

    private static ManagedServer Server(params HealthCheck[] checks) => new(Web, Of(checks), DateTimeOffset.Now);

    private static VirtualServer Web => Service(Tcp);

    private static VirtualServer Service(HealthCheck check) => new() { Address = IPAddress.Parse("10.0.0.1"), Port = 80, RealServers = [Of(check)] };

    private static ServiceName Name(VirtualServer service) => ServiceName.AllOf([service], [])[ServiceKey.Of(service)];

    private static ServiceHealth Health(HealthCheck check, ServiceHealth? before) => new(Service(check), Name(Service(check)), before);

    private static (bool Up, string? Reason) Said(ManagedServer server) => (server.Up, server.State(ForwardingMethod.DirectRouting, null).Reason);
}
