using System.Net.NetworkInformation;

namespace HaTools.Netlink.Route;

/// <summary>A network interface as the kernel has it (RTM_NEWLINK; linux/if_link.h).</summary>
public sealed record LinkInfo
{
    /// <summary>The interface's index, from 1.</summary>
    public required int Index { get; init; }

    /// <summary>The interface's name, up to 15 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>The flags.</summary>
    public LinkFlags Flags { get; init; }

    /// <summary>The operational state (RFC 2863).</summary>
    public LinkOperationalState OperationalState { get; init; }

    /// <summary>The hardware type (linux/if_arp.h): 1 Ethernet, 772 loopback, 776 sit …</summary>
    public int HardwareType { get; init; }

    /// <summary>The hardware address; empty where the interface has none.</summary>
    public PhysicalAddress HardwareAddress { get; init; } = PhysicalAddress.None;

    /// <summary>The largest packet in bytes.</summary>
    public int Mtu { get; init; }

    /// <summary>The interface that this one is stacked on (IFLA_LINK: a VLAN's or MACVLAN's parent, a veth's other end); 0: none.</summary>
    public int Parent { get; init; }

    /// <summary>The bridge, bond or VRF that it belongs to (IFLA_MASTER); 0: none.</summary>
    public int Controller { get; init; }

    /// <summary>The driver's kind (IFLA_INFO_KIND): <c>veth</c>, <c>vlan</c>, <c>dummy</c> …; null for hardware and <c>lo</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>
    /// The namespace that <see cref="Parent"/> is in, by this namespace's number for it (IFLA_LINK_NETNSID); null: in this one.
    /// </summary>
    public int? ParentNamespace { get; init; }

    /// <summary>The group (IFLA_GROUP), which <c>ip link</c> and firewalls can speak of; 0: the default one.</summary>
    public uint Group { get; init; }

    /// <summary>A macvlan's mode (IFLA_MACVLAN_MODE); null: it is none.</summary>
    public MacvlanMode? MacvlanMode { get; init; }

    /// <summary>An ipvlan's layer (IFLA_IPVLAN_MODE); null: it is none.</summary>
    public IpvlanLayer? IpvlanLayer { get; init; }

    /// <summary>An ipvlan's flags (IFLA_IPVLAN_FLAGS).</summary>
    public IpvlanFlags IpvlanFlags { get; init; }

    /// <summary>A VRF's routing table (IFLA_VRF_TABLE); 0: it is none.</summary>
    public uint VrfTable { get; init; }

    /// <summary>
    /// How its IPv6 link-local address comes about (IFLA_INET6_ADDR_GEN_MODE); null: the kernel did not say, since IPv6 is not there.
    /// </summary>
    public Ipv6AddressGeneration? AddressGeneration { get; init; }

    /// <summary>Whether the administrator has set it up (IFF_UP).</summary>
    public bool IsUp => (Flags & LinkFlags.Up) != 0;

    /// <summary>Whether it can carry packets now (IFF_RUNNING: up, and the operational state is Up or Unknown).</summary>
    public bool IsRunning => (Flags & LinkFlags.Running) != 0;

    /// <summary>As <c>eth0 (2)</c>.</summary>
    public override string ToString() => $"{Name} ({Index})";
}

/// <summary>Flags of an interface (linux/if.h, IFF_*).</summary>
[Flags]
public enum LinkFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>Set up by the administrator.</summary>
    Up = 0x1,

    /// <summary>Has a broadcast address.</summary>
    Broadcast = 0x2,

    /// <summary>The loopback interface.</summary>
    Loopback = 0x8,

    /// <summary>A point-to-point link.</summary>
    PointToPoint = 0x10,

    /// <summary>Can carry packets.</summary>
    Running = 0x40,

    /// <summary>Does not do ARP.</summary>
    NoArp = 0x80,

    /// <summary>Receives everything.</summary>
    Promiscuous = 0x100,

    /// <summary>Does multicast.</summary>
    Multicast = 0x1000,

    /// <summary>The driver sees a carrier.</summary>
    LowerUp = 0x10000,

    /// <summary>Dormant (802.1X and the like).</summary>
    Dormant = 0x20000,
}

/// <summary>RFC 2863 operational states (linux/if.h, IF_OPER_*).</summary>
public enum LinkOperationalState : byte
{
    /// <summary>The driver does not say (as <c>lo</c>).</summary>
    Unknown = 0,

    /// <summary>The device is gone.</summary>
    NotPresent = 1,

    /// <summary>Down.</summary>
    Down = 2,

    /// <summary>The interface that it is stacked on is down.</summary>
    LowerLayerDown = 3,

    /// <summary>Testing.</summary>
    Testing = 4,

    /// <summary>Waits for something (802.1X).</summary>
    Dormant = 5,

    /// <summary>Up.</summary>
    Up = 6,
}
