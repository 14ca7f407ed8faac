using System.Net;
using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>IPv6: RFC 9568 sections 5.1.2, 5.2 and 6.4, where they differ from IPv4.</summary>
public class FamilyTests
{
    private const string Own = "fe80::2";
    private const string Lower = "fe80::1";
    private const string Higher = "fe80::3";

    private static VrrpInstance Instance6(int priority = 100) => Instance(priority) with { VirtualAddresses = Addresses("fe80::100", "2001:db8::1") };

    private static Scenario Running(VrrpInstance instance)
    {
        var s = new Scenario([instance]);
        s.Start(Address6(Own));
        s.Take();
        return s;
    }

    private static Scenario Master(VrrpInstance instance)
    {
        Scenario s = Running(instance);
        s.Advance(s.View.MasterDownInterval);
        s.Take();
        return s;
    }

    [Fact]
    public void Rfc9568_5_1_2_2_adverts_go_to_ff02_12_with_hop_limit_255_and_the_addresses_in_order()
    {
        Scenario s = Running(Instance6());
        Assert.Equal(1, s.Router.DestinationCount(0));
        Assert.Equal(Address6("ff02::12"), s.Router.Destination(0, 0));
        s.Advance(s.View.MasterDownInterval);
        RouterAction advert = s.TakeActions()[0];
        byte[] buffer = new byte[VrrpRouter.MaxAdvertLength];
        int length = s.Router.EncodeAdvert(advert, s.Router.Destination(0, 0), 1, 0, buffer);
        Assert.Equal(8 + 2 * 16, length);
        var envelope = new Ipv6Envelope(Address6(Own), Address6("ff02::12"), 255);
        Assert.Equal(AdvertRejection.None, VrrpAdvert.TryDecode(envelope, buffer.AsSpan(0, length), out VrrpAdvert heard));
        Assert.Equal((3, 51, 100, 100), (heard.Version, heard.VirtualRouterId, heard.Priority, heard.IntervalUnits));
        Assert.Equal([Address6("fe80::100"), Address6("2001:db8::1")], AddressesOf(heard));
    }

    [Theory]
    [InlineData(101, Lower, true)]
    [InlineData(100, Higher, true)]
    [InlineData(100, Lower, false)]
    [InlineData(99, Higher, false)]
    public void Rfc9568_6_4_3_the_higher_priority_or_else_the_higher_address_is_master(int priority, string source, bool yields)
    {
        Scenario s = Master(Instance6());
        s.Hear(new Advertiser(Instance6(priority), source));
        Assert.Equal(yields ? VrrpStateKind.Backup : VrrpStateKind.Master, s.View.State);
        Assert.Equal(Address6(yields ? source : Own), s.View.MasterAddress);
    }

    [Theory]
    [InlineData("fe80::7fff:ffff:ffff:ffff", "fe80::8000:0:0:0", true)] // the upper bit of a half counts as any other
    [InlineData("fe80::1:0:0:1", "fe80::ffff:ffff:ffff", false)]
    public void Rfc9568_6_4_3_all_128_bits_are_compared_unsigned_in_network_order(string own, string other, bool yields)
    {
        var s = new Scenario([Instance6()]);
        s.Start(Address6(own));
        s.Advance(s.View.MasterDownInterval);
        s.Hear(new Advertiser(Instance6(), other));
        Assert.Equal(yields, s.View.State == VrrpStateKind.Backup);
    }

    [Fact]
    public void Rfc9568_7_1_a_hop_limit_that_is_not_255_is_discarded()
    {
        Scenario s = Running(Instance6());
        s.Hear(new Advertiser(Instance6(200), Higher) { HopLimit = 254 });
        Assert.Equal(["rejected Ttl"], s.Take());
    }

    [Fact]
    public void Without_a_link_local_address_to_speak_from_there_is_no_part_in_the_election()
    {
        Scenario s = Master(Instance6());
        s.Interface(true, 0);
        Assert.Equal(["remove", "Master->Fault NoSourceAddress"], s.Take());
    }

    [Fact]
    public void A_datagram_of_the_other_family_is_nothing_for_an_instance()
    {
        Scenario six = Running(Instance6());
        six.Hear(Instance(200), "10.70.0.3");
        Assert.Equal(["rejected IpHeader"], six.Take());
        Scenario four = Scenario.Running(Instance());
        four.Hear(new Advertiser(Instance6(200), Higher));
        Assert.Equal(["rejected IpHeader"], four.Take());
    }

    [Fact]
    public void Version_2_knows_no_IPv6() => Assert.Throws<ArgumentException>(() => new Scenario([Instance6() with { Version = 2 }]));

    [Theory]
    [InlineData("224.0.0.66", "10.70.9.1", "10.70.0.3")]
    [InlineData("ff05::66", "fe80::100", Higher)]
    public void A_group_of_its_own_is_sent_to_and_heard_and_no_other(string group, string address, string source)
    {
        VrrpInstance instance = Instance() with { VirtualAddresses = Addresses(address), MulticastGroup = IPAddress.Parse(group) };
        var s = new Scenario([instance]);
        s.Start(WireAddress.Of(IPAddress.Parse(instance.AddressFamily == 6 ? Own : "10.70.0.2")));
        s.Take();
        Assert.Equal(WireAddress.Of(IPAddress.Parse(group)), s.Router.Destination(0, 0));
        s.Hear(new Advertiser(instance with { Priority = 200 }, source));
        Assert.Empty(s.Take());
        Assert.Equal(1, s.View.Counters.AdvertsReceived);
        s.Hear(new Advertiser(instance with { Priority = 200, MulticastGroup = null }, source));
        Assert.Equal(["rejected Destination"], s.Take());
    }

    [Theory]
    [InlineData(true, true, VrrpStateKind.Backup)]
    [InlineData(true, false, VrrpStateKind.Fault)]
    [InlineData(false, false, VrrpStateKind.Backup)]
    public void Keepalived_track_src_ip_the_loss_of_the_configured_source_is_a_fault(bool tracks, bool present, VrrpStateKind expected)
    {
        var s = new Scenario([Instance() with { SourceAddress = IPAddress.Parse("10.70.0.7"), TrackSourceAddress = tracks }]);
        s.Router.OnInterface(0, new InterfaceReading(true, Address("10.70.0.7"), present), s.Now, s.Actions);
        s.Begin();
        Assert.Equal(expected, s.View.State);
        if (expected == VrrpStateKind.Fault) Assert.Equal(TransitionReason.SourceAddressMissing, s.View.FaultReason);
        s.Router.OnInterface(0, new InterfaceReading(true, Address("10.70.0.7")), s.Now, s.Actions);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
    }

    [Fact]
    public void Keepalived_dont_track_primary_a_down_interface_is_no_fault()
    {
        Scenario s = Scenario.Master(Instance() with { DontTrackPrimary = true });
        s.Interface(false, Scenario.Own);
        Assert.Empty(s.Take());
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        s.Router.Stop(s.Now, s.Actions);
        Assert.Equal(["advert 0", "remove", "Master->Initialize Shutdown"], s.Take());
    }
}
