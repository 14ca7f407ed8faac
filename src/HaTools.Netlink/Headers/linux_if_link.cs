namespace HaTools.Netlink;

/// <summary>linux/if_link.h, with its own names.</summary>
internal static class linux_if_link
{
    public const int IFNAMSIZ = 16;

    public const ushort IFLA_ADDRESS = 1;
    public const ushort IFLA_IFNAME = 3;
    public const ushort IFLA_MTU = 4;
    public const ushort IFLA_LINK = 5;
    public const ushort IFLA_MASTER = 10;
    public const ushort IFLA_OPERSTATE = 16;
    public const ushort IFLA_LINKINFO = 18;
    public const ushort IFLA_AF_SPEC = 26;
    public const ushort IFLA_GROUP = 27;
    public const ushort IFLA_EXT_MASK = 29;
    public const ushort IFLA_LINK_NETNSID = 37;

    public const ushort IFLA_INFO_KIND = 1;
    public const ushort IFLA_INFO_DATA = 2;

    public const ushort IFLA_MACVLAN_MODE = 1;

    public const ushort IFLA_IPVLAN_MODE = 1;
    public const ushort IFLA_IPVLAN_FLAGS = 2;

    public const ushort IFLA_VRF_TABLE = 1;

    public const ushort IFLA_IPTUN_COLLECT_METADATA = 19;

    public const ushort IFLA_INET6_ADDR_GEN_MODE = 8;
}
