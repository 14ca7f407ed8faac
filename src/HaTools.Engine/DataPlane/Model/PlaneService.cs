using System.Net;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// A service as it is, or should be, in a plane, with everything that IPVS keeps of one. What a configuration does not speak of has its default here, which is
/// as much a statement as the rest: a service of ours is brought to it whole.
/// </summary>
internal sealed record PlaneService
{
    public required ServiceKey Key { get; init; }

    public required string Scheduler { get; init; }

    /// <summary>How long a client stays with its real server, in seconds; null: no persistence.</summary>
    public uint? Persistence { get; init; }

    /// <summary>Which bits of a client's address persistence looks at, a mask of the service's family; null: all of them.</summary>
    public IPAddress? Netmask
    {
        get;

        // The kernel says the same of both, and what is read must be what was written.
        init => field = value is null || !value.GetAddressBytes().AsSpan().ContainsAnyExcept((byte)0xff) ? null : value;
    }

    /// <summary>What persistence looks at beside the address (<c>sip</c>); null: nothing.</summary>
    public string? PersistenceEngine { get; init; }

    /// <summary>
    /// One-packet scheduling and the flags of the scheduler. Persistent is never among them (<see cref="Persistence"/> says it), nor is Hashed, which is the
    /// kernel's own.
    /// </summary>
    public IpvsServiceFlags Flags { get; init => field = value & ~(IpvsServiceFlags.Persistent | IpvsServiceFlags.Hashed); }

    /// <summary>The real servers, in the plane's order.</summary>
    public IReadOnlyList<PlaneDestination> Destinations { get; init; } = [];

    /// <summary>Whether two services that should be are the same with all that they say of their servers.</summary>
    public bool SameWhole(PlaneService other) => SameService(other) && Destinations.SequenceEqual(other.Destinations);

    /// <summary>Whether all properties of the service itself (not its servers) are the same.</summary>
    public bool SameService(PlaneService other) => (this with { Destinations = [] }) == (other with { Destinations = [] });
}
