using System.Text.Json;
using HaTools.Lab.Machine;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Interop;

/// <summary>hanode and FRR's vrrpd as the two routers of one virtual router, and a client that uses its address all the time.</summary>
internal sealed class FrrPair : IAsyncDisposable
{
    public const string Hanode = "hanode", Frr = "frr";
    private const int RouterId = 51;
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(45);
    private readonly Variant variant;
    private readonly VirtualLab lab;
    private readonly AddressWatch watch;
    private FrrRouter? router;
    private WireWatch? wire;
    private ClientView? client;
    private bool hanodeRuns;

    private FrrPair(Variant variant, VirtualLab lab)
    {
        (this.variant, this.lab) = (variant, lab);
        watch = new AddressWatch(variant.Address, wantsCarrier: true);
    }

    public WireWatch Wire => wire!;

    /// <summary>What the client sees of the address.</summary>
    public ClientView Client => client!;

    public LabNode HanodeMachine => lab[Hanode];

    public LabNode FrrMachine => lab[Frr];

    public string Logs =>
        $"hanode:\n{HanodeMachine.DaemonLog}\nfrr:\n{string.Join('\n', router?.Logs.Split('\n').TakeLast(60) ?? [])}\n{client?.Logs}\nwire:\n"
        + string.Join('\n', Wire.Adverts().TakeLast(60));

    /// <summary>Boots the machines and starts both programs.</summary>
    /// <param name="variant">How they speak.</param>
    /// <param name="hanodeIsPreferred">Who has priority 150; the other one's is 100.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="hidesFromArp">Whether FRR's machine has the kernel parameters that docs/from-keepalived.md asks for.</param>
    public static async Task<FrrPair> StartAsync(Variant variant, bool hanodeIsPreferred, CancellationToken stop, bool hidesFromArp = true)
    {
        const string Card = "eth0", LinkLocal = "fe80::70:2";
        var pair = new FrrPair(variant, await VirtualLab.StartAsync(
        [
            new LabNodeSpec(Hanode, Card, "10.70.0.1/24", "fd00:70::1/64")
            {
                Furnish = node => variant.Furnish(node, DirectorDaemon.Hanode, hanodeIsPreferred),
            },
            new LabNodeSpec(Frr, Card, "10.70.0.2/24", "fd00:70::2/64") { MoreAddresses = [LinkLocal] },
            new LabNodeSpec("client", Card, "10.70.0.3/24", "fd00:70::3/64"),
        ], stop));
        pair.wire = await WireWatch.StartAsync(pair.lab, "lan", stop);
        pair.client = await ClientView.StartAsync(pair.lab["client"], variant.Address, stop);
        if (hidesFromArp) await pair.HideFromArpAsync(stop);

        // No virtual link-local address on FRR's side: vrrpd would take it for its own source if it comes first in the kernel's list.
        string address = $"{variant.Address}/{(variant.IsIpv6 ? 64 : 24)}";
        pair.router = await FrrRouter.PrepareAsync(pair.FrrMachine, new FrrConfiguration(RouterId, hanodeIsPreferred ? 100 : 150, address)
        {
            Version = variant.Version,
            Interval = (int)(variant.Interval * 1000),
            LinkLocal = variant.IsIpv6 ? LinkLocal : null,
        }, stop);
        pair.watch.Add(pair.HanodeMachine);
        pair.watch.Add(pair.FrrMachine);
        await pair.ReturnAsync(Hanode, stop);
        await pair.ReturnAsync(Frr, stop);
        return pair;
    }

    /// <summary>FRR's card no longer answers for an address of its macvlan, nor asks in its name.</summary>
    public async Task HideFromArpAsync(CancellationToken stop) => (await FrrMachine.RunAsync(
        "sysctl -qw net.ipv4.conf.eth0.arp_ignore=1 net.ipv4.conf.eth0.arp_announce=2", stop)).OrThrow();

    /// <summary>The client forgets who has the address and asks for it, so many times; who wants to answers.</summary>
    public async Task AskAsync(int times, CancellationToken stop)
    {
        for (int i = 0; i < times; i++)
        {
            int before = Client.Answers;
            (await lab["client"].RunAsync("ip neigh flush dev eth0", stop)).OrThrow();
            await UntilAsync(() => Client.Answers >= before + 2, "the client is answered");
        }
    }

    /// <summary>The replies for the virtual address that FRR's card has sent, not the macvlan on it.</summary>
    public IReadOnlyList<string> AnswersOfFrrsCard =>
        [.. Client.Heard(m => m == lab.HardwareAddressOf(FrrMachine, "eth0")).Where(f => f.Contains($"Reply {variant.Address} ", StringComparison.Ordinal))];

    public async Task LeaveAsync(string who, Departure departure, CancellationToken stop)
    {
        switch (who, departure)
        {
            case (Hanode, Departure.Stop):
                await HanodeMachine.StopDaemonAsync(stop);
                break;
            case (Hanode, Departure.Kill):
                HanodeMachine.KillDaemon();
                break;
            case (Frr, Departure.Stop):
                await router!.StopAsync();
                break;
            case (Frr, Departure.Kill):
                router!.Kill();
                break;
            default:
                throw new ArgumentException($"{who} cannot leave by {departure}", nameof(departure));
        }

        if (who == Hanode) hanodeRuns = false;
    }

    public async Task ReturnAsync(string who, CancellationToken stop)
    {
        if (who == Frr)
        {
            await router!.StartAsync(stop);
            return;
        }

        await HanodeMachine.StartDaemonAsync(stop);
        hanodeRuns = true;
    }

    /// <summary>
    /// Waits until one is master by all that can be seen: it alone holds the address (but for one that is excused), each of the two that runs says so of
    /// itself, and the client is answered; then it goes on to say so for several intervals, and the other one does not.
    /// </summary>
    public async Task UntilMasterAsync(string who, CancellationToken stop, string? excused = null)
    {
        await UntilAsync(() => watch.Holders.Contains(who) && watch.Holders.All(h => h == who || h == excused), $"{who} holds the address");

        // vrrpd says that it is master before it has said so to others: until they hear it, they may become master too.
        await UntilAsync(() => Wire.Adverts() is { Count: >= 3 } adverts && adverts.TakeLast(3).All(a => a.Sender == who && a.Priority > 0), $"{who} is heard");
        (string? ours, string? theirs) = (null, null);
        bool agreed = false;
        for (DateTime end = DateTime.UtcNow + patience; !agreed && DateTime.UtcNow < end; await Task.Delay(20, stop))
        {
            (ours, theirs) = (await HanodeStateAsync(stop), await router!.StateAsync(variant.IsIpv6, stop));
            agreed = (ours ?? StateOf(Hanode)) == StateOf(Hanode) && (theirs ?? StateOf(Frr)) == StateOf(Frr);
        }

        Assert.True(agreed, $"{who} is master, and hanode says that it is {ours}, FRR {theirs}\n{Logs}");
        await StaysMasterAsync(who);
        int before = Client.Answers;
        await UntilAsync(() => Client.Answers >= before + 5, $"the client is answered by {who}");

        string StateOf(string router) => router == who ? "Master" : "Backup";
    }

    /// <summary>Waits for something.</summary>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        for (DateTime end = DateTime.UtcNow + patience; DateTime.UtcNow < end; await Task.Delay(20))
        {
            if (condition()) return;
        }

        Assert.Fail($"waited in vain until {what}; holders: {string.Join(", ", watch.Holders)}\n{Logs}");
    }

    private async Task StaysMasterAsync(string who)
    {
        // More than the other one would be silent for, were it to take over.
        int more = variant.Interval < 1 ? 10 : 5;

        // By the time on the wire: what was sent before is read a little later.
        long since = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        await UntilAsync(() => Wire.Adverts().Count(a => a.Time > since && a.Sender == who && a.Priority > 0) >= more, $"{who} has sent {more} adverts more");
        HeardAdvert[] others = [.. Wire.Adverts().Where(a => a.Time > since && a.Sender != who)];
        Assert.True(others.Length == 0, $"beside {who} there was {string.Join(", ", others)}\n{Logs}");
    }

    /// <summary>What <c>hanode status</c> says of its one instance; null while it does not run.</summary>
    private async Task<string?> HanodeStateAsync(CancellationToken stop)
    {
        if (!hanodeRuns) return null;
        CommandResult said = await HanodeMachine.RunAsync(HanodeProgram.StatusCommandLine(Hanode) + " --json", stop);
        if (said.ExitCode != 0) return $"no status: {said.Error}";
        using var all = JsonDocument.Parse(said.Output);
        return all.RootElement[0].GetProperty("instances")[0].GetProperty("state").GetString();
    }

    public async ValueTask DisposeAsync()
    {
        if (router is not null) await router.DisposeAsync();
        if (client is not null) await client.DisposeAsync();
        if (wire is not null) await wire.DisposeAsync();
        await lab.DisposeAsync();
        await watch.DisposeAsync();
    }
}
