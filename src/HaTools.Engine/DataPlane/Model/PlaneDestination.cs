using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>A real server as it is, or should be, in a plane, with everything that IPVS keeps of one.</summary>
internal sealed record PlaneDestination
{
    public required DestinationKey Key { get; init; }

    public required IpvsForwardingMethod Forwarding { get; init; }

    /// <summary>0 to 65535; 0 takes no new connections.</summary>
    public required int Weight { get; init; }

    /// <summary>
    /// With <see cref="Weight"/> 0, the weight that the server is entered with before it gets that: some schedulers go by it
    /// (<see cref="ServerOrder.RemembersWeight"/>). Only when desired: no plane tells it. Null: it is entered as it is.
    /// </summary>
    public int? EnteredWeight { get; init; }

    /// <summary>New connections stop at this many; 0: no limit.</summary>
    public uint UpperThreshold { get; init; }

    /// <summary>They begin again below this many, at most <see cref="UpperThreshold"/>; 0: below three quarters of it.</summary>
    public uint LowerThreshold { get; init; }

    /// <summary>How packets are tunnelled; the default where <see cref="Forwarding"/> is another.</summary>
    public PlaneTunnel Tunnel { get; init; }

    /// <summary>Only when read.</summary>
    public long ActiveConnections { get; init; }

    /// <summary>Only when read.</summary>
    public long InactiveConnections { get; init; }

    /// <summary>Clients that persistence keeps with it. Only when read.</summary>
    public long PersistentConnections { get; init; }

    /// <summary>Whether all properties that are set (not what is counted) are the same.</summary>
    public bool SameDestination(PlaneDestination other) =>
        this == other with
        {
            ActiveConnections = ActiveConnections,
            InactiveConnections = InactiveConnections,
            PersistentConnections = PersistentConnections,
            EnteredWeight = EnteredWeight,
        };
}

/// <summary>A tunnel to a real server.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Port">The UDP port of a GUE tunnel, 1 to 65535; 0 for the other kinds.</param>
/// <param name="Flags">Its checksums.</param>
internal readonly record struct PlaneTunnel(IpvsTunnelType Type, int Port, IpvsTunnelFlags Flags);
