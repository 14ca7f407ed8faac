using System.Net;
using System.Runtime.CompilerServices;

namespace HaTools.Netlink.Ipvs;

/// <summary>A real server of an IPVS service (linux/ip_vs.h, IPVS_DEST_ATTR_*). Compared by value, counters included.</summary>
public sealed record IpvsDestination
{
    /// <summary>The server's address. Its family may differ from the service's only where packets are tunnelled.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>
    /// The server's port, 0 to 65535. With direct routing and tunnels packets keep the service's port whatever is said here: the kernel
    /// only remembers it (ipvsadm writes the service's port then).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The port is outside the range.</exception>
    public required int Port { get; init => field = InRange(value); }

    /// <summary>How packets reach the server.</summary>
    public IpvsForwardingMethod ForwardingMethod { get; init; }

    /// <summary>The weight, 0 to 65535 (what schedulers take; the field has 31 bits); 0: no new connections.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>New connections stop when there are this many; 0: no limit.</summary>
    public uint UpperThreshold { get; init; }

    /// <summary>They begin again below this many, at most <see cref="UpperThreshold"/>; 0: below three quarters of the upper one.</summary>
    public uint LowerThreshold { get; init; }

    /// <summary>The tunnel's kind; it matters with <see cref="IpvsForwardingMethod.Tunnel"/> only.</summary>
    public IpvsTunnelType TunnelType { get; init; }

    /// <summary>The UDP port of a GUE tunnel, 1 to 65535; 0 for the other kinds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The port is outside the range.</exception>
    public int TunnelPort { get; init => field = InRange(value); }

    /// <summary>The tunnel's checksum options (GUE, GRE).</summary>
    public IpvsTunnelFlags TunnelFlags { get; init; }

    /// <summary>Active (established) connections when it was read.</summary>
    public uint ActiveConnections { get; init; }

    /// <summary>Inactive connections when it was read.</summary>
    public uint InactiveConnections { get; init; }

    /// <summary>Persistence templates that point here when it was read.</summary>
    public uint PersistentConnections { get; init; }

    /// <summary>The counters when it was read; all 0 in a destination to be written.</summary>
    public IpvsStatistics Statistics { get; init; }

    /// <summary>As <c>192.0.2.11:80</c>.</summary>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();

    private static int InRange(int port, [CallerMemberName] string? name = null) => port is >= 0 and <= ushort.MaxValue
        ? port
        : throw new ArgumentOutOfRangeException(name, port, "A port is a number from 0 to 65535.");
}

/// <summary>How packets reach a real server (linux/ip_vs.h, IP_VS_CONN_F_FWD_MASK).</summary>
public enum IpvsForwardingMethod : uint
{
    /// <summary>Addresses are rewritten, both ways (ipvsadm -m).</summary>
    Masquerade = 0,

    /// <summary>The server is this host: set by the kernel on connections.</summary>
    Local = 1,

    /// <summary>In a tunnel (ipvsadm -i).</summary>
    Tunnel = 2,

    /// <summary>Direct routing: the frame goes to the server's hardware address (ipvsadm -g).</summary>
    DirectRoute = 3,

    /// <summary>Past the servers to the client's own goal (transparent cache).</summary>
    Bypass = 4,
}

/// <summary>Kinds of tunnels (linux/ip_vs.h, IP_VS_CONN_F_TUNNEL_TYPE_*).</summary>
public enum IpvsTunnelType : byte
{
    /// <summary>IP in IP.</summary>
    IpIp = 0,

    /// <summary>Generic UDP encapsulation; kernel 5.2.</summary>
    Gue = 1,

    /// <summary>GRE; kernel 5.3.</summary>
    Gre = 2,
}

/// <summary>Checksums in tunnels (linux/ip_vs.h, IP_VS_TUNNEL_ENCAP_FLAG_*); kernel 5.3.</summary>
[Flags]
public enum IpvsTunnelFlags : ushort
{
    /// <summary>No checksum.</summary>
    None = 0,

    /// <summary>A checksum (GUE, GRE).</summary>
    Checksum = 1,

    /// <summary>Remote checksum offload (GUE).</summary>
    RemoteChecksum = 2,
}
