using HaTools.Lab;
using HaTools.Lab.Kernel;
using HaTools.Lab.Machine;
using HaTools.Lab.Watching;

namespace HaTools.Bench.Ipvs;

/// <summary>A table of 1,000 services with 10 real servers each, beside ipvsadm; in the kernel lab where this kernel has no IPVS.</summary>
internal static class IpvsBench
{
    /// <summary>The benchmark's own name for the part of it that needs IPVS.</summary>
    public const string Inside = "ipvs-inside";

    public static async Task RunAsync(int? rounds, string part, CancellationToken stop)
    {
        string arguments = $"{Inside} {rounds ?? 5}{(part.Length == 0 ? "" : $" '{part}'")}";
        if (IpvsTable.IsInKernel)
        {
            await RunInsideAsync(rounds, part, stop);
            return;
        }

        Console.WriteLine("This kernel has no IPVS: measured on user-mode-linux, a kernel that runs as a process, where everything takes longer for both.");
        using var lab = new KernelLab();
        KernelRun run = await lab.RunAsync(
            $"export HATOOLS_HANODE='{HanodeProgram.Path}'; exec '{Environment.ProcessPath}' '{typeof(IpvsBench).Assembly.Location}' {arguments}",
            TimeSpan.FromMinutes(15), stop);
        Console.WriteLine(string.Join('\n', run.Output.Split('\n').Where(l => l.StartsWith('|') || l.StartsWith("services"))));
        if (run.ExitCode != 0) throw new LabException($"the kernel lab's part ended with {run.ExitCode}:\n{run.Output}");
    }

    public static Task RunInsideAsync(int? rounds, string part, CancellationToken stop) => new TableRace(rounds ?? 5, part).RunAsync(stop);
}
