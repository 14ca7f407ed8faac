using System.Net;
using System.Net.Sockets;

namespace HaTools.Netlink.Route;

/// <summary>An address as the kernel has it (RTM_NEWADDR; linux/if_addr.h).</summary>
public sealed record AddressInfo
{
    /// <summary>The interface's index.</summary>
    public required int Index { get; init; }

    /// <summary>The address of this host (IFA_LOCAL; IPv6: IFA_ADDRESS where there is no IFA_LOCAL).</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The prefix length, 0 to 32 (IPv4) or 128 (IPv6).</summary>
    public required int PrefixLength { get; init; }

    /// <summary>The other end of a point-to-point link (IFA_ADDRESS where it differs from IFA_LOCAL); null: none.</summary>
    public IPAddress? Peer { get; init; }

    /// <summary>The label; the interface's name unless another was asked for; null for IPv6.</summary>
    public string? Label { get; init; }

    /// <summary>The scope.</summary>
    public RouteScope Scope { get; init; }

    /// <summary>The broadcast address; null: none is set.</summary>
    public IPAddress? Broadcast { get; init; }

    /// <summary>The flags.</summary>
    public AddressFlags Flags { get; init; }

    /// <summary>Seconds until the kernel takes the address away, when it was read; null: for ever.</summary>
    public uint? ValidLifetime { get; init; }

    /// <summary>Seconds until the address is deprecated, when it was read; 0: it is; null: never.</summary>
    public uint? PreferredLifetime { get; init; }

    /// <summary>Who made it (IFA_PROTO; 1 to 3: the kernel); 0: not said, or a kernel before 5.18.</summary>
    public byte Protocol { get; init; }

    /// <summary>
    /// Whether an earlier address of the same subnet on the interface is its primary (IPv4). When that one goes, so does this one,
    /// unless <c>net.ipv4.conf.*.promote_secondaries</c> is set.
    /// </summary>
    public bool IsSecondary => Address.AddressFamily == AddressFamily.InterNetwork && (Flags & AddressFlags.Secondary) != 0;

    /// <summary>As <c>192.0.2.1/24 on interface 2</c>.</summary>
    public override string ToString() => $"{Address}/{PrefixLength} on interface {Index}";
}
