using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of file and process trackers.</summary>
internal static class TrackerRules
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);

    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        CheckFiles(findings, configuration.Files);
        CheckProcesses(findings, configuration.Processes);
    }

    private static void CheckFiles(RuleFindings findings, ValueList<FileTracker> files)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < files.Count; i++)
        {
            FileTracker file = files[i];
            var path = new ModelPath("files", i);
            CommonRules.Name(findings, path, file.Name, "tracked file's name");
            if (!names.Add(file.Name)) findings.Error("DuplicateName", path, file.Name, $"There is a tracked file `{file.Name}` already.");
            if (!file.Path.StartsWith('/') || file.Path.EndsWith('/') || file.Path.Contains('\0', StringComparison.Ordinal))
                findings.Error("InvalidPath", path.Key("path"), file.Path, $"`{file.Path}` is no file: it needs a path from / on.");
            CommonRules.Range(findings, path.Key("weight"), file.Weight, -ModelRanges.MostCountedWeight, ModelRanges.MostCountedWeight, "weight of a file");
            if (file.Overwrite && file.InitialValue is null)
            {
                findings.Error(
                    "MissingValue", path.Key("overwrite"), null, $"There is nothing to overwrite `{file.Path}` with: give it an initial value.");
            }
        }
    }

    private static void CheckProcesses(RuleFindings findings, ValueList<ProcessTracker> processes)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < processes.Count; i++)
        {
            ProcessTracker process = processes[i];
            var path = new ModelPath("processes", i);
            CommonRules.Name(findings, path, process.Name, "tracked process's name");
            if (!names.Add(process.Name))
                findings.Error("DuplicateName", path, process.Name, $"There is a tracked process `{process.Name}` already.");
            if (process.Command.Count == 0 || process.Command[0].Length == 0)
                findings.Error("MissingValue", path.Key("command"), null, "A tracked process needs the name of a program.");
            if (process.Command.Any(w => w.Contains('\0', StringComparison.Ordinal)))
                findings.Error("InvalidCommand", path.Key("command"), null, "A command holds no NUL character.");
            CommonRules.Range(findings, path.Key("weight"), process.Weight, -ModelRanges.MostCountedWeight, ModelRanges.MostCountedWeight, "weight of a process");
            CommonRules.Range(findings, path.Key("quorum"), process.Quorum, ModelRanges.LeastQuorum, ModelRanges.MostQuorum, "quorum");
            if (process.QuorumMax is { } most)
            {
                CommonRules.Range(findings, path.Key("quorumMax"), most, ModelRanges.LeastQuorumMax, ModelRanges.MostQuorumMax, "largest number of processes");
                if (most < process.Quorum && (most > 0 || process.Quorum > 1))
                {
                    findings.Error(
                        "ValueOutOfRange", path.Key("quorumMax"), $"{most}",
                        $"At most {most} and at least {process.Quorum} processes cannot be. 0 alone means that it must not run at all.");
                }
            }

            CheckDelay(findings, path.Key("forkDelay"), process.ForkDelay);
            CheckDelay(findings, path.Key("terminateDelay"), process.TerminateDelay);
        }
    }

    private static void CheckDelay(RuleFindings findings, ModelPath path, TimeSpan delay)
    {
        if (delay >= TimeSpan.Zero && delay <= LongestDelay) return;
        string text = Durations.Format(delay);
        findings.Error("ValueOutOfRange", path, text, $"{text} is no delay: 0 to 1 h.");
    }
}
