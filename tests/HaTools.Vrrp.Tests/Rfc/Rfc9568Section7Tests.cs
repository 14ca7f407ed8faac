using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Rfc;

/// <summary>RFC 9568 section 7.1, what MUST be discarded, and 7.2, what is sent.</summary>
/// <remarks>
/// The host's part: 7.2 and 7.3 the virtual router's MAC address as the source: the virtual interfaces' tests and the lab. 7.4 no interface identifier is
/// made of that address: the same. Version 2: <see cref="Rfc3768Tests"/>.
/// </remarks>
public class Rfc9568Section7Tests
{
    private const string Other = "10.70.0.3";

    /// <summary>What is wrong with an advert of priority 200, and the reason for which it is refused.</summary>
    public static TheoryData<string, string> Wrong => new()
    {
        { "ttl", "Ttl" },
        { "version", "Version" },
        { "type", "PacketType" },
        { "short", "TooShort" },
        { "checksum", "Checksum" },
        { "virtual router id", "VirtualRouterId" },
        { "count 0", "AddressCount" },
        { "interval 0", "Interval" },
        { "group", "Destination" },
        { "own address", "OwnAddress" },
    };

    /// <summary>The same over IPv6.</summary>
    public static TheoryData<string, string> Wrong6 => new()
    {
        { "hop limit", "Ttl" },
        { "version", "Version" },
        { "version 2", "Version" },
        { "type", "PacketType" },
        { "short", "TooShort" },
        { "checksum", "Checksum" },
        { "virtual router id", "VirtualRouterId" },
        { "count 0", "AddressCount" },
        { "interval 0", "Interval" },
        { "group", "Destination" },
        { "no source", "IpHeader" },
        { "own address", "OwnAddress" },
    };

    /// <summary>An advert of priority 200 of either version, with a fault.</summary>
    internal static byte[] Make(string wrong, int version = 3)
    {
        var sender = new Advertiser(Instance(200, version), wrong == "own address" ? "10.70.0.2" : Other)
        {
            HopLimit = (byte)(wrong == "ttl" ? 254 : 255),
            Destination = wrong == "group" ? Address("224.0.0.19") : VrrpProtocol.MulticastAddress,
        };
        byte[] datagram = [.. sender.Packet(0)];
        switch (wrong)
        {
            case "version":
                datagram[20] = 0x41;
                return FixMessage(datagram);
            case "type":
                datagram[20]++;
                return FixMessage(datagram);
            case "short":
                return datagram[..^1];
            case "checksum":
                datagram[27] ^= 1;
                return datagram;
            case "virtual router id":
                datagram[21]++;
                return FixMessage(datagram);
            case "count 0":
                return new Advertiser(Instance(200) with { VirtualAddresses = [] }, Other).Packet(0);
            case "interval 0":
                datagram[24] = datagram[25] = 0;
                return FixMessage(datagram);
            default:
                return datagram;
        }
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void S7_1_what_fails_a_check_MUST_be_discarded_by_a_Backup_and_is_told(string wrong, string reason)
    {
        Scenario s = Scenario.Running(Instance(100));
        long due = s.Router.NextDeadline;
        s.Advance(Second);
        s.Hear(Make(wrong));
        Assert.Equal([$"rejected {reason}"], s.Take());
        Assert.Equal((due, 0L, 0u), (s.Router.NextDeadline, s.View.Counters.AdvertsReceived, s.View.MasterAddress));
        Assert.Equal(1, s.View.Counters.Rejected.Of(Enum.Parse<AdvertRejection>(reason)));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void S7_1_and_by_an_Active_router(string wrong, string reason)
    {
        Scenario s = Scenario.Master(Instance(100));
        s.Hear(Make(wrong));
        Assert.Equal([$"rejected {reason}"], s.Take());
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Theory]
    [MemberData(nameof(Wrong6))]
    public void S7_1_over_IPv6_what_fails_a_check_MUST_be_discarded_and_is_told(string wrong, string reason)
    {
        VrrpInstance instance = Instance(100) with { VirtualAddresses = Addresses("fe80::100", "2001:db8::100") };
        var s = new Scenario([instance]);
        s.Start(Address6("fe80::2"));
        s.Take();
        long due = s.Router.NextDeadline;
        s.Advance(Second);
        Hear6(s, instance with { Priority = 200 }, wrong);
        Assert.Equal([$"rejected {reason}"], s.Take());
        Assert.Equal((due, 0L), (s.Router.NextDeadline, s.View.Counters.AdvertsReceived));
        Assert.Equal(1, s.View.Counters.Rejected.Of(Enum.Parse<AdvertRejection>(reason)));
        Hear6(s, instance with { Priority = 200 }, "nothing");
        Assert.Equal(1, s.View.Counters.AdvertsReceived);
    }

    private static void Hear6(Scenario s, VrrpInstance instance, string wrong)
    {
        var sender = new Advertiser(instance, wrong == "own address" ? "fe80::2" : wrong == "no source" ? "::" : "fe80::3")
        {
            Destination = wrong == "group" ? Address6("ff02::13") : VrrpProtocol.MulticastAddress6,
        };
        byte[] payload = [.. sender.Packet(0)];
        switch (wrong)
        {
            case "version":
                payload[0] = 0x41;
                break;
            case "version 2":
                payload[0] = 0x21;
                break;
            case "type":
                payload[0] = 0x32;
                break;
            case "virtual router id":
                payload[1]++;
                break;
            case "interval 0":
                payload[4] = payload[5] = 0;
                break;
            case "count 0":
                payload[3] = 0;
                payload = payload[..VrrpProtocol.HeaderLength];
                break;
            case "short":
                payload = payload[..^1];
                break;
        }

        FixMessage6(payload, sender.Source, sender.Destination);
        if (wrong == "checksum") payload[7] ^= 1;
        var envelope = new Ipv6Envelope(sender.Source, sender.Destination, (byte)(wrong == "hop limit" ? 254 : 255));
        s.Router.OnAdvert(0, envelope, payload, new ReceiveTime(s.Now, 0), s.Actions);
    }

    [Fact]
    public void S7_1_and_by_who_is_not_in_the_election()
    {
        var s = new Scenario([Instance(100)]);
        s.Start(source: 0);
        s.Take();
        s.Hear(Make("checksum"));
        Assert.Equal(["rejected Checksum"], s.Take());
        Assert.Equal(0u, s.View.MasterAddress);
    }

    [Fact]
    public void S7_1_the_same_advert_without_a_fault_is_heeded()
    {
        Scenario s = Scenario.Master(Instance(100));
        s.Hear(Make("nothing"));
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
    }

    [Fact]
    public void S7_1_erratum_8298_the_owner_hears_others_and_that_another_claims_to_be_owner_is_told()
    {
        Scenario s = Scenario.Master(Instance(255));
        s.Hear(Instance(255), "10.70.0.1");
        Assert.Contains("RivalOwner", s.Take());
    }

    [Fact]
    public void S7_1_the_addresses_MAY_be_compared_and_a_difference_is_told_and_no_reason_to_discard()
    {
        Scenario s = Scenario.Running(Instance(100));
        s.Hear(Instance(200) with { VirtualAddresses = Addresses("10.70.9.77") }, Other);
        Assert.Equal(["AddressListDiffers"], s.Take());
        Assert.Equal(Address(Other), s.View.MasterAddress);
    }

    [Fact]
    public void S7_1_another_interval_SHOULD_be_logged_and_MUST_NOT_be_discarded_in_version_3()
    {
        Scenario s = Scenario.Running(Instance(100));
        s.Hear(Instance(200, seconds: 3), Other);
        Assert.Equal(["IntervalDiffers"], s.Take());
        Assert.Equal(3 * Second, s.View.AdvertInterval);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(255)]
    public void S7_2_the_advert_is_filled_with_the_configuration_and_the_effective_priority(int priority)
    {
        Scenario s = Scenario.Running(Instance(priority) with { VirtualRouterId = 7 });
        s.Advance(s.View.MasterDownInterval);
        RouterAction action = s.TakeActions().First(a => a.Kind == RouterActionKind.SendAdvert);
        byte[] buffer = new byte[VrrpRouter.MaxAdvertLength];
        int length = s.Router.EncodeAdvert(action, s.Router.Destination(0, 0), 1, 0, buffer);
        Assert.Equal(
            AdvertRejection.None, VrrpAdvert.TryDecode(buffer.AsSpan(0, length), VrrpVersions.Three, VrrpProtocol.MulticastAddress, out VrrpAdvert advert));
        Assert.Equal((3, 7, priority, 100, 1), (advert.Version, advert.VirtualRouterId, advert.Priority, advert.IntervalUnits, advert.AddressCount));
        Assert.Equal(ChecksumForms.MessageOnly, advert.Forms);
    }

    /// <summary>Erratum 8300 (and 5.2.9) would have it refused; keepalived sends it, and a router that refuses the master's adverts is a second master.</summary>
    [Fact]
    public void S7_1_erratum_8300_an_IPv6_list_that_does_not_begin_with_a_link_local_address_is_heeded()
    {
        VrrpInstance instance = Instance() with { VirtualAddresses = Addresses("2001:db8::100") };
        var s = new Scenario([instance]);
        s.Start(Address6("fe80::2"));
        s.Take();
        s.Hear(new Advertiser(instance with { Priority = 200 }, "fe80::3"));
        Assert.Empty(s.Take());
        Assert.Equal(1, s.View.Counters.AdvertsReceived);
    }
}
