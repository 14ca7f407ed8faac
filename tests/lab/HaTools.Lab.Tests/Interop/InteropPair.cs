using HaTools.Lab.Machine;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Interop;

/// <summary>Two directors of one instance, of two programs; their network is listened to, and their kernels.</summary>
internal sealed class InteropPair : IAsyncDisposable
{
    private const string Card = "eth0";
    private const string Network = "lan";
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(45);
    private readonly Variant variant;
    private readonly VirtualLab lab;
    private readonly AddressWatch watch;
    private readonly Dictionary<string, AddressLog> logs = [];
    private WireWatch? wire;
    private ClientView? client;

    private InteropPair(Variant variant, VirtualLab lab)
    {
        (this.variant, this.lab) = (variant, lab);
        watch = new AddressWatch(variant.Address);
    }

    public LabNode Preferred => lab["preferred"];

    public LabNode Other => lab["other"];

    public WireWatch Wire => wire!;

    /// <summary>What the client sees of the address.</summary>
    public ClientView Client => client!;

    public string Logs =>
        $"preferred ({Preferred.Daemon}):\n{Preferred.DaemonLog}\nother ({Other.Daemon}):\n{Other.DaemonLog}\nwire:\n"
        + string.Join('\n', Wire.Adverts().TakeLast(60));

    /// <summary>Boots both machines and starts both programs.</summary>
    /// <param name="variant">How they speak.</param>
    /// <param name="hanodeIsPreferred">Who has the higher priority; the other one is keepalived.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="preferredPriority">Instead of 150.</param>
    /// <param name="preferredMore">More lines of the preferred one's instance.</param>
    /// <param name="program">The keepalived; null: Debian's.</param>
    /// <param name="withClient">Whether there is a third machine on the network, which uses the address.</param>
    /// <param name="prepare">Done on each director before its program starts.</param>
    public static async Task<InteropPair> StartAsync(
        Variant variant,
        bool hanodeIsPreferred,
        CancellationToken stop,
        int? preferredPriority = null,
        string preferredMore = "",
        string? program = null,
        bool withClient = false,
        Func<LabNode, Task>? prepare = null)
    {
        (DirectorDaemon preferred, DirectorDaemon other) =
            hanodeIsPreferred ? (DirectorDaemon.Hanode, DirectorDaemon.Keepalived) : (DirectorDaemon.Keepalived, DirectorDaemon.Hanode);
        var pair = new InteropPair(variant, await VirtualLab.StartAsync(
        [
            new LabNodeSpec("preferred", Card, "10.70.0.1/24", "fd00:70::1/64")
            {
                Furnish = node => variant.Furnish(node, preferred, true, preferredPriority, preferredMore, program),
            },
            new LabNodeSpec("other", Card, "10.70.0.2/24", "fd00:70::2/64")
            {
                Furnish = node => variant.Furnish(node, other, false, program: program),
            },
            .. withClient ? [new LabNodeSpec("client", Card, "10.70.0.3/24", "fd00:70::3/64")] : (LabNodeSpec[])[],
        ], stop));
        pair.wire = await WireWatch.StartAsync(pair.lab, Network, stop);
        if (withClient) pair.client = await ClientView.StartAsync(pair.lab["client"], variant.Address, stop);
        foreach (LabNode node in (LabNode[])[pair.Preferred, pair.Other])
        {
            pair.logs.Add(node.Name, new AddressLog(node));
            pair.watch.Add(node);
            if (prepare is not null) await prepare(node);
            await node.StartDaemonAsync(stop);
        }

        return pair;
    }

    public async Task LeaveAsync(Departure departure, CancellationToken stop)
    {
        switch (departure)
        {
            case Departure.Stop:
                await Preferred.StopDaemonAsync(stop);
                break;
            case Departure.LinkDown:
                await Preferred.SetLinkAsync(Card, false, stop);
                break;
            case Departure.Kill:
                Preferred.KillDaemon();
                break;
        }
    }

    public async Task ReturnAsync(Departure departure, CancellationToken stop)
    {
        if (departure != Departure.LinkDown)
        {
            await Preferred.StartDaemonAsync(stop);
            return;
        }

        await Preferred.SetLinkAsync(Card, true, stop);
        // Linux takes an interface's IPv6 addresses away with the link; who configured them has to put them back.
        if (variant.IsIpv6) await Preferred.RunAsync($"ip addr replace fd00:70::1/64 nodad dev {Card}", stop);
    }

    /// <summary>Waits until a machine holds the address, and no other but one that is excused.</summary>
    public async Task UntilHeldByAsync(string holder, string? excused = null)
    {
        for (DateTime end = DateTime.UtcNow + patience; DateTime.UtcNow < end; await Task.Delay(20))
        {
            if (watch.Holders.Contains(holder) && watch.Holders.All(h => h == holder || h == excused)) return;
        }

        string holders = string.Join(", ", watch.Holders);
        Assert.Fail($"{holder} is not the holder of {variant.Address} after {patience.TotalSeconds:0} s: {holders}\n{Logs}");
    }

    /// <summary>Waits until the address is somewhere, and nowhere else.</summary>
    public Task UntilSomebodyHoldsAsync() => UntilAsync(() => watch.Holders.Count == 1, "one holds the address");

    /// <summary>The hardware address of a director's own card.</summary>
    public string CardOf(LabNode node) => lab.HardwareAddressOf(node, Card);

    /// <summary>Waits for something.</summary>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        for (DateTime end = DateTime.UtcNow + patience; DateTime.UtcNow < end; await Task.Delay(50))
        {
            if (condition()) return;
        }

        Assert.Fail($"waited in vain until {what}\n{Logs}");
    }

    /// <summary>Waits until a machine has sent so many more adverts.</summary>
    public Task UntilHeardAsync(string sender, int more)
    {
        int before = Count();
        return UntilAsync(() => Count() >= before + more, $"{sender} has sent {more} adverts more than {before}");

        int Count() => Wire.Adverts().Count(h => h.Sender == sender && h.Priority > 0);
    }

    /// <summary>
    /// Where two directors went on beside each other: each, again and again, says an advert or two (its own, and perhaps an answer) between
    /// the other's. At a handover that happens once or twice, when the last of the one that yields crosses the first of the other; then one of
    /// them goes on for three at least, because who wants to take over has to be without adverts, or be back, for three intervals.
    /// </summary>
    public IReadOnlyList<string> SecondMasters() => SecondMasters(Wire.Adverts());

    /// <inheritdoc cref="SecondMasters()"/>
    public static IReadOnlyList<string> SecondMasters(IEnumerable<HeardAdvert> adverts)
    {
        const int shortTurn = 2, handover = 3;
        List<string> found = [];
        List<(string Sender, int Adverts)> turns = [];
        foreach (HeardAdvert heard in adverts)
        {
            if (heard.Priority == 0) continue;
            if (turns.Count > 0 && turns[^1].Sender == heard.Sender) turns[^1] = (heard.Sender, turns[^1].Adverts + 1);
            else turns.Add((heard.Sender, 1));
        }

        // The first turn and the last are not whole.
        int shortTurns = 0;
        for (int t = 1; t < turns.Count - 1; t++)
        {
            shortTurns = turns[t].Adverts <= shortTurn ? shortTurns + 1 : 0;
            if (shortTurns > handover) found.Add($"turn {t} of {turns[t].Sender} is the {shortTurns}th short one in a row");
        }

        return found;
    }

    /// <summary>
    /// What went in another order than it must: hanode puts the address up after it has said on the wire that it is master; and the one that
    /// yields (the other; it never leaves by itself) takes it down after it has heard the better one, not before, so that the address is
    /// somewhere all the time. (keepalived takes the address over IPv6 while its own is still tentative, and the kernel refuses its adverts.)
    /// </summary>
    public async Task<IReadOnlyList<string>> WrongOrdersAsync()
    {
        // tcpdump tells of an advert when it gets a processor, which may be after its consequences. What is given back is what was looked at: a
        // second look could find the next consequence.
        List<string> found = WrongOrders();
        for (int i = 0; i < 100 && found.Count > 0; i++)
        {
            await Task.Delay(100);
            found = WrongOrders();
        }
        return found;
    }

    private List<string> WrongOrders()
    {
        IReadOnlyList<HeardAdvert> adverts = Wire.Adverts();
        List<string> found = [];
        foreach (LabNode node in (LabNode[])[Preferred, Other])
        {
            long gone = 0, came = 0;
            foreach (AddressEvent e in logs[node.Name].Of(variant.Address))
            {
                if (e.IsGone)
                {
                    bool yields = node == Other && came != 0;
                    if (yields && !adverts.Any(a => a.Sender == "preferred" && a.Priority > 0 && a.Time > came && a.Time <= e.Time))
                        found.Add($"other took the address down at {e.Time} and had not heard the preferred master since {came}");
                    (gone, came) = (e.Time, 0);
                }
                else if (came == 0)
                {
                    came = e.Time;
                    if (node.Daemon == DirectorDaemon.Hanode && !SaysMaster(node, gone, came))
                        found.Add($"{node.Name} had the address at {came} and had not said that it is master since {gone}");
                }
            }
        }

        return found;

        // The preferred one may also put back what was taken from it: then its last word is still that it is master.
        bool SaysMaster(LabNode node, long gone, long came)
        {
            HeardAdvert last = adverts.LastOrDefault(a => a.Sender == node.Name && a.Time <= came);
            return last.Priority > 0 && (node == Preferred || last.Time > gone);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (client is not null) await client.DisposeAsync();
        if (wire is not null) await wire.DisposeAsync();
        foreach (AddressLog log in logs.Values) await log.DisposeAsync();
        await lab.DisposeAsync();
        await watch.DisposeAsync();
    }
}
