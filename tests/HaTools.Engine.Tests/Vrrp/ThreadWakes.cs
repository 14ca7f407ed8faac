using System.Globalization;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>Counts how often a thread has gone to sleep by itself.</summary>
internal static class ThreadWakes
{
    /// <summary>How often the thread of that name in a host's namespace has (proc(5), voluntary_ctxt_switches).</summary>
    public static long Of(TestNode host, string name)
    {
        string? space = host.Namespace.Run(() => new FileInfo("/proc/thread-self/ns/net").LinkTarget);
        string thread = Assert.Single(Directory.GetDirectories("/proc/self/task"), t =>
            NameOf(t) == name && new FileInfo(Path.Combine(t, "ns/net")).LinkTarget == space);
        string line = File.ReadLines(Path.Combine(thread, "status")).Single(l => l.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(line.IndexOf(':') + 1), CultureInfo.InvariantCulture);
    }

    private static string? NameOf(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd();
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }
}
