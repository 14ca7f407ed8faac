using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Watching;

/// <summary>An advert on the wire, as tcpdump read it.</summary>
/// <param name="Time">When the kernel saw it, in microseconds since 1970.</param>
/// <param name="Sender">The machine that its frame came from.</param>
/// <param name="RouterId">The virtual router id.</param>
/// <param name="Priority">0: the sender gives up.</param>
internal readonly record struct HeardAdvert(long Time, string Sender, int RouterId, int Priority);

/// <summary>A gratuitous ARP or an unsolicited neighbour advertisement: this machine has that address.</summary>
internal readonly record struct Announcement(long Time, string Sender, string Address);

/// <summary>
/// Everything about VRRP that crosses a network of the lab, unicast too: tcpdump at the switch, whose reading is nobody's here.
/// </summary>
internal sealed partial class WireWatch : IAsyncDisposable
{
    private const string Filter = "proto 112 or proto 51 or ip6 proto 112 or arp or (icmp6 and ip6[40] == 136)";
    private readonly VirtualLab lab;
    private readonly LabProcess tcpdump;

    private WireWatch(VirtualLab lab, LabProcess tcpdump) => (this.lab, this.tcpdump) = (lab, tcpdump);

    public static async Task<WireWatch> StartAsync(VirtualLab lab, string network, CancellationToken stop)
    {
        LabProcess tcpdump = lab.Switch.Start("tcpdump", "-n", "-tt", "-e", "-vv", "-l", "-s0", "--immediate-mode", "-Z", "root", "-i", network, Filter);
        for (int tries = 0; !tcpdump.Output.Contains("listening on", StringComparison.Ordinal); tries++)
        {
            if (tries > 500) throw new LabException($"tcpdump does not listen: {tcpdump.Output}");
            await Task.Delay(20, stop).ConfigureAwait(false);
        }

        return new WireWatch(lab, tcpdump);
    }

    /// <summary>All that tcpdump has said.</summary>
    public string Text => tcpdump.Output;

    public IReadOnlyList<HeardAdvert> Adverts()
    {
        List<HeardAdvert> found = [];
        foreach (string packet in Packets())
        {
            if (AdvertLine().Match(packet) is { Success: true } advert)
                found.Add(new HeardAdvert(TimeOf(packet), SenderOf(packet), Number(advert.Groups[1]), Number(advert.Groups[2])));
        }

        return found;
    }

    public IReadOnlyList<Announcement> Announcements()
    {
        List<Announcement> found = [];
        foreach (string packet in Packets())
        {
            if (GratuitousArp().Match(packet) is { Success: true } arp)
                found.Add(new Announcement(TimeOf(packet), SenderOf(packet), arp.Groups[1].Value));
            else if (packet.Contains("> 33:33:00:00:00:01", StringComparison.Ordinal) && NeighborAdvertisement().Match(packet) is { Success: true } na)
                found.Add(new Announcement(TimeOf(packet), SenderOf(packet), na.Groups[1].Value));
        }

        return found;
    }

    public ValueTask DisposeAsync() => tcpdump.DisposeAsync();

    /// <summary>One text for each packet: a line that begins with blanks goes on with the one before.</summary>
    private IEnumerable<string> Packets() => Continuation().Replace(Text, " ").Split('\n').Where(l => Stamp().IsMatch(l));

    private static long TimeOf(string packet)
    {
        Match stamp = Stamp().Match(packet);
        return long.Parse(stamp.Groups[1].Value + stamp.Groups[2].Value, CultureInfo.InvariantCulture);
    }

    private string SenderOf(string packet)
    {
        string hardware = Stamp().Match(packet).Groups[3].Value;
        if (lab.OwnerOf(hardware) is { } owner) return owner.Name;

        // A virtual MAC address is everybody's: who an advert is from, its source tells.
        return AdvertSource().Match(packet) is { Success: true } source && lab.OwnerOf(IPAddress.Parse(source.Groups[1].Value)) is { } sender
            ? sender.Name
            : hardware;
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\n\s+")]
    private static partial Regex Continuation();

    [GeneratedRegex(@"^(\d+)\.(\d{6}) ([0-9a-f:]{17}) > ")]
    private static partial Regex Stamp();

    [GeneratedRegex(@"VRRPv[23], Advertisement, (?:\(ttl \d+\), )?vrid (\d+), prio (\d+)")]
    private static partial Regex AdvertLine();

    [GeneratedRegex(@"([0-9a-f.:]+) > (?:224\.0\.0\.18|ff02::12): ")]
    private static partial Regex AdvertSource();

    [GeneratedRegex(@"Request who-has ([0-9.]+) (?:\([0-9a-f:]+\) )?tell \1,")]
    private static partial Regex GratuitousArp();

    [GeneratedRegex(@"neighbor advertisement.*tgt is ([0-9a-f:]+)")]
    private static partial Regex NeighborAdvertisement();
}
