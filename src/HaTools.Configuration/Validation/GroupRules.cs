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
            CheckWeights(findings, configuration, path, group, members);
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

    // keepalived.conf(5): members differ in no weight of their own, unless sync_group_tracking_weight is set.
    private static void CheckWeights(
        RuleFindings findings, HaConfiguration configuration, ModelPath path, VrrpSyncGroup group, VrrpInstance[] members)
    {
        if (group.TrackingWeight) return;
        Dictionary<string, int> scripts = Weights(configuration.Scripts, s => s.Name, s => s.Weight);
        Dictionary<string, int> files = Weights(configuration.Files, f => f.Name, f => f.Weight);
        Dictionary<string, int> processes = Weights(configuration.Processes, p => p.Name, p => p.Weight);
        Dictionary<string, int> sessions = Weights(configuration.BfdSessions, b => b.Name, b => b.Weight);
        foreach (VrrpInstance member in members)
        {
            string[] weighted =
            [
                .. member.TrackInterfaces.Where(t => t.Weight is not null and not 0).Select(t => t.Name),
                .. member.TrackScripts.Where(t => (t.Weight ?? scripts.GetValueOrDefault(t.Name)) != 0).Select(t => t.Name),
                .. member.TrackFiles.Where(t => (t.Weight ?? files.GetValueOrDefault(t.Name)) != 0).Select(t => t.Name),
                .. member.TrackProcesses.Where(t => (t.Weight ?? processes.GetValueOrDefault(t.Name)) != 0).Select(t => t.Name),
                .. member.TrackBfd.Where(t => (t.Weight ?? sessions.GetValueOrDefault(t.Name)) != 0).Select(t => t.Name),
            ];
            if (weighted.Length == 0) continue;
            int index = configuration.VrrpInstances.ToList().IndexOf(member);
            findings.Warning("WeightIgnored", new ModelPath("vrrpInstances", index), string.Join(", ", weighted),
                $"`{member.Name}` is in the sync group `{group.Name}`: the weights of {string.Join(", ", weighted)} are ignored, as keepalived does. " +
                "Let the group track them, or set `trackingWeight` (`sync_group_tracking_weight`).");
        }
    }

    private static Dictionary<string, int> Weights<T>(ValueList<T> trackers, Func<T, string> name, Func<T, int> weight)
    {
        var weights = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (T tracker in trackers) weights.TryAdd(name(tracker), weight(tracker));
        return weights;
    }
}
