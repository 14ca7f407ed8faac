using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Interop;

/// <summary><c>kill -9</c> of the master's daemon on a host that lives on.</summary>
[Trait("Needs", "root")]
public sealed class FencingTests
{
    private static readonly CancellationToken stop = CancellationToken.None;

    [LabFact]
    public async Task Hanodes_address_is_taken_away_by_the_kernel_when_its_lifetime_is_over()
    {
        await using VirtualLab lab = await StartAsync(DirectorDaemon.Hanode);
        LabNode node = lab["one"];

        // The lifetime of version 2 at 1 s: three intervals and the skew of priority 1, in whole seconds.
        Assert.Matches("valid_lft [1-4]sec", await HeldAsync(node));

        node.KillDaemon();
        await UntilAsync(async () => !(await AddressReader.ReadAsync(node)).Any(IsVirtual));
        Assert.Contains(await AddressReader.ReadAsync(node), a => a.Address.ToString() == "10.70.0.1");
    }

    [LabFact]
    public async Task Keepaliveds_address_has_no_lifetime_and_stays()
    {
        await using VirtualLab lab = await StartAsync(DirectorDaemon.Keepalived);
        LabNode node = lab["one"];
        Assert.Contains("valid_lft forever", await HeldAsync(node), StringComparison.Ordinal);

        node.KillDaemon();
        await UntilAsync(() => Task.FromResult(node.DaemonProcesses().Count == 0));

        // Twice as long as ours would be there.
        await Task.Delay(TimeSpan.FromSeconds(10));
        Assert.Contains(await AddressReader.ReadAsync(node), IsVirtual);
    }

    private static Task<VirtualLab> StartAsync(DirectorDaemon daemon) => VirtualLab.StartAsync(
    [
        new LabNodeSpec("one", "eth0", "10.70.0.1/24")
        {
            Furnish = node =>
            {
                node.UseDaemon(daemon);
                node.WriteFile("/etc/keepalived/keepalived.conf", Variant.Find("v2").Configuration(150));
            },
        },
    ], stop);

    /// <summary>Starts the daemon and waits until it holds the address: the kernel's words about that.</summary>
    private static async Task<string> HeldAsync(LabNode node)
    {
        await node.StartDaemonAsync(stop);
        await UntilAsync(async () => (await AddressReader.ReadAsync(node)).Any(IsVirtual));
        return (await node.RunAsync($"ip -4 address show to {Variant.Address}", stop)).OrThrow().Output;
    }

    private static bool IsVirtual(HeldAddress held) => held.Address.ToString() == Variant.Address;

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(45); DateTime.UtcNow < end; await Task.Delay(20))
        {
            if (await condition()) return;
        }

        Assert.Fail("waited in vain");
    }
}
