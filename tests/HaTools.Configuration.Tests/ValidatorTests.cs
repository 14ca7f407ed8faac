using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>The rules on a model that came from no text, as a cmdlet builds one.</summary>
public class ValidatorTests
{
    private static readonly VrrpInstance Instance = new()
    {
        Name = "V",
        Interface = "eth0",
        VirtualRouterId = 1,
        VirtualAddresses = [new() { Address = Ip("192.0.2.1") }],
    };

    private static readonly VirtualServer Service = new() { Address = Ip("192.0.2.1"), Port = 80 };

    [Fact]
    public void Valid_models_have_nothing_said_of_them_but_of_shared_addresses()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            IEnumerable<HaConfigurationDiagnostic> found = ConfigurationValidator.Validate(new ModelGenerator(seed).Next());
            Assert.DoesNotContain(found, d => d.Severity == HaDiagnosticSeverity.Error && d.Code != "NotSupported");
        }
    }

    [Fact]
    public void A_finding_names_its_place_in_the_model()
    {
        HaConfiguration model = new() { VrrpInstances = [Instance, Instance with { Name = "W", VirtualRouterId = 2, Priority = 0 }] };
        HaConfigurationDiagnostic error = Assert.Single(ConfigurationValidator.Validate(model), d => d.Severity == HaDiagnosticSeverity.Error);
        Assert.Equal(("ValueOutOfRange", "0"), (error.Code, error.Text));
        Assert.StartsWith("vrrpInstances[1].priority: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "InvalidInterface")]
    [InlineData("eth0:1", "InvalidInterface")]
    [InlineData("a/b", "InvalidInterface")]
    [InlineData("sixteencharacter", "InvalidInterface")]
    [InlineData("fifteencharacte", null)]
    public void Interfaces(string name, string? code) => AssertCode(code, Instance with { Interface = name });

    [Fact]
    public void Instances()
    {
        AssertCode("ValueOutOfRange", Instance with { VirtualRouterId = 0 });
        AssertCode("ValueOutOfRange", Instance with { Version = 4 });
        AssertCode("ValueOutOfRange", Instance with { GarpRepeat = 0 });
        AssertCode("ValueOutOfRange", Instance with { GarpDelay = TimeSpan.FromSeconds(-1) });
        AssertCode("ValueOutOfRange", Instance with { AdvertisementInterval = TimeSpan.FromSeconds(41) });
        AssertCode("ValueOutOfRange", Instance with { AdvertisementInterval = TimeSpan.FromMilliseconds(15) });
        AssertCode("InvalidName", Instance with { Name = "" });
        AssertCode("InvalidName", Instance with { Name = "a\nb" });
        AssertCode("NoVirtualAddress", Instance with { VirtualAddresses = [] });
        AssertCode("UnknownScript", Instance with { TrackScripts = [new("nobody")] });
        AssertCode("MissingValue", Instance with { Version = 2, Authentication = new(VrrpAuthenticationType.SimplePassword, "") });
        AssertCode("InvalidAddress", Instance with { VirtualAddresses = [new() { Address = Ip("224.0.0.18") }] });
        AssertCode("ValueOutOfRange", Instance with { VirtualAddresses = [new() { Address = Ip("192.0.2.1"), PrefixLength = 33 }] });
        AssertCode("InvalidLabel", Instance with { VirtualAddresses = [new() { Address = Ip("192.0.2.1"), Label = "eth0:sixteenchars" }] });
        AssertCode("TooManyAddresses", Instance with
        {
            VirtualAddresses = Enumerable.Range(0, 256).Select(i => new VirtualAddress { Address = Ip($"10.0.0.{i}") }).ToValueList(),
        });
    }

    [Fact]
    public void Services()
    {
        RealServer server = new() { Address = Ip("10.0.0.1"), Port = 80 };
        AssertCode("ZeroPort", Service with { Port = 0 });
        AssertCode("ValueOutOfRange", Service with { Port = 65536 });
        AssertCode("InvalidName", Service with { Scheduler = "a b" });
        AssertCode("ValueOutOfRange", Service with { Persistence = TimeSpan.FromSeconds(1.5) });
        AssertCode("ValueOutOfRange", Service with { DelayLoop = TimeSpan.Zero });
        AssertCode("ValueOutOfRange", Service with { Drain = TimeSpan.Zero });
        AssertCode("ValueOutOfRange", Service with { Drain = TimeSpan.FromDays(32) });
        AssertCode("DuplicateRealServer", Service with { RealServers = [server, server] });
        AssertCode("AddressFamilyMismatch", Service with { RealServers = [server with { Address = Ip("2001:db8::1") }] });
        AssertCode("PortMismatch", Service with { Forwarding = ForwardingMethod.DirectRouting, RealServers = [server with { Port = 81 }] });
        AssertCode("ValueOutOfRange", Service with { RealServers = [server with { Weight = 65536 }] });
        AssertCode("ValueOutOfRange", Service with { RealServers = [server with { Checks = [new TcpCheck { Retry = -1 }] }] });
        AssertCode("ValueOutOfRange", Service with { RealServers = [server with { Checks = [new TcpCheck { ConnectPort = 0 }] }] });
        AssertCode("ValueOutOfRange", Service with { RealServers = [server with { Checks = [new TcpCheck { ConnectTimeout = TimeSpan.Zero }] }] });
        Assert.Equal(["DuplicateService"], Codes(new() { VirtualServers = [Service, Service] }));
        Assert.Empty(Codes(new() { VirtualServers = [Service, Service with { Protocol = TransportProtocol.Udp }] }));
    }

    [Fact]
    public void Scripts()
    {
        ScriptTracker script = new() { Name = "s", Command = "/s" };
        Assert.Equal(["DuplicateName"], Codes(new() { Scripts = [script, script] }));
        Assert.Equal(["MissingValue"], Codes(new() { Scripts = [script with { Command = " " }] }));
        Assert.Equal(["UnterminatedQuote"], Codes(new() { Scripts = [script with { Command = "/s 'a" }] }));
        Assert.Equal(["UnterminatedQuote"], Codes(new() { Scripts = [script with { Command = "/s \"a\\\"" }] }));
        Assert.Equal(["MissingValue"], Codes(new() { Scripts = [script with { Command = "\"\" a" }] }));
        Assert.Empty(Codes(new() { Scripts = [script with { Command = "/s \"a\\\"b\" it\\'s 'c\\'" }] }));
        Assert.Equal(["ValueOutOfRange"], Codes(new() { Scripts = [script with { Weight = 254 }] }));
        Assert.Equal(["ValueOutOfRange"], Codes(new() { Scripts = [script with { Interval = TimeSpan.Zero }] }));
        Assert.Equal(["InvalidUser"], Codes(new() { Scripts = [script with { User = "a:b:c" }] }));
        Assert.Equal(["InvalidUser"], Codes(new() { Scripts = [script with { User = "a:" }] }));
        Assert.Equal(["MissingValue"], Codes(new() { Scripts = [script with { Recover = new() { Command = "" } }] }));
    }

    [Fact]
    public void An_unknown_scheduler_may_be_a_module_of_one_s_own()
    {
        HaConfigurationDiagnostic found = Assert.Single(ConfigurationValidator.Validate(new() { VirtualServers = [Service with { Scheduler = "wrrr" }] }));
        Assert.Equal((HaDiagnosticSeverity.Warning, "UnknownScheduler"), (found.Severity, found.Code));
        Assert.Contains("Did you mean `wrr`?", found.Message, StringComparison.Ordinal);
    }

    private static void AssertCode(string? code, VrrpInstance instance) =>
        Assert.Equal(code is null ? [] : [code], Codes(new() { VrrpInstances = [instance] }));

    private static void AssertCode(string code, VirtualServer service) => Assert.Equal([code], Codes(new() { VirtualServers = [service] }));

    private static string[] Codes(HaConfiguration model) =>
        [.. ConfigurationValidator.Validate(model).Where(d => d.Severity == HaDiagnosticSeverity.Error).Select(d => d.Code)];
}
