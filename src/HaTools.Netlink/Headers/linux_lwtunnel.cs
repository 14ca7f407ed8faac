namespace HaTools.Netlink;

/// <summary>linux/lwtunnel.h, with its own names. The attributes of IPv6 (LWTUNNEL_IP6_*) have the same numbers.</summary>
internal static class linux_lwtunnel
{
    public const ushort LWTUNNEL_ENCAP_IP = 2;
    public const ushort LWTUNNEL_ENCAP_IP6 = 4;

    public const ushort LWTUNNEL_IP_ID = 1;
    public const ushort LWTUNNEL_IP_DST = 2;
    public const ushort LWTUNNEL_IP_SRC = 3;
    public const ushort LWTUNNEL_IP_TTL = 4;
    public const ushort LWTUNNEL_IP_TOS = 5;
    public const ushort LWTUNNEL_IP_FLAGS = 6;
}
