using System.Runtime.InteropServices;
using HaTools.Configuration;
using HaTools.Engine;
using HaTools.Engine.DataPlane;
using HaTools.Linux;

namespace HaTools.Bench;

/// <summary>
/// The engine with a table in memory instead of the kernel's, so that its checks can be run where the kernel has no IPVS: all of them are real, only what
/// follows from them is not. As a program (hanode in all but that), and in a pwsh (job.ps1).
/// </summary>
internal static class EngineHost
{
    public static async Task RunAsync(string file, string name)
    {
        // The lab finds a machine's daemon by this.
        await File.WriteAllTextAsync("/proc/self/comm", "hanode-bench");
        if (!Scheduling.TrySetNice(-15, out string? whyNot)) Console.Error.WriteLine(whyNot);
        await using HaNode node = await StartAsync(file, name, "hanode");
        var stop = new TaskCompletionSource();
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            _ = stop.TrySetResult();
        });
        _ = await Task.WhenAny(stop.Task, node.Completion);
        await node.StopAsync();
    }

    /// <summary>Names the file that gets a line for each real server that leaves the table: the wall clock in nanoseconds, and its address.</summary>
    public const string RemovalsVariable = "BENCH_REMOVALS";

    /// <summary>Starts a node.</summary>
    /// <param name="file">Its keepalived.conf.</param>
    /// <param name="name">Its name.</param>
    /// <param name="host">What hosts it, as its status says.</param>
    public static Task<HaNode> StartAsync(string file, string name, string host)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadFile(file, ConfigurationFormat.Auto, strict: false);
        foreach (HaConfigurationDiagnostic diagnostic in read.Diagnostics) Console.Error.WriteLine(diagnostic);
        return HaNode.StartAsync(new HaNodeOptions
        {
            Name = name,
            Configuration = read.Configuration!,
            OpenDataPlane = () => new MemoryDataPlane { Before = WriteDown },
            Host = host,
        });
    }

    private static void WriteDown(PlaneChange change)
    {
        if (change.Kind != PlaneChangeKind.RemoveDestination || Environment.GetEnvironmentVariable(RemovalsVariable) is not { } file) return;
        long now = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        File.AppendAllText(file, $"{now} {change.Destination!.Key.Address}\n");
    }
}
