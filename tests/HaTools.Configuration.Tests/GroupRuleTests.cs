using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>The rules of groups, trackers, the node and the network on models, whatever the engine does of them yet.</summary>
public class GroupRuleTests
{
    private static readonly VrrpInstance A = new()
    {
        Name = "A",
        Interface = "eth0",
        VirtualRouterId = 1,
        VirtualAddresses = [new() { Address = Ip("192.0.2.1") }],
    };

    private static readonly VrrpInstance B = A with { Name = "B", Interface = "eth1", VirtualAddresses = [new() { Address = Ip("198.51.100.1") }] };

    private static readonly HaConfiguration Two = new() { VrrpInstances = [A, B], SyncGroups = [new() { Name = "G", Members = ["A", "B"] }] };

    [Fact]
    public void Sync_groups()
    {
        Assert.Empty(Codes(Two));
        Assert.Equal(["UnknownInstance"], Codes(Two with { SyncGroups = [new() { Name = "G", Members = ["A", "B", "C"] }] }));
        Assert.Equal(["SingleMember"], Codes(Two with { SyncGroups = [new() { Name = "G", Members = ["A"] }] }));
        Assert.Equal(["EmptyGroup"], Codes(Two with { SyncGroups = [new() { Name = "G", Members = [] }] }));
        Assert.Equal(["DuplicateName"], Codes(Two with { SyncGroups = [new() { Name = "G", Members = ["A", "B", "B"] }] }));
        Assert.Equal(["DuplicateMember", "DuplicateMember"], Codes(Two with { SyncGroups = [Two.SyncGroups[0], new() { Name = "H", Members = ["A", "B"] }] }));
        Assert.Contains("DuplicateName", Codes(Two with { SyncGroups = [Two.SyncGroups[0], Two.SyncGroups[0]] }));
        Assert.Equal(["MixedOwners"], Codes(Two with { VrrpInstances = [A with { Priority = 255 }, B] }));
        Assert.Equal(["UnknownScript"], Codes(Two with { SyncGroups = [Two.SyncGroups[0] with { TrackScripts = [new("s")] }] }));
    }

    [Fact]
    public void Weights_of_a_member_are_ignored_unless_the_group_keeps_them()
    {
        HaConfiguration model = Two with
        {
            Scripts = [new() { Name = "s", Command = "/s", Weight = 5 }, new() { Name = "fault", Command = "/s" }],
            VrrpInstances = [A with { TrackScripts = [new("s"), new("fault")] }, B with { TrackScripts = [new("s", 0)], TrackInterfaces = [new("eth2")] }],
        };
        HaConfigurationDiagnostic said = Assert.Single(ConfigurationValidator.Validate(model), d => d.Code == "WeightIgnored");
        Assert.Equal((HaDiagnosticSeverity.Warning, "s"), (said.Severity, said.Text));
        Assert.StartsWith("vrrpInstances[0].trackScripts[0]: ", said.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("WeightIgnored", Codes(model with { SyncGroups = [model.SyncGroups[0] with { TrackingWeight = true }] }));
    }

    [Fact]
    public void An_ignored_weight_is_told_once_and_where_it_is_written()
    {
        const string groups = "vrrp_sync_group G {\ngroup {\nA\nB\n}\n}\nvrrp_sync_group H {\ngroup {\nA\nB\n}\n}\n";
        const string a = "vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\ntrack_interface {\neth1 weight -20\neth2 weight 0\neth3\neth4 weight 5 reverse\n}\n";
        string[] brief = Conf(groups + a + "virtual_ipaddress {\n192.0.2.1\n}\n}\n").Brief();
        Assert.Equal(["17:13 Warning WeightIgnored", "20:13 Warning WeightIgnored"], brief.Where(d => d.EndsWith("WeightIgnored", StringComparison.Ordinal)));
        string yaml = "vrrpInstances:\n- name: A\n  interface: eth0\n  virtualRouterId: 1\n  virtualAddresses: [192.0.2.1]\n  trackInterfaces:\n" +
            "  - { name: eth1, weight: -20 }\nsyncGroups:\n- { name: G, members: [A] }\n";
        Assert.Contains("7:27 Warning WeightIgnored", FromYaml(yaml).Brief());
    }

    [Fact]
    public void A_finding_in_a_member_has_its_line()
    {
        ConfigurationReadResult result = Conf("vrrp_sync_group G {\ngroup {\nA\nBB\n}\n}\n" +
            "vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress { 192.0.2.1 }\n}\n");
        Assert.Contains("4:1 Error UnknownInstance", result.Brief());
    }

    [Fact]
    public void Files_and_processes()
    {
        FileTracker file = new() { Name = "f", Path = "/f" };
        Assert.Equal(["DuplicateName"], Codes(new() { Files = [file, file] }));
        Assert.Equal(["InvalidPath"], Codes(new() { Files = [file with { Path = "f" }] }));
        Assert.Equal(["ValueOutOfRange"], Codes(new() { Files = [file with { Weight = 255 }] }));
        Assert.Equal(["MissingValue"], Codes(new() { Files = [file with { Overwrite = true }] }));
        ProcessTracker process = new() { Name = "p", Command = ["nginx"] };
        Assert.Equal(["MissingValue"], Codes(new() { Processes = [process with { Command = [] }] }));
        Assert.Equal(["ValueOutOfRange"], Codes(new() { Processes = [process with { Quorum = 0 }] }));
        Assert.Equal(["ValueOutOfRange"], Codes(new() { Processes = [process with { Quorum = 3, QuorumMax = 2 }] }));
        Assert.Empty(Codes(new() { Processes = [process with { QuorumMax = 0 }] }));
    }

    [Fact]
    public void Interfaces()
    {
        Assert.Equal(["DelayTooLong"], Codes(Two with { InterfaceDelays = [new("eth0", TimeSpan.FromSeconds(2), TimeSpan.Zero)] }));
        Assert.Empty(Codes(Two with { InterfaceDelays = [new("eth0", TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(9))] }));
        Assert.Empty(Codes(Two with { InterfaceDelays = [new("eth9", TimeSpan.FromSeconds(255), TimeSpan.Zero)] }));
        Assert.Equal(["ValueOutOfRange"], Codes(Two with { InterfaceDelays = [new("eth9", TimeSpan.FromSeconds(256), TimeSpan.Zero)] }));
        Assert.Equal(["DuplicateName"], Codes(Two with { InterfaceDelays = [new("eth9", default, default), new("eth9", default, default)] }));
        GarpGroup group = new() { Interfaces = ["eth0"] };
        Assert.Equal(["DuplicateName"], Codes(Two with { GarpGroups = [group, group] }));
        Assert.Equal(["EmptyGroup"], Codes(Two with { GarpGroups = [group with { Interfaces = [] }] }));
        Assert.Equal(["ValueOutOfRange"], Codes(Two with { StartupDelay = TimeSpan.FromSeconds(4295) }));
        Assert.Equal(["InvalidName"], Codes(Two with { Firewall = new() { Table = "a b" } }));
    }

    private static string[] Codes(HaConfiguration model) =>
        [.. ConfigurationValidator.Validate(model).Where(d => d.Code != "NotSupported").Select(d => d.Code)];
}
