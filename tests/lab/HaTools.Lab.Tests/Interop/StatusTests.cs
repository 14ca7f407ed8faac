using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Interop;

/// <summary>What <c>hanode status</c> tells a person.</summary>
[Trait("Needs", "root")]
public sealed class StatusTests
{
    private static readonly CancellationToken stop = CancellationToken.None;
    private static readonly Variant variant = Variant.Version3 with { Instance = "virtual_ipaddress_excluded {\n2001:db8:9::9/64\n}" };

    [LabFact]
    public async Task An_address_that_the_kernel_refuses_beside_others_is_named_with_the_reason_until_it_stands()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync(
        [
            new LabNodeSpec("one", "eth0", "10.70.0.1/24") { Furnish = node => variant.Furnish(node, DirectorDaemon.Hanode, preferred: true) },
        ], stop);
        LabNode node = lab["one"];
        (await node.RunAsync("sysctl -q -w net.ipv6.conf.eth0.disable_ipv6=1", stop)).OrThrow();
        await node.StartDaemonAsync(stop);

        string[] shown = await UntilAsync(node, text => text.Contains("FAILED ADDRESS", StringComparison.Ordinal));
        int heading = Array.FindIndex(shown, l => l.Contains("FAILED ADDRESS", StringComparison.Ordinal));
        Assert.Equal(["2001:db8:9::9/64", "VI_1", "eth0", "EACCES"], shown[heading + 1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(4));
        string json = (await node.RunAsync(HanodeProgram.StatusCommandLine(node.Name) + " --json", stop)).OrThrow().Output;
        Assert.Contains("\"failedAddresses\": [", json, StringComparison.Ordinal);

        (await node.RunAsync("sysctl -q -w net.ipv6.conf.eth0.disable_ipv6=0", stop)).OrThrow();
        _ = await UntilAsync(node, text => !text.Contains("FAILED ADDRESS", StringComparison.Ordinal));
    }

    private static async Task<string[]> UntilAsync(LabNode node, Func<string, bool> condition)
    {
        string text = "";
        for (DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(45); DateTime.UtcNow < end; await Task.Delay(100))
        {
            // It may not have opened its socket yet.
            CommandResult status = await node.RunAsync(HanodeProgram.StatusCommandLine(node.Name), stop);
            text = status.Output;
            if (status.ExitCode == 0 && text.Contains("Master", StringComparison.Ordinal) && condition(text)) return text.Split('\n');
        }

        Assert.Fail($"{text}\n{node.DaemonLog}");
        return [];
    }
}
