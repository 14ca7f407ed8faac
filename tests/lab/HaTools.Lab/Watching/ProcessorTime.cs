using HaTools.Lab.Machine;

namespace HaTools.Lab.Watching;

/// <summary>The processor time and memory of a machine's daemon, all of its processes and threads together.</summary>
internal static class ProcessorTime
{
    // USER_HZ, which is 100 on all of Linux's architectures but one.
    private const double Ticks = 100;
    private const int UserTime = 11;

    /// <summary>Time on a processor so far, in seconds, that of ended threads included (proc(5), /proc/PID/stat, utime and stime); in steps of 10 ms.</summary>
    public static double Seconds(LabNode node)
    {
        double ticks = 0;
        foreach (NodeProcess process in node.DaemonProcesses())
        {
            string text = File.ReadAllText($"/proc/{process.ProcessId}/stat");
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            ticks += long.Parse(fields[UserTime]) + long.Parse(fields[UserTime + 1]);
        }

        return ticks / Ticks;
    }

    /// <summary>Resident memory, and the proportional share of it, in MiB.</summary>
    public static (double Resident, double Proportional) Memory(LabNode node)
    {
        double resident = 0, proportional = 0;
        foreach (NodeProcess process in node.DaemonProcesses())
        {
            string text = File.ReadAllText($"/proc/{process.ProcessId}/smaps_rollup");
            resident += Kibibytes(text, "Rss:");
            proportional += Kibibytes(text, "Pss:");
        }

        return (resident / 1024, proportional / 1024);
    }

    private static double Kibibytes(string text, string name)
    {
        string line = text.Split('\n').First(l => l.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}
