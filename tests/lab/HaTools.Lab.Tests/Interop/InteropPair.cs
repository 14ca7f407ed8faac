using HaTools.Lab.Machine;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Interop;

/// <summary>Two directors of one instance, of two programs, and a machine that listens.</summary>
internal sealed class InteropPair : IAsyncDisposable
{
    private const string Card = "eth0";
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(45);
    private readonly VirtualLab lab;
    private readonly AddressWatch watch = new(Variant.Address);
    private AdvertEar? ear;
    private LabProcess? tcpdump;

    private InteropPair(VirtualLab lab) => this.lab = lab;

    public LabNode Preferred => lab["preferred"];

    /// <summary>How long two have held the address at once.</summary>
    public TimeSpan LongestDouble => watch.LongestDouble;

    public string Logs =>
        $"preferred ({Preferred.Daemon}):\n{Preferred.DaemonLog}\nother ({lab["other"].Daemon}):\n{lab["other"].DaemonLog}";

    public static async Task<InteropPair> StartAsync(Variant variant, bool hanodeIsPreferred, CancellationToken stop)
    {
        (DirectorDaemon preferred, DirectorDaemon other) =
            hanodeIsPreferred ? (DirectorDaemon.Hanode, DirectorDaemon.Keepalived) : (DirectorDaemon.Keepalived, DirectorDaemon.Hanode);
        var pair = new InteropPair(await VirtualLab.StartAsync(
        [
            new LabNodeSpec("preferred", Card, "10.70.0.1/24") { Furnish = node => Furnish(node, preferred, 150) },
            new LabNodeSpec("other", Card, "10.70.0.2/24") { Furnish = node => Furnish(node, other, 100) },
            new LabNodeSpec("listener", Card, "10.70.0.9/24"),
        ], stop));
        pair.ear = new AdvertEar(pair.lab["listener"], Card);
        pair.tcpdump = pair.lab["listener"].Start("tcpdump", "-n", "-vv", "-l", "-i", Card, "ip proto 112");
        foreach (string name in (string[])["preferred", "other"])
        {
            pair.watch.Add(pair.lab[name]);
            await pair.lab[name].StartDaemonAsync(stop);
        }

        return pair;

        void Furnish(LabNode node, DirectorDaemon daemon, int priority)
        {
            node.UseDaemon(daemon);
            node.WriteFile("/etc/keepalived/keepalived.conf", variant.Configuration(priority));
        }
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

    public Task ReturnAsync(Departure departure, CancellationToken stop) =>
        departure == Departure.LinkDown ? Preferred.SetLinkAsync(Card, true, stop) : Preferred.StartDaemonAsync(stop);

    /// <summary>Waits until a machine holds the address, and no other but one that is excused.</summary>
    public async Task UntilHeldByAsync(string holder, string? excused = null)
    {
        for (DateTime end = DateTime.UtcNow + patience; DateTime.UtcNow < end; await Task.Delay(20))
        {
            if (watch.Holders.Contains(holder) && watch.Holders.All(h => h == holder || h == excused)) return;
        }

        string holders = string.Join(", ", watch.Holders);
        Assert.Fail($"{holder} is not the holder of {Variant.Address} after {patience.TotalSeconds:0} s: {holders}\n{Logs}");
    }

    /// <summary>
    /// Adverts of a director that went on after the other had spoken: each that is followed by another of the same sender without a
    /// farewell or silence of the one that spoke in between. A single one may cross the newcomer's first on the wire.
    /// </summary>
    public IReadOnlyList<string> SecondMasters() => SecondMasters(ear!.Heard);

    /// <inheritdoc cref="SecondMasters()"/>
    public static IReadOnlyList<string> SecondMasters(IEnumerable<HeardAdvert> adverts)
    {
        List<string> found = [];
        IReadOnlyList<HeardAdvert> heard = [.. adverts.Where(h => h.Priority > 0)];
        for (int i = 4; i < heard.Count; i++)
        {
            // a b a b a: both go on. With one fewer, a's second may have crossed b's first.
            (byte a, byte b) = (heard[i].Sender, heard[i - 1].Sender);
            if (a != b && heard[i - 2].Sender == a && heard[i - 3].Sender == b && heard[i - 4].Sender == a)
                found.Add($"advert {i}: senders {a} {b} {a} {b} {a}");
        }

        return found;
    }

    /// <summary>What tcpdump made of all that was sent.</summary>
    public Task<string> DecodeAsync() => tcpdump!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        if (tcpdump is not null) await tcpdump.DisposeAsync();
        if (ear is not null) await ear.DisposeAsync();
        await lab.DisposeAsync();
        await watch.DisposeAsync();
    }
}
