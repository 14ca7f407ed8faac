using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of sync groups.</summary>
internal static class GroupRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var instances = new Dictionary<string, VrrpInstance>(StringComparer.Ordinal);
        foreach (VrrpInstance instance in configuration.VrrpInstances) instances.TryAdd(instance.Name, instance);
        CheckSyncGroups(findings, configuration, instances);
    }

    private static void CheckSyncGroups(RuleFindings findings, HaConfiguration configuration, Dictionary<string, VrrpInstance> instances)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var groups = new Dictionary<string, string>(StringComparer.Ordinal);
        var weights = new IgnoredWeights(findings, configuration);
        for (int i = 0; i < configuration.SyncGroups.Count; i++)
        {
            VrrpSyncGroup group = configuration.SyncGroups[i];
            var path = new ModelPath("syncGroups", i);
            CommonRules.UniqueName(findings, path, group.Name, "sync group", names);
            CheckMembers(findings, path, group.Members, instances);
            for (int m = 0; m < group.Members.Count; m++)
            {
                if (groups.TryAdd(group.Members[m], group.Name) || groups[group.Members[m]] == group.Name) continue;
                findings.Error("DuplicateMember", path.Element("members", m), group.Members[m],
                    $"`{group.Members[m]}` belongs to the sync group `{groups[group.Members[m]]}` already; an instance has one at most.");
            }
            VrrpInstance[] members = [.. group.Members.Where(instances.ContainsKey).Distinct().Select(m => instances[m])];
            if (group.Members.Count == 0) findings.Error("EmptyGroup", path, group.Name, $"The sync group `{group.Name}` has no members.");
            else if (group.Members.Count == 1)
                findings.Warning("SingleMember", path, group.Name, $"The sync group `{group.Name}` has one member: there is nobody to change state with.");
            CheckOwners(findings, path, group, members);
            weights.Check(group);
        }
    }

    private static void CheckMembers(
        RuleFindings findings, ModelPath path, ValueList<string> members, Dictionary<string, VrrpInstance> instances)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int m = 0; m < members.Count; m++)
        {
            string name = members[m];
            if (!instances.ContainsKey(name))
                findings.Error("UnknownInstance", path.Element("members", m), name,
                    $"There is no VRRP instance `{name}`.{Suggestion.Sentence(name, instances.Keys)}");
            if (!seen.Add(name)) findings.Error("DuplicateName", path.Element("members", m), name, $"`{name}` stands here already.");
        }
    }

    private static void CheckOwners(RuleFindings findings, ModelPath path, VrrpSyncGroup group, VrrpInstance[] members)
    {
        int owners = members.Count(m => m.Priority == 255);
        if (owners > 0 && owners < members.Length)
            findings.Warning("MixedOwners", path, group.Name,
                $"Some members of `{group.Name}` own their addresses (255) and some do not: an owner takes over whatever the others do.");
    }
}
