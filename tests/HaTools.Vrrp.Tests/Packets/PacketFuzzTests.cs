using System.Buffers.Binary;
using HaTools.Vrrp.Tests.Captures;

namespace HaTools.Vrrp.Tests.Packets;

/// <summary>Whatever comes in from the network: no exception, nothing allocated, and the depth of each decoder is reached.</summary>
public class PacketFuzzTests
{
    private const int Few = 40_000;
    private const long Now = 1_785_000_000 * Wire.Second;

    private static readonly byte[] Key = "s3cret12"u8.ToArray();

    private static readonly VrrpHmac Hmac =
        new() { Keys = [new VrrpHmacKey(1, "0123456789abcdef0123456789abcdef")], ActiveKey = 1 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Ipv4_datagrams(int seed)
    {
        string[] files = ["v2-noauth", "v2-auth-pass", "v2-unicast", "v2-unicast-pass", "v3-ipv4", "v3-ipv4-unicast", "v3-ipv4-vmac"];
        List<byte[]> samples = [.. files.Select(f => PcapFile.ReadIpv4($"{f}.pcap", VrrpProtocol.Number)[0])];
        samples.AddRange(PcapFile.ReadIpv4("v2-auth-ah.pcap", VrrpProtocol.AuthenticationHeaderNumber)[..2]);
        samples.Add(Signed(family: 4));
        samples.Add(Longest());

        var receiver = new HmacAuthenticator(Hmac, TimeSpan.FromSeconds(1));
        int decoded = 0, authentic = 0, trailers = 0;
        new Fuzzer(seed, samples).Run(Fuzzer.Rounds(Few), (packet, fuzzer) =>
        {
            if (packet.Length >= 20 && fuzzer.Chance(2)) Repair(packet);
            VrrpAdvert.PeekVirtualRouterId(packet);
            if (VrrpAdvert.TryDecode(packet, VrrpVersions.Both, VrrpProtocol.MulticastAddress, out VrrpAdvert advert) != AdvertRejection.None)
                return;
            decoded++;
            Touch(advert);
            if (advert.AuthenticationType == 2 && AuthenticationHeader.IsAuthentic(advert, Key)) authentic++;
            if (receiver.Verify(advert, Now) == AdvertRejection.AuthenticationReplay) trailers++;
        });
        Assert.True(decoded > 1000 && authentic > 100 && trailers > 100, $"{decoded} decoded, {authentic} with header, {trailers} with trailer");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Ipv6_messages(int seed)
    {
        Ipv6Envelope envelope = PcapFile.ReadIpv6("v3-ipv6.pcap", VrrpProtocol.Number)[0].Envelope;
        List<byte[]> samples = [PcapFile.ReadIpv6("v3-ipv6.pcap", VrrpProtocol.Number)[0].Payload, Signed(family: 6)];
        var receiver = new HmacAuthenticator(Hmac, TimeSpan.FromSeconds(1));
        int decoded = 0, trailers = 0;
        new Fuzzer(seed, samples).Run(Fuzzer.Rounds(Few), (packet, fuzzer) =>
        {
            if (packet.Length >= 8 && fuzzer.Chance(2)) Repair6(packet, envelope);
            if (VrrpAdvert.TryDecode(envelope, packet, out VrrpAdvert advert) != AdvertRejection.None) return;
            decoded++;
            Touch(advert);
            if (receiver.Verify(advert, Now) is AdvertRejection.AuthenticationFailure or AdvertRejection.AuthenticationReplay) trailers++;
        });
        Assert.True(decoded > 1000 && trailers > 100, $"{decoded} decoded, {trailers} with trailer");
    }

    private static void Touch(in VrrpAdvert advert)
    {
        AddressBits bits = advert.Source ^ advert.Destination;
        long sum = advert.Priority + advert.VirtualRouterId + advert.Interval;
        for (int i = 0; i < advert.AddressCount; i++) bits ^= advert.Address(i);
        sum += advert.AuthenticationData.Length + advert.Trailer.Length + advert.Message.Length + advert.Datagram.Length;
        Assert.True(advert.IsMulticast || sum > 0 || bits != 0);
        Assert.True(advert.Version is 2 or 3 && advert.Forms != ChecksumForms.None);
    }

    /// <summary>Right lengths and sums lead past the first checks.</summary>
    private static void Repair(Span<byte> datagram)
    {
        datagram[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], (ushort)datagram.Length);
        datagram.Slice(10, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(datagram[10..], InternetChecksum.Finish(InternetChecksum.Add(datagram[..20])));
        int offset = datagram[9] == VrrpProtocol.AuthenticationHeaderNumber ? 44 : 20;
        if (datagram.Length < offset + 8) return;
        Span<byte> message = datagram[offset..];
        int length = VrrpProtocol.MessageLength(message[0] >> 4, message[3]);
        if (length > message.Length) return;
        message.Slice(6, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], InternetChecksum.Finish(InternetChecksum.Add(message[..length])));
    }

    private static void Repair6(Span<byte> payload, in Ipv6Envelope envelope)
    {
        payload.Slice(6, 2).Clear();
        uint sum = InternetChecksum.AddPseudoHeader6(envelope.Source, envelope.Destination, VrrpProtocol.Number, payload.Length);
        BinaryPrimitives.WriteUInt16BigEndian(payload[6..], InternetChecksum.Finish(InternetChecksum.Add(payload, sum)));
    }

    private static byte[] Signed(int family) => Write(family, 3, family == 6 ? [Wire.Address6("fe80::100")] : [1, 2], sign: true);

    private static byte[] Longest() => Write(4, 2, [.. Enumerable.Range(0, 255).Select(i => (AddressBits)(uint)i)], sign: false);

    private static byte[] Write(int family, int version, AddressBits[] addresses, bool sign)
    {
        var fields = new VrrpAdvertFields
        {
            Family = family,
            Version = version,
            VirtualRouterId = 51,
            Priority = 100,
            IntervalUnits = 1,
            Source = family == 6 ? Wire.Address6("fe80::ff:fe00:1") : Wire.Address("10.70.0.1"),
            Destination = family == 6 ? VrrpProtocol.MulticastAddress6 : VrrpProtocol.MulticastAddress,
            Identification = 1,
        };
        byte[] buffer = new byte[VrrpAdvertWriter.MaxLength];
        HmacAuthenticator? sender = sign ? new HmacAuthenticator(Hmac, TimeSpan.FromSeconds(1)) : null;
        return buffer[..VrrpAdvertWriter.Write(fields, addresses, [], buffer, sender, Now)];
    }
}
