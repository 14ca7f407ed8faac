using System.Text.RegularExpressions;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Watching;

/// <summary>What a director thinks it is, in the words that both daemons log: <c>(VI_1) Entering MASTER STATE</c>.</summary>
internal static partial class LogWatch
{
    /// <summary>
    /// The state that the last such line since the daemon's last start names, in capitals; null before the first, and while the daemon
    /// does not run.
    /// </summary>
    public static string? StateOf(LabNode node)
    {
        if (node.DaemonProcesses().Count == 0) return null;
        string log = node.DaemonLog;
        MatchCollection all = Entering().Matches(log[Math.Max(0, log.LastIndexOf("systemctl: starting", StringComparison.Ordinal))..]);
        return all.Count == 0 ? null : all[^1].Groups[1].Value;
    }

    /// <summary>How often a pattern stands in the log.</summary>
    public static int Count(LabNode node, string pattern) => Regex.Count(node.DaemonLog, pattern);

    [GeneratedRegex(@"Entering (\w+) STATE")]
    private static partial Regex Entering();
}
