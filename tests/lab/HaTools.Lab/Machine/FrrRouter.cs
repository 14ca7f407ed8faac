using System.Text.Json;

namespace HaTools.Lab.Machine;

/// <summary>
/// FRR's zebra and vrrpd on a machine, with the one macvlan that vrrpd wants to be there: vrrpd has the election, and takes the carrier away from the
/// macvlan (protodown) for as long as it is not master. The addresses stay on it.
/// </summary>
internal sealed class FrrRouter : IAsyncDisposable
{
    private const string Zebra = "/usr/lib/frr/zebra", Vrrpd = "/usr/lib/frr/vrrpd", Vtysh = "/usr/bin/vtysh";
    private readonly LabNode node;
    private readonly LabProcess zebra;
    private LabProcess? vrrpd;
    private string formerLogs = "";

    private FrrRouter(LabNode node)
    {
        this.node = node;
        zebra = node.Start(Zebra, "-f", "/etc/frr/zebra.conf", "--log", "stdout");
    }

    /// <summary>What has to be installed.</summary>
    public static IReadOnlyList<string> Programs { get; } = [Zebra, Vrrpd, Vtysh];

    /// <summary>What vrrpd has said, over all of its lives, and zebra.</summary>
    public string Logs => $"{formerLogs}{vrrpd?.Output}\nzebra:\n{zebra.Output}";

    /// <summary>Makes the macvlan as FRR's documentation says, with the addresses on it, and starts zebra; vrrpd is started later.</summary>
    /// <param name="node">The machine.</param>
    /// <param name="router">How vrrpd is configured.</param>
    /// <param name="stop">Ends the wait.</param>
    public static async Task<FrrRouter> PrepareAsync(LabNode node, FrrConfiguration router, CancellationToken stop)
    {
        // In bridge mode the card hears what others send from the virtual MAC address, too. A link-local address that is made of it would be every
        // router's: it is given by hand.
        string[] setup =
        [
            $"ip link add {router.Macvlan} link {router.Card} address {router.HardwareAddress} type macvlan mode bridge",
            $"ip link set {router.Macvlan} addrgenmode none",
            .. router.OwnAndVirtual.Select(a => $"ip addr add {a} {(a.Contains(':') ? "nodad" : "")} dev {router.Macvlan}"),
            $"ip link set {router.Macvlan} up",
            "mkdir -p /etc/frr",
            "install -d -o frr -g frr /run/frr",
        ];
        (await node.RunAsync(string.Join(" && ", setup), stop).ConfigureAwait(false)).OrThrow();
        node.WriteFile("/etc/frr/zebra.conf", "");
        node.WriteFile("/etc/frr/vrrpd.conf", router.Text);
        var frr = new FrrRouter(node);
        await frr.UntilThereAsync(frr.zebra, "/run/frr/zserv.api", stop).ConfigureAwait(false);
        return frr;
    }

    /// <summary>Starts vrrpd, and returns when it answers.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        await ForgetAsync().ConfigureAwait(false);
        const string socket = "/run/frr/vrrpd.vty";
        File.Delete(node.PathOf(socket)); // a killed one leaves it
        vrrpd = node.Start(Vrrpd, "-f", "/etc/frr/vrrpd.conf", "--log", "stdout");
        await UntilThereAsync(vrrpd, socket, stop).ConfigureAwait(false);
    }

    /// <summary>SIGTERM: it says priority 0.</summary>
    public Task StopAsync() => vrrpd!.StopAsync();

    /// <summary>kill -9 of vrrpd; zebra stays.</summary>
    public void Kill() => vrrpd!.Kill();

    /// <summary>The state of its one virtual router, in its own words: Initialize, Backup or Master; null while it does not run.</summary>
    public async Task<string?> StateAsync(bool isIpv6, CancellationToken stop)
    {
        if (vrrpd is null or { HasExited: true }) return null;
        CommandResult said = await node.RunAsync($"{Vtysh} -c 'show vrrp json'", stop).ConfigureAwait(false);
        if (said.ExitCode != 0) return null; // it has ended meanwhile
        using var all = JsonDocument.Parse(said.Output);
        return all.RootElement[0].GetProperty(isIpv6 ? "v6" : "v4").GetProperty("status").GetString();
    }

    public async ValueTask DisposeAsync()
    {
        await ForgetAsync().ConfigureAwait(false);
        await zebra.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ForgetAsync()
    {
        if (vrrpd is not { } former) return;
        await former.DisposeAsync().ConfigureAwait(false);
        formerLogs += former.Output;
        vrrpd = null;
    }

    private async Task UntilThereAsync(LabProcess daemon, string socket, CancellationToken stop)
    {
        for (int tries = 0; !File.Exists(node.PathOf(socket)); tries++)
        {
            if (tries > 1000 || daemon.HasExited) throw new LabException($"no {socket} on {node.Name}: {daemon.Output}");
            await Task.Delay(20, stop).ConfigureAwait(false);
        }
    }
}
