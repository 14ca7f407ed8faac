using HaTools.Lab.Machine;

namespace HaTools.Lab.Watching;

/// <summary>The processor time and memory of a machine's daemon, all of its processes and threads together.</summary>
internal static class ProcessorTime
{
    /// <summary>Time on a processor so far, in seconds, that of ended threads included: the kernel's clock of the process, which has no steps as those of /proc/PID/stat.</summary>
    public static double Seconds(LabNode node) => node.DaemonProcesses().Sum(p => Seconds(p.ProcessId));

    private static unsafe double Seconds(int process)
    {
        int clock;
        Libc.timespec time;
        if (Libc.clock_getcpuclockid(process, &clock) == 0 && Libc.clock_gettime(clock, &time) == 0) return time.tv_sec + (time.tv_nsec / 1e9);
        throw new InvalidOperationException($"The processor time of process {process} cannot be read: is it gone?");
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
