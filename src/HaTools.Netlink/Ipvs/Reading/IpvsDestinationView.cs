using System.Net;
using System.Net.Sockets;

namespace HaTools.Netlink.Ipvs;

/// <summary>
/// A real server as <see cref="IpvsClient.ReadTable(IIpvsTableVisitor, CancellationToken)"/> shows it, without an object. What its members mean is said at
/// <see cref="IpvsDestination"/>.
/// </summary>
public readonly ref struct IpvsDestinationView
{
    /// <summary>InterNetwork or InterNetworkV6.</summary>
    public AddressFamily AddressFamily { get; internal init; }

    /// <summary>The server's address: 4 or 16 bytes.</summary>
    public ReadOnlySpan<byte> AddressBytes { get; internal init; }

    /// <summary>The server's port, 0 to 65535.</summary>
    public int Port { get; internal init; }

    /// <summary>How packets reach the server.</summary>
    public IpvsForwardingMethod ForwardingMethod { get; internal init; }

    /// <summary>The weight.</summary>
    public int Weight { get; internal init; }

    /// <summary>New connections stop when there are this many; 0: no limit.</summary>
    public uint UpperThreshold { get; internal init; }

    /// <summary>They begin again below this many.</summary>
    public uint LowerThreshold { get; internal init; }

    /// <summary>The tunnel's kind.</summary>
    public IpvsTunnelType TunnelType { get; internal init; }

    /// <summary>The UDP port of a GUE tunnel.</summary>
    public int TunnelPort { get; internal init; }

    /// <summary>The tunnel's checksum options.</summary>
    public IpvsTunnelFlags TunnelFlags { get; internal init; }

    /// <summary>Active (established) connections.</summary>
    public uint ActiveConnections { get; internal init; }

    /// <summary>Inactive connections.</summary>
    public uint InactiveConnections { get; internal init; }

    /// <summary>Persistence templates that point here.</summary>
    public uint PersistentConnections { get; internal init; }

    /// <summary>The counters.</summary>
    public IpvsStatistics Statistics { get; internal init; }

    internal EntryKey EntryKey => EntryKey.Of(AddressBytes, AddressFamily, 0, Port, 0);

    /// <summary>Whether this is the server of an address and port. Allocates nothing.</summary>
    /// <param name="address">The address.</param>
    /// <param name="port">The port.</param>
    public bool Is(IPAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        return port == Port && address.TryWriteBytes(bytes, out int length) && AddressBytes.SequenceEqual(bytes[..length]);
    }

    /// <summary>The server as an object.</summary>
    public IpvsDestination ToDestination() => new()
    {
        Address = new IPAddress(AddressBytes),
        Port = Port,
        ForwardingMethod = ForwardingMethod,
        Weight = Weight,
        UpperThreshold = UpperThreshold,
        LowerThreshold = LowerThreshold,
        TunnelType = TunnelType,
        TunnelPort = TunnelPort,
        TunnelFlags = TunnelFlags,
        ActiveConnections = ActiveConnections,
        InactiveConnections = InactiveConnections,
        PersistentConnections = PersistentConnections,
        Statistics = Statistics,
    };
}
