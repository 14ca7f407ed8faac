namespace HaTools;

/// <summary>How packets are wrapped on their way to a real server (linux/ip_vs.h, IP_VS_CONN_F_TUNNEL_TYPE_* and IP_VS_TUNNEL_ENCAP_FLAG_*).</summary>
public sealed record IpvsTunnel
{
    /// <summary>The kind of tunnel.</summary>
    public TunnelType Type { get; init; } = TunnelType.Ipip;

    /// <summary>The UDP port that a GUE tunnel ends at, 1 to 65535; 0 for the other kinds.</summary>
    public int Port { get; init; }

    /// <summary>The checksum of what is wrapped around: GUE and GRE have one.</summary>
    public TunnelChecksum Checksum { get; init; }
}

/// <summary>Checksums of tunnels; the numbers are the kernel's. Since Linux 5.3.</summary>
public enum TunnelChecksum
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Of the whole packet.</summary>
    Full = 1,

    /// <summary>Of the whole packet, in place of that of the packet inside (remote checksum offload); GUE alone has it.</summary>
    Remote = 2,
}
