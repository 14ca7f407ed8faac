using System.Net;

namespace HaTools.Netlink.Route;

/// <summary>
/// An address to put on an interface or to take away (RTM_NEWADDR, RTM_DELADDR; linux/if_addr.h). <c>default</c> is not a valid request.
/// </summary>
/// <param name="Index">The interface's index, from 1.</param>
/// <param name="Address">The address, IPv4 or IPv6 (IFA_LOCAL).</param>
/// <param name="PrefixLength">0 to 32 (IPv4) or 128 (IPv6); with a peer, of the peer's subnet. Part of the address's identity: 192.0.2.1/24 and
/// 192.0.2.1/32 may both be there.</param>
public readonly record struct AddressRequest(int Index, IPAddress Address, int PrefixLength)
{
    /// <summary>
    /// The other end of a point-to-point link (IFA_ADDRESS), of the same family; the kernel then makes the route to its subnet. Null: none.
    /// Part of the identity of an IPv4 address.
    /// </summary>
    public IPAddress? Peer { get; init; }

    /// <summary>The label (IFA_LABEL, IPv4 only): up to 15 bytes; the kernel's default is the interface's name. Null: not given.</summary>
    public string? Label { get; init; }

    /// <summary>The scope. The kernel ignores it for IPv6, where it follows from the address.</summary>
    public RouteScope Scope { get; init; }

    /// <summary>The broadcast address (IFA_BROADCAST, IPv4 only); null: none is set.</summary>
    public IPAddress? Broadcast { get; init; }

    /// <summary>
    /// The flags to ask for: of use are <see cref="AddressFlags.NoPrefixRoute"/>, <see cref="AddressFlags.MulticastAutoJoin"/> (for a multicast
    /// address), and for IPv6 <see cref="AddressFlags.NoDad"/>, <see cref="AddressFlags.HomeAddress"/> and
    /// <see cref="AddressFlags.ManageTemporary"/> (for a /64).
    /// </summary>
    public AddressFlags Flags { get; init; }

    /// <summary>Seconds from now until the kernel takes the address away, from 1; null: it stays for ever.</summary>
    public uint? ValidLifetime { get; init; }

    /// <summary>
    /// Seconds from now for which the address is preferred as a source, at most <see cref="ValidLifetime"/>; null: as long as it is valid.
    /// 0: it is deprecated at once, so that the kernel does not choose it as a source by itself.
    /// </summary>
    public uint? PreferredLifetime { get; init; }

    /// <summary>Who made it (IFA_PROTO, /etc/iproute2/rt_addrprotos); kernels before 5.18 forget it. 0: not said.</summary>
    public byte Protocol { get; init; }

    /// <summary>As <c>192.0.2.1/24 on interface 2</c>.</summary>
    public override string ToString() => Peer is null ? $"{Address}/{PrefixLength} on interface {Index}" : $"{Address} peer {Peer}/{PrefixLength} on interface {Index}";
}
