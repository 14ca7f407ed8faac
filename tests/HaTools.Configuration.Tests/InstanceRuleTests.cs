using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>The rules of instances on models, whatever the engine does of them yet.</summary>
public class InstanceRuleTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    private static readonly VrrpInstance V = new()
    {
        Name = "V",
        Interface = "eth0",
        VirtualRouterId = 1,
        VirtualAddresses = [new() { Address = Ip("192.0.2.1") }],
    };

    private static readonly VrrpInstance Six = V with
    {
        VirtualAddresses = [new() { Address = Ip("fe80::1"), PrefixLength = 128 }, new() { Address = Ip("2001:db8::1"), PrefixLength = 64 }],
    };

    private static readonly VrrpInstance Unicast = V with { UnicastPeers = [new(Ip("192.0.2.2")), new(Ip("192.0.2.3"), 255, 255)] };

    private static readonly VrrpHmac Hmac = new() { Keys = [new(1, Secret)], ActiveKey = 1 };

    private static readonly VrrpInstance Strict = V with
    {
        Strict = true,
        Accept = false,
        LowerPriorityNoAdvert = true,
        GarpLowerPriorityRepeat = 0,
        GarpLowerPriorityDelay = TimeSpan.Zero,
    };

    [Fact]
    public void What_is_right_has_nothing_said_of_it()
    {
        Says(V);
        Says(Six);
        Says(Six with { ExcludedAddresses = [new() { Address = Ip("192.0.2.5"), PrefixLength = 24 }] });
        Says(Unicast with { UnicastTtl = 0, CheckUnicastSource = true, SourceAddress = Ip("192.0.2.9"), TrackSourceAddress = true });
        Says(Strict);
        Says(Strict with { Priority = 255, InitialState = VrrpInitialState.Master, Accept = true, OwnerIgnoreAdverts = true });
        Says(V with { Hmac = Hmac });
        Says(V with { VirtualAddresses = [], NoVirtualAddress = true });
        Says(V with { AlsoVersion2 = true });
        Says(V with { NoPreempt = true, TimerExpiredBackup = 200 });
    }

    [Fact]
    public void An_instance_in_a_VRF_says_itself_what_an_interface_would_say()
    {
        VrrpInstance vrf = Unicast with
        {
            Vrf = "blue",
            Interface = "blue",
            SourceAddress = Ip("192.0.2.9"),
            VirtualAddresses = [new() { Address = Ip("192.0.2.1"), Device = "eth1" }],
        };
        Says(vrf);
        Says(vrf with { Interface = "eth0" }, "Contradiction");
        Says(vrf with { SourceAddress = null }, "MissingValue");
        Says(vrf with { UnicastPeers = [] }, "UnicastOnly");
        Says(vrf with { UnicastPeers = [], UnicastFaultNoPeer = true }, "UnicastWithoutPeers");
        Says(vrf with { Vrf = "a b", Interface = "a b" }, "InvalidInterface", "InvalidInterface");
        Says(vrf with { VirtualInterface = new() { TransmitOnBase = true } }, "Contradiction");
        Says(vrf with { VirtualAddresses = V.VirtualAddresses, ExcludedAddresses = [new() { Address = Ip("192.0.2.7") }] }, "NeedsInterface", "NeedsInterface");
        Says(vrf with
        {
            UnicastPeers = [new(Ip("fe80::2"))],
            SourceAddress = Ip("fe80::3"),
            VirtualAddresses = [new() { Address = Ip("2001:db8::1"), PrefixLength = 64, Device = "eth1" }],
        }, "NeedsInterface", "NeedsInterface");
    }

    [Fact]
    public void Families_are_not_mixed()
    {
        Says(V with { VirtualAddresses = [.. V.VirtualAddresses, .. Six.VirtualAddresses] }, "AddressFamilyMismatch", "AddressFamilyMismatch");
        Says(V with { SourceAddress = Ip("fe80::9") }, "AddressFamilyMismatch");
        Says(V with { MulticastGroup = Ip("ff02::12") }, "AddressFamilyMismatch");
        Says(V with { UnicastPeers = [new(Ip("fe80::2"))] }, "AddressFamilyMismatch");
        Says(Six with { UnicastPeers = [new(Ip("192.0.2.2"))] }, "AddressFamilyMismatch");
    }

    [Fact]
    public void Ipv6_is_version_3()
    {
        Says(Six with { Version = 2 }, "VersionMismatch");
        Says(Six with { AlsoVersion2 = true }, "VersionMismatch");
        Says(V with { Version = 2, AlsoVersion2 = true }, "VersionMismatch");
        Says(V with { AlsoVersion2 = true, AdvertisementInterval = TimeSpan.FromMilliseconds(100) }, "IntervalRounded");
    }

    [Fact]
    public void Elections()
    {
        Says(V with { PreemptDelay = TimeSpan.FromSeconds(1001) }, "ValueOutOfRange");
        Says(V with { DownTimerAdverts = 0 }, "ValueOutOfRange");
        Says(V with { DownTimerAdverts = 101 }, "ValueOutOfRange");
        Says(V with { NoPreempt = true, TimerExpiredBackup = 255 }, "ValueOutOfRange");
        Says(V with { TimerExpiredBackup = 200 }, "NoEffect");
        Says(V with { NoPreempt = true, PreemptDelay = TimeSpan.FromSeconds(1) }, "NoEffect");
        Says(V with { NoPreempt = true, Priority = 255 }, "NoEffect");
        Says(V with { NoPreempt = true, Priority = 255, InitialState = VrrpInitialState.Master }, "NoEffect");
        Says(V with { NoPreempt = true, InitialState = VrrpInitialState.Master }, "NoPreemptWithMaster");
        Says(V with { OwnerIgnoreAdverts = true }, "NoEffect");
    }

    [Fact]
    public void Transport()
    {
        Says(V with { MulticastGroup = Ip("192.0.2.18") }, "NoMulticastGroup");
        Says(Six with { MulticastGroup = Ip("ff05::12") }, "NoMulticastGroup");
        Says(Unicast with { MulticastGroup = Ip("224.0.0.19") }, "NoEffect");
        Says(V with { UnicastPeers = [new(Ip("192.0.2.2")), new(Ip("192.0.2.2"))] }, "DuplicateAddress");
        Says(V with { UnicastPeers = [new(Ip("192.0.2.2"), -1)] }, "ValueOutOfRange");
        Says(V with { UnicastPeers = [new(Ip("192.0.2.2"), 5, 3)] }, "EmptyRange");
        Says(Unicast with { UnicastTtl = 256 }, "ValueOutOfRange");
        Says(V with { UnicastTtl = 5 }, "NoEffect");
        Says(V with { CheckUnicastSource = true }, "NoEffect");
        Says(V with { UnicastFaultNoPeer = true }, "UnicastWithoutPeers");
        Says(V with { TrackSourceAddress = true }, "NoEffect");
    }

    [Theory]
    [InlineData(Secret, null)]
    [InlineData("hex:" + Secret + Secret, null)]
    [InlineData("file:/etc/hatools/key", null)]
    [InlineData("short", "ValueOutOfRange")]
    [InlineData(Secret + Secret + "x", "ValueOutOfRange")]
    [InlineData("hex:" + Secret, "ValueOutOfRange")]
    [InlineData("hex:" + Secret + "0", "InvalidNumber")]
    [InlineData("hex:" + Secret + "0g", "InvalidNumber")]
    [InlineData("file:key", "InvalidPath")]
    public void Secrets_of_hmac(string secret, string? code)
    {
        HaConfiguration model = new() { VrrpInstances = [V with { Hmac = Hmac with { Keys = [new(1, secret)] } }] };
        Assert.Equal(code is null ? [] : [code], Codes(model));
        Assert.All(ConfigurationValidator.Validate(model), d => Assert.DoesNotContain(secret, d.ToString() + d.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Security()
    {
        Says(V with { Hmac = Hmac with { Keys = [] } }, "MissingValue");
        Says(V with { Hmac = Hmac with { ActiveKey = 2 } }, "UnknownKey");
        Says(V with { Hmac = Hmac with { Keys = [new(0, Secret)], ActiveKey = 0 } }, "ValueOutOfRange");
        Says(V with { Hmac = Hmac with { Keys = [new(1, Secret), new(1, Secret)] } }, "DuplicateName");
        Says(V with { Hmac = Hmac with { TimeWindow = TimeSpan.FromSeconds(301) } }, "ValueOutOfRange");
        Says(V with { Hmac = Hmac with { TimeWindow = TimeSpan.FromSeconds(3), AntiReplay = VrrpAntiReplay.Monotonic } }, "NoEffect");
        Says(V with { Version = 2, Hmac = Hmac, Authentication = new(VrrpAuthenticationType.AuthenticationHeader, "a") }, "Contradiction");
        Says(V with { Authentication = new(VrrpAuthenticationType.SimplePassword, "a") }, "AuthenticationIgnored");
    }

    [Fact]
    public void Strict_mode_has_keepalived_s_checks()
    {
        Says(Strict with { Version = 2, VirtualAddresses = [] }, "NoVirtualAddress");
        Says(Strict with { VirtualAddresses = [], NoVirtualAddress = true }, "StrictMode");
        Says(Strict with { UnicastPeers = Unicast.UnicastPeers }, "StrictMode");
        Says(Strict with { Version = 2, VirtualAddresses = Six.VirtualAddresses }, "VersionMismatch");
        Says(Strict with { VirtualAddresses = [Six.VirtualAddresses[1]] }, "StrictMode");
        Says(Strict with { InitialState = VrrpInitialState.Master }, "StrictMode");
        Says(Strict with { Version = 2, Authentication = new(VrrpAuthenticationType.SimplePassword, "a") }, "StrictMode");
        Says(Strict with { Hmac = Hmac with { Mode = VrrpHmacMode.Permissive } }, "StrictMode");
        Says(Strict with { PreemptDelay = TimeSpan.FromSeconds(1) }, "StrictMode");
        Says(Strict with { Accept = true });
        Says(Strict with { Version = 2, Accept = true }, "StrictMode");
        Says(Strict with { GarpLowerPriorityRepeat = null }, "StrictMode");
        Says(Strict with { GarpLowerPriorityDelay = TimeSpan.FromSeconds(1) }, "StrictMode");
        Says(Strict with { LowerPriorityNoAdvert = false }, "StrictMode");
        Says(Strict with { HigherPrioritySendAdvert = true }, "StrictMode");
        Says(Strict with { VirtualInterface = new() { TransmitOnBase = true } }, "StrictMode");
        Says(Strict with { Priority = 255 }, "StrictMode");
        Says(Strict with { DownTimerAdverts = 4 }, "StrictMode");
        Says(V with { VirtualAddresses = [Six.VirtualAddresses[1]] }, "FirstAddressNotLinkLocal");
    }

    [Fact]
    public void Strict_mode_turns_its_defaults_on_in_the_native_language_too()
    {
        const string yaml = "vrrpInstances:\n- { name: V, interface: eth0, virtualRouterId: 1, strict: true, virtualAddresses: [192.0.2.1] }\n";
        Assert.Equal(Strict, ReadOnly(yaml).VrrpInstances[0]);
        HaConfiguration accepting = new() { VrrpInstances = [Strict with { Accept = true }] };
        Assert.Equal(accepting, ReadOnly(HaConfigurationWriter.WriteYaml(accepting)));
        HaConfiguration owner = new() { VrrpInstances = [Strict with { Priority = 255, Accept = true, OwnerIgnoreAdverts = true }] };
        Assert.Equal(owner, ReadOnly(HaConfigurationWriter.WriteYaml(owner)));
        Assert.DoesNotContain("ownerIgnoreAdverts", HaConfigurationWriter.WriteYaml(owner), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_virtual_router_id_may_serve_those_who_do_not_hear_each_other()
    {
        VrrpInstance other = V with { Name = "W", VirtualAddresses = [new() { Address = Ip("192.0.2.7") }] };
        Assert.Equal(["DuplicateVirtualRouterId"], Codes(new() { VrrpInstances = [V, other] }));
        Assert.Empty(Codes(new() { VrrpInstances = [V, other with { Interface = "eth1" }] }));
        Assert.Empty(Codes(new() { VrrpInstances = [V, Six with { Name = "W" }] }));
        Assert.Empty(Codes(new() { VrrpInstances = [V, other with { MulticastGroup = Ip("224.0.0.19") }] }));
        Assert.Equal(["DuplicateVirtualRouterId"], Codes(new() { VrrpInstances = [V, other with { MulticastGroup = Ip("224.0.0.18") }] }));
        Assert.Empty(Codes(new() { VrrpInstances = [V, other with { UnicastPeers = [new(Ip("192.0.2.4"))] }] }));
        Assert.Empty(Codes(new() { VrrpInstances = [Unicast, other with { UnicastPeers = [new(Ip("192.0.2.4"))] }] }));
        Assert.Equal(["DuplicateVirtualRouterId"], Codes(new() { VrrpInstances = [Unicast, other with { UnicastPeers = [new(Ip("192.0.2.3"))] }] }));
    }

    [Fact]
    public void Addresses()
    {
        VirtualAddress address = V.VirtualAddresses[0];
        Says(V with { NoVirtualAddress = true }, "NoEffect");
        Says(V with { ExcludedAddresses = [address] }, "DuplicateAddress");
        Says(Six with { VirtualAddresses = [Six.VirtualAddresses[0] with { PrefixLength = 129 }] }, "ValueOutOfRange");
        Says(Six with { VirtualAddresses = [Six.VirtualAddresses[0] with { Broadcast = Ip("192.0.2.255") }] }, "InvalidAddress");
        Says(Six with { VirtualAddresses = [.. Six.VirtualAddresses, new() { Address = Ip("ff02::1"), PrefixLength = 128 }] }, "InvalidAddress");
    }

    [Fact]
    public void Announcements_and_scripts()
    {
        Says(V with { GarpRefreshRepeat = 0 }, "ValueOutOfRange");
        Says(V with { GarpLowerPriorityRepeat = 256 }, "ValueOutOfRange");
        Says(V with { GarpExtraInterval = TimeSpan.FromDays(2) }, "ValueOutOfRange");
        Says(V with { Notify = new() { Any = new("") } }, "MissingValue");
        Says(V with { Notify = new() { Master = new("/m 'x") } }, "UnterminatedQuote");
        Says(V with { Notify = new() { Fault = new("/m", "a b") } }, "InvalidUser");
    }

    [Fact]
    public void What_is_tracked_exists_once_and_has_a_weight_in_range()
    {
        HaConfiguration model = new()
        {
            Files = [new() { Name = "f", Path = "/f" }],
            Processes = [new() { Name = "p", Command = ["p"] }],
            BfdSessions = [new() { Name = "b", Neighbour = Ip("192.0.2.2") }, new() { Name = "c", Neighbour = Ip("192.0.2.3"), ForVrrp = false }],
        };
        Assert.Empty(Codes(With(V with { TrackFiles = [new("f", 254)], TrackProcesses = [new("p", -254)], TrackBfd = [new("b")], TrackInterfaces = [new("eth1", -253)] })));
        Assert.Equal(["UnknownTracker"], Codes(With(V with { TrackFiles = [new("p")] })));
        Assert.Equal(["UnknownTracker"], Codes(With(V with { TrackProcesses = [new("f")] })));
        Assert.Equal(["UnknownBfdSession"], Codes(With(V with { TrackBfd = [new("c")] })));
        Assert.Equal(["InvalidInterface"], Codes(With(V with { TrackInterfaces = [new("a/b")] })));
        Assert.Equal(["DuplicateName"], Codes(With(V with { TrackInterfaces = [new("eth1"), new("eth1")] })));
        Assert.Equal(["ValueOutOfRange"], Codes(With(V with { TrackFiles = [new("f", 255)] })));
        Assert.Equal(["ValueOutOfRange"], Codes(With(V with { TrackInterfaces = [new("eth1", 254)] })));

        HaConfiguration With(VrrpInstance instance) => model with { VrrpInstances = [instance] };
    }

    private static void Says(VrrpInstance instance, params string[] codes) => Assert.Equal(codes, Codes(new() { VrrpInstances = [instance] }));

    private static string[] Codes(HaConfiguration model) =>
        [.. ConfigurationValidator.Validate(model).Where(d => d.Code != "NotSupported").Select(d => d.Code)];
}
