namespace HaTools.Netlink.Route;

/// <summary>Flags of an address (linux/if_addr.h, IFA_F_*).</summary>
[Flags]
public enum AddressFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>IPv4: an earlier address of the same subnet is the primary. (IPv6: a temporary address.)</summary>
    Secondary = 0x01,

    /// <summary>IPv6: no duplicate address detection.</summary>
    NoDad = 0x02,

    /// <summary>IPv6: usable while duplicate address detection runs.</summary>
    Optimistic = 0x04,

    /// <summary>IPv6: duplicate address detection found another owner.</summary>
    DadFailed = 0x08,

    /// <summary>IPv6: a mobile node's home address.</summary>
    HomeAddress = 0x10,

    /// <summary>The preferred lifetime is over.</summary>
    Deprecated = 0x20,

    /// <summary>IPv6: duplicate address detection is running.</summary>
    Tentative = 0x40,

    /// <summary>The valid lifetime is infinite.</summary>
    Permanent = 0x80,

    /// <summary>IPv6: temporary addresses are derived from it.</summary>
    ManageTemporary = 0x100,

    /// <summary>The kernel makes no route to the address's subnet.</summary>
    NoPrefixRoute = 0x200,

    /// <summary>Multicast groups are joined by the address.</summary>
    MulticastAutoJoin = 0x400,

    /// <summary>IPv6: made by RFC 7217.</summary>
    StablePrivacy = 0x800,
}
