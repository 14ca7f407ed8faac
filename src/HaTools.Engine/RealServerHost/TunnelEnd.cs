using System.Net.Sockets;
using HaTools.Netlink.Fou;

namespace HaTools.Engine.RealServerHost;

/// <summary>
/// An interface at which the kernel unpacks tunnels from anybody: the one that comes with the tunnel's module, which takes what no tunnel with a peer of its
/// own takes; or one of ours, where that takes too little.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind (IFLA_INFO_KIND).</param>
/// <param name="Module">The kernel's module.</param>
/// <param name="IsOwn">Whether it is to be made: the module does not bring it along.</param>
internal readonly record struct TunnelInterface(string Name, string Kind, string Module, bool IsOwn = false);

/// <summary>What the kernel needs to unpack what directors send by tunnel for an address.</summary>
/// <param name="Interface">Where the packet comes out.</param>
/// <param name="Port">Where GUE packets come in; null: no GUE.</param>
/// <param name="InnerFamily">The family of what comes out.</param>
internal readonly record struct TunnelEnd(TunnelInterface Interface, FouPort? Port, AddressFamily InnerFamily)
{
    public static TunnelEnd Of(TunnelAddress address)
    {
        AddressFamily inner = address.Address.AddressFamily;
        AddressFamily outer = address.OuterFamily switch
        {
            4 => AddressFamily.InterNetwork,
            6 => AddressFamily.InterNetworkV6,
            _ => inner,
        };
        bool over6 = outer == AddressFamily.InterNetworkV6;
        TunnelInterface end = (address.Type, over6) switch
        {
            (TunnelType.Gre, false) => new("gre0", "gre", "ip_gre"),
            (TunnelType.Gre, true) => new("ip6gre0", "ip6gre", "ip6_gre"),

            // ip6tnl0 takes IPv6 alone.
            (_, true) => inner == AddressFamily.InterNetwork ? new("hatun6", "ip6tnl", "ip6_tunnel", IsOwn: true) : new("ip6tnl0", "ip6tnl", "ip6_tunnel"),
            _ => inner == AddressFamily.InterNetwork ? new("tunl0", "ipip", "ipip") : new("sit0", "sit", "sit"),
        };
        return new TunnelEnd(end, address.Type == TunnelType.Gue ? new FouPort(address.Port ?? 0, outer) : null, inner);
    }
}
