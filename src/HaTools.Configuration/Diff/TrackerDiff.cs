namespace HaTools.Configuration;

/// <summary>Differences of trackers: instances lean on them, so they come first and go last.</summary>
internal static class TrackerDiff
{
    private const string Script = "ScriptTracker";
    private const string File = "FileTracker";
    private const string Process = "ProcessTracker";
    private const string Bfd = "BfdSession";

    public static void AddAndCompare(List<HaChange> changes, HaConfiguration before, HaConfiguration after)
    {
        AddAndCompare(changes, Script, before.Scripts, after.Scripts, s => s.Name, s => s.Command, ScriptDiff.Compare);
        AddAndCompare(changes, File, before.Files, after.Files, f => f.Name, f => f.Path, CompareFile);
        AddAndCompare(changes, Process, before.Processes, after.Processes, p => p.Name, Describe, CompareProcess);
        AddAndCompare(changes, Bfd, before.BfdSessions, after.BfdSessions, b => b.Name, b => b.Neighbour.ToString(), BfdDiff.Compare);
    }

    public static void Remove(List<HaChange> changes, HaConfiguration before, HaConfiguration after)
    {
        Remove(changes, Script, before.Scripts, after.Scripts, s => s.Name, s => s.Command);
        Remove(changes, File, before.Files, after.Files, f => f.Name, f => f.Path);
        Remove(changes, Process, before.Processes, after.Processes, p => p.Name, Describe);
        Remove(changes, Bfd, before.BfdSessions, after.BfdSessions, b => b.Name, b => b.Neighbour.ToString());
    }

    private static void AddAndCompare<T>(List<HaChange> changes, string kind, ValueList<T> before, ValueList<T> after, Func<T, string> name,
        Func<T, string> describe, Action<PropertyDiff, T, T> compare) where T : notnull
    {
        var matched = Matched<string, T>.Match(before, after, name);
        foreach (T tracker in matched.Added) ConfigurationDiff.Add(changes, kind, name(tracker), describe(tracker));
        foreach ((T old, T now) in matched.Kept)
        {
            if (!old.Equals(now)) compare(new PropertyDiff(changes, kind, name(now)), old, now);
        }
    }

    private static void Remove<T>(List<HaChange> changes, string kind, ValueList<T> before, ValueList<T> after, Func<T, string> name,
        Func<T, string> describe)
    {
        foreach (T tracker in Matched<string, T>.Match(before, after, name).Removed)
            ConfigurationDiff.Remove(changes, kind, name(tracker), describe(tracker));
    }

    private static void CompareFile(PropertyDiff file, FileTracker before, FileTracker after)
    {
        file.Compare(nameof(FileTracker.Path), before.Path, after.Path);
        file.Compare(nameof(FileTracker.Weight), before.Weight, after.Weight);
        file.Compare(nameof(FileTracker.Reverse), before.Reverse, after.Reverse);
        file.Compare(nameof(FileTracker.InitialValue), before.InitialValue, after.InitialValue);
        file.Compare(nameof(FileTracker.Overwrite), before.Overwrite, after.Overwrite);
    }

    private static void CompareProcess(PropertyDiff process, ProcessTracker before, ProcessTracker after)
    {
        process.Compare(nameof(ProcessTracker.Command), before.Command, after.Command);
        process.Compare(nameof(ProcessTracker.Parameters), before.Parameters, after.Parameters);
        process.Compare(nameof(ProcessTracker.FullCommand), before.FullCommand, after.FullCommand);
        process.Compare(nameof(ProcessTracker.Weight), before.Weight, after.Weight);
        process.Compare(nameof(ProcessTracker.Reverse), before.Reverse, after.Reverse);
        process.Compare(nameof(ProcessTracker.Quorum), before.Quorum, after.Quorum);
        process.Compare(nameof(ProcessTracker.QuorumMax), before.QuorumMax, after.QuorumMax);
        process.Compare(nameof(ProcessTracker.ForkDelay), before.ForkDelay, after.ForkDelay);
        process.Compare(nameof(ProcessTracker.TerminateDelay), before.TerminateDelay, after.TerminateDelay);
    }

    private static string Describe(ProcessTracker process) => string.Join(' ', process.Command);
}
