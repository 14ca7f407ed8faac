using System.Globalization;
using System.Text;
using HaTools.Linux;

namespace HaTools.Engine.Trackers;

/// <summary>What /proc says of processes. Zombies do not run, and are left out.</summary>
internal static class ProcessFiles
{
    // Longer command lines are compared by their beginnings.
    private const int MostBytes = 64 * 1024;

    /// <summary>All processes.</summary>
    public static IEnumerable<int> All()
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int process))
                yield return process;
        }
    }

    /// <summary>Reads a process's name and, if it is asked for, its command line.</summary>
    /// <returns>False: it does not run (any more).</returns>
    /// <exception cref="IOException">It cannot be known now (EMFILE, ENOMEM …).</exception>
    public static bool TryRead(int process, bool withCommandLine, byte[] buffer, out string name, out IReadOnlyList<string> commandLine)
    {
        (name, commandLine) = ("", []);
        ReadOnlySpan<byte> stat = Read(process, "stat", buffer);

        // The name may hold anything but NUL, also brackets: it ends at the last one.
        int open = stat.IndexOf((byte)'('), close = stat.LastIndexOf((byte)')');
        if (open < 0 || close < open || close + 2 >= stat.Length || stat[close + 2] is (byte)'Z' or (byte)'X') return false;
        name = Encoding.UTF8.GetString(stat[(open + 1)..close]);
        if (withCommandLine) commandLine = Split(Read(process, "cmdline", buffer));
        return true;
    }

    /// <summary>A buffer for <see cref="TryRead"/>.</summary>
    public static byte[] NewBuffer() => new byte[MostBytes];

    /// <summary>The arguments of a command line as /proc has them: each ended by NUL.</summary>
    public static IReadOnlyList<string> Split(ReadOnlySpan<byte> text)
    {
        List<string> arguments = [];
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)0);
            if (end < 0) end = text.Length;
            arguments.Add(Encoding.UTF8.GetString(text[..end]));
            text = text[Math.Min(end + 1, text.Length)..];
        }

        return arguments;
    }

    private static ReadOnlySpan<byte> Read(int process, string file, byte[] buffer)
    {
        try
        {
            using var stream = new FileStream(
                string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/{file}"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
            int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return buffer.AsSpan(0, length);
        }
        catch (Exception e) when (IsGone(e))
        {
            return [];
        }
    }

    /// <summary>
    /// Whether a failed reading means that the process counts for nothing: it has ended (ENOENT, ESRCH), or is hidden from this user (hidepid). Any
    /// other failure (EMFILE …) says nothing of the process.
    /// </summary>
    public static bool IsGone(Exception failure) =>
        failure is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or IOException { HResult: Errno.ESRCH };
}
