namespace HaTools.Linux;

/// <summary>
/// Kernel parameters under /proc/sys. Those of <c>net</c> belong to the network namespace of the calling thread, whichever process mounted
/// /proc.
/// </summary>
internal static class Sysctl
{
    /// <summary>Reads a parameter, without its line's end; null when there is no such parameter.</summary>
    /// <param name="path">Its path under /proc/sys (<c>net/ipv4/conf/eth0/arp_ignore</c>): interface names may hold dots, so the dotted
    /// form would be ambiguous.</param>
    public static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(Full(path)).TrimEnd('\n');
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes a parameter.</summary>
    /// <exception cref="IOException">There is no such parameter, or its value was refused.</exception>
    /// <exception cref="UnauthorizedAccessException">The privilege is missing, or /proc/sys is read-only (a container).</exception>
    public static void Write(string path, string value)
    {
        using var file = new FileStream(Full(path), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(value + "\n"));
    }

    private static string Full(string path) => "/proc/sys/" + path;
}
