using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Interop;

/// <summary>What a hanode that comes after one that was killed gives back.</summary>
[Trait("Needs", "root")]
public sealed class SuccessorTests
{
    private static readonly CancellationToken stop = CancellationToken.None;
    private static readonly Variant variant = Variant.Version3 with { Instance = "promote_secondaries" };

    [LabFact]
    public async Task Promotion_of_secondaries_is_off_again_after_kill_9_a_start_and_a_clean_stop()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync(
        [
            new LabNodeSpec("one", "eth0", "10.70.0.1/24") { Furnish = node => variant.Furnish(node, DirectorDaemon.Hanode, preferred: true) },
        ], stop);
        LabNode node = lab["one"];
        foreach (string at in (string[])["all", "eth0"])
            (await node.RunAsync($"sysctl -q -w net.ipv4.conf.{at}.promote_secondaries=0", stop)).OrThrow();

        await node.StartDaemonAsync(stop);
        await UntilMasterAsync(node, 1);
        Assert.Equal("1", await PromotionAsync(node));
        node.KillDaemon();
        for (DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(45); node.DaemonProcesses().Count > 0; await Task.Delay(20))
            Assert.True(DateTime.UtcNow < end, "it was not killed");
        Assert.Equal("1", await PromotionAsync(node));

        await node.StartDaemonAsync(stop);
        await UntilMasterAsync(node, 2);
        Assert.Equal("1", await PromotionAsync(node));
        await node.StopDaemonAsync(stop);
        Assert.Equal("0", await PromotionAsync(node));
        Assert.Empty((await node.RunAsync("find /run/hatools -name '*.json'", stop)).Output);
    }

    private static async Task<string> PromotionAsync(LabNode node) =>
        (await node.RunAsync("cat /proc/sys/net/ipv4/conf/eth0/promote_secondaries", stop)).OrThrow().Output.Trim();

    // The address of the one that was killed stands for a while: so it is the log that counts.
    private static async Task UntilMasterAsync(LabNode node, int times)
    {
        for (DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(45); DateTime.UtcNow < end; await Task.Delay(20))
        {
            if (node.DaemonLog.Split("Entering MASTER STATE").Length > times) return;
        }

        Assert.Fail($"it does not become master:\n{node.DaemonLog}");
    }
}
