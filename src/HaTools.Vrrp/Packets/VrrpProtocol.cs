namespace HaTools.Vrrp;

/// <summary>The numbers of the protocol (RFC 3768 and RFC 9568 section 5).</summary>
internal static class VrrpProtocol
{
    /// <summary>The IP protocol number of VRRP.</summary>
    public const byte Number = 112;

    /// <summary>The IP protocol number of the authentication header (RFC 4302).</summary>
    public const byte AuthenticationHeaderNumber = 51;

    /// <summary>224.0.0.18.</summary>
    public const uint MulticastAddress = 0xe000_0012;

    /// <summary>ff02::12.</summary>
    public static readonly AddressBits MulticastAddress6 = new(0xff02_0000_0000_0000, 0x12);

    public const byte Ttl = 255;

    /// <summary>The only packet type.</summary>
    public const int Advertisement = 1;

    public const int HeaderLength = 8;

    /// <summary>Where the checksum stands in a message; what IPV6_CHECKSUM (RFC 3542 section 3.1) wants to know.</summary>
    public const int ChecksumOffset = 6;

    /// <summary>The most addresses that an advert has room for.</summary>
    public const int MaxAddresses = 255;

    public const int Ipv4AddressLength = 4;

    /// <summary>Version 2 ends in this many bytes of authentication data, with or without authentication.</summary>
    public const int AuthenticationDataLength = 8;

    /// <summary>The priority of the router that owns the addresses.</summary>
    public const int OwnerPriority = 255;

    /// <summary>The priority by which a master says that it stops.</summary>
    public const int StopPriority = 0;

    /// <summary>The unit of the interval on the wire, in nanoseconds: version 2 counts seconds, version 3 hundredths.</summary>
    public static long IntervalUnit(int version) => version == 2 ? 1_000_000_000 : 10_000_000;

    /// <summary>The largest interval on the wire: version 2 has 8 bits for it, version 3 has 12.</summary>
    public static int MaxIntervalUnits(int version) => version == 2 ? 255 : 4095;

    /// <summary>The length of a VRRP message.</summary>
    public static int MessageLength(int version, int addresses, int family = 4) =>
        HeaderLength + addresses * WireAddress.Length(family) + (version == 2 ? AuthenticationDataLength : 0);
}
