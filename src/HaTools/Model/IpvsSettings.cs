namespace HaTools;

/// <summary>
/// What holds for the kernel's IPVS as a whole, in the node's network namespace, while the node runs. What is null is left as the kernel has it; what was there before
/// comes back when the node stops.
/// </summary>
public sealed record IpvsSettings
{
    /// <summary>Nothing is asked for.</summary>
    public static IpvsSettings None { get; } = new();

    /// <summary>
    /// How long an established TCP connection is kept without a packet (keepalived: <c>lvs_timeouts tcp</c>; ipvsadm: <c>--set</c>): whole seconds, 1 s to 31 days. A
    /// kernel that counts time finely refuses the longest (net/netfilter/ipvs/ip_vs_ctl.c: 2^31 of its ticks).
    /// </summary>
    public TimeSpan? TcpTimeout { get; init; }

    /// <summary>The same for a TCP connection after a FIN (keepalived: <c>lvs_timeouts tcpfin</c>).</summary>
    public TimeSpan? TcpFinTimeout { get; init; }

    /// <summary>The same for what UDP has in place of connections (keepalived: <c>lvs_timeouts udp</c>).</summary>
    public TimeSpan? UdpTimeout { get; init; }

    /// <summary>Parameters of IPVS (<c>net.ipv4.vs</c>; keepalived sets none). Names are unique.</summary>
    public ValueList<IpvsParameterSetting> Parameters { get; init; } = [];

    /// <summary>What becomes of services that neither this configuration nor another node of the network namespace names.</summary>
    public IpvsForeignPolicy Foreign { get; init; }

    /// <summary>What becomes of what others change.</summary>
    public IpvsDriftPolicy Drift { get; init; }

    /// <summary>By which marks of the node's own the addresses of groups are one service (keepalived: <c>nftables_ipvs</c>); null: each address is a service.</summary>
    public GroupMarkSettings? GroupMarks { get; init; }
}
