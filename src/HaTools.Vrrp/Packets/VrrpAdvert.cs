using System.Buffers.Binary;

namespace HaTools.Vrrp;

/// <summary>
/// A received advert of version 2 (RFC 3768 section 5) or 3 (RFC 9568 section 5) over IPv4: a view of the datagram. What can be judged
/// without knowing the instance is judged here; the rest of section 7.1 is the router's.
/// </summary>
internal readonly ref struct VrrpAdvert
{
    private readonly ReadOnlySpan<byte> message;

    private VrrpAdvert(Ipv4Header header, ReadOnlySpan<byte> message, ChecksumForms forms)
    {
        Header = header;
        this.message = message;
        Forms = forms;
    }

    public Ipv4Header Header { get; }

    /// <summary>The forms in which the checksum is right. Version 2 knows one, which is <see cref="ChecksumForms.MessageOnly"/>.</summary>
    public ChecksumForms Forms { get; }

    public int Version => message[0] >> 4;

    public byte VirtualRouterId => message[1];

    public byte Priority => message[2];

    public int AddressCount => message[3];

    /// <summary>Version 2: 0 none, 1 simple password. Version 3 has none: 0.</summary>
    public int AuthenticationType => Version == 2 ? message[4] : 0;

    /// <summary>The interval as it stands on the wire, in units of <see cref="VrrpProtocol.IntervalUnit"/>.</summary>
    public int IntervalUnits => Version == 2 ? message[5] : BinaryPrimitives.ReadUInt16BigEndian(message[4..]) & 0xfff;

    /// <summary>The interval in nanoseconds.</summary>
    public long Interval => IntervalUnits * VrrpProtocol.IntervalUnit(Version);

    /// <summary>Version 2: the 8 bytes at the end. Version 3: empty.</summary>
    public ReadOnlySpan<byte> AuthenticationData => message[(VrrpProtocol.HeaderLength + AddressCount * VrrpProtocol.Ipv4AddressLength)..];

    /// <summary>An address of the list, in host byte order.</summary>
    public uint Address(int index) =>
        BinaryPrimitives.ReadUInt32BigEndian(message[(VrrpProtocol.HeaderLength + index * VrrpProtocol.Ipv4AddressLength)..]);

    /// <summary>Reads a whole IPv4 datagram, in the order of RFC 9568 section 7.1.</summary>
    /// <param name="datagram">The datagram with its IP header; padding of the link may follow it.</param>
    /// <param name="version">The version that the instance speaks, 2 or 3.</param>
    /// <param name="advert">When None is returned: the advert, which lives as long as the buffer. Else only <see cref="Header"/> may be
    /// used.</param>
    /// <returns>None, or why the advert is refused.</returns>
    public static AdvertRejection TryDecode(ReadOnlySpan<byte> datagram, int version, out VrrpAdvert advert)
    {
        AdvertRejection rejection = Ipv4Header.TryRead(datagram, out Ipv4Header header);
        advert = new VrrpAdvert(header, default, ChecksumForms.None);
        if (rejection != AdvertRejection.None) return rejection;
        if (header.Protocol == VrrpProtocol.AuthenticationHeaderNumber) return AdvertRejection.AuthenticationType;
        if (header.Protocol != VrrpProtocol.Number) return AdvertRejection.IpHeader;
        if (header.Ttl != VrrpProtocol.Ttl) return AdvertRejection.Ttl;

        ReadOnlySpan<byte> message = datagram[header.Length..header.TotalLength];
        if (message.IsEmpty) return AdvertRejection.TooShort;
        if (message[0] >> 4 != version) return AdvertRejection.Version;
        if ((message[0] & 0xf) != VrrpProtocol.Advertisement) return AdvertRejection.PacketType;
        if (message.Length < VrrpProtocol.HeaderLength) return AdvertRejection.TooShort;
        // The message is as long as its count says. What follows (keepalived 2.4 appends an HMAC) is neither read nor summed.
        int length = VrrpProtocol.MessageLength(version, message[3]);
        if (message.Length < length) return AdvertRejection.TooShort;
        message = message[..length];

        ChecksumForms forms = IntactForms(message, version, header);
        if (forms == ChecksumForms.None) return AdvertRejection.Checksum;
        advert = new VrrpAdvert(header, message, forms);
        // Version 2 without addresses is allowed, and keepalived sends it; for version 3 see RFC 9568 section 5.2.5 and its errata 8299,
        // 8301.
        if (version == 3 && advert.AddressCount == 0) return AdvertRejection.AddressCount;
        if (version == 3 && advert.IntervalUnits == 0) return AdvertRejection.Interval;
        // 2 is RFC 2338's authentication header, which cannot be right without one.
        return advert.AuthenticationType > 1 ? AdvertRejection.AuthenticationType : AdvertRejection.None;
    }

    private static ChecksumForms IntactForms(ReadOnlySpan<byte> message, int version, in Ipv4Header header)
    {
        uint sum = InternetChecksum.Add(message);
        ChecksumForms forms = InternetChecksum.IsValid(sum) ? ChecksumForms.MessageOnly : ChecksumForms.None;
        if (version == 2) return forms;
        sum = InternetChecksum.AddPseudoHeader(header.Source, header.Destination, VrrpProtocol.Number, message.Length, sum);
        return InternetChecksum.IsValid(sum) ? forms | ChecksumForms.PseudoHeader : forms;
    }
}
