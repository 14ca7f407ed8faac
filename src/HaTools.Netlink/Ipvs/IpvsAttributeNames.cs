using System.Runtime.CompilerServices;
using static HaTools.Netlink.linux_ip_vs;

namespace HaTools.Netlink.Ipvs;

/// <summary>The names of IPVS's attributes in requests, as linux/ip_vs.h has them.</summary>
internal sealed class IpvsAttributeNames : IAttributeNames
{
    public static readonly IpvsAttributeNames Instance = new();

    public int HeaderLength(ushort messageType) => Unsafe.SizeOf<genlmsghdr>();

    public string? Name(ushort messageType, ReadOnlySpan<ushort> path) => path switch
    {
        [IPVS_CMD_ATTR_SERVICE] => nameof(IPVS_CMD_ATTR_SERVICE),
        [IPVS_CMD_ATTR_DEST] => nameof(IPVS_CMD_ATTR_DEST),
        [IPVS_CMD_ATTR_DAEMON] => nameof(IPVS_CMD_ATTR_DAEMON),
        [IPVS_CMD_ATTR_TIMEOUT_TCP] => nameof(IPVS_CMD_ATTR_TIMEOUT_TCP),
        [IPVS_CMD_ATTR_TIMEOUT_TCP_FIN] => nameof(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN),
        [IPVS_CMD_ATTR_TIMEOUT_UDP] => nameof(IPVS_CMD_ATTR_TIMEOUT_UDP),
        [IPVS_CMD_ATTR_SERVICE, var type] => Service(type),
        [IPVS_CMD_ATTR_DEST, var type] => Destination(type),
        [IPVS_CMD_ATTR_DAEMON, var type] => Daemon(type),
        _ => null,
    };

    private static string? Service(ushort type) => type switch
    {
        IPVS_SVC_ATTR_AF => nameof(IPVS_SVC_ATTR_AF),
        IPVS_SVC_ATTR_PROTOCOL => nameof(IPVS_SVC_ATTR_PROTOCOL),
        IPVS_SVC_ATTR_ADDR => nameof(IPVS_SVC_ATTR_ADDR),
        IPVS_SVC_ATTR_PORT => nameof(IPVS_SVC_ATTR_PORT),
        IPVS_SVC_ATTR_FWMARK => nameof(IPVS_SVC_ATTR_FWMARK),
        IPVS_SVC_ATTR_SCHED_NAME => nameof(IPVS_SVC_ATTR_SCHED_NAME),
        IPVS_SVC_ATTR_FLAGS => nameof(IPVS_SVC_ATTR_FLAGS),
        IPVS_SVC_ATTR_TIMEOUT => nameof(IPVS_SVC_ATTR_TIMEOUT),
        IPVS_SVC_ATTR_NETMASK => nameof(IPVS_SVC_ATTR_NETMASK),
        IPVS_SVC_ATTR_PE_NAME => nameof(IPVS_SVC_ATTR_PE_NAME),
        _ => null,
    };

    private static string? Destination(ushort type) => type switch
    {
        IPVS_DEST_ATTR_ADDR => nameof(IPVS_DEST_ATTR_ADDR),
        IPVS_DEST_ATTR_PORT => nameof(IPVS_DEST_ATTR_PORT),
        IPVS_DEST_ATTR_FWD_METHOD => nameof(IPVS_DEST_ATTR_FWD_METHOD),
        IPVS_DEST_ATTR_WEIGHT => nameof(IPVS_DEST_ATTR_WEIGHT),
        IPVS_DEST_ATTR_U_THRESH => nameof(IPVS_DEST_ATTR_U_THRESH),
        IPVS_DEST_ATTR_L_THRESH => nameof(IPVS_DEST_ATTR_L_THRESH),
        IPVS_DEST_ATTR_ADDR_FAMILY => nameof(IPVS_DEST_ATTR_ADDR_FAMILY),
        IPVS_DEST_ATTR_TUN_TYPE => nameof(IPVS_DEST_ATTR_TUN_TYPE),
        IPVS_DEST_ATTR_TUN_PORT => nameof(IPVS_DEST_ATTR_TUN_PORT),
        IPVS_DEST_ATTR_TUN_FLAGS => nameof(IPVS_DEST_ATTR_TUN_FLAGS),
        _ => null,
    };

    private static string? Daemon(ushort type) => type switch
    {
        IPVS_DAEMON_ATTR_STATE => nameof(IPVS_DAEMON_ATTR_STATE),
        IPVS_DAEMON_ATTR_MCAST_IFN => nameof(IPVS_DAEMON_ATTR_MCAST_IFN),
        IPVS_DAEMON_ATTR_SYNC_ID => nameof(IPVS_DAEMON_ATTR_SYNC_ID),
        IPVS_DAEMON_ATTR_SYNC_MAXLEN => nameof(IPVS_DAEMON_ATTR_SYNC_MAXLEN),
        IPVS_DAEMON_ATTR_MCAST_GROUP => nameof(IPVS_DAEMON_ATTR_MCAST_GROUP),
        IPVS_DAEMON_ATTR_MCAST_GROUP6 => nameof(IPVS_DAEMON_ATTR_MCAST_GROUP6),
        IPVS_DAEMON_ATTR_MCAST_PORT => nameof(IPVS_DAEMON_ATTR_MCAST_PORT),
        IPVS_DAEMON_ATTR_MCAST_TTL => nameof(IPVS_DAEMON_ATTR_MCAST_TTL),
        _ => null,
    };
}
