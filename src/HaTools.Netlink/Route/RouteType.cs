namespace HaTools.Netlink.Route;

/// <summary>What becomes of a packet that takes a route (linux/rtnetlink.h, RTN_*).</summary>
public enum RouteType : byte
{
    /// <summary>None given: in a removal, any.</summary>
    Unspecified = 0,

    /// <summary>It goes to a gateway or onto a link.</summary>
    Unicast = 1,

    /// <summary>It is for this host.</summary>
    Local = 2,

    /// <summary>It is taken in as broadcast, and sent as broadcast.</summary>
    Broadcast = 3,

    /// <summary>It is taken in as broadcast, and sent as unicast.</summary>
    Anycast = 4,

    /// <summary>It is multicast.</summary>
    Multicast = 5,

    /// <summary>It is thrown away.</summary>
    Blackhole = 6,

    /// <summary>It is answered with ICMP host unreachable.</summary>
    Unreachable = 7,

    /// <summary>It is answered with ICMP communication administratively prohibited.</summary>
    Prohibit = 8,

    /// <summary>This table has no route for it: the next rule counts.</summary>
    Throw = 9,

    /// <summary>It is translated (gone from the kernel).</summary>
    Nat = 10,
}

/// <summary>How a new route stands to those of the same table, destination, type of service and metric.</summary>
public enum RouteAddMode
{
    /// <summary>There must be none (NLM_F_EXCL): <c>ip route add</c>.</summary>
    Exclusive,

    /// <summary>Before them: <c>ip route prepend</c>. EEXIST where the very same route is there. IPv6: a further way of the route.</summary>
    Prepend,

    /// <summary>Behind them (NLM_F_APPEND): <c>ip route append</c>.</summary>
    Append,

    /// <summary>Instead of the first of them (NLM_F_REPLACE): <c>ip route replace</c>.</summary>
    Replace,
}

/// <summary>The preference of an IPv6 route among those of routers (RFC 4191; linux/icmpv6.h, ICMPV6_ROUTER_PREF_*).</summary>
public enum RouterPreference : byte
{
    /// <summary>Medium, the default.</summary>
    Medium = 0,

    /// <summary>High.</summary>
    High = 1,

    /// <summary>Reserved.</summary>
    Invalid = 2,

    /// <summary>Low.</summary>
    Low = 3,
}
