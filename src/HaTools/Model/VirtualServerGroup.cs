namespace HaTools;

/// <summary>
/// Addresses and firewall marks that are served alike (keepalived: <c>virtual_server_group</c>). A service that names the group (<see cref="VirtualServer.Group"/>) is one service of IPVS for each of them,
/// with one set of real servers, checks, quorum and scripts for all. With <see cref="IpvsSettings.GroupMarks"/> its addresses of a family are one service, by a mark of the node's own.
/// </summary>
public sealed record VirtualServerGroup
{
    /// <summary>The name, unique among groups.</summary>
    public required string Name { get; init; }

    /// <summary>What is served; at least one member, and no address and port, and no mark of a family, twice.</summary>
    public required ValueList<VirtualServerGroupMember> Members { get; init; }
}
