using System.Net;
using System.Net.NetworkInformation;
using HaTools.Netlink.Route;

namespace HaTools.Engine.VirtualInterfaces;

/// <summary>A virtual interface that the configuration asks for.</summary>
internal sealed record PlannedInterface
{
    public required string Name { get; init; }

    /// <summary>The interface that it stands on.</summary>
    public required string Parent { get; init; }

    public required VirtualInterfaceKind Kind { get; init; }

    /// <summary>A macvlan's MAC address; null: an ipvlan, which has its parent's.</summary>
    public PhysicalAddress? MacAddress { get; init; }

    /// <summary>4 or 6: the family of the virtual router whose it is.</summary>
    public required int Family { get; init; }

    /// <summary>The instance that it was first asked for by.</summary>
    public required string Instance { get; init; }

    /// <summary>What its generated name begins with; null: the name is the configuration's.</summary>
    public string? Prefix { get; init; }

    /// <summary>The interface group; null: the parent's.</summary>
    public uint? Group { get; init; }

    public IpvlanMode Mode { get; init; }

    /// <summary>The address that it has for itself, which adverts come from: an ipvlan's; for IPv6 one that the configuration names. null: none.</summary>
    public IPAddress? Address { get; init; }

    public int PrefixLength { get; init; }

    /// <summary>Whether adverts of IPv6 leave from here, so that it needs a link-local address that is not virtual.</summary>
    public bool NeedsLinkLocal { get; init; }

    /// <summary>Whether addresses of IPv4 stand on it.</summary>
    public bool HasIpv4 { get; init; }

    /// <summary>Whether addresses or adverts of IPv6 use it; otherwise IPv6 is off there.</summary>
    public bool HasIpv6 { get; init; }

    /// <summary>Whether an interface of its name is what was planned, and not something else that somebody calls by that name.</summary>
    public bool IsLike(LinkInfo link) => Kind == VirtualInterfaceKind.Macvlan
        ? link is { Kind: LinkRequest.Macvlan, MacvlanMode: MacvlanMode.Private } && link.HardwareAddress.Equals(MacAddress)
        : link is { Kind: LinkRequest.Ipvlan, IpvlanLayer: IpvlanLayer.L2 } && (int)link.IpvlanFlags == (int)Mode;

    /// <summary>Whether two are the same interface of the kernel's, whatever they are called.</summary>
    public bool IsSameAs(PlannedInterface other) =>
        Parent == other.Parent && Kind == other.Kind && Equals(MacAddress, other.MacAddress) && (MacAddress is not null || Instance == other.Instance);
}
