using System.Net.NetworkInformation;
using HaTools.Linux;
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

    public static void WriteCreate(ref AttributeWriter writer, LinkRequest request)
    {
        writer.Header(new ifinfomsg
        {
            ifi_flags = request.Up ? (uint)LinkFlags.Up : 0,
            ifi_change = request.Up ? (uint)LinkFlags.Up : 0,
        });
        writer.String(IFLA_IFNAME, request.Name);
        if (request.Parent != 0) writer.U32(IFLA_LINK, (uint)request.Parent);
        if (request.Controller != 0) writer.U32(IFLA_MASTER, (uint)request.Controller);
        if (request.HardwareAddress is { } address) writer.Bytes(IFLA_ADDRESS, address.GetAddressBytes());
        if (request.Group is { } group) writer.U32(IFLA_GROUP, group);
        int information = writer.BeginNested(IFLA_LINKINFO);
        writer.String(IFLA_INFO_KIND, request.Kind);
        if (request.HasData)
        {
            int data = writer.BeginNested(IFLA_INFO_DATA);
            if (request.MacvlanMode is { } mode) writer.U32(IFLA_MACVLAN_MODE, (uint)mode);
            if (request.IpvlanLayer is { } layer)
            {
                writer.U16(IFLA_IPVLAN_MODE, (ushort)layer);
                writer.U16(IFLA_IPVLAN_FLAGS, (ushort)request.IpvlanFlags);
            }

            if (request.VrfTable is { } table) writer.U32(IFLA_VRF_TABLE, table);
            if (request.External) writer.Bytes(IFLA_IPTUN_COLLECT_METADATA, []);
            writer.EndNested(data);
        }

        writer.EndNested(information);
    }

    public static void WriteChange(ref AttributeWriter writer, int index, LinkChange change)
    {
        writer.Header(new ifinfomsg
        {
            ifi_index = index,
            ifi_flags = change.Up == true ? (uint)LinkFlags.Up : 0,
            ifi_change = change.Up is null ? 0 : (uint)LinkFlags.Up,
        });
        if (change.Name is { } name) writer.String(IFLA_IFNAME, name);
        if (change.HardwareAddress is { } address) writer.Bytes(IFLA_ADDRESS, address.GetAddressBytes());
        if (change.Controller is { } controller) writer.U32(IFLA_MASTER, (uint)controller);
        if (change.Group is { } group) writer.U32(IFLA_GROUP, group);
        if (change.AddressGeneration is not { } generation) return;
        int families = writer.BeginNested(IFLA_AF_SPEC);
        int inet6 = writer.BeginNested(Libc.AF_INET6);
        writer.U8(IFLA_INET6_ADDR_GEN_MODE, (byte)generation);
        writer.EndNested(inet6);
        writer.EndNested(families);
    }

    public static void WriteDelete(ref AttributeWriter writer, int index) => writer.Header(new ifinfomsg { ifi_index = index });

    /// <summary>Reads a message. Null: it is of a bridge's port or another family's view, not of the interface itself.</summary>
    /// <exception cref="NetlinkException">It is malformed.</exception>
    public static LinkInfo? Read(ReadOnlySpan<byte> payload)
    {
        AttributeReader reader = AttributeReader.Read(payload, out ifinfomsg header);
        var link = new Parts();
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case IFLA_IFNAME:
                    link.Name = reader.String();
                    break;
                case IFLA_ADDRESS:
                    link.Hardware = new PhysicalAddress(reader.Value.ToArray());
                    break;
                case IFLA_MTU:
                    link.Mtu = (int)reader.U32();
                    break;
                case IFLA_LINK:
                    link.Parent = reader.U32();
                    break;
                case IFLA_LINK_NETNSID:
                    link.ParentNamespace = (int)reader.U32();
                    break;
                case IFLA_MASTER:
                    link.Controller = reader.U32();
                    break;
                case IFLA_GROUP:
                    link.Group = reader.U32();
                    break;
                case IFLA_OPERSTATE:
                    link.State = (LinkOperationalState)reader.U8();
                    break;
                case IFLA_LINKINFO:
                    ReadInformation(ref reader, ref link);
                    break;
                // A bridge speaks of its ports in an attribute of this number that has another form; only the interface's own is read.
                case IFLA_AF_SPEC when header.ifi_family == 0:
                    link.Generation = ReadGeneration(ref reader);
                    break;
            }
        }

        reader.ThrowIfMalformed("reading an interface");
        return header.ifi_family != 0 ? null : new LinkInfo
        {
            Index = header.ifi_index,
            Name = link.Name ?? "",
            Flags = (LinkFlags)header.ifi_flags,
            HardwareType = header.ifi_type,
            HardwareAddress = link.Hardware ?? PhysicalAddress.None,
            Mtu = link.Mtu,
            Parent = (int)link.Parent,
            ParentNamespace = link.ParentNamespace,
            Controller = (int)link.Controller,
            Group = link.Group,
            OperationalState = link.State,
            Kind = link.Kind,
            MacvlanMode = link.Macvlan,
            IpvlanLayer = link.Ipvlan,
            IpvlanFlags = link.IpvlanFlags,
            VrfTable = link.VrfTable,
            AddressGeneration = link.Generation,
        };
    }

    private static void ReadInformation(ref AttributeReader reader, ref Parts link)
    {
        AttributeReader.Place outer = reader.Enter();
        while (reader.Next())
        {
            // The kind comes first: it says what the data are about.
            if (reader.Type == IFLA_INFO_KIND) link.Kind = reader.String();
            else if (reader.Type == IFLA_INFO_DATA) ReadData(ref reader, ref link);
        }

        reader.Leave(outer);
    }

    private static void ReadData(ref AttributeReader reader, ref Parts link)
    {
        AttributeReader.Place outer = reader.Enter();
        while (reader.Next())
        {
            switch (link.Kind, reader.Type)
            {
                case (LinkRequest.Macvlan, IFLA_MACVLAN_MODE):
                    link.Macvlan = (MacvlanMode)reader.U32();
                    break;
                case (LinkRequest.Ipvlan, IFLA_IPVLAN_MODE):
                    link.Ipvlan = (IpvlanLayer)reader.U16();
                    break;
                case (LinkRequest.Ipvlan, IFLA_IPVLAN_FLAGS):
                    link.IpvlanFlags = (IpvlanFlags)reader.U16();
                    break;
                case (LinkRequest.Vrf, IFLA_VRF_TABLE):
                    link.VrfTable = reader.U32();
                    break;
            }
        }

        reader.Leave(outer);
    }

    private static Ipv6AddressGeneration? ReadGeneration(ref AttributeReader reader)
    {
        Ipv6AddressGeneration? found = null;
        AttributeReader.Place families = reader.Enter();
        while (reader.Next())
        {
            if (reader.Type != Libc.AF_INET6) continue;
            AttributeReader.Place inet6 = reader.Enter();
            while (reader.Next())
                if (reader.Type == IFLA_INET6_ADDR_GEN_MODE) found = (Ipv6AddressGeneration)reader.U8();
            reader.Leave(inet6);
        }

        reader.Leave(families);
        return found;
    }

    private struct Parts
    {
        public string? Name;
        public PhysicalAddress? Hardware;
        public int Mtu;
        public uint Parent;
        public int? ParentNamespace;
        public uint Controller;
        public uint Group;
        public LinkOperationalState State;
        public string? Kind;
        public MacvlanMode? Macvlan;
        public IpvlanLayer? Ipvlan;
        public IpvlanFlags IpvlanFlags;
        public uint VrfTable;
        public Ipv6AddressGeneration? Generation;
    }
}
