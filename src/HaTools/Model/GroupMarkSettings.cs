namespace HaTools;

/// <summary>
/// How the addresses of a <see cref="VirtualServerGroup"/> become one service of IPVS for each family (keepalived: <c>nftables_ipvs</c>): a table of nftables marks the packets to them, of each
/// virtual server's protocol by a mark of its own, and IPVS serves the mark. A member of every port (0) stays a service of its own, and so do marks that the group has itself.
/// </summary>
public sealed record GroupMarkSettings
{
    /// <summary>The name of the nftables table; null: hatools_ipvs_NODE.</summary>
    public string? Table { get; init; }

    /// <summary>The priority of its chain at the input hook, at most 98: IPVS looks for its services at 99 (ip_vs_core.c, <c>NF_IP_PRI_NAT_SRC - 1</c>).</summary>
    public int Priority { get; init; } = -1;

    /// <summary>
    /// The first mark that is given away, from 1. A mark that a service or a group has itself, or that a service of others in the network namespace has, is passed over; a group keeps the mark that it has.
    /// </summary>
    public uint Start { get; init; } = 1000;
}
