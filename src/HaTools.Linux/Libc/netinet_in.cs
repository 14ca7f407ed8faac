using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>netinet/in.h</summary>
internal static unsafe partial class Libc
{
    public const int IPPROTO_IP = 0;
    public const int IPPROTO_ICMP = 1;
    public const int IPPROTO_UDP = 17;
    public const int IPPROTO_IPV6 = 41;
    public const int IPPROTO_ICMPV6 = 58;
    public const int IPPROTO_AH = 51;
    public const int IPPROTO_VRRP = 112;

    public const int IP_TOS = 1;
    public const int IP_TTL = 2;
    public const int IP_HDRINCL = 3;
    public const int IP_PKTINFO = 8;
    public const int IP_RECVERR = 11;
    public const int IP_RECVTTL = 12;
    public const int IP_FREEBIND = 15;
    public const int IP_MULTICAST_IF = 32;
    public const int IP_MULTICAST_TTL = 33;
    public const int IP_MULTICAST_LOOP = 34;
    public const int IP_ADD_MEMBERSHIP = 35;
    public const int IP_DROP_MEMBERSHIP = 36;
    public const int IP_MULTICAST_ALL = 49;

    public const int IPV6_UNICAST_HOPS = 16;
    public const int IPV6_MULTICAST_IF = 17;
    public const int IPV6_MULTICAST_HOPS = 18;
    public const int IPV6_MULTICAST_LOOP = 19;
    public const int IPV6_JOIN_GROUP = 20;
    public const int IPV6_LEAVE_GROUP = 21;
    public const int IPV6_RECVERR = 25;
    public const int IPV6_V6ONLY = 26;
    public const int IPV6_RECVPKTINFO = 49;
    public const int IPV6_PKTINFO = 50;
    public const int IPV6_RECVHOPLIMIT = 51;
    public const int IPV6_HOPLIMIT = 52;
    public const int IPV6_TCLASS = 67;
}

/// <summary>Addresses and ports are in network byte order.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct sockaddr_in
{
    public ushort sin_family;
    public ushort sin_port;
    public uint sin_addr;
}

/// <summary>Addresses are in network byte order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ip_mreqn
{
    public uint imr_multiaddr;
    public uint imr_address;
    public int imr_ifindex;
}

/// <summary>The port, the flow information and the address are in network byte order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct sockaddr_in6
{
    public ushort sin6_family;
    public ushort sin6_port;
    public uint sin6_flowinfo;
    public fixed byte sin6_addr[16];

    /// <summary>The interface, for link-local addresses and groups.</summary>
    public uint sin6_scope_id;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct in6_pktinfo
{
    public fixed byte ipi6_addr[16];
    public int ipi6_ifindex;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ipv6_mreq
{
    public fixed byte ipv6mr_multiaddr[16];
    public int ipv6mr_interface;
}

/// <summary>Addresses are in network byte order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct in_pktinfo
{
    public int ipi_ifindex;

    /// <summary>When sending: the source.</summary>
    public uint ipi_spec_dst;

    /// <summary>When receiving: the destination of the packet.</summary>
    public uint ipi_addr;
}
