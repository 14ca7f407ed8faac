using System.Net;
using System.Net.NetworkInformation;

namespace HaTools;

/// <summary>An interface made for an instance on top of its own: the virtual router's MAC address (RFC 9568 section 7.3), or an ipvlan.</summary>
public sealed record VirtualInterface
{
    /// <summary>The kind.</summary>
    public VirtualInterfaceKind Kind { get; init; } = VirtualInterfaceKind.Macvlan;

    /// <summary>
    /// The name, up to 15 bytes; null: <c>vrrp.VRID</c>, and where another instance has that <c>vrrp1.VRID</c>, <c>vrrp2.VRID</c> … (for IPv6
    /// <c>vrrp6.VRID</c> first); <see cref="HaConfiguration.VirtualMacPrefix"/> says otherwise.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>Macvlan: the MAC address; null: 00-00-5e-00-01-VRID, for IPv6 00-00-5e-00-02-VRID.</summary>
    public PhysicalAddress? MacAddress { get; init; }

    /// <summary>Ipvlan: its own address, which adverts come from; null (IPv6 only): the link-local one.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Ipvlan: the prefix length of <see cref="Address"/>; null: a host address.</summary>
    public int? PrefixLength { get; init; }

    /// <summary>Ipvlan: how ipvlans of one parent see each other.</summary>
    public IpvlanMode Mode { get; init; } = IpvlanMode.Bridge;

    /// <summary>Whether adverts are sent and heard on the parent instead (keepalived: <c>vmac_xmit_base</c>).</summary>
    public bool TransmitOnBase { get; init; }

    /// <summary>The interface group, a number; null: the parent's.</summary>
    public uint? Group { get; init; }
}

/// <summary>Kinds of interfaces on top of another.</summary>
public enum VirtualInterfaceKind
{
    /// <summary>A macvlan in private mode (keepalived: <c>use_vmac</c>).</summary>
    Macvlan,

    /// <summary>An ipvlan in mode L2 (keepalived: <c>use_ipvlan</c>).</summary>
    Ipvlan,
}

/// <summary>Ipvlan's flags; the numbers are the kernel's (linux/if_link.h, IPVLAN_F_*).</summary>
public enum IpvlanMode
{
    /// <summary>They reach each other.</summary>
    Bridge = 0,

    /// <summary>They do not.</summary>
    Private = 1,

    /// <summary>By way of the switch outside.</summary>
    Vepa = 2,
}
