using System.Runtime.InteropServices;
using static HaTools.Netlink.linux_netlink;

namespace HaTools.Netlink;

/// <summary>What a protocol's attributes are called, for errors.</summary>
internal interface IAttributeNames
{
    /// <summary>The length of the fixed header behind the netlink header; negative: it is not known.</summary>
    int HeaderLength(ushort messageType);

    /// <summary>The name of an attribute, the last of those that it lies in; null: it is not known.</summary>
    string? Name(ushort messageType, ReadOnlySpan<ushort> path);
}

/// <summary>
/// Finds in a request what the kernel means by an offset (linux/netlink.h, NLMSGERR_ATTR_OFFS and NLMSGERR_ATTR_MISS_NEST: from the
/// message's beginning to an attribute's).
/// </summary>
internal static class RefusedAttribute
{
    private const int Deepest = 8;

    /// <summary>The attribute at an offset with those that it lies in, as <c>IFLA_LINKINFO/IFLA_INFO_KIND</c>; null: there is none.</summary>
    /// <param name="request">The request, its netlink header included.</param>
    /// <param name="offset">The offset.</param>
    /// <param name="names">What attributes are called; null: by their numbers.</param>
    public static string? At(ReadOnlySpan<byte> request, uint offset, IAttributeNames? names)
    {
        if (request.Length < NLMSG_HDRLEN || offset < NLMSG_HDRLEN || offset > (uint)request.Length - NLA_HDRLEN) return null;
        Span<ushort> path = stackalloc ushort[Deepest];
        int depth = Find(request, (int)offset, names, path);
        return depth switch
        {
            > 0 => Words(request, path[..depth], names),
            0 => null,
            _ => $"{TypeAt(request, (int)offset)}",
        };
    }

    /// <summary>The name of an attribute that should be in the one at an offset; 0: in none.</summary>
    public static string Missing(ReadOnlySpan<byte> request, uint nest, uint type, IAttributeNames? names)
    {
        Span<ushort> path = stackalloc ushort[Deepest + 1];
        if (request.Length < NLMSG_HDRLEN) return $"{type}";
        int depth = nest == 0 ? 0 : Math.Max(Find(request, (int)nest, names, path[..Deepest]), 0);
        path[depth] = (ushort)type;
        return Words(request, path[..(depth + 1)], names);
    }

    /// <summary>The types from the outermost attribute to that at the offset. 0: there is none; negative: the way there is not known.</summary>
    private static int Find(ReadOnlySpan<byte> request, int offset, IAttributeNames? names, Span<ushort> path)
    {
        int header = names?.HeaderLength(MemoryMarshal.Read<ushort>(request[4..])) ?? -1;
        if (header < 0) return -1;
        int end = request.Length;
        int place = NLMSG_HDRLEN + Align(header);
        for (int depth = 0; depth < path.Length && place + NLA_HDRLEN <= end;)
        {
            int length = MemoryMarshal.Read<ushort>(request[place..]);
            if (length < NLA_HDRLEN || place + length > end) return 0;
            path[depth] = TypeAt(request, place);
            if (place == offset) return depth + 1;
            if (offset >= place + Align(length))
            {
                place += Align(length);
                continue;
            }

            (end, place) = (place + length, place + NLA_HDRLEN);
            depth++;
        }

        return 0;
    }

    private static string Words(ReadOnlySpan<byte> request, ReadOnlySpan<ushort> path, IAttributeNames? names)
    {
        ushort message = MemoryMarshal.Read<ushort>(request[4..]);
        string words = "";
        for (int depth = 1; depth <= path.Length; depth++)
            words += $"{(depth > 1 ? "/" : "")}{names?.Name(message, path[..depth]) ?? $"{path[depth - 1]}"}";
        return words;
    }

    private static ushort TypeAt(ReadOnlySpan<byte> request, int place) =>
        (ushort)(MemoryMarshal.Read<ushort>(request[(place + 2)..]) & NLA_TYPE_MASK);
}
