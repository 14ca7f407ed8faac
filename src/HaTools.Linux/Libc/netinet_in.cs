using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>netinet/in.h</summary>
internal static unsafe partial class Libc
{
    public const int IPPROTO_IP = 0;
    public const int IPPROTO_VRRP = 112;

    public const int IP_HDRINCL = 3;
    public const int IP_MULTICAST_IF = 32;
    public const int IP_MULTICAST_TTL = 33;
    public const int IP_MULTICAST_LOOP = 34;
    public const int IP_ADD_MEMBERSHIP = 35;
    public const int IP_MULTICAST_ALL = 49;
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
