namespace HaTools;

/// <summary>How a director packs what it sends to a real server by tunnel (linux/ip_vs.h, IP_VS_CONN_F_TUNNEL_TYPE_*); the numbers are the kernel's.</summary>
public enum TunnelType
{
    /// <summary>IP in IP (RFC 2003; with IPv6 RFC 2473, RFC 4213).</summary>
    Ipip = 0,

    /// <summary>Generic UDP encapsulation (draft-ietf-intarea-gue), from kernel 5.2.</summary>
    Gue = 1,

    /// <summary>Generic routing encapsulation (RFC 2784), from kernel 5.3.</summary>
    Gre = 2,
}
