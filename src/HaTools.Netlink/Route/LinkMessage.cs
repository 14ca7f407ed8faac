using System.Net.NetworkInformation;
using static HaTools.Netlink.linux_if_link;
using static HaTools.Netlink.linux_rtnetlink;

namespace HaTools.Netlink.Route;

/// <summary>RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK and RTM_SETLINK.</summary>
internal static class LinkMessage
{
    public static void WriteGet(ref AttributeWriter writer, int index, string? name)
    {
        writer.Header(new ifinfomsg { ifi_index = index });
        if (name is not null) writer.String(IFLA_IFNAME, name);
        writer.U32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    }

    public static void WriteSetUp(ref AttributeWriter writer, int index, bool up) => writer.Header(new ifinfomsg
    {
        ifi_index = index,
        ifi_flags = up ? (uint)LinkFlags.Up : 0,
        ifi_change = (uint)LinkFlags.Up,
    });

    /// <summary>Reads a message. Null: it is of a bridge's port or another family's view, not of the interface itself.</summary>
    /// <exception cref="NetlinkException">It is malformed.</exception>
    public static LinkInfo? Read(ReadOnlySpan<byte> payload)
    {
        AttributeReader reader = AttributeReader.Read(payload, out ifinfomsg header);
        string name = "";
        string? kind = null;
        int mtu = 0;
        uint parent = 0;
        uint controller = 0;
        var state = LinkOperationalState.Unknown;
        PhysicalAddress hardware = PhysicalAddress.None;
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case IFLA_IFNAME:
                    name = reader.String();
                    break;
                case IFLA_ADDRESS:
                    hardware = new PhysicalAddress(reader.Value.ToArray());
                    break;
                case IFLA_MTU:
                    mtu = (int)reader.U32();
                    break;
                case IFLA_LINK:
                    parent = reader.U32();
                    break;
                case IFLA_MASTER:
                    controller = reader.U32();
                    break;
                case IFLA_OPERSTATE:
                    state = (LinkOperationalState)reader.U8();
                    break;
                case IFLA_LINKINFO:
                    AttributeReader.Place outer = reader.Enter();
                    while (reader.Next())
                        if (reader.Type == IFLA_INFO_KIND) kind = reader.String();
                    reader.Leave(outer);
                    break;
            }
        }

        reader.ThrowIfMalformed("reading an interface");
        return header.ifi_family != 0 ? null : new LinkInfo
        {
            Index = header.ifi_index,
            Name = name,
            Flags = (LinkFlags)header.ifi_flags,
            HardwareType = header.ifi_type,
            HardwareAddress = hardware,
            Mtu = mtu,
            Parent = (int)parent,
            Controller = (int)controller,
            OperationalState = state,
            Kind = kind,
        };
    }
}
