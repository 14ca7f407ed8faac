using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Notify;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>What services say to those that run their scripts.</summary>
public sealed class HealthNewsTests : IServiceSink
{
    private static readonly NotifyScript Script = new("/bin/true");
    private static readonly RealServer First = Server(1), Second = Server(2);
    private static readonly VirtualServer Web = new()
    {
        Address = IPAddress.Parse("10.0.0.1"),
        Port = 80,
        Quorum = 2,
        QuorumUp = Script,
        RealServers = [First, Second],
    };

    private readonly List<string> told = [];
    private readonly List<long> weights = [];
    private readonly List<string> checks = [];

    [Fact]
    public void A_new_service_begins_with_what_it_is_and_a_reload_leaves_it_so()
    {
        ManagedService service = Begun(Web with { RealServers = [First, Second with { Checks = [new TcpCheck { Alpha = true }] }] }, null);
        Assert.Equal(["1 up Begins", "2 down Begins", "quorum down Begins"], Taken());

        VirtualServer heavier = Web with { RealServers = [First with { Weight = 3 }, Second with { Checks = [new TcpCheck { Alpha = true }] }, Server(3)] };
        _ = Begun(heavier, service);
        Assert.Equal(["1 up Stays", "2 down Stays", "3 up Begins", "quorum down Stays", "quorum up Changed"], Taken());
    }

    [Fact]
    public void Checks_change_servers_and_these_the_quorum()
    {
        ManagedService service = Begun(Web, null);
        _ = Taken();
        Set(service, First, false);
        Set(service, First, false);
        Set(service, Second, false);
        Assert.Equal(["1 down Changed", "quorum down Changed", "2 down Changed"], Taken());
        Set(service, First, true);
        Set(service, Second, true);
        Assert.Equal(["1 up Changed", "2 up Changed", "quorum up Changed"], Taken());
    }

    [Fact]
    public void A_reload_that_takes_a_check_away_that_has_failed_changes_its_server()
    {
        ManagedService service = Begun(Web, null);
        Set(service, First, false);
        _ = Taken();
        _ = Begun(Web with { RealServers = [First with { Checks = [] }, Second] }, service);
        Assert.Equal(["1 up Changed", "2 up Stays", "quorum down Stays", "quorum up Changed"], Taken());
    }

    [Fact]
    public void What_nobody_had_looked_at_is_told_once_when_a_check_has_failed()
    {
        RealServer twice = First with { Checks = [new TcpCheck { Alpha = true }, new TcpCheck { Alpha = true, ConnectPort = 81 }] };
        ManagedService service = Begun(Web with { RealServers = [twice, Second] }, null);
        Assert.Equal(["1 down Begins", "2 up Begins", "quorum down Begins"], Taken());
        Set(service, First, true);
        Assert.Empty(Taken());
        _ = service.Health.SetHealth(DestinationKey.Of(First), 1, false, "refused", this);
        _ = service.Health.SetHealth(DestinationKey.Of(First), 1, false, "silent", this);
        Set(service, First, false);
        Assert.Equal(["1 down Changed"], Taken());
    }

    [Fact]
    public void A_server_that_is_drained_is_not_down()
    {
        ManagedService service = Begun(Web, null);
        _ = Taken();
        _ = service.SetDrained([DestinationKey.Of(First)], this);
        Assert.Equal(["quorum down Changed"], Taken());
        _ = service.SetDrained([], this);
        Assert.Equal(["quorum up Changed"], Taken());
    }

    [Fact]
    public void What_has_no_scripts_is_told_of_all_the_same_since_a_fifo_may_be()
    {
        VirtualServer silent = Web with { QuorumUp = null, RealServers = [First with { NotifyDown = null }, Second] };
        ManagedService service = Begun(silent, null);
        Set(service, First, false);
        Assert.Equal(["1 up Begins", "2 up Begins", "quorum up Begins", "1 down Changed", "quorum down Changed"], Taken());
        _ = Begun(Web with { QuorumUp = null, QuorumDown = Script }, service);
        Assert.Equal(["1 down Stays", "2 up Stays", "quorum down Stays"], Taken());
    }

    [Fact]
    public void Mails_hear_what_each_check_says_and_what_that_makes_of_its_server_once()
    {
        RealServer twice = First with { Checks = [new TcpCheck(), new TcpCheck { Alpha = true }] };
        ManagedService service = Begun(Web with { RealServers = [twice, Second] }, null);
        _ = service.Health.SetHealth(DestinationKey.Of(First), 1, false, "refused", this);
        Assert.Empty(checks);
        foreach (bool up in (bool[])[true, true]) _ = service.Health.SetHealth(DestinationKey.Of(First), 1, up, null, this);
        foreach (bool up in (bool[])[true, false, false]) _ = service.Health.SetHealth(DestinationKey.Of(First), 0, up, up ? null : "refused", this);
        _ = service.Health.SetHealth(DestinationKey.Of(First), 1, false, "silent", this);
        _ = service.Health.SetHealth(DestinationKey.Of(First), 0, true, null, this);
        _ = service.Health.SetHealth(DestinationKey.Of(First), 7, true, null, this);
        Assert.Equal(
            [
                "1 check 1 up, server up now", "1 check 0 down (refused), server down now", "1 check 1 down (silent), server down", "1 check 0 up, server down",
            ],
            checks);
    }

    [Fact]
    public void What_is_told_of_a_service_has_what_its_servers_weigh_that_are_up()
    {
        ManagedService service = Begun(Web with { RealServers = [First with { Weight = 3 }, Second with { Weight = 4 }] }, null);
        Assert.Equal([3, 4, 7], weights);
        Set(service, Second, false);
        Set(service, First, false);
        Assert.Equal([4, 3, 0], weights[3..]);
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state)
    {
    }

    void IServiceSink.OnHealth(ServiceKey service, DestinationKey? server, bool up, HealthNews news, long weight)
    {
        Assert.Equal("tcp 10.0.0.1:80", service.ToString());
        told.Add($"{(server is { } one ? $"{one.Address.GetAddressBytes()[3]}" : "quorum")} {(up ? "up" : "down")} {news}");
        weights.Add(weight);
    }

    void IServiceSink.OnCheckHealth(ServiceKey service, DestinationKey server, CheckNews news) =>
        checks.Add($"{server.Address.GetAddressBytes()[3]} check {news.Check} {(news.Up ? "up" : $"down ({news.Reason})")}, server {(news.ServerUp ? "up" : "down")}{(news.ServerChanged ? " now" : "")}");

    void IServiceSink.OnPrepared(string instance)
    {
    }

    private static RealServer Server(int host) => new() { Address = IPAddress.Parse($"10.0.1.{host}"), Port = 80, Checks = [new TcpCheck()], NotifyDown = Script };

    private ManagedService Begun(VirtualServer configured, ManagedService? before)
    {
        var service = ManagedService.Of(configured, before);
        service.Health.Begin(this);
        return service;
    }

    private void Set(ManagedService service, RealServer server, bool up) => service.Health.SetHealth(DestinationKey.Of(server), 0, up, up ? null : "refused", this);

    private string[] Taken()
    {
        string[] taken = [.. told];
        told.Clear();
        return taken;
    }
}
