using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace HaTools.Netlink.Route;

/// <summary>What changed in the kernel, as <see cref="RouteMonitor"/> reads it. Reading one of an address allocates nothing.</summary>
public readonly record struct RouteNotification
{
    /// <summary>What happened.</summary>
    public required RouteNotificationKind Kind { get; init; }

    /// <summary>The interface's index; 0 where there is none, as for <see cref="RouteNotificationKind.Overrun"/>.</summary>
    public int Index { get; init; }

    /// <summary>The interface, for LinkChanged and LinkRemoved; else null.</summary>
    public LinkInfo? Link { get; init; }

    /// <summary>The route, for RouteChanged and RouteRemoved; else null.</summary>
    public RouteInfo? Route { get; init; }

    /// <summary>The rule, for RuleChanged and RuleRemoved; else null.</summary>
    public RuleInfo? Rule { get; init; }

    /// <summary>The address's family; Unspecified where the notification is of no address.</summary>
    public AddressFamily Family { get; init; }

    /// <summary>The address's bytes as a big-endian number: for IPv4 below 2^32.</summary>
    public AddressBits AddressBits { get; init; }

    /// <summary>The address's prefix length.</summary>
    public byte PrefixLength { get; init; }

    /// <summary>The address's scope.</summary>
    public RouteScope Scope { get; init; }

    /// <summary>The address's flags.</summary>
    public AddressFlags Flags { get; init; }

    /// <summary>Seconds for which the address is valid; null: for ever.</summary>
    public uint? ValidLifetime { get; init; }

    /// <summary>
    /// The port id of the socket whose request led to this (<see cref="RouteClient.PortId"/>); 0: the kernel itself, as when an address
    /// expires. A program knows its own changes by it.
    /// </summary>
    public uint PortId { get; init; }

    /// <summary>The address as an object (allocates); null where the notification is of no address.</summary>
    public IPAddress? GetAddress()
    {
        switch (Family)
        {
            case AddressFamily.InterNetwork:
                Span<byte> four = stackalloc byte[4];
                BinaryPrimitives.WriteUInt32BigEndian(four, (uint)AddressBits);
                return new IPAddress(four);
            case AddressFamily.InterNetworkV6:
                Span<byte> sixteen = stackalloc byte[16];
                AddressBits.Write(sixteen);
                return new IPAddress(sixteen);
            default:
                return null;
        }
    }
}

/// <summary>The kinds of notifications.</summary>
public enum RouteNotificationKind
{
    /// <summary>Notifications were lost (ENOBUFS): read the tables anew.</summary>
    Overrun,

    /// <summary>An interface came, or something of it changed.</summary>
    LinkChanged,

    /// <summary>An interface went.</summary>
    LinkRemoved,

    /// <summary>An address came, or its lifetimes or flags changed.</summary>
    AddressChanged,

    /// <summary>An address went.</summary>
    AddressRemoved,

    /// <summary>A route came, or something of it changed.</summary>
    RouteChanged,

    /// <summary>A route went.</summary>
    RouteRemoved,

    /// <summary>A rule came, or its state changed.</summary>
    RuleChanged,

    /// <summary>A rule went.</summary>
    RuleRemoved,
}
