using HaTools.Netlink.Route;

namespace HaTools.Engine.Vrrp;

/// <summary>A virtual address of an instance, and where it stands.</summary>
internal sealed class HostedAddress
{
    public HostedAddress(VirtualAddress address, HostedInterface carrier)
    {
        Configured = address;
        Carrier = carrier;
        Number = Ipv4.Number(address.Address);
        PrefixLength = address.PrefixLength;
    }

    public VirtualAddress Configured { get; }

    public HostedInterface Carrier { get; }

    /// <summary>The address as a number.</summary>
    public UInt128 Number { get; }

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

    /// <summary>Whether this is the address of that number and prefix length.</summary>
    public bool Is(UInt128 number, int prefixLength) => Number == number && PrefixLength == prefixLength;

    /// <summary>Whether the kernel sees another address as one of the same subnet: the same prefix, of the same length.</summary>
    public bool SharesSubnetWith(UInt128 number, int prefixLength) =>
        PrefixLength == prefixLength && ((Number ^ number) & Ipv4.Mask(prefixLength)) == 0;

    /// <summary>The request that adds or renews it, or names it for removal.</summary>
    public AddressRequest Request(uint? lifetime) => new(Carrier.RequestIndex, Configured.Address, PrefixLength)
    {
        Label = Configured.Label,
        Scope = (RouteScope)(Configured.Scope ?? AddressScope.Global),
        Broadcast = Configured.Broadcast,
        ValidLifetime = lifetime,
        PreferredLifetime = lifetime,
    };

    /// <summary>The request for its place on lo. The label tells ours from those that a script has put there.</summary>
    public AddressRequest ParkingRequest() => new(Loopback.Index, Configured.Address, 32) { Label = Loopback.Label };

    /// <summary>Whether what stands on the interface is what was asked for; the kernel changes none of this in an address that is there
    /// already.</summary>
    public bool Matches(AddressInfo found) =>
        found.Label == (Configured.Label ?? Carrier.Name)
        && found.Scope == (RouteScope)(Configured.Scope ?? AddressScope.Global)
        && Equals(found.Broadcast, Configured.Broadcast);
}

/// <summary>The loopback interface, where addresses are parked.</summary>
internal static class Loopback
{
    /// <summary>lo is the first interface of every network namespace (LOOPBACK_IFINDEX, include/net/net_namespace.h).</summary>
    public const int Index = 1;

    public const string Label = "lo:hatools";
}
