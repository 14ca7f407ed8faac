namespace HaTools.Vrrp.Tests.Packets;

/// <summary>RFC 9568 sections 5 and 7.1 over IPv6, as far as no configuration is needed.</summary>
public class VrrpAdvert6Tests
{
    private static readonly AddressBits LinkLocal = Wire.Address6("fe80::100");
    private static readonly AddressBits Global = Wire.Address6("2001:db8::100");

    private static Ipv6Envelope Envelope => new(Wire.Address6("fe80::1"), VrrpProtocol.MulticastAddress6, 255);

    private static byte[] Payload => Write(LinkLocal, Global);

    [Fact]
    public void Rfc9568_5_1_the_message_field_by_field()
    {
        byte[] payload = Payload;
        Assert.Equal("313364020064", Convert.ToHexString(payload[..6]));
        const string Addresses = "FE800000000000000000000000000100" + "20010DB8000000000000000000000100";
        Assert.Equal(Addresses, Convert.ToHexString(payload[8..]));
    }

    [Fact]
    public void Rfc9568_5_2_8_the_checksum_covers_the_pseudo_header_and_catches_every_flipped_bit()
    {
        Assert.Equal(AdvertRejection.None, Decode(Payload));
        for (int bit = 8; bit < Payload.Length * 8; bit++)
        {
            if (bit / 8 == 3) continue; // the count, which says where the message ends
            byte[] flipped = Payload;
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(AdvertRejection.Checksum, Decode(flipped));
        }

        Assert.Equal(AdvertRejection.Checksum, Decode(Payload, Envelope with { Source = Wire.Address6("fe80::2") }));
        Assert.Equal(AdvertRejection.Checksum, Decode(Payload, Envelope with { Destination = Wire.Address6("ff02::13") }));
    }

    [Fact]
    public void Rfc9568_7_1_an_advert_cut_anywhere_is_refused()
    {
        for (int length = 0; length < Payload.Length; length++) Assert.Equal(AdvertRejection.TooShort, Decode(Payload[..length]));
    }

    [Fact]
    public void Rfc9568_7_1_version_2_is_not_spoken_over_ipv6()
    {
        byte[] payload = Payload;
        payload[0] = 0x21;
        Assert.Equal(AdvertRejection.Version, Decode(Fix(payload)));
        payload[0] = 0x32;
        Assert.Equal(AdvertRejection.PacketType, Decode(Fix(payload)));
    }

    [Fact]
    public void Rfc9568_errata_8301_an_interval_of_0_is_refused()
    {
        byte[] payload = Payload;
        payload[4] = payload[5] = 0;
        Assert.Equal(AdvertRejection.Interval, Decode(Fix(payload)));
    }

    [Fact]
    public void Rfc9568_errata_8300_a_list_that_does_not_begin_with_a_link_local_address_is_not_refused()
    {
        Assert.Equal(AdvertRejection.None, VrrpAdvert.TryDecode(Envelope, Payload, out VrrpAdvert advert));
        Assert.Equal(LinkLocal, advert.Address(0));
        Assert.Equal(AdvertRejection.None, VrrpAdvert.TryDecode(Envelope, Write(Global, LinkLocal), out advert));
        Assert.Equal(Global, advert.Address(0));
    }

    [Theory]
    [InlineData("::")]
    [InlineData("ff02::1")]
    public void Sources_that_are_no_hosts_are_refused(string source) =>
        Assert.Equal(AdvertRejection.IpHeader, Decode(Payload, Envelope with { Source = Wire.Address6(source) }));

    [Fact]
    public void The_hop_limit_and_both_addresses_are_reported()
    {
        VrrpAdvert.TryDecode(Envelope with { HopLimit = 9 }, Payload, out VrrpAdvert advert);
        Assert.Equal((9, Envelope.Source, Envelope.Destination), (advert.Ttl, advert.Source, advert.Destination));
        Assert.True(advert.IsMulticast);
        Assert.Equal([LinkLocal, Global], Wire.AddressesOf(advert));
    }

    [Fact]
    public void The_longest_advert_fits_the_promised_buffer()
    {
        AddressBits[] addresses = [.. Enumerable.Range(0, 255).Select(i => Global ^ (AddressBits)(uint)(i << 8))];
        var hmac = new VrrpHmac { Keys = [new VrrpHmacKey(1, new string('k', 64))], ActiveKey = 1 };
        byte[] buffer = new byte[VrrpAdvertWriter.MaxLength];
        var authenticator = new HmacAuthenticator(hmac, TimeSpan.FromSeconds(1));
        Assert.Equal(buffer.Length, VrrpAdvertWriter.Write(Wire.Fields(6), addresses, [], buffer, authenticator));
        Assert.Equal(AdvertRejection.None, VrrpAdvert.TryDecode(Envelope, buffer, out VrrpAdvert advert));
        Assert.Equal(addresses, Wire.AddressesOf(advert));
        Assert.Equal(AdvertRejection.None, authenticator.Verify(advert, 0));
    }

    private static byte[] Write(params AddressBits[] addresses)
    {
        byte[] buffer = new byte[VrrpAdvertWriter.MaxLength];
        return buffer[..VrrpAdvertWriter.Write(Wire.Fields(6), addresses, [], buffer)];
    }

    private static byte[] Fix(byte[] payload) => Wire.FixMessage6(payload, Envelope.Source, Envelope.Destination);

    private static AdvertRejection Decode(byte[] payload, Ipv6Envelope? envelope = null) =>
        VrrpAdvert.TryDecode(envelope ?? Envelope, payload, out _);
}
