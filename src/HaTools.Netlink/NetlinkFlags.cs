namespace HaTools.Netlink;

/// <summary>
/// Flags of a netlink message (linux/netlink.h, NLM_F_*). Some bits mean different things in requests to get, to make, and in answers.
/// </summary>
[Flags]
public enum NetlinkFlags : ushort
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>A request to the kernel.</summary>
    Request = 0x1,

    /// <summary>One of several messages, which Done ends.</summary>
    Multi = 0x2,

    /// <summary>An acknowledgement is asked for. <see cref="NetlinkSocket"/> sets it where it needs one.</summary>
    Ack = 0x4,

    /// <summary>The notification is to be sent to the requester too.</summary>
    Echo = 0x8,

    /// <summary>Answer: the table changed while it was dumped.</summary>
    DumpInterrupted = 0x10,

    /// <summary>Answer: the dump was filtered as asked.</summary>
    DumpFiltered = 0x20,

    /// <summary>Get: the whole table (NLM_F_ROOT | NLM_F_MATCH).</summary>
    Dump = 0x300,

    /// <summary>Make: replace what is there.</summary>
    Replace = 0x100,

    /// <summary>Make: fail if it is there.</summary>
    Exclusive = 0x200,

    /// <summary>Make: create it if it is not there.</summary>
    Create = 0x400,

    /// <summary>Make: add at the end.</summary>
    Append = 0x800,

    /// <summary>Acknowledgement: the request's payload is left out.</summary>
    Capped = 0x100,

    /// <summary>Acknowledgement: attributes of the extended ack follow.</summary>
    AckAttributes = 0x200,
}

/// <summary>Netlink protocols (linux/netlink.h, NETLINK_*).</summary>
public enum NetlinkProtocol
{
    /// <summary>Links, addresses, routes, rules, neighbours.</summary>
    Route = 0,

    /// <summary>The connector: news of processes.</summary>
    Connector = 11,

    /// <summary>Netfilter: connection tracking, nftables.</summary>
    Netfilter = 12,

    /// <summary>Generic netlink: families looked up by name.</summary>
    Generic = 16,
}
