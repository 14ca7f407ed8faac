using System.Net.NetworkInformation;
using System.Text;

namespace HaTools.Netlink.Route;

/// <summary>An interface to make (RTM_NEWLINK; linux/if_link.h).</summary>
public sealed record LinkRequest
{
    /// <summary>A virtual Ethernet interface with a MAC address of its own on top of another (drivers/net/macvlan.c).</summary>
    public const string Macvlan = "macvlan";

    /// <summary>An interface on top of another that shares its MAC address (Documentation/networking/ipvlan.rst).</summary>
    public const string Ipvlan = "ipvlan";

    /// <summary>A routing domain that interfaces can belong to (Documentation/networking/vrf.rst).</summary>
    public const string Vrf = "vrf";

    /// <summary>A tunnel of IP in IPv4 (man 8 ip-link, <c>ipip</c>).</summary>
    public const string Ipip = "ipip";

    /// <summary>A tunnel of IP in IPv6 (man 8 ip-link, <c>ip6tnl</c>).</summary>
    public const string Ip6Tunnel = "ip6tnl";

    /// <summary>Its name, 1 to 15 bytes, without <c>/</c>, <c>:</c> and blanks.</summary>
    public required string Name { get; init; }

    /// <summary>The driver's kind (IFLA_INFO_KIND): <see cref="Macvlan"/>, <see cref="Ipvlan"/>, <see cref="Vrf"/>, <c>dummy</c> …</summary>
    public required string Kind { get; init; }

    /// <summary>The index of the interface that it is to stand on (IFLA_LINK); 0: none.</summary>
    public int Parent { get; init; }

    /// <summary>The index of the bridge, bond or VRF that it is to belong to (IFLA_MASTER); 0: none.</summary>
    public int Controller { get; init; }

    /// <summary>Its hardware address, 6 bytes; null: the kernel chooses one.</summary>
    public PhysicalAddress? HardwareAddress { get; init; }

    /// <summary>Its group (IFLA_GROUP); null: the default one, 0.</summary>
    public uint? Group { get; init; }

    /// <summary>A macvlan's mode; null: the kernel's default (VEPA).</summary>
    public MacvlanMode? MacvlanMode { get; init; }

    /// <summary>An ipvlan's layer; null: the kernel's default (L3).</summary>
    public IpvlanLayer? IpvlanLayer { get; init; }

    /// <summary>An ipvlan's flags, which all ipvlans of a parent share; they need <see cref="IpvlanLayer"/>.</summary>
    public IpvlanFlags IpvlanFlags { get; init; }

    /// <summary>A VRF's routing table, from 1; a VRF needs one.</summary>
    public uint? VrfTable { get; init; }

    /// <summary>
    /// Of a tunnel of kind <see cref="Ipip"/> or <see cref="Ip6Tunnel"/>: it takes, and whatever is inside, the packets that no tunnel with a peer takes
    /// (IFLA_IPTUN_COLLECT_METADATA; <c>ip link add … external</c>). A namespace has one of a kind.
    /// </summary>
    public bool External { get; init; }

    /// <summary>Whether it is to be set up at once. Its hardware address then makes an IPv6 link-local address as well, unless IPv6 is off.</summary>
    public bool Up { get; init; }

    internal bool HasData => MacvlanMode is not null || IpvlanLayer is not null || VrfTable is not null || External;

    internal void Validate()
    {
        LinkName.Check(Name, nameof(Name));
        if (string.IsNullOrEmpty(Kind)) throw new ArgumentException($"{Name}: an interface is of some kind.", nameof(Kind));
        if (Parent < 0 || Controller < 0) throw new ArgumentException($"{Name}: the index of an interface is not below 0.", nameof(Parent));
        if (HardwareAddress is { } address) LinkName.Check(Name, address);
        if (MacvlanMode is not null && Kind != Macvlan) throw Foreign(nameof(MacvlanMode));
        if ((IpvlanLayer is not null || IpvlanFlags != IpvlanFlags.Bridge) && Kind != Ipvlan) throw Foreign(nameof(IpvlanLayer));
        if (IpvlanLayer is null && IpvlanFlags != IpvlanFlags.Bridge)
            throw new ArgumentException($"{Name}: flags of an ipvlan go with its layer.", nameof(IpvlanFlags));
        if (VrfTable is not null && Kind != Vrf) throw Foreign(nameof(VrfTable));
        if (External && Kind is not (Ipip or Ip6Tunnel)) throw Foreign(nameof(External));
    }

    private ArgumentException Foreign(string property) => new($"{Name}: {property} does not belong to a {Kind}.", property);
}

/// <summary>What to change of an interface (RTM_SETLINK); what is null stays as it is.</summary>
public sealed record LinkChange
{
    /// <summary>Another name; the interface must be down for it (but for kernels from 6.2).</summary>
    public string? Name { get; init; }

    /// <summary>True: set it up; false: down.</summary>
    public bool? Up { get; init; }

    /// <summary>Another hardware address, 6 bytes.</summary>
    public PhysicalAddress? HardwareAddress { get; init; }

    /// <summary>The index of the bridge, bond or VRF that it is to belong to; 0: none.</summary>
    public int? Controller { get; init; }

    /// <summary>Another group.</summary>
    public uint? Group { get; init; }

    /// <summary>
    /// How its IPv6 link-local address comes about (<c>ip link set addrgenmode</c>). The kernel does not take it when it makes an interface:
    /// set it while the interface is down, or the address of the mode before is there already.
    /// </summary>
    public Ipv6AddressGeneration? AddressGeneration { get; init; }

    internal void Validate()
    {
        if (Name is not null) LinkName.Check(Name, nameof(Name));
        if (HardwareAddress is { } address) LinkName.Check(Name ?? "the interface", address);
        if (Controller < 0) throw new ArgumentException("The index of an interface is not below 0.", nameof(Controller));
    }
}

internal static class LinkName
{
    /// <summary>As the kernel's dev_valid_name (net/core/dev.c) has it.</summary>
    public static void Check(string name, string parameter)
    {
        bool valid = name is not (null or "" or "." or "..") && Encoding.UTF8.GetByteCount(name) < linux_if_link.IFNAMSIZ
            && !name.Any(c => c is '/' or ':' || char.IsWhiteSpace(c));
        if (!valid) throw new ArgumentException($"'{name}' is no name of an interface: 1 to 15 bytes without '/', ':' and blanks.", parameter);
    }

    public static void Check(string name, PhysicalAddress address)
    {
        if (address.GetAddressBytes().Length != 6) throw new ArgumentException($"{name}: a hardware address has 6 bytes.", nameof(address));
    }
}

/// <summary>How macvlans of one parent see each other (linux/if_link.h, MACVLAN_MODE_*).</summary>
public enum MacvlanMode
{
    /// <summary>They do not. What comes in with a source address of one of them is given to that one alone.</summary>
    Private = 1,

    /// <summary>By way of the switch outside, if that sends it back.</summary>
    Vepa = 2,

    /// <summary>They reach each other.</summary>
    Bridge = 4,

    /// <summary>The only one has the parent for itself.</summary>
    Passthrough = 8,

    /// <summary>By a list of source addresses.</summary>
    Source = 16,
}

/// <summary>How far an ipvlan is a network of its own (linux/if_link.h, enum ipvlan_mode).</summary>
public enum IpvlanLayer
{
    /// <summary>It has broadcasts and multicasts, as an Ethernet interface.</summary>
    L2 = 0,

    /// <summary>It only routes; it has no multicasts.</summary>
    L3 = 1,

    /// <summary>As L3, with the parent's connection tracking.</summary>
    L3S = 2,
}

/// <summary>How ipvlans of one parent see each other (linux/if_link.h, IPVLAN_F_*).</summary>
[Flags]
public enum IpvlanFlags
{
    /// <summary>They reach each other.</summary>
    Bridge = 0,

    /// <summary>They do not.</summary>
    Private = 1,

    /// <summary>By way of the switch outside.</summary>
    Vepa = 2,
}

/// <summary>How an interface comes by its IPv6 link-local address (linux/if_link.h, enum in6_addr_gen_mode).</summary>
public enum Ipv6AddressGeneration
{
    /// <summary>From the hardware address (RFC 4291 appendix A).</summary>
    Eui64 = 0,

    /// <summary>Not at all, and no address is made from a router's prefix either.</summary>
    None = 1,

    /// <summary>From a secret (RFC 7217).</summary>
    StablePrivacy = 2,

    /// <summary>As StablePrivacy, with a secret made anew at each boot.</summary>
    Random = 3,
}
