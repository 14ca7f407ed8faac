using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Interop;

/// <summary>Signals that people send who know keepalived.</summary>
[Trait("Needs", "root")]
public sealed class SignalTests
{
    private static readonly CancellationToken stop = CancellationToken.None;

    [LabFact]
    public async Task What_has_keepalived_write_its_state_into_a_file_is_answered_in_the_log_and_ends_nothing()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync(
        [
            new LabNodeSpec("one", "eth0", "10.70.0.1/24") { Furnish = node => Variant.Version3.Furnish(node, DirectorDaemon.Hanode, preferred: true) },
        ], stop);
        LabNode node = lab["one"];
        await node.StartDaemonAsync(stop);
        await UntilSaidAsync(node, "Entering MASTER STATE");
        int process = Assert.Single(node.DaemonProcesses()).ProcessId;

        // keepalived --signum: DATA, STATS, JSON, STATS_CLEAR, TDATA.
        foreach ((int number, string name) in ((int, string)[])[(10, "SIGUSR1"), (12, "SIGUSR2"), (36, "SIGRTMIN+2"), (63, "SIGRTMAX-1"), (64, "SIGRTMAX")])
        {
            for (int i = 0; i < 2; i++) (await node.RunAsync($"killall -{number} hanode", stop)).OrThrow();
            await UntilSaidAsync(node, $"{name}: no file is written");
        }

        Assert.Equal(process, Assert.Single(node.DaemonProcesses()).ProcessId);
        Assert.Contains("MASTER", (await node.RunAsync(HanodeProgram.StatusCommandLine(node.Name), stop)).OrThrow().Output, StringComparison.OrdinalIgnoreCase);
        await node.StopDaemonAsync(stop);
        Assert.Equal(2, node.DaemonLog.Split("SIGUSR1: ").Length);
        Assert.Contains("sent 0 priority", node.DaemonLog, StringComparison.Ordinal);
    }

    private static async Task UntilSaidAsync(LabNode node, string line)
    {
        for (DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(45); DateTime.UtcNow < end; await Task.Delay(20))
        {
            if (node.DaemonLog.Contains(line, StringComparison.Ordinal)) return;
        }

        Assert.Fail($"it does not say '{line}':\n{node.DaemonLog}");
    }
}
