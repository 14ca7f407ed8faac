namespace HaTools.Lab.Machine;

/// <summary>
/// What a lab leaves when its owner is killed goes by itself: each init sees its standard input close. Should one ever stay, it is known
/// by the marker and the pid of its owner on its command line, and taken away by the next lab.
/// </summary>
internal static class LabLeftovers
{
    public const string Marker = "hatools-lab";

    /// <summary>Where machines' file systems are put together (inside each machine's own mount namespace).</summary>
    public const string Folder = "/run/hatools-lab";

    public static void Remove()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int pid)) continue;
            string[] words = CommandLine(pid);
            int marker = Array.IndexOf(words, Marker);
            if (marker <= 0 || marker + 1 >= words.Length || !words[marker - 1].EndsWith("/init.sh", StringComparison.Ordinal)) continue;
            if (int.TryParse(words[marker + 1], out int owner) && !Directory.Exists($"/proc/{owner}")) _ = Libc.kill(pid, Libc.SIGKILL);
        }
        if (!Directory.Exists(Folder)) return;
        foreach (string folder in Directory.EnumerateDirectories(Folder))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int owner) || Directory.Exists($"/proc/{owner}")) continue;
            RemoveFolder(folder);
        }
    }

    private static void RemoveFolder(string folder)
    {
        try
        {
            // Only empty folders can be here: what was mounted on them was mounted in namespaces that are gone.
            foreach (string machine in Directory.EnumerateDirectories(folder)) Directory.Delete(machine);
            Directory.Delete(folder);
        }
        catch (DirectoryNotFoundException)
        {
            // Another lab that starts at the same time takes it away, too.
        }
    }

    private static string[] CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
        }
        catch (IOException)
        {
            return []; // it ended meanwhile
        }
        catch (UnauthorizedAccessException)
        {
            return []; // not ours then
        }
    }
}
