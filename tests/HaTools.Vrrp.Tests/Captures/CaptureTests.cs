namespace HaTools.Vrrp.Tests.Captures;

/// <summary>Every advert that keepalived 2.2.7 was seen to send is understood, and written again to the byte.</summary>
public class CaptureTests
{
    /// <summary>File, adverts in it, version, interval in wire units, password.</summary>
    public static TheoryData<string, int, int, int, string?> Ipv4Files => new()
    {
        { "v2-noauth.pcap", 9, 2, 1, null },
        { "v2-auth-pass.pcap", 9, 2, 1, "s3cret12" },
        { "v2-unicast.pcap", 9, 2, 1, null },
        { "v2-unicast-pass.pcap", 9, 2, 1, "s3cret12" },
        { "v3-ipv4.pcap", 9, 3, 100, null },
        { "v3-ipv4-adv10ms.pcap", 534, 3, 1, null },
        { "v3-ipv4-prio255.pcap", 12, 3, 100, null },
        { "v3-ipv4-unicast.pcap", 9, 3, 100, null },
        { "v3-ipv4-vmac.pcap", 9, 3, 100, null },
    };

    [Theory]
    [MemberData(nameof(Ipv4Files))]
    public void Every_advert_decodes_and_encodes_to_the_byte(string file, int count, int version, int intervalUnits, string? password)
    {
        List<byte[]> datagrams = PcapFile.ReadIpv4(file, VrrpProtocol.Number);
        Assert.Equal(count, datagrams.Count);
        byte[] buffer = new byte[VrrpRouter.MaxAdvertLength];
        foreach (byte[] datagram in datagrams)
        {
            Assert.Equal(AdvertRejection.None, Wire.Decode(datagram, version, out VrrpAdvert advert));
            Assert.Equal(version, advert.Version);
            Assert.Equal(51, advert.VirtualRouterId);
            Assert.Contains(advert.Priority, new byte[] { 0, 100, 150, 255 });
            Assert.Equal(intervalUnits, advert.IntervalUnits);
            Assert.Equal(password is null ? 0 : 1, advert.AuthenticationType);
            Assert.Equal(version == 2 ? ChecksumForms.MessageOnly : ChecksumForms.PseudoHeader, advert.Forms);
            Assert.Equal(Wire.Address("10.70.9.1"), advert.Address(0));

            int length = VrrpAdvertWriter.Write(Wire.FieldsOf(advert), Wire.AddressesOf(advert), advert.AuthenticationData, buffer);
            Assert.Equal(advert.Datagram, buffer.AsSpan(0, length));
        }
    }

    [Theory]
    [MemberData(nameof(Ipv4Files))]
    public void A_router_of_the_same_configuration_hears_them_and_would_send_the_same(
        string file, int count, int version, int intervalUnits, string? password)
    {
        List<byte[]> datagrams = PcapFile.ReadIpv4(file, VrrpProtocol.Number);
        Wire.Decode(datagrams[0], version, out VrrpAdvert first);
        VrrpInstance instance = Configured(version, intervalUnits, password, [.. Wire.AddressesOf(first).Select(Wire.Text)]);
        if (!first.IsMulticast)
            instance = instance with { UnicastPeers = [new UnicastPeer(WireAddress.ToIPAddress(first.Destination, 4))] };

        var listener = new Scenario([instance]);
        listener.Start(Wire.Address("10.70.0.3"));
        foreach (byte[] datagram in datagrams) listener.Hear(datagram);
        Assert.Equal(count, listener.Router[0].Counters.AdvertsReceived);
        for (int reason = 0; reason < RejectionCounts.Count; reason++)
            Assert.Equal(0, listener.Router[0].Counters.Rejected.Of((AdvertRejection)reason));

        byte[] buffer = new byte[VrrpRouter.MaxAdvertLength];
        foreach (byte[] datagram in datagrams)
        {
            Wire.Decode(datagram, version, out VrrpAdvert advert);
            listener.Interface(true, advert.Source);
            var action = new RouterAction(RouterActionKind.SendAdvert, 0) { Value = advert.Priority, Version = version };
            int length = listener.Router.EncodeAdvert(action, advert.Destination, advert.Identification, 0, buffer);
            Assert.Equal(advert.Datagram, buffer.AsSpan(0, length));
        }
    }

    [Fact]
    public void Adverts_with_an_authentication_header_are_authentic_and_encode_to_the_byte()
    {
        List<byte[]> datagrams = PcapFile.ReadIpv4("v2-auth-ah.pcap", VrrpProtocol.AuthenticationHeaderNumber);
        Assert.Equal(9, datagrams.Count);
        byte[] key = "s3cret12"u8.ToArray();
        byte[] buffer = new byte[VrrpAdvertWriter.MaxLength];
        for (int i = 0; i < datagrams.Count; i++)
        {
            Assert.Equal(51, VrrpRouter.PeekVirtualRouterId(datagrams[i]));
            Assert.Equal(AdvertRejection.None, VrrpAdvert.TryDecode(datagrams[i], VrrpVersions.Two, 0, out VrrpAdvert advert));
            Assert.Equal(2, advert.AuthenticationType);
            Assert.True(AuthenticationHeader.IsAuthentic(advert, key));
            Assert.False(AuthenticationHeader.IsAuthentic(advert, "s3cret13"u8));
            Assert.Equal((uint)i + 1, AuthenticationHeader.SequenceOf(advert)); // the second sender goes on where the first one ended

            int length = VrrpAdvertWriter.Write(Wire.FieldsOf(advert), Wire.AddressesOf(advert), key, buffer);
            Assert.Equal(advert.Datagram, buffer.AsSpan(0, length));
        }
    }

    [Theory]
    [InlineData("v3-ipv6.pcap", "ff02::12", 255)]
    [InlineData("v3-ipv6-unicast.pcap", null, 64)]
    public void Ipv6_adverts_decode_and_encode_to_the_byte(string file, string? group, byte hopLimit)
    {
        byte[] buffer = new byte[VrrpAdvertWriter.MaxLength];
        List<(Ipv6Envelope Envelope, byte[] Payload)> packets = PcapFile.ReadIpv6(file, VrrpProtocol.Number);
        Assert.Equal(9, packets.Count);
        foreach ((Ipv6Envelope envelope, byte[] payload) in packets)
        {
            Assert.Equal(AdvertRejection.None, VrrpAdvert.TryDecode(envelope, payload, out VrrpAdvert advert));
            Assert.Equal((6, 3, 51, 2), (advert.Family, advert.Version, advert.VirtualRouterId, advert.AddressCount));
            Assert.Equal(100, advert.IntervalUnits);
            Assert.Equal(ChecksumForms.PseudoHeader, advert.Forms);
            Assert.Equal(hopLimit, advert.Ttl);
            Assert.Equal(group is not null, advert.IsMulticast);
            if (group is not null) Assert.Equal(VrrpProtocol.MulticastAddress6, advert.Destination);
            Assert.True(WireAddress.ToIPAddress(advert.Address(0), 6).IsIPv6LinkLocal);
            Assert.Equal(Wire.Address6("fd77::f:1"), advert.Address(1));
            Assert.True(advert.Trailer.IsEmpty);

            int length = VrrpAdvertWriter.Write(Wire.FieldsOf(advert), Wire.AddressesOf(advert), [], buffer);
            Assert.Equal(payload, buffer[..length]);
        }
    }

    [Fact]
    public void With_another_password_every_advert_is_refused()
    {
        var listener = new Scenario([Configured(2, 1, "s3cret13", ["10.70.9.1", "10.70.9.2"])]);
        listener.Start(Wire.Address("10.70.0.3"));
        foreach (byte[] datagram in PcapFile.ReadIpv4("v2-auth-pass.pcap", VrrpProtocol.Number))
            listener.Hear(datagram);
        Assert.Equal(9, listener.Router[0].Counters.Rejected.Of(AdvertRejection.AuthenticationFailure));
        Assert.Equal(0, listener.Router[0].Counters.AdvertsReceived);
    }

    private static VrrpInstance Configured(int version, int intervalUnits, string? password, string[] addresses) => Wire.Instance() with
    {
        Version = version,
        AdvertisementInterval = TimeSpan.FromTicks(intervalUnits * VrrpProtocol.IntervalUnit(version) / TimeSpan.NanosecondsPerTick),
        Authentication = password is null ? null : new VrrpAuthentication(VrrpAuthenticationType.SimplePassword, password),
        ChecksumForm = VrrpChecksumForm.PseudoHeader,
        VirtualAddresses = Wire.Addresses(addresses),
    };
}
