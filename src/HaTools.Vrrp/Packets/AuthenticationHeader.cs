using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace HaTools.Vrrp;

/// <summary>
/// IPsec's authentication header (RFC 2402) around an advert of version 2, as keepalived makes it: HMAC-MD5-96 (RFC 2403), the sender's
/// IPv4 address as SPI, and a sequence number. IPv4 only.
/// </summary>
[SuppressMessage("Security", "CA5351", Justification = "RFC 2403 says MD5, and so do the peers.")]
internal static class AuthenticationHeader
{
    /// <summary>Next header, length, reserved, SPI, sequence number, and an integrity check value of 12 bytes.</summary>
    public const int Length = 24;

    /// <summary>Bytes of the key: keepalived's password, cut or filled with zeros.</summary>
    public const int KeyLength = 8;

    // In 32-bit words, less 2 (RFC 2402 section 2.2).
    private const byte LengthField = Length / 4 - 2;
    private const int SpiOffset = 4;
    private const int SequenceOffset = 8;
    private const int IcvOffset = 12;
    private const int IcvLength = 12;

    // Header with options, this header, and the longest message of version 2.
    private const int MaxDatagram = 60 + Length + VrrpProtocol.HeaderLength
        + VrrpProtocol.MaxAddresses * VrrpProtocol.Ipv4AddressLength + VrrpProtocol.AuthenticationDataLength;

    /// <summary>Takes the header from in front of a VRRP message. Nothing is verified.</summary>
    /// <param name="payload">What follows the IP header.</param>
    /// <param name="message">What follows this header.</param>
    /// <returns>None, TooShort, or AuthenticationType: another protocol is in it, or another algorithm made it.</returns>
    public static AdvertRejection TryStrip(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (payload.Length < Length) return AdvertRejection.TooShort;
        if (payload[0] != VrrpProtocol.Number || payload[1] != LengthField) return AdvertRejection.AuthenticationType;
        message = payload[Length..];
        return AdvertRejection.None;
    }

    /// <summary>The sequence number of an advert of authentication type 2.</summary>
    public static uint SequenceOf(in VrrpAdvert advert) =>
        BinaryPrimitives.ReadUInt32BigEndian(advert.Datagram[(advert.IpHeaderLength + SequenceOffset)..]);

    /// <summary>Whether an advert of authentication type 2 was made with the key, by the router that it comes from.</summary>
    /// <param name="advert">The advert.</param>
    /// <param name="key">8 bytes.</param>
    /// <exception cref="CryptographicException">The host's policy (FIPS) forbids MD5; see <see cref="IsAvailable"/>.</exception>
    public static bool IsAuthentic(in VrrpAdvert advert, ReadOnlySpan<byte> key)
    {
        if (advert.Datagram.Length > MaxDatagram) return false;
        ReadOnlySpan<byte> header = advert.Datagram[advert.IpHeaderLength..];
        if (BinaryPrimitives.ReadUInt32BigEndian(header[SpiOffset..]) != (uint)advert.Source) return false;
        Span<byte> copy = stackalloc byte[advert.Datagram.Length];
        advert.Datagram.CopyTo(copy);
        ReadOnlySpan<byte> received = header.Slice(IcvOffset, IcvLength);
        Span<byte> icv = stackalloc byte[HMACMD5.HashSizeInBytes];
        // RFC 2402 section 3.3.3.1.1.1 counts the TTL among what changes on the way; keepalived sums it as zero for unicast only. Both are
        // right here: what the TTL must be is judged by the one that was received.
        Compute(copy, advert.IpHeaderLength, advert.Ttl, key, icv);
        if (CryptographicOperations.FixedTimeEquals(icv[..IcvLength], received)) return true;
        Compute(copy, advert.IpHeaderLength, 0, key, icv);
        return CryptographicOperations.FixedTimeEquals(icv[..IcvLength], received);
    }

    /// <summary>Writes the header into a finished datagram: 24 bytes after the IP header of 20 were left for it.</summary>
    /// <param name="datagram">The datagram; its length is that of the IP header's field.</param>
    /// <param name="sequence">The sequence number.</param>
    /// <param name="key">8 bytes.</param>
    /// <exception cref="CryptographicException">As above.</exception>
    public static void Sign(Span<byte> datagram, uint sequence, ReadOnlySpan<byte> key)
    {
        Span<byte> header = datagram.Slice(Ipv4Header.MinLength, Length);
        header.Clear();
        header[0] = VrrpProtocol.Number;
        header[1] = LengthField;
        datagram.Slice(12, VrrpProtocol.Ipv4AddressLength).CopyTo(header[SpiOffset..]);
        BinaryPrimitives.WriteUInt32BigEndian(header[SequenceOffset..], sequence);

        Span<byte> copy = stackalloc byte[datagram.Length];
        datagram.CopyTo(copy);
        bool unicast = !WireAddress.IsMulticast(WireAddress.Read(datagram[16..], 4), 4);
        Span<byte> icv = stackalloc byte[HMACMD5.HashSizeInBytes];
        Compute(copy, Ipv4Header.MinLength, unicast ? (byte)0 : datagram[8], key, icv);
        icv[..IcvLength].CopyTo(header[IcvOffset..]);
    }

    /// <summary>Whether this host lets us use MD5.</summary>
    public static bool IsAvailable()
    {
        try
        {
            HMACMD5.HashData("key"u8, "text"u8);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The code of a datagram, of which what routers may change, and the code itself, count as zero.</summary>
    private static void Compute(Span<byte> datagram, int ipHeaderLength, byte ttl, ReadOnlySpan<byte> key, Span<byte> code)
    {
        datagram[1] = 0;
        datagram.Slice(6, 2).Clear();
        datagram[8] = ttl;
        datagram.Slice(10, 2).Clear();
        datagram.Slice(ipHeaderLength + IcvOffset, IcvLength).Clear();
        HMACMD5.HashData(key, datagram, code);
    }
}
