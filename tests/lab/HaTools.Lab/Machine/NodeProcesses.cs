namespace HaTools.Lab.Machine;

/// <summary>
/// A process of a machine, by its pid in the lab's own PID namespace, so that it can be signalled without starting a program.
/// </summary>
internal readonly record struct NodeProcess(int ProcessId, int ParentId, string Name);

/// <summary>Finds the processes of a machine: those whose PID namespace is that of its init.</summary>
internal static class NodeProcesses
{
    public static IReadOnlyList<NodeProcess> Of(int init)
    {
        string? home = Namespace(init);
        var found = new List<NodeProcess>();
        if (home is null) return found;
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int pid) || pid == init || Namespace(pid) != home) continue;
            if (Read(pid) is { } process) found.Add(process);
        }
        return found;
    }

    private static string? Namespace(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/ns/pid").LinkTarget;
        }
        catch (IOException)
        {
            return null; // it ended meanwhile
        }
        catch (UnauthorizedAccessException)
        {
            return null; // so does a zombie
        }
    }

    private static NodeProcess? Read(int pid)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{pid}/stat");
            int open = text.IndexOf('(', StringComparison.Ordinal), close = text.LastIndexOf(')');
            string[] rest = text[(close + 2)..].Split(' ');
            return rest[0] == "Z" ? null : new NodeProcess(pid, int.Parse(rest[1]), text[(open + 1)..close]);
        }
        catch (IOException)
        {
            return null; // it ended meanwhile
        }
    }
}
