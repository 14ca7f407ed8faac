using System.Buffers.Binary;
using System.Net;

namespace HaTools.Vrrp.Tests;

/// <summary>Short ways to make instances, addresses and datagrams.</summary>
internal static class Wire
{
    public const long Ms = 1_000_000;
    public const long Second = 1_000_000_000;

    public static uint Address(string text) => BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(text).GetAddressBytes());

    public static AddressBits Address6(string text) => AddressBits.Read(IPAddress.Parse(text).GetAddressBytes());

    public static string Text(AddressBits address) => Text((uint)address);

    public static string Text(uint address)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new IPAddress(bytes).ToString();
    }

    public static ValueList<VirtualAddress> Addresses(params string[] texts) =>
        texts.Select(t => new VirtualAddress { Address = IPAddress.Parse(t) }).ToValueList();

    /// <summary>VRID 51, priority 100, one address, version 3 at 1 s.</summary>
    public static VrrpInstance Instance(int priority = 100, int version = 3, double seconds = 1) => new()
    {
        Name = "VI_1",
        Interface = "eth0",
        VirtualRouterId = 51,
        Version = version,
        Priority = priority,
        AdvertisementInterval = TimeSpan.FromSeconds(seconds),
        VirtualAddresses = Addresses("10.70.9.1"),
    };

    /// <summary>The advert that a router of this configuration sends.</summary>
    public static byte[] Advert(VrrpInstance instance, string source, int? priority = null)
    {
        var router = new VrrpRouter(Configuration([instance with { TrackScripts = [] }], []));
        router.OnInterface(0, new InterfaceReading(true, Address(source)), 0, new RouterActions());
        return Advert(router, 0, priority ?? instance.Priority, instance.Version);
    }

    /// <summary>The advert that a router sends for one of its instances.</summary>
    public static byte[] Advert(VrrpRouter router, int instance, int priority, int version = 3)
    {
        var action = new RouterAction(RouterActionKind.SendAdvert, instance) { Value = priority, Version = version };
        byte[] buffer = new byte[VrrpRouter.MaxAdvertLength];
        return buffer[..router.EncodeAdvert(action, router.Destination(instance, 0), 1, 0, buffer)];
    }

    public static HaConfiguration Configuration(ValueList<VrrpInstance> instances, params ValueList<ScriptTracker> scripts) =>
        new() { VrrpInstances = instances, Scripts = scripts };

    public static VrrpAuthentication Password(string password) => new(VrrpAuthenticationType.SimplePassword, password);

    /// <summary>Version 3, from 10.70.0.1 or fe80::1 to the group, virtual router id 51, priority 100, 1 s.</summary>
    public static VrrpAdvertFields Fields(int family) => new()
    {
        Family = family,
        Version = 3,
        VirtualRouterId = 51,
        Priority = 100,
        IntervalUnits = 100,
        Source = family == 6 ? Address6("fe80::1") : Address("10.70.0.1"),
        Destination = family == 6 ? VrrpProtocol.MulticastAddress6 : VrrpProtocol.MulticastAddress,
        Identification = 1,
    };

    public static VrrpAdvertFields FieldsOf(VrrpAdvert advert) => new()
    {
        Family = advert.Family,
        Version = advert.Version,
        VirtualRouterId = advert.VirtualRouterId,
        Priority = advert.Priority,
        IntervalUnits = advert.IntervalUnits,
        AuthenticationType = advert.AuthenticationType,
        AuthenticationSequence = advert.AuthenticationType == 2 ? AuthenticationHeader.SequenceOf(advert) : 0,
        ChecksumForm = advert.Forms == ChecksumForms.PseudoHeader ? VrrpChecksumForm.PseudoHeader : VrrpChecksumForm.MessageOnly,
        Source = advert.Source,
        Destination = advert.Destination,
        Ttl = advert.Ttl,
        Identification = advert.Identification,
    };

    public static AddressBits[] AddressesOf(VrrpAdvert advert)
    {
        AddressBits[] addresses = new AddressBits[advert.AddressCount];
        for (int i = 0; i < addresses.Length; i++) addresses[i] = advert.Address(i);
        return addresses;
    }

    /// <summary>Decodes a datagram to 224.0.0.18 or to us.</summary>
    public static AdvertRejection Decode(ReadOnlySpan<byte> datagram, int version, out VrrpAdvert advert) =>
        VrrpAdvert.TryDecode(datagram, (VrrpVersions)(1 << version), VrrpProtocol.MulticastAddress, out advert);

    /// <summary>Makes the IP header's checksum right again after a change.</summary>
    public static byte[] FixHeader(byte[] datagram)
    {
        int length = (datagram[0] & 0xf) * 4;
        datagram[10] = datagram[11] = 0;
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Add(datagram.AsSpan(0, length)));
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(10), checksum);
        return datagram;
    }

    /// <summary>Makes the message's own checksum (without pseudo-header) right again after a change; the IP header is 20 bytes.</summary>
    public static byte[] FixMessage(byte[] datagram, int offset = 20)
    {
        Span<byte> message = datagram.AsSpan(offset);
        message.Slice(6, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], InternetChecksum.Finish(InternetChecksum.Add(message)));
        return FixHeader(datagram);
    }

    /// <summary>Makes the checksum of what came over IPv6 right again after a change.</summary>
    public static byte[] FixMessage6(byte[] payload, AddressBits source, AddressBits destination)
    {
        payload.AsSpan(6, 2).Clear();
        uint sum = InternetChecksum.AddPseudoHeader6(source, destination, VrrpProtocol.Number, payload.Length);
        BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(6), InternetChecksum.Finish(InternetChecksum.Add(payload, sum)));
        return payload;
    }
}
