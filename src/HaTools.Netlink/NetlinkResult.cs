using System.Runtime.InteropServices;
using static HaTools.Netlink.linux_netlink;

namespace HaTools.Netlink;

/// <summary>How the kernel answered one request of a batch.</summary>
/// <param name="Errno">0: done; else the positive error number.</param>
/// <param name="ExtendedAck">
/// The kernel's own words: what was wrong, or (with 0) a warning, and the attribute that it was about; null: it gave none.
/// </param>
public readonly record struct NetlinkResult(int Errno, string? ExtendedAck)
{
    /// <summary>Whether it was done.</summary>
    public bool Succeeded => Errno == 0;

    /// <summary>Reads NLMSG_ERROR: struct nlmsgerr, then the attributes of the extended ack. Null: malformed.</summary>
    /// <param name="payload">The message behind its netlink header.</param>
    /// <param name="flags">Its flags.</param>
    /// <param name="request">The request that it answers, with its netlink header.</param>
    /// <param name="names">What the request's attributes are called; null: by their numbers.</param>
    internal static NetlinkResult? OfError(ReadOnlySpan<byte> payload, NetlinkFlags flags, ReadOnlySpan<byte> request, IAttributeNames? names)
    {
        if (payload.Length < 4 + NLMSG_HDRLEN) return null;
        int error = MemoryMarshal.Read<int>(payload);
        if (error is > 0 or int.MinValue) return null;
        if ((flags & NetlinkFlags.AckAttributes) == 0) return new NetlinkResult(-error, null);

        // Unless it was capped, the whole request is quoted before the attributes.
        uint quoted = (flags & NetlinkFlags.Capped) != 0 ? NLMSG_HDRLEN : MemoryMarshal.Read<uint>(payload[4..]);
        if (quoted < NLMSG_HDRLEN || quoted > (uint)payload.Length - 4) return null;
        return ReadAttributes(-error, payload[Math.Min(4 + Align((int)quoted), payload.Length)..], request, names);
    }

    /// <summary>
    /// Reads NLMSG_DONE: an int, 0 or a negative errno (kernels before 2.6 sent none), then the attributes of the extended ack. Null:
    /// malformed.
    /// </summary>
    internal static NetlinkResult? OfDone(ReadOnlySpan<byte> payload, NetlinkFlags flags, ReadOnlySpan<byte> request, IAttributeNames? names)
    {
        if (payload.IsEmpty) return default(NetlinkResult);
        if (payload.Length < 4) return null;
        int error = MemoryMarshal.Read<int>(payload);
        // Some dumps end with the positive number that their last step returned.
        if (error >= 0) return default(NetlinkResult);
        if (error == int.MinValue) return null;
        return (flags & NetlinkFlags.AckAttributes) == 0 ? new NetlinkResult(-error, null) : ReadAttributes(-error, payload[4..], request, names);
    }

    private static NetlinkResult? ReadAttributes(
        int errno, ReadOnlySpan<byte> attributes, ReadOnlySpan<byte> request, IAttributeNames? names)
    {
        string? text = null;
        uint? missing = null;
        uint nest = 0;
        uint offset = 0;
        var reader = new AttributeReader(attributes);
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case NLMSGERR_ATTR_MSG:
                    text = reader.String();
                    break;
                case NLMSGERR_ATTR_OFFS:
                    offset = reader.U32();
                    break;
                case NLMSGERR_ATTR_MISS_TYPE:
                    missing = reader.U32();
                    break;
                case NLMSGERR_ATTR_MISS_NEST:
                    nest = reader.U32();
                    break;
            }
        }

        if (reader.Error != AttributeError.None) return null;
        if (RefusedAttribute.At(request, offset, names) is { } refused) text = $"{(text is null ? "" : text + "; ")}attribute {refused}";
        if (missing is { } type)
            text = $"{(text is null ? "" : text + "; ")}attribute {RefusedAttribute.Missing(request, nest, type, names)} is missing";
        return new NetlinkResult(errno, text);
    }
}
