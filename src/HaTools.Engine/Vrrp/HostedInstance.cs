using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>What the thread knows of an instance beside what the router knows.</summary>
internal sealed class HostedInstance
{
    private AddressBits[] peers = [];
    private NewsBudget peerNews;
    private NewsBudget garpNews;
    private NewsBudget lossNews;

    public HostedInstance(
        VrrpInstance configuration, HostedInterface carrier, HostedAddress[] addresses, uint? lifetime, bool isGated, bool isParked)
    {
        Interface = carrier;
        Configuration = configuration;
        Addresses = addresses;
        Lifetime = lifetime;
        IsGated = isGated;
        IsParked = isParked;
        Lease = new AddressLease(this);
        foreach (HostedAddress address in addresses) address.Owner = this;
        ReadConfiguration();
        RebuildRequests();
    }

    public VrrpInstance Configuration { get; private set; }

    public string Name => Configuration.Name;

    public HostedInterface Interface { get; private set; }

    public HostedAddress[] Addresses { get; private set; }

    /// <summary>The valid lifetime of the addresses in seconds; null: for ever.</summary>
    public uint? Lifetime { get; private set; }

    public bool IsGated { get; private set; }

    /// <summary>Whether the addresses stand on lo while they are not held.</summary>
    public bool IsParked { get; private set; }

    /// <summary>Whether they have not stood there so far, and what others have there has not been looked at.</summary>
    public bool ComesToBeParked { get; set; }

    /// <summary>The router's index of it; -1: it is not in force.</summary>
    public int Index { get; set; } = -1;

    /// <summary>4 or 6: what its adverts and peers are of.</summary>
    public int Family { get; private set; }

    /// <summary>The group that it speaks and listens to; 0: it has peers.</summary>
    public AddressBits Group { get; private set; }

    /// <summary>The source that was asked for; 0: the interface's own address.</summary>
    public AddressBits ConfiguredSource { get; private set; }

    /// <summary>IPv6: the hop limit of unicast adverts; -1: the socket's choice.</summary>
    public int HopLimit { get; private set; }

    /// <summary>What it speaks and listens with.</summary>
    public HostedSocket Socket { get; set; } = null!;

    /// <summary>Where its source address is taken from, which need not be where it speaks.</summary>
    public HostedInterface SourceInterface => Family == 4 && Interface is { BorrowsSource: true, Base: { } lender } ? lender : Interface;

    /// <summary>The source that the router was told.</summary>
    public AddressBits Source { get; set; }

    /// <summary>
    /// The macvlan that it listens on too, though it speaks and listens on what that stands on (<c>vmac_xmit_base</c>); null: none. A frame from the
    /// virtual MAC address, of a router that sends its adverts with that, is given by the kernel to the macvlan of the same address and to no other.
    /// </summary>
    public HostedInterface? Overheard { get; set; }

    /// <summary>Whether its last advert is noted in the filter of its socket.</summary>
    public bool IsNoted { get; set; }

    /// <summary>Whether its socket's filter keeps repeats, or has kept some.</summary>
    public bool KeepsRepeats { get; set; }

    /// <summary>The errno of the last advert; 0: it was sent.</summary>
    public int SendError { get; set; }

    /// <summary>The errno of the last advert that could not be sent; 0: there was none.</summary>
    public int LastSendError { get; set; }

    /// <summary>What is told of unicasts that could not be sent.</summary>
    public SendTrouble SendTrouble { get; } = new();

    /// <summary>The interface that was last found down, which may be what its own one stands on.</summary>
    public HostedInterface? Down { get; private set; }

    /// <summary>
    /// What the virtual MAC interface stands on, where that one can still send and the interface itself cannot; null: it is not so. Only for IPv4: of IPv6 the source
    /// has gone with the interface.
    /// </summary>
    public HostedInterface? WayOut =>
        Family == 4 && Interface is { BorrowsSource: true, IsUp: false, Base: { IsUp: true } parent } ? parent : null;

    /// <summary>What there is to say of a fault beside its reason.</summary>
    public FaultFacts FaultFacts => new((Down ?? Interface).Name, Interface.Name, FindStranded(), Refusal);

    /// <summary>Whether it uses an authentication header, and so another socket.</summary>
    public bool HasAuthenticationHeader =>
        InstanceSettings.AuthenticationTypeOf(Configuration) == (int)VrrpAuthenticationType.AuthenticationHeader;

    /// <summary>Whether the addresses should stand on their interfaces now.</summary>
    public bool IsHeld { get; set; }

    /// <summary>The requests of the addresses that we manage, made once: renewals reuse them.</summary>
    public AddressRequest[] Requests { get; private set; } = [];

    /// <summary>The address that each of <see cref="Requests"/> is of.</summary>
    public HostedAddress[] Requested { get; private set; } = [];

    /// <summary>The renewal of their lifetimes.</summary>
    public AddressLease Lease { get; }

    /// <summary>The IP identification of the last advert; keepalived's counts from 1 too.</summary>
    public ushort Identification { get; set; }

    /// <summary>When waiting for the gate ends; long.MaxValue: not waiting.</summary>
    public long GateEnds { get; set; } = long.MaxValue;

    /// <summary>Gratuitous ARPs per address that wait for the gate with the addresses.</summary>
    public int GarpsWaiting { get; set; }

    /// <summary>When missing addresses are to be put back; long.MaxValue: none is missing.</summary>
    public long PutBackAt { get; set; } = long.MaxValue;

    /// <summary>When addresses were last put back.</summary>
    public long LastPutBack { get; set; } = long.MinValue / 2;

    /// <summary>How often in a row not all addresses could be put up.</summary>
    public int Failures { get; set; }

    /// <summary>The errno for which none of the addresses can be put up; 0: nothing is against it. Forgotten at <see cref="ObstacleEnds"/>.</summary>
    public int Refusal { get; set; }

    /// <summary>When they were refused.</summary>
    public long RefusedAt { get; set; }

    /// <summary>Whether the refusal is only that nobody knows what the kernel did, for its answer was lost.</summary>
    public bool IsKernelSilent { get; set; }

    /// <summary>When it is time to look whether they can be put up after all; long.MaxValue: there is no obstacle.</summary>
    public long ObstacleEnds { get; set; } = long.MaxValue;

    /// <summary>When addresses that another machine had are tried again; long.MaxValue: there are none.</summary>
    public long DetectAgainAt { get; set; } = long.MaxValue;

    /// <summary>When leftover addresses go at the latest; long.MaxValue: there are none.</summary>
    public long LeftoversUntil { get; set; } = long.MaxValue;

    /// <summary>Whether addresses that a predecessor has left stand on their interfaces.</summary>
    public bool HasLeftovers => LeftoversUntil != long.MaxValue;

    /// <summary>The addresses were added, and nobody has been told.</summary>
    public bool HasNewsOfSetting { get; set; }

    /// <summary>The addresses were removed, and nobody has been told.</summary>
    public bool HasNewsOfRemoving { get; set; }

    /// <summary>What is told of peers.</summary>
    public ref NewsBudget PeerNews => ref peerNews;

    /// <summary>What is told of bursts of gratuitous ARPs, which a peer can bring about.</summary>
    public ref NewsBudget GarpNews => ref garpNews;

    /// <summary>What is told of addresses that others take away.</summary>
    public ref NewsBudget LossNews => ref lossNews;

    /// <summary>The earliest of all that is to be done at a time.</summary>
    public long NextDeadline => Math.Min(Math.Min(DetectAgainAt, Math.Min(ObstacleEnds, GateEnds)), Math.Min(PutBackAt, LeftoversUntil));

    /// <summary>The renewal interval in nanoseconds: a third of the lifetime.</summary>
    public long RenewalInterval => Lifetime is { } seconds ? seconds * 1_000_000_000L / 3 : long.MaxValue;

    /// <summary>Whether it has an address that stands in the same place as another instance's.</summary>
    public bool Has(HostedAddress others)
    {
        foreach (HostedAddress address in Requested)
        {
            if (address.IsSamePlaceAs(others)) return true;
        }

        return false;
    }

    /// <summary>The first tracked address whose own interface cannot carry it; null: there is none.</summary>
    public HostedAddress? FindStranded()
    {
        foreach (HostedAddress address in Addresses)
        {
            if (address.Carrier != Interface && !address.IsUntracked && !address.Carrier.IsUp) return address;
        }

        return null;
    }

    /// <summary>Notes which interface keeps it from taking part. One that is up again, but not for long enough to count, is still the reason.</summary>
    public void NoteDown()
    {
        if (Interface.Base is { IsUp: false } lower) Down = lower;
        else if (!Interface.IsUp) Down = Interface;
    }

    /// <summary>What keeps the addresses from being put up.</summary>
    public AddressObstacle Obstacle =>
        Refusal != 0 ? AddressObstacle.Refused : FindStranded() is null ? AddressObstacle.None : AddressObstacle.InterfaceDown;

    /// <summary>Goes over to the settings of another instance object, of the same virtual router, keeping what is going on.</summary>
    public void Become(HostedInstance other)
    {
        Configuration = other.Configuration;
        Interface = other.Interface;
        Overheard = other.Overheard;
        Addresses = other.Addresses;
        Lifetime = other.Lifetime;
        IsGated = other.IsGated;
        ComesToBeParked = other.IsParked && (!IsParked || ComesToBeParked);
        IsParked = other.IsParked;
        Down = null;
        Failures = Refusal = 0;
        ObstacleEnds = long.MaxValue;
        foreach (HostedAddress address in Addresses) address.Owner = this;
        ReadConfiguration();
        RebuildRequests();
    }

    /// <summary>Whether adverts come from there.</summary>
    public bool HasPeer(AddressBits source) => Array.IndexOf(peers, source) >= 0;

    /// <summary>Makes the requests anew: an interface has another index, or an address has turned out to be the host's own.</summary>
    public void RebuildRequests()
    {
        Requested = [.. Addresses.Where(a => !a.BelongsToHost && !a.IsAbandoned && !a.IsDuplicate)];
        Requests = [.. Requested.Select(a => a.Request(Lifetime))];
    }

    private void ReadConfiguration()
    {
        Family = Configuration.AddressFamily;
        peers = [.. Configuration.UnicastPeers.Select(p => WireAddress.Of(p.Address))];
        bool isUnicast = peers.Length > 0 || Configuration.UnicastFaultNoPeer;
        Group = isUnicast ? 0
            : Configuration.MulticastGroup is { } group ? WireAddress.Of(group)
            : Family == 6 ? VrrpProtocol.MulticastAddress6 : VrrpProtocol.MulticastAddress;
        ConfiguredSource = Configuration.SourceAddress is { } source ? WireAddress.Of(source) : 0;
        HopLimit = isUnicast ? Configuration.UnicastTtl ?? -1 : -1;
    }
}
