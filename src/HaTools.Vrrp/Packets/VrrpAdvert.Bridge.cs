namespace HaTools.Vrrp;

/// <summary>What the router uses until it judges TTL, count and authentication itself.</summary>
internal readonly ref partial struct VrrpAdvert
{
    public Ipv4Header Header => new()
    {
        Source = (uint)Source,
        Destination = (uint)Destination,
        Ttl = Ttl,
        Identification = Identification,
        TotalLength = Datagram.Length,
        Length = IpHeaderLength,
    };

    public static AdvertRejection TryDecode(ReadOnlySpan<byte> datagram, int version, out VrrpAdvert advert)
    {
        AdvertRejection rejection = TryDecode(datagram, (VrrpVersions)(1 << version), VrrpProtocol.MulticastAddress, out advert);
        if (rejection != AdvertRejection.None) return rejection;
        if (advert.Ttl != VrrpProtocol.Ttl) return AdvertRejection.Ttl;
        if (advert is { Version: 3, AddressCount: 0 }) return AdvertRejection.AddressCount;
        return advert.AuthenticationType > 1 ? AdvertRejection.AuthenticationType : AdvertRejection.None;
    }
}
