namespace HaTools.Engine.Trackers;

/// <summary>Which processes count for which tracker, pure.</summary>
internal sealed class ProcessTable(IReadOnlyList<ProcessMatch> trackers)
{
    private readonly Dictionary<int, bool[]> processes = [];
    private readonly int[] counts = new int[trackers.Count];

    /// <summary>Whether any tracker goes by command lines.</summary>
    public bool NeedsCommandLines { get; } = trackers.Any(t => t.NeedsCommandLine);

    /// <summary>How many processes count for a tracker.</summary>
    public int Count(int tracker) => counts[tracker];

    /// <summary>Forgets all processes.</summary>
    public void Clear()
    {
        processes.Clear();
        Array.Clear(counts);
    }

    /// <summary>A process is this now.</summary>
    public void Set(int process, string name, IReadOnlyList<string> commandLine)
    {
        bool[]? matches = null;
        for (int t = 0; t < trackers.Count; t++)
        {
            if (trackers[t].Matches(name, commandLine)) (matches ??= new bool[trackers.Count])[t] = true;
        }

        Replace(process, matches);
    }

    /// <summary>A process has given itself another name; its command line is what it was.</summary>
    public void Rename(int process, string name)
    {
        bool[]? matches = processes.GetValueOrDefault(process)?.ToArray();
        for (int t = 0; t < trackers.Count; t++)
        {
            if (trackers[t].NeedsCommandLine) continue;
            bool match = trackers[t].Matches(name, []);
            if (match) (matches ??= new bool[trackers.Count])[t] = true;
            else if (matches is not null) matches[t] = false;
        }

        Replace(process, matches is not null && matches.Contains(true) ? matches : null);
    }

    /// <summary>A process has made another, which is what it is itself.</summary>
    public void Fork(int parent, int child) => Replace(child, processes.GetValueOrDefault(parent));

    /// <summary>A process is no more.</summary>
    public void Exit(int process) => Replace(process, null);

    private void Replace(int process, bool[]? matches)
    {
        if (processes.TryGetValue(process, out bool[]? before)) Add(before, -1);
        if (matches is null)
        {
            _ = processes.Remove(process);
            return;
        }

        processes[process] = matches;
        Add(matches, 1);
    }

    private void Add(bool[] matches, int step)
    {
        for (int t = 0; t < matches.Length; t++)
        {
            if (matches[t]) counts[t] += step;
        }
    }
}
