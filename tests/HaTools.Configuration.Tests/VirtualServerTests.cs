using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>What IPVS can be told of a service, in both languages.</summary>
public class VirtualServerTests
{
    private static readonly RealServer Plain = new() { Address = Ip("10.0.1.1"), Port = 80 };
    private static readonly VirtualServer Web = new() { Address = Ip("10.0.0.1"), Port = 80, RealServers = [Plain] };
    private static readonly VirtualServer Dns = Web with { Protocol = TransportProtocol.Udp };
    private static readonly VirtualServer Marked = new() { FirewallMark = 7, RealServers = [Plain] };

    public static TheoryData<string, VirtualServer> Blocks => new()
    {
        { Block("protocol SCTP"), Web with { Protocol = TransportProtocol.Sctp } },
        { Block("protocol udp\n ops"), Dns with { OnePacket = true } },
        { Block("protocol TCP\n lvs_sched mh\n mh-port\n mh-fallback"), Web with { Scheduler = "mh", SchedulerFlags = SchedulerFlags.Port | SchedulerFlags.Fallback } },
        { Block("protocol TCP\n lvs_sched sh\n sh-port"), Web with { Scheduler = "sh", SchedulerFlags = SchedulerFlags.Port } },
        { Block("protocol TCP\n lb_algo sh\n flag-1\n flag-2"), Web with { Scheduler = "sh", SchedulerFlags = SchedulerFlags.Port | SchedulerFlags.Fallback } },
        {
            Block("protocol TCP\n persistence_timeout 50\n persistence_granularity 255.255.0.0"),
            Web with { Persistence = TimeSpan.FromSeconds(50), PersistenceNetmask = Ip("255.255.0.0") }
        },
        {
            Block("protocol UDP\n persistence_engine sip\n persistence_timeout"),
            Dns with { Persistence = TimeSpan.FromSeconds(360), PersistenceEngine = "sip" }
        },
        { Block("protocol TCP\n lvs_method TUN"), Web with { Forwarding = ForwardingMethod.Tunnel } },
        {
            Block("protocol TCP\n lvs_method TUN type gue port 6080 remcsum"),
            Web with { Forwarding = ForwardingMethod.Tunnel, Tunnel = new() { Type = TunnelType.Gue, Port = 6080, Checksum = TunnelChecksum.Remote } }
        },
        {
            Block("protocol TCP\n lb_kind TUN csum type gre"),
            Web with { Forwarding = ForwardingMethod.Tunnel, Tunnel = new() { Type = TunnelType.Gre, Checksum = TunnelChecksum.Full } }
        },
        {
            Block("protocol TCP\n lb_kind DR", "10.0.1.1 80", "lvs_method TUN type gue port 6080"),
            Web with
            {
                Forwarding = ForwardingMethod.DirectRouting,
                RealServers = [Plain with { Forwarding = ForwardingMethod.Tunnel, Tunnel = new() { Type = TunnelType.Gue, Port = 6080 } }],
            }
        },
        { Block("protocol TCP\n lb_kind TUN", "2001:db8::1"), Web with { Forwarding = ForwardingMethod.Tunnel, RealServers = [Plain with { Address = Ip("2001:db8::1") }] } },
        {
            Block("protocol TCP", "10.0.1.1", "uthreshold 4294967295\n lthreshold 9"),
            Web with { RealServers = [Plain with { UpperThreshold = uint.MaxValue, LowerThreshold = 9 }] }
        },
        { Block("protocol TCP\n inhibit_on_failure"), Web with { RealServers = [Plain with { InhibitOnFailure = true }] } },
        { Block("protocol TCP", "10.0.1.1 80", "inhibit_on_failure"), Web with { RealServers = [Plain with { InhibitOnFailure = true }] } },
        {
            Block("protocol TCP\n lb_kind DR\n sorry_server 10.0.1.9\n sorry_server_inhibit\n sorry_server_lvs_method NAT"),
            Web with
            {
                Forwarding = ForwardingMethod.DirectRouting,
                SorryServer = Plain with { Address = Ip("10.0.1.9"), Forwarding = ForwardingMethod.Nat, InhibitOnFailure = true },
            }
        },
        { "virtual_server 10.0.0.1 {\n protocol TCP\n persistence_timeout 9\n real_server 10.0.1.1 {\n }\n}\n", Web with { Port = 0, Persistence = TimeSpan.FromSeconds(9), RealServers = [Plain with { Port = 0 }] } },
        { "virtual_server fwmark 7 {\n real_server 10.0.1.1 80 {\n }\n}\n", Marked },
        { "virtual_server fwmark 4294967295 {\n ops\n real_server 10.0.1.1 {\n }\n}\n", Marked with { FirewallMark = uint.MaxValue, OnePacket = true, RealServers = [Plain with { Port = 0 }] } },
        { "virtual_server fwmark 7 {\n real_server 2001:db8::1 {\n }\n}\n", Marked with { Family = 6, RealServers = [Plain with { Address = Ip("2001:db8::1"), Port = 0 }] } },
        {
            "virtual_server fwmark 7 {\n ip_family inet6\n lb_kind TUN\n persistence_timeout 5\n persistence_granularity 64\n real_server 10.0.1.1 {\n }\n}\n",
            Marked with
            {
                Family = 6,
                Forwarding = ForwardingMethod.Tunnel,
                Persistence = TimeSpan.FromSeconds(5),
                PersistenceNetmask = Ip("ffff:ffff:ffff:ffff::"),
                RealServers = [Plain with { Port = 0 }],
            }
        },
    };

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_block_of_keepalived_s_and_the_YAML_that_is_written_of_it_mean_the_same(string block, VirtualServer service)
    {
        HaConfiguration model = Conf(block).Clean();
        service = service with { Drain = null };
        Assert.Equal(service, Assert.Single(model.VirtualServers));
        Assert.Equal(service, Assert.Single(FromYaml(HaConfigurationWriter.WriteYaml(model)).Clean().VirtualServers));
    }

    [Theory]
    [InlineData("protocol TCP\n ops", "", "3:2 Warning NoEffect")]
    [InlineData("protocol TCP\n sh-port\n lvs_sched sh", "", "3:2 Warning NoEffect")]
    [InlineData("protocol TCP\n lvs_sched sh\n mh-port", "", "4:2 Warning NoEffect")]
    [InlineData("protocol TCP\n flag-3", "", "1:16 Warning NoEffect")]
    [InlineData("protocol TCP\n hashed", "", "3:2 Warning Ignored")]
    [InlineData("protocol TCP\n persistence_granularity 255.255.0.0", "", "3:26 Warning PersistenceImplied")]
    [InlineData("protocol TCP\n persistence_engine sip\n persistence_timeout 5", "", "1:16 Warning NoEffect")]
    [InlineData("protocol TCP\n sorry_server_inhibit\n sorry_server 10.0.1.9 80", "", "3:2 Warning NoEffect")]
    [InlineData("protocol TCP\n ip_family inet6", "", "3:12 Warning AddressFamilyMismatch")]
    [InlineData("protocol TCP\n lb_kind TUN type gue", "", "1:16 Error ValueOutOfRange")]
    [InlineData("protocol TCP\n lb_kind TUN port 5", "", "1:16 Error Contradiction")]
    [InlineData("protocol TCP\n lb_kind TUN csum", "", "1:16 Error Contradiction")]
    [InlineData("protocol TCP\n lb_kind TUN type gre remcsum", "", "1:16 Error Contradiction")]
    [InlineData("protocol TCP\n lb_kind TUN type sit", "", "3:19 Error UnknownValue")]
    [InlineData("protocol TCP\n lb_kind TUN nosum", "", "3:14 Error UnknownValue")]
    [InlineData("protocol TCP\n lb_kind NAT csum", "", "3:14 Warning SurplusWords")]
    [InlineData("protocol TCP", "lthreshold 5", "3:14 Error ValueOutOfRange")]
    [InlineData("protocol TCP", "uthreshold -1", "4:13 Error InvalidNumber")]
    public void What_is_odd_is_said_where_it_stands(string service, string server, string said) =>
        Assert.Equal([said], Conf(Block(service, "10.0.1.1 80", server)).Brief());

    [Theory]
    [InlineData("fwmark 0", "", "1:23 Error InvalidNumber")]
    [InlineData("fwmark", "", "1:16 Error MissingValue")]
    [InlineData("fwmark 7", "protocol TCP", "2:11 Warning NoEffect")]
    [InlineData("fwmark 7", "lb_kind DR", "3:23 Warning PortMismatch")]
    [InlineData("10.0.0.1", "protocol TCP", "1:16 Warning ZeroPort")]
    [InlineData("10.0.0.1 0", "protocol TCP", "1:25 Warning ZeroPort")]
    public void What_is_odd_of_marks_and_of_every_port_is_said_where_it_stands(string name, string service, string said) =>
        Assert.Equal([said], Conf($"virtual_server {name} {{\n {service}\n real_server 10.0.1.1 80 {{\n }}\n}}\n").Brief());

    [Theory]
    [InlineData("address: 10.0.0.1, port: 0", "ZeroPort")]
    [InlineData("address: 10.0.0.1, port: 80, onePacket: true", "Contradiction")]
    [InlineData("address: 10.0.0.1, firewallMark: 7", "Contradiction")]
    [InlineData("firewallMark: 7, port: 80", "Contradiction")]
    [InlineData("firewallMark: 0", "ValueOutOfRange")]
    [InlineData("firewallMark: 7, family: 5", "ValueOutOfRange")]
    [InlineData("address: 10.0.0.1, port: 80, family: 6", "AddressFamilyMismatch")]
    [InlineData("firewallMark: 7, family: 6, persistence: 5s, persistenceNetmask: 255.0.0.0", "AddressFamilyMismatch")]
    [InlineData("firewallMark: 7, family: 6, persistence: 5s, persistenceNetmask: 'ffff:0:ffff::'", "InvalidAddress")]
    [InlineData("address: 10.0.0.1, port: 80, persistence: 5s, persistenceNetmask: 33", "InvalidAddress")]
    [InlineData("address: 10.0.0.1, port: 80, persistence: 5s, persistenceEngine: 'a b'", "InvalidName")]
    [InlineData("address: 10.0.0.1, port: 80, realServers: [{ address: '2001:db8::1' }]", "AddressFamilyMismatch")]
    [InlineData("address: 10.0.0.1, port: 80, realServers: [{ address: 10.0.1.1, port: 0 }]", "ValueOutOfRange")]
    [InlineData("firewallMark: 7, forwarding: tunnel, realServers: [{ address: 10.0.1.1, port: 80 }]", "PortMismatch")]
    [InlineData("firewallMark: 7, realServers: [{ address: 10.0.1.1, checks: { type: tcp } }]", "MissingValue")]
    [InlineData("firewallMark: 7, sorryServer: { address: 10.0.1.1, checks: { type: tcp, connectPort: 5 } }", "NotSupported")]
    [InlineData("firewallMark: 7, sorryServer: { address: '2001:db8::1' }", "AddressFamilyMismatch")]
    public void What_cannot_be_is_refused(string service, string code)
    {
        HaConfigurationDiagnostic said = Assert.Single(FromYaml($"virtualServers: [{{ {service} }}]\n").Diagnostics);
        Assert.Equal((HaDiagnosticSeverity.Error, code), (said.Severity, said.Code));
    }

    [Theory]
    [InlineData("address: 10.0.0.1, port: 80, schedulerFlags: [port]")]
    [InlineData("address: 10.0.0.1, port: 80, persistenceNetmask: 24")]
    [InlineData("address: 10.0.0.1, port: 80, tunnel: { type: gre }")]
    [InlineData("firewallMark: 7, protocol: udp")]
    [InlineData("firewallMark: 7, realServers: [{ address: 10.0.1.1, tunnel: { type: gre } }]")]
    public void What_does_nothing_is_warned_of(string service)
    {
        HaConfigurationDiagnostic said = Assert.Single(FromYaml($"virtualServers: [{{ {service} }}]\n").Diagnostics);
        Assert.Equal((HaDiagnosticSeverity.Warning, "NoEffect"), (said.Severity, said.Code));
    }

    [Fact]
    public void A_server_of_the_other_family_goes_with_no_sync_daemon()
    {
        const string service = "virtualServers: [{ address: 10.0.0.1, port: 80, forwarding: tunnel, realServers: [{ address: '2001:db8::1' }] }]\n";
        Assert.Empty(FromYaml(service).Diagnostics);
        Assert.Equal(["AddressFamilyMismatch"], FromYaml(service + "syncDaemon: { interface: eth0 }\n").Codes());
    }

    private static string Block(string service, string address = "10.0.1.1 80", string server = "") =>
        $"virtual_server 10.0.0.1 80 {{\n {service}\n real_server {address} {{\n {server}\n }}\n}}\n";
}
