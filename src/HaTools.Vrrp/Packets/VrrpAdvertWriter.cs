using System.Buffers.Binary;

namespace HaTools.Vrrp;

/// <summary>What stands in an advert beside its addresses.</summary>
internal readonly record struct VrrpAdvertFields
{
    /// <summary>2 or 3.</summary>
    public required int Version { get; init; }

    public required byte VirtualRouterId { get; init; }

    public required byte Priority { get; init; }

    /// <summary>In units of <see cref="VrrpProtocol.IntervalUnit"/>.</summary>
    public required int IntervalUnits { get; init; }

    /// <summary>Version 2 only: 0 or 1.</summary>
    public int AuthenticationType { get; init; }

    /// <summary>Version 3 only.</summary>
    public VrrpChecksumForm ChecksumForm { get; init; }

    public required uint Source { get; init; }

    public uint Destination { get; init; }

    public ushort Identification { get; init; }
}

/// <summary>Writes adverts as whole IPv4 datagrams, byte for byte as keepalived does.</summary>
internal static class VrrpAdvertWriter
{
    /// <summary>Writes a datagram.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="addresses">The addresses, at most 255, in host byte order.</param>
    /// <param name="authenticationData">Version 2: 8 bytes, or none, which stands for zeros. Version 3: not used.</param>
    /// <param name="destination">Where to; <see cref="VrrpRouter.MaxAdvertLength"/> is always enough.</param>
    /// <returns>The length of the datagram.</returns>
    public static int Write(
        in VrrpAdvertFields fields, ReadOnlySpan<uint> addresses, ReadOnlySpan<byte> authenticationData, Span<byte> destination)
    {
        int length = VrrpProtocol.MessageLength(fields.Version, addresses.Length);
        int totalLength = Ipv4Header.MinLength + length;
        Span<byte> message = destination[Ipv4Header.MinLength..totalLength];
        new Ipv4Header
        {
            TotalLength = totalLength,
            Identification = fields.Identification,
            Ttl = VrrpProtocol.Ttl,
            Protocol = VrrpProtocol.Number,
            Source = fields.Source,
            Destination = fields.Destination,
        }.Write(destination);

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

        Span<byte> list = message[VrrpProtocol.HeaderLength..];
        for (int i = 0; i < addresses.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(list[(i * VrrpProtocol.Ipv4AddressLength)..], addresses[i]);

        uint sum = InternetChecksum.Add(message);
        if (fields is { Version: 3, ChecksumForm: VrrpChecksumForm.PseudoHeader })
            sum = InternetChecksum.AddPseudoHeader(fields.Source, fields.Destination, VrrpProtocol.Number, length, sum);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], InternetChecksum.Finish(sum));
        return totalLength;
    }
}
