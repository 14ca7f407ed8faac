using System.Collections.Frozen;
using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Readiness;

namespace HaTools.Engine.Tests.Readiness;

/// <summary>When a host is ready to take over from a master that lives, in virtual time.</summary>
public sealed class ReadinessLogicTests
{
    private const long Second = 1_000_000_000;
    private const long Start = 1000 * Second;
    private static readonly VirtualServer Web = Service("192.0.2.9", check: true);
    private readonly ReadinessLogic logic = new();
    private long now = Start;
    private long? listeningSince = Start;
    private bool sends;
    private IReadOnlySet<ServiceKey> unwritten = FrozenSet<ServiceKey>.Empty;
    private IReadOnlySet<ServiceKey> unanswered = FrozenSet<ServiceKey>.Empty;

    [Fact]
    public void Connections_are_learned_for_a_refresh_period_the_stay_of_a_message_and_a_second_without_a_break()
    {
        logic.Configure(Configuration([Service("192.0.2.9")], Sync()), now);
        Assert.Equal("VI_1: the other director's connections are being learned, 7.5 s", Held());
        Pass(7);
        Assert.Equal("VI_1: the other director's connections are being learned, 0.5 s", Held());
        listeningSince = now;
        Pass(7);
        Assert.NotEqual("", Held());
        Pass(1);
        Assert.Equal("", Held());
        listeningSince = null;
        Assert.Equal("VI_1: the IPVS sync daemon does not listen, 60 s", Held());
        listeningSince = now;
        Assert.Equal("VI_1: the other director's connections are being learned, 7.5 s", Held());
    }

    [Fact]
    public void Who_announces_connections_itself_has_none_to_learn()
    {
        sends = true;
        listeningSince = null;
        logic.Configure(Configuration([Service("192.0.2.9")], Sync()), now);
        Assert.Equal("", Held());
        sends = false;
        Assert.NotEqual("", Held());
    }

    [Theory]
    [InlineData(30, null, null, "34.5")]
    [InlineData(null, null, null, "4.5")]
    [InlineData(3, "sync_refresh_period", "20", "24.5")]
    [InlineData(3, "sync_threshold", "3 20", "4.5")]
    public void The_wait_is_as_long_as_the_announcements_are_apart_as_far_as_that_is_known(int? period, string? parameter, string? value, string seconds)
    {
        HaConfiguration configuration = Configuration([Service("192.0.2.9")], Sync() with { RefreshPeriod = period is { } s ? TimeSpan.FromSeconds(s) : null });
        if (parameter is not null) configuration = configuration with { Ipvs = new() { Parameters = [new(parameter, value!)] } };
        logic.Configure(configuration, now);
        Assert.Equal($"VI_1: the other director's connections are being learned, {seconds} s", Held());
    }

    [Fact]
    public void A_daemon_that_never_listens_is_not_waited_for_for_ever()
    {
        listeningSince = null;
        logic.Configure(Configuration([Service("192.0.2.9")], Sync()), now);
        Assert.NotEqual("", Held());
        Pass(59);
        Assert.NotEqual("", Held());
        Pass(1);
        Assert.Equal("", Held());
    }

    [Fact]
    public void Each_check_is_waited_for_until_it_has_said_whether_its_server_is_up()
    {
        logic.Configure(Configuration([Web]), now);
        Assert.Equal("VI_1: 2 health checks have had no result yet, 14 s", Held());
        logic.Heard(Check(1));
        Assert.Equal("VI_1: a health check has had no result yet, 14 s", Held());
        logic.Heard(Check(2));
        Assert.Equal("", Held());

        // A reload asks only for what is new.
        logic.Configure(Configuration([Web with { RealServers = [.. Web.RealServers, Server(3)] }]), now);
        Assert.Equal("VI_1: a health check has had no result yet, 14 s", Held());
        logic.Configure(Configuration([Web]), now);
        Assert.Equal("", Held());

        // Nor does one that is refused: its checks are those of before, and say nothing again.
        logic.Configure(Configuration([]), now);
        logic.Configure(Configuration([Web]), now);
        Assert.Equal("", Held());
        logic.Configure(Configuration([]), now);
        logic.SetInForce();
        logic.Configure(Configuration([Web]), now);
        Assert.NotEqual("", Held());
    }

    [Fact]
    public void A_check_that_says_nothing_is_waited_for_for_as_long_as_it_may_take_and_a_minute_at_most()
    {
        logic.Configure(Configuration([Web]), now);
        Pass(13);
        Assert.NotEqual("", Held());
        Pass(1);
        Assert.Equal("", Held());

        logic.Configure(Configuration([]), now);
        logic.Configure(Configuration([Web with { RealServers = [Server(1, timeout: 300)] }]), now);
        Assert.Equal("VI_1: a health check has had no result yet, 60 s", Held());

        // A reload does not begin it anew.
        Pass(59);
        logic.Configure(Configuration([Web with { RealServers = [Server(1, timeout: 301)] }]), now);
        Pass(1);
        Assert.Equal("", Held());
    }

    [Fact]
    public void Checks_that_begin_when_the_address_is_here_are_not_waited_for()
    {
        VirtualServer later = Web with { HaSuspend = true };
        logic.Configure(Configuration([later]), now);
        Assert.Equal("", Held());
        RealServer following = Web.RealServers[0] with { Checks = [new FileCheck { TrackFile = "f" }] };
        logic.Configure(Configuration([later with { RealServers = [following] }]) with { Files = [new FileTracker { Name = "f", Path = "/run/f" }] }, now);
        Assert.Equal("VI_1: a health check has had no result yet, 5 s", Held());
    }

    [Fact]
    public void A_service_that_is_not_loaded_is_waited_for()
    {
        logic.Configure(Configuration([Service("192.0.2.9"), Service("192.0.2.10")]), now);
        unwritten = new[] { new ServiceKey(Netlink.Ipvs.IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.9"), 80) }.ToFrozenSet();
        Assert.Equal("VI_1: the service tcp 192.0.2.9:80 is not loaded", Held());
        unwritten = new[] { new ServiceKey(Netlink.Ipvs.IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.77"), 80) }.ToFrozenSet();
        Assert.Equal("", Held());
    }

    [Fact]
    public void A_service_whose_names_nobody_has_answered_is_waited_for_a_minute_at_most()
    {
        IReadOnlySet<ServiceKey> Of(string address) => new[] { new ServiceKey(Netlink.Ipvs.IpvsProtocol.Tcp, IPAddress.Parse(address), 80) }.ToFrozenSet();
        logic.Configure(Configuration([Service("192.0.2.9")]), now);
        unanswered = Of("192.0.2.77");
        Assert.Equal("", Held());
        unanswered = FrozenSet<ServiceKey>.Empty;
        Assert.Equal("", Held());
        unanswered = Of("192.0.2.9");
        Assert.Equal("VI_1: a name of real servers has had no answer yet, 60 s", Held());
        Pass(59);
        Assert.Equal("VI_1: a name of real servers has had no answer yet, 1 s", Held());
        unanswered = FrozenSet<ServiceKey>.Empty;
        Assert.Equal("", Held());
        unanswered = Of("192.0.2.9");
        Assert.NotEqual("", Held());
        Pass(60);
        Assert.Equal("", Held());
    }

    [Fact]
    public void All_reasons_are_told_and_the_longest_wait()
    {
        logic.Configure(Configuration([Web], Sync()), now);
        Assert.Equal("VI_1: the other director's connections are being learned; 2 health checks have had no result yet, 14 s", Held());
    }

    [Fact]
    public void It_is_about_the_instances_of_a_service_s_address_of_the_daemon_and_of_their_groups()
    {
        VrrpInstance[] instances = [Instance("VI_1", "192.0.2.9"), Instance("VI_2", "192.0.2.10"), Instance("VI_3", "192.0.2.11"), Instance("VI_4", "192.0.2.12")];
        HaConfiguration all = Configuration([], null) with { VrrpInstances = [.. instances] };
        Assert.Equal("", Needs(all));
        Assert.Equal("VI_1+", Needs(all with { SyncDaemon = Sync() }));
        Assert.Equal("VI_2 1", Needs(all with { VirtualServers = [Service("192.0.2.10")] }));
        Assert.Equal("VI_1+ VI_2+ 1", Needs(all with { VirtualServers = [Service("192.0.2.10")], SyncDaemon = Sync() }));
        Assert.Equal("VI_2 1 VI_3 1", Needs(all with
        {
            VirtualServers = [Service("192.0.2.10")],
            SyncGroups = [new VrrpSyncGroup { Name = "G", Members = ["VI_2", "VI_3"] }],
        }));
        Assert.Equal("VI_1+ VI_4+", Needs(all with { SyncDaemon = Sync(), SyncGroups = [new VrrpSyncGroup { Name = "G", Members = ["VI_4", "VI_1"] }] }));
        Assert.Equal("VI_1 1 VI_2 1 VI_3 1 VI_4 1", Needs(all with { VirtualServers = [new VirtualServer { FirewallMark = 7 }] }));
        Assert.Equal("VI_4 1", Needs(all with
        {
            VrrpInstances = [.. instances[..3], instances[3] with { ExcludedAddresses = [new VirtualAddress { Address = IPAddress.Parse("192.0.2.99") }] }],
            VirtualServers = [Service("192.0.2.99")],
        }));
    }

    private static string Needs(HaConfiguration configuration) => string.Join(' ', InstanceNeeds.Of(configuration)
        .Select(n => $"{n.Key}{(n.Value.Connections ? "+" : "")}{(n.Value.Services.Count > 0 ? $" {n.Value.Services.Count}" : "")}"));

    private string Held() => string.Join(", ", logic.At(now, new ReadinessFacts(sends, listeningSince, unwritten, unanswered))
        .Select(h => $"{h.Key}: {h.Value.Reason}{(h.Value.SecondsLeft(now) is { } left ? FormattableString.Invariant($", {left} s") : "")}"));

    private void Pass(int seconds) => now += seconds * Second;

    private static IpvsSyncDaemon Sync() => new() { Interface = "eth0", Instance = "VI_1" };

    private static HaConfiguration Configuration(ValueList<VirtualServer> services, IpvsSyncDaemon? daemon = null) => new()
    {
        VrrpInstances = [Instance("VI_1", "192.0.2.9")],
        VirtualServers = services,
        SyncDaemon = daemon,
    };

    private static VrrpInstance Instance(string name, string address) => new()
    {
        Name = name,
        Interface = "eth0",
        VirtualRouterId = 51,
        VirtualAddresses = [new VirtualAddress { Address = IPAddress.Parse(address) }],
    };

    private static VirtualServer Service(string address, bool check = false) => new()
    {
        Address = IPAddress.Parse(address),
        Port = 80,
        RealServers = check ? [Server(1), Server(2)] : [],
    };

    private static RealServer Server(int number, int timeout = 5) => new()
    {
        Address = IPAddress.Parse($"192.0.2.2{number}"),
        Port = 80,
        Checks = [new TcpCheck { ConnectTimeout = TimeSpan.FromSeconds(timeout) }],
    };

    private static CheckKey Check(int number) => new(ServiceKey.Of(Web), DestinationKey.Of(Server(number)), CheckId.Of(Server(number).Checks)[0]);
}
