using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Rfc;

/// <summary>
/// RFC 9568 section 5, as far as it binds the router. The bytes themselves are in Packets/VrrpAdvertTests and Packets/VrrpAdvert6Tests, by the
/// section's number.
/// </summary>
/// <remarks>
/// The host's part, and where it is tested (HaTools.Engine.Tests): 5.1.1.1 the source is the interface's own address: SourceAddressIsNeverAVirtualOne;
/// 5.1.2.1 the link-local address: Ipv6Tests; 5.1.1.2 that 224.0.0.18 is not forwarded: the kernel's, as for all of 224.0.0.0/24.
/// </remarks>
public class Rfc9568Section5Tests
{
    private static VrrpAdvert Decode(byte[] datagram)
    {
        Assert.Equal(AdvertRejection.None, VrrpAdvert.TryDecode(datagram, VrrpVersions.Three, VrrpProtocol.MulticastAddress, out VrrpAdvert advert));
        return advert;
    }

    [Fact]
    public void S5_1_1_1_the_source_of_adverts_is_the_address_that_the_host_told_last()
    {
        Scenario s = Scenario.Running(Instance());
        Assert.Equal(Scenario.Own, Decode(Advert(s.Router, 0, 100)).Source);
        s.Interface(true, Address("10.70.0.9"));
        Assert.Equal(Address("10.70.0.9"), Decode(Advert(s.Router, 0, 100)).Source);
    }

    [Fact]
    public void S5_1_1_2_the_destination_MUST_be_224_0_0_18()
    {
        Scenario s = Scenario.Running(Instance());
        Assert.Equal(Address("224.0.0.18"), Decode(Advert(s.Router, 0, 100)).Destination);
        s.Hear(new Advertiser(Instance(200), "10.70.0.3") { Destination = Address("224.0.0.19") });
        Assert.Equal(["rejected Destination"], s.Take());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(254)]
    public void S5_1_1_3_the_TTL_MUST_be_255_and_others_MUST_be_discarded(byte ttl)
    {
        Scenario s = Scenario.Running(Instance());
        Assert.Equal(255, Decode(Advert(s.Router, 0, 100)).Ttl);
        s.Hear(new Advertiser(Instance(200), "10.70.0.3") { HopLimit = ttl });
        Assert.Equal(["rejected Ttl"], s.Take());
    }

    [Fact]
    public void S5_1_1_4_the_protocol_is_112() => Assert.Equal(112, Advert(Scenario.Running(Instance()).Router, 0, 100)[9]);

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public void S5_2_3_the_virtual_router_id_is_1_to_255(int routerId) =>
        Assert.Throws<ArgumentException>(() => new Scenario([Instance() with { VirtualRouterId = routerId }]));

    [Fact]
    public void S5_2_4_the_owner_MUST_use_255_and_others_1_to_254_whatever_their_trackers_add()
    {
        ScriptTracker up = new() { Name = "up", Command = "x", Weight = 253 };
        ScriptTracker down = new() { Name = "down", Command = "x", Weight = -253 };
        VrrpInstance instance = Instance(100) with { TrackScripts = [new Tracked("up"), new Tracked("down")] };
        var s = new Scenario([instance], up, down);
        s.Tracker("up", true);
        Assert.Equal(254, s.View.Priority);
        s.Tracker("up", false);
        s.Tracker("down", false);
        s.Start(Scenario.Own);
        s.Tracker("down", false);
        Assert.Equal(1, s.View.Priority);
        s.Reconfigure([instance with { Priority = 255 }], [up, down], [0], [0, 1]);
        Assert.Equal(255, s.View.Priority);
    }

    [Fact]
    public void S5_2_4_the_default_priority_is_100() => Assert.Equal(100, Bare().Priority);

    [Fact]
    public void S5_2_6_the_reserved_bits_MUST_be_0_on_transmission() =>
        Assert.Equal(0, Advert(Scenario.Running(Instance(seconds: 40.95)).Router, 0, 100)[24] >> 4);

    [Fact]
    public void S5_2_7_the_default_interval_is_1_second_and_the_longest_4095_hundredths()
    {
        Assert.Equal(TimeSpan.FromSeconds(1), Bare().AdvertisementInterval);
        Assert.Equal(4095, Decode(Advert(Scenario.Running(Instance(seconds: 40.95)).Router, 0, 100)).IntervalUnits);
        Assert.Throws<ArgumentException>(() => new Scenario([Instance(seconds: 40.96)]));
    }

    [Fact]
    public void S5_2_9_the_addresses_are_those_of_the_virtual_router_and_in_its_order()
    {
        Scenario s = Scenario.Running(Instance() with { VirtualAddresses = Addresses("192.0.2.2", "192.0.2.1") });
        Assert.Equal(["192.0.2.2", "192.0.2.1"], AddressesOf(Decode(Advert(s.Router, 0, 100))).Select(Text));
    }

    private static VrrpInstance Bare() => new() { Name = "VI_1", Interface = "eth0", VirtualRouterId = 1 };
}
