using System.Text;
using HaTools.Linux;
using static HaTools.Netlink.linux_genetlink;

namespace HaTools.Netlink.Generic;

/// <summary>The controller of generic netlink (linux/genetlink.h, CTRL_CMD_*).</summary>
public static class GenericNetlink
{
    /// <summary>Looks a family up by its name.</summary>
    /// <param name="socket">A socket of protocol Generic.</param>
    /// <param name="name">The family's name, as <c>IPVS</c>.</param>
    /// <returns>The family; null: this kernel has none of that name, or its module is not loaded.</returns>
    /// <exception cref="NetlinkException">The kernel refused, or its answer is malformed.</exception>
    public static GenericNetlinkFamily? FindFamily(NetlinkSocket socket, string name)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Encoding.UTF8.GetByteCount(name) >= GENL_NAMSIZ) return null;

        var request = new NetlinkBatch();
        AttributeWriter writer = request.Begin(GENL_ID_CTRL, NetlinkFlags.None);
        writer.Header(new genlmsghdr { cmd = CTRL_CMD_GETFAMILY, version = 1 });
        writer.String(CTRL_ATTR_FAMILY_NAME, name);
        request.End(writer);

        GenericNetlinkFamily? family = socket.Get(request, Decode, out NetlinkResult result);
        if (result.Errno == Errno.ENOENT) return null;
        if (!result.Succeeded)
            throw new NetlinkException("looking up generic netlink family", name, result.Errno, result.ExtendedAck);
        return family;
    }

    private static GenericNetlinkFamily? Decode(ushort type, ReadOnlySpan<byte> payload)
    {
        AttributeReader reader = AttributeReader.Read(payload, out genlmsghdr header);
        ushort id = 0;
        string name = "";
        uint version = 0;
        uint headerLength = 0;
        var groups = new Dictionary<string, uint>();
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case CTRL_ATTR_FAMILY_ID:
                    id = reader.U16();
                    break;
                case CTRL_ATTR_FAMILY_NAME:
                    name = reader.String();
                    break;
                case CTRL_ATTR_VERSION:
                    version = reader.U32();
                    break;
                case CTRL_ATTR_HDRSIZE:
                    headerLength = reader.U32();
                    break;
                case CTRL_ATTR_MCAST_GROUPS:
                    ReadGroups(ref reader, groups);
                    break;
            }
        }

        reader.ThrowIfMalformed("looking up a generic netlink family");
        if (type != GENL_ID_CTRL || header.cmd != CTRL_CMD_NEWFAMILY || id == 0) return null;
        return new GenericNetlinkFamily { Id = id, Name = name, Version = version, HeaderLength = headerLength, MulticastGroups = groups };
    }

    private static void ReadGroups(ref AttributeReader reader, Dictionary<string, uint> groups)
    {
        AttributeReader.Place message = reader.Enter();
        while (reader.Next())
        {
            AttributeReader.Place group = reader.Enter();
            string name = "";
            uint id = 0;
            while (reader.Next())
            {
                if (reader.Type == CTRL_ATTR_MCAST_GRP_NAME) name = reader.String();
                else if (reader.Type == CTRL_ATTR_MCAST_GRP_ID) id = reader.U32();
            }

            groups[name] = id;
            reader.Leave(group);
        }

        reader.Leave(message);
    }
}
