namespace HaTools.Configuration;

/// <summary>Differences of groups of virtual servers: each member that comes or goes is a change, which is one of a service of IPVS for each address and each service that names the group.</summary>
internal static class VirtualServerGroupDiff
{
    private const string Kind = "VirtualServerGroup";
    private const string MemberKind = "VirtualServerGroupMember";

    /// <summary>What comes stands before services name it.</summary>
    public static void AddAndCompare(List<HaChange> changes, HaConfiguration before, HaConfiguration after)
    {
        Matched<string, VirtualServerGroup> groups = Match(before, after);
        foreach (VirtualServerGroup group in groups.Added)
        {
            ConfigurationDiff.Add(changes, Kind, group.Name, null);
            foreach (VirtualServerGroupMember member in group.Members) ConfigurationDiff.Add(changes, MemberKind, $"{group.Name} {member}", null);
        }

        foreach ((VirtualServerGroup old, VirtualServerGroup now) in groups.Kept)
        {
            if (old == now) continue;
            var members = Matched<VirtualServerGroupMember, VirtualServerGroupMember>.Match(old.Members, now.Members, m => m);
            foreach (VirtualServerGroupMember member in members.Added) ConfigurationDiff.Add(changes, MemberKind, $"{now.Name} {member}", null);
            foreach (VirtualServerGroupMember member in members.Removed) ConfigurationDiff.Remove(changes, MemberKind, $"{now.Name} {member}", null);
        }
    }

    /// <summary>What goes has been named until then.</summary>
    public static void Remove(List<HaChange> changes, HaConfiguration before, HaConfiguration after)
    {
        foreach (VirtualServerGroup group in Match(before, after).Removed)
        {
            foreach (VirtualServerGroupMember member in group.Members) ConfigurationDiff.Remove(changes, MemberKind, $"{group.Name} {member}", null);
            ConfigurationDiff.Remove(changes, Kind, group.Name, null);
        }
    }

    private static Matched<string, VirtualServerGroup> Match(HaConfiguration before, HaConfiguration after) =>
        Matched<string, VirtualServerGroup>.Match(before.VirtualServerGroups, after.VirtualServerGroups, g => g.Name);
}
