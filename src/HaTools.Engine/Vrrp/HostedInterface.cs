using HaTools.Engine.Trackers;
using HaTools.Engine.VirtualInterfaces;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Vrrp;

/// <summary>An interface that adverts or virtual addresses use, as the thread knows it.</summary>
internal sealed class HostedInterface(string name)
{
    private Debounce debounce;
    private bool isUp;

    public string Name { get; } = name;

    /// <summary>No interface has this index: what asks for it is refused with ENODEV or ENXIO, after it has gone all the way.</summary>
    public const int NoSuchIndex = int.MaxValue;

    /// <summary>0: the interface does not exist now.</summary>
    public int Index { get; private set; }

    /// <summary>The index for requests, which the kernel refuses with ENODEV while the interface does not exist.</summary>
    public int RequestIndex => Index == 0 ? NoSuchIndex : Index;

    /// <summary>The interface that it was made on by us (a virtual MAC address, an ipvlan); null: it is none of ours.</summary>
    public HostedInterface? Base { get; set; }

    /// <summary>What it is to be, if we have made it; null: it is none of ours.</summary>
    public PlannedInterface? Planned { get; set; }

    /// <summary>Whether an interface of its name is the one: somebody may have put another in the place of one that we made.</summary>
    public bool Accepts(LinkInfo link) => Planned?.IsLike(link) ?? true;

    /// <summary>Whether IPv4 adverts that leave from here carry an address of <see cref="Base"/>, as it has none of its own.</summary>
    public bool BorrowsSource { get; set; }

    /// <summary>Whether it can carry packets: IFF_UP and IFF_RUNNING, and so its base, whose state is known sooner.</summary>
    public bool IsUp => isUp && (Base?.IsUp ?? true);

    /// <summary>Whether it counts as up: <see cref="IsUp"/>, once that has lasted as long as the configuration's delays ask for.</summary>
    public bool CountsAsUp => debounce.Settled ?? IsUp;

    /// <summary>Six bytes; empty: it has none (lo, a tunnel) or does no ARP.</summary>
    public byte[] ArpAddress { get; private set; } = [];

    /// <summary>The first IPv4 address of the host itself; 0: none.</summary>
    public AddressBits SourceAddress4 { get; set; }

    /// <summary>The first link-local IPv6 address that can be used; 0: none.</summary>
    public AddressBits SourceAddress6 { get; set; }

    /// <summary>The sockets of the instances that live here.</summary>
    public List<HostedSocket> Sockets { get; } = [];

    /// <summary>Whether an instance takes its source address from here (else it only carries addresses).</summary>
    public bool IsSource { get; set; }

    /// <summary>Whether its source addresses have been looked for since it became a source.</summary>
    public bool KnowsSource { get; set; }

    /// <summary>Whether it was made for a virtual router, with a MAC address of its own.</summary>
    public bool IsVirtual { get; set; }

    /// <summary>Whether it forwards IPv6: neighbour advertisements say so.</summary>
    public bool IsRouter6 { get; set; }

    /// <summary>The pace of announcements; null: there is none.</summary>
    public AnnouncementPace? Pace { get; set; }

    /// <summary>Whether the plan in force has it.</summary>
    public bool IsUsed { get; set; }

    /// <summary>When its state and addresses are read again, because they could not be; long.MaxValue: they could.</summary>
    public long LookAgainAt { get; set; } = long.MaxValue;

    /// <summary>How often in a row they could not.</summary>
    public int LookFailures { get; set; }

    /// <summary>Whether the kernel, when a primary address goes, makes a secondary one of its subnet the primary, rather than deleting them
    /// all.</summary>
    public bool Promotes { get; set; } = true;

    /// <summary>Whether that is by our doing.</summary>
    public bool PromotesByUs { get; set; }

    /// <summary>Whether addresses were added here that have not been read back yet.</summary>
    public bool NeedsVerification { get; set; }

    /// <summary>Whether addresses of the host came or went here that have not been looked at yet.</summary>
    public bool HostAddressesChanged { get; set; }

    /// <summary>When something is to be done with it that could not be done; long.MaxValue: there is nothing.</summary>
    public long NextDeadline
    {
        get
        {
            long next = Math.Min(LookAgainAt, debounce.Due ?? long.MaxValue);
            foreach (HostedSocket socket in Sockets) next = Math.Min(next, socket.ReopenAt);
            return next;
        }
    }

    /// <summary>The socket of a family; made, but not opened, when there is none yet.</summary>
    public HostedSocket SocketOf(int family, bool authenticationHeader)
    {
        foreach (HostedSocket socket in Sockets)
        {
            if (socket.Family == family && socket.AuthenticationHeader == authenticationHeader) return socket;
        }

        var made = new HostedSocket(this, family, authenticationHeader);
        Sockets.Add(made);
        return made;
    }

    /// <summary>How long a change of <see cref="IsUp"/> must last before it counts, in nanoseconds.</summary>
    public void SetDelays(long up, long down) => debounce.SetDelays(up, down);

    /// <summary>Takes the present state into account. One that is gone is down at once: there is nothing that could come back.</summary>
    /// <returns>Whether what counts has changed.</returns>
    public bool Settle(long now)
    {
        bool before = CountsAsUp;
        if (Index == 0 && debounce.Settled == true) debounce = debounce.Reset();
        _ = debounce.Hear(IsUp, now);
        return CountsAsUp != before;
    }

    /// <summary>Takes over what the kernel says of it; null: it is gone.</summary>
    public void Set(LinkInfo? link)
    {
        Index = link?.Index ?? 0;
        isUp = link is { IsUp: true, IsRunning: true };
        const int Ethernet = 1;
        bool doesArp = link is { HardwareType: Ethernet } && (link.Flags & LinkFlags.NoArp) == 0;
        byte[] address = doesArp ? link!.HardwareAddress.GetAddressBytes() : [];
        ArpAddress = address.Length == 6 ? address : [];
    }
}
