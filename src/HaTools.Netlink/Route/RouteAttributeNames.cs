using System.Runtime.CompilerServices;
using static HaTools.Netlink.linux_fib_rules;
using static HaTools.Netlink.linux_if_addr;
using static HaTools.Netlink.linux_if_link;
using static HaTools.Netlink.linux_rtnetlink;

namespace HaTools.Netlink.Route;

/// <summary>The names of the attributes that are written here, as the kernel's headers have them.</summary>
internal sealed class RouteAttributeNames : IAttributeNames
{
    public static readonly RouteAttributeNames Instance = new();

    public int HeaderLength(ushort messageType) => messageType switch
    {
        >= RTM_NEWLINK and <= RTM_SETLINK => Unsafe.SizeOf<ifinfomsg>(),
        >= RTM_NEWADDR and <= RTM_GETADDR => Unsafe.SizeOf<ifaddrmsg>(),
        >= RTM_NEWROUTE and <= RTM_GETROUTE => Unsafe.SizeOf<rtmsg>(),
        >= RTM_NEWRULE and <= RTM_GETRULE => Unsafe.SizeOf<fib_rule_hdr>(),
        _ => -1,
    };

    public string? Name(ushort messageType, ReadOnlySpan<ushort> path) => messageType switch
    {
        >= RTM_NEWLINK and <= RTM_SETLINK => path switch
        {
            [var type] => Link(type),
            [IFLA_LINKINFO, IFLA_INFO_KIND] => nameof(IFLA_INFO_KIND),
            [IFLA_LINKINFO, IFLA_INFO_DATA] => nameof(IFLA_INFO_DATA),
            _ => null,
        },
        >= RTM_NEWADDR and <= RTM_GETADDR when path.Length == 1 => Address(path[0]),
        >= RTM_NEWROUTE and <= RTM_GETROUTE when path.Length == 1 => Route(path[0]),
        >= RTM_NEWRULE and <= RTM_GETRULE when path.Length == 1 => Rule(path[0]),
        _ => null,
    };

    private static string? Link(ushort type) => type switch
    {
        IFLA_ADDRESS => nameof(IFLA_ADDRESS),
        IFLA_IFNAME => nameof(IFLA_IFNAME),
        IFLA_MTU => nameof(IFLA_MTU),
        IFLA_LINK => nameof(IFLA_LINK),
        IFLA_MASTER => nameof(IFLA_MASTER),
        IFLA_LINKINFO => nameof(IFLA_LINKINFO),
        IFLA_AF_SPEC => nameof(IFLA_AF_SPEC),
        IFLA_GROUP => nameof(IFLA_GROUP),
        IFLA_EXT_MASK => nameof(IFLA_EXT_MASK),
        _ => null,
    };

    private static string? Address(ushort type) => type switch
    {
        IFA_ADDRESS => nameof(IFA_ADDRESS),
        IFA_LOCAL => nameof(IFA_LOCAL),
        IFA_LABEL => nameof(IFA_LABEL),
        IFA_BROADCAST => nameof(IFA_BROADCAST),
        IFA_CACHEINFO => nameof(IFA_CACHEINFO),
        IFA_FLAGS => nameof(IFA_FLAGS),
        IFA_PROTO => nameof(IFA_PROTO),
        _ => null,
    };

    private static string? Route(ushort type) => type switch
    {
        RTA_DST => nameof(RTA_DST),
        RTA_SRC => nameof(RTA_SRC),
        RTA_OIF => nameof(RTA_OIF),
        RTA_GATEWAY => nameof(RTA_GATEWAY),
        RTA_PRIORITY => nameof(RTA_PRIORITY),
        RTA_PREFSRC => nameof(RTA_PREFSRC),
        RTA_METRICS => nameof(RTA_METRICS),
        RTA_MULTIPATH => nameof(RTA_MULTIPATH),
        RTA_FLOW => nameof(RTA_FLOW),
        RTA_TABLE => nameof(RTA_TABLE),
        RTA_VIA => nameof(RTA_VIA),
        RTA_PREF => nameof(RTA_PREF),
        RTA_ENCAP_TYPE => nameof(RTA_ENCAP_TYPE),
        RTA_ENCAP => nameof(RTA_ENCAP),
        RTA_EXPIRES => nameof(RTA_EXPIRES),
        RTA_TTL_PROPAGATE => nameof(RTA_TTL_PROPAGATE),
        RTA_NH_ID => nameof(RTA_NH_ID),
        _ => null,
    };

    private static string? Rule(ushort type) => type switch
    {
        FRA_DST => nameof(FRA_DST),
        FRA_SRC => nameof(FRA_SRC),
        FRA_IIFNAME => nameof(FRA_IIFNAME),
        FRA_GOTO => nameof(FRA_GOTO),
        FRA_PRIORITY => nameof(FRA_PRIORITY),
        FRA_FWMARK => nameof(FRA_FWMARK),
        FRA_FLOW => nameof(FRA_FLOW),
        FRA_TUN_ID => nameof(FRA_TUN_ID),
        FRA_SUPPRESS_IFGROUP => nameof(FRA_SUPPRESS_IFGROUP),
        FRA_SUPPRESS_PREFIXLEN => nameof(FRA_SUPPRESS_PREFIXLEN),
        FRA_TABLE => nameof(FRA_TABLE),
        FRA_FWMASK => nameof(FRA_FWMASK),
        FRA_OIFNAME => nameof(FRA_OIFNAME),
        FRA_L3MDEV => nameof(FRA_L3MDEV),
        FRA_UID_RANGE => nameof(FRA_UID_RANGE),
        FRA_PROTOCOL => nameof(FRA_PROTOCOL),
        FRA_IP_PROTO => nameof(FRA_IP_PROTO),
        FRA_SPORT_RANGE => nameof(FRA_SPORT_RANGE),
        FRA_DPORT_RANGE => nameof(FRA_DPORT_RANGE),
        _ => null,
    };
}
