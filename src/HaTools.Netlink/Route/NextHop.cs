using System.Net;

namespace HaTools.Netlink.Route;

/// <summary>One of the ways of a route that has several (struct rtnexthop in RTA_MULTIPATH).</summary>
public sealed record NextHop
{
    /// <summary>The gateway; for an IPv4 route an IPv6 one, too (RTA_VIA); null: the destination is on the link.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>The index of the outgoing interface; 0: the kernel finds it by the gateway.</summary>
    public int Interface { get; init; }

    /// <summary>Its share against the others', 1 to 256.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Whether the gateway counts as on the link though no address says so (RTNH_F_ONLINK).</summary>
    public bool OnLink { get; init; }

    /// <summary>IPv4: the destination realm in the low 16 bits, the source realm in the high (RTA_FLOW); null: none.</summary>
    public uint? Realms { get; init; }

    /// <summary>The tunnel that packets go into; null: none.</summary>
    public TunnelEncapsulation? Encapsulation { get; init; }

    /// <summary>Whether a way that was read is what another asks for; what the other leaves to the kernel is not compared.</summary>
    internal bool Satisfies(NextHop wanted) =>
        Equals(Gateway, wanted.Gateway) && (wanted.Interface == 0 || wanted.Interface == Interface) && Weight == wanted.Weight
        && OnLink == wanted.OnLink && (Realms ?? 0) == (wanted.Realms ?? 0)
        && TunnelEncapsulation.Same(Encapsulation, wanted.Encapsulation);
}

/// <summary>A light-weight tunnel of a route: packets are wrapped in IPv4 or IPv6 (linux/lwtunnel.h, LWTUNNEL_ENCAP_IP, _IP6).</summary>
public sealed record TunnelEncapsulation
{
    /// <summary>True: in IPv6 (<c>encap ip6</c>); false: in IPv4 (<c>encap ip</c>).</summary>
    public bool InIpv6 { get; init; }

    /// <summary>The tunnel's id (a VNI, a GRE key …); the kernel reads "none" as 0.</summary>
    public ulong? Id { get; init; }

    /// <summary>The outer source; null: unspecified.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>The outer destination; null: unspecified.</summary>
    public IPAddress? Destination { get; init; }

    /// <summary>The outer TTL or hop limit; null: 0, the kernel's default.</summary>
    public byte? Ttl { get; init; }

    /// <summary>The outer TOS or traffic class; null: 0.</summary>
    public byte? Tos { get; init; }

    /// <summary>TUNNEL_* bits (linux/if_tunnel.h): 1 checksum, 4 key, 8 sequence numbers …; null: 0.</summary>
    public ushort? Flags { get; init; }

    /// <summary>Whether two mean the same to the kernel, which does not tell "not given" from 0.</summary>
    internal static bool Same(TunnelEncapsulation? a, TunnelEncapsulation? b)
    {
        if (a is null || b is null) return a is null && b is null;
        return a.InIpv6 == b.InIpv6 && (a.Id ?? 0) == (b.Id ?? 0) && SameAddress(a.Source, b.Source)
            && SameAddress(a.Destination, b.Destination) && (a.Ttl ?? 0) == (b.Ttl ?? 0) && (a.Tos ?? 0) == (b.Tos ?? 0)
            && (a.Flags ?? 0) == (b.Flags ?? 0);
    }

    private static bool SameAddress(IPAddress? a, IPAddress? b) =>
        Equals(a, b) || (IsUnspecified(a) && IsUnspecified(b));

    private static bool IsUnspecified(IPAddress? a) => a is null || a.Equals(IPAddress.Any) || a.Equals(IPAddress.IPv6Any);
}
