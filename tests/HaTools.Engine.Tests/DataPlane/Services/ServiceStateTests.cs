using System.Net;
using System.Reflection;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Tests.DataPlane.Services;

/// <summary>The status shows what a service, its servers and their checks are configured to do.</summary>
public sealed class ServiceStateTests
{
    private const string Running = "not a state: the running configuration has it (GetConfiguration)";
    private const string InWords = nameof(IpvsCheckState.Asks);

    /// <summary>Each key of the configuration, with what shows it: a property of the state, or why there is none.</summary>
    private static readonly Dictionary<Type, Dictionary<string, string>> shown = new()
    {
        [typeof(VirtualServer)] = new()
        {
            ["Address"] = nameof(IpvsServiceState.Id),
            ["Port"] = nameof(IpvsServiceState.Id),
            ["FirewallMark"] = nameof(IpvsServiceState.Id),
            ["Family"] = nameof(IpvsServiceState.Id),
            ["Protocol"] = nameof(IpvsServiceState.Id),
            ["Group"] = nameof(IpvsServiceState.Group),
            ["Scheduler"] = nameof(IpvsServiceState.Scheduler),
            ["SchedulerFlags"] = nameof(IpvsServiceState.SchedulerFlags),
            ["OnePacket"] = nameof(IpvsServiceState.OnePacket),
            ["Stateless"] = nameof(IpvsServiceState.Stateless),
            ["Forwarding"] = nameof(IpvsServiceState.Forwarding),
            ["Tunnel"] = Running,
            ["Persistence"] = nameof(IpvsServiceState.Persistence),
            ["PersistenceNetmask"] = nameof(IpvsServiceState.PersistenceNetmask),
            ["PersistenceEngine"] = nameof(IpvsServiceState.PersistenceEngine),
            ["DelayLoop"] = "Interval of its checks",
            ["HaSuspend"] = nameof(IpvsServiceState.HaSuspend),
            ["Drain"] = Running,
            ["Quorum"] = nameof(IpvsServiceState.Quorum),
            ["Hysteresis"] = nameof(IpvsServiceState.Hysteresis),
            ["QuorumUp"] = nameof(IpvsServiceState.Notify),
            ["QuorumDown"] = nameof(IpvsServiceState.Notify),
            ["Omega"] = Running,
            ["SmtpAlert"] = Running,
            ["SorryServer"] = nameof(IpvsServiceState.SorryServer),
            ["RealServers"] = nameof(IpvsServiceState.RealServers),
        },
        [typeof(RealServer)] = new()
        {
            ["Address"] = nameof(IpvsRealServerState.Id),
            ["Port"] = nameof(IpvsRealServerState.Id),
            ["HostName"] = nameof(IpvsRealServerState.HostName),
            ["Records"] = "RecordType of its name",
            ["Family"] = "RecordType of its name",
            ["MostAddresses"] = Running,
            ["Weight"] = nameof(IpvsRealServerState.Weight),
            ["Forwarding"] = nameof(IpvsRealServerState.Forwarding),
            ["Tunnel"] = Running,
            ["UpperThreshold"] = nameof(IpvsRealServerState.UpperThreshold),
            ["LowerThreshold"] = nameof(IpvsRealServerState.LowerThreshold),
            ["InhibitOnFailure"] = nameof(IpvsRealServerState.InhibitOnFailure),
            ["Checks"] = nameof(IpvsRealServerState.Checks),
            ["NotifyUp"] = nameof(IpvsRealServerState.Notify),
            ["NotifyDown"] = nameof(IpvsRealServerState.Notify),
            ["SmtpAlert"] = Running,
        },
        [typeof(HealthCheck)] = new()
        {
            ["Alpha"] = nameof(IpvsCheckState.Alpha),
            ["Retry"] = nameof(IpvsCheckState.Retries),
            ["DelayBeforeRetry"] = nameof(IpvsCheckState.RetryInterval),
            ["DelayLoop"] = nameof(IpvsCheckState.Interval),
            ["Warmup"] = Running,
            ["LogAllFailures"] = Running,
            ["ConnectTimeout"] = nameof(IpvsCheckState.Timeout),
            ["ConnectAddress"] = nameof(IpvsCheckState.Target),
            ["ConnectPort"] = nameof(IpvsCheckState.Target),
            ["BindAddress"] = nameof(IpvsCheckState.Origin),
            ["BindPort"] = nameof(IpvsCheckState.Origin),
            ["BindInterface"] = nameof(IpvsCheckState.Origin),
            ["FirewallMark"] = nameof(IpvsCheckState.Origin),
            ["Urls"] = InWords,
            ["VirtualHost"] = InWords,
            ["Version"] = InWords,
            ["FastRecovery"] = Running,
            ["EnableSni"] = Running,
            ["SniName"] = InWords,
            ["TlsCompliant"] = Running,
            ["RequireCloseNotify"] = Running,
            ["VerifyCertificate"] = InWords,
            ["VerifyHost"] = InWords,
            ["ExpiryWarningDays"] = InWords,
            ["RecordType"] = InWords,
            ["Name"] = InWords,
            ["Transport"] = InWords,
            ["HeloName"] = InWords,
            ["Payload"] = InWords,
            ["RequireReply"] = InWords,
            ["Reply"] = InWords,
            ["MinimumReplyLength"] = InWords,
            ["MaximumReplyLength"] = InWords,
            ["Command"] = InWords,
            ["Timeout"] = nameof(IpvsCheckState.Timeout),
            ["DynamicWeight"] = InWords,
            ["User"] = InWords,
            ["TrackFile"] = nameof(IpvsCheckState.Follows),
            ["Weight"] = InWords,
            ["Reverse"] = InWords,
            ["Session"] = nameof(IpvsCheckState.Follows),
        },
    };

    [Fact]
    public void Each_key_of_a_service_is_shown_or_it_is_told_why_not()
    {
        Dictionary<Type, Type> states = new() { [typeof(VirtualServer)] = typeof(IpvsServiceState), [typeof(RealServer)] = typeof(IpvsRealServerState), [typeof(HealthCheck)] = typeof(IpvsCheckState) };
        foreach ((Type model, Dictionary<string, string> keys) in shown)
        {
            string[] there = [.. model.Assembly.GetTypes().Where(model.IsAssignableFrom).SelectMany(t => t.GetProperties(BindingFlags.Public | BindingFlags.Instance)).Where(p => p.CanWrite).Select(p => p.Name).Distinct()];
            Assert.Equal(there.Order(StringComparer.Ordinal), keys.Keys.Order(StringComparer.Ordinal));
            foreach (string by in keys.Values.Where(v => !v.Contains(' ', StringComparison.Ordinal))) Assert.NotNull(states[model].GetProperty(by));
        }
    }

    [Fact]
    public void A_service_tells_what_it_is_configured_to_do()
    {
        RealServer server = new()
        {
            Address = IPAddress.Parse("192.0.2.11"),
            Port = 80,
            Weight = 5,
            UpperThreshold = 90,
            LowerThreshold = 70,
            InhibitOnFailure = true,
            Checks = [new HttpCheck { Alpha = true, DelayBeforeRetry = TimeSpan.FromSeconds(0.5), Urls = [new() { Path = "/health" }] }],
        };
        IpvsServiceState state = ManagedService.Of(new VirtualServer
        {
            Address = IPAddress.Parse("192.0.2.1"),
            Port = 80,
            Scheduler = "mh",
            SchedulerFlags = SchedulerFlags.Port | SchedulerFlags.Fallback,
            OnePacket = true,
            PersistenceNetmask = IPAddress.Parse("255.255.255.0"),
            PersistenceEngine = "sip",
            HaSuspend = true,
            Quorum = 3,
            Hysteresis = 2,
            DelayLoop = TimeSpan.FromSeconds(6),
            SorryServer = server with { Checks = [] },
            RealServers = [server],
        }).State(null);
        Assert.Equal(["fallback", "port"], state.SchedulerFlags);
        Assert.Equal((true, "255.255.255.0", "sip", true, 3L, 2L), (state.OnePacket, state.PersistenceNetmask, state.PersistenceEngine, state.HaSuspend, state.Quorum, state.Hysteresis));
        Assert.All([state.RealServers[0], state.SorryServer!], s => Assert.Equal((90L, 70L, true), (s.UpperThreshold, s.LowerThreshold, s.InhibitOnFailure)));
        IpvsCheckState check = Assert.Single(state.RealServers[0].Checks);
        Assert.Equal(("http", "192.0.2.11:80", 6d, 5d, 1, 0.5, true), (check.Type, check.Target, check.Interval, check.Timeout, check.Retries, check.RetryInterval, check.Alpha));
        Assert.Equal(["GET /health"], check.Asks);
    }

    /// <summary>What is told of checks is kept until one of them says something else: with thousands of them, and groups of thousands of places, each question would make it all again.</summary>
    [Fact]
    public void What_is_told_of_checks_is_made_once_and_again_when_they_say_something_else()
    {
        MiscCheck check = new() { Command = "/bin/true", DynamicWeight = true };
        ManagedServer server = new(new VirtualServer { Address = IPAddress.Parse("192.0.2.1"), Port = 80 }, new RealServer { Address = IPAddress.Parse("192.0.2.11"), Port = 80, Weight = 5, Checks = [check] }, DateTimeOffset.Now);
        IReadOnlyList<IpvsCheckState> first = Told();
        Assert.Equal((true, false), (first[0].Up, first[0].Spoken));
        Assert.Same(first, Told());

        _ = server.SetHealth(0, true, null);
        Assert.True(Told()[0].Spoken);
        _ = server.SetWeight(0, CheckWeight.Instead(7));
        Assert.Equal(2, Told()[0].WeightChange);
        server.SetWarning(0, "it is slow");
        Assert.Equal("it is slow", Told()[0].Warning);
        server.SetWarning(0, null);
        Assert.Null(Told()[0].Warning);
        _ = server.SetHealth(0, false, "it ended with 1");
        Assert.Equal((false, "it ended with 1"), (Told()[0].Up, Told()[0].Reason));
        Assert.Equal((true, false), (first[0].Up, first[0].Spoken));

        IReadOnlyList<IpvsCheckState> Told() => server.State(ForwardingMethod.Nat, null).Checks;
    }
}
