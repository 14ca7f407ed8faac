using System.Buffers.Binary;

namespace HaTools.Vrrp;

/// <summary>
/// A received advert of version 2 (RFC 3768 section 5) or 3 (RFC 9568 section 5) over IPv4 or IPv6: a view of the packet. The decoder
/// judges what can be judged without knowing the instance; the rest of section 7.1 is the router's: TTL, virtual router id, number of
/// addresses, authentication, source.
/// </summary>
internal readonly ref partial struct VrrpAdvert
{
    private readonly ReadOnlySpan<byte> message;

    /// <summary>4 or 6.</summary>
    public int Family { get; private init; }

    /// <summary>Where it came from, in host byte order.</summary>
    public AddressBits Source { get; private init; }

    /// <summary>Where it was sent to: a group, or our address.</summary>
    public AddressBits Destination { get; private init; }

    /// <summary>The TTL or hop limit with which it arrived.</summary>
    public byte Ttl { get; private init; }

    /// <summary>The IPv4 header's identification; IPv6: 0.</summary>
    public ushort Identification { get; private init; }

    /// <summary>Whether it was sent to a group; else by unicast.</summary>
    public bool IsMulticast => WireAddress.IsMulticast(Destination, Family);

    /// <summary>The forms in which the checksum is right. Version 2 knows one, which is <see cref="ChecksumForms.MessageOnly"/>.</summary>
    public ChecksumForms Forms { get; private init; }

    public int Version => message[0] >> 4;

    public byte VirtualRouterId => message[1];

    public byte Priority => message[2];

    /// <summary>Version 3 with 0 is against RFC 9568 (errata 8299); keepalived sends it with <c>no_virtual_ipaddress</c>.</summary>
    public int AddressCount => message[3];

    /// <summary>Version 2: 0 none, 1 simple password, 2 authentication header, which is then there. Version 3 has none: 0.</summary>
    public int AuthenticationType => Version == 2 ? message[4] : 0;

    /// <summary>The interval as it stands on the wire, in units of <see cref="VrrpProtocol.IntervalUnit"/>.</summary>
    public int IntervalUnits => Version == 2 ? message[5] : BinaryPrimitives.ReadUInt16BigEndian(message[4..]) & 0xfff;

    /// <summary>The interval in nanoseconds.</summary>
    public long Interval => IntervalUnits * VrrpProtocol.IntervalUnit(Version);

    /// <summary>Version 2: the 8 bytes at the end. Version 3: empty.</summary>
    public ReadOnlySpan<byte> AuthenticationData => message[(VrrpProtocol.HeaderLength + AddressCount * WireAddress.Length(Family))..];

    /// <summary>The message: header, addresses, and version 2's authentication data.</summary>
    public ReadOnlySpan<byte> Message => message;

    /// <summary>What the IP packet holds after the message: empty, or <c>auth_hmac</c>'s trailer (<see cref="HmacAuthenticator"/>).</summary>
    public ReadOnlySpan<byte> Trailer { get; private init; }

    /// <summary>The whole IPv4 datagram without padding, for the authentication header; IPv6: empty.</summary>
    public ReadOnlySpan<byte> Datagram { get; private init; }

    /// <summary>The length of the IPv4 header, 20 to 60; IPv6: 0.</summary>
    public int IpHeaderLength { get; private init; }

    /// <summary>An address of the list, in host byte order.</summary>
    public AddressBits Address(int index) =>
        WireAddress.Read(message[(VrrpProtocol.HeaderLength + index * WireAddress.Length(Family))..], Family);
}
