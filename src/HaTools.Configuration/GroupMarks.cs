namespace HaTools.Configuration;

/// <summary>
/// Which marks groups have whose addresses are one service of IPVS (<see cref="GroupMarkSettings"/>). IPVS does not ask a marked packet for its protocol, so that each protocol of a group has a
/// mark; both families have the same, as with keepalived (check_nftables.c, <c>set_vs_fwmark</c>). Pure.
/// </summary>
internal static class GroupMarks
{
    /// <summary>What has a mark: the protocol and the group's name.</summary>
    public static string KeyOf(VirtualServer server) => $"{server.Protocol.ToString().ToLowerInvariant()} {server.Group}";

    /// <summary>The virtual servers whose groups have addresses that are to be marked.</summary>
    public static IEnumerable<(VirtualServer Server, VirtualServerGroup Group)> Marked(HaConfiguration configuration)
    {
        if (configuration.Ipvs.GroupMarks is null) yield break;
        foreach (VirtualServer server in configuration.VirtualServers)
        {
            if (server.Group is { } name && configuration.VirtualServerGroups.FirstOrDefault(g => g.Name == name) is { } group && ServicePlaces.IsSound(group) && group.Members.Any(ServicePlaces.CanBeMarked))
                yield return (server, group);
        }
    }

    /// <summary>The marks that services and groups have themselves: packets carry them for a reason of somebody else's.</summary>
    public static IReadOnlySet<uint> Named(HaConfiguration configuration) =>
        configuration.VirtualServers.Select(s => s.FirewallMark).Concat(configuration.VirtualServerGroups.SelectMany(g => g.Members).Select(m => m.FirewallMark)).OfType<uint>().ToHashSet();

    /// <summary>
    /// The marks of a configuration, in its order: who has one keeps it, unless the configuration names it itself; others have the lowest from the start that nobody has. What a group has that goes is not
    /// given to another one at once: its packets would be the other's until the table of nftables is changed.
    /// </summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="former">The marks until now, of groups that go too.</param>
    /// <param name="taken">Marks of services of others.</param>
    public static Dictionary<string, uint> Assign(HaConfiguration configuration, IReadOnlyDictionary<string, uint> former, IReadOnlySet<uint> taken)
    {
        IReadOnlySet<uint> named = Named(configuration);
        HashSet<uint> used = [.. named, .. former.Values, .. taken];
        Dictionary<string, uint> marks = [];
        uint next = configuration.Ipvs.GroupMarks?.Start ?? 1;
        foreach (string key in Marked(configuration).Select(m => KeyOf(m.Server)).Distinct())
        {
            if (former.TryGetValue(key, out uint mark) && !named.Contains(mark))
            {
                marks.Add(key, mark);
                continue;
            }

            // 0 is no mark.
            while (next == 0 || !used.Add(next)) next++;
            marks.Add(key, next);
        }

        return marks;
    }

    /// <summary>The configuration with its virtual servers' marks, of those that have one.</summary>
    public static HaConfiguration Mark(HaConfiguration configuration, IReadOnlyDictionary<string, uint> marks)
    {
        HashSet<VirtualServer> marked = [.. Marked(configuration).Select(m => m.Server)];
        return marked.Count == 0
            ? configuration
            : configuration with { VirtualServers = configuration.VirtualServers.Select(s => marked.Contains(s) && marks.TryGetValue(KeyOf(s), out uint mark) ? s with { GroupMark = mark } : s).ToValueList() };
    }
}
