using System.Buffers.Binary;

namespace HaTools.Vrrp;

/// <summary>What stands in an advert beside its addresses.</summary>
internal readonly record struct VrrpAdvertFields
{
    /// <summary>4 or 6.</summary>
    public int Family { get; init; } = 4;

    /// <summary>2 or 3; over IPv6: 3.</summary>
    public required int Version { get; init; }

    public required byte VirtualRouterId { get; init; }

    public required byte Priority { get; init; }

    /// <summary>In units of <see cref="VrrpProtocol.IntervalUnit"/>.</summary>
    public required int IntervalUnits { get; init; }

    /// <summary>Version 2 only: 0, 1, or over IPv4 2.</summary>
    public int AuthenticationType { get; init; }

    /// <summary>The sequence number of <see cref="AuthenticationHeader"/>, with authentication type 2.</summary>
    public uint AuthenticationSequence { get; init; }

    /// <summary>Version 3 over IPv4 only.</summary>
    public VrrpChecksumForm ChecksumForm { get; init; }

    /// <summary>What <see cref="VrrpChecksumForm.PseudoHeaderMulticast"/> takes for the destination.</summary>
    public AddressBits MulticastGroup { get; init; } = VrrpProtocol.MulticastAddress;

    public required AddressBits Source { get; init; }

    /// <summary>The group or the peer. The kernel may not change it any more: the checksum holds it.</summary>
    public AddressBits Destination { get; init; }

    /// <summary>IPv4: the TTL. The hop limit of IPv6 is the socket's.</summary>
    public byte Ttl { get; init; } = VrrpProtocol.Ttl;

    /// <summary>IPv4: not 0, which the kernel would fill in itself.</summary>
    public ushort Identification { get; init; }

    public VrrpAdvertFields()
    {
    }
}

/// <summary>Writes adverts, byte for byte as keepalived does: over IPv4 the whole datagram, over IPv6 what follows the header.</summary>
internal static class VrrpAdvertWriter
{
    /// <summary>What the longest advert needs: 255 IPv6 addresses and a trailer. The longest of IPv4 is shorter.</summary>
    public const int MaxLength = VrrpProtocol.HeaderLength + VrrpProtocol.MaxAddresses * 16 + HmacAuthenticator.TrailerLength;

    /// <summary>Writes an advert.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="addresses">The addresses of the list, at most 255.</param>
    /// <param name="authenticationData">Version 2: 8 bytes (with type 2 they are the key, and do not go out), or none, which stands for
    /// zeros. Version 3: not used.</param>
    /// <param name="destination">Where to; <see cref="MaxLength"/> is always enough.</param>
    /// <param name="hmac">Signs the advert; null: there is no trailer. Not with authentication type 2.</param>
    /// <param name="unixNanoseconds">The wall clock, for <paramref name="hmac"/>.</param>
    /// <returns>The length of what was written.</returns>
    public static int Write(
        in VrrpAdvertFields fields,
        ReadOnlySpan<AddressBits> addresses,
        ReadOnlySpan<byte> authenticationData,
        Span<byte> destination,
        HmacAuthenticator? hmac = null,
        long unixNanoseconds = 0)
    {
        bool authenticationHeader = fields is { Version: 2, AuthenticationType: 2 };
        int trailer = hmac is { Signs: true } ? HmacAuthenticator.TrailerLength : 0;
        int before = fields.Family == 6 ? 0 : Ipv4Header.MinLength + (authenticationHeader ? AuthenticationHeader.Length : 0);
        int length = VrrpProtocol.MessageLength(fields.Version, addresses.Length, fields.Family);
        int total = before + length + trailer;
        Span<byte> message = destination.Slice(before, length);
        WriteMessage(fields, addresses, authenticationHeader ? [] : authenticationData, message);
        if (trailer > 0) hmac!.Sign(destination[before..total], fields.Family, fields.Source, unixNanoseconds);

        uint sum = Sum(fields, message, destination[before..total]);
        BinaryPrimitives.WriteUInt16BigEndian(message[VrrpProtocol.ChecksumOffset..], InternetChecksum.Finish(sum));
        if (fields.Family == 6) return total;
        new Ipv4Header
        {
            TotalLength = total,
            Identification = fields.Identification,
            Ttl = fields.Ttl,
            Protocol = authenticationHeader ? VrrpProtocol.AuthenticationHeaderNumber : VrrpProtocol.Number,
            Source = (uint)fields.Source,
            Destination = (uint)fields.Destination,
        }.Write(destination);
        if (authenticationHeader) AuthenticationHeader.Sign(destination[..total], fields.AuthenticationSequence, authenticationData);
        return total;
    }

    private static void WriteMessage(
        in VrrpAdvertFields fields, ReadOnlySpan<AddressBits> addresses, ReadOnlySpan<byte> authenticationData, Span<byte> message)
    {
        message.Clear();
        message[0] = (byte)((fields.Version << 4) | VrrpProtocol.Advertisement);
        message[1] = fields.VirtualRouterId;
        message[2] = fields.Priority;
        message[3] = (byte)addresses.Length;
        if (fields.Version == 2)
        {
            message[4] = (byte)fields.AuthenticationType;
            message[5] = (byte)fields.IntervalUnits;
            authenticationData.CopyTo(message[^VrrpProtocol.AuthenticationDataLength..]);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(message[4..], (ushort)fields.IntervalUnits);
        }

        int each = WireAddress.Length(fields.Family);
        Span<byte> list = message[VrrpProtocol.HeaderLength..];
        for (int i = 0; i < addresses.Length; i++) WireAddress.Write(list[(i * each)..], addresses[i], fields.Family);
    }

    private static uint Sum(in VrrpAdvertFields fields, ReadOnlySpan<byte> message, ReadOnlySpan<byte> payload)
    {
        // The kernel's IPV6_CHECKSUM covers all that follows the header; for IPv4 it is the message alone.
        if (fields.Family == 6)
        {
            uint pseudo = InternetChecksum.AddPseudoHeader6(fields.Source, fields.Destination, VrrpProtocol.Number, payload.Length);
            return InternetChecksum.Add(payload, pseudo);
        }

        uint sum = InternetChecksum.Add(message);
        if (fields.Version == 2 || fields.ChecksumForm == VrrpChecksumForm.MessageOnly) return sum;
        AddressBits destination = fields.ChecksumForm == VrrpChecksumForm.PseudoHeaderMulticast ? fields.MulticastGroup : fields.Destination;
        return InternetChecksum.AddPseudoHeader((uint)fields.Source, (uint)destination, VrrpProtocol.Number, message.Length, sum);
    }
}
