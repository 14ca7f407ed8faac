using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary><c>stateless</c>: what it stands for, what it excludes, and what it needs of the host.</summary>
public class StatelessTests
{
    private const string Web = "virtualServers:\n- address: 10.0.0.1\n  port: 80\n  stateless: true\n  forwarding: directRouting\n";
    private const string Servers = "  realServers: [{ address: 10.0.1.1 }]\n";

    private static readonly VirtualServer Service = new()
    {
        Address = Ip("10.0.0.1"),
        Port = 80,
        Stateless = true,
        Scheduler = "mh",
        Forwarding = ForwardingMethod.DirectRouting,
        RealServers = [new RealServer { Address = Ip("10.0.1.1"), Port = 80 }],
    };

    private static readonly VirtualServer Other = new() { Address = Ip("10.0.0.2"), Port = 80 };

    [Fact]
    public void Its_scheduler_is_mh_and_need_not_be_named()
    {
        HaConfiguration model = FromYaml(Web + Servers).Clean();
        Assert.Equal(Service, model.VirtualServers[0]);
        Assert.Equal(model, FromYaml(Web + "  scheduler: mh\n" + Servers).Clean());
        string text = HaConfigurationWriter.WriteYaml(model);
        Assert.DoesNotContain("scheduler", text, StringComparison.Ordinal);
        Assert.Equal(model, FromYaml(text).Clean());
    }

    [Theory]
    [InlineData("  scheduler: wlc\n" + Servers, "6:14 Error Contradiction", "Leave the scheduler out, or say mh")]
    [InlineData("  persistence: 50s\n" + Servers, "6:16 Error Contradiction", "Persistence is a memory of the director's")]
    [InlineData("  realServers: [{ address: 10.0.1.1, forwarding: nat }]\n", "6:50 Error Contradiction", "address translation needs the director's memory")]
    [InlineData("  realServers: [{ address: 10.0.1.1, upperThreshold: 9 }]\n", "6:54 Error Contradiction", "a stateless service has no thresholds")]
    [InlineData(Servers + "  sorryServer: { address: 10.0.1.9, inhibitOnFailure: true }\n", "7:55 Error Contradiction", "The sorry server of a stateless service cannot stay")]
    [InlineData(Servers + "ipvs: { parameters: { sloppy_tcp: 0 } }\n", "7:23 Warning NoEffect", "is stateless in vain")]
    public void What_does_not_go_with_it_is_said_where_it_stands(string rest, string brief, string words)
    {
        ConfigurationReadResult read = FromYaml(Web + rest);
        Assert.Equal([brief], read.Brief());
        Assert.Contains(words, read.Diagnostics[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Address_translation_is_refused_for_the_whole_service_too() =>
        Assert.Contains(ConfigurationValidator.Validate(new() { VirtualServers = [Service with { Forwarding = ForwardingMethod.Nat }] }), d => d.Code == "Contradiction");

    /// <summary>net.ipv4.vs.sloppy_tcp is one for all services: tcp_conn_schedule asks nothing else.</summary>
    [Fact]
    public void A_service_beside_it_that_chooses_by_turns_or_by_load_is_refused_by_name()
    {
        HaConfigurationDiagnostic error = Assert.Single(Validate(Service, Other));
        Assert.Equal(("StatelessConflict", "wlc"), (error.Code, error.Text));
        Assert.StartsWith("virtualServers[1].scheduler: The service tcp 10.0.0.2:80 is scheduled by wlc, and the stateless service tcp 10.0.0.1:80 needs net.ipv4.vs.sloppy_tcp", error.Message, StringComparison.Ordinal);
        Assert.Equal("StatelessConflict", Assert.Single(Validate(Service, new VirtualServer { FirewallMark = 7 })).Code);
        Assert.Equal("StatelessConflict", Assert.Single(Validate(Service with { Address = null, Port = 0, FirewallMark = 7, RealServers = [] }, Other)).Code);

        // By the packet alone, by another protocol, or with the word of whoever configures it.
        Assert.Empty(Validate(Service, Other with { Scheduler = "sh" }));
        Assert.Empty(Validate(Service, Other with { Protocol = TransportProtocol.Udp }));
        Assert.Empty(Validate(Service, Other with { Protocol = TransportProtocol.Sctp }));
        Assert.Empty(ConfigurationValidator.Validate(new() { VirtualServers = [Service, Other], Ipvs = new() { Parameters = [new("sloppy_tcp", "1")] } }));
    }

    [Fact]
    public void It_needs_what_lets_the_kernel_take_up_connections_of_its_protocol_in_the_middle()
    {
        Assert.Equal("sloppy_tcp=1", Needed(Service));
        Assert.Equal("sloppy_sctp=1", Needed(Service with { Protocol = TransportProtocol.Sctp }));
        Assert.Equal("sloppy_tcp=1 sloppy_sctp=1", Needed(Service with { Address = null, Port = 0, FirewallMark = 7 }));

        // udp_conn_schedule takes every packet as it is.
        Assert.Equal("", Needed(Service with { Protocol = TransportProtocol.Udp }));
        Assert.Equal("", Needed(Service with { Stateless = false }));
        Assert.Empty(SloppyScheduling.NeededBy(new() { VirtualServers = [Service], Ipvs = new() { Parameters = [new("sloppy_tcp", "0")] } }));

        static string Needed(VirtualServer service) => string.Join(' ', SloppyScheduling.NeededBy(new() { VirtualServers = [service] }).Select(s => $"{s.Name}={s.Value}"));
    }

    [Theory]
    [InlineData("wrr", SchedulerFlags.None)]
    [InlineData("mh", SchedulerFlags.None)]
    public void What_keepalived_schedules_is_scheduled_as_it_says(string scheduler, SchedulerFlags flags)
    {
        VirtualServer service = Conf($"virtual_server 10.0.0.1 80 {{\n lb_algo {scheduler}\n lb_kind DR\n protocol TCP\n real_server 10.0.1.1 80 {{\n }}\n}}\n").Clean().VirtualServers[0];
        Assert.Equal((scheduler, flags, false), (service.Scheduler, service.SchedulerFlags, service.Stateless));
        Assert.Equal(service, FromYaml(HaConfigurationWriter.WriteYaml(new() { VirtualServers = [service] })).Clean().VirtualServers[0]);
    }

    private static IEnumerable<HaConfigurationDiagnostic> Validate(params VirtualServer[] services) =>
        ConfigurationValidator.Validate(new() { VirtualServers = services.ToValueList() });
}
