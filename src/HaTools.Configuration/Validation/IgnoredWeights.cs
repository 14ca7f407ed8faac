using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>keepalived.conf(5): members of a sync group have no weights of their own, unless sync_group_tracking_weight is set.</summary>
internal sealed class IgnoredWeights
{
    private readonly RuleFindings findings;
    private readonly Dictionary<string, (int Index, VrrpInstance Instance)> instances = new(StringComparer.Ordinal);
    private readonly HashSet<string> told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> scripts;
    private readonly Dictionary<string, int> files;
    private readonly Dictionary<string, int> processes;
    private readonly Dictionary<string, int> sessions;

    public IgnoredWeights(RuleFindings findings, HaConfiguration configuration)
    {
        this.findings = findings;
        for (int i = 0; i < configuration.VrrpInstances.Count; i++)
            instances.TryAdd(configuration.VrrpInstances[i].Name, (i, configuration.VrrpInstances[i]));
        scripts = Weights(configuration.Scripts, s => s.Name, s => s.Weight);
        files = Weights(configuration.Files, f => f.Name, f => f.Weight);
        processes = Weights(configuration.Processes, p => p.Name, p => p.Weight);
        sessions = Weights(configuration.BfdSessions, b => b.Name, b => b.Weight);
    }

    /// <summary>Tells each weight that a group makes nothing of, once, however often its instance is named as a member.</summary>
    public void Check(VrrpSyncGroup group)
    {
        if (group.TrackingWeight) return;
        foreach (string member in group.Members)
        {
            if (!instances.TryGetValue(member, out (int Index, VrrpInstance Instance) found) || !told.Add(member)) continue;
            var path = new ModelPath("vrrpInstances", found.Index);
            VrrpInstance instance = found.Instance;
            CheckList(group, instance, path, "trackInterfaces", instance.TrackInterfaces, null);
            CheckList(group, instance, path, "trackScripts", instance.TrackScripts, scripts);
            CheckList(group, instance, path, "trackFiles", instance.TrackFiles, files);
            CheckList(group, instance, path, "trackProcesses", instance.TrackProcesses, processes);
            CheckList(group, instance, path, "trackBfd", instance.TrackBfd, sessions);
        }
    }

    private void CheckList(
        VrrpSyncGroup group, VrrpInstance instance, ModelPath path, string list, ValueList<Tracked> tracked, Dictionary<string, int>? own)
    {
        for (int i = 0; i < tracked.Count; i++)
        {
            Tracked one = tracked[i];
            if ((one.Weight ?? own?.GetValueOrDefault(one.Name) ?? 0) == 0) continue;
            ModelPath place = path.Element(list, i);
            findings.Warning("WeightIgnored", one.Weight is null ? place : place.Key("weight"), one.Name,
                $"`{instance.Name}` is in the sync group `{group.Name}`: the weight of `{one.Name}` is ignored, as keepalived does. " +
                "Let the group track it, or set `trackingWeight` (`sync_group_tracking_weight`).");
        }
    }

    private static Dictionary<string, int> Weights<T>(ValueList<T> trackers, Func<T, string> name, Func<T, int> weight)
    {
        var weights = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (T tracker in trackers) weights.TryAdd(name(tracker), weight(tracker));
        return weights;
    }
}
