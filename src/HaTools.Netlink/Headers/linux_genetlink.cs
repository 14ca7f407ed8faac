using System.Runtime.InteropServices;

namespace HaTools.Netlink;

/// <summary>linux/genetlink.h, with its own names.</summary>
internal static class linux_genetlink
{
    public const int GENL_NAMSIZ = 16;
    public const ushort GENL_ID_CTRL = 16;

    public const byte CTRL_CMD_NEWFAMILY = 1;
    public const byte CTRL_CMD_GETFAMILY = 3;

    public const ushort CTRL_ATTR_FAMILY_ID = 1;
    public const ushort CTRL_ATTR_FAMILY_NAME = 2;
    public const ushort CTRL_ATTR_VERSION = 3;
    public const ushort CTRL_ATTR_HDRSIZE = 4;
    public const ushort CTRL_ATTR_MCAST_GROUPS = 7;

    public const ushort CTRL_ATTR_MCAST_GRP_NAME = 1;
    public const ushort CTRL_ATTR_MCAST_GRP_ID = 2;
}

[StructLayout(LayoutKind.Sequential)]
internal struct genlmsghdr
{
    public const int Length = 4;

    public byte cmd;
    public byte version;
    public ushort reserved;
}
