using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Linux;
using static HaTools.Netlink.linux_if_addr;

namespace HaTools.Netlink.Route;

/// <summary>RTM_NEWADDR and RTM_DELADDR: written from requests, read in place.</summary>
internal ref struct AddressMessage
{
    private ifaddrmsg header;
    private ReadOnlySpan<byte> local;
    private ReadOnlySpan<byte> address;
    private ReadOnlySpan<byte> broadcast;
    private string? label;
    private uint flags;
    private uint valid;
    private uint preferred;
    private byte protocol;

    /// <summary>The address of this host: IFA_LOCAL, or (IPv6) IFA_ADDRESS where there is none.</summary>
    private readonly ReadOnlySpan<byte> Own => local.IsEmpty ? address : local;

    /// <summary>Writes a request to add or renew.</summary>
    /// <exception cref="ArgumentException">The request cannot be meant.</exception>
    public static void WriteNew(ref AttributeWriter writer, in AddressRequest request)
    {
        Validate(request);
        WriteIdentity(ref writer, request, (byte)request.Flags, (byte)request.Scope);
        if (request.Label is { } label) writer.String(IFA_LABEL, label);
        if (request.Broadcast is { } broadcast) WriteAddress(ref writer, IFA_BROADCAST, broadcast);
        if (request.Flags != AddressFlags.None) writer.U32(IFA_FLAGS, (uint)request.Flags);
        if (request.Protocol != 0) writer.U8(IFA_PROTO, request.Protocol);
        if (request.ValidLifetime is not null || request.PreferredLifetime is not null)
        {
            uint valid = request.ValidLifetime ?? INFINITY_LIFE_TIME;
            writer.Struct(IFA_CACHEINFO, new ifa_cacheinfo { ifa_valid = valid, ifa_prefered = request.PreferredLifetime ?? valid });
        }
    }

    /// <summary>
    /// Writes a request to take away: only what identifies an address, so that one with another label or scope is found too.
    /// </summary>
    /// <exception cref="ArgumentException">The request cannot be meant.</exception>
    public static void WriteDelete(ref AttributeWriter writer, in AddressRequest request)
    {
        Validate(request);
        WriteIdentity(ref writer, request, 0, 0);
    }

    /// <summary>Reads a message in place. False: it is of a family other than IPv4 and IPv6.</summary>
    /// <exception cref="NetlinkException">It is malformed.</exception>
    public static bool TryRead(ReadOnlySpan<byte> payload, bool withLabel, out AddressMessage message)
    {
        message = new AddressMessage { valid = INFINITY_LIFE_TIME, preferred = INFINITY_LIFE_TIME };
        AttributeReader reader = AttributeReader.Read(payload, out message.header);
        message.flags = message.header.ifa_flags;
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case IFA_LOCAL:
                    message.local = reader.Value;
                    break;
                case IFA_ADDRESS:
                    message.address = reader.Value;
                    break;
                case IFA_BROADCAST:
                    message.broadcast = reader.Value;
                    break;
                case IFA_LABEL when withLabel:
                    message.label = reader.String();
                    break;
                case IFA_FLAGS:
                    message.flags = reader.U32();
                    break;
                case IFA_PROTO:
                    message.protocol = reader.U8();
                    break;
                case IFA_CACHEINFO:
                    ifa_cacheinfo times = reader.Struct<ifa_cacheinfo>();
                    (message.valid, message.preferred) = (times.ifa_valid, times.ifa_prefered);
                    break;
            }
        }

        if (message.header.ifa_family is not (Libc.AF_INET or Libc.AF_INET6) && reader.Error == AttributeError.None) return false;
        int length = message.header.ifa_family == Libc.AF_INET ? 4 : 16;
        bool whole = message.Own.Length == length && (message.address.IsEmpty || message.address.Length == length);
        if (!whole || message.broadcast.Length is not (0 or 4) || message.header.ifa_prefixlen > length * 8) reader.Invalid();
        reader.ThrowIfMalformed("reading an address");
        return true;
    }

    public readonly AddressInfo ToInfo() => new()
    {
        Index = (int)header.ifa_index,
        Address = new IPAddress(Own),
        PrefixLength = header.ifa_prefixlen,
        Peer = local.IsEmpty || address.IsEmpty || local.SequenceEqual(address) ? null : new IPAddress(address),
        Label = label,
        Scope = (RouteScope)header.ifa_scope,
        Broadcast = broadcast.IsEmpty ? null : new IPAddress(broadcast),
        Flags = (AddressFlags)flags,
        Protocol = protocol,
        ValidLifetime = Finite(valid),
        PreferredLifetime = Finite(preferred),
    };

    public readonly RouteNotification ToNotification(RouteNotificationKind kind, uint portId) => new()
    {
        Kind = kind,
        Index = (int)header.ifa_index,
        Family = header.ifa_family == Libc.AF_INET ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6,
        AddressBits = Own.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(Own) : HaTools.AddressBits.Read(Own),
        PrefixLength = header.ifa_prefixlen,
        Scope = (RouteScope)header.ifa_scope,
        Flags = (AddressFlags)flags,
        ValidLifetime = Finite(valid),
        PortId = portId,
    };

    private static void WriteIdentity(ref AttributeWriter writer, in AddressRequest request, byte flags, byte scope)
    {
        writer.Header(new ifaddrmsg
        {
            ifa_family = (byte)(request.Address.AddressFamily == AddressFamily.InterNetwork ? Libc.AF_INET : Libc.AF_INET6),
            ifa_prefixlen = (byte)request.PrefixLength,
            ifa_flags = flags,
            ifa_scope = scope,
            ifa_index = (uint)request.Index,
        });
        WriteAddress(ref writer, IFA_LOCAL, request.Address);
        WriteAddress(ref writer, IFA_ADDRESS, request.Peer ?? request.Address);
    }

    private static void WriteAddress(ref AttributeWriter writer, ushort type, IPAddress address)
    {
        Span<byte> target = writer.Attribute(type, address.AddressFamily == AddressFamily.InterNetwork ? 4 : 16);
        if (!writer.Overflowed) address.TryWriteBytes(target, out _);
    }

    private static void Validate(in AddressRequest request)
    {
        if (request.Address is null || request.Index <= 0)
            throw new ArgumentException("An address request names an interface's index and an address.", nameof(request));
        bool four = request.Address.AddressFamily == AddressFamily.InterNetwork;
        if (request.PrefixLength < 0 || request.PrefixLength > (four ? 32 : 128))
            throw Meaningless(request, $"the prefix length {request.PrefixLength} is not one of its family");
        if (request.Label is { } label && Encoding.UTF8.GetByteCount(label) >= linux_if_link.IFNAMSIZ)
            throw Meaningless(request, $"the label '{label}' is longer than 15 bytes");
        if (request.Peer is { } peer && peer.AddressFamily != request.Address.AddressFamily)
            throw Meaningless(request, "the peer is not of the address's family");
        if (request.Broadcast is { } broadcast && (!four || broadcast.AddressFamily != AddressFamily.InterNetwork))
            throw Meaningless(request, "a broadcast address is of IPv4, and of an IPv4 address");
        if (request.ValidLifetime == 0) throw Meaningless(request, "the valid lifetime must not be 0");
        if (request.PreferredLifetime > (request.ValidLifetime ?? INFINITY_LIFE_TIME))
            throw Meaningless(request, "the preferred lifetime must not be longer than the valid one");
    }

    private static ArgumentException Meaningless(in AddressRequest request, string why) => new($"{request}: {why}.", nameof(request));

    private static uint? Finite(uint lifetime) => lifetime == INFINITY_LIFE_TIME ? null : lifetime;
}
