using HaTools.Engine.Network;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>A virtual address of an instance, and where it stands.</summary>
internal sealed class HostedAddress
{
    public HostedAddress(VirtualAddress address, HostedInterface carrier)
    {
        Configured = address;
        Carrier = carrier;
        Number = WireAddress.Of(address.Address);
        Family = WireAddress.FamilyOf(address.Address);
        PrefixLength = address.PrefixLength;
    }

    public VirtualAddress Configured { get; }

    public HostedInterface Carrier { get; }

    /// <summary>The address as a number.</summary>
    public AddressBits Number { get; }

    /// <summary>4 or 6.</summary>
    public int Family { get; }

    /// <summary>The instance that it is of.</summary>
    public HostedInstance Owner { get; set; } = null!;

    /// <summary>Another virtual address of this node with the same number (a second instance, another interface or family); null: no more.</summary>
    public HostedAddress? Namesake { get; set; }

    /// <summary>Whether it is another one's <see cref="Namesake"/>.</summary>
    public bool IsNamesake { get; set; }

    /// <summary>Whether it may stand on its interface by our doing.</summary>
    public bool MayStand { get; set; }

    /// <summary>The prefix length in force: the configured one, or 32 where that could cost the host an address
    /// (<see cref="HostedInterface.Promotes"/>).</summary>
    public int PrefixLength { get; set; }

    /// <summary>Whether it was looked for on the host when it came into the configuration.</summary>
    public bool IsKnown { get; set; }

    /// <summary>It stood on the interface when we came, and we have not touched it yet.</summary>
    public bool IsLeftover { get; set; }

    /// <summary>It is the host's own (the address owner of RFC 9568): never added, fenced or removed.</summary>
    public bool BelongsToHost { get; set; }

    /// <summary>It stood on lo before us, put there by somebody else: not ours to remove.</summary>
    public bool ParkedByOthers { get; set; }

    /// <summary>The errno of the last attempt to add it, 0 when it went well: said once, not with every attempt.</summary>
    public int Error { get; set; }

    /// <summary>Somebody has taken it away, and it is to be put back.</summary>
    public bool IsLost { get; set; }

    /// <summary>Whether the kernel is to look for it on the link before it is used (duplicate address detection, RFC 4862 section 5.4).</summary>
    public bool DetectsDuplicates => Family == 6 && !BelongsToHost && (Configured.Options & AddressOptions.DetectDuplicates) != 0;

    /// <summary>Whether that has ended well since it was put up.</summary>
    public bool IsProven { get; set; }

    /// <summary>Another machine on the link has it: it is away until <see cref="DetectAgainAt"/>.</summary>
    public bool IsDuplicate { get; set; }

    /// <summary>How often in a row another machine was found to have it.</summary>
    public int Duplicates { get; set; }

    /// <summary>When the link is asked again; meaningful with <see cref="IsDuplicate"/>.</summary>
    public long DetectAgainAt { get; set; }

    /// <summary>The longest prefix of its family: it has no subnet.</summary>
    public int HostPrefix => Family == 4 ? 32 : 128;

    /// <summary>Whether its loss is of no matter to anybody (keepalived: <c>no_track</c>), and its interface's state neither.</summary>
    public bool IsUntracked => Configured.NoTrack;

    /// <summary>It is untracked, and somebody has removed it: it is not put up before the instance becomes master again.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Whether it was put up anew because the kernel kept something else of it than was asked for, and has not been seen right since.</summary>
    public bool WasCorrected { get; set; }

    /// <summary>Whether that did not help, which is told once.</summary>
    public bool StaysWrong { get; set; }

    /// <summary>Whether it stands here as far as is known, so that the links may be told.</summary>
    public bool MayBeAnnounced => BelongsToHost || (!IsAbandoned && Error == 0 && (IsProven || !DetectsDuplicates));

    /// <summary>Whether it is on this host now, as far as is known.</summary>
    public bool Stands => BelongsToHost || (Owner.IsHeld && MayBeAnnounced && !IsLost);

    /// <summary>Whether this is the address of that number and prefix length.</summary>
    public bool Is(AddressBits number, int family, int prefixLength) =>
        Number == number && Family == family && PrefixLength == prefixLength;

    /// <summary>Whether it is one that was found.</summary>
    public bool Is(AddressInfo found) => Is(WireAddress.Of(found.Address), WireAddress.FamilyOf(found.Address), found.PrefixLength);

    /// <summary>Whether two stand in the same place: whoever removes one removes the other.</summary>
    public bool IsSamePlaceAs(HostedAddress other) => Carrier == other.Carrier && Is(other.Number, other.Family, other.PrefixLength);

    /// <summary>Whether the kernel sees another IPv4 address as one of the same subnet: the same prefix, of the same length.</summary>
    public bool SharesSubnetWith(AddressBits number, int prefixLength) =>
        Family == 4 && PrefixLength == prefixLength
        && WireAddress.SameSubnet(Configured.Peer is { } peer ? WireAddress.Of(peer) : Number, number, prefixLength);

    /// <summary>How many announcements of it wait for their turn.</summary>
    public int AnnouncementsWaiting { get; set; }

    /// <summary>The request that adds or renews it, or names it for removal.</summary>
    public AddressRequest Request(uint? lifetime) => new(Carrier.RequestIndex, Configured.Address, PrefixLength)
    {
        Label = Configured.Label,
        Scope = (RouteScope)(Configured.Scope ?? AddressScope.Global),
        Broadcast = Configured.Broadcast,
        Peer = Configured.Peer,
        Flags = Flags,
        ValidLifetime = lifetime,
        PreferredLifetime = Translation.IsDeprecated(Configured) ? 0 : lifetime,

        // A successor knows by it whose it is, where it has no lifetime.
        Protocol = Translation.Protocol,
    };

    /// <summary>
    /// The kernel's numbers are the model's, but for duplicate address detection: a virtual address has no time for it, and the one who had the address
    /// before may still answer.
    /// </summary>
    private AddressFlags Flags
    {
        get
        {
            var flags = (AddressFlags)(Configured.Options & ~AddressOptions.DetectDuplicates);
            return Family == 6 && (Configured.Options & AddressOptions.DetectDuplicates) == 0 ? flags | AddressFlags.NoDad : flags;
        }
    }

    /// <summary>The request for its place on lo. The label tells ours from those that a script has put there.</summary>
    public AddressRequest ParkingRequest() => new(Loopback.Index, Configured.Address, HostPrefix)
    {
        Label = Family == 4 ? Loopback.Label : null,
        Flags = Family == 6 ? AddressFlags.NoDad : AddressFlags.None,
    };

    /// <summary>Whether what stands on the interface is what was asked for; the kernel changes none of this in an address that is there
    /// already.</summary>
    public bool Matches(AddressInfo found) =>
        Equals(found.Peer, Configured.Peer)
        && (found.Flags & AddressFlags.NoPrefixRoute) == (Flags & AddressFlags.NoPrefixRoute)
        && (Family == 6
            || (found.Label == (Configured.Label ?? Carrier.Name)
                && found.Scope == (RouteScope)(Configured.Scope ?? AddressScope.Global)
                && Equals(found.Broadcast, Configured.Broadcast)));
}

/// <summary>The loopback interface, where addresses are parked.</summary>
internal static class Loopback
{
    /// <summary>lo is the first interface of every network namespace (LOOPBACK_IFINDEX, include/net/net_namespace.h).</summary>
    public const int Index = 1;

    public const string Label = "lo:hatools";
}
