using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of what instances and sync groups follow; BFD sessions have their own.</summary>
internal static class TrackedRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var known = new Names(configuration);
        for (int i = 0; i < configuration.VrrpInstances.Count; i++)
        {
            VrrpInstance instance = configuration.VrrpInstances[i];
            var path = new ModelPath("vrrpInstances", i);
            CheckAll(
                findings, path, known, instance.TrackInterfaces, instance.TrackScripts, instance.TrackFiles, instance.TrackProcesses);
        }

        for (int g = 0; g < configuration.SyncGroups.Count; g++)
        {
            VrrpSyncGroup group = configuration.SyncGroups[g];
            var path = new ModelPath("syncGroups", g);
            CheckAll(findings, path, known, group.TrackInterfaces, group.TrackScripts, group.TrackFiles, group.TrackProcesses);
        }
    }

    private static void CheckAll(
        RuleFindings findings, ModelPath path, Names known, ValueList<Tracked> interfaces, ValueList<Tracked> scripts, ValueList<Tracked> files,
        ValueList<Tracked> processes)
    {
        CheckList(findings, path, "trackInterfaces", interfaces, ModelRanges.MostWeight, null, "");
        CheckList(findings, path, "trackScripts", scripts, ModelRanges.MostWeight, known.Scripts, "script");
        CheckList(findings, path, "trackFiles", files, ModelRanges.MostCountedWeight, known.Files, "tracked file");
        CheckList(findings, path, "trackProcesses", processes, ModelRanges.MostCountedWeight, known.Processes, "tracked process");
    }

    private static void CheckList(
        RuleFindings findings, ModelPath path, string list, ValueList<Tracked> tracked, int most, HashSet<string>? known, string what)
    {
        if (tracked.Count == 0) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < tracked.Count; i++)
        {
            Tracked one = tracked[i];
            ModelPath place = path.Element(list, i);
            if (known is null)
            {
                CommonRules.Interface(findings, place, one.Name);
            }
            else if (!known.Contains(one.Name))
            {
                string code = what == "script" ? "UnknownScript" : "UnknownTracker";
                findings.Error(code, place, one.Name, $"There is no {what} `{one.Name}`.{Suggestion.Sentence(one.Name, known)}");
            }

            if (!seen.Add(one.Name)) findings.Error("DuplicateName", place, one.Name, $"`{one.Name}` is tracked already.");
            if (one.Weight is { } weight) CommonRules.Range(findings, place.Key("weight"), weight, -most, most, "weight");
        }
    }

    private sealed class Names(HaConfiguration configuration)
    {
        public HashSet<string> Scripts { get; } = configuration.Scripts.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);

        public HashSet<string> Files { get; } = configuration.Files.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);

        public HashSet<string> Processes { get; } = configuration.Processes.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
    }
}
