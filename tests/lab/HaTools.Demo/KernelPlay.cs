using HaTools.Lab;
using HaTools.Lab.Kernel;
using HaTools.Lab.Playing;

namespace HaTools.Demo;

/// <summary>
/// Plays a scenario in the kernel lab: this same program runs in there and writes its events, and here they are read and drawn as they
/// come.
/// </summary>
internal static class KernelPlay
{
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(8);

    public static async Task<bool> RunAsync(Scenario scenario, Cast cast, IPlayReport report, CancellationToken stop)
    {
        report.Report(new Remark("this kernel has no IPVS: the scenario plays on user-mode-linux, a kernel that runs as a process"));
        using var lab = new KernelLab();
        string events = Path.Combine(lab.Folder, "events.jsonl");
        await File.WriteAllTextAsync(events, "", stop);
        Task<KernelRun> run = lab.RunAsync(
            $"exec '{Environment.ProcessPath}' {scenario.Name} --with {cast} --events '{events}'", limit, stop);
        using var reader = new StreamReader(new FileStream(events, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        bool ended = false;
        string rest = "";
        while (true)
        {
            bool last = run.IsCompleted;
            rest += await reader.ReadToEndAsync(stop);
            string[] lines = rest.Split('\n');
            rest = lines[^1]; // a line that is still being written
            foreach (string line in lines[..^1])
            {
                PlayEvent e = PlayEvent.FromJson(line);
                ended |= e is ScenarioEnded;
                report.Report(e);
            }
            if (last) break;
            await Task.WhenAny(run, Task.Delay(50, stop));
        }
        KernelRun result = await run;
        if (!ended) throw new LabException($"the kernel lab ended before the scenario did (exit code {result.ExitCode}):\n{result.Output}");
        return result.ExitCode == 0;
    }
}
