namespace HaTools.Netlink;

/// <summary>linux/fou.h, with its own names.</summary>
internal static class linux_fou
{
    public const string FOU_GENL_NAME = "fou";
    public const byte FOU_GENL_VERSION = 1;

    public const byte FOU_CMD_ADD = 1;
    public const byte FOU_CMD_DEL = 2;
    public const byte FOU_CMD_GET = 3;

    public const ushort FOU_ATTR_PORT = 1;
    public const ushort FOU_ATTR_AF = 2;
    public const ushort FOU_ATTR_IPPROTO = 3;
    public const ushort FOU_ATTR_TYPE = 4;

    public const byte FOU_ENCAP_DIRECT = 1;
    public const byte FOU_ENCAP_GUE = 2;
}
