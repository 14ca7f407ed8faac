using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// Tells the links where the addresses are now: gratuitous ARPs and unsolicited neighbour advertisements. Where a pace is set for an interface they wait
/// in a queue for their turn, of which an address has one place however often it is to be told.
/// </summary>
/// <param name="arp">What they are sent with.</param>
internal sealed class Announcer(ArpSocket arp)
{
    private readonly byte[] frame = new byte[NeighbourAdvertisement.FrameLength];
    private AnnouncementPace[] paces = [];

    /// <summary>When <see cref="Drain(long)"/> is to be called next; long.MaxValue: nothing waits.</summary>
    public long NextDeadline { get; private set; } = long.MaxValue;

    /// <summary>Other paces are in force. What waits goes on waiting, in its new place; what is on an interface that has left does not.</summary>
    public void SetPaces(AnnouncementPace[] next)
    {
        AnnouncementPace[] former = paces;
        paces = next;
        foreach (AnnouncementPace pace in former)
        {
            while (pace.TryTake(out HostedAddress? address))
            {
                // An address that left together with its interface still points to the former pace, which is being emptied.
                if (address.Carrier.Pace is { } now && next.Contains(now)) now.Add(address);
                else address.AnnouncementsWaiting = 0;
            }
        }

        Reckon();
    }

    /// <summary>Announces an address once; where there is a pace it gets in line, and <see cref="Drain(long)"/> is to be called.</summary>
    /// <param name="address">The address.</param>
    /// <param name="count">How often altogether, where it has to wait.</param>
    public void Announce(HostedAddress address, int count)
    {
        if (address.Carrier.Pace is not { } pace)
        {
            Send(address);
            return;
        }

        if (address.AnnouncementsWaiting == 0) pace.Add(address);
        address.AnnouncementsWaiting = Math.Max(address.AnnouncementsWaiting, count);
    }

    /// <summary>Sends what is due.</summary>
    public void Drain(long now)
    {
        foreach (AnnouncementPace pace in paces) Drain(pace, now);
        Reckon();
    }

    private void Drain(AnnouncementPace pace, long now)
    {
        while (pace.Next <= now && pace.TryTake(out HostedAddress? address))
        {
            // It has left meanwhile.
            if (!address.Owner.IsHeld || !address.MayBeAnnounced)
            {
                address.AnnouncementsWaiting = 0;
                continue;
            }

            Send(address);
            pace.Sent(address.Family, now);
            if (--address.AnnouncementsWaiting > 0) pace.Add(address);
        }
    }

    private void Reckon()
    {
        NextDeadline = long.MaxValue;
        foreach (AnnouncementPace pace in paces)
        {
            if (!pace.IsEmpty) NextDeadline = Math.Min(NextDeadline, pace.Next);
        }
    }

    private void Send(HostedAddress address)
    {
        HostedInterface carrier = address.Carrier;
        // A failure is not told: the advert that went before would have failed for the same reason.
        if (carrier.Index == 0 || carrier.ArpAddress.Length == 0) return;
        if (address.Family == 4)
        {
            _ = arp.SendGratuitous(carrier.Index, carrier.ArpAddress, (uint)address.Number);
            return;
        }

        NeighbourAdvertisement.Write(frame, carrier.ArpAddress, address.Number, carrier.IsRouter6);
        _ = arp.SendFrame(carrier.Index, frame);
    }
}

/// <summary>The pace of announcements on interfaces that share a switch (keepalived: <c>garp_group</c>), and what waits for it.</summary>
/// <param name="garpInterval">The least time between two gratuitous ARPs, in nanoseconds.</param>
/// <param name="neighbourInterval">The least time between two neighbour advertisements, in nanoseconds.</param>
internal sealed class AnnouncementPace(long garpInterval, long neighbourInterval)
{
    private readonly Queue<HostedAddress> waiting = new();

    /// <summary>When the next may go.</summary>
    public long Next { get; private set; } = long.MinValue;

    public bool IsEmpty => waiting.Count == 0;

    /// <summary>The paces of a configuration by interface; one that has none is not paced.</summary>
    public static Dictionary<string, AnnouncementPace> Of(HaConfiguration configuration, IEnumerable<string> interfaces)
    {
        Dictionary<string, AnnouncementPace> paces = [];
        foreach (GarpGroup group in configuration.GarpGroups)
        {
            var pace = new AnnouncementPace(Nanoseconds(group.GarpInterval), Nanoseconds(group.NeighborAdvertisementInterval));
            foreach (string name in group.Interfaces) paces[name] = pace;
        }

        long garp = Nanoseconds(configuration.GarpInterval), neighbour = Nanoseconds(configuration.NeighborAdvertisementInterval);
        if (garp == 0 && neighbour == 0) return paces;
        foreach (string name in interfaces)
        {
            if (!paces.ContainsKey(name)) paces.Add(name, new AnnouncementPace(garp, neighbour));
        }

        return paces;
    }

    public void Add(HostedAddress address) => waiting.Enqueue(address);

    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out HostedAddress? address) => waiting.TryDequeue(out address);

    public void Sent(int family, long now) => Next = now + (family == 4 ? garpInterval : neighbourInterval);

    private static long Nanoseconds(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;
}
