using System.Buffers.Binary;

namespace HaTools.Vrrp.Tests.Packets;

/// <summary>The checks of RFC 3768 and RFC 9568 section 7.1 that need no configuration.</summary>
public class VrrpAdvertTests
{
    private const string Source = "10.70.0.1";

    private static byte[] V2 => Wire.Advert(Wire.Instance(version: 2), Source);

    private static byte[] V3 => Wire.Advert(Wire.Instance(), Source);

    [Fact]
    public void Rfc3768_5_1_the_message_of_version_2_field_by_field() => Assert.Equal(
        Convert.FromHexString("21336401000167830A4609010000000000000000"), Wire.Advert(Wire.Instance(version: 2), "10.70.0.2")[20..]);

    [Fact]
    public void Rfc9568_5_1_the_message_of_version_3_field_by_field()
    {
        VrrpInstance instance = Wire.Instance(priority: 150, seconds: 40.95);
        instance = instance with { VirtualAddresses = Wire.Addresses("10.70.9.1", "192.0.2.255") };
        byte[] message = Wire.Advert(instance, Source)[20..];
        Assert.Equal(Convert.FromHexString("313396020FFF"), message[..6]);
        Assert.Equal(Convert.FromHexString("0A460901C00002FF"), message[8..]);
        Assert.True(InternetChecksum.IsValid(InternetChecksum.Add(message)));
    }

    [Fact]
    public void Rfc9568_5_1_1_the_ip_header_is_as_keepalived_writes_it()
    {
        byte[] header = V3[..20];
        Assert.Equal(Convert.FromHexString("45C0002000010000FF70"), header[..10]);
        Assert.Equal(Convert.FromHexString("0A460001E0000012"), header[12..]);
        Assert.True(InternetChecksum.IsValid(InternetChecksum.Add(header)));
    }

    [Theory]
    [InlineData("", "0000000000000000")]
    [InlineData("1111", "3131313100000000")]
    [InlineData("s3cret12", "7333637265743132")]
    [InlineData("s3cret12345", "7333637265743132")]
    [InlineData("密码密码", "E5AF86E7A081E5AF")]
    public void Rfc2338_5_3_10_a_password_is_cut_or_padded_to_8_bytes(string password, string wire)
    {
        byte[] datagram = Wire.Advert(Wire.Instance(version: 2) with { Authentication = Wire.Password(password) }, Source);
        Assert.Equal(1, datagram[24]);
        Assert.Equal(Convert.FromHexString(wire), datagram[^8..]);
        Assert.Equal(AdvertRejection.None, Decode(datagram, 2));
    }

    [Fact]
    public void Rfc9568_7_1_ttl_must_be_255()
    {
        byte[] datagram = V3;
        datagram[8] = 254;
        Assert.Equal(AdvertRejection.Ttl, Hear(Wire.FixHeader(datagram)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Rfc9568_7_1_the_version_must_be_the_instances(int version)
    {
        byte[] datagram = version == 2 ? V2 : V3;
        Assert.Equal(AdvertRejection.None, Decode(datagram, version));
        Assert.Equal(AdvertRejection.Version, Decode(datagram, 5 - version));
    }

    [Fact]
    public void Rfc9568_5_2_2_other_packet_types_are_refused() =>
        Assert.Equal(AdvertRejection.PacketType, DecodeChanged(V3, d => d[20] = 0x32));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Rfc9568_7_1_an_advert_cut_anywhere_is_refused(int version)
    {
        byte[] datagram = version == 2 ? V2 : V3;
        for (int length = 0; length < datagram.Length; length++)
        {
            Assert.Equal(AdvertRejection.TooShort, Decode(datagram[..length], version));
            if (length < 20) continue;
            byte[] shorter = datagram[..length];
            BinaryPrimitives.WriteUInt16BigEndian(shorter.AsSpan(2), (ushort)length);
            Assert.Equal(AdvertRejection.TooShort, Decode(Wire.FixHeader(shorter), version));
        }
    }

    [Fact]
    public void Rfc9568_7_1_more_addresses_than_there_are_bytes_is_too_short() =>
        Assert.Equal(AdvertRejection.TooShort, DecodeChanged(V3, d => d[23] = 2));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Rfc9568_7_1_the_checksum_catches_every_flipped_bit_after_the_first_byte(int version)
    {
        byte[] datagram = version == 2 ? V2 : V3;
        for (int bit = 21 * 8; bit < datagram.Length * 8; bit++)
        {
            if (bit / 8 == 23) continue; // the count, which says where the message ends
            byte[] flipped = [.. datagram];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(AdvertRejection.Checksum, Decode(flipped, version));
        }
    }

    [Theory]
    [InlineData(VrrpChecksumForm.MessageOnly, ChecksumForms.MessageOnly)]
    [InlineData(VrrpChecksumForm.PseudoHeader, ChecksumForms.PseudoHeader)]
    internal void Rfc9568_5_2_8_both_forms_of_the_version_3_checksum_are_accepted(VrrpChecksumForm form, ChecksumForms seen)
    {
        byte[] datagram = Wire.Advert(Wire.Instance() with { ChecksumForm = form }, Source);
        Assert.Equal(AdvertRejection.None, Wire.Decode(datagram, 3, out VrrpAdvert advert));
        Assert.Equal(seen, advert.Forms);
    }

    [Fact]
    public void A_unicast_checksum_with_the_group_in_its_pseudo_header_is_accepted_as_what_it_is()
    {
        byte[] buffer = new byte[VrrpAdvertWriter.MaxLength];
        AddressBits peer = Wire.Address("10.70.0.2"), group = Wire.Address("224.0.0.18"), other = Wire.Address("239.1.1.1");
        VrrpAdvertFields fields = Wire.Fields(4) with { Destination = peer };
        foreach (VrrpChecksumForm form in Enum.GetValues<VrrpChecksumForm>())
        {
            VrrpAdvertFields formed = fields with { ChecksumForm = form, MulticastGroup = group };
            int length = VrrpAdvertWriter.Write(formed, [Wire.Address("10.70.9.1")], [], buffer);
            AdvertRejection rejection = VrrpAdvert.TryDecode(buffer.AsSpan(0, length), VrrpVersions.Three, group, out VrrpAdvert advert);
            Assert.Equal(AdvertRejection.None, rejection);
            Assert.Equal((ChecksumForms)(1 << (int)form), advert.Forms);
            Assert.False(advert.IsMulticast);
            rejection = VrrpAdvert.TryDecode(buffer.AsSpan(0, length), VrrpVersions.Three, other, out _);
            bool ofGroup = form == VrrpChecksumForm.PseudoHeaderMulticast;
            Assert.Equal(ofGroup ? AdvertRejection.Checksum : AdvertRejection.None, rejection);
        }
    }

    [Fact]
    public void Rfc9568_8_4_2_an_instance_of_both_versions_hears_both()
    {
        foreach (byte[] datagram in new[] { V2, V3 })
        {
            Assert.Equal(AdvertRejection.None, VrrpAdvert.TryDecode(datagram, VrrpVersions.Both, 0, out VrrpAdvert advert));
            Assert.Equal(datagram[20] >> 4, advert.Version);
        }

        byte[] first = V2;
        first[20] = 0x11;
        Assert.Equal(AdvertRejection.Version, VrrpAdvert.TryDecode(first, VrrpVersions.Both, 0, out _));
    }

    [Fact]
    public void The_ttl_is_reported_and_the_decoder_does_not_judge_it()
    {
        byte[] datagram = V3;
        datagram[8] = 3;
        Assert.Equal(AdvertRejection.None, VrrpAdvert.TryDecode(Wire.FixHeader(datagram), VrrpVersions.Three, 0, out VrrpAdvert advert));
        Assert.Equal(3, advert.Ttl);
    }

    [Fact]
    public void Version_3_without_addresses_is_for_the_router_to_judge()
    {
        byte[] buffer = new byte[VrrpAdvertWriter.MaxLength];
        int length = VrrpAdvertWriter.Write(Wire.Fields(4), [], [], buffer);
        Assert.Equal(28, length);
        Assert.Equal(AdvertRejection.None, VrrpAdvert.TryDecode(buffer.AsSpan(0, length), VrrpVersions.Three, 0, out VrrpAdvert advert));
        Assert.Equal(0, advert.AddressCount);
    }

    [Fact]
    public void Rfc3768_5_3_8_version_2_knows_no_pseudo_header()
    {
        byte[] datagram = Wire.Advert(Wire.Instance(version: 2) with { ChecksumForm = VrrpChecksumForm.PseudoHeader }, Source);
        Assert.Equal(V2, datagram);
        uint sum = InternetChecksum.AddPseudoHeader(Wire.Address(Source), VrrpProtocol.MulticastAddress, VrrpProtocol.Number, 20);
        datagram[26] = datagram[27] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(26), InternetChecksum.Finish(InternetChecksum.Add(datagram.AsSpan(20), sum)));
        Assert.Equal(AdvertRejection.Checksum, Decode(datagram, 2));
    }

    [Fact]
    public void Rfc9568_5_2_6_reserved_bits_are_ignored()
    {
        byte[] datagram = V3;
        datagram[24] |= 0xf0;
        Assert.Equal(AdvertRejection.None, Wire.Decode(Wire.FixMessage(datagram), 3, out VrrpAdvert advert));
        Assert.Equal(100, advert.IntervalUnits);
    }

    [Fact]
    public void Rfc9568_errata_8299_version_3_without_addresses_is_refused_by_who_has_some()
    {
        byte[] buffer = new byte[VrrpAdvertWriter.MaxLength];
        int length = VrrpAdvertWriter.Write(Wire.Fields(4), [], [], buffer);
        Assert.Equal(AdvertRejection.AddressCount, Hear(buffer[..length]));
        VrrpInstance none = Wire.Instance() with { VirtualAddresses = [], NoVirtualAddress = true };
        Assert.Equal(AdvertRejection.None, Hear(buffer[..length], none));
    }

    [Fact]
    public void Version_2_without_addresses_is_heard_since_keepalived_sends_it() =>
        Assert.Equal(AdvertRejection.None, Decode(Wire.Advert(Wire.Instance(version: 2) with { VirtualAddresses = [] }, Source), 2));

    [Fact]
    public void Rfc9568_errata_8301_an_interval_of_0_is_refused()
    {
        byte[] datagram = V3;
        datagram[24] = datagram[25] = 0;
        Assert.Equal(AdvertRejection.Interval, Decode(Wire.FixMessage(datagram), 3));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(255)]
    public void Rfc2338_5_3_6_other_authentication_types_are_refused(byte type)
    {
        byte[] datagram = V2;
        datagram[24] = type;
        Assert.Equal(AdvertRejection.AuthenticationType, Decode(Wire.FixMessage(datagram), 2));
    }

    [Fact]
    public void Rfc791_3_1_headers_with_options_are_read()
    {
        byte[] datagram = [.. V3[..20], 1, 1, 1, 0, .. V3[20..]];
        datagram[0] = 0x46;
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)datagram.Length);
        Assert.Equal(AdvertRejection.None, Wire.Decode(Wire.FixHeader(datagram), 3, out VrrpAdvert advert));
        Assert.Equal(24, advert.IpHeaderLength);
        Assert.Equal(51, VrrpRouter.PeekVirtualRouterId(datagram));
    }

    [Fact]
    public void Rfc791_3_1_bad_headers_are_refused()
    {
        Assert.Equal(AdvertRejection.IpHeader, DecodeChanged(V3, d => d[0] = 0x65));
        Assert.Equal(AdvertRejection.IpHeader, Decode([.. V3[..0], 0x44, .. V3[1..]], 3)); // shorter than a header can be
        Assert.Equal(AdvertRejection.IpHeader, DecodeChanged(V3, d => d[3] = 19)); // ends within its own header
        Assert.Equal(AdvertRejection.IpHeader, DecodeChanged(V3, d => d[6] = 0x20)); // more fragments follow
        Assert.Equal(AdvertRejection.IpHeader, DecodeChanged(V3, d => d[7] = 1)); // a later fragment
        Assert.Equal(AdvertRejection.None, DecodeChanged(V3, d => d[6] = 0x40)); // do not fragment is no fragment
        Assert.Equal(AdvertRejection.IpHeader, DecodeChanged(V3, d => d[9] = 17)); // UDP
        Assert.Equal(AdvertRejection.IpHeader, DecodeChanged(V3, d => d[12] = 224)); // no host's address
        Assert.Equal(AdvertRejection.IpHeader, DecodeChanged(V3, d => d.AsSpan(12, 4).Clear()));
        byte[] damaged = V3;
        damaged[10] ^= 1;
        Assert.Equal(AdvertRejection.IpHeader, Decode(damaged, 3));
    }

    [Fact]
    public void Padding_of_short_ethernet_frames_is_not_part_of_the_datagram() =>
        Assert.Equal(AdvertRejection.None, Decode([.. V3, .. new byte[14].Select(_ => (byte)0xa5)], 3));

    [Fact]
    public void A_trailer_after_the_message_is_not_part_of_it()
    {
        byte[] datagram = [.. V3, .. new byte[28].Select(_ => (byte)0xa5)];
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)datagram.Length);
        Assert.Equal(AdvertRejection.None, Decode(Wire.FixHeader(datagram), 3));
    }

    [Fact]
    public void The_longest_advert_fits_the_promised_buffer()
    {
        string[] addresses = [.. Enumerable.Range(0, 255).Select(i => $"192.0.2.{i}")];
        byte[] datagram = Wire.Advert(Wire.Instance(version: 2) with { VirtualAddresses = Wire.Addresses(addresses) }, Source);
        Assert.InRange(datagram.Length, 0, VrrpRouter.MaxAdvertLength);
        Assert.Equal(AdvertRejection.None, Wire.Decode(datagram, 2, out VrrpAdvert advert));
        Assert.Equal(addresses, Wire.AddressesOf(advert).Select(Wire.Text));
    }

    private static AdvertRejection Decode(byte[] datagram, int version) => Wire.Decode(datagram, version, out _);

    private static AdvertRejection DecodeChanged(byte[] datagram, Action<byte[]> change)
    {
        change(datagram);
        return Decode(Wire.FixHeader(datagram), 3);
    }

    /// <summary>What a router says of it.</summary>
    private static AdvertRejection Hear(byte[] datagram, VrrpInstance? instance = null)
    {
        Scenario scenario = Scenario.Running(instance ?? Wire.Instance());
        scenario.Hear(datagram);
        InstanceCounters counters = scenario.View.Counters;
        return counters.AdvertsReceived == 1 ? AdvertRejection.None : Enum.GetValues<AdvertRejection>().Single(r => counters.Rejected.Of(r) == 1);
    }
}
