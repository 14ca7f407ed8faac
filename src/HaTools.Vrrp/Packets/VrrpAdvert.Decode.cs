namespace HaTools.Vrrp;

/// <summary>From the packet to the view, in the order of RFC 9568 section 7.1.</summary>
internal readonly ref partial struct VrrpAdvert
{
    private VrrpAdvert(ReadOnlySpan<byte> message) => this.message = message;

    /// <summary>Reads a whole IPv4 datagram, of protocol 112 or, with an authentication header (RFC 2402), 51.</summary>
    /// <param name="datagram">The datagram with its IP header; padding of the link may follow it.</param>
    /// <param name="versions">The versions that the instance hears.</param>
    /// <param name="group">The group of the instance, for <see cref="ChecksumForms.PseudoHeaderMulticast"/>.</param>
    /// <param name="advert">When None is returned: the advert, which lives as long as the buffer. Else only where it came from may be
    /// used (0: not even that is known).</param>
    /// <returns>None, or why the advert is refused.</returns>
    public static AdvertRejection TryDecode(ReadOnlySpan<byte> datagram, VrrpVersions versions, AddressBits group, out VrrpAdvert advert)
    {
        AdvertRejection rejection = Ipv4Header.TryRead(datagram, out Ipv4Header header);
        advert = new VrrpAdvert(default) { Family = 4, Source = header.Source, Destination = header.Destination, Ttl = header.Ttl };
        if (rejection != AdvertRejection.None) return rejection;
        bool authenticated = header.Protocol == VrrpProtocol.AuthenticationHeaderNumber;
        if (header.Protocol != VrrpProtocol.Number && !authenticated) return AdvertRejection.IpHeader;
        datagram = datagram[..header.TotalLength];
        ReadOnlySpan<byte> payload = datagram[header.Length..];
        if (authenticated)
        {
            rejection = AuthenticationHeader.TryStrip(payload, out payload);
            if (rejection != AdvertRejection.None) return rejection;
        }

        rejection = TryMeasure(payload, versions, family: 4, out int length);
        if (rejection != AdvertRejection.None) return rejection;
        ReadOnlySpan<byte> message = payload[..length];
        ChecksumForms forms = IntactForms(message, header, (uint)group);
        if (forms == ChecksumForms.None) return AdvertRejection.Checksum;
        advert = new VrrpAdvert(message)
        {
            Family = 4,
            Source = header.Source,
            Destination = header.Destination,
            Ttl = header.Ttl,
            Identification = header.Identification,
            Forms = forms,
            Trailer = payload[length..],
            Datagram = datagram,
            IpHeaderLength = header.Length,
        };
        if (advert is { Version: 3, IntervalUnits: 0 }) return AdvertRejection.Interval; // erratum 8301
        // RFC 2338's type 2 is the authentication header, and cannot be right without one, nor the header without it.
        return advert.AuthenticationType > 2 || advert.AuthenticationType == 2 != authenticated
            ? AdvertRejection.AuthenticationType
            : AdvertRejection.None;
    }

    /// <summary>Reads a message of version 3 that came over IPv6.</summary>
    /// <param name="envelope">What the kernel said about the packet.</param>
    /// <param name="payload">What follows the IPv6 header, to the packet's end.</param>
    /// <param name="advert">As above.</param>
    /// <returns>None, or why the advert is refused.</returns>
    public static AdvertRejection TryDecode(scoped in Ipv6Envelope envelope, ReadOnlySpan<byte> payload, out VrrpAdvert advert)
    {
        advert = new VrrpAdvert(default)
        {
            Family = 6,
            Source = envelope.Source,
            Destination = envelope.Destination,
            Ttl = envelope.HopLimit,
        };
        if (envelope.Source == 0 || WireAddress.IsMulticast(envelope.Source, 6)) return AdvertRejection.IpHeader;
        AdvertRejection rejection = TryMeasure(payload, VrrpVersions.Three, family: 6, out int length);
        if (rejection != AdvertRejection.None) return rejection;
        // Over IPv6 the checksum is the transport's: it covers all that follows the IP header, a trailer too.
        uint sum = InternetChecksum.AddPseudoHeader6(envelope.Source, envelope.Destination, VrrpProtocol.Number, payload.Length);
        if (!InternetChecksum.IsValid(InternetChecksum.Add(payload, sum))) return AdvertRejection.Checksum;
        advert = new VrrpAdvert(payload[..length])
        {
            Family = 6,
            Source = envelope.Source,
            Destination = envelope.Destination,
            Ttl = envelope.HopLimit,
            Forms = ChecksumForms.PseudoHeader,
            Trailer = payload[length..],
        };
        return advert.IntervalUnits == 0 ? AdvertRejection.Interval : AdvertRejection.None;
    }

    /// <summary>
    /// The virtual router id of an IPv4 datagram, by which the host finds the instance on an interface; nothing is checked. -1: there is
    /// none, or another protocol is behind an authentication header.
    /// </summary>
    public static int PeekVirtualRouterId(ReadOnlySpan<byte> ipDatagram)
    {
        if (ipDatagram.Length < Ipv4Header.MinLength || ipDatagram[0] >> 4 != 4) return -1;
        int offset = (ipDatagram[0] & 0xf) * 4;
        if (offset < Ipv4Header.MinLength || offset >= ipDatagram.Length) return -1;
        if (ipDatagram[9] == VrrpProtocol.AuthenticationHeaderNumber)
        {
            if (ipDatagram[offset] != VrrpProtocol.Number) return -1;
            offset += AuthenticationHeader.Length;
        }

        return offset + 1 < ipDatagram.Length ? ipDatagram[offset + 1] : -1;
    }

    /// <summary>The first checks of a message, and where it ends: it is as long as its count of addresses says.</summary>
    private static AdvertRejection TryMeasure(ReadOnlySpan<byte> payload, VrrpVersions versions, int family, out int length)
    {
        length = 0;
        if (payload.IsEmpty) return AdvertRejection.TooShort;
        int version = payload[0] >> 4;
        if (((1 << version) & (int)versions) == 0) return AdvertRejection.Version;
        if ((payload[0] & 0xf) != VrrpProtocol.Advertisement) return AdvertRejection.PacketType;
        if (payload.Length < VrrpProtocol.HeaderLength) return AdvertRejection.TooShort;
        length = VrrpProtocol.MessageLength(version, payload[3], family);
        return payload.Length < length ? AdvertRejection.TooShort : AdvertRejection.None;
    }

    private static ChecksumForms IntactForms(ReadOnlySpan<byte> message, in Ipv4Header header, uint group)
    {
        uint sum = InternetChecksum.Add(message);
        ChecksumForms forms = InternetChecksum.IsValid(sum) ? ChecksumForms.MessageOnly : ChecksumForms.None;
        if (message[0] >> 4 == 2) return forms;
        if (InternetChecksum.IsValid(WithPseudoHeader(header.Source, header.Destination, message.Length, sum)))
            forms |= ChecksumForms.PseudoHeader;
        bool old = forms == ChecksumForms.None && header.Destination != group
            && InternetChecksum.IsValid(WithPseudoHeader(header.Source, group, message.Length, sum));
        return old ? ChecksumForms.PseudoHeaderMulticast : forms;
    }

    private static uint WithPseudoHeader(uint source, uint destination, int length, uint sum) =>
        InternetChecksum.AddPseudoHeader(source, destination, VrrpProtocol.Number, length, sum);
}
