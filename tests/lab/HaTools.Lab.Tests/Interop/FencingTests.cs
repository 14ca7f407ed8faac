using System.Globalization;
using System.Text.RegularExpressions;
using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Interop;

/// <summary><c>kill -9</c> of the master's daemon on a host that lives on.</summary>
[Trait("Needs", "root")]
public sealed partial class FencingTests
{
    /// <summary>Version 2 at 1 s: three intervals and the skew of priority 1, in whole seconds.</summary>
    private const int Lifetime = 4;

    private static readonly CancellationToken stop = CancellationToken.None;
    private static readonly string address = Variant.Version2.Address;

    [LabFact]
    public async Task Hanodes_address_never_has_more_than_its_lifetime_to_live_and_the_kernel_takes_it_away_when_that_is_over()
    {
        await using VirtualLab lab = await StartAsync(DirectorDaemon.Hanode);
        LabNode node = lab["one"];
        await HeldAsync(node);

        // While hanode lives, the address outlives its lifetime twice, since the time that is left is set anew, and is never longer than the
        // lifetime. So whenever it is killed, the kernel's own clock for the address runs for that long at most. (The renewals cannot be counted
        // by whole seconds: one may come before the first is over.)
        DateTime outlived = DateTime.UtcNow + TimeSpan.FromSeconds(2 * (Lifetime + 1));
        await UntilAsync(async () =>
        {
            int now = await LeftAsync(node) ?? throw new InvalidOperationException("hanode lives, and its address is gone");
            Assert.InRange(now, 0, Lifetime);
            return DateTime.UtcNow > outlived;
        });

        node.KillDaemon();
        await UntilAsync(() => Task.FromResult(node.DaemonProcesses().Count == 0));

        // Nobody is there who could set it anew, or could take it away but the kernel.
        int left = Lifetime;
        await UntilAsync(async () =>
        {
            int? now = await LeftAsync(node);
            if (now is null) return true;
            Assert.InRange(now.Value, 0, left);
            left = now.Value;
            return false;
        });
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
        await Task.Delay(TimeSpan.FromSeconds(2 * (Lifetime + 1)));
        Assert.Contains(await AddressReader.ReadAsync(node), IsVirtual);
    }

    private static Task<VirtualLab> StartAsync(DirectorDaemon daemon) => VirtualLab.StartAsync(
    [
        new LabNodeSpec("one", "eth0", "10.70.0.1/24") { Furnish = node => Variant.Version2.Furnish(node, daemon, preferred: true) },
    ], stop);

    /// <summary>Starts the daemon and waits until it holds the address: the kernel's words about that.</summary>
    private static async Task<string> HeldAsync(LabNode node)
    {
        await node.StartDaemonAsync(stop);
        await UntilAsync(async () => (await AddressReader.ReadAsync(node)).Any(IsVirtual));
        return await ShowAsync(node);
    }

    /// <summary>How many seconds the address has to live, by the kernel; null: it is gone.</summary>
    private static async Task<int?> LeftAsync(LabNode node)
    {
        string shown = await ShowAsync(node);
        if (shown.Length == 0) return null;
        Match left = ValidLifetime().Match(shown);
        Assert.True(left.Success, shown);
        return int.Parse(left.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static async Task<string> ShowAsync(LabNode node) => (await node.RunAsync($"ip -4 address show to {address}", stop)).OrThrow().Output;

    private static bool IsVirtual(HeldAddress held) => held.Address.ToString() == address;

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(45); DateTime.UtcNow < end; await Task.Delay(20))
        {
            if (await condition()) return;
        }

        Assert.Fail("waited in vain");
    }

    [GeneratedRegex(@"valid_lft (\d+)sec")]
    private static partial Regex ValidLifetime();
}
