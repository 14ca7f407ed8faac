using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>netpacket/packet.h</summary>
[StructLayout(LayoutKind.Sequential, Size = 20)]
internal unsafe struct sockaddr_ll
{
    public ushort sll_family;

    /// <summary>Network byte order.</summary>
    public ushort sll_protocol;
    public int sll_ifindex;
    public ushort sll_hatype;
    public byte sll_pkttype;
    public byte sll_halen;
    public fixed byte sll_addr[8];
}
